"""Quotes and inquiries as the API takes and shows them. Prices, owners and states can't be sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.http.bodies import PLAIN, Code, Money, Reference
from backend.sales.schemas import DeliveryAddressOut, Key

_STRICT = ConfigDict(extra="forbid")
Discount = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4, description="0.05 is 5 %.")]
Note = Annotated[str, Field(max_length=500, pattern=PLAIN)]
Said = Annotated[str, Field(min_length=1, max_length=4_000, pattern=PLAIN)]
QuoteState = Literal["draft", "sent", "accepted", "declined", "expired"]
InquiryState = Literal["open", "answered", "quoted", "closed"]
Kind = Literal["question", "quote", "complaint", "person", "change"]


class QuoteLineIn(BaseModel):
    """A SKU, how many sales units, and what is taken off its price."""

    model_config = _STRICT

    sku: Code
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    discount: Discount = Decimal(0)


class DraftIn(BaseModel):
    """What is offered; ``discount`` is for every line without its own; without an address it goes to the default."""

    model_config = _STRICT

    lines: Annotated[list[QuoteLineIn], Field(min_length=1, max_length=500)]
    discount: Discount | None = None
    requested_date: date | None = None
    customer_reference: Reference | None = None
    address_id: Key | None = None
    note: Note | None = None
    valid_until: date | None = None


class QuoteIn(DraftIn):
    """A quote for ``customer`` (a customer's person leaves it out, and grants no discounts)."""

    customer: Code | None = None


class QuotePatch(BaseModel):
    """What to change about a draft; what is left out stays. An address of null is the default one again."""

    model_config = _STRICT

    lines: Annotated[list[QuoteLineIn] | None, Field(min_length=1, max_length=500)] = None
    discount: Discount | None = None
    requested_date: date | None = None
    customer_reference: Reference | None = None
    address_id: Key | None = None
    note: Note | None = None
    valid_until: date | None = None


class AcceptIn(BaseModel):
    """The customer's own number for the order; by default the quote's."""

    model_config = _STRICT

    customer_reference: Reference | None = None


class DeclineIn(BaseModel):
    """Why it is not wanted."""

    model_config = _STRICT

    reason: Annotated[str | None, Field(max_length=200, pattern=PLAIN)] = None


class QuoteLineOut(BaseModel):
    """A line of a quote: ``price`` is the list price less the discount, net, per sales unit."""

    position: int
    sku: str
    name: str
    quantity: int
    list_price: Decimal
    discount: Decimal
    price: Decimal
    tax_rate: Decimal
    total: Money


class TaxOut(BaseModel):
    """What one rate makes of what it applies to."""

    rate: Decimal
    net: Money
    tax: Money


class QuoteOut(BaseModel):
    """A quote; ``total`` = ``goods`` + ``delivery`` + ``tax``, and ``taxes`` break the tax down by rate.

    ``delivery_address`` is null where the goods go to the customer's default address.
    """

    number: str
    state: QuoteState
    customer: str
    created_at: datetime
    created_by: str | None
    sent_at: datetime | None
    valid_until: date
    requested_date: date | None
    customer_reference: str | None
    delivery_address: DeliveryAddressOut | None
    note: str | None
    currency: str
    lines: list[QuoteLineOut]
    goods: Money
    delivery: Money
    tax: Money
    taxes: list[TaxOut]
    total: Money
    inquiry: str | None
    order: str | None
    version: int


class InquiryIn(BaseModel):
    """What is asked, about an order where one is named; ``customer`` for those who handle inquiries."""

    model_config = _STRICT

    text: Said
    kind: Kind = "question"
    order: Code | None = None
    customer: Code | None = None


class AnswerIn(BaseModel):
    """The answer."""

    model_config = _STRICT

    text: Said


class ReopenIn(BaseModel):
    """What there is to add."""

    model_config = _STRICT

    text: Annotated[str | None, Field(max_length=4_000, pattern=PLAIN)] = None


class InquiryOut(BaseModel):
    """An inquiry and, once there is one, its answer."""

    number: str
    state: InquiryState
    kind: Kind
    customer: str | None
    asked_by: str
    channel: str
    created_at: datetime
    text: str
    order: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    version: int
