"""Reading the audit trail; for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.company.tables import AuditEvent
from backend.customers.tables import Customer
from backend.errors import Invalid
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.work import Work


def audit(
    work: Work, *, subject: str | None, key: str | None, user: str | None, before: int | None, limit: int
) -> Sequence[tuple[AuditEvent, str | None, str | None]]:
    """Audit events with who did it and on whose behalf, the newest first. Invalid for a key without its subject."""
    work.principal.require(Permission.SEE_AUDIT, "The audit trail is for our managers.")
    if key is not None and subject is None:
        raise Invalid("Say which kind of document the key is of, such as subject=order.", code="subject_missing")
    query = (
        select(AuditEvent, User.email, Customer.code)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Customer, Customer.id == AuditEvent.on_behalf_of_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    if key is not None:
        query = query.where(AuditEvent.subject_key == key)
    if user is not None:
        user_id = work.session.scalar(select(User.id).where(User.email == user.strip().lower()))
        query = query.where(AuditEvent.user_id == (user_id or -1))
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return [(event, email, code) for event, email, code in work.session.execute(query)]
