"""Reading customers; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, bindparam, func, or_, select

from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Invalid, NotFound
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.work import Work

ON_ACCOUNT: Final = "account"
USUAL_METHOD: Final = select(PaymentMethod.label).where(  # asked for every order, so it is built once
    PaymentMethod.customer_id == bindparam("customer"),
    PaymentMethod.active,
    PaymentMethod.default,
    PaymentMethod.kind.in_(("card", "direct_debit")),
)


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


def named_or_own(work: Work, code: str | None) -> Customer:
    """Whom something is for: a visible customer by its code, one's own where none is named; Invalid without either."""
    if code is not None:
        return by_code(work, code)
    if work.principal.customer_id is None:
        raise Invalid("Say which customer it is for.", code="customer_missing")
    return by_id(work, work.principal.customer_id)


def names(work: Work) -> list[tuple[str, str]]:
    """(code, name) of every visible customer."""
    rows = work.session.execute(visible(work).with_only_columns(Customer.code, Customer.name))
    return [(code, name) for code, name in rows]


def page(
    work: Work,
    *,
    search: str | None,
    after: str | None,
    limit: int,
    email: str | None = None,
    postcode: str | None = None,
) -> Sequence[Customer]:
    """Visible customers in code order: by name or code, by the sign-in of one of their people, by a postcode."""
    query = visible(work).order_by(Customer.code).limit(limit)
    if after:
        query = query.where(Customer.code > after)
    if search:
        query = query.where(or_(Customer.name.icontains(search, autoescape=True), Customer.code == search))
    if email:
        people = select(User.customer_id).where(User.email == email.strip().lower(), User.active)
        query = query.where(Customer.id.in_(people))
    if postcode:
        written = func.replace(func.upper(Address.postcode), " ", "")
        there = select(Address.id).where(Address.customer_id == Customer.id, written == _plain(postcode))
        query = query.where(there.exists())
    return work.session.scalars(query).all()


def _plain(postcode: str) -> str:
    """A postcode however it is written: LS1 4AB and ls14ab are one."""
    return "".join(postcode.split()).upper()


def addresses(work: Work, customer: Customer) -> Sequence[Address]:
    """Where a customer's goods and invoices may go: by kind, the default one first."""
    return work.session.scalars(
        select(Address)
        .where(Address.customer_id == customer.id)
        .order_by(Address.kind, Address.default.desc(), Address.id)
    ).all()


def address(work: Work, customer: Customer, address_id: int) -> Address:
    """One of a customer's addresses; NotFound for another's."""
    found = work.session.scalar(select(Address).where(Address.id == address_id, Address.customer_id == customer.id))
    if found is None:
        raise NotFound(f"{customer.name} has no such address.", code="unknown_address")
    return found


def delivery_address(work: Work, customer: Customer, address_id: int) -> Address:
    """One of a customer's addresses that goods may go to; NotFound otherwise."""
    found = address(work, customer, address_id)
    if found.kind != "delivery":
        raise NotFound("That is an invoice address; goods can't go there.", code="unknown_address")
    return found


def payment_methods(work: Work, customer: Customer) -> Sequence[PaymentMethod]:
    """How a customer may pay, the default one first."""
    return work.session.scalars(
        select(PaymentMethod)
        .where(PaymentMethod.customer_id == customer.id, PaymentMethod.active)
        .order_by(PaymentMethod.default.desc(), PaymentMethod.id)
    ).all()


def usual_method(work: Work, customer: Customer) -> str:
    """How a customer's order is paid where nobody says: by their default card or direct debit, else "account".

    A bank transfer is how invoices on account are paid, so it makes no difference as the default.
    """
    return work.session.scalar(USUAL_METHOD, {"customer": customer.id}) or ON_ACCOUNT


def payment_method(work: Work, customer: Customer, label: str) -> str:
    """The label of one of a customer's payment methods, as it is kept; "account" is always one. NotFound otherwise."""
    wanted = label.strip()
    if wanted.casefold() == ON_ACCOUNT:
        return ON_ACCOUNT
    for method in payment_methods(work, customer):
        if method.label.casefold() == wanted.casefold():
            return method.label
    raise NotFound(f"{customer.name} has no payment method {label[:60]}.", code="unknown_payment_method")
