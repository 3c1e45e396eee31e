"""The main job on a real wholesaler's two years of orders, lived in as on their last day."""

from __future__ import annotations

import pytest

from tests.e2e.system import System, lines

pytestmark = [pytest.mark.e2e, pytest.mark.rasa, pytest.mark.timeout(1800)]
PASSWORD = "a long password"


def test_a_customer_orders_in_plain_words(wholesaler: System) -> None:
    person = wholesaler.person("c14911@example.com", PASSWORD)
    reply = person.say("12 assorted colour bird ornaments and 20 antique white wooden frames")
    assert lines(reply) == [("84879", 12), ("82494L", 20)]
    number = person.tap("Place this order")["card"]["number"]
    order = person.get(f"/api/orders/{number}")
    assert order["placed_at"].startswith("2011-12-09")
    assert [line["sku"] for line in order["lines"]] == ["84879", "82494L"]


def test_a_forecast_of_84879(wholesaler: System) -> None:
    reply = wholesaler.person("rep@example.com", PASSWORD).say("forecast of 84879")
    assert "ASSORTED COLOUR BIRD ORNAMENT" in reply["text"]
    assert [point["period"] for point in reply["card"]["forecast"]][:2] == ["2011-12", "2012-01"]


def test_what_customer_14911_should_reorder(wholesaler: System) -> None:
    rep = wholesaler.person("rep@example.com", PASSWORD)
    reply = rep.say("what should customer 14911 reorder?")
    assert reply["card"]["kind"] == "reorder"
    assert reply["card"]["customer"] == "Customer 14911"
    assert "bought" in reply["card"]["rows"][0]["reason"]


def test_what_the_buyer_should_reorder(wholesaler: System) -> None:
    buyer = wholesaler.person("buyer@example.com", PASSWORD)
    reply = buyer.say("what should we reorder?")
    assert reply["card"]["kind"] == "replenishment"
    assert all(row["quantity"] > 0 and row["supplier"] for row in reply["card"]["rows"])
    assert buyer.tap("Approve and order")["card"]["kind"] == "purchase_orders"
