"""Returns over HTTP: asking, handling, double taps, versions, and what is not yours."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.company.tables import Company
from backend.settings import Settings
from tests.backend.returns.returning import at_once, delivered, families, how_many, reprice, state
from tests.backend.shipping.handling import place
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:
        yield Api(client)


@pytest.fixture
def both(world: World) -> Iterator[Api]:
    """The API on both engines."""
    with TestClient(create_app(Settings(**SETTINGS), world.database)) as client:
        yield Api(client)


def body(order: str, *lines: dict, resolution: str = "credit", **more) -> dict:
    return {"order": order, "resolution": resolution, "lines": list(lines), **more}


def line(position: int, quantity: int, **more) -> dict:
    return {"position": position, "quantity": quantity, **more}


def test_a_return_from_asking_to_its_money(api: Api, small: World) -> None:
    order = delivered(small, ("10-109", 200), ("30-101", 40))
    customer, desk = api.sign_in("customer@test"), api.sign_in("desk@test")
    wanted = body(order, line(1, 50, reason="rusty"), line(2, 40), reason="not as expected")
    answer = api.client.post("/api/returns", headers=customer, json=wanted)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["status"], made["order"], made["customer"]) == (
        "approved", "approved, waiting for the goods", order, "C1",
    )  # fmt: skip
    assert [(one["sku"], one["quantity"], one["price"], one["credit"], one["reason"]) for one in made["lines"]] == [
        ("10-109", 50, "0.09", "4.50", "rusty"),
        ("30-101", 40, "0.05", "2.00", None),
    ]
    assert (made["credit"]["total"], made["refund"]["waiting_for"], made["version"]) == ("6.50", "goods", 2)
    path = f"/api/returns/{made['number']}"
    came = {"lines": [{"position": 1, "restocked": 40, "scrapped": 5}, {"position": 2, "restocked": 40}]}
    received = api.client.post(f"{path}/receive", headers=desk, json=came).json()
    assert (received["state"], received["credit"]["total"], received["refund"]["by"]) == (
        "received", "6.05", "2026-06-24",
    )  # fmt: skip
    assert [(one["announced"], one["quantity"], one["scrapped"]) for one in received["lines"]] == [
        (50, 45, 5),
        (40, 40, 0),
    ]
    assert small.level("10-109") == (340, 0)
    settled = api.client.post(f"{path}/settle", headers=desk, json={}).json()
    assert (settled["state"], settled["status"], settled["refund"]["amount"]) == ("settled", "credited", "6.05")
    assert settled["refund"]["credit_note"].startswith("CN-")
    shown = api.client.get(path, headers=customer)
    assert (shown.json(), shown.headers["etag"]) == (settled, '"4"')


def test_an_exchange_shows_the_money_of_each_line(api: Api, small: World) -> None:
    families(small)
    order = delivered(small, ("10-109", 60), ("30-101", 40))
    reprice(small, "20-104", "0.55")
    customer = api.sign_in("customer@test")
    wanted = body(order, line(1, 60, exchange_sku="20-104"), line(2, 40, exchange_sku="30-102"), resolution="exchange")
    made = api.client.post("/api/returns", headers=customer, json=wanted).json()
    assert [
        (one["credit"], one["exchange_sku"], one["exchange_price"], one["replacement"], one["difference"])
        for one in made["lines"]
    ] == [("6.00", "20-104", "0.55", "33.00", "27.00"), ("2.00", "30-102", "0.06", "2.40", "0.40")]
    assert (made["credit"]["total"], made["replacement"]["total"], made["difference"]) == ("8.00", "35.40", "27.40")
    replacement = api.client.get(f"/api/orders/{made['exchange_order']}", headers=customer).json()
    assert Decimal(replacement["total"]) == Decimal("35.40")


def test_tax_is_credited_and_charged_too(api: Api, small: World) -> None:
    from datetime import date

    from backend.catalogue.tables import TaxRate

    families(small)
    with small.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2"), valid_from=date(2011, 1, 4)))
    order = delivered(small, ("30-101", 40))
    wanted = body(order, line(1, 40, exchange_sku="30-102"), resolution="exchange")
    made = api.client.post("/api/returns", headers=api.sign_in("customer@test"), json=wanted).json()
    assert made["credit"] == {"net": "2.00", "tax": "0.40", "total": "2.40"}
    assert made["replacement"] == {"net": "2.40", "tax": "0.48", "total": "2.88"}
    assert made["difference"] == "0.48"


def test_a_double_tap_returns_once(api: Api, small: World) -> None:
    order = delivered(small, ("10-109", 60))
    headers = api.sign_in("customer@test") | {"Idempotency-Key": "tap"}
    first = api.client.post("/api/returns", headers=headers, json=body(order, line(1, 30)))
    again = api.client.post("/api/returns", headers=headers, json=body(order, line(1, 30)))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = api.client.post("/api/returns", headers=headers, json=body(order, line(1, 29)))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert how_many(small) == (1, 1)


def test_two_taps_at_once_return_once(both: Api, world: World) -> None:
    order = delivered(world, ("10-109", 60))
    headers = both.sign_in("customer@test") | {"Idempotency-Key": "tap"}
    answers = []

    def tap() -> None:
        answers.append(both.client.post("/api/returns", headers=headers, json=body(order, line(1, 30))))

    assert at_once(tap, tap) == []
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert how_many(world) == (1, 1)


def test_a_handling_step_is_meant_for_the_version_that_was_read(api: Api, small: World) -> None:
    order = delivered(small, ("10-109", 60), days_ago=60)
    desk = api.sign_in("desk@test")
    made = api.client.post("/api/returns", headers=desk, json=body(order, line(1, 30))).json()
    assert (made["state"], made["version"]) == ("requested", 1)
    path = f"/api/returns/{made['number']}"
    assert api.client.post(f"{path}/approve", headers=desk | {"If-Match": '"1"'}).json()["version"] == 2
    stale = api.client.post(f"{path}/receive", headers=desk | {"If-Match": '"1"'}, json={})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since")
    assert (state(small, made["number"]), small.level("10-109")) == ("approved", (440, 0))
    twice = api.client.post(f"{path}/approve", headers=desk)
    assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")


def test_rejecting_says_why(api: Api, small: World) -> None:
    order = delivered(small, ("10-109", 60), days_ago=60)
    customer, desk = api.sign_in("customer@test"), api.sign_in("desk@test")
    made = api.client.post("/api/returns", headers=customer, json=body(order, line(1, 30))).json()
    path = f"/api/returns/{made['number']}"
    assert api.client.post(f"{path}/reject", headers=desk, json={}).status_code == 422
    answer = api.client.post(f"{path}/reject", headers=desk, json={"reason": "Too late"}).json()
    assert (answer["state"], answer["note"], answer["refund"]["amount"]) == ("rejected", "Too late", "0.00")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        (body("SO-100001"), 422, "invalid"),
        (body("SO-100001", line(1, 0)), 422, "invalid"),
        (body("SO-100001", line(1, 1), resolution="cash"), 422, "invalid"),
        (body("SO-100001", line(1, 1, price="0.01")), 422, "invalid"),
        (body("SO-100001", line(1, 1, exchange_price="0.01")), 422, "invalid"),
        (body("SO-100001", line(1, 1), customer="C2"), 422, "invalid"),
        (body("SO-100001", line(1, 1), reason="a\x00b"), 422, "invalid"),
        (body("SO-100001", line(9, 1)), 422, "unknown_line"),
        (body("SO-999999", line(1, 1)), 404, "unknown_order"),
        (body("SO-100001", line(1, 61)), 409, "more_than_returnable"),
        (body("SO-100001", line(1, 1, exchange_sku="nope"), resolution="exchange"), 404, "unknown_product"),
        (body("SO-100001", line(1, 1, exchange_sku="30-101"), resolution="exchange"), 409, "another_product"),
        (body("SO-100001", line(1, 5, exchange_sku="20-104"), resolution="exchange"), 422, "quantity_does_not_fit"),
        (body("SO-100001", line(1, 1), resolution="exchange"), 422, "exchange_missing"),
        (body("SO-100002", line(1, 1)), 409, "not_delivered"),
    ],
)
def test_a_bad_return_is_refused_with_a_code(api: Api, small: World, wanted: dict, status: int, code: str) -> None:
    families(small)
    delivered(small, ("10-109", 60))
    place(small, ("10-109", 10))
    answer = api.client.post("/api/returns", headers=api.sign_in("customer@test"), json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert how_many(small) == (2, 0)


def test_what_is_not_yours_is_not_found_and_stays_as_it_is(api: Api, small: World) -> None:
    order = delivered(small, ("10-109", 60), days_ago=60)
    made = api.client.post("/api/returns", headers=api.sign_in("customer@test"), json=body(order, line(1, 30))).json()
    number = made["number"]
    for email in ("other@test", "buyer@test"):
        headers = api.sign_in(email)
        assert api.client.get(f"/api/returns/{number}", headers=headers).status_code == 404
        assert api.client.get("/api/returns", headers=headers).json() == {"items": [], "next": None}
        assert api.client.get(f"/api/orders/{order}/returnable", headers=headers).status_code == 404
        assert api.client.get(f"/api/returns?order={order}", headers=headers).status_code == 404
        again = api.client.post("/api/returns", headers=headers, json=body(order, line(1, 30)))
        assert (again.status_code, again.json()["code"]) == (404, "unknown_order")
        for step in ("approve", "receive", "settle", "reject"):
            answer = api.client.post(f"/api/returns/{number}/{step}", headers=headers, json=REASON.get(step, {}))
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_return")
    for email in ("customer@test", "rep@test"):
        for step in ("approve", "receive", "settle", "reject"):
            headers = api.sign_in(email)
            answer = api.client.post(f"/api/returns/{number}/{step}", headers=headers, json=REASON.get(step, {}))
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (state(small, number), small.level("10-109"), how_many(small)) == ("requested", (440, 0), (1, 1))


REASON = {"reject": {"reason": "no"}}


@pytest.mark.parametrize("path", ["returns", "returns/RT-100001", "orders/SO-100001/returnable"])
def test_nothing_without_a_sign_in(api: Api, path: str) -> None:
    assert api.client.get(f"/api/{path}").status_code == 401


def test_the_list_is_filtered_and_comes_in_pages_newest_first(both: Api, world: World) -> None:
    first, late = delivered(world, ("10-109", 60)), delivered(world, ("30-101", 60), days_ago=90)
    other = delivered(world, ("30-102", 60), email="other@test", code="C2")
    desk = both.sign_in("desk@test")
    wanted = [(first, 10), (late, 10), (other, 10), (first, 20)]
    numbers = [
        both.client.post("/api/returns", headers=desk, json=body(order, line(1, quantity))).json()["number"]
        for order, quantity in wanted
    ]

    def listed(query: str, email: str = "desk@test") -> list[str]:
        seen, after = [], ""
        while True:
            page = both.client.get(f"/api/returns?limit=2{query}{after}", headers=both.sign_in(email)).json()
            seen += [item["number"] for item in page["items"]]
            if page["next"] is None:
                return [str(numbers.index(number)) for number in seen]
            after = f"&after={page['next']}"

    assert listed("") == ["3", "2", "1", "0"]
    assert listed("&state=requested") == ["1"]
    assert listed("&customer=C2") == ["2"]
    assert listed(f"&order={first}") == ["3", "0"]
    assert listed("", "customer@test") == ["3", "1", "0"]
    assert both.client.get("/api/returns?state=nope", headers=desk).status_code == 422
    assert both.client.get("/api/returns?customer=nope", headers=desk).status_code == 404


def test_what_may_still_come_back(api: Api, small: World) -> None:
    families(small)
    order = delivered(small, ("10-109", 60), ("30-101", 40), days_ago=10)
    headers = api.sign_in("customer@test")
    api.client.post("/api/returns", headers=headers, json=body(order, line(1, 25)))
    shown = api.client.get(f"/api/orders/{order}/returnable", headers=headers).json()
    assert shown["order"] == order
    assert shown["lines"] == [
        {
            "position": 1,
            "sku": "10-109",
            "name": "Hex bolt M8x40 zinc",
            "options": {},
            "delivered": 60,
            "returned": 0,
            "under_return": 25,
            "returnable": 35,
            "at_once": 35,
            "until": "2026-07-07",
            "price": "0.1",
            "exchange_skus": ["20-104", "45-103"],
        },
        {
            "position": 2,
            "sku": "30-101",
            "name": "Wood screw 4x40 zinc",
            "options": {},
            "delivered": 40,
            "returned": 0,
            "under_return": 0,
            "returnable": 40,
            "at_once": 40,
            "until": "2026-07-07",
            "price": "0.05",
            "exchange_skus": ["30-102"],
        },
    ]


def test_a_return_in_another_warehouse(api: Api, small: World) -> None:
    from backend.stock.tables import StockLevel, Warehouse

    with small.database.write() as session:
        session.add(Warehouse(code="NORTH", name="North"))
    order = delivered(small, ("10-109", 60))
    desk = api.sign_in("desk@test")
    number = api.client.post("/api/returns", headers=desk, json=body(order, line(1, 30))).json()["number"]
    lost = api.client.post(f"/api/returns/{number}/receive", headers=desk, json={"warehouse": "SOUTH"})
    assert (lost.status_code, lost.json()["code"]) == (404, "unknown_warehouse")
    unclear = api.client.post(f"/api/returns/{number}/receive", headers=desk, json={"lines": [{"position": 2}]})
    assert (unclear.status_code, unclear.json()["code"]) == (422, "unknown_line")
    assert state(small, number) == "approved"
    assert (
        api.client.post(f"/api/returns/{number}/receive", headers=desk, json={"warehouse": "NORTH"}).status_code == 200
    )
    with small.database.read() as session:
        levels = session.execute(
            select(Warehouse.code, StockLevel.on_hand)
            .join(Warehouse, StockLevel.warehouse_id == Warehouse.id)
            .where(StockLevel.on_hand.in_((30, 440)))
        ).all()
        assert sorted(map(tuple, levels)) == [("MAIN", 440), ("NORTH", 30)]
        assert session.get(Company, 1).return_days == 30
