"""What holds for a customer's orders where nobody says otherwise, and whether it is late with paying: one query."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import and_, bindparam, select

from backend.customers.queries import ON_ACCOUNT, USUAL_METHOD
from backend.customers.tables import Address, Customer
from backend.sales.checking import OVERDUE
from backend.sales.totals import ZERO
from backend.work import Work


@dataclass(frozen=True)
class Usual:
    """The default delivery address, the usual payment method, and what should have been paid by now."""

    address: Address | None
    method: str
    overdue: Decimal


_USUAL: Final = (
    select(Address, USUAL_METHOD.scalar_subquery(), OVERDUE.scalar_subquery())
    .select_from(Customer)
    .outerjoin(Address, and_(Address.customer_id == Customer.id, Address.kind == "delivery"))
    .where(Customer.id == bindparam("customer"))
    .order_by(Address.default.desc(), Address.id)
    .limit(1)
)


def usual(work: Work, customer: Customer) -> Usual:
    """What holds for a customer. The caller has locked its row where it has a credit limit."""
    values = {"customer": customer.id, "today": work.clock.today()}
    address, method, late = work.session.execute(_USUAL, values).one()
    return Usual(address, method or ON_ACCOUNT, late or ZERO)
