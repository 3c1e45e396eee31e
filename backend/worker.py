"""The background worker: tidies up what has expired, and retrains when there is a new day's demand to learn from.

Retraining runs as a subprocess (``quartermaster train``), so that this process stays small and free of torch.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_

from backend.chat.tables import ButtonToken
from backend.company.service import business_clock
from backend.company.tables import IdempotencyRecord
from backend.database import Database, now
from backend.identity.tables import AccessToken, LinkCode
from backend.settings import Settings

log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
KEPT_DAYS = 7


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


def run(settings: Settings) -> int:
    """Work until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    database = Database(settings.database, pool=2)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    day = _business_day(database)
    log.info("working; the business date is %s", day)
    while not stop.wait(EVERY_SECONDS):
        gone = tidy(database)
        if gone:
            log.info("%s expired rows deleted", gone)
        today = _business_day(database)
        if today != day:
            day = today
            _retrain()
    return 0


def _business_day(database: Database) -> date:
    with database.read() as session:
        return business_clock(session).today()


def _retrain() -> None:
    log.info("a new day: retraining")
    command = [str(Path(sys.executable).parent / "quartermaster"), "train"]
    for model in ("forecast", "order-quantity", "recommend"):
        code = subprocess.run([*command, model, "--if-stale"], check=False).returncode
        log.info("training %s ended with %s", model, code)
