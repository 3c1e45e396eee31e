"""What must hold in every database at every moment that can be seen: each broken rule is one sentence."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backend.billing.tables import Invoice
from backend.catalogue.tables import Product
from backend.company.service import MAY_LEAVE_GAPS
from backend.company.tables import AuditEvent
from backend.database import Database
from backend.sales import states
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import Reservation, StockEntry, StockLevel


def broken(database: Database) -> list[str]:
    """The broken rules; empty where all is well."""
    with database.read() as session:
        return [*_stock(session), *_orders(session), *_lines(session), *_numbers(session)]


def _stock(session: Session) -> list[str]:
    """Levels are what the ledger adds up to, and hold exactly what is promised from them."""
    key = (StockLevel.product_id, StockLevel.warehouse_id)
    ledger = (
        select(StockEntry.product_id, StockEntry.warehouse_id, func.sum(StockEntry.quantity).label("sum"))
        .group_by(StockEntry.product_id, StockEntry.warehouse_id)
        .subquery()
    )
    promised = (
        select(Reservation.product_id, Reservation.warehouse_id, func.sum(Reservation.quantity).label("sum"))
        .where(Reservation.state == "active")
        .group_by(Reservation.product_id, Reservation.warehouse_id)
        .subquery()
    )
    moved, held = func.coalesce(ledger.c.sum, 0), func.coalesce(promised.c.sum, 0)
    rows = session.execute(
        select(Product.sku, StockLevel.on_hand, StockLevel.reserved, moved, held)
        .join(Product, Product.id == StockLevel.product_id)
        .outerjoin(ledger, and_(ledger.c.product_id == key[0], ledger.c.warehouse_id == key[1]))
        .outerjoin(promised, and_(promised.c.product_id == key[0], promised.c.warehouse_id == key[1]))
        .where(
            or_(
                StockLevel.on_hand != moved,
                StockLevel.reserved != held,
                StockLevel.reserved > StockLevel.on_hand,
                StockLevel.reserved < 0,
            )
        )
    )
    return [
        f"{sku}: {on_hand} on hand and {reserved} reserved, but the ledger says {ledger_says} and lines hold {lines}"
        for sku, on_hand, reserved, ledger_says, lines in rows
    ]


def _orders(session: Session) -> list[str]:
    """An order is whole: lines 1…n, the number the audit event tells, and a total that is their sum."""
    lines = (
        select(
            OrderLine.order_id,
            func.count().label("count"),
            func.max(OrderLine.position).label("last"),
            func.sum(OrderLine.total).label("total"),
        )
        .group_by(OrderLine.order_id)
        .subquery()
    )
    rows = session.execute(
        select(Order.number, Order.state, Order.total, lines.c.count, lines.c.last, lines.c.total, AuditEvent.after)
        .outerjoin(lines, lines.c.order_id == Order.id)
        .outerjoin(AuditEvent, and_(AuditEvent.subject_key == Order.number, AuditEvent.kind == "order.placed"))
    )
    found = []
    for number, state, total, count, last, line_total, told in rows:
        if count is None or count != last or told is None or len(told["lines"]) > count:  # a change adds lines
            found.append(f"{number} has {count} lines, the last of them number {last}; it was told as {told}")
        elif total != line_total:
            found.append(f"{number} is {total} in all, its lines are {line_total}")
        if state not in states.ORDER.transitions:
            found.append(f"{number} is {state}")
    return found


def _lines(session: Session) -> list[str]:
    """A line's parts add up, and what it holds is what its reservations hold; a cancelled order holds nothing."""
    held = (
        select(Reservation.order_line_id, func.sum(Reservation.quantity).label("sum"))
        .where(Reservation.state == "active")
        .group_by(Reservation.order_line_id)
        .subquery()
    )
    parts = OrderLine.reserved + OrderLine.back_ordered + OrderLine.shipped + OrderLine.cancelled
    rows = session.execute(
        select(Order.number, Order.state, OrderLine.position)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(held, held.c.order_line_id == OrderLine.id)
        .where(
            or_(
                parts != OrderLine.quantity,
                OrderLine.reserved != func.coalesce(held.c.sum, 0),
                and_(Order.state == "cancelled", OrderLine.cancelled != OrderLine.quantity),
            )
        )
    )
    return [f"line {position} of {number} ({state}) does not add up" for number, state, position in rows]


def _numbers(session: Session) -> list[str]:
    """Without a deletion, numbers have no gap; but for orders where their numbers are taken aside (PostgreSQL), as a
    transaction that fails keeps the number it took.
    """
    aside = session.get_bind().dialect.name != "sqlite"
    series = {"order": select(Order.number), "invoice": select(Invoice.number).where(Invoice.number.is_not(None))}
    found = []
    for name, query in series.items():
        numbers = sorted(int(str(number).rpartition("-")[2]) for number in session.scalars(query))
        gapless = list(range(numbers[0], numbers[0] + len(numbers))) if numbers else []
        if numbers != gapless and not (aside and name in MAY_LEAVE_GAPS and len(set(numbers)) == len(numbers)):
            found.append(f"{name} numbers have a gap or repeat: {len(numbers)} from {numbers[0]} to {numbers[-1]}")
    return found
