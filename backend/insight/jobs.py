"""What the worker does for forecasts: it holds them against what came, and says when they have gone wrong.

A forecast has drifted where its error over everything is a third above what the back-test promised and above that of
repeating the period before. The alert says that a person should look at why, and the worker trains the forecasts at
once (see `backend.worker.Retraining`), so that what came is learnt; each drift is answered once, by one worker.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from backend.database import Database, now
from backend.errors import NotFound
from backend.events.service import publish
from backend.events.tables import InboxEntry, OutboxEvent
from backend.identity.permissions import SYSTEM
from backend.insight.looking_back import LookBack, look_back
from backend.insight.periods import last_complete_period, next_period
from backend.insight.scopes import TOTAL
from backend.insight.tables import ForecastRun
from backend.work import Work, reading, writing

KIND = "forecast.drifted"
RETRAINING = "retraining"  # who handles it, in the inbox
OURS = "quartermaster"
FREQUENCIES = ("W", "M")
LIMIT = 4 / 3  # of the error that the back-test promised
FRESH = timedelta(days=6)  # after the end of a period it is told; less than events are kept, so that it is told once
FEWEST = 5  # products with a forecast, below which one of them would decide


def watch_forecasts(database: Database) -> int:
    """Publish which forecasts of the last complete week and month have drifted, each once. Returns their number."""
    with reading(database, SYSTEM, "worker") as work:
        due = [(freq, period) for freq in FREQUENCIES if (period := _due(work, freq)) is not None]
    told = 0
    for freq, period in due:
        with writing(database, SYSTEM, "worker") as work:
            told += _tell(work, freq, period)
    return told


def _due(work: Work, freq: str) -> date | None:
    """The last complete period, where it ended lately, is not yet told of and drifted."""
    period = last_complete_period(work.clock.today(), freq)
    if work.clock.today() - next_period(period, freq) > FRESH or _told(work, freq, period):
        return None
    found = _seen(work, freq, period)
    return period if found is not None and drifted(found, promised(work, freq)) else None


def _seen(work: Work, freq: str, period: date) -> LookBack | None:
    try:
        return look_back(work, TOTAL, freq, period)
    except NotFound:  # nothing was ever forecast
        return None


def drifted(found: LookBack, expected: float | None) -> bool:
    """Whether a forecast went wrong by more than its back-test had told, and by more than repeating would have."""
    error, naive = found.error(), found.error(naive=True)
    if error is None or naive is None or expected is None or len(found.rows) < FEWEST:
        return False
    return error > LIMIT * expected and error > naive


def promised(work: Work, freq: str) -> float | None:
    """The back-test's error, a share of demand, of the run that is served; None where none is known."""
    metrics = work.session.scalar(select(ForecastRun.metrics).where(ForecastRun.freq == freq, ForecastRun.current))
    value = ((metrics or {}).get(OURS) or {}).get("WAPE")
    return float(value) if value is not None else None


def _told(work: Work, freq: str, period: date) -> bool:
    query = select(OutboxEvent.id).where(OutboxEvent.kind == KIND, OutboxEvent.key == f"{freq} {period}")
    return work.session.scalar(query) is not None


def _tell(work: Work, freq: str, period: date) -> int:
    found, expected = _seen(work, freq, period), promised(work, freq)
    if found is None or not drifted(found, expected) or _told(work, freq, period):
        return 0
    facts = {
        "freq": freq,
        "period": period.isoformat(),
        "error": round(found.error() or 0.0, 4),
        "promised": round(expected or 0.0, 4),
        "naive": round(found.error(naive=True) or 0.0, 4),
        "version": found.model,
        "retraining": True,
    }
    publish(work, KIND, "forecast", f"{freq} {period}", facts)
    return 1


def take_drifts(database: Database) -> list[str]:
    """The drifts of late that no retraining has answered yet, marked as answered: "W 2026-06-08"."""
    with reading(database, SYSTEM, "worker") as work:
        found = work.session.execute(
            select(OutboxEvent.id, OutboxEvent.key).where(
                OutboxEvent.kind == KIND,
                OutboxEvent.at > now() - FRESH,
                ~exists().where(InboxEntry.event_id == OutboxEvent.id, InboxEntry.consumer == RETRAINING),
            )
        ).all()
    return [key for event_id, key in found if _taken(database, event_id)]


def _taken(database: Database, event_id: int) -> bool:
    """Whether it is ours to answer; another worker may have been first."""
    try:
        with database.write() as session:
            session.add(InboxEntry(consumer=RETRAINING, event_id=event_id))
    except IntegrityError:
        return False
    return True
