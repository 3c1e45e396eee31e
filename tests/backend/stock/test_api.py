"""Stock by REST: who sees and changes what, what is answered, once per key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from backend.app import create_app
from backend.catalogue.queries import by_sku
from backend.settings import Settings
from tests.backend.stock.company import Stock
from tests.backend.world import PASSWORD, World

SETTINGS = {"internal_secret": "secret", "rasa_url": "http://127.0.0.1:9", "models_url": "http://127.0.0.1:9"}


class Api:
    """Requests as somebody."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._signed_in: dict[str, dict[str, str]] = {}

    def _headers(self, email: str) -> dict[str, str]:
        if email not in self._signed_in:
            answer = self.client.post("/api/auth/token", data={"username": email, "password": PASSWORD})
            self._signed_in[email] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return self._signed_in[email]

    def get(self, path: str, email: str = "desk@test", **params: object) -> Response:
        return self.client.get(f"/api/{path}", headers=self._headers(email), params=params)  # type: ignore[arg-type]

    def post(self, path: str, body: object, email: str = "desk@test", **headers: str) -> Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/{path}", json=body, headers=self._headers(email) | names)


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


@pytest.fixture
def stock(small: World) -> Stock:
    return Stock(small)


MOVED = {"from": "MAIN", "to": "SHOP", "quantity": 5, "reason": "shop"}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("stock/10-109/adjustments", {"change": -5, "reason": "broken"}),
    ("stock/10-109/counts", {"counted": 7, "reason": "count"}),
    ("stock/10-109/transfers", MOVED),
    ("warehouses", {"code": "ANNEX", "name": "Annex"}),
]
READS = ["stock", "stock/10-109", "stock/10-109/ledger", "stock/10-109/availability", "warehouses"]


@pytest.mark.parametrize("path", READS)
def test_figures_are_for_our_own_people(api: Api, path: str) -> None:
    for email in ("rep@test", "desk@test", "buyer@test"):
        assert api.get(path, email).status_code == 200
    refused = api.get(path, "customer@test")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(("path", "body"), CHANGES)
def test_changes_are_for_the_desk_and_the_buyers(api: Api, stock: Stock, path: str, body: dict[str, Any]) -> None:
    stock.open("SHOP")
    for email in ("customer@test", "rep@test"):
        refused = api.post(path, body, email)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (stock.level("10-109"), len(stock.entries("10-109"))) == ((500, 0), 1)
    for number, email in enumerate(("desk@test", "buyer@test")):
        changed = body | ({"code": f"ANNEX-{number}"} if path == "warehouses" else {})
        assert api.post(path, changed, email).status_code == 201
    assert api.client.post(f"/api/{path}", json=body).status_code == 401


