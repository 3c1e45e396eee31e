"""Orders as the API takes and shows them. Prices, owners and roles can't be sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, StringConstraints
from typing_extensions import TypedDict

from backend.http.bodies import PLAIN, Code, Money, Price, Reference

State = Literal["placed", "on_hold", "in_fulfilment", "completed", "cancelled"]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Position = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
QuantityOrNone = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Unit = Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
Label = Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]


class AddedLineIn(BaseModel):
    """A SKU and how much of it: sales units, or ``unit``: a pack's name, the product's own unit, pair, dozen, gross."""

    model_config = ConfigDict(extra="forbid")

    sku: Code
    quantity: Quantity
    unit: Unit | None = None


class LineIn(AddedLineIn):
    """A line; ``discount`` (0.05 is 5 %) is for our own people, and above the role's limit the order is held."""

    discount: Annotated[Decimal | None, Field(ge=0, le=1, max_digits=5, decimal_places=4)] = None


class HeadIn(BaseModel):
    """What an order says besides its lines; without an address it goes to the default one."""

    model_config = ConfigDict(extra="forbid")

    customer_reference: Reference | None = None
    requested_date: date | None = None
    address_id: Key | None = None
    payment_method: Label | None = None


class OrderIn(HeadIn):
    """An order; ``customer`` is the code of whom it is for (a customer's person leaves it out)."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]
    customer: Code | None = None


class RepeatIn(HeadIn):
    """A repeat of an order at today's prices; it is only checked unless ``place`` is true."""

    place: Annotated[bool, Field(strict=True)] = False


class ChangedLineIn(BaseModel):
    """What is to become of the line at a position: another quantity (0 takes it out), or another variant (its SKU)."""

    model_config = ConfigDict(extra="forbid")

    position: Position
    quantity: QuantityOrNone | None = None
    unit: Unit | None = None
    sku: Code | None = None


class ChangesIn(HeadIn):
    """What is to be different of an order; what is left out stays. A date or reference of null takes it away."""

    lines: Annotated[list[ChangedLineIn], Field(max_length=500)] = []
    add: Annotated[list[AddedLineIn], Field(max_length=500)] = []
    payment_days: Annotated[int | None, Field(ge=0, le=365, strict=True)] = None


class CancelIn(BaseModel):
    """Why, and which lines (their positions); without lines the whole order."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    lines: Annotated[list[Position] | None, Field(min_length=1, max_length=500)] = None


class LineOut(TypedDict):
    """A line of an order; ``price`` is ``list_price`` less ``discount``, net, per sales unit."""

    position: int
    sku: str
    name: str
    quantity: int
    list_price: str | None
    discount: str
    price: str
    tax_rate: str
    total: str
    reserved: int
    back_ordered: int
    shipped: int
    cancelled: int
    returned: int
    promised_date: date | None


class ShipmentOut(BaseModel):
    """A shipment of an order."""

    number: str
    state: str
    carrier: str | None
    tracking_number: str | None
    expected_date: date | None


class DeliveryAddressOut(BaseModel):
    """Where an order goes, as it was agreed."""

    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    postcode: str | None = None
    country: str | None = None


class HoldOut(BaseModel):
    """Why an order is, or was, held."""

    reason: str
    detail: str | None
    created_at: datetime
    released_at: datetime | None


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
    delivery_address: DeliveryAddressOut | None
    payment_method: str
    payment_days: int | None
    cancel_reason: str | None
    currency: str
    lines: Annotated[list[LineOut], SkipValidation]  # our own, by the thousand
    shipments: list[ShipmentOut]
    holds: list[HoldOut]
    goods: Money
    delivery: Money
    tax: Money
    total: Money
    version: int


class WarningOut(BaseModel):
    """Something to look at; nothing was refused for it."""

    code: str
    sentence: str
    sku: str | None = None


class PlacedOut(OrderOut):
    """An order that was just placed."""

    warnings: list[WarningOut]


class TaxPartOut(BaseModel):
    """What one tax rate makes of what it applies to."""

    rate: Price
    net: Money
    tax: Money


class WouldHoldOut(BaseModel):
    """Why an order would be held."""

    reason: str
    detail: str


class CheckedLineOut(BaseModel):
    """A line as it would be."""

    position: int
    sku: str
    name: str
    quantity: int
    list_price: Price | None
    discount: Price
    price: Price
    tax_rate: Price
    total: Money
    reserved: int
    back_ordered: int
    promised_date: date | None


class LeftOutOut(BaseModel):
    """A line that can't be repeated: why, and what could be ordered instead."""

    sku: str
    name: str
    quantity: int
    code: str
    sentence: str
    successor: str | None
    up: int | None
    down: int | None


class SumsOut(BaseModel):
    """Lines and totals as they would be, with the tax of each rate."""

    lines: list[CheckedLineOut]
    goods: Money
    delivery: Money
    tax: Money
    tax_parts: list[TaxPartOut]
    total: Money
    requested_date: date | None
    customer_reference: str | None
    delivery_address: DeliveryAddressOut | None
    payment_method: str
    payment_days: int | None


class CheckOut(SumsOut):
    """An order as it would be placed now; nothing was written."""

    customer: str
    currency: str
    earliest_date: date
    warnings: list[WarningOut]
    holds: list[WouldHoldOut]


class RepeatCheckOut(CheckOut):
    """A repeat as it would be placed now, and what it would leave out."""

    left_out: list[LeftOutOut]


class RepeatedOut(PlacedOut):
    """A repeat that was just placed, and what was left out."""

    left_out: list[LeftOutOut]


class ChangeCheckOut(BaseModel):
    """An order before and after changes; nothing was written. ``fingerprint`` changes whenever any of it does."""

    number: str
    version: int
    before: SumsOut
    after: SumsOut
    removed: list[int]
    holds: list[WouldHoldOut]
    fingerprint: str
