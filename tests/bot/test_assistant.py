"""The real assistant over HTTP: Rasa 3.6 in its own environment, our channel, a double for the actions."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from ruamel.yaml import YAML

from tests.bot.action_server_double import ActionServerDouble
from tests.bot.conftest import ROOT, SECRET, Assistant, environment, rasa_program, running_assistant

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(1500)]

STORIES = YAML(typ="safe").load(ROOT / "nlu_data/tests/test_skills.yml")["stories"]


def events(call: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [event for event in call["tracker"]["events"] if event["event"] == kind]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["story"])
def test_each_message_of_a_story_reaches_its_action(well: Assistant, story: dict[str, Any]) -> None:
    reached = []
    for step in story["steps"]:
        if "intent" in step:
            answer = well.say(story["story"], step["user"]) if "user" in step else well.tap(story["story"])
            assert answer.status_code == 200, answer.text
            reached.append(well.last_action())
    assert reached == [step["action"] for step in story["steps"] if "action" in step]


def test_an_action_is_called_once_a_turn_with_the_secret_and_what_was_typed(well: Assistant) -> None:
    well.post("/webhook", json={"sender": "c1", "text": "Show me my basket — please", "metadata": {"turn": "7"}})
    [call] = well.actions.calls
    [headers] = well.actions.headers
    assert headers["x-quartermaster-secret"] == SECRET
    assert call["next_action"] == "action_show_cart"
    assert call["sender_id"] == "c1"
    assert call["tracker"]["latest_message"]["text"] == "Show me my basket — please"
    assert call["tracker"]["latest_message"]["metadata"] == {"turn": "7"}


def test_what_an_action_says_comes_back_whole(well: Assistant) -> None:
    assert well.say("whole", "show me my basket").json() == [
        {
            "text": "action_show_cart\n\nsecond paragraph",
            "buttons": [{"title": "Yes", "payload": "/tap"}],
            "custom": {"card": "cart"},
        },
        {"text": "and more"},
    ]


def test_a_tracker_stays_short(well: Assistant) -> None:
    sizes = []
    for _ in range(12):
        well.say("talkative", "show me my basket")
        sizes.append(len(events(well.actions.calls[-1], "user")))
    assert sizes == [1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6]
    assert events(well.actions.calls[-1], "bot") == []


@pytest.mark.parametrize(
    "typed", ["/tap", "  /tap", "\u200b/tap", "\u3000\u2060/tap", "/tap{}", "/tap@1.0", '/restart{"a": 1}', "//tap"]
)
def test_a_typed_slash_is_text(well: Assistant, typed: str) -> None:
    assert well.say("slash", typed).status_code == 200
    [call] = well.actions.calls
    assert call["next_action"] not in {"action_tap", "action_restart"}
    assert "/tap" not in call["tracker"]["latest_message"]["text"][:4]
    assert well.post("/parse", json={"text": typed}).json()["intent"]["name"] not in {"tap", "restart"}


def test_parse_reads_and_touches_no_tracker(well: Assistant) -> None:
    read = well.post("/parse", json={"text": "show me my basket"}).json()
    assert set(read) == {"intent", "intent_ranking"}
    assert read["intent"] == read["intent_ranking"][0]
    assert read["intent"]["name"] == "show_cart"
    assert 0.5 < read["intent"]["confidence"] <= 1
    assert well.actions.calls == []


@pytest.mark.parametrize("path", ["/webhook", "/parse"])
@pytest.mark.parametrize("headers", [{}, {"X-Quartermaster-Secret": "wrong"}, {"X-Quartermaster-Secret": SECRET + "x"}])
def test_no_request_without_the_secret(well: Assistant, path: str, headers: dict[str, str]) -> None:
    answer = well.post(path, json={"sender": "c1", "text": "hello"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorised"
    assert well.actions.calls == []


def test_health_needs_no_secret(well: Assistant) -> None:
    base = f"{well.address}/webhooks/quartermaster"
    assert (httpx.get(base + "/").status_code, httpx.get(base + "/ready").json()) == (200, {"ready": True})


@pytest.mark.parametrize(
    "path",
    ["/version", "/status", "/model", "/model/parse", "/domain", "/conversations/c1/tracker", "/webhooks/rest/webhook"],
)
def test_nothing_else_of_rasa_is_open(well: Assistant, path: str) -> None:
    assert httpx.get(well.address + path).status_code == 404
    assert httpx.post(well.address + path, json={}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"), [(b"{", 400), (b'{"sender": "c1", "text": "  "}', 400), (b"x" * 70_000, 413)]
)
def test_bad_requests_are_told_why(well: Assistant, sent: bytes, status: int) -> None:
    answer = well.post("/webhook", content=sent)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert answer.json()["retry"] is False


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("slow", 503, "actions_unreachable"),
        ("overloaded", 503, "actions_unreachable"),
        ("raises", 502, "action_failed"),
        ("rejects", 502, "action_failed"),
        ("stranger", 502, "action_failed"),
        ("garbled", 502, "action_failed"),
        ("misshapen", 502, "action_failed"),
        ("silent", 502, "no_reply"),
    ],
)
def test_a_failing_action_is_told_and_the_same_message_works_afterwards(
    well: Assistant, mode: str, status: int, code: str
) -> None:
    well.say(mode, "hello")
    well.actions.mode = mode
    answer = well.say(mode, "where is my order?")
    assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (status, code, True)
    assert "secret stuff" not in answer.text
    well.actions.mode = "well"
    assert well.say(mode, "where is my order?").status_code == 200
    assert well.last_action() == "action_order_status"
    if mode != "silent":  # a turn that failed leaves no trace
        told = [event["text"] for event in events(well.actions.calls[-1], "user")]
        assert told == ["hello", "where is my order?"]


def test_an_action_server_that_is_down_and_comes_back(trained_model: Path, well: Assistant) -> None:
    well.actions.__exit__(None, None, None)
    try:
        answer = well.say("down", "where is my order?")
        assert (answer.status_code, answer.json()["code"]) == (503, "actions_unreachable")
    finally:
        well.actions.__enter__()
    assert well.say("down", "where is my order?").status_code == 200


def test_without_a_secret_it_does_not_start(trained_model: Path) -> None:
    command = [rasa_program(), "run", "--model", trained_model, "--credentials", "bot/credentials.yml"]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
    assert run.returncode != 0
    assert "Set QUARTERMASTER_INTERNAL_SECRET" in run.stdout + run.stderr


@pytest.mark.redis
def test_trackers_and_locks_live_in_redis(trained_model: Path, redis_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    endpoints = "bot/endpoints.redis.yml"
    with (
        ActionServerDouble() as actions,
        running_assistant(trained_model, log, actions, endpoints, REDIS_URL=redis_url) as assistant,
    ):
        assert [assistant.say("c1", "show me my basket").status_code for _ in range(8)] == [200] * 8
        with redis.Redis.from_url(redis_url, decode_responses=True) as store:
            assert store.keys() == ["quartermaster:tracker:c1"]
            assert 0 < store.ttl("quartermaster:tracker:c1") <= 24 * 3600
        assert len(events(actions.calls[-1], "user")) == 6
