"""How suppliers have delivered: the lead time that was measured, what came short or damaged, what is late now."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, SupplierProduct
from backend.work import Work
from backend.working_days import is_working_day

FEWEST: Final = 3  # deliveries before what was measured counts for more than what was agreed
NEWEST: Final = 12
LOOKED_BACK_DAYS: Final = 550
OPEN_STATES: Final = ("approved", "sent", "part_received")


@dataclass(frozen=True)
class LeadTime:
    """Working days from order to receipt: as agreed with the supplier, and as measured over ``deliveries``, with the
    standard deviation.
    """

    stated: int
    measured: float | None = None
    deliveries: int = 0
    spread: float = 0.0

    @property
    def days(self) -> int:
        """What to reckon with: the measured mean, rounded up to a whole day; the agreed one while too few have come."""
        if self.measured is None or self.deliveries < FEWEST:
            return self.stated
        return math.ceil(round(self.measured, 6))

    @property
    def deviation(self) -> float:
        """How much it varies, working days: 0 while too few have come."""
        return 0.0 if self.measured is None or self.deliveries < FEWEST else self.spread


@dataclass(frozen=True)
class Record:
    """A supplier's newest complete deliveries: working days each took, how many came late, units ordered, received and
    damaged.
    """

    days: tuple[int, ...] = ()
    late: int = 0
    ordered: int = 0
    received: int = 0
    damaged: int = 0

    @property
    def mean_days(self) -> float | None:
        """The mean of the measured lead times; None without a delivery."""
        return sum(self.days) / len(self.days) if self.days else None

    @cached_property
    def deviation(self) -> float:
        """The standard deviation of the measured lead times; 0 where there are fewer than two."""
        mean = self.mean_days
        if mean is None or len(self.days) < 2:
            return 0.0
        return math.sqrt(sum((days - mean) ** 2 for days in self.days) / (len(self.days) - 1))

    @property
    def fill(self) -> float | None:
        """The share of what was ordered that came and was good; None where nothing was ordered."""
        return min(1.0, self.received / self.ordered) if self.ordered else None

    def lead_time(self, stated: int, agreed_with_supplier: int | None = None) -> LeadTime:
        """A product's lead time: ``stated`` for it, moved by what the supplier's deliveries took beyond what is agreed
        with the supplier in general.
        """
        mean = self.mean_days
        if mean is None:
            return LeadTime(stated)
        general = stated if agreed_with_supplier is None else agreed_with_supplier
        return LeadTime(stated, max(0.0, stated + mean - general), len(self.days), self.deviation)


NOTHING_KNOWN: Final = Record()


def working_days_from(start: date, end: date) -> int:
    """Working days after ``start`` up to and with ``end``; 0 where the end is not later."""
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def lead_time_of(terms: SupplierProduct, known: Mapping[int, Record]) -> LeadTime:
    """The lead time of a product at these terms; ``known``: suppliers' records by key."""
    general = terms.supplier.lead_time_days
    stated = terms.lead_time_days if terms.lead_time_days is not None else general
    return known.get(terms.supplier_id, NOTHING_KNOWN).lead_time(stated, general)


def records(work: Work, suppliers: Collection[int] | None = None) -> dict[int, Record]:
    """Suppliers' records by key, from their newest complete deliveries; of all, or of those with these keys."""
    since = work.clock.start_of(work.clock.today() - timedelta(days=LOOKED_BACK_DAYS))
    sums = (
        select(
            PurchaseOrderLine.purchase_order_id.label("key"),
            func.sum(PurchaseOrderLine.quantity).label("ordered"),
            func.sum(PurchaseOrderLine.received).label("received"),
            func.sum(PurchaseOrderLine.damaged).label("damaged"),
        )
        .group_by(PurchaseOrderLine.purchase_order_id)
        .subquery()
    )
    query = (
        select(
            PurchaseOrder.supplier_id,
            PurchaseOrder.ordered_at,
            PurchaseOrder.received_at,
            PurchaseOrder.expected_date,
            sums.c.ordered,
            sums.c.received,
            sums.c.damaged,
        )
        .join(sums, sums.c.key == PurchaseOrder.id)
        .where(PurchaseOrder.state == "received", PurchaseOrder.received_at >= since)
        .order_by(PurchaseOrder.supplier_id, PurchaseOrder.received_at.desc(), PurchaseOrder.id.desc())
    )
    if suppliers is not None:
        query = query.where(PurchaseOrder.supplier_id.in_(sorted(suppliers)))
    rows = work.session.execute(query)
    found: dict[int, list[tuple[int, bool, int, int, int]]] = {}
    for supplier, ordered_at, received_at, expected, ordered, received, damaged in rows:
        own = found.setdefault(supplier, [])
        if len(own) < NEWEST and received_at is not None:
            start, end = work.clock.date_of(ordered_at), work.clock.date_of(received_at)
            late = expected is not None and end > expected
            own.append((working_days_from(start, end), late, int(ordered), int(received), int(damaged)))
    return {supplier: _record(own) for supplier, own in found.items()}


def _record(own: Iterable[tuple[int, bool, int, int, int]]) -> Record:
    days, late, ordered, received, damaged = zip(*own, strict=True)
    return Record(tuple(days), sum(late), sum(ordered), sum(received), sum(damaged))


def late_orders(work: Work) -> Sequence[PurchaseOrder]:
    """Purchase orders whose day has passed and of which something is still to come, the latest first."""
    return work.session.scalars(
        select(PurchaseOrder)
        .where(PurchaseOrder.state.in_(OPEN_STATES), PurchaseOrder.expected_date < work.clock.today())
        .where(
            PurchaseOrder.lines.any(PurchaseOrderLine.quantity > PurchaseOrderLine.received),
        )
        .options(selectinload(PurchaseOrder.lines).joinedload(PurchaseOrderLine.product))
        .order_by(PurchaseOrder.expected_date, PurchaseOrder.id)
    ).all()
