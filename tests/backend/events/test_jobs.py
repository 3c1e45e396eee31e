"""The worker's jobs on events, and what they leave behind in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from backend.database import now
from backend.events import jobs
from backend.events.jobs import KEPT, relay_events, send_webhooks, tidy_events
from backend.events.tables import InboxEntry, OutboxEvent, Webhook, WebhookDelivery
from backend.settings import settings
from tests.backend.events.outbox import drain, happen, said_to, unpublished
from tests.backend.events.receiver import Receiver
from tests.backend.shipping.handling import place, shipped
from tests.backend.world import World


def hook(world: World, url: str) -> int:
    with world.database.write() as session:
        user_id = world.principal("desk@test").user_id
        row = Webhook(url=url, secret="whsec_c2VjcmV0", kinds=[], created_by_id=user_id)
        session.add(row)
        session.flush()
        return row.id


def counts(world: World) -> tuple[int, int, int]:
    """Events, inbox entries, deliveries."""
    with world.database.read() as session:
        found = [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (OutboxEvent, InboxEntry, WebhookDelivery)
        ]
    return found[0], found[1], found[2]


def let_a_month_go_by(world: World) -> None:
    with world.database.write() as session:
        past = now() - KEPT - timedelta(minutes=1)
        session.execute(update(OutboxEvent).where(OutboxEvent.published_at.is_not(None)).values(published_at=past))


@pytest.fixture
def to_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Webhooks may go to our own network."""
    with monkeypatch.context() as changed:
        changed.setenv("QUARTERMASTER_WEBHOOK_ALLOW_HTTP", "true")
        changed.setenv("QUARTERMASTER_WEBHOOK_ALLOW_PRIVATE", "true")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.usefixtures("to_this_machine")
def test_an_order_reaches_people_and_other_systems(world: World) -> None:
    with Receiver() as receiver:
        hook(world, receiver.url)
        number = place(world, ("10-109", 60))
        shipped(world, number)
        assert (relay_events(world.database), send_webhooks(world.database)) == (3, 3)
        assert {posted.json["type"] for posted in receiver.posted} == {
            "order.placed",
            "shipment.shipped",
            "invoice.issued",
        }
        assert (relay_events(world.database), send_webhooks(world.database)) == (0, 0)
    left, invoiced = said_to(world, "customer@test")
    assert left.startswith(f"Your order {number} has left us: ")
    assert invoiced.endswith(f"for your order {number}: £6.00, to be paid by 17 Jul 2026.")


def test_without_the_settings_nothing_goes_to_our_own_network(small: World) -> None:
    with Receiver() as receiver:
        hook(small, receiver.url)
        happen(small)
        drain(small.database)
        assert send_webhooks(small.database) == 1
        assert receiver.posted == []
    with small.database.read() as session:
        assert session.scalars(select(WebhookDelivery)).one().last_error == (
            "A webhook's address begins with https:// and names a host."
        )


def test_events_are_kept_for_a_month_after_they_were_handed_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    key = hook(world, "https://example.com/")
    happen(world, 5)
    drain(world.database)
    assert counts(world) == (5, 5, 5)
    assert tidy_events(world.database) == 0
    let_a_month_go_by(world)
    assert tidy_events(world.database) == 0  # other systems have not had them yet
    with world.database.write() as session:
        first, second, *_ = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))
        first.state, second.state = "delivered", "dead"
    happen(world)
    assert tidy_events(world.database) == 6
    assert counts(world) == (4, 3, 3)
    with world.database.write() as session:
        session.get_one(Webhook, key).active = False
    assert tidy_events(world.database) == 9
    assert counts(world) == (1, 0, 0)
    assert len(unpublished(world.database)) == 1
