"""Who owes us, and how much of it is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, case, func

from backend.billing.queries import is_overdue, visible_invoices
from backend.billing.states import OWED
from backend.billing.tables import Invoice
from backend.customers.queries import visible
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.sales.totals import ZERO
from backend.work import Work


@dataclass(frozen=True)
class Debtor:
    """A customer with ``invoices`` that are not wholly paid: what is ``outstanding`` on them, of it ``overdue``."""

    customer: Customer
    outstanding: Decimal
    overdue: Decimal
    invoices: int


@dataclass(frozen=True)
class Owed:
    """How many ``invoices`` are not wholly paid, what is ``outstanding`` on them, of it ``overdue``."""

    invoices: int
    outstanding: Decimal
    overdue: Decimal


def owed(work: Work, customer_id: int | None = None) -> Owed:
    """What is owed on the visible invoices, of one customer where it is given."""
    total = func.sum(Invoice.outstanding)
    late = func.sum(case((is_overdue(work), Invoice.outstanding)), type_=total.type)
    query = _not_paid(work)
    if customer_id is not None:
        query = query.where(Invoice.customer_id == customer_id)
    count, outstanding, overdue = work.session.execute(query.with_only_columns(func.count(), total, late)).one()
    return Owed(count, outstanding or ZERO, overdue or ZERO)


def _not_paid(work: Work) -> Select[Invoice]:
    return visible_invoices(work).where(Invoice.state.in_(OWED), Invoice.outstanding > 0)


def debtors(work: Work, rep: str | None = None) -> Sequence[Debtor]:
    """Every visible customer that owes, or those whom a rep looks after; who owes most first.

    NotAllowed for who may not see customers.
    """
    work.principal.require(Permission.SEE_CUSTOMERS, "What customers owe is for the order desk and sales.")
    late = case((is_overdue(work), Invoice.outstanding))
    owed = func.sum(Invoice.outstanding)
    query = (
        _not_paid(work)
        .with_only_columns(
            Invoice.customer_id.label("customer_id"),
            owed.label("owed"),
            func.sum(late, type_=owed.type).label("late"),
            func.count().label("count"),
        )
        .group_by(Invoice.customer_id)
        .subquery()
    )
    customers = visible(work) if rep is None else visible(work).where(func.lower(Customer.rep_email) == rep.lower())
    rows = work.session.execute(
        customers.join(query, query.c.customer_id == Customer.id)
        .add_columns(query.c.owed, query.c.late, query.c.count)
        .order_by(query.c.owed.desc(), Customer.code)
    )
    return [Debtor(customer, owed, late or ZERO, count) for customer, owed, late, count in rows]
