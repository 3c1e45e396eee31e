"""Alerts as the chat uses them."""

from __future__ import annotations

import pytest

from backend.catalogue.queries import by_sku
from backend.errors import Conflict, Invalid
from backend.events import alerts
from tests.backend.events.outbox import audited
from tests.backend.world import World


def followed(world: World, email: str) -> list[tuple[str, str | None]]:
    with world.reading(email) as work:
        return [(one.topic, one.product.sku if one.product else None) for one in alerts.subscriptions(work)]


def test_all_alerts_on_a_topic_end_together_or_one_by_one(small: World) -> None:
    with small.writing("desk@test") as work:
        for sku in ("10-109", "30-101", "30-102"):
            alerts.subscribe(work, "stock_low", by_sku(work.session, sku))
        alerts.subscribe(work, "orders")
        assert alerts.unsubscribe(work, "stock_low", by_sku(work.session, "30-101")) == 1
    assert followed(small, "desk@test") == [("stock_low", "10-109"), ("stock_low", "30-102"), ("orders", None)]
    with small.writing("desk@test") as work:
        assert alerts.unsubscribe(work, "stock_low") == 2
        assert alerts.unsubscribe(work, "stock_low") == 0
    assert followed(small, "desk@test") == [("orders", None)]
    assert [event.before for event in audited(small.database, "alert.ended")] == [
        {"topic": "stock_low", "product": sku} for sku in ("30-101", "10-109", "30-102")
    ]


def test_what_ended_can_begin_anew(small: World) -> None:
    for _ in range(2):
        with small.writing() as work:
            alerts.subscribe(work, "orders")
            alerts.unsubscribe(work, "orders")
    assert followed(small, "customer@test") == []
    with small.writing() as work:
        alerts.subscribe(work, "orders")
    assert followed(small, "customer@test") == [("orders", None)]


def test_nobody_follows_endlessly_many_things(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "MOST_ALERTS", 1)
    with small.writing() as work:
        alerts.subscribe(work, "orders")
        alerts.subscribe(work, "orders")
        with pytest.raises(Conflict, match="You follow 1 things already"):
            alerts.subscribe(work, "back_in_stock", by_sku(work.session, "10-109"))


def test_a_topic_that_is_not_there_is_refused(small: World) -> None:
    with small.writing() as work, pytest.raises(Invalid, match="Alerts are about orders, back_in_stock, stock_low"):
        alerts.subscribe(work, "weather")
