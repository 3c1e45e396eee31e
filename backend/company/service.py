"""The company's profile, its clock, its document numbers, its audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.clock import BusinessClock
from backend.company.tables import AuditEvent, Company, NumberSeries
from backend.settings import settings

if TYPE_CHECKING:
    from backend.work import Work

PREFIXES = {
    "order": "SO",
    "purchase_order": "PO",
    "shipment": "SH",
    "return": "RT",
    "quote": "QU",
    "invoice": "INV",
    "credit_note": "CN",
    "payment": "PAY",
    "inquiry": "IQ",
    "standing_order": "ST",
}
FIRST_NUMBER = 100_001


def company(session: Session) -> Company | None:
    """The company's row, None in an empty database; read once per session."""
    row = session.info.get("company")
    if row is None:
        row = session.info["company"] = session.get(Company, 1)
    return cast("Company | None", row)


def business_clock(session: Session) -> BusinessClock:
    """The setting QUARTERMASTER_BUSINESS_DATE wins over the date kept with the company."""
    row = company(session)
    fixed = settings().business_date
    if row is None:
        return BusinessClock(fixed=fixed)
    return BusinessClock(zone=row.zone, fixed=fixed or row.business_date)


def currency(session: Session) -> str:
    """The company's one currency."""
    row = company(session)
    return row.currency if row else "GBP"


def next_number(session: Session, name: str) -> str:
    """The next number of a series, such as SO-100124; the series stays locked until the transaction ends."""
    locked = select(NumberSeries).where(NumberSeries.name == name).with_for_update()
    series = session.scalar(locked)
    if series is None:
        _begin_series(session, name)
        series = session.scalars(locked.execution_options(populate_existing=True)).one()
    number = series.next_number
    series.next_number = number + 1
    session.flush()
    return f"{PREFIXES[name]}-{number}"


def _begin_series(session: Session, name: str) -> None:
    """Two first documents at once: the primary key lets one begin the series, the other waits and finds it."""
    try:
        with session.begin_nested():
            session.execute(insert(NumberSeries).values(name=name, next_number=FIRST_NUMBER))
    except IntegrityError:
        return


def record(
    work: Work,
    kind: str,
    subject: str,
    key: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    on_behalf_of: int | None = None,
) -> None:
    """Write an audit event into the running transaction."""
    work.session.add(
        AuditEvent(
            user_id=work.principal.user_id or None,
            on_behalf_of_id=on_behalf_of,
            kind=kind,
            subject=subject,
            subject_key=key,
            before=before,
            after=after,
        )
    )
