"""Waits for what a process needs, saying so, and then becomes that process.

    python -m backend.processes.waiting --for models=http://127.0.0.1:8100/v2/health/ready --within 120 -- command …

An address is ``http://…`` (any answer below 400 will do) or ``tcp://host:port`` (something accepts connections).
Standard library only: it runs before every process.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

BETWEEN_TRIES = 0.25
BETWEEN_LINES = 5.0
ONE_TRY = 2.0
WAITING = "waiting for "
GAVE_UP = 75  # sysexits' EX_TEMPFAIL


class WaitedTooLong(Exception):
    """What was waited for did not answer within its deadline; the message is a sentence for a person."""


def answers(url: str, timeout: float = ONE_TRY) -> bool:
    """Is it there? For ``http`` and ``https`` a status below 400, for ``tcp`` an accepted connection."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "tcp":
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout).close()
            return True
        return _status(url, timeout) < 400
    except (OSError, http.client.HTTPException):
        return False


def _status(url: str, timeout: float) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        return connection.getresponse().status
    finally:
        connection.close()


def say(line: str) -> None:
    """One line to the log, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def wait_for(name: str, url: str, deadline: float, tell: Callable[[str], None] = say) -> None:
    """Returns when ``url`` answers; says what it waits for every few seconds.

    ``deadline`` is in seconds from now. Raises WaitedTooLong after it.
    """
    begun = time.monotonic()
    told = begun - BETWEEN_LINES
    while not answers(url):
        waited = time.monotonic() - begun
        if waited >= deadline:
            raise WaitedTooLong(f"gave up {WAITING}{name} at {url} after {waited:.0f} s")
        if time.monotonic() - told >= BETWEEN_LINES:
            tell(f"{WAITING}{name} at {url} ({waited:.0f} of at most {deadline:.0f} s)")
            told = time.monotonic()
        time.sleep(min(BETWEEN_TRIES, max(deadline - waited, 0.01)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Waits for every ``--for``, then replaces itself with the command (same process, so signals reach it)."""
    parser = argparse.ArgumentParser(prog="python -m backend.processes.waiting", description=__doc__)
    parser.add_argument("--for", dest="needs", action="append", default=[], metavar="NAME=URL")
    parser.add_argument("--within", type=float, default=120.0, metavar="SECONDS")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    for need in given.needs:
        name, _, url = need.partition("=")
        try:
            wait_for(name, url, given.within)
        except WaitedTooLong as error:
            say(str(error))
            raise SystemExit(GAVE_UP) from error
    if command:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main()
