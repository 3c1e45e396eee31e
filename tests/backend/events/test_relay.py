"""The relay: each event once to each consumer, whatever fails, and however many relays there are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.company.service import record
from backend.database import now
from backend.events import relay as relaying
from backend.events.relay import LEASE, MOST_ATTEMPTS, Consumer, Relay, pause_after
from backend.events.tables import InboxEntry, OutboxEvent
from backend.work import Work
from tests.backend.events.outbox import audited, drain, event, happen, heard, let_leases_end, noting, unpublished
from tests.backend.world import World

HAPPENED = 40


def failing(name: str, times: int = 10**6) -> Consumer:
    """Does its effect and then fails, so often."""
    left = [times]

    def handle(work: Work, event: OutboxEvent) -> None:
        record(work, f"heard.{name}", "event", str(event.id))
        if left[0]:
            left[0] -= 1
            raise RuntimeError("out of order")

    return Consumer(name, handle)


def inbox(world: World) -> set[tuple[str, int]]:
    with world.database.read() as session:
        return {(row.consumer, row.event_id) for row in session.scalars(select(InboxEntry))}


def test_every_event_reaches_every_consumer_once_and_in_order(world: World) -> None:
    keys = happen(world, 5)
    relay = Relay(world.database, [noting("a"), noting("b")], batch=2)
    assert [relay.once() for _ in range(4)] == [2, 2, 1, 0]
    assert (heard(world.database, "a"), heard(world.database, "b")) == (keys, keys)
    assert unpublished(world.database) == []
    assert inbox(world) == {(name, key) for name in "ab" for key in keys}


def test_a_consumer_hears_of_the_kinds_it_wants(world: World) -> None:
    sent, _ = happen(world, 1, "purchase_order.sent")[0], happen(world, 1, "quote.sent")
    drain(world.database, noting("a", frozenset({"purchase_order.sent"})))
    assert heard(world.database, "a") == [sent]
    assert unpublished(world.database) == []


def test_what_a_consumer_did_before_it_failed_is_undone_and_the_others_go_on(world: World) -> None:
    first, second = happen(world, 2)
    before = now()
    drain(world.database, failing("bad", times=1), noting("good"))
    assert heard(world.database, "bad") == [second]
    assert heard(world.database, "good") == [first, second]
    assert unpublished(world.database) == [first]
    waiting = event(world.database, first)
    assert waiting.attempts == 1
    assert waiting.leased_until is not None
    assert waiting.leased_until >= before + pause_after(1)
    let_leases_end(world.database)
    drain(world.database, failing("bad", times=0), noting("good"))
    assert heard(world.database, "bad") == [second, first]
    assert heard(world.database, "good") == [first, second]
    assert unpublished(world.database) == []


def test_a_consumer_that_never_succeeds_is_given_up_and_that_is_on_record(small: World) -> None:
    (key,) = happen(small)
    for _ in range(MOST_ATTEMPTS):
        assert audited(small.database, "event.given_up") == []
        drain(small.database, failing("bad"), noting("good"))
        let_leases_end(small.database)
    assert unpublished(small.database) == []
    (given_up,) = audited(small.database, "event.given_up")
    assert (given_up.subject_key, given_up.user_id) == (str(key), None)
    assert given_up.after == {
        "consumer": "bad",
        "kind": "purchase_order.sent",
        "attempts": MOST_ATTEMPTS,
        "problem": "RuntimeError: out of order",
    }
    assert heard(small.database, "bad") == []
    assert heard(small.database, "good") == [key]
    drain(small.database, failing("bad", times=0))
    assert heard(small.database, "bad") == []


def test_a_leased_event_is_nobody_elses_until_the_lease_is_over(world: World) -> None:
    (key,) = happen(world)
    dying, other = Relay(world.database, [noting("a")]), Relay(world.database, [noting("a")])
    assert [one.event_id for one in dying.take()] == [key]
    assert other.once() == 0
    lease = event(world.database, key).leased_until
    assert lease is not None
    assert lease - now() <= LEASE
    let_leases_end(world.database)
    assert other.once() == 1
    assert heard(world.database, "a") == [key]
    assert event(world.database, key).attempts == 2


def test_what_was_done_but_not_marked_is_not_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = happen(world, 3)
    dying = Relay(world.database, [noting("a")])
    monkeypatch.setattr(dying, "_publish", lambda done: None)
    dying.once()
    assert unpublished(world.database) == keys
    let_leases_end(world.database)
    drain(world.database, noting("a"))
    assert heard(world.database, "a") == keys
    assert unpublished(world.database) == []


def test_a_relay_that_outlived_its_lease_leaves_the_new_one_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = happen(world)
    slow, quick = Relay(world.database, []), Relay(world.database, [])
    (old,) = slow.take()
    let_leases_end(world.database)
    quick.take()
    lease = event(world.database, key).leased_until
    slow._later(old)
    assert event(world.database, key).leased_until == lease


def side_by_side(*runs: Callable[[], None]) -> None:
    """Runs in threads, begun together; what one raises is raised here."""
    barrier, failures = threading.Barrier(len(runs)), []

    def guarded(run: Callable[[], None]) -> None:
        barrier.wait()
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_relays_at_once_handle_every_event_exactly_once(world: World) -> None:
    keys = happen(world, HAPPENED)

    def run() -> None:
        relay = Relay(world.database, [noting("a"), noting("b")], batch=3)
        while relay.once() or unpublished(world.database):
            pass

    side_by_side(run, run)
    for name in "ab":
        assert sorted(heard(world.database, name)) == keys
    assert {event(world.database, key).attempts for key in keys} == {1}


def test_two_relays_with_the_same_event_do_it_once(world: World) -> None:
    """The lease of the first is over while it is still at work."""
    (key,) = happen(world)
    entered, waiting = threading.Event(), threading.Event()

    def slow(work: Work, event: OutboxEvent) -> None:
        record(work, "heard.a", "event", str(event.id))
        work.session.flush()
        if not entered.is_set():
            entered.set()
            assert waiting.wait(20)

    def first() -> None:
        Relay(world.database, [Consumer("a", slow)]).once()

    def second() -> None:
        assert entered.wait(20)
        late = Relay(world.database, [Consumer("a", slow)])
        waiting.set()
        late._hand(key, Consumer("a", slow))

    side_by_side(first, second)
    assert heard(world.database, "a") == [key]
    assert unpublished(world.database) == []


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(attempts).total_seconds() for attempts in range(1, 6)] == [5, 10, 20, 40, 80]
    assert pause_after(MOST_ATTEMPTS) == timedelta(hours=1)
    assert relaying.MOST_ATTEMPTS == 12
