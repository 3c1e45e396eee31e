"""What tests of sending webhooks share: a clock that stands still, a network that answers as told, and webhooks."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from backend.database import Database
from backend.events import registering
from backend.events.addresses import Allowed
from backend.events.courier import Courier
from backend.events.tables import Webhook, WebhookDelivery
from backend.events.webhooks import Sender
from tests.backend.shipping.handling import person
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
