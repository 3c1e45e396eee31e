"""What runs in a process that kills itself at a chosen boundary: it orders, hands events on and posts them, for ever.

A boundary lies on both sides of every commit, and after every message that has left the house.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session, configure_mappers

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.database import Database
from backend.events.courier import Letter, Outcome
from backend.events.jobs import CONSUMERS
from backend.events.relay import Relay
from backend.events.webhooks import Sender
from backend.http.idempotency import Once
from backend.sales.service import Wish, place_order
from backend.work import Work
from backend.working_days import is_working_day
from tests.backend.world import World

# What is slow the first time is done before processes are forked: their lives are short.
configure_mappers()
is_working_day(date(2026, 6, 17))


class Mortal(Database):
    """A database that kills its process at the so-manieth boundary; it lives for ever where that is None."""

    def __init__(self, url: str, dies_at: int | None = None) -> None:
        super().__init__(url)
        self._left = dies_at

    def boundary(self) -> None:
        """Die, if the time has come."""
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Three boundaries: begun, written but not committed, committed."""
        with super().write() as session:
            session.connection()
            self.boundary()
            yield session
            session.flush()
            self.boundary()
        self.boundary()


class Elsewhere:
    """Takes the place of the courier: another system that keeps what it is sent in a file, a line for each."""

    def __init__(self, database: Mortal, path: Path) -> None:
        self._database = database
        self._path = path

    def send_all(self, letters: Sequence[Letter], moment: datetime) -> list[Outcome]:
        """See ``Courier.send_all``."""
        for letter in letters:
            with self._path.open("a") as file:
                file.write(f"{letter.message_id}\n")
            self._database.boundary()
        return [Outcome(200, None)] * len(letters)


class Wanted(BaseModel):
    """The body of a request."""

    number: int


def hand_on(database: Mortal, posted: Path) -> None:
    """The worker's part: everything in the outbox to its consumers, everything due to the other system."""
    relay, sender = Relay(database, CONSUMERS), Sender(database, Elsewhere(database, posted))  # type: ignore[arg-type]
    while relay.once():
        pass
    while sender.once():
        pass


def live(url: str, dies_at: int, first: int, posted: str, told: Connection) -> None:
    """Order number after number, each as a client that repeats its request under one key, and hand on."""
    database = Mortal(url, dies_at)
    principal = World(database).principal("customer@test")
    for number in count(first):
        body = Wanted(number=number)

        def change(work: Work, wanted: Wanted = body) -> Wanted:
            wishes = [Wish(by_sku(work.session, sku), 10) for sku in ("10-109", "45-103")]
            place_order(work, by_code(work, "C1"), wishes, customer_reference=f"K{wanted.number}")
            return wanted

        Once(database, principal, f"order-{number}").run("orders.place", body, change)
        told.send(number)
        hand_on(database, Path(posted))
