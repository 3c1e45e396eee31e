"""Kept messages over REST, and each person's own word about theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.review import service
from backend.settings import Settings
from tests.backend.review.keeping import READ, all_kept, keep, say, turn_of
from tests.backend.rich import SETTINGS
from tests.backend.world import PASSWORD, World


@pytest.fixture
def client(small_managed: World) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(**SETTINGS), small_managed.database)) as client:  # type: ignore[arg-type]
        yield client


def sign_in(client: TestClient, email: str) -> dict[str, str]:
    answer = client.post("/api/auth/token", data={"username": email, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def manager(client: TestClient) -> dict[str, str]:
    return sign_in(client, "manager@test")


def items(client: TestClient, who: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/review", params=query, headers=who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_kept_message_is_shown_with_what_came_before_and_not_who_said_it(
    small_managed: World, client: TestClient, manager: dict[str, str]
) -> None:
    with small_managed.writing() as work:
        say(work, turn_of(work, "hello"), "Hello.")
        kept = service.keep(work, turn_of(work, "wheres me stuff"), "asked", READ)
        assert kept is not None
        service.choose(work, kept.turn_id, "order_status", "tap")
    (shown,) = items(client, manager)
    created = shown.pop("created_at")
    assert created.endswith("Z")
    assert shown == {
        "id": kept.id,
        "state": "waiting",
        "reason": "asked",
        "role": "customer",
        "channel": "web",
        "text": "wheres me stuff",
        "skill": "complaint",
        "confidence": 0.4,
        "ranking": ["complaint", "order_status", "delivery_eta"],
        "chosen": "order_status",
        "chosen_by": "tap",
        "label": None,
        "decided_at": None,
        "before": [{"author": "person", "text": "hello"}, {"author": "desk", "text": "Hello."}],
    }
    one = client.get(f"/api/review/{kept.id}", headers=manager).json()
    assert one == {**shown, "created_at": created}


def test_the_list_comes_newest_first_in_pages_by_state_and_reason(
    small_managed: World, client: TestClient, manager: dict[str, str]
) -> None:
    keys = [keep(small_managed, f"message {number}") for number in range(3)]
    corrected = keep(small_managed, "no, I meant that", reason="corrected")
    assert [one["id"] for one in items(client, manager)] == [corrected, *reversed(keys)]
    assert [one["id"] for one in items(client, manager, reason="corrected")] == [corrected]
    first = client.get("/api/review", params={"limit": 2}, headers=manager).json()
    assert ([one["id"] for one in first["items"]], first["next"]) == ([corrected, keys[2]], str(keys[2]))
    assert [one["id"] for one in items(client, manager, after=first["next"])] == [keys[1], keys[0]]
    client.post(f"/api/review/{keys[0]}/dismiss", headers=manager)
    assert [one["id"] for one in items(client, manager, state="dismissed")] == [keys[0]]
    assert [one["id"] for one in items(client, manager)] == [corrected, keys[2], keys[1]]


def test_a_label_is_set_once_per_key_and_may_be_another_later(
    small_managed: World, client: TestClient, manager: dict[str, str]
) -> None:
    path = f"/api/review/{keep(small_managed, 'wheres me stuff')}/label"
    key = {**manager, "Idempotency-Key": "one"}
    first = client.post(path, json={"skill": "order_status"}, headers=key)
    assert (first.status_code, first.json()["state"], first.json()["label"]) == (200, "labelled", "order_status")
    assert client.post(path, json={"skill": "order_status"}, headers=key).json() == first.json()
    again = client.post(path, json={"skill": "delivery_eta"}, headers=manager)
    assert (again.json()["label"], again.json()["decided_at"] is not None) == ("delivery_eta", True)


@pytest.mark.parametrize(
    "body", [{"skill": "not_understood"}, {"skill": ""}, {}, {"skill": "help", "state": "waiting"}]
)
def test_a_label_that_is_none_is_refused(
    small_managed: World, client: TestClient, manager: dict[str, str], body: dict[str, str]
) -> None:
    path = f"/api/review/{keep(small_managed, 'wheres me stuff')}/label"
    assert client.post(path, json=body, headers=manager).status_code == 422
    assert [row.state for row in all_kept(small_managed)] == ["waiting"]


def test_what_is_not_there_is_not_found(client: TestClient, manager: dict[str, str]) -> None:
    for answer in (
        client.get("/api/review/77", headers=manager),
        client.post("/api/review/77/label", json={"skill": "help"}, headers=manager),
        client.post("/api/review/77/dismiss", headers=manager),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_message")


def test_a_person_objects_and_agrees_for_themselves_alone(small_managed: World, client: TestClient) -> None:
    keep(small_managed, "wheres me stuff")
    keep(small_managed, "what about mine", "other@test")
    who = sign_in(client, "customer@test")
    assert client.get("/api/me", headers=who).json()["keep_messages"] is True
    changed = client.patch("/api/me", json={"keep_messages": False}, headers=who)
    assert (changed.status_code, changed.json()["keep_messages"]) == (200, False)
    assert client.get("/api/me", headers=who).json()["keep_messages"] is False
    assert [row.text for row in all_kept(small_managed)] == ["what about mine"]
    assert client.get("/api/me", headers=sign_in(client, "other@test")).json()["keep_messages"] is True
    assert client.patch("/api/me", json={"keep_messages": True}, headers=who).json()["keep_messages"] is True
    assert client.patch("/api/me", json={"role": "manager"}, headers=who).status_code == 422
