"""Replenishment and purchase orders as the API shows them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.catalogue.quantities import LARGEST
from backend.stock.schemas import FilledOut


class ProposalOut(BaseModel):
    """A product to buy and the parts that add up to the quantity (sales units)."""

    sku: str
    name: str
    supplier: str
    quantity: int
    cost: Decimal
    total: Decimal
    forecast: float
    safety_stock: float
    on_hand: int
    reserved: int
    back_ordered: int
    on_order: int
    position: int
    rounding: float
    days_of_cover: float | None
    protection_days: int
    network_quantity: int


class ReplenishmentOut(BaseModel):
    """What should be ordered now; ``fingerprint`` is handed back to approve exactly this."""

    items: list[ProposalOut]
    next: None = None
    fingerprint: str


class ApprovalIn(BaseModel):
    """Approve a replenishment as it was shown, all of it or some SKUs."""

    model_config = ConfigDict(extra="forbid")

    fingerprint: Annotated[str, Field(min_length=64, max_length=64)]
    skus: Annotated[list[str] | None, Field(min_length=1, max_length=10_000)] = None


class PurchaseLineOut(BaseModel):
    """A line of a purchase order; a receipt names it by its position."""

    position: int
    sku: str
    name: str
    quantity: int
    received: int
    cost: Decimal


class PurchaseOrderOut(BaseModel):
    """A purchase order."""

    number: str
    supplier: str
    state: str
    ordered_at: datetime
    expected_date: date | None
    received_at: datetime | None
    total: Decimal
    lines: list[PurchaseLineOut]
    version: int


class PurchaseOrdersOut(BaseModel):
    """Purchase orders that were created."""

    items: list[PurchaseOrderOut]


class SendIn(BaseModel):
    """Nothing has to be said."""

    model_config = ConfigDict(extra="forbid")


class CancelIn(BaseModel):
    """Why a purchase order is called off."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ReceivedLineIn(BaseModel):
    """How much of a line has come in, in sales units."""

    model_config = ConfigDict(extra="forbid")

    position: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    quantity: Annotated[int, Field(ge=1, le=LARGEST, strict=True)]


class ReceiptIn(BaseModel):
    """What has come in; without ``lines``, all that was still to come.

    ``warehouse`` is the main one by default. ``over``: more than was ordered is kept. ``last``: nothing more will come
    (with ``last`` and without ``lines``, nothing has come this time).
    """

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[ReceivedLineIn] | None, Field(min_length=1, max_length=1_000)] = None
    warehouse: Annotated[str | None, Field(min_length=1, max_length=20)] = None
    over: bool = False
    last: bool = False


class ReceiptOut(PurchaseOrderOut):
    """The purchase order after a receipt, where it went, and the order lines it served."""

    warehouse: str
    filled: list[FilledOut]
