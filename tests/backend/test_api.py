"""The REST API from outside: who may what, idempotency, pages, problem details."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import UnsafeSettings, create_app, refuse_unsafe
from backend.database import now
from backend.identity.tables import AccessToken, User
from backend.settings import Settings
from tests.backend.world import PASSWORD, World

SETTINGS = {"internal_secret": "secret", "rasa_url": "http://127.0.0.1:9", "models_url": "http://127.0.0.1:9"}


class Api:
    """A client per person."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def sign_in(self, email: str) -> dict[str, str]:
        answer = self.client.post("/api/auth/token", data={"username": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


ORDER = {"lines": [{"sku": "10-109", "quantity": 60}]}


def test_signing_in_and_out(api: Api) -> None:
    headers = api.sign_in("customer@test")
    me = api.client.get("/api/me", headers=headers).json()
    assert (me["role"], me["customer"]["code"], me["business_date"]) == ("customer", "C1", "2026-06-17")
    assert api.client.post("/api/auth/sign-out", headers=headers).status_code == 204
    assert api.client.get("/api/me", headers=headers).status_code == 401


def test_a_wrong_password_and_an_unknown_address_are_answered_alike_and_limited(api: Api) -> None:
    wrong = api.client.post("/api/auth/token", data={"username": "customer@test", "password": "wrong"})
    unknown = api.client.post("/api/auth/token", data={"username": "nobody@test", "password": "wrong"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()
    assert wrong.headers["content-type"] == "application/problem+json"
    for _ in range(10):
        last = api.client.post("/api/auth/token", data={"username": "customer@test", "password": "wrong"})
    assert (last.status_code, last.json()["code"]) == (429, "too_many_sign_ins")


def test_an_expired_sign_in_says_so(api: Api, small: World) -> None:
    headers = api.sign_in("customer@test")
    with small.database.write() as session:
        session.scalars(select(AccessToken)).one().expires_at = now() - timedelta(seconds=1)
    answer = api.client.post("/api/chat/messages", headers=headers, json={"text": "hi", "message_id": "1"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_expired")


@pytest.mark.parametrize(
    "path",
    ["products", "orders", "customers", "stock", "purchase-orders", "replenishment", "suggestions", "chat/history"],
)
def test_nothing_without_a_sign_in(api: Api, path: str) -> None:
    answer = api.client.get(f"/api/{path}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_an_order_is_placed_once_per_key(api: Api, small: World) -> None:
    headers = api.sign_in("customer@test") | {"Idempotency-Key": "k1"}
    first = api.client.post("/api/orders", headers=headers, json=ORDER)
    assert first.status_code == 201
    body = first.json()
    assert (body["status"], body["total"], body["lines"][0]["sku"]) == ("placed", "6.00", "10-109")
    assert api.client.post("/api/orders", headers=headers, json=ORDER).json() == body
    other = api.client.post("/api/orders", headers=headers, json={"lines": [{"sku": "10-109", "quantity": 61}]})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert small.orders() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"lines": []}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 0}]}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 1.5}]}, 422, "invalid"),
        ({"lines": [{"sku": "10-109", "quantity": 1, "price": "0.01"}]}, 422, "invalid"),
        ({"lines": [{"sku": "nope", "quantity": 1}]}, 404, "unknown_product"),
        ({"lines": [{"sku": "45-103", "quantity": 15}]}, 422, "quantity_does_not_fit"),
        ({**ORDER, "customer": "C2"}, 404, "unknown_customer"),
        ({**ORDER, "requested_date": "2020-01-01"}, 422, "date_in_past"),
    ],
)
def test_a_bad_order_is_refused_with_a_code(api: Api, small: World, body: object, status: int, code: str) -> None:
    answer = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert small.orders() == 0


def test_what_is_not_yours_is_not_found(api: Api) -> None:
    ours = api.client.post("/api/orders", headers=api.sign_in("customer@test"), json=ORDER).json()["number"]
    other = api.sign_in("other@test")
    assert api.client.get(f"/api/orders/{ours}", headers=other).status_code == 404
    assert api.client.get("/api/orders", headers=other).json() == {"items": [], "next": None}
    assert api.client.get("/api/orders", headers=api.sign_in("buyer@test")).json()["items"] == []
    assert api.client.get(f"/api/orders/{ours}", headers=api.sign_in("desk@test")).status_code == 200
    assert [row["code"] for row in api.client.get("/api/customers", headers=other).json()["items"]] == ["C2"]


def test_roles_get_what_is_theirs(api: Api) -> None:
    customer, buyer = api.sign_in("customer@test"), api.sign_in("buyer@test")
    assert api.client.get("/api/stock", headers=customer).status_code == 403
    assert api.client.get("/api/replenishment", headers=customer).status_code == 403
    assert api.client.get("/api/stock/10-109", headers=buyer).json()["on_hand"] == 500
    assert api.client.get("/api/forecasts/10-109", headers=customer).status_code == 403
    assert api.client.post("/api/orders", headers=buyer, json={**ORDER, "customer": "C1"}).status_code == 404


def test_products_come_in_pages_with_what_a_script_needs(api: Api) -> None:
    headers = api.sign_in("other@test")
    seen: list[str] = []
    after: str | None = None
    while True:
        page = api.client.get(
            "/api/products", headers=headers, params={"limit": 2, "after": after} if after else {"limit": 2}
        ).json()
        seen += [item["sku"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["10-109", "20-104", "30-101", "30-102", "45-103", "70-103"]
    cloth = api.client.get("/api/products/70-103", headers=headers).json()
    assert (cloth["name"], cloth["price"], cloth["unit"], cloth["available"]) == (
        "Linen fabric blue 150 cm", "0.64", "0.1 m", 300,
    )  # fmt: skip
    found = api.client.get("/api/products", headers=headers, params={"search": "100%_"}).json()
    assert found["items"] == []


def test_a_chat_message_while_rasa_is_down_is_an_apology_and_is_kept(api: Api) -> None:
    headers = api.sign_in("customer@test")
    answer = api.client.post("/api/chat/messages", headers=headers, json={"text": "hello", "message_id": "1"})
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["text"].startswith("Sorry")
    history = api.client.get("/api/chat/history", headers=headers).json()
    assert [message["author"] for message in history["messages"]] == ["person", "desk"]


@pytest.mark.parametrize("body", [{"message_id": "1"}, {"text": "a", "button": "b", "message_id": "1"}, {"text": "a"}])
def test_a_chat_message_is_text_or_a_button_with_an_id(api: Api, body: object) -> None:
    answer = api.client.post("/api/chat/messages", headers=api.sign_in("customer@test"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_health_tells_which_part_is_missing(api: Api) -> None:
    assert api.client.get("/healthz").json() == {"status": "ok"}
    ready = api.client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "database": True, "assistant": False, "models": False}


def test_production_refuses_demo_sign_ins_and_an_unknown_schema(small: World) -> None:
    refuse_unsafe(Settings(env="production", internal_secret="s"), small.database)
    with small.database.write() as session:
        session.scalars(select(User)).first().demo = True
    with pytest.raises(UnsafeSettings, match="Demo sign-ins"):
        refuse_unsafe(Settings(env="production", internal_secret="s"), small.database)
    with pytest.raises(UnsafeSettings, match="SECRET"):
        refuse_unsafe(Settings(), small.database)


def test_telegram_is_off_without_a_token(api: Api) -> None:
    answer = api.client.post("/api/telegram/link", headers=api.sign_in("customer@test"))
    assert (answer.status_code, answer.json()["code"]) == (409, "telegram_off")
