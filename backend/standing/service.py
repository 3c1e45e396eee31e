"""Standing orders: orders that place themselves on the dates of a rule, at the prices of the day.

Such an order is placed in the name of whoever set its lines last, with that person's rights and limits on the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from backend.company.service import next_number, record
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid, NotFound
from backend.identity.permissions import Permission
from backend.locks import lock
from backend.sales import carts, service
from backend.sales.service import Wish
from backend.sales.states import STANDING_ORDER
from backend.sales.tables import Order, StandingOrder, StandingOrderLine, StandingOrderRun
from backend.standing.recurrence import anchored, described, next_date, parse
from backend.work import Work

MOST_DAYS_AHEAD: Final = 731
LAST_RUNS: Final = 10
_WHOLE = (
    selectinload(StandingOrder.lines).selectinload(StandingOrderLine.product),
    selectinload(StandingOrder.customer),
    selectinload(StandingOrder.user),
)


# ---- reading -------------------------------------------------------------------------------------------------------


def visible(work: Work) -> Select[StandingOrder]:
    """The standing orders the principal may see: their own company's, or all with the permission, or none."""
    query = select(StandingOrder)
    if work.principal.may(Permission.SEE_ALL_ORDERS):
        return query
    return query.where(StandingOrder.customer_id == (work.principal.customer_id or -1))


def by_number(work: Work, number: str) -> StandingOrder:
    """A visible standing order with its lines; NotFound for an unknown one and for another customer's alike."""
    wanted = number.strip().upper()
    found = None
    if wanted.isprintable():  # PostgreSQL takes no NUL
        found = work.session.scalar(visible(work).where(StandingOrder.number == wanted).options(*_WHOLE))
    if found is None:
        raise NotFound(f"I can't find a standing order {number[:30]} of yours.", code="unknown_standing_order")
    return found


