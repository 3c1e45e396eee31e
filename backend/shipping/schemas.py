"""Shipments and holds as the API takes and shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation
from typing_extensions import TypedDict

from backend.http.bodies import PLAIN

ShipmentState = Literal["planned", "picked", "shipped", "delivered", "lost", "cancelled"]
_STRICT = ConfigDict(extra="forbid")


class PartIn(BaseModel):
    """How much of an order line, in sales units."""

    model_config = _STRICT

    position: Annotated[int, Field(ge=1, le=1000, strict=True)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class ShipmentIn(BaseModel):
    """What to ship: chosen lines, or all that is reserved; from one warehouse, named by its code or found."""

    model_config = _STRICT

    lines: Annotated[list[PartIn] | None, Field(min_length=1, max_length=500)] = None
    warehouse: Annotated[str | None, Field(min_length=1, max_length=20, pattern=PLAIN)] = None


class ShippingIn(BaseModel):
    """Who carries it; ``expected_date`` is by default the company's delivery days from today."""

    model_config = _STRICT

    carrier: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    tracking_number: Annotated[str | None, Field(max_length=60, pattern=PLAIN)] = None
    expected_date: date | None = None


class LossIn(BaseModel):
    """What is done about a lost shipment: it is sent again, or credited."""

    model_config = _STRICT

    remedy: Literal["replace", "credit"]


class HoldIn(BaseModel):
    """Why an order is held."""

    model_config = _STRICT

    detail: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class ReleaseIn(BaseModel):
    """Which hold to release; without one, all that you may release."""

    model_config = _STRICT

    reason: Literal["credit_limit", "overdue", "discount", "buyer_limit", "manual"] | None = None


class ShipmentLineOut(TypedDict):
    """How much of an order line is in a shipment; ``position`` is the order line's."""

    position: int
    sku: str
    name: str
    quantity: int


class ShipmentDetailOut(BaseModel):
    """A shipment with what is in it."""

    number: str
    state: ShipmentState
    order: str
    customer: str
    warehouse: str | None
    carrier: str | None
    tracking_number: str | None
    planned_at: datetime | None
    shipped_at: datetime | None
    expected_date: date | None
    delivered_at: datetime | None
    lines: Annotated[list[ShipmentLineOut], SkipValidation]
    version: int
