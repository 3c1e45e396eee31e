"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from backend.company import queries
from backend.company.tables import AuditEvent
from backend.http.asking import Reading
from backend.http.bodies import PLAIN
from backend.http.pages import OTHERS, Limit, Page, page_of

router = APIRouter(prefix="/api", tags=["audit"])


class AuditOut(BaseModel):
    """What was changed, by whom (null: the system), on which customer's behalf, from what to what."""

    id: int
    at: datetime
    kind: str
    subject: str
    key: str
    user: str | None
    on_behalf_of: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str | None


def _shown(row: tuple[AuditEvent, str | None, str | None]) -> AuditOut:
    event, user, customer = row
    return AuditOut(
        id=event.id,
        at=event.at,
        kind=event.kind,
        subject=event.subject,
        key=event.subject_key,
        user=user,
        on_behalf_of=customer,
        before=event.before,
        after=event.after,
        note=event.note,
    )


@router.get("/audit")
def audit(
    work: Reading,
    limit: Limit = OTHERS,
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    subject: Annotated[
        str | None, Query(max_length=40, pattern=PLAIN, description="A kind of document: `order`.")
    ] = None,
    key: Annotated[
        str | None, Query(max_length=80, pattern=PLAIN, description="Its number: `SO-100001`; needs `subject`.")
    ] = None,
    user: Annotated[
        str | None, Query(max_length=200, pattern=PLAIN, description="Who did it: an e-mail address.")
    ] = None,
) -> Page[AuditOut]:
    """Who changed what, newest first."""
    rows = queries.audit(work, subject=subject, key=key, user=user, before=after, limit=limit + 1)
    return page_of(rows, limit, _shown, lambda row: row[0].id)
