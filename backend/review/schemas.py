"""Kept messages as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from backend.review.vocabulary import SkillName

State = Literal["waiting", "labelled", "dismissed"]
Reason = Literal["asked", "not_understood", "corrected", "rated_badly"]
ChosenBy = Literal["tap", "rephrasing", "correction", "undo"]


class LabelIn(BaseModel):
    """What the message meant."""

    model_config = ConfigDict(extra="forbid")

    skill: SkillName


class SaidOut(BaseModel):
    """A message of the conversation before, of the `person` or of the `desk`."""

    author: str
    text: str


class KeptOut(BaseModel):
    """A message kept for review: how it was read (`skill`, `confidence`, `ranking`), what the person went on to
    choose and how, and what it was labelled with. Who said it is not shown.
    """

    id: int
    state: State
    reason: Reason
    created_at: datetime
    role: str
    channel: str
    text: str
    skill: str
    confidence: float
    ranking: list[str]
    chosen: str | None
    chosen_by: ChosenBy | None
    label: str | None
    decided_at: datetime | None
    before: list[SaidOut]
