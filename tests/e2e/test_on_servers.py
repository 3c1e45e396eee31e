"""The same system on PostgreSQL and Redis."""

from __future__ import annotations

import pytest
import redis

from tests.e2e.system import System, lines
from tests.e2e.test_demo_company import order_by_chat

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.rasa,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.timeout(1200),
]


def test_the_customers_conversation(demo_on_servers: System) -> None:
    person = demo_on_servers.person("customer@demo")
    number = order_by_chat(person)
    assert person.get(f"/api/orders/{number}")["state"] == "placed"
    assert person.say("what should I reorder?")["card"]["kind"] == "reorder"


def test_the_others(demo_on_servers: System) -> None:
    reply = demo_on_servers.person("rep@demo").say("forecast for M8x40 hex bolts for the next six months")
    assert len(reply["card"]["forecast"]) == 6
    desk = demo_on_servers.person("desk@demo")
    assert lines(desk.say("order 40 of 20-104 for Harper & Sons")) == [("20-104", 40)]
    assert "is placed for Harper & Sons" in desk.say("yes please")["text"]
    buyer = demo_on_servers.person("buyer@demo")
    buyer.say("what should we reorder?")
    assert buyer.tap("Approve and order")["card"]["kind"] == "purchase_orders"


def test_redis_really_holds_trackers_and_limits(demo_on_servers: System, redis_server: str) -> None:
    demo_on_servers.person("customer@demo").say("hello")
    with redis.Redis.from_url(redis_server) as client:
        keys = b" ".join(client.keys())
    assert b"LIMITS" in keys.upper()
    assert b"track" in keys.lower()
