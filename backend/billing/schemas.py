"""Invoices, payments and credit notes as the API takes and shows them. Totals and owners can't be sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation
from typing_extensions import TypedDict

from backend.http.bodies import PLAIN, Code, Money, Reference

InvoiceState = Literal["issued", "part_paid", "paid", "overdue", "credited"]
PaymentState = Literal["pending", "settled", "failed", "refunded"]
GoodwillState = Literal["requested", "granted", "refused"]
PaymentKind = Literal["payment", "refund"]
AmountIn = Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
Reason = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Method = Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]


class PartIn(BaseModel):
    """So many sales units of the line at a position."""

    model_config = ConfigDict(extra="forbid")

    position: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class CreditIn(BaseModel):
    """Why an invoice is credited, and which lines; without lines all that is left of it, with its delivery charge."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    lines: Annotated[list[PartIn] | None, Field(min_length=1, max_length=500)] = None


class PaymentIn(BaseModel):
    """Money that came in; without ``invoices`` it pays what is due first."""

    model_config = ConfigDict(extra="forbid")

    customer: Code
    amount: AmountIn
    method: Method
    reference: Reference | None = None
    invoices: Annotated[list[Code] | None, Field(min_length=1, max_length=500)] = None


class FailureIn(BaseModel):
    """Why a payment failed."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ShareIn(BaseModel):
    """How much goes to which invoice."""

    model_config = ConfigDict(extra="forbid")

    invoice: Code
    amount: AmountIn


class AllocationIn(BaseModel):
    """Which invoices are paid from what is left of a payment or a credit note."""

    model_config = ConfigDict(extra="forbid")

    invoices: Annotated[list[ShareIn], Field(min_length=1, max_length=500)]


class RefundIn(BaseModel):
    """By default all that is left, to the way it was paid; ``method`` only to payments of this method."""

    model_config = ConfigDict(extra="forbid")

    amount: AmountIn | None = None
    method: Method | None = None


class SpareIn(BaseModel):
    """By default all that a payment left over."""

    model_config = ConfigDict(extra="forbid")

    amount: AmountIn | None = None


class GoodwillIn(BaseModel):
    """A credit that is owed to nobody: whose, how much with all taxes, why, and the order it is about, if any."""

    model_config = ConfigDict(extra="forbid")

    customer: Code
    amount: AmountIn
    reason: Reason
    order: Code | None = None


class TaxOut(BaseModel):
    """What one rate (0.2 is 20 %) makes of what it applies to."""

    rate: Decimal
    net: Money
    tax: Money


class DocumentLineOut(TypedDict):
    """A line as it was printed; ``total`` is net."""

    position: int
    sku: str
    name: str
    quantity: int
    quantity_text: str
    price: str
    tax_rate: str
    total: str


class SetOffOut(BaseModel):
    """Credit that paid an invoice when it was issued: of which credit note or payment, and how much."""

    kind: Literal["credit_note", "payment"]
    number: str
    amount: Money


class InvoiceOut(BaseModel):
    """An invoice; ``total`` is ``goods`` + ``delivery`` + ``tax``, ``outstanding`` what is still to be paid.

    ``set_off`` is what of the customer's credit was used at its issue; it is in ``paid`` or ``credited`` too.
    """

    number: str
    state: str
    customer: str
    order: str
    shipment: str | None
    issued_at: datetime
    due_date: date | None
    currency: str
    lines: Annotated[list[DocumentLineOut], SkipValidation]
    goods: Money
    delivery: Money
    tax: Money
    tax_breakdown: list[TaxOut]
    set_off: list[SetOffOut]
    total: Money
    paid: Money
    credited: Money
    outstanding: Money
    address: dict[str, str | None] | None
    version: int


class AllocationOut(BaseModel):
    """How much pays which invoice."""

    invoice: str
    amount: Money


class PaymentOut(BaseModel):
    """A payment, or a refund of a credit note; ``unallocated`` stands to the customer's credit."""

    number: str
    kind: str
    state: str
    customer: str
    method: str
    amount: Money
    currency: str
    reference: str | None
    failure: str | None
    refund_of: str | None
    credit_note: str | None
    created_at: datetime
    settled_at: datetime | None
    allocations: list[AllocationOut]
    unallocated: Money
    version: int


class CreditNoteOut(BaseModel):
    """A credit note: ``applied`` to invoices, ``refunded`` by ``refunds``; ``left`` stands to the customer's credit."""

    number: str
    customer: str
    order: str | None
    invoice: str | None
    sales_return: str | None
    reason: str
    issued_at: datetime
    currency: str
    lines: Annotated[list[DocumentLineOut], SkipValidation]
    goods: Money
    delivery: Money
    tax: Money
    tax_breakdown: list[TaxOut]
    total: Money
    applied: Money
    refunded: Money
    left: Money
    refunds: list[str]
    address: dict[str, str | None] | None
    version: int


class GoodwillOut(BaseModel):
    """A goodwill credit; ``credit_note`` once it is granted, ``refusal`` why it was not."""

    number: str
    state: str
    customer: str
    order: str | None
    amount: Money
    currency: str
    reason: str
    credit_note: str | None
    refusal: str | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    version: int


class BalanceOut(BaseModel):
    """What a customer owes and has to its credit; ``exposure`` is held against ``limit`` (null: no bound)."""

    customer: str
    currency: str
    outstanding: Money
    overdue: Money
    credit: Money
    limit: Money | None
    exposure: Money


class EntryOut(BaseModel):
    """A line of a statement; ``balance`` is what is owed after it, ``set_off`` what credit paid of an invoice."""

    day: date
    kind: Literal["invoice", "payment", "refund", "credit_note"]
    number: str
    amount: Money
    balance: Money
    set_off: Money | None


class StatementOut(BaseModel):
    """What happened on an account since a day; below zero is the customer's credit."""

    customer: str
    currency: str
    since: date
    opening: Money
    entries: list[EntryOut]
    closing: Money