def page(
    work: Work, *, customer_id: int | None = None, state: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[StandingOrder]:
    """Visible standing orders, newest key first, below the key ``before``."""
    query = visible(work).options(*_WHOLE).order_by(StandingOrder.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(StandingOrder.customer_id == customer_id)
    if state is not None:
        query = query.where(StandingOrder.state == state)
    if before is not None:
        query = query.where(StandingOrder.id < before)
    return work.session.scalars(query).all()


@dataclass(frozen=True)
class Run:
    """What came of a day: an order's number, or why there is none."""

    day: date
    order: str | None
    problem: str | None


def runs(work: Work, standing: StandingOrder, limit: int = LAST_RUNS) -> list[Run]:
    """What came of the last dates, the newest first."""
    rows = work.session.execute(
        select(StandingOrderRun.day, Order.number, StandingOrderRun.problem)
        .outerjoin(Order, StandingOrderRun.order_id == Order.id)
        .where(StandingOrderRun.standing_order_id == standing.id)
        .order_by(StandingOrderRun.day.desc())
        .limit(limit)
    )
    return [Run(day, number, problem) for day, number, problem in rows]


# ---- changing ------------------------------------------------------------------------------------------------------


def create(
    work: Work,
    customer: Customer,
    wishes: Sequence[Wish],
    rule: str,
    starts_on: date | None = None,
    customer_reference: str | None = None,
) -> StandingOrder:
    """Set up a standing order, from ``starts_on`` (by default today) on; its first date may be today.

    Raises Invalid for a rule or a beginning that makes no sense, and what placing such an order would raise for its
    products and quantities. Its prices are those of each day.
    """
    carts.require_for(work, customer)
    lines = _lines(wishes)
    today = work.clock.today()
    begins = starts_on or today
    if begins < today:
        raise Invalid("A standing order can't begin in the past.", code="date_in_past")
    if begins > today + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid("A standing order begins within two years.", code="starts_too_late")
    full, first = anchored(parse(rule), begins)
    standing = StandingOrder(
        number=next_number(work.session, "standing_order"),
        customer_id=customer.id,
        customer=customer,
        user_id=work.principal.user_id,
        state="active",
        rule=str(full),
        starts_on=first,
        next_date=first,
        customer_reference=customer_reference,
        lines=lines,
    )
    work.session.add(standing)
    work.session.flush()
    _record(work, standing, "created", None)
    return standing


def change(
    work: Work,
    standing: StandingOrder,
    *,
    wishes: Sequence[Wish] | None = None,
    rule: str | None = None,
    customer_reference: str | None = None,
) -> StandingOrder:
    """Other lines, another rule, which begins with its first date from today on that has not run yet, or another
    reference ("" is none).

    Whoever sets the lines answers for them: the orders are placed in their name from then on.
    """
    before = _open(work, standing)
    lines = _lines(wishes) if wishes is not None else None
    if rule is not None:
        full, first = anchored(parse(rule), _free_from(work, standing))
        standing.rule, standing.starts_on = str(full), first
        standing.next_date = first if standing.state == "active" else None
    if lines is not None:
        standing.lines.clear()
        work.session.flush()  # a product is in it once: the old line goes before the new one comes
        standing.lines.extend(lines)
        standing.user_id = work.principal.user_id
        work.session.expire(standing, ["user"])
    if customer_reference is not None:
        standing.customer_reference = customer_reference or None
    return _changed(work, standing, "changed", before)


def pause(work: Work, standing: StandingOrder) -> StandingOrder:
    """No orders until it is resumed; the dates in between are left out."""
    return _move(work, standing, "paused", "paused")


def resume(work: Work, standing: StandingOrder) -> StandingOrder:
    """Go on with the next date of the rule, today's included."""
    return _move(work, standing, "active", "resumed")


def end(work: Work, standing: StandingOrder) -> StandingOrder:
    """No orders any more."""
    return _move(work, standing, "ended", "ended")


def skip(work: Work, standing: StandingOrder) -> StandingOrder:
    """Leave out the next date; Conflict where there is none, as it is paused."""
    before = _open(work, standing)
    if standing.next_date is None:
        raise Conflict(f"{standing.number} has no next date to skip: it is {standing.state}.", code="no_next_date")
    standing.next_date = next_date(parse(standing.rule), standing.starts_on, standing.next_date)
    return _changed(work, standing, "skipped", before)


def _move(work: Work, standing: StandingOrder, state: str, what: str) -> StandingOrder:
    before = _held(work, standing)
    standing.state = STANDING_ORDER.require(standing.state, state)
    standing.next_date = None
    if state == "active":
        free = max(_free_from(work, standing), standing.starts_on)
        standing.next_date = next_date(parse(standing.rule), standing.starts_on, free, inclusive=True)
    return _changed(work, standing, what, before)


def _lines(wishes: Sequence[Wish]) -> list[StandingOrderLine]:
    if any(wish.discount or wish.agreed is not None for wish in wishes):
        raise Invalid("A standing order is at the prices of each day, without discounts.", code="no_discount")
    return [
        StandingOrderLine(position=position, product_id=wish.product.id, product=wish.product, quantity=wish.quantity)
        for position, wish in enumerate(service.merge(wishes), start=1)
    ]


def _free_from(work: Work, standing: StandingOrder) -> date:
    """The first day that can still run: today, or the day after the last one that has."""
    last = work.session.scalar(
        select(func.max(StandingOrderRun.day)).where(StandingOrderRun.standing_order_id == standing.id)
    )
    today = work.clock.today()
    return today if last is None else max(today, last + timedelta(days=1))


def _held(work: Work, standing: StandingOrder) -> dict[str, Any]:
    """Lock and read again; gives what it was before, as the audit trail keeps it."""
    carts.require_for(work, standing.customer)
    lock(work.session, standing)
    work.session.expire(standing, ["lines"])
    return summary(standing)


def _open(work: Work, standing: StandingOrder) -> dict[str, Any]:
    before = _held(work, standing)
    if standing.state == "ended":
        raise Conflict(f"{standing.number} has ended. Please set up a new one.", code="standing_order_ended")
    return before


def _changed(work: Work, standing: StandingOrder, what: str, before: dict[str, Any]) -> StandingOrder:
    standing.version += 1
    work.session.flush()
    _record(work, standing, what, before)
    return standing


def _record(work: Work, standing: StandingOrder, what: str, before: dict[str, Any] | None) -> None:
    behalf = standing.customer_id if work.principal.customer_id != standing.customer_id else None
    kind, after = f"standing_order.{what}", summary(standing)
    record(work, kind, "standing_order", standing.number, before=before, after=after, on_behalf_of=behalf)


def summary(standing: StandingOrder) -> dict[str, Any]:
    """A standing order as the audit trail keeps it."""
    return {
        "state": standing.state,
        "customer": standing.customer.code,
        "rule": standing.rule,
        "when": described(standing.rule),
        "starts_on": str(standing.starts_on),
        "next_date": str(standing.next_date) if standing.next_date else None,
        "customer_reference": standing.customer_reference,
        "lines": [[line.product.sku, line.quantity] for line in standing.lines],
    }
