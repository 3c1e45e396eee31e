"""Returns as the API takes and shows them. Prices, owners and roles can't be sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation
from typing_extensions import TypedDict

from backend.http.bodies import PLAIN, Code, Money

State = Literal["requested", "approved", "received", "settled", "rejected"]
Resolution = Literal["refund", "credit", "exchange"]
Quantity = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Came = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Position = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Reason = Annotated[str, Field(max_length=200, pattern=PLAIN)]


class ReturnLineIn(BaseModel):
    """How much of a line of the order (by its position) comes back; ``exchange_sku`` is wanted instead."""

    model_config = ConfigDict(extra="forbid")

    position: Position
    quantity: Quantity
    reason: Reason | None = None
    exchange_sku: Code | None = None


class ReturnIn(BaseModel):
    """A return of delivered goods: the order's number, what is to become of the money, and the lines."""

    model_config = ConfigDict(extra="forbid")

    order: Code
    resolution: Resolution
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=500)]
    reason: Reason | None = None


class RejectionIn(BaseModel):
    """Why; the customer reads it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class ArrivalIn(BaseModel):
    """How much of a line of the return (by its position) came, fit for stock again or for scrap only."""

    model_config = ConfigDict(extra="forbid")

    position: Position
    restocked: Came = 0
    scrapped: Came = 0


class ReceiptIn(BaseModel):
    """What came. Without ``lines``: all that was announced, fit for stock; a line that is not named did not come.

    ``warehouse`` is a code; by default the goods go back to where they were sent from.
    """

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[ArrivalIn] | None, Field(min_length=1, max_length=500)] = None
    warehouse: Code | None = None


class ReturnLineOut(TypedDict):
    """A line of a return. ``quantity`` is what comes back, once received what came, of what was ``announced``.

    Net amounts: ``credit`` for the line, ``replacement`` for what is sent instead, and the ``difference`` to pay.
    """

    position: int
    order_position: int | None
    sku: str
    name: str
    options: dict[str, Any]
    quantity: int
    announced: int | None
    scrapped: int
    price: str
    credit: str
    reason: str | None
    exchange_sku: str | None
    exchange_name: str | None
    exchange_options: dict[str, Any] | None
    exchange_price: str | None
    replacement: str | None
    difference: str | None


class TotalsOut(BaseModel):
    """Net, tax, and both."""

    net: Money
    tax: Money
    total: Money


class RefundOut(BaseModel):
    """What has become of the money: of ``amount`` (with tax) what was ``refunded`` by ``method``, ``applied`` to
    invoices, and stands ``on_account``; ``waiting_for`` approval, goods or settlement, by the day ``by``.
    """

    amount: Money
    refunded: Money
    applied: Money
    on_account: Money
    method: str
    waiting_for: Literal["approval", "goods", "settlement"] | None
    by: date | None
    settled_at: datetime | None
    credit_note: str | None
    payment: str | None
    payment_state: str | None


class ReturnOut(BaseModel):
    """A return; ``status`` is the state in words. ``difference`` (with tax) is what an exchange costs more or, below
    zero, less.
    """

    number: str
    state: str
    status: str
    resolution: str
    customer: str
    order: str | None
    exchange_order: str | None
    reason: str | None
    note: str | None
    requested_at: datetime
    returned_at: datetime | None
    settled_at: datetime | None
    currency: str
    lines: Annotated[list[ReturnLineOut], SkipValidation]
    credit: TotalsOut
    replacement: TotalsOut | None
    difference: Money | None
    refund: RefundOut
    version: int


class ReturnableLineOut(BaseModel):
    """How much of an order line may come back; ``at_once`` of it without our approval, some until ``until``."""

    position: int
    sku: str
    name: str
    options: dict[str, Any]
    delivered: int
    returned: int
    under_return: int
    returnable: int
    at_once: int
    until: date | None
    price: Decimal
    exchange_skus: list[str]


class ReturnableOut(BaseModel):
    """What of an order may come back."""

    order: str
    currency: str
    lines: list[ReturnableLineOut]
