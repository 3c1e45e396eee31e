"""The relay: brings what stands in the outbox to those who want to hear of it, each event once to each of them.

Order of things: lease a batch and commit; for each event and consumer one transaction that holds the consumer's effect
and its InboxEntry together; then mark the events published. Killed anywhere, it begins again with what is not
published once the lease is over, and the inbox lets no consumer do an event twice. Two relays at once never lease the
same event; where one outlives its lease, the inbox's primary key decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.company.service import record
from backend.database import Database, now
from backend.events.tables import InboxEntry, OutboxEvent
from backend.identity.permissions import SYSTEM
from backend.work import Work, writing

log = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(minutes=1)
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Consumer:
    """Who hears of events: ``handle`` does its effect in the transaction it is given, and commits nothing itself."""

    name: str
    handle: Callable[[Work, OutboxEvent], None]
    kinds: frozenset[str] | None = None

    def wants(self, kind: str) -> bool:
        """Whether it wants events of a kind; None in ``kinds`` means all."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True)
class Leased:
    """An event that is ours for a while; ``attempts`` tells this lease from a later one."""

    event_id: int
    kind: str
    attempts: int


class Relay:
    """Hands events on to consumers."""

    def __init__(
        self, database: Database, consumers: Sequence[Consumer], *, batch: int = BATCH, lease: timedelta = LEASE
    ) -> None:
        self._database = database
        self._consumers = consumers
        self._batch = batch
        self._lease = lease

    def once(self) -> int:
        """Lease a batch, oldest first, and hand it on. Returns how many events it held, 0 when none was waiting."""
        leased = self.take()
        done = [one.event_id for one in leased if self._handed_on(one)]
        self._publish(done)
        return len(leased)

    def take(self) -> list[Leased]:
        """Lease events, so that nobody else works on them."""
        moment = now()
        free = or_(OutboxEvent.leased_until.is_(None), OutboxEvent.leased_until <= moment)
        query = select(OutboxEvent).where(OutboxEvent.published_at.is_(None), free).order_by(OutboxEvent.id)
        with self._database.read() as session:  # mostly there is nothing, and then nobody's writing is held up
            if session.scalar(query.limit(1)) is None:
                return []
        with self._database.write() as session:
            rows = session.scalars(query.limit(self._batch).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.leased_until = moment + self._lease
                row.attempts += 1
            return [Leased(row.id, row.kind, row.attempts) for row in rows]

    def _handed_on(self, leased: Leased) -> bool:
        """Whether every consumer has done with the event; what one of them fails at keeps nobody else from it."""
        failures: list[tuple[Consumer, Exception]] = []
        for consumer in self._consumers:
            if not consumer.wants(leased.kind):
                continue
            try:
                self._hand(leased.event_id, consumer)
            except Exception as error:
                log.exception("%s failed at event %s (%s)", consumer.name, leased.event_id, leased.kind)
                failures.append((consumer, error))
        if not failures:
            return True
        if leased.attempts < MOST_ATTEMPTS:
            self._later(leased)
            return False
        for consumer, failure in failures:
            self._give_up(leased, consumer, failure)
        return True

    def _hand(self, event_id: int, consumer: Consumer) -> None:
        try:
            with writing(self._database, SYSTEM, "worker") as work:
                self._enter(work, event_id, consumer)
                consumer.handle(work, work.session.get_one(OutboxEvent, event_id))
        except HandledAlready:
            return

    def _enter(self, work: Work, event_id: int, consumer: Consumer) -> None:
        """Write the inbox entry first: whoever comes second waits for us, and then finds it done."""
        if work.session.get(InboxEntry, (consumer.name, event_id)) is not None:
            raise HandledAlready
        work.session.add(InboxEntry(consumer=consumer.name, event_id=event_id))
        try:
            work.session.flush()
        except IntegrityError:
            raise HandledAlready from None

    def _later(self, leased: Leased) -> None:
        """Leave it alone for a while, unless another relay has taken it since."""
        with self._database.write() as session:
            session.execute(
                update(OutboxEvent)
                .where(OutboxEvent.id == leased.event_id, OutboxEvent.attempts == leased.attempts)
                .values(leased_until=now() + pause_after(leased.attempts))
            )

    def _give_up(self, leased: Leased, consumer: Consumer, error: Exception) -> None:
        log.error("%s will not hear of event %s (%s): given up", consumer.name, leased.event_id, leased.kind)
        after = {
            "consumer": consumer.name,
            "kind": leased.kind,
            "attempts": leased.attempts,
            "problem": f"{type(error).__name__}: {error}"[:300],
        }
        try:
            with writing(self._database, SYSTEM, "worker") as work:
                self._enter(work, leased.event_id, consumer)
                record(work, "event.given_up", "event", str(leased.event_id), after=after)
        except HandledAlready:
            return

    def _publish(self, event_ids: Sequence[int]) -> None:
        if not event_ids:
            return
        with self._database.write() as session:
            session.execute(
                update(OutboxEvent)
                .where(OutboxEvent.id.in_(event_ids), OutboxEvent.published_at.is_(None))
                .values(published_at=now(), leased_until=None)
            )


class HandledAlready(Exception):
    """The inbox says that the consumer has done with the event."""


def pause_after(attempts: int) -> timedelta:
    """How long an event waits after so many failures: 5 s, 10 s, 20 s … at most an hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(2 ** min(attempts - 1, 20)))
