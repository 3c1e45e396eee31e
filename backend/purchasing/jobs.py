"""What the worker does for buying: once a day it works out what to order, and tells the buyers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.company.service import business_clock
from backend.database import Database
from backend.errors import NotFound, Stale, Unavailable
from backend.events.service import publish
from backend.identity.permissions import SYSTEM
from backend.insight.queries import current_run
from backend.model_server import ModelServer
from backend.purchasing import deciding, replenishment
from backend.purchasing.deciding import Models
from backend.purchasing.tables import ReplenishmentRun
from backend.settings import settings
from backend.work import Work, reading, writing


def propose_daily(database: Database, models: Models | None = None) -> int:
    """Work out the day's proposal where there is none of today, and publish it. Returns the number of its lines.

    Nothing is ordered. While the model server is down nothing is kept, and the job tries again in its time.
    """
    if not _due(database):
        return 0
    try:
        question = deciding.ask(database, SYSTEM, models or ModelServer(settings()))
        with writing(database, SYSTEM, "worker") as work:
            return _keep(work, question)
    except (NotFound, Unavailable, Stale):  # no forecast yet, no answer, or changed meanwhile: next time
        return 0
    except IntegrityError:  # another worker has just made it
        return 0


def _due(database: Database) -> bool:
    with reading(database, SYSTEM, "worker") as work:
        return not _made(work) and current_run(work.session, "W") is not None


def _made(work: Work) -> bool:
    today = business_clock(work.session).today()
    return work.session.scalar(select(ReplenishmentRun.id).where(ReplenishmentRun.as_of == today)) is not None


def _keep(work: Work, question: deciding.Question) -> int:
    decided = deciding.read(work, question)
    lines = replenishment.in_order(one for one in decided.found if one.quantity > 0)
    run = ReplenishmentRun(
        as_of=work.clock.today(),
        fingerprint=replenishment.fingerprint(lines),
        lines=len(lines),
        urgent=sum(one.urgency == "urgent" for one in lines),
        set_aside=len(decided.gathered.set_aside),
        suppliers=len({one.candidate.terms.supplier_id for one in lines}),
        total=replenishment.total_of(lines),
    )
    work.session.add(run)
    work.session.flush()
    if lines:
        facts = {"lines": run.lines, "urgent": run.urgent, "suppliers": run.suppliers, "total": str(run.total)}
        day = run.as_of.isoformat()
        publish(work, "replenishment.proposed", "replenishment", day, {**facts, "fingerprint": run.fingerprint})
    return run.lines
