"""Reading customers; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.work import Work


def visible(work: Work) -> Select[Customer]:
    """The customers the principal may see: their own company, or all with the permission, or none."""
    query = select(Customer).where(Customer.active)
    if work.principal.may(Permission.SEE_CUSTOMERS):
        return query
    return query.where(Customer.id == (work.principal.customer_id or -1))


def by_code(work: Work, code: str) -> Customer:
    """A visible customer by its code, NotFound otherwise."""
    customer = work.session.scalar(visible(work).where(Customer.code == code.strip()))
    if customer is None:
        raise NotFound(f"There is no customer {code[:40]}.", code="unknown_customer")
    return customer


def by_id(work: Work, customer_id: int) -> Customer:
    """A visible customer by its key, NotFound otherwise."""
    customer = work.session.scalar(visible(work).where(Customer.id == customer_id))
    if customer is None:
        raise NotFound("There is no such customer.", code="unknown_customer")
    return customer


def names(work: Work) -> list[tuple[str, str]]:
    """(code, name) of every visible customer."""
    rows = work.session.execute(visible(work).with_only_columns(Customer.code, Customer.name))
    return [(code, name) for code, name in rows]


def page(work: Work, *, search: str | None, after: str | None, limit: int) -> Sequence[Customer]:
    """Visible customers in code order."""
    query = visible(work).order_by(Customer.code).limit(limit)
    if after:
        query = query.where(Customer.code > after)
    if search:
        query = query.where(or_(Customer.name.icontains(search, autoescape=True), Customer.code == search))
    return work.session.scalars(query).all()
