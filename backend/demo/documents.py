"""Orders, despatches, returns, purchase orders and stock movements, as the simulation makes them.

Days are numbers of working days (``calendar.Calendar``), items and buyers are indexes, and money is in
ten-thousandths of a pound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from backend.demo.suppliers import Source


@dataclass(slots=True, eq=False)
class Line:
    """One line of an order; ``id`` is its primary key."""

    id: int
    item: int
    quantity: int
    price: int
    total: int
    promotion: str | None
    reserved: int = 0
    back_ordered: int = 0
    shipped: int = 0
    cancelled: int = 0
    returned: int = 0
    promised: date | None = None
    waiting_since: int = 0


@dataclass(slots=True, eq=False)
class Sale:
    """One order; ``id`` is its primary key. ``ready`` is the working day on which it is sent."""

    id: int
    buyer: int
    day: int
    placed_at: datetime
    ready: int
    lines: list[Line] = field(default_factory=list)
    despatches: list[Despatch] = field(default_factory=list)
    cancelled: bool = False
    on_hold: bool = False


@dataclass(slots=True, eq=False)
class Despatch:
    """Goods of one order sent on one day, or picked to be sent (``picked``)."""

    sale: Sale
    day: int
    arrives: int
    picked: bool = False
    parts: list[tuple[Line, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Return:
    """Part of an order line that comes back on a working day."""

    sale: Sale
    line: Line
    day: int
    quantity: int
    reason: str
    state: str = "settled"
    id: int = 0


@dataclass(slots=True, eq=False)
class PurchaseLine:
    """How much of an item is bought, at what cost per sales unit."""

    item: int
    quantity: int
    cost: int
    arrives: int
    received: int = 0


@dataclass(slots=True, eq=False)
class Purchase:
    """Our order to a supplier; ``arrives`` is when the goods really come, ``expected`` what we were told."""

    source: Source
    day: int
    arrives: int
    expected: date
    lines: list[PurchaseLine] = field(default_factory=list)
    id: int = 0

    @property
    def state(self) -> str:
        """As the purchase order's table has it."""
        taken = sum(1 for line in self.lines if line.received)
        return "sent" if taken == 0 else "received" if taken == len(self.lines) else "part_received"


@dataclass(slots=True)
class Movement:
    """One row of the stock ledger."""

    item: int
    quantity: int
    kind: str
    document: str | None
    reason: str | None
    at: datetime
