"""kill -9 at every boundary between writing, committing and publishing: 0 lost, 0 double, and the outbox drains."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.events import alerts
from backend.events.jobs import CONSUMERS
from backend.events.tables import InboxEntry, OutboxEvent, Webhook, WebhookDelivery
from backend.sales.tables import Order
from tests.backend.events.outbox import audited, let_leases_end, said_to
from tests.backend.world import World
from tests.soak.dying import Mortal, hand_on, live
from tests.soak.invariants import broken
from tests.soak.size import reduced_or_full

pytestmark = pytest.mark.soak

BOUNDARIES = 22  # of one order: placed, leased, told, queued, marked, leased, posted, settled
KILLS = reduced_or_full(BOUNDARIES, 200)
PATIENCE = 120
# Processes are forked from one that has imported everything, so that they die of what they were meant to.
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.soak.dying"])


def lived(world: World, dies_at: int, first: int, posted: Path) -> list[int]:
    """Let a process live until it dies at a boundary; the orders it told of."""
    ours, theirs = NURSERY.Pipe(duplex=False)
    process = NURSERY.Process(target=live, args=(str(world.database.url), dies_at, first, str(posted), theirs))
    process.start()
    theirs.close()
    told: list[int] = []
    try:
        while True:
            assert ours.poll(PATIENCE), "it neither ordered nor died"
            told.append(ours.recv())
    except EOFError:
        process.join(PATIENCE)
    finally:
        process.kill()
        process.join(PATIENCE)
    assert process.exitcode == -9, "it ended by itself"
    return told


def prepared(world: World) -> None:
    """Somebody who follows orders, and another system that wants all events."""
    with world.writing("customer@test") as work:
        alerts.subscribe(work, "orders")
        hook = Webhook(url="https://example.com/", secret="whsec_c2VjcmV0", kinds=[])
        hook.created_by_id = work.principal.user_id
        work.session.add(hook)


def test_every_event_is_handled_exactly_once_whenever_the_process_dies(world: World, tmp_path: Path) -> None:
    posted = tmp_path / "posted"
    prepared(world)
    world.database.close()
    told: list[int] = []
    for kill in range(KILLS):
        told += lived(world, 1 + kill % BOUNDARIES, len(set(told)), posted)
        let_leases_end(world.database)
        assert broken(world.database) == []
        world.database.close()
        if kill < BOUNDARIES:  # the first die at every boundary in turn; later ones find what others left behind
            recover(world, posted)
    recover(world, posted)
    check(world, set(told), posted)


def recover(world: World, posted: Path) -> None:
    """A worker that is not killed."""
    database = Mortal(str(world.database.url))
    hand_on(database, posted)
    database.close()


def check(world: World, told: set[int], posted: Path) -> None:
    """Everything is there, and once."""
    with world.database.read() as session:
        orders = {row.number: row.customer_reference for row in session.scalars(select(Order))}
        events = {row.id: row for row in session.scalars(select(OutboxEvent))}
        inbox = Counter((row.consumer, row.event_id) for row in session.scalars(select(InboxEntry)))
        deliveries = Counter(row.event_id for row in session.scalars(select(WebhookDelivery)))
        states = {row.state for row in session.scalars(select(WebhookDelivery))}
    assert Counter(orders.values()).most_common(1)[0][1] == 1
    assert {f"K{number}" for number in told} <= set(orders.values())
    assert len(orders) - len(told) <= 1  # the last one may have been placed without having been told
    assert {event.published_at is None for event in events.values()} == {False}
    assert Counter(event.key for event in events.values()) == Counter(list(orders))
    assert inbox == Counter((consumer.name, key) for consumer in CONSUMERS for key in events)
    assert (deliveries, states) == (Counter(list(events)), {"delivered"})
    sentences = [text.split(" has been placed")[0] for text in said_to(world, "customer@test")]
    assert Counter(sentences) == Counter(f"Your order {number}" for number in orders)
    arrived = Counter(posted.read_text().split())
    assert set(arrived) == {f"evt_{key}" for key in events}
    assert 1 <= arrived.total() - len(arrived) <= KILLS  # posted, and killed before that was written down
    assert audited(world.database, "event.given_up") == []
    print(f"{KILLS} kills, {len(orders)} orders, {len(events)} events, {arrived.total()} posts")
