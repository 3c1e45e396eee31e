"""Replenishment and purchase orders as the API shows them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.catalogue.quantities import LARGEST
from backend.purchasing.reckoning import Urgency
from backend.stock.schemas import FilledOut


class ProposalOut(BaseModel):
    """A product to buy and the parts that add up to the quantity (sales units).

    ``parts`` are whole units that add up to ``quantity`` exactly. ``grade`` is the ABC/XYZ class. ``price_step`` is the
    quantity from which ``cost`` holds, null for the supplier's plain cost. ``lead_time_days`` (working days) is
    measured where enough has been delivered; ``stated_lead_time_days`` is the one agreed on.
    """

    sku: str
    name: str
    supplier: str
    supplier_code: str
    quantity: int
    cost: Decimal
    total: Decimal
    price_step: int | None
    forecast: float
    forecast_low: float | None
    forecast_high: float | None
    safety_stock: float
    on_hand: int
    reserved: int
    back_ordered: int
    on_order: int
    waiting: int
    position: int
    rounding: float
    parts: dict[str, int]
    days_of_cover: float | None
    days_of_cover_after: float | None
    stock_out_date: date | None
    urgency: Urgency
    grade: str
    lead_time_days: int
    stated_lead_time_days: int
    protection_days: int
    network_quantity: int


class SupplierOut(BaseModel):
    """What is proposed of a supplier; ``within_limit``: whether you may approve it alone; ``for_minimum``: what of the
    total is there only to reach the minimum.
    """

    code: str
    name: str
    lines: int
    total: Decimal
    minimum_value: Decimal
    for_minimum: Decimal
    below_minimum: bool
    within_limit: bool
    fingerprint: str


class AttentionOut(BaseModel):
    """Something to look at first."""

    kind: str
    text: str
    sku: str | None
    supplier: str | None
    order: str | None


class SetAsideOut(BaseModel):
    """A product that nothing can be proposed for, and what is missing."""

    sku: str
    name: str
    missing: list[str]


class HeldBackOut(BaseModel):
    """What would be needed of a supplier and waits, since it is less than their least order and not urgent."""

    code: str
    name: str
    lines: int
    total: Decimal
    minimum_value: Decimal


class BudgetIn(BaseModel):
    """The most that a calendar month's purchase orders may come to; null for no budget."""

    model_config = ConfigDict(extra="forbid")

    monthly: Annotated[Decimal | None, Field(ge=0, le=10**9)]


class BudgetOut(BaseModel):
    """The budget of the month that began on ``since``; all null without one."""

    monthly: Decimal | None
    spent: Decimal | None
    left: Decimal | None
    since: date | None


class BuyerBudgetOut(BaseModel):
    """A buyer's own budget a month, null for none, and what of it is spent in the month that began on ``since``."""

    buyer: str
    name: str
    monthly: Decimal | None
    spent: Decimal
    left: Decimal | None
    since: date


class ReplenishmentOut(BaseModel):
    """What should be ordered now; ``fingerprint`` is handed back to approve exactly this.

    ``exceptions`` come first for whoever reads it. ``set_aside`` are products that can't be proposed. ``needed`` is
    what it would come to without a budget. ``budget`` is the company's, ``own_budget`` that of the buyer who asks, and
    ``bound_by`` tells which of them has less left.
    """

    items: list[ProposalOut]
    next: None = None
    fingerprint: str
    total: Decimal
    suppliers: list[SupplierOut]
    exceptions: list[AttentionOut]
    set_aside: list[SetAsideOut]
    held_back: list[HeldBackOut]
    budget: BudgetOut
    own_budget: BudgetOut
    bound_by: Literal["company", "own"] | None
    needed: Decimal


class QuantityIn(BaseModel):
    """Another quantity than was proposed, in sales units; 0 leaves the line out."""

    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=0, le=LARGEST, strict=True)]


class ApprovalIn(BaseModel):
    """Approve a replenishment as it was shown: all of it, some SKUs, or some suppliers (codes).

    ``fingerprint`` is that of the whole replenishment, or of the one supplier named. ``changes`` are quantities of your
    own.
    """

    model_config = ConfigDict(extra="forbid")

    fingerprint: Annotated[str, Field(min_length=64, max_length=64)]
    skus: Annotated[list[str] | None, Field(min_length=1, max_length=10_000)] = None
    suppliers: Annotated[list[str] | None, Field(min_length=1, max_length=200)] = None
    changes: Annotated[list[QuantityIn], Field(max_length=1_000)] = []


class WhatIfIn(BaseModel):
    """What is supposed for once. Factors: 1.2 is 20 % more. Lead times in working days; ``skip_suppliers`` are codes.

    ``skus`` and ``suppliers`` (codes) narrow what demand, price, lead time and service level are supposed of.
    """

    model_config = ConfigDict(extra="forbid")

    demand_factor: Annotated[float, Field(ge=0, le=100)] = 1.0
    cost_factor: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(1)
    lead_time_days: Annotated[int | None, Field(ge=0, le=1000)] = None
    lead_time_more: Annotated[int, Field(ge=-1000, le=1000)] = 0
    service_level: Annotated[float | None, Field(ge=0.5, le=0.999)] = None
    budget: Annotated[Decimal | None, Field(ge=0, le=10**9)] = None
    skip_suppliers: Annotated[list[str], Field(max_length=200)] = []
    skus: Annotated[list[str] | None, Field(min_length=1, max_length=1_000)] = None
    suppliers: Annotated[list[str] | None, Field(min_length=1, max_length=200)] = None


class DifferenceOut(BaseModel):
    """A line that would be another; ``before`` or ``after`` is 0 where it is not ordered then."""

    sku: str
    name: str
    supplier: str
    before: int
    after: int
    difference: Decimal


class WhatIfOut(BaseModel):
    """What a supposition would change; nothing has been changed."""

    total_before: Decimal
    total_after: Decimal
    difference: Decimal
    lines: list[DifferenceOut]
    set_aside: list[SetAsideOut]


class PurchaseLineOut(BaseModel):
    """A line of a purchase order; a receipt names it by its position."""

    position: int
    sku: str
    name: str
    quantity: int
    received: int
    damaged: int
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
    """How much of a line has come in, in sales units; ``damaged`` came besides it and is not taken in."""

    model_config = ConfigDict(extra="forbid")

    position: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    quantity: Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
    damaged: Annotated[int, Field(ge=0, le=LARGEST, strict=True)] = 0

    @model_validator(mode="after")
    def _something(self) -> ReceivedLineIn:
        if not self.quantity and not self.damaged:
            raise ValueError("a line of which nothing has come is left out")
        return self


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
