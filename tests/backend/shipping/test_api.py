"""Shipments and holds over REST: who sees and does what, ETags, keys, pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.settings import Settings
from tests.backend.shipping.handling import arrive, fingerprint, held_for, person, place, plan, shipped, state_of
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

SHIPPING = {"carrier": "Parcel Co", "tracking_number": "PC1"}
STEPS: list[tuple[str, dict[str, Any] | None]] = [
    ("pick", None),
    ("ship", SHIPPING),
    ("deliver", None),
    ("lose", {"remedy": "replace"}),
    ("cancel", None),
]


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


def test_an_order_goes_out_of_the_house(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100), ("30-101", 40))
    desk = api.sign_in("desk@test")
    planned = api.client.post(f"/api/orders/{number}/shipments", headers=desk, json={})
    assert planned.status_code == 201
    body = planned.json()
    shipment = body["number"]
    assert {key: body[key] for key in ("state", "order", "customer", "warehouse", "carrier", "version")} == {
        "state": "planned",
        "order": number,
        "customer": "C1",
        "warehouse": "MAIN",
        "carrier": None,
        "version": 1,
    }
    assert body["lines"] == [
        {"position": 1, "sku": "10-109", "name": "Hex bolt M8x40 zinc", "quantity": 100},
        {"position": 2, "sku": "30-101", "name": "Wood screw 4x40 zinc", "quantity": 40},
    ]
    assert api.client.post(f"/api/shipments/{shipment}/pick", headers=desk).json()["state"] == "picked"
    sent = api.client.post(f"/api/shipments/{shipment}/ship", headers=desk, json=SHIPPING)
    assert (sent.status_code, sent.headers["ETag"]) == (200, '"3"')
    body = sent.json()
    assert (body["state"], body["carrier"], body["tracking_number"], body["expected_date"]) == (
        "shipped",
        "Parcel Co",
        "PC1",
        "2026-06-18",
    )
    assert api.client.post(f"/api/shipments/{shipment}/deliver", headers=desk).json()["state"] == "delivered"
    order = api.client.get(f"/api/orders/{number}", headers=api.sign_in("customer@test")).json()
    assert (order["state"], order["status"]) == ("completed", "delivered")


def test_chosen_lines_from_a_chosen_warehouse(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100), ("30-101", 40))
    desk, where = api.sign_in("desk@test"), f"/api/orders/{number}/shipments"
    body = {"lines": [{"position": 2, "quantity": 15}], "warehouse": "main"}
    answer = api.client.post(where, headers=desk, json=body)
    assert [(line["position"], line["quantity"]) for line in answer.json()["lines"]] == [(2, 15)]
    refused = {
        "line_twice": {"lines": [{"position": 2, "quantity": 1}, {"position": 2, "quantity": 1}]},
        "unknown_warehouse": {"warehouse": "NOWHERE"},
        "unknown_line": {"lines": [{"position": 3, "quantity": 1}]},
        "not_reserved": {"lines": [{"position": 2, "quantity": 26}]},
    }
    before = fingerprint(small)
    assert {code: api.client.post(where, headers=desk, json=body).json()["code"] for code, body in refused.items()} == {
        code: code for code in refused
    }
    assert fingerprint(small) == before


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": [{"position": 0, "quantity": 1}]},
        {"lines": [{"position": 1, "quantity": 0}]},
        {"lines": [{"position": 1, "quantity": 1.5}]},
        {"lines": [{"position": 1, "quantity": 1, "price": "0.01"}]},
        {"state": "shipped"},
        {"warehouse": ""},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(api: Api, small: World, body: object) -> None:
    number = place(small, ("10-109", 100))
    answer = api.client.post(f"/api/orders/{number}/shipments", headers=api.sign_in("desk@test"), json=body)
    assert (answer.status_code, answer.json()["code"], state_of(small, number)) == (422, "invalid", "placed")


def test_a_customer_sees_the_shipments_of_its_own_orders(api: Api, small: World) -> None:
    ours = shipped(small, place(small, ("10-109", 100)))
    theirs = plan(small, place(small, ("30-101", 40), email="other@test", code="C2"))

    def seen(email: str) -> list[str]:
        answer = api.client.get("/api/shipments", headers=api.sign_in(email))
        return [row["number"] for row in answer.json()["items"]]

    assert {email: seen(email) for email in ("customer@test", "other@test", "buyer@test", "rep@test")} == {
        "customer@test": [ours],
        "other@test": [theirs],
        "buyer@test": [],
        "rep@test": [theirs, ours],
    }
    answer = api.client.get(f"/api/shipments/{ours}", headers=api.sign_in("customer@test"))
    assert (answer.status_code, answer.headers["ETag"], answer.json()["state"]) == (200, '"3"', "shipped")
    for email in ("other@test", "buyer@test"):
        hidden = api.client.get(f"/api/shipments/{ours}", headers=api.sign_in(email))
        assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_shipment")


def test_shipments_are_filtered_and_come_in_pages(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100))
    sent = shipped(small, number, {1: 10})
    waiting = [plan(small, number, {1: 10}) for _ in range(3)]
    other = plan(small, place(small, ("30-101", 40)))
    desk = api.sign_in("desk@test")

    def numbers(**query: object) -> list[str]:
        answer = api.client.get("/api/shipments", headers=desk, params=query)
        return [row["number"] for row in answer.json()["items"]]

    assert numbers(state="shipped") == [sent]
    assert numbers(order=number, state="planned") == waiting[::-1]
    assert numbers(order="SO-1") == []
    first = api.client.get("/api/shipments", headers=desk, params={"limit": 2}).json()
    assert [row["number"] for row in first["items"]] == [other, waiting[2]]
    assert numbers(limit=2, after=first["next"]) == [waiting[1], waiting[0]]
    assert api.client.get("/api/shipments", headers=desk, params={"state": "gone"}).status_code == 422


@pytest.mark.parametrize(("step", "body"), STEPS)
@pytest.mark.parametrize(
    ("email", "status"), [("customer@test", 403), ("rep@test", 403), ("other@test", 404), ("buyer@test", 404)]
)
def test_only_the_desk_acts_on_shipments(
    api: Api, small: World, step: str, body: dict[str, Any] | None, email: str, status: int
) -> None:
    number = place(small, ("10-109", 100))
    shipment = plan(small, number, {1: 60})
    before = fingerprint(small)
    headers = api.sign_in(email)
    assert api.client.post(f"/api/shipments/{shipment}/{step}", headers=headers, json=body).status_code == status
    assert api.client.post(f"/api/orders/{number}/shipments", headers=headers, json={}).status_code == status
    answer = api.client.post(f"/api/orders/{number}/hold", headers=headers, json={"detail": "no"})
    assert (answer.status_code, fingerprint(small)) == (status, before)


def test_nothing_without_a_sign_in(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100))
    shipment = plan(small, number)
    for path in ("/api/shipments", f"/api/shipments/{shipment}"):
        assert api.client.get(path).status_code == 401
    for step, body in STEPS:
        assert api.client.post(f"/api/shipments/{shipment}/{step}", json=body).status_code == 401
    for path in ("shipments", "hold", "release"):
        assert api.client.post(f"/api/orders/{number}/{path}", json={}).status_code == 401
    with small.reading("desk@test") as work:
        assert state_of(small, number) == "in_fulfilment"
        assert work.principal.email == "desk@test"


def test_a_lost_shipment_is_sent_again_or_credited(api: Api, small: World) -> None:
    desk = api.sign_in("desk@test")
    first, second = (shipped(small, place(small, ("10-109", quantity))) for quantity in (100, 50))
    again = api.client.post(f"/api/shipments/{first}/lose", headers=desk, json={"remedy": "replace"})
    credited = api.client.post(f"/api/shipments/{second}/lose", headers=desk, json={"remedy": "credit"})
    assert [answer.json()["state"] for answer in (again, credited)] == ["lost", "lost"]
    wrong = api.client.post(f"/api/shipments/{second}/lose", headers=desk, json={"remedy": "forget"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")


# ---- keys and versions ---------------------------------------------------------------------------------------------


def test_a_repeated_request_does_a_step_once(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100))
    desk = api.sign_in("desk@test")

    def post(path: str, key: str, body: object = None) -> Any:
        return api.client.post(path, headers=desk | {"Idempotency-Key": key}, json=body)

    planned = post(f"/api/orders/{number}/shipments", "plan", {"lines": [{"position": 1, "quantity": 60}]})
    assert post(f"/api/orders/{number}/shipments", "plan", {"lines": [{"position": 1, "quantity": 60}]}).json() == (
        planned.json()
    )
    path = f"/api/shipments/{planned.json()['number']}"
    post(f"{path}/pick", "pick")
    sent = post(f"{path}/ship", "ship", SHIPPING)
    assert post(f"{path}/ship", "ship", SHIPPING).json() == sent.json()
    assert small.level("10-109") == (440, 40)
    other = post(f"{path}/deliver", "ship", None)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_step_is_for_the_version_that_was_read(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100))
    desk = api.sign_in("desk@test")
    shipment = plan(small, number)
    path = f"/api/shipments/{shipment}"
    tag = api.client.get(path, headers=desk).headers["ETag"]
    assert api.client.post(f"{path}/pick", headers=desk | {"If-Match": tag}).status_code == 200
    before = fingerprint(small)
    stale = api.client.post(f"{path}/ship", headers=desk | {"If-Match": tag}, json=SHIPPING)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since")
    assert fingerprint(small) == before
    assert api.client.post(f"{path}/ship", headers=desk | {"If-Match": '"2"'}, json=SHIPPING).status_code == 200
    for what in ("shipments", "hold", "release"):
        body = {"detail": "the address is unclear"} if what == "hold" else {}
        answer = api.client.post(f"/api/orders/{number}/{what}", headers=desk | {"If-Match": '"1"'}, json=body)
        assert (answer.status_code, answer.json()["code"]) == (412, "changed_since")


# ---- holds ---------------------------------------------------------------------------------------------------------


def test_an_order_is_held_and_released(api: Api, small: World) -> None:
    number = place(small, ("10-109", 100))
    person(small, "manager@test", "manager", customer=None)
    desk, manager = api.sign_in("desk@test"), api.sign_in("manager@test")
    held = api.client.post(f"/api/orders/{number}/hold", headers=desk, json={"detail": "the address is unclear"})
    assert (held.status_code, held.json()["state"], held.json()["status"]) == (200, "on_hold", "on hold")
    planned = api.client.post(f"/api/orders/{number}/shipments", headers=desk, json={})
    assert (planned.status_code, planned.json()["code"]) == (409, "on_hold")
    assert api.client.post(f"/api/orders/{number}/release", headers=desk, json={}).status_code == 403
    unknown = api.client.post(f"/api/orders/{number}/release", headers=manager, json={"reason": "mood"})
    assert unknown.status_code == 422
    released = api.client.post(f"/api/orders/{number}/release", headers=manager, json={"reason": "manual"})
    assert (released.status_code, released.json()["state"], released.json()["status"]) == (200, "placed", "placed")


def test_an_approver_releases_what_is_above_a_colleagues_limit(api: Api, small: World) -> None:
    person(small, "junior@test", limit=5)
    number = place(small, ("10-109", 100), email="junior@test")
    path = f"/api/orders/{number}/release"
    assert api.client.post(path, headers=api.sign_in("junior@test"), json={}).status_code == 403
    assert api.client.post(path, headers=api.sign_in("desk@test"), json={}).status_code == 403
    hidden = api.client.post(path, headers=api.sign_in("other@test"), json={})
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_order")
    assert state_of(small, number) == "on_hold"
    assert api.client.post(path, headers=api.sign_in("customer@test"), json={}).json()["state"] == "placed"


def test_a_served_back_order_can_be_shipped(api: Api, small: World) -> None:
    place(small, ("20-104", 60))
    number = place(small, ("20-104", 40))
    desk, path = api.sign_in("desk@test"), f"/api/orders/{number}/shipments"
    assert api.client.post(path, headers=desk, json={}).json()["code"] == "nothing_to_ship"
    arrive(small, "20-104", 20)
    assert api.client.post(path, headers=desk, json={}).json()["lines"][0]["quantity"] == 20


def test_a_held_order_says_why_in_words_for_its_customer(api: Api, small: World) -> None:
    said = {}
    for reason in ("buyer_limit", "discount", "overdue", "credit_limit", "manual"):
        number = place(small, ("10-109", 10))
        held_for(small, number, reason)
        answer = api.client.get(f"/api/orders/{number}", headers=api.sign_in("customer@test"))
        said[reason] = answer.json()["status"]
    assert said == {
        "buyer_limit": "waiting for approval: it is above the buyer's own limit",
        "discount": "waiting for approval of its discount",
        "overdue": "on hold: an invoice is overdue",
        "credit_limit": "on hold: waiting for our accounts team",
        "manual": "on hold",
    }
