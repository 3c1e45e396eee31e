"""Orders over HTTP: changing, cancelling and repeating them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.catalogue.tables import Product
from backend.settings import Settings
from tests.backend.sales.changes import body, details
from tests.backend.shipping.handling import fingerprint, parts, person, place, shipped
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
