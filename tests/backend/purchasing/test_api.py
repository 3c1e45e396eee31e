"""Purchase orders by REST: sent, received, cancelled; versions, keys, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.settings import Settings
from tests.backend.purchasing.buying import Buying
from tests.backend.stock.test_api import SETTINGS, Api
from tests.backend.world import World


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


@pytest.fixture
def buying(small: World) -> Buying:
    return Buying(small)


def test_a_purchase_order_is_read_with_its_version(api: Api) -> None:
    answer = api.get("purchase-orders/PO-1", "buyer@test")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    body = answer.json()
    assert (body["version"], body["received_at"]) == (1, None)
    assert [(line["position"], line["sku"], line["received"]) for line in body["lines"]] == [(1, "10-109", 0)]


def test_from_approved_to_received(api: Api, buying: Buying) -> None:
    buying.order("PO-2", ("30-101", 10), ("30-102", 20), state="approved")
    sent = api.post("purchase-orders/PO-2/send", {}, "buyer@test")
    assert (sent.status_code, sent.json()["state"], sent.headers["ETag"]) == (200, "sent", '"2"')
    part = api.post("purchase-orders/PO-2/receive", {"lines": [{"position": 2, "quantity": 5}]}).json()
    assert (part["state"], part["version"], part["warehouse"], part["filled"]) == ("part_received", 3, "MAIN", [])
    whole = api.post("purchase-orders/PO-2/receive", {}).json()
    assert (whole["state"], [line["received"] for line in whole["lines"]]) == ("received", [10, 20])
    assert (buying.level("30-101"), buying.level("30-102")) == ((410, 0), (420, 0))


def test_who_was_served_is_told_to_those_who_see_orders(api: Api, buying: Buying) -> None:
    number = buying.place(("10-109", 510))
    served = api.post("purchase-orders/PO-1/receive", {"lines": [{"position": 1, "quantity": 4}]}).json()["filled"]
    assert served == [{"order": number, "position": 1, "reserved": 504, "back_ordered": 6}]
    served = api.post("purchase-orders/PO-1/receive", {}, "buyer@test").json()["filled"]
    assert served == [{"order": None, "position": 1, "reserved": 510, "back_ordered": 0}]


def test_a_receipt_repeated_with_its_key_comes_in_once(api: Api, buying: Buying) -> None:
    body = {"lines": [{"position": 1, "quantity": 30}]}
    first = api.post("purchase-orders/PO-1/receive", body, Idempotency_Key="k")
    assert api.post("purchase-orders/PO-1/receive", body, Idempotency_Key="k").json() == first.json()
    assert buying.received("PO-1") == [(100, 30)]


@pytest.mark.parametrize(
    ("what", "body"), [("send", {}), ("cancel", {"reason": "late"}), ("receive", {}), ("receive", {"last": True})]
)
def test_a_change_for_another_version_is_refused(api: Api, buying: Buying, what: str, body: dict[str, Any]) -> None:
    answer = api.post(f"purchase-orders/PO-1/{what}", body, "buyer@test", If_Match='"7"')
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_since")
    assert (buying.now("PO-1").state, buying.now("PO-1").version) == ("sent", 1)
    assert buying.level("10-109") == (500, 0)


def test_a_change_for_this_version_is_made(api: Api) -> None:
    body = {"lines": [{"position": 1, "quantity": 30}]}
    answer = api.post("purchase-orders/PO-1/receive", body, If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert api.post("purchase-orders/PO-1/receive", body, If_Match='"1"').status_code == 412


@pytest.mark.parametrize(
    ("what", "body", "status", "code"),
    [
        ("receive", {"lines": []}, 422, "invalid"),
        ("receive", {"lines": [{"position": 1, "quantity": 0}]}, 422, "invalid"),
        ("receive", {"lines": [{"position": 9, "quantity": 1}]}, 422, "unknown_line"),
        ("receive", {"lines": [{"position": 1, "quantity": 60}] * 2}, 409, "over_receipt"),
        ("receive", {"warehouse": "MOON"}, 404, "unknown_warehouse"),
        ("receive", {"last": True}, 409, "nothing_received"),
        ("receive", {"cost": "0.01"}, 422, "invalid"),
        ("send", {}, 409, "illegal_transition"),
        ("send", {"state": "sent"}, 422, "invalid"),
        ("cancel", {}, 422, "invalid"),
        ("cancel", {"reason": "  "}, 422, "reason_missing"),
    ],
)
def test_a_bad_request_is_refused_with_a_code(
    api: Api, buying: Buying, what: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = api.post(f"purchase-orders/PO-1/{what}", body, "buyer@test")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (buying.now("PO-1").state, buying.level("10-109")) == ("sent", (500, 0))


@pytest.mark.parametrize(("what", "body"), [("send", {}), ("cancel", {"reason": "late"}), ("receive", {})])
def test_who_may_not_see_purchase_orders_finds_none(api: Api, buying: Buying, what: str, body: dict[str, Any]) -> None:
    for email in ("customer@test", "rep@test"):
        answer = api.post(f"purchase-orders/PO-1/{what}", body, email)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_purchase_order")
        assert api.get("purchase-orders", email).json()["items"] == []
    assert (buying.now("PO-1").state, buying.level("10-109")) == ("sent", (500, 0))


@pytest.mark.parametrize(("what", "body"), [("send", {}), ("cancel", {"reason": "late"})])
def test_the_desk_takes_goods_in_but_does_not_buy(api: Api, buying: Buying, what: str, body: dict[str, Any]) -> None:
    buying.order("PO-2", ("30-101", 10), state="approved")
    answer = api.post(f"purchase-orders/PO-2/{what}", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert buying.now("PO-2").state == "approved"
    assert api.post("purchase-orders/PO-1/receive", {}).status_code == 200
