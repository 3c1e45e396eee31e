"""Sending webhooks: who gets what, signed; again after failures, given up at last; leases."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from backend.customers.queries import by_code
from backend.events import courier as couriers
from backend.events import registering, signing
from backend.events.courier import Courier
from backend.events.service import publish
from backend.events.tables import OutboxEvent, Webhook
from backend.events.webhooks import LEASE, MOST_ATTEMPTS, body_of, pause_after
from tests.backend.events.hooks import HERE, START, Clock, Wire, hook, row, rows, sender, webhook
from tests.backend.events.outbox import audited, drain, happen
from tests.backend.events.receiver import Receiver
from tests.backend.world import World

# ---- who gets what ------------------------------------------------------------------------------------------------


def test_each_active_webhook_that_wants_a_kind_gets_one_delivery(small: World) -> None:
    all_, sent, off = (
        hook(small, f"https://example.com/{n}", *kinds) for n, kinds in enumerate([(), ("quote.sent",), ()])
    )
    with small.writing("manager@test", "api") as work:
        registering.change(work, work.session.get_one(Webhook, off), HERE, active=False)
    (order,), (quote,) = happen(small, 1, "order.placed"), happen(small, 1, "quote.sent")
    drain(small.database)
    assert [(one.webhook_id, one.event_id) for one in rows(small.database)] == [
        (all_, order),
        (all_, quote),
        (sent, quote),
    ]


def test_what_is_posted_is_the_event_signed_as_the_specification_says(
    world: World, receiver: Receiver, clock: Clock
) -> None:
    key = hook(world, receiver.url, "order.cancelled")
    with world.writing("desk@test", "api") as work:
        customer = by_code(work, "C1")
        publish(
            work, "order.cancelled", "order", "SO-1", {"number": "SO-1", "reason": "naïve"}, customer_id=customer.id
        )
    drain(world.database)
    assert sender(world, clock).once() == 1
    (posted,) = receiver.posted
    with world.database.read() as session:
        event = session.scalars(select(OutboxEvent).where(OutboxEvent.key == "SO-1")).one()
    assert posted.path == "/hooks?of=desk"
    assert posted.json == {
        "id": f"evt_{event.id}",
        "type": "order.cancelled",
        "timestamp": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {"number": "SO-1", "reason": "naïve", "subject": "order", "key": "SO-1", "customer": "C1"},
    }
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert posted.headers["webhook-id"] == f"evt_{event.id}"
    assert posted.headers["webhook-timestamp"] == str(int(START.timestamp()))
    expected = signing.signature(webhook(world, key).secret, f"evt_{event.id}", int(START.timestamp()), posted.body)
    assert posted.headers["webhook-signature"] == expected
    done = row(world)
    assert (done.state, done.attempts, done.last_status, done.last_error) == ("delivered", 1, 200, None)
    assert (done.delivered_at, done.leased_until) == (START, None)
    assert sender(world, clock).once() == 0


def test_after_a_new_secret_both_sign_for_a_day(small: World, clock: Clock) -> None:
    wire = Wire()
    key = hook(small, "https://example.com/")
    old = webhook(small, key).secret
    with small.writing("manager@test", "api") as work:
        registering.rotate(work, work.session.get_one(Webhook, key))
    new = webhook(small, key)
    assert new.secret != old
    assert new.previous_until is not None
    happen(small)
    drain(small.database)
    for moment, secrets in ((new.previous_until - timedelta(seconds=1), 2), (new.previous_until, 1)):
        clock.time = moment
        sender(small, clock, Courier(HERE, resolve=lambda *_: ["8.8.8.8"], transport=wire)).once()
        request = wire.requests[-1]
        body, stamp = request.content, int(moment.timestamp())
        signed = [signing.signature(one, request.headers["webhook-id"], stamp, body) for one in (new.secret, old)]
        assert request.headers["webhook-signature"].split(" ") == signed[:secrets]
        happen(small)
        drain(small.database)


# ---- failures -----------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_after_growing_pauses_and_given_up_after_a_day(
    small: World, receiver: Receiver, clock: Clock
) -> None:
    hook(small, receiver.url)
    happen(small)
    drain(small.database)
    receiver.answers.extend([(500, {})] * MOST_ATTEMPTS)
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert sender(small, clock).once() == 1
        waiting = row(small)
        assert (waiting.attempts, waiting.last_status, waiting.last_error) == (attempt, 500, "It answered 500.")
        if attempt < MOST_ATTEMPTS:
            assert waiting.state == "pending"
            pauses.append((waiting.next_at - clock.time).total_seconds())
            clock.time = waiting.next_at - timedelta(seconds=1)
            assert sender(small, clock).once() == 0
            clock.time = waiting.next_at
    assert pauses == [30, 120, 480, 1_920, 7_680, 30_720, 43_200]
    assert timedelta(hours=22) < clock.time - START < timedelta(hours=26)
    assert row(small).state == "dead"
    clock.time += timedelta(days=9)
    assert sender(small, clock).once() == 0
    assert len(receiver.posted) == MOST_ATTEMPTS
    assert len({posted.headers["webhook-id"] for posted in receiver.posted}) == 1
    assert len({posted.headers["webhook-timestamp"] for posted in receiver.posted}) == MOST_ATTEMPTS
    (given_up,) = audited(small.database, "webhook.delivery_given_up")
    assert given_up.after == {"event": row(small).event_id, "attempts": 8, "problem": "It answered 500."}


def test_pauses_are_a_fifth_longer_or_shorter_by_chance() -> None:
    assert [pause_after(2, chance).total_seconds() for chance in (0, 0.5, 1)] == pytest.approx([96, 120, 144])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(small: World, receiver: Receiver, clock: Clock, status: int) -> None:
    with Receiver() as other:
        hook(small, receiver.url)
        happen(small)
        drain(small.database)
        receiver.answers.append((status, {"Location": other.url}))
        sender(small, clock).once()
        assert other.posted == []
    assert len(receiver.posted) == 1
    failed = row(small)
    assert (failed.state, failed.last_status) == ("pending", status)
    assert failed.last_error == f"It answered {status}. Redirects are not followed."


def test_gone_switches_the_webhook_off(world: World, receiver: Receiver, clock: Clock) -> None:
    key = hook(world, receiver.url)
    happen(world, 2)
    drain(world.database)
    receiver.answers.append((410, {}))
    receiver.answers.append((200, {}))
    assert sender(world, clock).once() == 2
    assert sorted(one.state for one in rows(world.database)) == ["dead", "delivered"]
    assert not webhook(world, key).active
    assert len(audited(world.database, "webhook.gone")) == 1


def test_a_slow_webhook_holds_up_nobody_else(small: World, receiver: Receiver, clock: Clock) -> None:
    hook(small, "http://127.0.0.1:9999/somebody-slow")
    hook(small, receiver.url)
    happen(small, 12)
    drain(small.database)
    parcels = sender(small, clock).take()
    assert [parcel.letter.url for parcel in parcels].count(receiver.url) == 10
    assert len(parcels) == 20


def test_a_host_that_does_not_answer_in_time_is_tried_again(
    small: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(httpx.ReadTimeout("slow"))
    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(HERE, resolve=lambda *_: ["8.8.8.8"], transport=wire)).once()
    assert (row(small).state, row(small).last_status) == ("pending", None)
    assert row(small).last_error == "No answer within 15 seconds."


def test_a_whole_try_is_bounded_however_slowly_the_bytes_come(
    small: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "TOTAL_SECONDS", 0.05)

    class Stuck(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(HERE, resolve=lambda *_: ["8.8.8.8"], transport=Stuck())).once()
    assert str(row(small).last_error).startswith("No answer within")


# ---- leases -------------------------------------------------------------------------------------------------------


def test_no_transaction_is_open_while_it_is_sent(small: World, receiver: Receiver, clock: Clock) -> None:
    """On SQLite another one could not write otherwise."""
    hook(small, receiver.url)
    happen(small)
    drain(small.database)
    written: list[int] = []
    receiver.at_each = lambda: written.extend(happen(small))
    sender(small, clock).once()
    assert len(written) == 1
    assert row(small).state == "delivered"


def test_a_sender_that_died_while_sending_leaves_the_delivery_to_the_next(
    world: World, receiver: Receiver, clock: Clock
) -> None:
    hook(world, receiver.url)
    happen(world)
    drain(world.database)
    (parcel,) = sender(world, clock).take()
    assert sender(world, clock).once() == 0
    clock.time += LEASE
    assert sender(world, clock).once() == 1
    assert row(world).attempts == 2
    late = couriers.Outcome(500, "It answered 500.")
    sender(world, clock)._settle(parcel, late)
    assert (row(world).state, row(world).last_status) == ("delivered", 200)


def test_two_senders_at_once_send_each_delivery_once(world: World, receiver: Receiver, clock: Clock) -> None:
    hook(world, receiver.url)
    happen(world, 25)
    drain(world.database)

    def run() -> None:
        while sender(world, clock).once():
            pass

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while sender(world, clock).once():
        pass
    assert {one.last_error for one in rows(world.database)} == {None}
    assert len(receiver.posted) == 25
    assert {one.state for one in rows(world.database)} == {"delivered"}


def test_a_webhook_that_is_taken_away_while_it_is_sent_to_is_no_failure(
    small: World, receiver: Receiver, clock: Clock
) -> None:
    key = hook(small, receiver.url)
    happen(small)
    drain(small.database)

    def remove() -> None:
        with small.writing("manager@test", "api") as work:
            registering.remove(work, work.session.get_one(Webhook, key))

    receiver.at_each = remove
    assert sender(small, clock).once() == 1
    assert rows(small.database) == []


def test_the_customer_of_an_event_is_named_by_its_code() -> None:
    event = OutboxEvent(id=3, kind="stock.low", subject="product", key="10-109", payload={"customer": "?"}, at=START)
    assert b'"customer":null' in body_of(event, None)
    assert b'"timestamp":"2036-06-17T12:00:00.000Z"' in body_of(event, None)


# ---- a receiver that is busy --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "600", 600),
        (503, " 600 ", 600),
        (503, "Tue, 17 Jun 2036 12:10:00 GMT", 600),
        (429, "5", 30),  # sooner than we would come anyway
        (429, "Tue, 17 Jun 2036 11:00:00 GMT", 30),
        (429, "99999999999999999999", 43_200),  # no longer than the longest pause
        (503, "Fri, 31 Dec 9999 23:59:59 GMT", 43_200),
        (500, "600", 30),  # said by who is not busy
        (429, "soon", 30),
        (429, "-1", 30),
        (429, "1e9", 30),
        (429, "", 30),
    ],
)
def test_a_busy_receiver_may_ask_for_a_longer_pause_within_bounds(
    small: World, receiver: Receiver, clock: Clock, status: int, header: str, seconds: int
) -> None:
    hook(small, receiver.url)
    happen(small)
    drain(small.database)
    receiver.answers.append((status, {"Retry-After": header}))
    assert sender(small, clock).once() == 1
    waiting = row(small)
    assert (waiting.state, waiting.attempts, waiting.last_status) == ("pending", 1, status)
    assert (waiting.next_at - clock.time).total_seconds() == seconds
