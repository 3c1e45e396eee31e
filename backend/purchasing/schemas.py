"""Replenishment and purchase orders as the API shows them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


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
    """A line of a purchase order."""

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
    total: Decimal
    lines: list[PurchaseLineOut]


class PurchaseOrdersOut(BaseModel):
    """Purchase orders that were created."""

    items: list[PurchaseOrderOut]
