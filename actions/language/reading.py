"""What is read in an order message: its lines, and what goes for all of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .catalogue import Candidate
from .units import Problem


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One order line. Exactly right lines have a `sku`, a `quantity` (in sales units) and no `problem`."""

    text: str
    span: tuple[int, int]
    asked: str | None
    amount: Decimal | None
    unit: str | None
    product_text: str
    sku: str | None
    quantity: int | None
    candidates: tuple[Candidate, ...]
    problem: Problem | None
    per: int | None = None
    """What a pack was said to hold ("two boxes of 12"); give it to `resize` when the product is chosen afterwards."""
    chatter: bool = False
    """Nothing in the catalogue is like it, and its number stands as in "Room 12"."""
    usual: bool = False
    """Said to be had as always: without a quantity, in the usual one."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Words that were taken for no line, where the stretch is that they stand in, and how likely they are goods all the
    same: 1 where nobody has judged.
    """

    text: str
    span: tuple[int, int]
    likely: float = 1.0


@dataclass(frozen=True, slots=True)
class OrderReading:
    """A message as it was read. `unread` is what was taken for no line, to be shown or logged."""

    lines: tuple[ReadLine, ...]
    requested_date: date | None
    customer_reference: str | None
    customer_text: str | None
    delivery_text: str | None = None
    unread: tuple[Unread, ...] = ()
