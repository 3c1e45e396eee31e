"""How customers' accounts move: what each has ordered over a span, beside another, and who has gone quiet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from backend.clock import BusinessClock
from backend.company.days import within_days
from backend.customers.queries import visible
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.sales.tables import Order
from backend.work import Work

LOOKED_BACK = 730  # days, for how often a customer orders
FEWEST_ORDERS = 3  # from which on there is a rhythm
QUIET = 2.0  # times the usual gap


@dataclass(frozen=True)
class Account:
    """A customer's orders. ``value``, ``before``: goods net of tax in the span and in the one before. ``last``: the day
    of the last order. ``gap``: days between orders, the mean of two years; None of fewer than three orders.
    """

    customer: Customer
    value: Decimal
    before: Decimal
    last: date | None
    gap: float | None

    @property
    def change(self) -> Decimal:
        """By how much more was ordered."""
        return self.value - self.before

    def silence(self, today: date) -> float:
        """Days since the last order, in usual gaps; 0 where there is no rhythm."""
        if self.last is None or self.gap is None:
            return 0.0
        return (today - self.last).days / max(self.gap, 1.0)


def accounts(work: Work, span: tuple[date, date], before: tuple[date, date], rep: str | None = None) -> list[Account]:
    """Every active customer that the principal may see, or those whom a rep looks after. Cancelled orders don't count.

    NotAllowed for who may not see customers.
    """
    work.principal.require(Permission.SEE_CUSTOMERS, "Customers are for the order desk and sales.")
    query = visible(work) if rep is None else visible(work).where(func.lower(Customer.rep_email) == rep.lower())
    now, then, rhythm = _ordered(work, *span), _ordered(work, *before), _rhythm(work)
    found = []
    for customer in work.session.scalars(query.order_by(Customer.id)):
        last, gap = rhythm.get(customer.id, (None, None))
        key = customer.id
        found.append(Account(customer, now.get(key, Decimal(0)), then.get(key, Decimal(0)), last, gap))
    return found


def account(work: Work, customer: Customer, span: tuple[date, date], before: tuple[date, date]) -> Account:
    """One customer's: of any for who may see customers, of their own company for everybody else. NotAllowed."""
    if work.principal.customer_id != customer.id:
        work.principal.require(Permission.SEE_CUSTOMERS, "Customers are for the order desk and sales.")
    now, then = (_ordered(work, *days, customer.id).get(customer.id, Decimal(0)) for days in (span, before))
    last, gap = _rhythm(work, customer.id).get(customer.id, (None, None))
    return Account(customer, now, then, last, gap)


def on_hold(work: Work, span: tuple[date, date], customers: Collection[int]) -> Decimal:
    """How much of what these customers (their keys) ordered in a span is in orders that are held, goods net of tax."""
    found = _ordered(work, *span, state="on_hold")
    return sum((value for key, value in found.items() if key in customers), Decimal(0))


def falling(found: Sequence[Account]) -> list[Account]:
    """Who orders less than before, by how much less."""
    return sorted((one for one in found if one.change < 0), key=lambda one: (one.change, one.customer.code))


def rising(found: Sequence[Account]) -> list[Account]:
    """Who orders more than before, by how much more."""
    return sorted((one for one in found if one.change > 0), key=lambda one: (-one.change, one.customer.code))


def best(found: Sequence[Account]) -> list[Account]:
    """Who ordered most."""
    return sorted((one for one in found if one.value > 0), key=lambda one: (-one.value, one.customer.code))


def quiet(found: Sequence[Account], today: date) -> list[Account]:
    """Who used to order and has not for more than twice as long as usual, the longest silence first."""
    silent = [one for one in found if one.silence(today) > QUIET]
    return sorted(silent, key=lambda one: (-one.silence(today), one.customer.code))


def _ordered(
    work: Work, since: date, until: date, only: int | None = None, state: str | None = None
) -> dict[int, Decimal]:
    goods = func.sum(Order.total - Order.delivery - Order.tax, type_=Order.total.type)
    query = select(Order.customer_id, goods).where(
        Order.state != "cancelled", within_days(work.session, Order.placed_at, since, until)
    )
    if only is not None:
        query = query.where(Order.customer_id == only)
    if state is not None:
        query = query.where(Order.state == state)
    return {key: value for key, value in work.session.execute(query.group_by(Order.customer_id)) if value}


def _rhythm(work: Work, only: int | None = None) -> dict[int, tuple[date, float | None]]:
    """The day of each customer's last order, and the mean gap between orders of two years."""
    clock: BusinessClock = work.clock
    since = clock.start_of(clock.today() - timedelta(days=LOOKED_BACK))
    query = (
        select(Order.customer_id, func.min(Order.placed_at), func.max(Order.placed_at), func.count())
        .where(Order.state != "cancelled", Order.placed_at >= since)
        .group_by(Order.customer_id)
    )
    if only is not None:
        query = query.where(Order.customer_id == only)
    found = {}
    for key, first, last, count in work.session.execute(query):
        days = (clock.date_of(last) - clock.date_of(first)).days
        found[key] = (clock.date_of(last), days / (count - 1) if count >= FEWEST_ORDERS else None)
    return found
