"""Webhooks, events and alerts over HTTP: who may, what is shown, what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from backend.app import create_app
from backend.company.tables import AuditEvent
from backend.database import now
from backend.events.tables import AlertSubscription, OutboxEvent, Webhook, WebhookDelivery
from backend.settings import Settings
from tests.backend.events.outbox import audited, drain, happen
from tests.backend.shipping.handling import person, place
from tests.backend.world import PASSWORD, World

SETTINGS = {"internal_secret": "secret", "rasa_url": "http://127.0.0.1:9", "models_url": "http://127.0.0.1:9"}
HOOK = {"url": "https://erp.example.com/hooks", "kinds": ["order.placed", "invoice.issued"]}


class Api:
    """A client that signs in by itself."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._tokens: dict[str, str] = {}

    def __call__(self, method: str, path: str, email: str = "manager@test", body: object = None, **headers: str):
        if email not in self._tokens:
            answer = self._client.post("/api/auth/token", data={"username": email, "password": PASSWORD})
            self._tokens[email] = answer.json()["access_token"]
        sent = {
            "Authorization": f"Bearer {self._tokens[email]}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        return self._client.request(method, f"/api/{path}", headers=sent, json=body)


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    person(small, "manager@test", "manager", customer=None)
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


def count(world: World, table: type) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---- webhooks -----------------------------------------------------------------------------------------------------


def test_a_webhook_shows_its_secret_once(api: Api, small: World) -> None:
    made = api("POST", "webhooks", body=HOOK)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    shown = made.json()
    assert shown.pop("secret").startswith("whsec_")
    assert (shown["url"], shown["kinds"], shown["active"]) == (HOOK["url"], ["invoice.issued", "order.placed"], True)
    one = api("GET", f"webhooks/{shown['id']}")
    assert (one.json(), one.headers["ETag"]) == (shown, '"1"')
    assert api("GET", "webhooks").json() == {"items": [shown], "next": None}
    (event,) = audited(small.database, "webhook.registered")
    assert event.after == {"url": HOOK["url"], "kinds": shown["kinds"], "active": True}


def test_webhooks_come_in_pages_newest_first(api: Api) -> None:
    keys = [api("POST", "webhooks", body=HOOK).json()["id"] for _ in range(3)]
    page = api("GET", "webhooks?limit=2").json()
    assert [item["id"] for item in page["items"]] == [keys[2], keys[1]]
    assert [item["id"] for item in api("GET", f"webhooks?after={page['next']}").json()["items"]] == [keys[0]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://erp.example.com/"}, "invalid_url"),
        ({"url": "https://10.0.0.1/"}, "address_not_public"),
        ({"url": "https://me:secret@erp.example.com/"}, "invalid_url"),
        ({"url": HOOK["url"], "kinds": ["order.eaten"]}, "unknown_event_kind"),
        ({"url": HOOK["url"], "secret": "whsec_mine"}, "invalid"),
        ({"url": "https://" + "x" * 600}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_can_be_no_webhook_is_refused(api: Api, small: World, body: object, code: str) -> None:
    answer = api("POST", "webhooks", body=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert count(small, Webhook) == 0


def test_a_webhook_is_changed_by_who_has_read_it(api: Api, small: World) -> None:
    key = api("POST", "webhooks", body=HOOK).json()["id"]
    changed = api("PATCH", f"webhooks/{key}", body={"active": False, "kinds": []}, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json()["active"], changed.json()["kinds"], changed.json()["url"]) == (False, [], HOOK["url"])
    stale = api("PATCH", f"webhooks/{key}", body={"active": True}, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since")
    bad = api("PATCH", f"webhooks/{key}", body={"url": "https://192.168.0.1/"})
    assert (bad.status_code, bad.json()["code"]) == (422, "address_not_public")
    assert api("GET", f"webhooks/{key}").json() == changed.json()
    assert [event.after for event in audited(small.database, "webhook.changed")] == [
        {"url": HOOK["url"], "kinds": [], "active": False}
    ]


def test_a_secret_is_changed_for_a_new_one_that_is_shown_once(api: Api, small: World) -> None:
    made = api("POST", "webhooks", body=HOOK).json()
    rotated = api("POST", f"webhooks/{made['id']}/rotate").json()
    assert rotated["secret"] != made["secret"]
    assert rotated["both_secrets_until"] is not None
    with small.database.read() as session:
        row = session.scalars(select(Webhook)).one()
    assert (row.secret, row.previous_secret) == (rotated["secret"], made["secret"])
    with small.database.read() as session:
        kept = [event.after for event in session.scalars(select(AuditEvent))]
    assert "whsec" not in str(kept)


def test_a_webhook_goes_with_its_deliveries(api: Api, small: World) -> None:
    key = api("POST", "webhooks", body={"url": HOOK["url"]}).json()["id"]
    happen(small)
    drain(small.database)
    assert count(small, WebhookDelivery) == 1
    assert api("DELETE", f"webhooks/{key}", If_Match='"7"').status_code == 412
    assert api("DELETE", f"webhooks/{key}").json()["id"] == key
    assert (count(small, Webhook), count(small, WebhookDelivery)) == (0, 0)
    assert (api("DELETE", f"webhooks/{key}").status_code, api("GET", f"webhooks/{key}").status_code) == (404, 404)


def test_a_ping_goes_to_one_webhook_and_nowhere_else(api: Api, small: World) -> None:
    key, other = (api("POST", "webhooks", body={"url": HOOK["url"]}).json()["id"] for _ in range(2))
    pinged = api("POST", f"webhooks/{key}/ping")
    assert pinged.status_code == 202
    assert (pinged.json()["kind"], pinged.json()["state"]) == ("webhook.ping", "pending")
    drain(small.database)
    assert [item["id"] for item in api("GET", f"webhooks/{key}/deliveries").json()["items"]] == [pinged.json()["id"]]
    assert api("GET", f"webhooks/{other}/deliveries").json()["items"] == []
    api("PATCH", f"webhooks/{key}", body={"active": False})
    off = api("POST", f"webhooks/{key}/ping")
    assert (off.status_code, off.json()["code"]) == (409, "webhook_inactive")


def test_what_was_given_up_is_sent_again_by_hand_and_nothing_else(api: Api, small: World) -> None:
    key = api("POST", "webhooks", body={"url": HOOK["url"]}).json()["id"]
    other = api("POST", "webhooks", body={"url": HOOK["url"], "kinds": ["quote.sent"]}).json()["id"]
    happen(small, 2)
    drain(small.database)
    newer, older = (item["id"] for item in api("GET", f"webhooks/{key}/deliveries").json()["items"])
    with small.database.write() as session:
        row = session.get_one(WebhookDelivery, older)
        row.state, row.attempts, row.last_status = "dead", 8, 500
    dead = api("GET", f"webhooks/{key}/deliveries?state=dead").json()["items"]
    assert [(item["id"], item["next_at"], item["last_status"]) for item in dead] == [(older, None, 500)]
    again = api("POST", f"webhooks/{key}/deliveries/{older}/redeliver").json()
    assert (again["state"], again["attempts"]) == ("pending", 0)
    waiting = api("POST", f"webhooks/{key}/deliveries/{newer}/redeliver")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "illegal_transition")
    assert api("POST", f"webhooks/{other}/deliveries/{older}/redeliver").json()["code"] == "unknown_delivery"
    assert len(audited(small.database, "webhook.redelivered")) == 1


def test_what_has_arrived_is_sent_again_under_the_same_id(api: Api, small: World) -> None:
    key = api("POST", "webhooks", body={"url": HOOK["url"]}).json()["id"]
    happen(small)
    drain(small.database)
    (one,) = api("GET", f"webhooks/{key}/deliveries").json()["items"]
    with small.database.write() as session:
        row = session.get_one(WebhookDelivery, one["id"])
        row.state, row.attempts, row.last_status, row.delivered_at = "delivered", 2, 200, now()
    again = api("POST", f"webhooks/{key}/deliveries/{one['id']}/redeliver").json()
    assert (again["state"], again["attempts"], again["event"], again["delivered_at"]) == (
        "pending", 0, one["event"], None,
    )  # fmt: skip
    assert again["next_at"] is not None
    (record,) = audited(small.database, "webhook.redelivered")
    assert record.before == {"state": "delivered", "attempts": 2}
    assert api("POST", f"webhooks/{key}/deliveries/{one['id']}/redeliver").status_code == 409


def test_there_are_not_endlessly_many_webhooks(api: Api, small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.events.registering.MOST_WEBHOOKS", 1)
    assert api("POST", "webhooks", body=HOOK).status_code == 201
    refused = api("POST", "webhooks", body=HOOK)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_webhooks")


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "desk@test", "buyer@test"])
def test_webhooks_events_and_audit_are_the_managers(api: Api, small: World, email: str) -> None:
    key = api("POST", "webhooks", body=HOOK).json()["id"]
    before = (count(small, Webhook), count(small, WebhookDelivery), count(small, AuditEvent))
    for method, path, body in (
        ("GET", "webhooks", None),
        ("POST", "webhooks", HOOK),
        ("GET", f"webhooks/{key}", None),
        ("PATCH", f"webhooks/{key}", {"active": False}),
        ("DELETE", f"webhooks/{key}", None),
        ("POST", f"webhooks/{key}/rotate", None),
        ("POST", f"webhooks/{key}/ping", None),
        ("GET", f"webhooks/{key}/deliveries", None),
        ("POST", f"webhooks/{key}/deliveries/1/redeliver", None),
        ("GET", "events", None),
        ("GET", "audit", None),
    ):
        answer = api(method, path, email, body)
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "not_allowed")
    assert (count(small, Webhook), count(small, WebhookDelivery), count(small, AuditEvent)) == before


# ---- events and audit ---------------------------------------------------------------------------------------------


def test_events_are_listed_newest_first_by_kind_and_subject(api: Api, small: World) -> None:
    number = place(small, ("10-109", 60))
    happen(small, 2, "quote.sent")
    listed = api("GET", "events").json()["items"]
    assert [item["kind"] for item in listed] == ["quote.sent", "quote.sent", "order.placed"]
    order = api("GET", "events?subject=order&kind=order.placed").json()["items"][0]
    assert (order["key"], order["customer"], order["channel"], order["published_at"]) == (number, "C1", "test", None)
    assert order["payload"]["total"] == "6.00"
    page = api("GET", "events?limit=1").json()
    assert [item["id"] for item in api("GET", f"events?after={page['next']}").json()["items"]] == [
        item["id"] for item in listed[1:]
    ]


def test_the_audit_trail_says_who_did_what_for_whom(api: Api, small: World) -> None:
    own = place(small, ("10-109", 60))
    behalf = place(small, ("10-109", 60), email="desk@test")
    shown = api("GET", f"audit?subject=order&key={behalf}").json()["items"][0]
    assert (shown["kind"], shown["user"], shown["on_behalf_of"]) == ("order.placed", "desk@test", "C1")
    assert shown["after"]["total"] == "6.00"
    assert [item["key"] for item in api("GET", "audit?user=Customer@test").json()["items"]] == [own]
    assert api("GET", "audit?user=nobody@test").json()["items"] == []
    page = api("GET", "audit?subject=order&limit=1").json()
    assert [item["key"] for item in page["items"]] == [behalf]
    assert [item["key"] for item in api("GET", f"audit?subject=order&after={page['next']}").json()["items"]] == [own]
    alone = api("GET", f"audit?key={own}")
    assert (alone.status_code, alone.json()["code"]) == (422, "subject_missing")


# ---- alerts -------------------------------------------------------------------------------------------------------


def test_everybody_has_their_own_alerts(api: Api, small: World) -> None:
    made = api("POST", "alerts", "customer@test", {"topic": "back_in_stock", "sku": "20-104"})
    assert made.status_code == 201
    assert (made.json()["sku"], made.json()["name"]) == ("20-104", "Coach bolt M10x80 zinc")
    again = api("POST", "alerts", "customer@test", {"topic": "back_in_stock", "sku": "20-104"})
    assert again.json() == made.json()
    assert api("GET", "alerts", "customer@test").json() == {"items": [made.json()], "next": None}
    assert api("GET", "alerts", "other@test").json()["items"] == []
    foreign = api("DELETE", f"alerts/{made.json()['id']}", "other@test")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_alert")
    assert api("DELETE", f"alerts/{made.json()['id']}", "customer@test").json() == made.json()
    assert api("DELETE", f"alerts/{made.json()['id']}", "customer@test").status_code == 404
    assert api("GET", "alerts", "customer@test").json()["items"] == []


@pytest.mark.parametrize(
    ("email", "body", "status", "code"),
    [
        ("customer@test", {"topic": "stock_low"}, 403, "not_allowed"),
        ("buyer@test", {"topic": "orders"}, 403, "not_allowed"),
        ("customer@test", {"topic": "back_in_stock"}, 422, "product_missing"),
        ("customer@test", {"topic": "orders", "sku": "10-109"}, 422, "product_not_wanted"),
        ("customer@test", {"topic": "weather"}, 422, "invalid"),
        ("customer@test", {"topic": "back_in_stock", "sku": "nope"}, 404, "unknown_product"),
        ("customer@test", {"topic": "orders", "user_id": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_followed_is_refused(
    api: Api, small: World, email: str, body: object, status: int, code: str
) -> None:
    answer = api("POST", "alerts", email, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert count(small, AlertSubscription) == 0


def test_a_repeat_under_one_key_is_one_change(api: Api, small: World) -> None:
    key = api("POST", "webhooks", body=HOOK, Idempotency_Key="k1").json()
    assert api("POST", "webhooks", body=HOOK, Idempotency_Key="k1").json() == key
    assert api("POST", f"webhooks/{key['id']}/ping", Idempotency_Key="k1").json()["code"] == "idempotency_key_reused"
    assert (count(small, Webhook), count(small, OutboxEvent)) == (1, 0)
