"""Quotes and inquiries over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.settings import Settings
from tests.backend.quotes.offers import dearer, manager, tax
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

LINES = [{"sku": "10-109", "quantity": 100}]
Person = dict[str, str]


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


@pytest.fixture
def customer(api: Api) -> Person:
    return api.sign_in("customer@test")


@pytest.fixture
def rep(api: Api) -> Person:
    return api.sign_in("rep@test")


def test_a_customer_asks_and_accepts(api: Api, small: World, customer: Person) -> None:
    tax(small, "0.2")
    made = api.client.post("/api/quotes", headers=customer, json={"lines": LINES, "customer_reference": "PO 1"})
    quote = made.json()
    assert (made.status_code, made.headers["ETag"], quote["state"], quote["valid_until"]) == (
        201, '"1"', "sent", "2026-07-01",
    )  # fmt: skip
    assert (quote["goods"], quote["delivery"], quote["tax"], quote["total"]) == ("10.00", "0.00", "2.00", "12.00")
    assert quote["taxes"] == [{"rate": "0.2", "net": "10.00", "tax": "2.00"}]
    dearer(small, "10-109", "0.50")
    once = {"Idempotency-Key": "k", "If-Match": '"1"'}
    accepted = api.client.post(f"/api/quotes/{quote['number']}/accept", headers=customer | once)
    assert (accepted.status_code, accepted.json()["state"], accepted.headers["ETag"]) == (200, "accepted", '"2"')
    assert api.client.post(f"/api/quotes/{quote['number']}/accept", headers=customer | once).json() == accepted.json()
    order = api.client.get(f"/api/orders/{accepted.json()['order']}", headers=customer).json()
    assert (float(order["total"]), order["customer_reference"], small.orders()) == (12.0, "PO 1", 1)
    again = api.client.post(f"/api/quotes/{quote['number']}/accept", headers=customer, json={})
    assert (again.json()["order"], small.orders()) == (order["number"], 1)


def test_a_draft_is_changed_and_sent_by_those_who_may(api: Api, small: World, customer: Person, rep: Person) -> None:
    boss = api.sign_in(manager(small))
    body = {"lines": [{**LINES[0], "discount": "0.2"}], "customer": "C1", "note": "As discussed"}
    number = api.client.post("/api/quotes", headers=rep, json=body).json()["number"]
    path = f"/api/quotes/{number}"
    assert api.client.get(path, headers=customer).json()["code"] == "unknown_quote"
    refused = api.client.post(f"{path}/send", headers=rep)
    assert (refused.status_code, refused.json()["code"]) == (403, "discount_above_limit")
    changed = api.client.patch(path, headers=rep | {"If-Match": '"1"'}, json={"valid_until": "2026-06-30"})
    assert (changed.json()["note"], changed.json()["valid_until"], changed.json()["total"]) == (
        "As discussed", "2026-06-30", "8.00",
    )  # fmt: skip
    stale = api.client.patch(path, headers=rep | {"If-Match": '"1"'}, json={"note": None})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since")
    assert api.client.patch(path, headers=rep, json={"note": None, "discount": "0.3"}).json()["note"] is None
    assert api.client.post(f"{path}/send", headers=boss).json()["state"] == "sent"
    seen = api.client.get(path, headers=customer)
    assert (seen.json()["total"], seen.json()["created_by"], seen.headers["ETag"]) == ("7.00", "Rep", '"4"')
    declined = api.client.post(f"{path}/decline", headers=customer, json={"reason": "too dear"})
    assert (declined.json()["state"], small.orders()) == ("declined", 0)
    refused = api.client.post(f"{path}/accept", headers=customer)
    assert (refused.status_code, refused.json()["code"]) == (409, "quote_declined")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"lines": []}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 1, "price": "0.01"}]}, 422, "invalid"),
        ({"lines": LINES, "total": "1.00"}, 422, "invalid"),
        ({"lines": LINES, "state": "accepted"}, 422, "invalid"),
        ({"lines": LINES, "customer_reference": "a\x00b"}, 422, "invalid"),
        ({"lines": LINES, "discount": "1.5"}, 422, "invalid"),
        ({"lines": LINES, "discount": "0.5"}, 403, "not_allowed"),
        ({"lines": LINES, "valid_until": "2030-01-01"}, 403, "not_allowed"),
        ({"lines": LINES, "customer": "C2"}, 404, "unknown_customer"),
        ({"lines": [{"sku": "nope", "quantity": 1}]}, 404, "unknown_product"),
        ({"lines": [{"sku": "45-103", "quantity": 15}]}, 422, "quantity_does_not_fit"),
        ({"lines": LINES, "requested_date": "2020-01-01"}, 422, "date_in_past"),
    ],
)
def test_what_a_customer_may_not_have_is_refused(
    api: Api, customer: Person, rep: Person, body: object, status: int, code: str
) -> None:
    answer = api.client.post("/api/quotes", headers=customer, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.client.get("/api/quotes", headers=rep).json() == {"items": [], "next": None}


@pytest.mark.parametrize("step", ["accept", "decline", "send", ""])
def test_another_customers_quote_is_not_found_by_any_road(api: Api, small: World, customer: Person, step: str) -> None:
    number = api.client.post("/api/quotes", headers=customer, json={"lines": LINES}).json()["number"]
    for stranger in ("other@test", "buyer@test"):
        headers, path = api.sign_in(stranger), f"/api/quotes/{number}"
        answer = (
            api.client.post(f"{path}/{step}", headers=headers)
            if step
            else api.client.patch(path, headers=headers, json={"discount": "0.9"})
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_quote")
        assert api.client.get(path, headers=headers).status_code == 404
        assert api.client.get("/api/quotes", headers=headers).json()["items"] == []
    mine = api.client.get(f"/api/quotes/{number}", headers=customer).json()
    assert (mine["state"], mine["version"], small.orders()) == ("sent", 1, 0)


def test_customers_neither_send_nor_change_their_quotes(api: Api, customer: Person) -> None:
    number = api.client.post("/api/quotes", headers=customer, json={"lines": LINES}).json()["number"]
    assert api.client.post(f"/api/quotes/{number}/send", headers=customer).status_code == 403
    assert api.client.patch(f"/api/quotes/{number}", headers=customer, json={"discount": "0.9"}).status_code == 403
    assert api.client.get(f"/api/quotes/{number}", headers=customer).json()["total"] == "10.00"


def test_lists_are_narrowed_and_come_in_pages(api: Api, customer: Person, rep: Person) -> None:
    numbers = [
        api.client.post("/api/quotes", headers=customer, json={"lines": LINES}).json()["number"] for _ in range(3)
    ]
    api.client.post("/api/quotes", headers=rep, json={"lines": LINES, "customer": "C2"})
    page = api.client.get("/api/quotes", headers=rep, params={"customer": "C1", "limit": 2}).json()
    assert [item["number"] for item in page["items"]] == numbers[:0:-1]
    rest = api.client.get("/api/quotes", headers=rep, params={"customer": "C1", "after": page["next"]}).json()
    assert ([item["number"] for item in rest["items"]], rest["next"]) == (numbers[:1], None)
    drafts = api.client.get("/api/quotes", headers=rep, params={"state": "draft"}).json()["items"]
    assert [item["customer"] for item in drafts] == ["C2"]
    assert api.client.get("/api/quotes", headers=rep, params={"state": "eaten"}).status_code == 422
    assert api.client.get("/api/quotes", headers=rep, params={"after": 10**30}).status_code == 422
    assert api.client.get("/api/quotes/%00", headers=rep).status_code == 404


def test_an_inquiry_is_answered_and_asked_again(api: Api, customer: Person, rep: Person) -> None:
    asked = api.client.post("/api/inquiries", headers=customer, json={"text": "In blue?", "kind": "question"})
    number = asked.json()["number"]
    assert (asked.status_code, asked.headers["ETag"], asked.json()["customer"]) == (201, '"1"', "C1")
    path = f"/api/inquiries/{number}"
    assert api.client.post(f"{path}/answer", headers=customer, json={"text": "Yes"}).status_code == 403
    answered = api.client.post(f"{path}/answer", headers=rep, json={"text": "From Monday on."}).json()
    assert (answered["state"], answered["answer"], answered["answered_by"]) == ("answered", "From Monday on.", "Rep")
    again = api.client.post(f"{path}/reopen", headers=customer | {"If-Match": '"2"'}, json={"text": "In 5 mm?"})
    assert (again.json()["state"], again.json()["text"], again.json()["version"]) == ("open", "In blue?\n\nIn 5 mm?", 3)
    assert api.client.post(f"{path}/reopen", headers=rep).status_code == 403
    assert api.client.post(f"{path}/close", headers=customer).json()["state"] == "closed"
    refused = api.client.post(f"{path}/close", headers=rep)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    listed = api.client.get("/api/inquiries", headers=rep, params={"state": "closed", "customer": "C1"}).json()
    assert [item["number"] for item in listed["items"]] == [number]


def test_an_inquiry_becomes_a_quote(api: Api, customer: Person, rep: Person) -> None:
    number = api.client.post(
        "/api/inquiries", headers=customer, json={"text": "Price for 500?", "kind": "quote"}
    ).json()["number"]
    path = f"/api/inquiries/{number}/quote"
    assert api.client.post(path, headers=customer, json={"lines": LINES}).status_code == 403
    made = api.client.post(path, headers=rep, json={"lines": LINES, "discount": "0.05"})
    assert (made.status_code, made.json()["inquiry"], made.json()["customer"], made.json()["total"]) == (
        201, number, "C1", "9.50",
    )  # fmt: skip
    assert api.client.get(f"/api/inquiries/{number}", headers=customer).json()["state"] == "quoted"
    found = api.client.get("/api/quotes", headers=rep, params={"inquiry": number}).json()["items"]
    assert [item["number"] for item in found] == [made.json()["number"]]
    assert api.client.post(path, headers=rep, json={"lines": LINES}).status_code == 409


@pytest.mark.parametrize("step", ["answer", "close", "reopen", "quote"])
def test_another_customers_inquiry_is_not_found_by_any_road(api: Api, customer: Person, step: str) -> None:
    number = api.client.post("/api/inquiries", headers=customer, json={"text": "In blue?"}).json()["number"]
    bodies = {"answer": {"text": "Yes"}, "quote": {"lines": LINES}}
    for stranger in ("other@test", "buyer@test"):
        headers = api.sign_in(stranger)
        answer = api.client.post(f"/api/inquiries/{number}/{step}", headers=headers, json=bodies.get(step, {}))
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_inquiry")
        assert api.client.get("/api/inquiries", headers=headers).json()["items"] == []
    mine = api.client.get(f"/api/inquiries/{number}", headers=customer)
    assert (mine.json()["state"], mine.headers["ETag"]) == ("open", '"1"')


def test_a_quote_is_for_one_of_the_customers_own_addresses(api: Api, customer: Person, rep: Person) -> None:
    place = {"line1": "2 Yard", "city": "Leeds", "postcode": "LS1 4AB", "country": "United Kingdom"}
    site = api.client.post("/api/customers/C1/addresses", headers=customer, json=place).json()["id"]
    theirs = api.client.post("/api/customers/C2/addresses", headers=rep, json=place).json()["id"]
    made = api.client.post("/api/quotes", headers=rep, json={"lines": LINES, "customer": "C1", "address_id": site})
    assert made.json()["delivery_address"]["line1"] == "2 Yard"
    path = f"/api/quotes/{made.json()['number']}"
    refused = api.client.patch(path, headers=rep, json={"address_id": theirs})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_address")
    assert api.client.patch(path, headers=rep, json={"note": "Hello"}).json()["delivery_address"] is not None
    assert api.client.patch(path, headers=rep, json={"address_id": None}).json()["delivery_address"] is None
    own = api.client.post("/api/quotes", headers=customer, json={"lines": LINES, "address_id": theirs})
    assert own.status_code == 404
