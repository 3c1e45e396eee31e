"""Holding orders, and letting them go: what is held stays in the house until whoever may releases it.

What a buyer's own limit holds is released by an approver in the buyer's company, and by nobody else; all other holds
are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, false, or_, select, true
from sqlalchemy.orm import selectinload
from sqlalchemy.sql import ColumnElement

from backend.company.service import company, record
from backend.database import now
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.sales.allocating import Levels
from backend.sales.back_orders import allocate, promised
from backend.sales.locking import lock_order
from backend.sales.states import ORDER
from backend.sales.tables import Order, OrderHold, OrderLine
from backend.stock import watching
from backend.stock.tables import Reservation
from backend.work import Work

LONGEST_DETAIL = 300
HOLD_DAYS = 5


def require_holding(work: Work) -> None:
    """NotAllowed for those who do not hold orders."""
    if not (work.principal.may(Permission.RELEASE_HOLDS) or work.principal.may(Permission.FULFIL)):
        raise NotAllowed("Orders are held by our order desk.")


def hold(work: Work, order: Order, detail: str) -> Order:
    """Hold an order of which nothing is being picked; its stock stays reserved for the company's hold days.

    Conflict where a shipment is planned or has left (illegal_transition), or it is held by hand already.
    """
    require_holding(work)
    detail = detail.strip()
    if not detail or len(detail) > LONGEST_DETAIL:
        raise Invalid(f"Say why it is held, in at most {LONGEST_DETAIL} characters.", code="detail_missing")
    lock_order(work, order)
    before = order.state
    if any(one.reason == "manual" for one in standing(order)):
        raise Conflict(f"{order.number} is held already.", code="already_held")
    if before != "on_hold":
        order.state = ORDER.require(before, "on_hold")
    order.holds.append(OrderHold(reason="manual", detail=detail))
    order.version += 1
    let_expire(work, order)
    after = {"state": "on_hold", "reason": "manual", "detail": detail}
    earlier, whose = {"state": before}, _behalf(work, order)
    record(work, "order.held", "order", order.number, before=earlier, after=after, on_behalf_of=whose)
    payload = {"number": order.number, "reasons": ["manual"]}
    publish(work, "order.held", "order", order.number, payload, customer_id=order.customer_id)
    work.session.flush()
    return order


def release(work: Work, order: Order, reason: str | None = None) -> Order:
    """Release what the principal may release of what holds an order, or the one reason named.

    With the last hold gone the order goes on: its allocations no longer expire, and what had gone back is reserved
    again as far as there is stock. NotFound for another company's order, NotAllowed for holds that are not the
    principal's to release, Conflict where nothing holds it (for that reason).
    """
    principal = work.principal
    if not principal.may(Permission.SEE_ALL_ORDERS) and principal.customer_id != order.customer_id:
        raise NotFound(f"I can't find an order {order.number} of yours.", code="unknown_order")
    if principal.customer_id is None and not principal.may(Permission.RELEASE_HOLDS):
        raise NotAllowed("Holds are released by our managers.")
    levels = lock_order(work, order)
    if order.state != "on_hold":
        raise Conflict(f"{order.number} is not on hold.", code="not_on_hold")
    found = [one for one in standing(order) if reason in (None, one.reason)]
    if reason is not None and not found:
        raise Conflict(f"{order.number} is not held for that.", code="not_on_hold")
    own = [one for one in found if _may_release(work, order, one)]
    if not own and (found or principal.customer_id is not None):
        raise NotAllowed(_whose(found))
    for one in own:
        one.released_at, one.released_by_id = now(), principal.user_id or None
    order.version += 1
    reasons = [one.reason for one in own]
    left = [one.reason for one in standing(order)]
    if not left:
        let_go(work, order, levels)
    after = {"state": order.state, "released": reasons, "held": left}
    earlier, whose = {"state": "on_hold"}, _behalf(work, order)
    record(work, "order.released", "order", order.number, before=earlier, after=after, on_behalf_of=whose)
    if not left:
        payload = {"number": order.number, "reasons": reasons}
        publish(work, "order.released", "order", order.number, payload, customer_id=order.customer_id)
    work.session.flush()
    return order


def _behalf(work: Work, order: Order) -> int | None:
    return order.customer_id if work.principal.customer_id != order.customer_id else None


def standing(order: Order) -> list[OrderHold]:
    """What holds an order and is not released."""
    return [one for one in order.holds if one.released_at is None]


def may_release(work: Work, order: Order) -> bool:
    """Whether the principal may release any of what holds an order."""
    return order.state == "on_hold" and any(_may_release(work, order, one) for one in standing(order))


def held(work: Work, *, limit: int = 50) -> Sequence[Order]:
    """Held orders, those that have waited longest first: all for our people who see orders, and for a customer's
    person those of their company that wait for their approval.
    """
    query = select(Order).where(Order.state == "on_hold").order_by(Order.placed_at, Order.id).limit(limit)
    if not work.principal.may(Permission.SEE_ALL_ORDERS):
        query = query.where(_waits_for(work))
    whole = (
        selectinload(Order.holds),
        selectinload(Order.lines).joinedload(OrderLine.product),
        selectinload(Order.shipments),
    )
    return work.session.scalars(query.options(*whole)).all()


def _may_release(work: Work, order: Order, one: OrderHold) -> bool:
    if one.reason == "buyer_limit":
        return _approves(work, order)
    return work.principal.may(Permission.RELEASE_HOLDS)


def _approves(work: Work, order: Order) -> bool:
    """Whether the principal approves what is above the limit of the person who placed an order."""
    principal = work.principal
    if principal.customer_id != order.customer_id or principal.user_id == order.placed_by_id:
        return False
    if order.placed_by is not None and order.placed_by.approver_id == principal.user_id:
        return True
    return principal.order_limit is None or principal.order_limit >= order.total


def _waits_for(work: Work) -> ColumnElement[bool]:
    """The same in SQL, for held orders whose hold for a buyer's limit stands."""
    principal = work.principal
    if principal.customer_id is None:
        return false()
    stands = exists().where(
        OrderHold.order_id == Order.id, OrderHold.reason == "buyer_limit", OrderHold.released_at.is_(None)
    )
    named = exists().where(User.id == Order.placed_by_id, User.approver_id == principal.user_id)
    within: ColumnElement[bool] = true()
    if principal.order_limit is not None:
        within = Order.total <= principal.order_limit
    another = or_(Order.placed_by_id.is_(None), Order.placed_by_id != principal.user_id)
    return (Order.customer_id == principal.customer_id) & another & stands & or_(named, within)


