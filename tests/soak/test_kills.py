"""kill -9 at random moments of placing orders: no half order, none lost that was told as done, none twice."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import func, select

from backend.chat.tables import Turn
from backend.sales.tables import Order
from tests.backend.world import World
from tests.soak import placing
from tests.soak.invariants import broken
from tests.soak.size import reduced_or_full

pytestmark = pytest.mark.soak

KILLS = reduced_or_full(5, 200)
LONGEST_LIFE = 0.5  # seconds after the first sign of life
LONGEST = reduced_or_full(15, 1_700)
PATIENCE = 60
# Processes are forked from one that has imported everything, so that their short lives are spent on orders.
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.soak.placing"])


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite, with nobody connected to it."""
    return small


def live_and_die(work: Callable[[str, str, Connection], None], world: World, key: str, life: float) -> list[str]:
    """Run ``work`` in a process and kill it ``life`` seconds after it told something; all that it told."""
    world.database.close()
    ours, theirs = NURSERY.Pipe(duplex=False)
    process = NURSERY.Process(target=work, args=(str(world.database.url), key, theirs))
    process.start()
    theirs.close()
    told: list[str] = []
    try:
        assert ours.poll(PATIENCE), "it never placed an order"
        told.append(ours.recv())
        time.sleep(life)
    finally:
        process.kill()
        process.join(PATIENCE)
    assert process.exitcode == -9, "it ended by itself"
    try:
        while ours.poll():
            told.append(ours.recv())
    except EOFError:
        return told
    return told


def lives() -> Iterator[float]:
    """How long each process may live."""
    chance, started = random.Random(1), time.monotonic()
    for number in range(KILLS):
        if number and time.monotonic() - started > LONGEST:
            return
        yield chance.uniform(0, LONGEST_LIFE)


def references(world: World) -> list[str]:
    with world.database.read() as session:
        return [str(reference) for reference in session.scalars(select(Order.customer_reference).order_by(Order.id))]


def test_a_killed_process_leaves_whole_orders_and_every_one_that_it_told(world: World) -> None:
    told: list[str] = []
    killed = 0
    for life in lives():
        told += live_and_die(placing.place_orders, world, f"K{killed}", life)
        killed += 1
        assert broken(world.database) == []
    kept = references(world)
    assert len(kept) == len(set(kept))
    assert set(told) <= set(kept)
    assert len(kept) - len(told) <= placing.THREADS * killed  # each thread may have done one that it had not told yet
    print(f"{killed} kills, {len(kept)} orders")


def answered(world: World) -> int:
    """How many pairs are answered: the next process begins with the first that is not."""
    with world.database.read() as session:
        query = select(func.count(Turn.id)).where(Turn.message_id.like("yes-%"), Turn.state == "answered")
        return session.scalar(query) or 0


def test_a_conversation_goes_on_where_the_process_was_killed_and_places_each_order_once(world: World) -> None:
    told: list[str] = []
    for life in lives():
        told += live_and_die(placing.talk, world, str(answered(world)), life)
        assert broken(world.database) == []
    assert "is placed" in placing.conversation(world)(answered(world))
    assert broken(world.database) == []
    assert world.orders() == answered(world)
    assert all("is placed" in text for text in told)
    assert len({text.split()[1] for text in told}) == len(told)  # no two pairs were told the same order
