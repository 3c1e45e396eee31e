"""Loads the generated company into a database: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.database import Base, Database
from backend.demo.company import DemoCompany, generate
from backend.demo.history_rows import history_rows
from backend.demo.rows import COMPANY, SOURCE, Rows, standing_rows
from backend.demo.writing import empty, write
from backend.errors import Conflict
from backend.identity.tables import User

GENERATED = 0.4
WRITTEN = 0.97

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class DemoReport:
    """What was loaded. ``loaded`` is False where the demo company was there already; ``rows`` counts by table."""

    sentence: str
    loaded: bool
    seed: int
    today: date
    seconds: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)


def load_demo_company(
    database: Database,
    *,
    seed: int = 7,
    today: date,
    replace: bool = False,
    progress: Progress | None = None,
) -> DemoReport:
    """Put Thornbury Fixings & Fabrics into an empty, migrated database, with orders up to the day before ``today``.

    ``progress`` is called with what is being done and the share that is done. Raises Conflict
    (``another_company``, ``not_empty``) where the database holds anything but a demo company. A demo company that is
    there is left as it is, unless ``replace``: then everything in the database is deleted first.
    """
    tell = progress or (lambda _what, _share: None)
    started = perf_counter()
    already = DemoReport(f"{COMPANY} is already in the database; nothing was changed.", False, seed, today)
    with database.read() as session:
        if _demo_is_there(session) and not replace:
            return already
    company = generate(seed, today, lambda what, share: tell(what, share * GENERATED / 0.15 if share < 0.15 else share))
    with database.write() as session:
        if _demo_is_there(session):
            if not replace:
                return already
            tell("Removing the demo company that is there", GENERATED)
            session.execute(update(Product).values(successor_id=None))
            empty(session, Base.metadata.sorted_tables)
        rows = _write(session, company, tell)
        tell("Committing", WRITTEN)
    seconds = perf_counter() - started
    tell("Done", 1.0)
    orders = rows["sales_order"]
    sentence = (
        f"{COMPANY} is loaded: {orders:,} orders up to {company.calendar.days[-1]:%d %B %Y}, in {seconds:.1f} seconds."
    )
    return DemoReport(sentence, True, seed, today, seconds, rows)


def _demo_is_there(session: Session) -> bool:
    """True for a demo company, False for an empty database; anything else is refused."""
    found = session.scalars(select(Company)).first()
    if found is not None and found.source == SOURCE:
        return True
    if found is not None:
        raise Conflict(
            f"This database holds another company, {found.name}. Load the demo company into a database of its own.",
            code="another_company",
        )
    for model, name in ((Product, "products"), (Customer, "customers"), (User, "users")):
        if session.scalar(select(func.count()).select_from(model)):
            raise Conflict(
                f"This database already holds {name}. Load the demo company into an empty database.", code="not_empty"
            )
    return False


def _write(session: Session, company: DemoCompany, tell: Progress) -> dict[str, int]:
    counts: dict[str, int] = {}
    estimate = 7 * len(company.history.movements) // 3
    for found, rows in _all_rows(company):
        tell(f"Writing {found.name}", GENERATED + (WRITTEN - GENERATED) * min(1.0, sum(counts.values()) / estimate))
        write(session, found, rows)
        counts[found.name] = len(rows)
    return counts


def _all_rows(company: DemoCompany) -> Iterator[Rows]:
    yield from standing_rows(company)
    yield from history_rows(company)
