"""Orders as the API takes and shows them. Prices, owners and roles can't be sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LineIn(BaseModel):
    """A line: a SKU and how many sales units."""

    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class OrderIn(BaseModel):
    """An order; ``customer`` is the code of whom it is for (a customer's person leaves it out)."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]
    customer: Annotated[str | None, Field(max_length=40)] = None
    customer_reference: Annotated[str | None, Field(max_length=80)] = None
    requested_date: date | None = None


class LineOut(BaseModel):
    """A line of an order."""

    position: int
    sku: str
    name: str
    quantity: int
    price: Decimal
    total: Decimal
    reserved: int
    back_ordered: int
    shipped: int
    cancelled: int
    promised_date: date | None


class ShipmentOut(BaseModel):
    """A shipment of an order."""

    number: str
    state: str
    carrier: str | None
    tracking_number: str | None
    expected_date: date | None


class OrderOut(BaseModel):
    """An order; ``status`` is the state in words, ``state`` the one of the state machine."""

    number: str
    state: str
    status: str
    customer: str
    placed_at: datetime
    placed_by: str | None
    placed_by_role: str | None
    channel: str
    requested_date: date | None
    customer_reference: str | None
    currency: str
    lines: list[LineOut]
    shipments: list[ShipmentOut]
    total: Decimal
