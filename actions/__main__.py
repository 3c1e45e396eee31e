"""Runs the action server: ``python -m actions``."""

from __future__ import annotations

import logging

from actions.language.wanted import encoder
from actions.server import create_app
from backend.settings import settings
from backend.settling import settle


def main() -> None:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = settings()
    app = create_app(chosen)
    encoder()  # before the first message needs it
    settle()
    app.run(host=chosen.actions_host, port=chosen.actions_port, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
