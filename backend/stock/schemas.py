"""Stock as the API takes and shows it. Quantities are sales units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.catalogue.quantities import LARGEST
from backend.stock.service import LONGEST_REASON

Kind = Literal["opening", "receipt", "issue", "return", "adjustment", "count", "transfer"]
Code = Annotated[str, Field(min_length=1, max_length=20, description="A warehouse's code.")]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class StockOut(BaseModel):
    """A product's position, in sales units."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    on_order: int
    back_ordered: int
    next_receipt: date | None


class LevelOut(BaseModel):
    """What lies in one warehouse; ``available`` is on hand less reserved."""

    warehouse: str
    name: str
    on_hand: int
    reserved: int
    available: int


class StockDetailOut(StockOut):
    """A product's position with what it adds up from; at or below ``reorder_point`` it is low (None: not known yet)."""

    reorder_point: int | None
    warehouses: list[LevelOut]


class EntryOut(BaseModel):
    """A movement: positive in, negative out. ``assumed``: made up where the history was not known.

    ``document`` is None where it is a customer's, for those who may not see orders.
    """

    id: int
    at: datetime
    warehouse: str
    quantity: int
    kind: Kind
    document: str | None
    reason: str | None
    by: str | None
    assumed: bool


class DatedOut(BaseModel):
    """What may be promised in all from a date on."""

    date: date
    available: int


class AvailabilityOut(BaseModel):
    """When a quantity could be had: ``now`` of it from stock, the rest on ``rest_date`` (None where nothing is short).

    ``by_date`` is what may be promised in all, today and after each receipt that leaves something to newcomers.
    """

    sku: str
    quantity: int
    now: int
    rest: int
    rest_date: date | None
    lead_time_days: int
    by_date: list[DatedOut]


class AdjustmentIn(BaseModel):
    """A change of what is on hand, and why; in the main warehouse unless another is named."""

    model_config = ConfigDict(extra="forbid")

    warehouse: Code | None = None
    change: Annotated[int, Field(ge=-LARGEST, le=LARGEST, strict=True)]
    reason: Reason


class CountIn(BaseModel):
    """What was counted, and why; in the main warehouse unless another is named."""

    model_config = ConfigDict(extra="forbid")

    warehouse: Code | None = None
    counted: Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
    reason: Reason


class TransferIn(BaseModel):
    """So many from one warehouse to another, and why."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    source: Annotated[Code, Field(alias="from")]
    to: Code
    quantity: Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
    reason: Reason


class GivenBackOut(BaseModel):
    """An order line that lost so much of what was reserved for it, and when that is promised now.

    ``order`` is None for those who may not see orders.
    """

    order: str | None
    position: int
    quantity: int
    promised_date: date | None


class FilledOut(BaseModel):
    """An order line that was waiting and got something; ``order`` is None for those who may not see orders."""

    order: str | None
    position: int
    reserved: int
    back_ordered: int


class MovementOut(BaseModel):
    """A level after a change; ``entry`` is its ledger entry (None where a count agreed)."""

    sku: str
    level: LevelOut
    before: int
    entry: int | None
    given_back: list[GivenBackOut]
    filled: list[FilledOut]


class TransferOut(BaseModel):
    """Both levels after a transfer, and its two ledger entries."""

    sku: str
    source: LevelOut
    to: LevelOut
    entries: list[int]


class WarehouseIn(BaseModel):
    """A new warehouse."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]


class WarehouseOut(BaseModel):
    """A warehouse; the first one is where goods go when nobody says otherwise."""

    code: str
    name: str


class WarehousesOut(BaseModel):
    """Every warehouse."""

    items: list[WarehouseOut]
    next: None = None
