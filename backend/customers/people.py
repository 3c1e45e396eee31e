"""The people of a customer who may order: how much each may order alone, and who approves what is above it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.company.service import record
from backend.customers.tables import Customer
from backend.errors import Invalid, NotFound
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.locks import lock_customer
from backend.work import Work


def people(work: Work, customer: Customer) -> Sequence[User]:
    """A visible customer's people who may sign in, by name."""
    return work.session.scalars(
        select(User).where(User.customer_id == customer.id, User.active).order_by(User.name, User.id)
    ).all()


def person(work: Work, customer: Customer, user_id: int) -> User:
    """One of them; NotFound for anybody else."""
    found = next((one for one in people(work, customer) if one.id == user_id), None)
    if found is None:
        raise NotFound(f"{customer.name} has no such person.", code="unknown_person")
    return found


def by_email(work: Work, customer: Customer, email: str | None) -> User | None:
    """One of them by their e-mail address, None for None; NotFound for anybody else's."""
    if email is None:
        return None
    wanted = email.strip().lower()
    found = next((one for one in people(work, customer) if one.email == wanted), None)
    if found is None:
        raise NotFound(f"{customer.name} has no person with the address {email[:60]}.", code="unknown_person")
    return found


def set_limit(work: Work, customer: Customer, user: User, limit: Decimal | None, approver: User | None) -> User:
    """How much a person may order alone (None: any amount), and who approves more.

    By a manager. The approver is another of the customer's people, may order more, and is not approved by who they
    approve; without one, anybody of the company whose own limit is high enough may approve.
    """
    work.principal.require(Permission.RELEASE_HOLDS, "What a buyer may order is set by our managers.")
    lock_customer(work.session, customer.id)
    _require_above(user, limit, approver)
    _require_below(work, user, limit)
    before = _facts(user)
    user.order_limit, user.approver = limit, approver
    work.session.flush()
    after = _facts(user)
    if after != before:
        record(
            work,
            "person.limit_changed",
            "customer",
            customer.code,
            before=before,
            after=after,
            on_behalf_of=customer.id,
        )
    return user


def _require_above(user: User, limit: Decimal | None, approver: User | None) -> None:
    if approver is None:
        return
    if approver.customer_id != user.customer_id:
        raise NotFound("There is no such approver in this company.", code="unknown_person")
    above: User | None = approver
    seen: set[int] = set()
    while above is not None and above.id not in seen:
        if above.id == user.id:
            raise Invalid(f"{user.name} can't be approved by who they approve.", code="approver_in_circle")
        seen.add(above.id)
        above = above.approver
    if limit is None:
        raise Invalid(f"{user.name} may order any amount, so nobody has to approve it.", code="approver_without_limit")
    if approver.order_limit is not None and approver.order_limit <= limit:
        raise Invalid(f"{approver.name} may not order more than {user.name} may.", code="approver_too_low")


def _require_below(work: Work, user: User, limit: Decimal | None) -> None:
    """Who a person approves may order less than the person."""
    if limit is None:
        return
    query = select(User).where(User.approver_id == user.id, User.active).order_by(User.id)
    for one in work.session.scalars(query):
        if one.order_limit is not None and one.order_limit >= limit:
            raise Invalid(f"{user.name} approves for {one.name}, who may order as much.", code="approver_too_low")


def _facts(user: User) -> dict[str, Any]:
    limit = f"{user.order_limit:.2f}" if user.order_limit is not None else None
    return {"person": user.email, "order_limit": limit, "approver": user.approver.email if user.approver else None}
