"""The company's profile, its clock, its document numbers, its audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update
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
    "goodwill": "GW",
    "inquiry": "IQ",
    "standing_order": "ST",
}
FIRST_NUMBER = 100_001
MAY_LEAVE_GAPS: Final = frozenset({"order"})
_SERIES: Final = cast("Table", NumberSeries.__table__)
_TAKE: Final = (
    update(_SERIES)
    .where(_SERIES.c.name == bindparam("series"))
    .values(next_number=_SERIES.c.next_number + 1)
    .returning(_SERIES.c.next_number)
)
_COMPANY: Final = select(Company)  # there is one at most
_RECORD: Final = insert(cast("Table", AuditEvent.__table__))


def company(session: Session) -> Company | None:
    """The company's row, None in an empty database; read once per session."""
    row = session.info.get("company")
    if row is None:
        row = session.info["company"] = session.scalar(_COMPANY)
    return cast("Company | None", row)


def read_along(session: Session, row: Company | None) -> None:
    """Keep the company's row where it was read with something else, for as long as the session lasts."""
    if row is not None:
        session.info["company"] = row


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
    """The next number of a series, such as SO-100124; the series stays locked until the transaction ends.

    Only the numbers of orders are taken aside on PostgreSQL, where all who order would wait for each other's commit
    otherwise: an order that fails after it has its number leaves a gap, as it may (an invoice may not).
    """
    aside: Engine | None = session.info.get("aside") if name in MAY_LEAVE_GAPS else None
    if aside is None:
        number = _take(session, name)
        if number is None:
            _begin_series(session, name)
            number = _take(session, name)
    else:
        with aside.connect() as connection:
            number = _take(connection, name)
            if number is None:
                _begin_series_aside(connection, name)
                number = _take(connection, name)
    assert number is not None, name
    return f"{PREFIXES[name]}-{number}"


def _take(connection: Session | Connection, name: str) -> int | None:
    """The next number in one statement; None where the series has not begun."""
    taken = connection.execute(_TAKE, {"series": name}).scalar()
    return None if taken is None else int(taken) - 1


def _begin_series(session: Session, name: str) -> None:
    """Two first documents at once: the primary key lets one begin the series, the other waits and finds it."""
    try:
        with session.begin_nested():
            session.execute(insert(_SERIES).values(name=name, next_number=FIRST_NUMBER))
    except IntegrityError:
        return


def _begin_series_aside(connection: Connection, name: str) -> None:
    """The same in a statement of its own."""
    try:
        connection.execute(insert(_SERIES).values(name=name, next_number=FIRST_NUMBER))
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
    values = {
        "user_id": work.principal.user_id or None,
        "on_behalf_of_id": on_behalf_of,
        "kind": kind,
        "subject": subject,
        "subject_key": key,
        "before": before,
        "after": after,
    }
    work.session.connection().execute(_RECORD, values)
