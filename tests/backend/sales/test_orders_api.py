"""Orders over HTTP: placing them in any unit, checking and finding them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from backend.app import create_app
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.sales.tables import Order
from backend.settings import Settings
from tests.backend.sales.changes import body, details, taxed
from tests.backend.shipping.handling import fingerprint, held_for, place
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


# ---- placing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sku", "quantity", "unit", "sales_units"),
    [
        ("10-109", 2, "box", 400),
        ("10-109", 2, "Boxes", 400),
        ("10-109", 5, "dozen", 60),
        ("10-109", 3, "pairs", 6),
        ("10-109", 7, "each", 7),
        ("70-103", 3, "metres", 30),
        ("70-103", 3, "m", 30),
        ("20-104", 2, "bag", 40),
        ("10-109", 7, None, 7),
    ],
)
def test_a_quantity_counts_the_unit_that_is_named(
    api: Api, sku: str, quantity: int, unit: str | None, sales_units: int
) -> None:
    order = {"lines": [{"sku": sku, "quantity": quantity, "unit": unit}]}
    answer = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=order)
    assert answer.status_code == 201
    assert answer.json()["lines"][0]["quantity"] == sales_units


@pytest.mark.parametrize(("sku", "unit"), [("10-109", "bag"), ("70-103", "dozen"), ("70-103", "box")])
def test_a_unit_it_is_not_sold_in_is_refused_and_says_which_ones_there_are(
    api: Api, small: World, sku: str, unit: str
) -> None:
    order = {"lines": [{"sku": "30-101", "quantity": 1}, {"sku": sku, "quantity": 1, "unit": unit}]}
    answer = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=order)
    assert (answer.status_code, answer.json()["code"], answer.json()["sku"]) == (422, "unknown_unit", sku)
    assert ("box" if sku == "10-109" else "metre") in answer.json()["detail"]
    assert small.orders() == 0


def test_an_order_shows_what_it_comes_to_where_it_goes_and_how_it_is_paid(both: Api, world: World) -> None:
    taxed(world, delivery_charge=Decimal(5))
    order = body(("10-109", 100), customer_reference="4711", requested_date="2026-07-20", **details(world))
    placed = both.client.post("/api/orders", headers=both.sign_in("customer@test"), json=order)
    assert placed.headers["ETag"] == '"1"'
    made = placed.json()
    assert (made["goods"], made["delivery"], made["tax"], made["total"]) == ("10.00", "5.00", "3.00", "18.00")
    assert made["delivery_address"] == {
        "name": "Ferndale Joinery", "line1": "2 Mill Lane", "line2": None, "city": "Leeds", "postcode": None,
        "country": "United Kingdom",
    }  # fmt: skip
    assert (made["payment_method"], made["payment_days"], made["placed_by"]) == ("Visa ending 4242", 30, "Customer")
    line = made["lines"][0]
    assert (line["list_price"], line["discount"], line["price"], line["tax_rate"], line["returned"]) == (
        "0.1", "0", "0.1", "0.2", 0,
    )  # fmt: skip
    assert (made["holds"], made["warnings"], made["version"], made["cancel_reason"]) == ([], [], 1, None)
    read = both.client.get(f"/api/orders/{made['number']}", headers=both.sign_in("customer@test"))
    assert read.headers["ETag"] == '"1"'
    assert {**read.json(), "warnings": []} == made


def test_a_discount_is_for_our_own_people_and_held_above_their_limit(api: Api, small: World) -> None:
    order = {"lines": [{"sku": "10-109", "quantity": 100, "discount": "0.05"}]}
    customer = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=order)
    assert (customer.status_code, customer.json()["code"], small.orders()) == (403, "not_allowed", 0)
    desk = api.sign_in("desk@test")
    made = api.client.post("/api/orders", headers=desk, json={**order, "customer": "C1"}).json()
    line = made["lines"][0]
    assert (line["list_price"], line["discount"], line["price"], made["total"]) == ("0.1", "0.05", "0.095", "9.50")
    assert made["state"] == "placed"
    order["lines"][0]["discount"] = "0.06"
    held = api.client.post("/api/orders", headers=desk, json={**order, "customer": "C1"}).json()
    assert [(hold["reason"], hold["detail"]) for hold in held["holds"]] == [
        ("discount", "6.0% discount; the limit of the desk is 5%")
    ]
    seen = api.client.get(f"/api/orders/{held['number']}", headers=api.sign_in("customer@test")).json()
    assert [(hold["reason"], hold["detail"]) for hold in seen["holds"]] == [("discount", None)]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"address_id": 999}, 404, "unknown_address"),
        ({"payment_method": "Amex"}, 404, "unknown_payment_method"),
        ({"payment_days": 90}, 422, "invalid"),
        ({"state": "completed"}, 422, "invalid"),
        ({"placed_by": "desk@test"}, 422, "invalid"),
        ({"customer": "C2"}, 404, "unknown_customer"),
        ({"lines": [{"sku": "10-109", "quantity": 1, "price": "0.01"}]}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 1, "discount": 2}]}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 1, "unit": ""}]}, 422, "invalid"),
    ],
)
def test_what_can_not_be_sent_is_refused(api: Api, small: World, more: dict[str, Any], status: int, code: str) -> None:
    order = {**body(("10-109", 10)), **more}
    for path in ("/api/orders", "/api/orders/check"):
        answer = api.client.post(path, headers=api.sign_in("customer@test"), json=order)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert small.orders() == 0


def test_another_customers_address_and_card_are_not_found(api: Api, small: World) -> None:
    theirs = details(small, "C2")
    for name, code in (("address_id", "unknown_address"), ("payment_method", "unknown_payment_method")):
        order = body(("10-109", 10), **{name: theirs[name]})
        answer = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=order)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert small.orders() == 0


def test_the_same_order_again_is_placed_and_pointed_out(api: Api) -> None:
    headers = api.sign_in("customer@test")
    first = api.client.post("/api/orders", headers=headers, json=body(("10-109", 10))).json()
    other = api.client.post("/api/orders", headers=headers, json=body(("10-109", 11))).json()
    again = api.client.post("/api/orders", headers=headers, json=body(("10-109", 10))).json()
    assert (first["warnings"], other["warnings"]) == ([], [])
    assert again["warnings"] == [
        {
            "code": "duplicate_order",
            "sentence": f"The same order was placed a few minutes ago: {first['number']}. Is this one extra?",
            "sku": None,
        }
    ]


def test_skus_are_found_in_any_case(api: Api, small: World) -> None:
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "10-109")).one().sku = "HB-8x40"
    order = body(("hb-8X40", 5), (" HB-8x40 ", 3))
    made = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=order).json()
    assert [(line["sku"], line["quantity"]) for line in made["lines"]] == [("HB-8x40", 8)]


def test_many_lines_are_looked_up_by_no_more_queries_than_few(api: Api, small: World) -> None:
    headers = api.sign_in("customer@test")
    counted: list[str] = []
    event.listen(small.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def queries(*lines: tuple[str, int]) -> int:
        counted.clear()
        assert api.client.post("/api/orders", headers=headers, json=body(*lines)).status_code == 201
        return len([one for one in counted if one.startswith("SELECT")])

    queries(("10-109", 1))  # begins the number series
    assert queries(("10-109", 1), ("30-101", 1), ("30-102", 1), ("45-103", 10), ("20-104", 20)) == queries(
        ("10-109", 2)
    )


# ---- checking ------------------------------------------------------------------------------------------------------


def test_a_check_tells_all_and_writes_nothing(both: Api, world: World) -> None:
    taxed(world, delivery_charge=Decimal(5), minimum_order=Decimal(100))
    with world.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().credit_limit = Decimal(20)
    before = fingerprint(world)
    order = body(("10-109", 560), ("45-103", 100), requested_date="2026-06-17")
    seen = both.client.post("/api/orders/check", headers=both.sign_in("customer@test"), json=order).json()
    assert fingerprint(world) == before
    lines = [
        (one["sku"], one["price"], one["total"], one["reserved"], one["back_ordered"], one["promised_date"])
        for one in seen["lines"]
    ]
    assert lines == [
        ("10-109", "0.09", "50.40", 500, 60, "2026-06-25"),
        ("45-103", "0.01", "1.00", 100, 0, "2026-06-18"),
    ]
    assert (seen["goods"], seen["delivery"], seen["tax"], seen["total"]) == ("51.40", "5.00", "11.28", "67.68")
    assert seen["tax_parts"] == [{"rate": "0.2", "net": "56.40", "tax": "11.28"}]
    assert [one["code"] for one in seen["warnings"]] == ["earliest_date", "below_minimum"]
    assert seen["holds"] == [
        {"reason": "credit_limit", "detail": "£0.00 is owed or on order already, and the limit is £20.00"}
    ]
    assert (seen["customer"], seen["currency"], seen["earliest_date"]) == ("C1", "GBP", "2026-06-18")


def test_a_check_finds_what_placing_would_refuse_and_who_may_not(api: Api) -> None:
    headers = api.sign_in("customer@test")
    misfit = api.client.post("/api/orders/check", headers=headers, json=body(("45-103", 15)))
    assert (misfit.status_code, misfit.json()["up"], misfit.json()["down"]) == (422, 20, 10)
    buyer = api.client.post(
        "/api/orders/check", headers=api.sign_in("buyer@test"), json=body(("10-109", 1), customer="C1")
    )
    assert buyer.status_code == 404
    assert api.client.post("/api/orders/check", json=body(("10-109", 1))).status_code == 401


def test_a_check_points_out_a_twin_and_an_unusual_quantity(api: Api, small: World) -> None:
    headers = api.sign_in("customer@test")
    for quantity in (12, 10, 14):
        place(small, ("10-109", quantity))
    seen = api.client.post("/api/orders/check", headers=headers, json=body(("10-109", 120))).json()
    assert [(one["code"], one["sku"]) for one in seen["warnings"]] == [("unusual_quantity", "10-109")]
    seen = api.client.post("/api/orders/check", headers=headers, json=body(("10-109", 12))).json()
    assert [one["code"] for one in seen["warnings"]] == ["duplicate_order"]


# ---- finding -------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(world: World) -> dict[str, str]:
    """Four orders on four days, the newest key on the oldest day."""
    numbers = {
        "bolts": place(world, ("10-109", 10), customer_reference="4711"),
        "screws": place(world, ("30-101", 10), ("10-109", 20)),
        "theirs": place(world, ("10-109", 10), email="other@test", code="C2"),
        "old": place(world, ("30-102", 10)),
    }
    held_for(world, numbers["screws"], "manual")
    with world.reading("desk@test") as work, world.database.write() as session:
        days = {"bolts": 10, "screws": 11, "theirs": 12, "old": 9}
        for name, day in days.items():
            order = session.scalars(select(Order).where(Order.number == numbers[name])).one()
            order.placed_at = work.clock.at_noon(date(2026, 6, day))
    return numbers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["old", "theirs", "screws", "bolts"]),
        ({"customer": "C1"}, ["old", "screws", "bolts"]),
        ({"state": "on_hold"}, ["screws"]),
        ({"held": True}, ["screws"]),
        ({"held": False, "customer": "C1"}, ["old", "bolts"]),
        ({"customer_reference": "4711"}, ["bolts"]),
        ({"customer_reference": "471"}, []),
        ({"sku": "10-109"}, ["theirs", "screws", "bolts"]),
        ({"sku": "10-109", "customer": "C2"}, ["theirs"]),
        ({"placed_from": "2026-06-10"}, ["theirs", "screws", "bolts"]),
        ({"placed_to": "2026-06-10"}, ["bolts", "old"]),
        ({"placed_from": "2026-06-10", "placed_to": "2026-06-11", "sku": "10-109"}, ["screws", "bolts"]),
    ],
)
def test_orders_are_found_page_by_page(
    both: Api, several: dict[str, str], query: dict[str, Any], expected: list[str]
) -> None:
    headers = both.sign_in("desk@test")
    found, after = [], None
    while True:
        page = both.client.get(
            "/api/orders", headers=headers, params={**query, "limit": 1, **({"after": after} if after else {})}
        )
        found += [one["number"] for one in page.json()["items"]]
        after = page.json()["next"]
        if after is None:
            break
    assert found == [several[name] for name in expected]


def test_a_customer_finds_their_own_only(both: Api, several: dict[str, str]) -> None:
    headers = both.sign_in("other@test")
    for query in ({}, {"sku": "10-109"}, {"placed_from": "2026-06-01"}, {"held": False}):
        page = both.client.get("/api/orders", headers=headers, params=query).json()
        assert [one["number"] for one in page["items"]] == [several["theirs"]]
    assert both.client.get("/api/orders", headers=headers, params={"customer": "C1"}).status_code == 404


@pytest.mark.parametrize("query", [{"state": "gone"}, {"placed_from": "yesterday"}, {"placed_to": "9999-12-31"}])
def test_a_filter_that_makes_no_sense_is_refused(api: Api, query: dict[str, str]) -> None:
    answer = api.client.get("/api/orders", headers=api.sign_in("desk@test"), params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
