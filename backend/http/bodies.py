"""What bodies of requests share: text as every database takes it, and the body that says nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

PLAIN = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
Reference = Annotated[str, Field(max_length=80, pattern=PLAIN)]
Money = Annotated[Decimal, PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str, when_used="json")]
Price = Annotated[Decimal, PlainSerializer(lambda price: f"{price.normalize():f}", return_type=str, when_used="json")]


class NothingIn(BaseModel):
    """A step that needs no facts."""

    model_config = ConfigDict(extra="forbid")