@pytest.mark.parametrize(("path", "body"), CHANGES)
def test_a_repeat_with_the_same_key_changes_nothing_twice(
    api: Api, stock: Stock, path: str, body: dict[str, Any]
) -> None:
    stock.open("SHOP")
    first = api.post(path, body, Idempotency_Key="k")
    entries = len(stock.entries("10-109"))
    assert (first.status_code, api.post(path, body, Idempotency_Key="k").json()) == (201, first.json())
    assert len(stock.entries("10-109")) == entries
    other = api.post(path.replace("10-109", "30-101"), body | {"reason": "another", "name": "x"}, Idempotency_Key="k")
    assert other.status_code in (409, 422)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("stock/10-109/adjustments", {"change": 0, "reason": "x"}, 422, "no_change"),
        ("stock/10-109/adjustments", {"change": 5}, 422, "invalid"),
        ("stock/10-109/adjustments", {"change": 5, "reason": "  "}, 422, "reason_missing"),
        ("stock/10-109/adjustments", {"change": 5.0, "reason": "x"}, 422, "invalid"),
        ("stock/10-109/adjustments", {"change": -501, "reason": "x"}, 409, "not_enough_stock"),
        ("stock/10-109/adjustments", {"change": 5, "reason": "x", "user_id": 1}, 422, "invalid"),
        ("stock/10-109/adjustments", {"change": 5, "reason": "x", "warehouse": "MOON"}, 404, "unknown_warehouse"),
        ("stock/99-999/adjustments", {"change": 5, "reason": "x"}, 404, "unknown_product"),
        ("stock/10-109/counts", {"counted": -1, "reason": "x"}, 422, "invalid"),
        ("stock/10-109/transfers", MOVED | {"to": "main"}, 422, "same_warehouse"),
        ("stock/10-109/transfers", MOVED | {"to": "MOON"}, 404, "unknown_warehouse"),
        ("warehouses", {"code": "MAIN", "name": "Again"}, 409, "warehouse_exists"),
        ("warehouses", {"code": "a b", "name": "Again"}, 422, "invalid"),
    ],
)
def test_a_bad_change_is_refused_with_a_code(
    api: Api, stock: Stock, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = api.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (stock.level("10-109"), len(stock.entries("10-109"))) == ((500, 0), 1)


def test_a_position_says_what_lies_where(api: Api, stock: Stock) -> None:
    stock.open("SHOP", "The shop")
    stock.transfer("10-109", 100)
    stock.place(("10-109", 450))
    assert api.get("stock/10-109").json() == {
        "sku": "10-109",
        "on_hand": 500,
        "reserved": 450,
        "available": 50,
        "on_order": 100,
        "back_ordered": 0,
        "next_receipt": "2026-06-24",
        "reorder_point": None,
        "warehouses": [
            {"warehouse": "MAIN", "name": "Main", "on_hand": 400, "reserved": 400, "available": 0},
            {"warehouse": "SHOP", "name": "The shop", "on_hand": 100, "reserved": 50, "available": 50},
        ],
    }
    assert api.get("warehouses").json() == {
        "items": [{"code": "MAIN", "name": "Main"}, {"code": "SHOP", "name": "The shop"}],
        "next": None,
    }


def test_an_adjustment_says_what_became_of_orders(api: Api, stock: Stock) -> None:
    number = stock.place(("20-104", 60))
    answer = api.post("stock/20-104/adjustments", {"change": -20, "reason": "rust"}).json()
    assert (answer["before"], answer["filled"]) == (60, [])
    assert answer["level"] == {"warehouse": "MAIN", "name": "Main", "on_hand": 40, "reserved": 40, "available": 0}
    assert answer["given_back"] == [{"order": number, "position": 1, "quantity": 20, "promised_date": "2026-07-02"}]
    counted = api.post("stock/20-104/counts", {"counted": 50, "reason": "count"}).json()
    assert counted["filled"] == [{"order": number, "position": 1, "reserved": 50, "back_ordered": 10}]
    agreed = api.post("stock/20-104/counts", {"counted": 50, "reason": "count"}).json()
    assert (agreed["entry"], agreed["filled"]) == (None, [])


def test_who_may_not_see_orders_is_not_told_their_numbers(api: Api, stock: Stock) -> None:
    stock.place(("20-104", 60))
    answer = api.post("stock/20-104/adjustments", {"change": -20, "reason": "rust"}, "buyer@test").json()
    assert [(one["order"], one["quantity"]) for one in answer["given_back"]] == [(None, 20)]


def test_the_ledger_comes_in_pages_newest_first(api: Api, stock: Stock) -> None:
    stock.open("SHOP")
    stock.adjust("10-109", -1)
    stock.transfer("10-109", 10)
    first = api.get("stock/10-109/ledger", limit=3).json()
    assert [(row["quantity"], row["kind"], row["warehouse"], row["by"]) for row in first["items"]] == [
        (10, "transfer", "SHOP", "Desk"),
        (-10, "transfer", "MAIN", "Desk"),
        (-1, "adjustment", "MAIN", "Desk"),
    ]
    rest = api.get("stock/10-109/ledger", limit=3, after=first["next"]).json()
    assert ([row["kind"] for row in rest["items"]], rest["next"]) == (["opening"], None)
    only = api.get("stock/10-109/ledger", kind="transfer", warehouse="SHOP").json()["items"]
    assert [(row["quantity"], row["reason"]) for row in only] == [(10, "for the shop")]
    assert api.get("stock/10-109/ledger", kind="theft").status_code == 422
    assert api.get("stock/10-109/ledger", warehouse="MOON").json()["code"] == "unknown_warehouse"


def test_availability_says_when_the_rest_is_there(api: Api, stock: Stock) -> None:
    stock.place(("10-109", 480))
    assert api.get("stock/10-109/availability", quantity=100).json() == {
        "sku": "10-109",
        "quantity": 100,
        "now": 20,
        "rest": 80,
        "rest_date": "2026-06-25",
        "lead_time_days": 10,
        "by_date": [{"date": "2026-06-17", "available": 20}, {"date": "2026-06-25", "available": 120}],
    }
    enough = api.get("stock/10-109/availability", quantity=20).json()
    assert (enough["now"], enough["rest"], enough["rest_date"]) == (20, 0, None)
    beyond = api.get("stock/10-109/availability", quantity=121).json()
    assert (beyond["rest"], beyond["rest_date"]) == (101, "2026-07-02")
    assert api.get("stock/10-109/availability", quantity=0).status_code == 422


def test_substitutes_are_products_as_everybody_sees_them(api: Api, small: World) -> None:
    assert api.get("products/10-109/substitutes", "customer@test", quantity=5).json() == {"items": [], "next": None}
    with small.database.write() as session:
        for sku in ("30-101", "30-102"):
            by_sku(session, sku).options = {"finish": "zinc"}
    found = api.get("products/30-101/substitutes", "other@test", quantity=5).json()["items"]
    assert [(row["sku"], row["price"], row["available"]) for row in found] == [("30-102", "0.048", 400)]
    assert api.get("products/30-101/substitutes", "other@test", quantity=401).json()["items"] == []
    assert api.get("products/99-999/substitutes").status_code == 404
