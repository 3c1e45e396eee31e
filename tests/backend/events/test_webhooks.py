"""Sending webhooks: signed, to checked addresses, again after failures, given up at last."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from backend.customers.queries import by_code
from backend.database import Database
from backend.events import courier as couriers
from backend.events import registering, signing
from backend.events.addresses import Allowed
from backend.events.courier import Courier
from backend.events.service import publish
from backend.events.tables import OutboxEvent, Webhook, WebhookDelivery
from backend.events.webhooks import LEASE, MOST_ATTEMPTS, Sender, body_of, pause_after
from tests.backend.events.outbox import audited, drain, happen
from tests.backend.events.receiver import Receiver
from tests.backend.sales.handling import person
from tests.backend.world import World

HERE = Allowed(http=True, private=True)
START = datetime(2036, 6, 17, 12, 0, tzinfo=UTC)  # after everything that the system clock stamps


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class Wire(httpx.AsyncBaseTransport):
    """Takes the place of the network: keeps the requests, answers as told."""

    def __init__(self, *answers: int | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
def clock() -> Clock:
    return Clock()


def hook(world: World, url: str, *kinds: str) -> int:
    """A webhook, made by a manager; its key."""
    with world.database.read() as session:
        known = session.scalars(select(Webhook.id)).all()
    if not known:
        person(world, "manager@test", "manager", customer=None)
    with world.writing("manager@test", "api") as work:
        return registering.register(work, url, kinds, HERE).id


def sender(world: World, clock: Clock, courier: Courier | None = None) -> Sender:
    return Sender(world.database, courier or Courier(HERE), clock=clock, chance=lambda: 0.5)


def rows(database: Database) -> list[WebhookDelivery]:
    with database.read() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def row(world: World) -> WebhookDelivery:
    (found,) = rows(world.database)
    return found


def webhook(world: World, key: int) -> Webhook:
    with world.database.read() as session:
        return session.get_one(Webhook, key)


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


# ---- addresses ----------------------------------------------------------------------------------------------------


def no_transport(url: str, found: Sequence[str], small: World, clock: Clock) -> tuple[Wire, WebhookDelivery]:
    wire = Wire()
    hook(small, url)
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: found, transport=wire)).once()
    return wire, row(small)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.1.2.3"], ["8.8.8.8", "192.168.0.1"], ["::ffff:10.0.0.1"], []])
def test_nothing_is_sent_to_a_host_that_has_a_private_address(small: World, clock: Clock, found: list[str]) -> None:
    wire, failed = no_transport("https://example.com/", found, small, clock)
    assert wire.requests == []
    assert failed.state == "pending"
    assert str(failed.last_error).endswith("Webhooks go to public addresses only.")


@pytest.mark.parametrize("url", ["http://example.com/", "http://127.0.0.1:8000/", "https://localhost/"])
def test_an_address_that_the_settings_allow_no_more_gets_nothing(small: World, clock: Clock, url: str) -> None:
    wire, failed = no_transport(url, ["8.8.8.8"], small, clock)
    assert wire.requests == []
    assert failed.state == "pending"


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(small: World, clock: Clock) -> None:
    """A name that points to us a moment later (DNS rebinding) leads nowhere."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    wire = Wire()
    hook(small, "https://example.com:8443/hook?a=b")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=rebinding, transport=wire)).once()
    (request,) = wire.requests
    assert asked == [("example.com", 8443)]
    assert (request.url.host, request.url.port, request.url.raw_path) == ("8.8.8.8", 8443, b"/hook?a=b")
    assert request.headers["host"] == "example.com:8443"
    assert request.extensions["sni_hostname"] == "example.com"
    assert row(small).state == "delivered"


def test_the_next_address_is_tried_where_one_takes_no_connection(small: World, clock: Clock) -> None:
    wire = Wire(httpx.ConnectError("refused"), 204)
    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    found = ["2606:4700::1111", "8.8.8.8"]
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: found, transport=wire)).once()
    assert [request.url.host for request in wire.requests] == found
    assert (row(small).state, row(small).last_status) == ("delivered", 204)


def test_a_host_without_a_name_or_a_listener_is_tried_again(small: World, clock: Clock) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    wire = Wire(httpx.ConnectError("refused"))
    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=unknown, transport=wire)).once()
    assert row(small).last_error == "The host can't be found: Name or service not known"
    clock.time = row(small).next_at
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: ["8.8.8.8"], transport=wire)).once()
    assert row(small).last_error == "ConnectError: refused"


def test_the_certificate_must_be_the_hosts_own(
    small: World, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address, but who answers there is checked by the name."""
    pem = tmp_path / "hooks.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks.test",
            "-addext", "subjectAltName=DNS:hooks.test", "-keyout", pem, "-out", tmp_path / "certificate.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with Receiver(pem) as receiver:
        hook(small, f"https://hooks.test:{receiver.port}/", "order.placed")
        hook(small, f"https://other.test:{receiver.port}/", "quote.sent")
        happen(small, 1, "order.placed")
        happen(small, 1, "quote.sent")
        drain(small.database)
        transport = httpx.AsyncHTTPTransport(verify=trusting)
        sender(small, clock, Courier(HERE, resolve=lambda *_: ["127.0.0.1"], transport=transport)).once()
        mine, others = rows(small.database)
        assert (mine.state, others.state) == ("delivered", "pending")
        assert "certificate" in str(others.last_error).lower()
        assert len(receiver.posted) == 1


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
