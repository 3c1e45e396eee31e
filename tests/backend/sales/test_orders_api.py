"""Orders over HTTP: placing in any unit, checking, finding, changing, cancelling and repeating them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from backend.app import create_app
from backend.catalogue.tables import Product, TaxRate
from backend.company.tables import Company
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.sales.tables import Order
from backend.settings import Settings
from tests.backend.sales.handling import fingerprint, held_for, parts, person, place, shipped
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


def body(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines], **more}


def details(world: World, code: str = "C1") -> dict[str, Any]:
    """An address in Leeds and a card of a customer."""
    with world.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == code)).one()
        address = Address(
            customer_id=owner.id, line1="2 Mill Lane", city="Leeds", country="United Kingdom", default=False
        )
        session.add_all([address, PaymentMethod(customer_id=owner.id, kind="card", label="Visa ending 4242")])
        session.flush()
        return {"address_id": address.id, "payment_method": "Visa ending 4242"}


def taxed(world: World, **terms: Any) -> None:
    with world.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2")))
        row = session.get_one(Company, 1)
        for name, value in terms.items():
            setattr(row, name, value)


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


# ---- changing ------------------------------------------------------------------------------------------------------


def test_a_change_of_everything_at_once(both: Api, world: World) -> None:
    number = place(world, ("10-109", 150), ("30-101", 10), ("45-103", 100))
    wanted = {
        "lines": [{"position": 1, "quantity": 1, "unit": "box"}, {"position": 2, "quantity": 0}],
        "add": [{"sku": "70-103", "quantity": 2, "unit": "m"}],
        "requested_date": "2026-07-20",
        "customer_reference": "4711",
        **details(world),
    }
    headers = both.sign_in("customer@test")
    seen = both.client.post(f"/api/orders/{number}/check", headers=headers, json=wanted).json()
    assert (seen["before"]["total"], seen["after"]["total"], seen["removed"]) == ("16.50", "35.00", [2])
    assert parts(world, number) == [(150, 0, 0, 0), (10, 0, 0, 0), (100, 0, 0, 0)]
    answer = both.client.patch(f"/api/orders/{number}", headers={**headers, "If-Match": '"1"'}, json=wanted)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    made = answer.json()
    assert [(one["sku"], one["quantity"], one["cancelled"], one["price"], one["total"]) for one in made["lines"]] == [
        ("10-109", 200, 0, "0.09", "18.00"),
        ("30-101", 10, 10, "0.05", "0.00"),
        ("45-103", 100, 0, "0.01", "1.00"),
        ("70-103", 20, 0, "0.8", "16.00"),
    ]
    assert (made["total"], made["requested_date"], made["customer_reference"], made["payment_method"]) == (
        "35.00", "2026-07-20", "4711", "Visa ending 4242",
    )  # fmt: skip
    assert made["delivery_address"]["city"] == "Leeds"
    cleared = both.client.patch(f"/api/orders/{number}", headers=headers, json={"requested_date": None}).json()
    assert (cleared["requested_date"], cleared["customer_reference"], cleared["version"]) == (None, "4711", 3)


def test_a_change_is_made_once_per_key(api: Api, small: World) -> None:
    number = place(small, ("10-109", 10))
    headers = api.sign_in("customer@test") | {"Idempotency-Key": "k1"}
    wanted = {"add": [{"sku": "10-109", "quantity": 5}]}
    first = api.client.patch(f"/api/orders/{number}", headers=headers, json=wanted)
    again = api.client.patch(f"/api/orders/{number}", headers=headers, json=wanted)
    assert first.json() == again.json()
    assert parts(small, number) == [(15, 0, 0, 0)]
    null = api.client.patch(f"/api/orders/{number}", headers=headers, json={**wanted, "requested_date": None})
    assert (null.status_code, null.json()["code"]) == (409, "idempotency_key_reused")


def test_a_change_of_what_was_read_before_the_last_change_is_refused(both: Api, world: World) -> None:
    number = place(world, ("10-109", 10), ("30-101", 10))
    headers = both.sign_in("customer@test")
    both.client.patch(f"/api/orders/{number}", headers=headers, json={"customer_reference": "1"})
    before = fingerprint(world)
    old = {**headers, "If-Match": '"1"'}
    changed = both.client.patch(f"/api/orders/{number}", headers=old, json={"lines": [{"position": 1, "quantity": 5}]})
    assert (changed.status_code, changed.json()["code"]) == (412, "changed_since")
    for lines in ({}, {"lines": [1]}):
        cancelled = both.client.post(f"/api/orders/{number}/cancel", headers=old, json={"reason": "late", **lines})
        assert (cancelled.status_code, cancelled.json()["code"]) == (412, "changed_since")
    assert fingerprint(world) == before


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({}, 422, "nothing_to_change"),
        ({"lines": [{"position": 1}]}, 422, "nothing_to_change"),
        ({"lines": [{"position": 1, "quantity": 5}, {"position": 1, "quantity": 6}]}, 422, "line_named_twice"),
        ({"lines": [{"position": 9, "quantity": 5}]}, 422, "unknown_line"),
        ({"lines": [{"position": 1, "quantity": 5, "unit": "bag"}]}, 422, "unknown_unit"),
        ({"lines": [{"position": 1, "sku": "nope"}]}, 404, "unknown_product"),
        ({"lines": [{"position": 1, "quantity": 5, "price": "0.01"}]}, 422, "invalid"),
        ({"lines": [{"position": 1, "quantity": 5, "discount": "0.5"}]}, 422, "invalid"),
        ({"add": [{"sku": "30-101", "quantity": 5, "discount": "0.5"}]}, 422, "invalid"),
        ({"customer": "C2"}, 422, "invalid"),
        ({"total": "1.00"}, 422, "invalid"),
        ({"state": "completed"}, 422, "invalid"),
        ({"payment_days": 90}, 403, "not_allowed"),
        ({"payment_method": "Amex"}, 404, "unknown_payment_method"),
        ({"address_id": 99}, 404, "unknown_address"),
    ],
)
def test_a_change_that_can_not_be_is_refused_and_changes_nothing(
    api: Api, small: World, wanted: dict[str, Any], status: int, code: str
) -> None:
    number = place(small, ("10-109", 10))
    before = fingerprint(small)
    headers = api.sign_in("customer@test")
    for method, path in (("PATCH", f"/api/orders/{number}"), ("POST", f"/api/orders/{number}/check")):
        answer = api.client.request(method, path, headers=headers, json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert fingerprint(small) == before


@pytest.mark.parametrize("email", ["other@test", "buyer@test"])
def test_another_companys_order_is_not_found_whatever_is_asked(api: Api, small: World, email: str) -> None:
    number = place(small, ("10-109", 10))
    before = fingerprint(small)
    headers = api.sign_in(email)
    for method, path, wanted in (
        ("GET", "", None),
        ("PATCH", "", {"customer_reference": "mine"}),
        ("POST", "/check", {"customer_reference": "mine"}),
        ("POST", "/cancel", {"reason": "mine"}),
        ("POST", "/cancel", {"reason": "mine", "lines": [1]}),
        ("POST", "/repeat", {}),
        ("POST", "/repeat", {"place": True}),
    ):
        answer = api.client.request(method, f"/api/orders/{number}{path}", headers=headers, json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order")
    assert (fingerprint(small), small.orders()) == (before, 1)


def test_each_buyer_has_a_limit_of_their_own(api: Api, small: World) -> None:
    junior, number = api.sign_in(person(small, "junior@test", limit=15)), place(small, ("10-109", 100))
    seen = api.client.post("/api/orders/check", headers=junior, json=body(("10-109", 160))).json()
    assert [hold["reason"] for hold in seen["holds"]] == ["buyer_limit"]
    wanted = {"lines": [{"position": 1, "quantity": 160}]}
    would = api.client.post(f"/api/orders/{number}/check", headers=junior, json=wanted).json()
    assert [hold["reason"] for hold in would["holds"]] == ["buyer_limit"]
    held = api.client.patch(f"/api/orders/{number}", headers=junior, json=wanted).json()
    assert (held["state"], [hold["reason"] for hold in held["holds"]]) == ("on_hold", ["buyer_limit"])


def test_a_managers_terms(api: Api, small: World) -> None:
    headers = api.sign_in(person(small, "manager@test", "manager", customer=None))
    answer = api.client.patch(f"/api/orders/{place(small, ('10-109', 10))}", headers=headers, json={"payment_days": 60})
    assert answer.json()["payment_days"] == 60


# ---- cancelling and repeating --------------------------------------------------------------------------------------


def test_lines_and_orders_are_cancelled_with_a_reason(both: Api, world: World) -> None:
    number = place(world, ("10-109", 10), ("30-101", 10))
    headers = both.sign_in("customer@test")
    one = both.client.post(f"/api/orders/{number}/cancel", headers=headers, json={"reason": "too late", "lines": [1]})
    assert (one.json()["state"], one.json()["total"], one.headers["ETag"]) == ("placed", "0.50", '"2"')
    whole = both.client.post(f"/api/orders/{number}/cancel", headers=headers, json={"reason": "too late"}).json()
    assert (whole["state"], whole["cancel_reason"], whole["version"]) == ("cancelled", "too late", 3)
    again = both.client.post(f"/api/orders/{number}/cancel", headers=headers, json={"reason": "too late"})
    assert (again.status_code, again.json()["code"]) == (409, "order_cancelled")
    blank = both.client.post(f"/api/orders/{number}/cancel", headers=headers, json={"reason": "  "})
    assert (blank.status_code, blank.json()["code"]) == (422, "invalid")


def test_what_was_sent_stays_and_the_rest_is_cancelled(api: Api, small: World) -> None:
    number = place(small, ("10-109", 560))
    shipped(small, number)
    headers = api.sign_in("customer@test")
    whole = api.client.post(f"/api/orders/{number}/cancel", headers=headers, json={"reason": "late"})
    assert (whole.status_code, whole.json()["code"]) == (409, "shipped")
    rest = api.client.post(
        f"/api/orders/{number}/cancel", headers=headers, json={"reason": "late", "lines": [1]}
    ).json()
    assert (rest["lines"][0]["shipped"], rest["lines"][0]["cancelled"], rest["total"]) == (500, 60, "45.00")


def test_a_repeat_is_shown_first_and_placed_on_demand(both: Api, world: World) -> None:
    old = place(world, ("10-109", 100), ("30-101", 10), customer_reference="4711")
    with world.database.write() as session:
        successor = session.scalars(select(Product.id).where(Product.sku == "30-102")).one()
        gone = session.scalars(select(Product).where(Product.sku == "30-101")).one()
        gone.active, gone.successor_id = False, successor
    headers = both.sign_in("customer@test")
    seen = both.client.post(f"/api/orders/{old}/repeat", headers=headers, json={})
    assert (seen.status_code, seen.json()["total"], world.orders()) == (200, "10.00", 1)
    left_out = [(one["sku"], one["quantity"], one["code"], one["successor"]) for one in seen.json()["left_out"]]
    assert left_out == [("30-101", 10, "discontinued", "30-102")]
    made = both.client.post(
        f"/api/orders/{old}/repeat", headers=headers, json={"place": True, "customer_reference": "4712"}
    )
    assert (made.status_code, made.json()["customer_reference"], world.orders()) == (201, "4712", 2)
    assert [(one["sku"], one["quantity"]) for one in made.json()["lines"]] == [("10-109", 100)]
    assert [one["sku"] for one in made.json()["left_out"]] == ["30-101"]


def test_nothing_left_to_repeat_is_said(api: Api, small: World) -> None:
    old = place(small, ("10-109", 100))
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "10-109")).one().active = False
    answer = api.client.post(f"/api/orders/{old}/repeat", headers=api.sign_in("customer@test"), json={"place": True})
    assert (answer.status_code, answer.json()["code"], small.orders()) == (409, "nothing_to_repeat", 1)
