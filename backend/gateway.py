"""Runs the gateway: ``python -m backend.gateway``."""

from __future__ import annotations

import logging
import sys

import uvicorn

from backend.app import UnsafeSettings, create_app, refuse_unsafe
from backend.database import Database
from backend.settings import settings


def main() -> int:
    """Serve until told to stop; 1 with a sentence where it refuses to start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    chosen = settings()
    database = Database(chosen.database, pool=chosen.database_pool)
    try:
        refuse_unsafe(chosen, database)
    except UnsafeSettings as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 1
    app = create_app(chosen, database)
    uvicorn.run(app, host=chosen.gateway_host, port=chosen.gateway_port, access_log=False, timeout_graceful_shutdown=3)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
