"""Runs the gateway: ``python -m backend.gateway``."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from typing import Final

import uvicorn
from fastapi import FastAPI

from backend.app import UnsafeSettings, create_app, refuse_unsafe
from backend.database import Database
from backend.settings import Settings, settings
from backend.settling import settle

PARENT_SECONDS: Final = 1.0  # between two looks whether it is still there


def main() -> int:
    """Serve until told to stop; 1 with a sentence where it refuses to start."""
    _log()
    chosen = settings()
    database = Database(chosen.database, pool=chosen.database_pool)
    try:
        refuse_workers(chosen, database)
        refuse_unsafe(chosen, database)
    except UnsafeSettings as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 1
    database.close()  # what workers inherit may not be connections
    uvicorn.run(
        "backend.gateway:application",
        factory=True,
        host=chosen.gateway_host,
        port=chosen.gateway_port,
        workers=chosen.gateway_workers,
        access_log=False,
        timeout_graceful_shutdown=3,
        timeout_worker_healthcheck=60,  # a worker that is still importing does not answer the parent
    )
    return 0


def application() -> FastAPI:
    """What each worker serves."""
    _log()
    chosen = settings()
    if chosen.gateway_workers > 1:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True, name="parent").start()
    app = create_app(chosen)
    settle()
    return app


def _end_with(parent: int) -> None:
    """End when the process that started this one has died: it could not be started again while the port is taken."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def refuse_workers(chosen: Settings, database: Database) -> None:
    """UnsafeSettings where several workers would each go by locks and limits of their own, or all poll Telegram."""
    if chosen.gateway_workers == 1:
        return
    several = f"QUARTERMASTER_GATEWAY_WORKERS={chosen.gateway_workers}"
    if database.is_sqlite:
        raise UnsafeSettings(f"{several} needs PostgreSQL: SQLite has one writer at a time. Set DATABASE_URL, or 1.")
    if not chosen.redis_url:
        raise UnsafeSettings(f"{several} needs Redis for the locks and limits that they share. Set REDIS_URL, or 1.")
    if chosen.telegram_bot_token:
        raise UnsafeSettings(f"{several} and Telegram: its messages are fetched by one process. Set 1, or no token.")


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)


if __name__ == "__main__":
    raise SystemExit(main())
