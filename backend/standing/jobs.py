"""Placing standing orders that are due.

Each is one transaction: the order, the run that says the day is done (its key makes a second run of the day
impossible), and the next date. A worker that is killed leaves all of it or nothing; two at once wait for each other.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import BusinessClock
from backend.company.service import business_clock, record
from backend.database import Database
from backend.errors import Conflict, Refused
from backend.events.service import publish
from backend.identity.permissions import SYSTEM
from backend.identity.service import principal_of
from backend.locks import lock, lock_customer, lock_levels
from backend.sales.service import Details, Wish, place_order
from backend.sales.tables import Order, StandingOrder, StandingOrderRun
from backend.standing.recurrence import next_date, parse
from backend.work import Work

log = logging.getLogger(__name__)
CHANNEL = "standing"
MOST_AT_ONCE = 500


def place_due(database: Database) -> int:
    """Run every standing order whose date has come, each in its own transaction; how many ran, placed or not.

    Dates that were missed, the worker being down, run once. What stands against an order is kept with the run; what
    goes wrong otherwise is left for the next time and does not stop the others.
    """
    with database.read() as session:
        today = business_clock(session).today()
        due = session.scalars(
            select(StandingOrder.id)
            .where(StandingOrder.state == "active", StandingOrder.next_date <= today)
            .order_by(StandingOrder.next_date, StandingOrder.id)
            .limit(MOST_AT_ONCE)
        ).all()
    ran = 0
    for standing_id in due:
        try:
            with database.write() as session:
                ran += _run(session, standing_id)
        except Exception:  # whatever is wrong with one is no reason to leave out the others
            log.exception("standing order %s did not run; it will be tried again", standing_id)
    return ran


def _run(session: Session, standing_id: int) -> bool:
    clock = business_clock(session)
    standing = session.get_one(StandingOrder, standing_id)
    lock_customer(session, standing.customer_id)
    products = [line.product_id for line in standing.lines]
    lock_levels(session, products)
    lock(session, standing)
    session.expire(standing, ["lines"])
    day = standing.next_date
    if standing.state != "active" or day is None or day > clock.today():
        return False  # run, paused or changed while this waited
    if any(line.product_id not in products for line in standing.lines):
        return False  # its lines were changed while this waited: the next time
    rule = parse(standing.rule)
    while (following := next_date(rule, standing.starts_on, day)) is not None and following <= clock.today():
        day = following  # the last of the dates that were missed stands for them all
    run = StandingOrderRun(standing_order_id=standing.id, day=day)
    session.add(run)
    standing.next_date = following
    standing.version += 1
    session.flush()
    try:
        with session.begin_nested():
            order = _placed(Work(session, principal_of(standing.user), clock, CHANNEL), standing)
    except Refused as refused:
        run.problem = refused.sentence[:300]
        _tell(session, clock, standing, run, refused)
    else:
        run.order_id = order.id
        _tell(session, clock, standing, run, order)
    return True


def _placed(work: Work, standing: StandingOrder) -> Order:
    if not standing.user.active:
        raise Conflict(f"{standing.user.name}, who set it up, has no sign-in any more.", code="person_inactive")
    if not standing.customer.active:
        raise Conflict(f"{standing.customer.name} is no longer a customer.", code="customer_inactive")
    wishes = [Wish(line.product, line.quantity) for line in standing.lines]
    details = Details(customer_reference=standing.customer_reference, standing_order_id=standing.id)
    return place_order(work, standing.customer, wishes, details=details)


def _tell(
    session: Session, clock: BusinessClock, standing: StandingOrder, run: StandingOrderRun, came: Order | Refused
) -> None:
    """Write down what came of it, and tell whoever wants to hear."""
    work = Work(session, SYSTEM, clock, CHANNEL)
    after = {
        "number": standing.number,
        "customer": standing.customer.code,
        "user": standing.user_id,
        "day": str(run.day),
        "next_date": str(standing.next_date) if standing.next_date else None,
    }
    if isinstance(came, Refused):
        kind = "standing_order.failed"
        after |= {"problem": run.problem, "code": came.code}
    else:
        kind = "standing_order.placed"
        after |= {"order": came.number}
    record(work, kind, "standing_order", standing.number, after=after)
    publish(work, kind, "standing_order", standing.number, after, customer_id=standing.customer_id)
