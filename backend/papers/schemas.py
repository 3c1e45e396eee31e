"""Papers as the API shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from backend.papers.kinds import Kind


class PaperOut(BaseModel):
    """A paper there is; ``url`` is fetched with the sign-in. ``party`` is the code of the customer or the supplier."""

    kind: Kind
    number: str
    date: date
    title: str
    party: str
    url: str


class LinkAsked(BaseModel):
    """What a link is asked for: the parts of its address."""

    kind: Kind
    number: Annotated[str, Field(max_length=40)]


class LinkOut(BaseModel):
    """An address that needs no sign-in until it expires."""

    url: str
    expires_at: datetime
