"""What of an order may come back: delivered, not returned, not under return, and until when at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from backend.billing.tables import CreditNote, CreditNoteLine, Invoice
from backend.company.service import company
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from backend.work import Work

RETURN_DAYS: Final = 30  # where the company has not said
ARRIVED: Final = ("received", "settled")


@dataclass(frozen=True)
class Lot:
    """So many sales units on a day: delivered, or asked to be taken back."""

    day: date
    quantity: int


def left_of(delivered: Iterable[Lot], taken: Iterable[Lot]) -> tuple[Lot, ...]:
    """What is left of deliveries after what was taken from them, the newest first. Pure.

    Who gives something back gives the newest of what had been delivered by then; so goods that have lain for long
    never count as fresh because others arrived since.
    """
    lots = sorted(delivered, key=lambda lot: lot.day, reverse=True)
    left = [lot.quantity for lot in lots]
    for back in sorted(taken, key=lambda lot: lot.day):
        there_by_then = [place for place, lot in enumerate(lots) if lot.day <= back.day]
        later = [place for place, lot in enumerate(lots) if lot.day > back.day]
        missing = back.quantity
        for place in there_by_then + later:
            part = min(missing, left[place])
            left[place] -= part
            missing -= part
    return tuple(Lot(lot.day, quantity) for lot, quantity in zip(lots, left, strict=True) if quantity)


@dataclass(frozen=True)
class Returnable:
    """An order line, and how much of it was delivered, came back, is on its way back and may still come back.

    ``lots`` is what may come back by the day it was delivered, the newest first; ``days`` is how long it may at once.
    """

    line: OrderLine
    delivered: int
    returned: int
    under_return: int
    lots: tuple[Lot, ...]
    days: int
    today: date

    @property
    def quantity(self) -> int:
        """How much may still come back."""
        return sum(lot.quantity for lot in self.lots)

    @property
    def at_once(self) -> int:
        """How much of it is taken back without asking our people."""
        return sum(lot.quantity for lot in self.lots if (self.today - lot.day).days <= self.days)

    @property
    def until(self) -> date | None:
        """The last day on which some of it is taken back without asking; None where nothing may come back."""
        return self.lots[0].day + timedelta(days=self.days) if self.lots else None


def returnable(work: Work, order: Order) -> list[Returnable]:
    """What may come back of each line of an order; what is decided on it holds the order's row (``backend.locks``)."""
    row = company(work.session)
    days = RETURN_DAYS if row is None else row.return_days
    figures, delivered = _figures(work, order), _delivered(work, order)
    today = work.clock.today()
    found = []
    for line in order.lines:
        now = figures[line.id]
        came = _no_more_than(now.shipped, delivered.get(line.id, now.history))
        found.append(
            Returnable(
                line=line,
                delivered=sum(lot.quantity for lot in came),
                returned=now.returned,
                under_return=sum(lot.quantity for lot in now.taken) - now.returned,
                lots=left_of(came, now.taken),
                days=days,
                today=today,
            )
        )
    return found


def _no_more_than(most: int, lots: Iterable[Lot]) -> list[Lot]:
    """The newest lots up to a quantity: what was lost, sent again and found after all came twice, but is sold once."""
    found = []
    for lot in sorted(lots, key=lambda lot: lot.day, reverse=True):
        part = min(lot.quantity, most)
        most -= part
        if part:
            found.append(Lot(lot.day, part))
    return found


def _delivered(work: Work, order: Order) -> dict[int, list[Lot]]:
    """By order line, every line that was ever in a shipment; less what was credited without coming back."""
    rows = work.session.execute(
        select(Shipment.id, Shipment.state, Shipment.delivered_at, ShipmentLine.order_line_id, ShipmentLine.quantity)
        .join(Shipment, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.order_id == order.id)
    ).all()
    credited = _credited(work, order) if rows else {}
    ordered = work.clock.date_of(order.placed_at)
    found: dict[int, list[Lot]] = {line.id: [] for line in order.lines} if rows else {}
    for shipment_id, state, at, line_id, quantity in rows:
        left = quantity - credited.get((shipment_id, line_id), 0)
        if state == "delivered" and left > 0:
            found[line_id].append(Lot(ordered if at is None else work.clock.date_of(at), left))
    return found


def _credited(work: Work, order: Order) -> dict[tuple[int | None, int | None], int]:
    """How much of a shipment's line was credited for another reason than a return: it was lost, say, and then found."""
    rows = work.session.execute(
        select(Invoice.shipment_id, CreditNoteLine.order_line_id, func.sum(CreditNoteLine.quantity))
        .join(CreditNote, CreditNoteLine.credit_note_id == CreditNote.id)
        .join(Invoice, CreditNote.invoice_id == Invoice.id)
        .where(Invoice.order_id == order.id, CreditNote.return_id.is_(None))
        .group_by(Invoice.shipment_id, CreditNoteLine.order_line_id)
    )
    return {(shipment_id, line_id): int(quantity) for shipment_id, line_id, quantity in rows}


@dataclass(frozen=True)
class _Figures:
    """Of an order line: ``taken`` is all that came back or is to, ``returned`` how much of it is here.

    ``history`` is what was delivered where no shipments were kept: all of it, when it was ordered.
    """

    shipped: int
    returned: int
    history: Sequence[Lot]
    taken: Sequence[Lot]


def _figures(work: Work, order: Order) -> dict[int, _Figures]:
    """By order line, in one statement: a return that is received meanwhile counts once, never not at all."""
    back = (
        select(
            SalesReturnLine.order_line_id,
            SalesReturnLine.quantity,
            SalesReturn.state,
            SalesReturn.requested_at,
        )
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .where(SalesReturn.state != "rejected")
        .subquery()
    )
    rows = work.session.execute(
        select(OrderLine.id, OrderLine.shipped, OrderLine.returned, back.c.quantity, back.c.state, back.c.requested_at)
        .outerjoin(back, back.c.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.id)
    )
    found: dict[int, _Figures] = {}
    ordered = work.clock.date_of(order.placed_at)
    for line_id, shipped, returned, quantity, state, at in rows:
        if line_id not in found:
            history = [Lot(ordered, shipped)] if order.state == "completed" else []
            found[line_id] = _Figures(shipped, returned, history, [Lot(ordered, returned)])
        first, *others = found[line_id].taken
        if quantity:
            others.append(Lot(work.clock.date_of(at), quantity))
        if state in ARRIVED:  # is a part of the line's own figure
            first = Lot(ordered, max(0, first.quantity - quantity))
        found[line_id] = replace(found[line_id], taken=[first, *others])
    return found