def _whose(found: Sequence[OrderHold]) -> str:
    if any(one.reason == "buyer_limit" for one in found):
        return "That is released by an approver in the buyer's company, and never by who placed the order."
    return "That hold is released by our managers."


def _allocations(work: Work, order: Order) -> Sequence[Reservation]:
    return work.session.scalars(
        select(Reservation)
        .where(Reservation.order_line_id.in_([line.id for line in order.lines]), Reservation.state == "active")
        .execution_options(populate_existing=True)
    ).all()


def let_expire(work: Work, order: Order) -> None:
    """Keep what is reserved for an order that is held now for the company's hold days only."""
    row = company(work.session)
    until = now() + timedelta(days=row.hold_days if row else HOLD_DAYS)
    for held in _allocations(work, order):
        held.expires_at = held.expires_at or until


def let_go(work: Work, order: Order, levels: Levels) -> None:
    """Place an order again that nothing holds any more: it keeps what it has, and gets what has gone back as far as
    there is stock. It is locked, and so are its levels.
    """
    free = watching.free(levels)
    order.state = ORDER.require(order.state, "placed")
    for kept in _allocations(work, order):
        kept.expires_at = None
    for line in order.lines:
        if line.back_ordered:
            allocate(work, line, levels)
        if line.reserved or line.back_ordered:  # the days on hold have moved it
            line.promised_date = promised(work, line)
    watching.tell(work, free, watching.free(levels))
