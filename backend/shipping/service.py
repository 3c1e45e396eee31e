"""From the shelf to the customer: shipments are planned from what is reserved, picked, shipped, delivered, or lost.

Every change of a shipment changes its order's version too, as an order is shown with its shipments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import select

from backend.billing.credits import credit_shipment
from backend.billing.invoicing import invoice_shipment
from backend.billing.tables import Invoice
from backend.company.service import company, next_number, record
from backend.errors import Conflict, Invalid
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock, lock_customer
from backend.sales.allocating import Levels, reserve
from backend.sales.back_orders import promised
from backend.sales.locking import lock_order, lock_without_stock
from backend.sales.planning import NOT_GONE, chosen
from backend.sales.states import ORDER, SHIPMENT
from backend.sales.tables import Order, Shipment, ShipmentLine
from backend.stock import watching
from backend.stock.service import enter
from backend.stock.tables import Reservation, Warehouse
from backend.work import Work
from backend.working_days import add_working_days

Remedy = Literal["replace", "credit"]
LOST: Final = "Lost on its way"
_OVER: Final = frozenset({"delivered", "lost", "cancelled"})


def require_fulfil(work: Work) -> None:
    """NotAllowed for those who do not handle shipments."""
    work.principal.require(Permission.FULFIL, "Shipments are handled by our order desk.")


def lock_shipment(work: Work, shipment: Shipment) -> Levels:
    """Lock a shipment with all that shipping or losing it touches: customer (it is invoiced), stock, order."""
    lock_customer(work.session, shipment.order.customer_id)
    levels = lock_order(work, shipment.order)
    lock(work.session, shipment)
    return levels


def plan_shipment(
    work: Work, order: Order, lines: Mapping[int, int] | None = None, warehouse: Warehouse | None = None
) -> Shipment:
    """Plan a shipment of what is reserved in one warehouse: all of it, or quantities by line position.

    Without a warehouse it leaves from one that has what is asked for, and for all from the one that has most. Conflict
    (on_hold, nothing_to_ship, not_reserved, not_in_one_warehouse) where that can't be done.
    """
    require_fulfil(work)
    lock_order(work, order)
    _require_going(order)
    warehouse_id, parts = chosen(work, order, lines, warehouse)
    shipment = Shipment(
        number=next_number(work.session, "shipment"),
        order_id=order.id,
        warehouse_id=warehouse_id,
        planned_at=work.clock.now(),
        lines=[ShipmentLine(order_line=line, quantity=parts[line.id]) for line in order.lines if line.id in parts],
    )
    order.shipments.append(shipment)
    if order.state == "placed":
        order.state = ORDER.require(order.state, "in_fulfilment")
    order.version += 1
    work.session.flush()
    after = {"state": "planned", "order": order.number, "lines": _contents(shipment)}
    record(work, "shipment.planned", "shipment", shipment.number, after=after)
    return shipment


def pick(work: Work, shipment: Shipment) -> Shipment:
    """Say that a planned shipment lies packed."""
    require_fulfil(work)
    lock_without_stock(work, shipment.order)
    lock(work.session, shipment)
    _require_going(shipment.order)
    _move(work, shipment, "picked")
    work.session.flush()
    return shipment


def ship(
    work: Work,
    shipment: Shipment,
    *,
    carrier: str,
    tracking_number: str | None = None,
    expected_date: date | None = None,
) -> Shipment:
    """Hand a picked shipment to a carrier: its stock is issued, its allocations are used up, it is invoiced.

    ``expected_date`` is by default the company's delivery days from today. Conflict (on_hold, not_reserved) where the
    order is held or what is packed is no longer reserved.
    """
    require_fulfil(work)
    by, tracking = _said(carrier, "carrier"), _said(tracking_number, "tracking_number")
    if not by:
        raise Invalid("Say which carrier takes the shipment.", code="carrier_missing")
    if expected_date is not None and expected_date < work.clock.today():
        raise Invalid("The expected date is in the past.", code="date_in_past")
    levels = lock_shipment(work, shipment)
    _require_going(shipment.order)
    SHIPMENT.require(shipment.state, "shipped")
    _use_up(work, shipment)
    _issue(work, shipment, levels)
    shipment.shipped_at = work.clock.now()
    shipment.carrier, shipment.tracking_number = by, tracking
    shipment.expected_date = expected_date or _expected(work)
    _move(work, shipment, "shipped", carrier=by, tracking_number=tracking)
    work.session.flush()
    invoice_shipment(work, shipment)
    work.session.flush()
    return shipment


def deliver(work: Work, shipment: Shipment) -> Shipment:
    """Say that a shipment has arrived; also one that had been lost and turned up after all.

    What a lost one was replaced or credited with stays: whoever finds it talks to the customer about it.
    """
    require_fulfil(work)
    lock_without_stock(work, shipment.order)
    lock(work.session, shipment)
    _move(work, shipment, "delivered")
    shipment.delivered_at = work.clock.now()
    follow(work, shipment.order)
    work.session.flush()
    return shipment


def lose(work: Work, shipment: Shipment, remedy: Remedy) -> Shipment:
    """Say that a shipment got lost: the stock stays issued, and its invoice is credited.

    With "replace" its lines are wanted again (no longer shipped, nor invoiced): reserved from stock where there is
    any, otherwise back-ordered; the replacement is invoiced when it is shipped. With "credit" nothing more is sent.
    """
    require_fulfil(work)
    levels = lock_shipment(work, shipment)
    free = watching.free(levels)
    _move(work, shipment, "lost", remedy=remedy)
    work.session.flush()
    if remedy == "credit" or _is_invoiced(work, shipment):
        credit_shipment(work, shipment, f"{LOST}: {shipment.number}")
    if remedy == "replace":
        _want_again(work, shipment, levels)
    follow(work, shipment.order)
    watching.tell(work, free, watching.free(levels))
    work.session.flush()
    return shipment


def cancel_shipment(work: Work, shipment: Shipment) -> Shipment:
    """Give up a shipment that has not left; what was in it stays reserved for the order."""
    require_fulfil(work)
    lock_without_stock(work, shipment.order)
    lock(work.session, shipment)
    _move(work, shipment, "cancelled")
    follow(work, shipment.order)
    work.session.flush()
    return shipment


def follow(work: Work, order: Order) -> None:
    """Bring an order's state up to its lines and shipments; it is locked and they were read since.

    It is completed when nothing is wanted any more and all that left has arrived, and only placed again when nothing
    has left, nor is about to.
    """
    states = {shipment.state for shipment in order.shipments}
    wanted = any(line.reserved or line.back_ordered for line in order.lines)
    gone = any(line.shipped for line in order.lines)
    before = order.state
    if before == "in_fulfilment" and gone and not wanted and states <= _OVER:
        order.state = ORDER.require(before, "completed")
        _tell(work, order, "order.completed", before)
    elif before == "in_fulfilment" and not gone and not states & {*NOT_GONE, "shipped"}:
        order.state = ORDER.require(before, "placed")
        _record(work, order, "order.reopened", before)


def _require_going(order: Order) -> None:
    if order.state == "on_hold":
        raise Conflict(f"{order.number} is on hold. Release it first.", code="on_hold")
    if order.state not in ("placed", "in_fulfilment"):
        raise Conflict(f"{order.number} is {order.state}: nothing more is shipped.", code="order_closed")


def _said(text: str | None, field: str) -> str | None:
    """What somebody wrote, without blanks around it; Invalid where the column would not hold it."""
    text = text.strip() if text else None
    if text and len(text) > 60:
        raise Invalid("Carrier and tracking number have at most 60 characters.", code="too_long", field=field)
    return text or None


def _move(work: Work, shipment: Shipment, state: str, **facts: str | None) -> None:
    """One step of a locked shipment, on record, and published where the world hears of it."""
    before, order = shipment.state, shipment.order
    shipment.state = SHIPMENT.require(before, state)
    shipment.version += 1
    order.version += 1
    after = {"state": state, **facts}
    record(work, f"shipment.{state}", "shipment", shipment.number, before={"state": before}, after=after)
    if state in ("shipped", "delivered", "lost"):
        payload = {
            "number": shipment.number,
            "order": order.number,
            "expected_date": str(shipment.expected_date) if shipment.expected_date else None,
            "lines": _contents(shipment),
            **facts,
        }
        publish(work, f"shipment.{state}", "shipment", shipment.number, payload, customer_id=order.customer_id)


def _contents(shipment: Shipment) -> list[list[Any]]:
    return [[line.order_line.product.sku, line.quantity] for line in shipment.lines]


def _use_up(work: Work, shipment: Shipment) -> None:
    """Use up allocations, the oldest first; of one that is larger than needed the rest goes on as a new one."""
    rows = work.session.scalars(
        select(Reservation)
        .where(
            Reservation.order_line_id.in_([line.order_line_id for line in shipment.lines]),
            Reservation.warehouse_id == shipment.warehouse_id,
            Reservation.state == "active",
        )
        .order_by(Reservation.created_at, Reservation.id)
        .execution_options(populate_existing=True)
    ).all()
    for line in shipment.lines:
        left = line.quantity
        for held in rows:
            if held.order_line_id != line.order_line_id or not left:
                continue
            taken = min(left, held.quantity)
            if taken < held.quantity:
                work.session.add(
                    Reservation(
                        order_line_id=held.order_line_id,
                        product_id=held.product_id,
                        warehouse_id=held.warehouse_id,
                        quantity=held.quantity - taken,
                        created_at=held.created_at,
                        expires_at=held.expires_at,
                    )
                )
            held.quantity, held.state = taken, "consumed"
            left -= taken
        if left:
            raise _gone_from_the_shelf(line, line.quantity - left)


def _gone_from_the_shelf(line: ShipmentLine, there: int) -> Conflict:
    wanted = line.order_line
    return Conflict(
        f"Line {wanted.position} ({wanted.product.name}): of the {line.quantity} in this shipment only {there} is "
        "still reserved in its warehouse. Cancel the shipment and plan it again.",
        code="not_reserved",
        position=wanted.position,
        available=there,
    )


def _issue(work: Work, shipment: Shipment, levels: Levels) -> None:
    """Take the goods out of stock, and count them as shipped."""
    assert shipment.warehouse_id is not None
    for line in shipment.lines:
        wanted = line.order_line
        level = next(one for one in levels[wanted.product_id] if one.warehouse_id == shipment.warehouse_id)
        level.reserved, level.on_hand = level.reserved - line.quantity, level.on_hand - line.quantity
        wanted.reserved, wanted.shipped = wanted.reserved - line.quantity, wanted.shipped + line.quantity
        enter(work, level, -line.quantity, "issue", document=shipment.number)


def _expected(work: Work) -> date:
    row = company(work.session)
    return add_working_days(work.clock.today(), row.delivery_days if row else 1)


def _is_invoiced(work: Work, shipment: Shipment) -> bool:
    return work.session.scalar(select(Invoice.id).where(Invoice.shipment_id == shipment.id)) is not None


def _want_again(work: Work, shipment: Shipment, levels: Levels) -> None:
    order = shipment.order
    if order.state != "in_fulfilment":
        raise Conflict(f"{order.number} is {order.state}: it can be credited, not sent again.", code="order_closed")
    for line in shipment.lines:
        wanted, quantity = line.order_line, line.quantity
        if wanted.shipped - quantity < wanted.returned:
            raise Conflict("Part of this shipment has come back already.", code="returned_already")
        taken = reserve(work, wanted, quantity, levels[wanted.product_id])
        wanted.shipped -= quantity
        wanted.invoiced = min(wanted.invoiced, wanted.shipped)
        wanted.reserved += taken
        wanted.back_ordered += quantity - taken
        wanted.promised_date = promised(work, wanted)


def _tell(work: Work, order: Order, kind: str, before: str) -> None:
    _record(work, order, kind, before)
    payload = {"number": order.number, "state": order.state}
    publish(work, kind, "order", order.number, payload, customer_id=order.customer_id)


def _record(work: Work, order: Order, kind: str, before: str) -> None:
    behalf = order.customer_id if work.principal.customer_id != order.customer_id else None
    after = {"state": order.state}
    record(work, kind, "order", order.number, before={"state": before}, after=after, on_behalf_of=behalf)
