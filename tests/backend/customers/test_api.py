"""Customers over HTTP: terms, addresses, payment methods, people, and what is not yours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from backend.app import create_app
from backend.company.tables import AuditEvent
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.identity.tables import User
from backend.settings import Settings
from tests.backend.shipping.handling import person
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

MILL = {"line1": "2 Mill Lane", "city": "Leeds", "country": "United Kingdom"}


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    person(small, "manager@test", "manager", customer=None)
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:
        yield Api(client)


def kept(world: World) -> list[Any]:
    """All that a refused request must leave as it was."""
    with world.database.read() as session:
        tables = (Address, PaymentMethod, AuditEvent)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        terms = session.execute(select(Customer.code, Customer.credit_limit, Customer.price_group, Customer.tax_exempt))
        people = session.execute(select(User.email, User.order_limit, User.approver_id).order_by(User.id))
        return [*counts, sorted(map(str, terms)), list(map(str, people))]


def test_addresses_from_the_first_to_the_last(api: Api) -> None:
    headers, path = api.sign_in("customer@test"), "/api/customers/C1/addresses"
    first = api.client.post(path, headers=headers, json={**MILL, "postcode": "LS1 4AB"})
    assert (first.status_code, first.json()["default"], first.json()["kind"]) == (201, True, "delivery")
    second = api.client.post(path, headers=headers, json={**MILL, "city": "York", "default": True}).json()
    listed = api.client.get(path, headers=headers).json()
    assert [(one["city"], one["default"]) for one in listed["items"]] == [("York", True), ("Leeds", False)]
    assert listed["next"] is None
    key = first.json()["id"]
    changed = api.client.patch(f"{path}/{key}", headers=headers, json={"postcode": None, "default": True}).json()
    assert (changed["postcode"], changed["default"], changed["line1"]) == (None, True, "2 Mill Lane")
    left = api.client.delete(f"{path}/{second['id']}", headers=headers)
    assert (left.status_code, [one["city"] for one in left.json()["items"]]) == (200, ["Leeds"])
    gone = api.client.delete(f"{path}/{second['id']}", headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_address")


def test_an_address_is_added_once_per_key(api: Api) -> None:
    headers, path = api.sign_in("customer@test"), "/api/customers/C1/addresses"
    keyed = headers | {"Idempotency-Key": "k1"}
    assert (
        api.client.post(path, headers=keyed, json=MILL).json() == api.client.post(path, headers=keyed, json=MILL).json()
    )
    assert len(api.client.get(path, headers=headers).json()["items"]) == 1


def test_payment_methods(api: Api) -> None:
    headers, path = api.sign_in("desk@test"), "/api/customers/C1/payment-methods"
    card = api.client.post(path, headers=headers, json={"kind": "card", "label": "Visa ending 4242"})
    assert (card.status_code, card.json()["default"]) == (201, False)
    bank = api.client.post(path, headers=headers, json={"kind": "bank_transfer", "label": "Bank transfer"}).json()
    api.client.patch(f"{path}/{bank['id']}", headers=headers, json={"default": True})
    listed = api.client.get(path, headers=api.sign_in("customer@test")).json()["items"]
    assert [(one["label"], one["default"]) for one in listed] == [("Bank transfer", True), ("Visa ending 4242", False)]
    again = api.client.patch(f"{path}/{bank['id']}", headers=headers, json={"default": False}).json()
    assert (again["label"], again["default"]) == ("Bank transfer", False)
    given_up = api.client.patch(f"{path}/{card.json()['id']}", headers=headers, json={"active": False})
    assert given_up.json()["active"] is False
    again = api.client.patch(f"{path}/{card.json()['id']}", headers=headers, json={"active": False})
    assert (again.status_code, again.json()["code"]) == (404, "unknown_payment_method")


def test_terms_and_limits_are_for_managers(api: Api, small: World) -> None:
    manager = api.sign_in("manager@test")
    shown = api.client.patch(
        "/api/customers/C1",
        headers=manager,
        json={"credit_limit": "1000.5", "minimum_order": 20, "price_group": "plus"},
    ).json()
    assert (shown["credit_limit"], shown["minimum_order"], shown["price_group"], shown["tax_exempt"]) == (
        "1000.50", "20.00", "plus", False,
    )  # fmt: skip
    none = api.client.patch("/api/customers/C1", headers=manager, json={"credit_limit": None}).json()
    assert (none["credit_limit"], none["minimum_order"]) == (None, "20.00")
    junior = person(small, "junior@test")
    people = api.client.get("/api/customers/C1/people", headers=api.sign_in("customer@test")).json()["items"]
    assert [(one["email"], one["order_limit"], one["approver"]) for one in people] == [
        ("customer@test", None, None), (junior, None, None),
    ]  # fmt: skip
    path = f"/api/customers/C1/people/{people[1]['id']}"
    set_ = api.client.patch(path, headers=manager, json={"order_limit": 5, "approver": "customer@test"}).json()
    assert (set_["order_limit"], set_["approver"]) == ("5.00", "customer@test")
    assert api.client.patch(path, headers=manager, json={"order_limit": None}).json()["approver"] is None


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "desk@test"])
def test_nobody_else_sets_them(api: Api, small: World, email: str) -> None:
    headers, before = api.sign_in(email), kept(small)
    with small.database.read() as session:
        own = session.scalars(select(User.id).where(User.email == "customer@test")).one()
    for path, wanted in (
        ("/api/customers/C1", {"credit_limit": 1_000_000}),
        ("/api/customers/C1", {"tax_exempt": True}),
        ("/api/customers/C1", {"price_group": "plus"}),
        (f"/api/customers/C1/people/{own}", {"order_limit": None}),
    ):
        answer = api.client.patch(path, headers=headers, json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert kept(small) == before


@pytest.mark.parametrize("email", ["other@test", "buyer@test"])
def test_what_is_not_yours_is_not_found(api: Api, small: World, email: str) -> None:
    ours = api.sign_in("customer@test")
    address = api.client.post("/api/customers/C1/addresses", headers=ours, json=MILL).json()["id"]
    card = {"kind": "card", "label": "Visa ending 4242"}
    method = api.client.post("/api/customers/C1/payment-methods", headers=ours, json=card).json()["id"]
    headers, before = api.sign_in(email), kept(small)
    for verb, path, wanted in (
        ("GET", "", None),
        ("PATCH", "", {"tax_exempt": True}),
        ("GET", "/addresses", None),
        ("POST", "/addresses", MILL),
        ("PATCH", f"/addresses/{address}", {"city": "York"}),
        ("DELETE", f"/addresses/{address}", None),
        ("GET", "/payment-methods", None),
        ("POST", "/payment-methods", card),
        ("PATCH", f"/payment-methods/{method}", {"active": False}),
        ("GET", "/people", None),
        ("PATCH", "/people/1", {"order_limit": 5}),
    ):
        answer = api.client.request(verb, f"/api/customers/C1{path}", headers=headers, json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_customer"), path
    assert kept(small) == before
    through_own = api.client.patch(
        f"/api/customers/C2/addresses/{address}", headers=api.sign_in("other@test"), json={"city": "York"}
    )
    assert (through_own.status_code, through_own.json()["code"]) == (404, "unknown_address")


@pytest.mark.parametrize(
    ("verb", "path", "wanted", "status", "code"),
    [
        ("PATCH", "", {}, 422, "nothing_to_change"),
        ("PATCH", "", {"credit_limit": -1}, 422, "invalid"),
        ("PATCH", "", {"credit_limit": "NaN"}, 422, "invalid"),
        ("PATCH", "", {"code": "C9"}, 422, "invalid"),
        ("PATCH", "", {"rep_email": "me@test"}, 422, "invalid"),
        ("PATCH", "", {"price_group": "platinum"}, 422, "unknown_price_group"),
        ("POST", "/addresses", {**MILL, "customer_id": 2}, 422, "invalid"),
        ("POST", "/addresses", {**MILL, "kind": "home"}, 422, "invalid"),
        ("POST", "/addresses", {**MILL, "city": "a\x00b"}, 422, "invalid"),
        ("POST", "/addresses", {**MILL, "city": "  "}, 422, "incomplete_address"),
        ("POST", "/payment-methods", {"kind": "card", "label": "4242424242424242"}, 422, "number_in_label"),
        ("POST", "/payment-methods", {"kind": "cash", "label": "Cash"}, 422, "invalid"),
        ("PATCH", "/people/999", {"order_limit": 5}, 404, "unknown_person"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Api, small: World, verb: str, path: str, wanted: dict[str, Any], status: int, code: str
) -> None:
    headers, before = api.sign_in("manager@test"), kept(small)
    answer = api.client.request(verb, f"/api/customers/C1{path}", headers=headers, json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert kept(small) == before


def test_customers_are_found_by_name_and_postcode_or_by_an_address_of_their_people(api: Api) -> None:
    desk, path = api.sign_in("desk@test"), "/api/customers"
    api.client.post(f"{path}/C1/addresses", headers=desk, json={**MILL, "postcode": "LS1 4AB"})
    with_name = api.client.get(path, headers=desk).json()["items"][0]["name"]

    def found(headers: dict[str, str], **query: str) -> list[str]:
        answer = api.client.get(path, headers=headers, params=query)
        assert answer.status_code == 200
        return [one["code"] for one in answer.json()["items"]]

    assert found(desk, search=with_name, postcode="ls14ab") == ["C1"]
    assert found(desk, postcode="LS1 4AC") == []
    assert found(desk, search="nobody", postcode="LS1 4AB") == []
    assert found(desk, email=" Customer@Test ") == ["C1"]
    assert (found(desk, email="rep@test"), found(desk, email="nobody@test")) == ([], [])
    theirs = api.sign_in("other@test")
    assert (found(theirs, email="customer@test"), found(theirs, postcode="LS1 4AB")) == ([], [])
    assert found(api.sign_in("buyer@test"), email="customer@test") == []
