"""The background worker: hands events on, sends webhooks, does what is due, tidies up, and retrains.

Each job runs in a thread of its own, again and again, so that a slow one holds up nobody else; leases and keys make it
safe that another worker does the same. Retraining runs as a subprocess (``quartermaster train``), so that this process
stays small and free of torch.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, or_

from backend.billing.jobs import mark_overdue
from backend.chat.tables import ButtonToken
from backend.company.service import business_clock
from backend.company.tables import IdempotencyRecord
from backend.database import Database, now
from backend.events.jobs import relay_events, send_webhooks, tidy_events
from backend.identity.tables import AccessToken, LinkCode
from backend.insight.jobs import take_drifts, watch_forecasts
from backend.purchasing.jobs import propose_daily
from backend.quotes.jobs import expire_quotes
from backend.review.jobs import delete_kept
from backend.sales.jobs import expire_reservations, fill_back_orders
from backend.settings import Settings
from backend.standing.jobs import place_due
from backend.stock.jobs import set_reorder_points

log = logging.getLogger(__name__)
KEPT_DAYS = 7
STOP_SECONDS: Final = 5.0  # a job at work gets this long to end; what it leaves half done is taken up again
FORECAST: Final = "forecast"
MODELS: Final = (FORECAST, "order-quantity", "recommend")


@dataclass(frozen=True)
class Job:
    """What is done every so many seconds; ``run`` returns how many things it did."""

    name: str
    run: Callable[[Database], int]
    every: float


def tidy(database: Database) -> int:
    """Delete tokens, codes and stored answers that nobody can use any more. Returns their number."""
    old = now() - timedelta(days=KEPT_DAYS)
    with database.write() as session:
        counts = [
            cast("CursorResult[Any]", session.execute(statement)).rowcount
            for statement in (
                delete(ButtonToken).where(ButtonToken.expires_at < old),
                delete(AccessToken).where(or_(AccessToken.expires_at < old, AccessToken.revoked_at < old)),
                delete(LinkCode).where(LinkCode.expires_at < old),
                delete(IdempotencyRecord).where(IdempotencyRecord.created_at < old),
            )
        ]
    return sum(counts)


JOBS: Final = (
    Job("events handed on", relay_events, 1),
    Job("webhooks sent", send_webhooks, 2),
    Job("standing orders run", place_due, 30),
    Job("allocations expired", expire_reservations, 30),
    Job("back-ordered lines filled", fill_back_orders, 60),
    Job("quotes expired", expire_quotes, 300),
    Job("invoices marked overdue", mark_overdue, 300),
    Job("reorder points set", set_reorder_points, 300),
    Job("replenishment proposed", propose_daily, 300),
    Job("forecasts held against what came", watch_forecasts, 3600),
    Job("expired rows deleted", tidy, 60),
    Job("old events deleted", tidy_events, 3600),
    Job("kept messages deleted", delete_kept, 3600),
)


def run(settings: Settings) -> int:
    """Work until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    database = Database(settings.database, pool=len(JOBS) + 1)
    retraining = Retraining(stop)
    work(database, (*JOBS, Job("models retrained", retraining.when_due, 60)), stop)
    return 0


def work(database: Database, jobs: Sequence[Job], stop: threading.Event) -> None:
    """Do all jobs, each in its own time, until ``stop`` is set."""
    threads = [threading.Thread(target=_repeat, args=(job, database, stop), name=job.name, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _repeat(job: Job, database: Database, stop: threading.Event) -> None:
    """One that raises is logged and tried again in its time."""
    while not stop.is_set():
        try:
            done = job.run(database)
        except Exception:
            log.exception("a job failed (%s); it runs again in %s s", job.name, job.every)
        else:
            if done:
                log.info("%s: %s", job.name, done)
        stop.wait(job.every)


class Retraining:
    """Retrains when the business date is another than the time before, and when a forecast has drifted; ends what it
    started when told to stop. One after the other, as one job: nothing is trained twice at a time.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._day: date | None = None

    def when_due(self, database: Database) -> int:
        """On a new day, and after a drift. Returns how many models were trained."""
        return self.on_a_new_day(database) + self.after_drift(database)

    def after_drift(self, database: Database) -> int:
        """Train the forecasts where one has drifted, once for each drift, also where training fails.

        Nothing is learnt twice from the same data: where the new day's training was first, the command says so.
        """
        drifts = [] if self._stop.is_set() else take_drifts(database)
        if not drifts:
            return 0
        log.info("a forecast has drifted (%s): training %s", ", ".join(drifts), FORECAST)
        return int(self._train(FORECAST))

    def on_a_new_day(self, database: Database) -> int:
        """Train every model that is stale, one after the other, if this is a new day. Returns how many were trained."""
        with database.read() as session:
            today = business_clock(session).today()
        before, self._day = self._day, today
        if before is None:
            log.info("working; the business date is %s", today)
        if before in (None, today):
            return 0
        return sum(self._train(model) for model in MODELS)

    def _train(self, model: str) -> bool:
        if self._stop.is_set():
            return False
        program = str(Path(sys.executable).parent / "quartermaster")
        process = subprocess.Popen([program, "train", model, "--if-stale"])
        while process.poll() is None:
            if self._stop.wait(1):
                process.terminate()
        log.info("training %s ended with %s", model, process.returncode)
        return process.returncode == 0
