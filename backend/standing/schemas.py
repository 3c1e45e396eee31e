"""Standing orders as the API takes and shows them. Prices, owners and states can't be sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.http.bodies import PLAIN, Code, Reference
from backend.standing.recurrence import LONGEST

_STRICT = ConfigDict(extra="forbid")
Recurrence = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        pattern=PLAIN,
        description="An iCalendar rule of FREQ=DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY and BYMONTHDAY.",
        examples=["FREQ=MONTHLY;BYDAY=1MO"],
    ),
]
StandingState = Literal["active", "paused", "ended"]


class StandingLineIn(BaseModel):
    """A SKU and how many sales units each time."""

    model_config = _STRICT

    sku: Code
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class StandingOrderIn(BaseModel):
    """What to order, and when; ``starts_on`` is by default today."""

    model_config = _STRICT

    lines: Annotated[list[StandingLineIn], Field(min_length=1, max_length=500)]
    rule: Recurrence
    starts_on: date | None = None
    customer: Code | None = None
    customer_reference: Reference | None = None


class StandingOrderPatch(BaseModel):
    """What to change; what is left out stays. A new rule holds from today on."""

    model_config = _STRICT

    lines: Annotated[list[StandingLineIn] | None, Field(min_length=1, max_length=500)] = None
    rule: Recurrence | None = None
    customer_reference: Reference | None = None


class StandingLineOut(BaseModel):
    """A line of a standing order."""

    position: int
    sku: str
    name: str
    quantity: int


class RunOut(BaseModel):
    """What came of a day: an order, or the problem that there was."""

    day: date
    order: str | None
    problem: str | None


class StandingOrderOut(BaseModel):
    """A standing order; ``when`` is the rule in words, ``next_date`` is null while it is paused or has ended."""

    number: str
    state: StandingState
    customer: str
    placed_for: str
    rule: str
    when: str
    starts_on: date
    next_date: date | None
    customer_reference: str | None
    lines: list[StandingLineOut]
    version: int


class StandingOrderDetailOut(StandingOrderOut):
    """A standing order with what came of its last dates, the newest first."""

    runs: list[RunOut]
