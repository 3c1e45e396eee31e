"""Connecting a Telegram account, and what strangers and groups get: a sentence, and never any data."""

from __future__ import annotations

import threading

import pytest

from backend.chat.cards import Reply
from backend.chat.channels import texts
from backend.chat.channels.telegram import Channel, answering
from backend.database import Database
from backend.identity.service import user_of_telegram
from tests.backend.chat.channels.telegram.conftest import FakeGateway, code_for
from tests.backend.chat.channels.telegram.double import BotApi

pytestmark = pytest.mark.usefixtures("channel")
USED = "This link has been used or has expired. Make a new one on the page. Nothing has been connected."


def email_of(database: Database, telegram_user_id: int) -> str | None:
    with database.read() as session:
        user = user_of_telegram(session, telegram_user_id)
        return user.email if user else None


def test_a_one_time_link_connects_the_account(api: BotApi, database: Database, code: str, gateway: FakeGateway) -> None:
    api.writes(f"/start {code}")
    assert api.sent()[0].text == texts.CONNECTED.format(email="ann@desk.test")
    assert email_of(database, 77) == "ann@desk.test"
    api.writes("where's my order?")
    assert api.sent(2)[1].text == "You said where's my order?"
    assert gateway.taken[0].user_id == 1


def test_a_used_link_connects_nobody_else(api: BotApi, database: Database, code: str) -> None:
    api.writes(f"/start {code}")
    api.sent()
    api.writes(f"/start {code}", person=78)
    assert api.sent(1, chat=78)[0].text == USED
    assert email_of(database, 78) is None
    assert email_of(database, 77) == "ann@desk.test"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("AAAAAAAAAAAAAAAAAAAAAAAA", USED), ("x'); --", None), ("short", f"{texts.BAD_LINK} Nothing has been connected.")],
)
def test_a_made_up_link_connects_nobody(api: BotApi, database: Database, code: str, sentence: str | None) -> None:
    api.writes(f"/start {code}")
    assert api.sent()[0].text == (sentence or texts.CONNECT)
    assert email_of(database, 77) is None


def test_another_link_moves_the_chat_to_the_other_account(
    api: BotApi, database: Database, linked: int, gateway: FakeGateway
) -> None:
    api.writes(f"/start {code_for(database, 2)}")
    assert api.sent()[0].text == texts.CONNECTED.format(email="bob@desk.test")
    api.writes("hello")
    api.sent(2)
    assert gateway.taken[0].user_id == 2


def test_start_alone_tells_a_connected_person_so(api: BotApi, linked: int, gateway: FakeGateway) -> None:
    api.writes("/start")
    assert api.sent()[0].text == texts.CONNECTED.format(email="ann@desk.test")
    assert gateway.taken == []


@pytest.mark.parametrize("text", ["/start", "where's order SO-1?", "/start now or never", "/help", None])
def test_a_stranger_is_told_how_to_connect_and_nothing_else(
    api: BotApi, gateway: FakeGateway, text: str | None
) -> None:
    api.writes(text)
    assert [call.text for call in api.sent()] == [texts.CONNECT]
    api.settles()
    assert gateway.taken == []
    assert api.of("sendChatAction") == []


def test_a_strangers_tap_does_nothing(api: BotApi, gateway: FakeGateway) -> None:
    api.taps("stolen-token")
    assert api.sent()[0].text == texts.CONNECT
    assert api.waits(lambda: api.of("answerCallbackQuery"))
    assert gateway.taken == []


def test_a_flood_of_a_stranger_is_not_answered_with_a_flood(api: BotApi, database: Database, code: str) -> None:
    for _ in range(8):
        api.writes("hello?")
    api.settles()
    assert [call.text for call in api.sent()] == [texts.CONNECT]
    api.writes(f"/start {code}")
    assert api.sent(2)[1].text == texts.CONNECTED.format(email="ann@desk.test")


def test_an_account_that_was_closed_is_a_stranger(api: BotApi, database: Database, linked: int) -> None:
    with database.write() as session:
        user = user_of_telegram(session, 77)
        assert user is not None
        user.active = False
    api.writes("hello")
    assert api.sent()[0].text == texts.CONNECT


def test_a_group_gets_one_polite_sentence(api: BotApi, linked: int, code: str, gateway: FakeGateway) -> None:
    api.writes("where's my order?", group=-100)
    api.writes("60 bolts", group=-100)
    api.writes(f"/start {code}", group=-100)
    api.taps("token", group=-100)
    api.settles()
    assert [call.text for call in api.of("sendMessage")] == [texts.ONLY_PRIVATE]
    assert api.of("answerCallbackQuery")[0].text == texts.ONLY_PRIVATE
    assert gateway.taken == []


def test_too_many_waiting_messages_of_one_chat_are_left_out_and_said_so(
    api: BotApi, linked: int, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, channel: Channel
) -> None:
    monkeypatch.setattr(answering, "WAITING_IN_A_CHAT", 3)
    go = threading.Event()
    gateway.script = lambda _: [Reply(text="done")] if go.wait(20) else []
    for at in range(6):
        api.writes(f"message {at}")
    assert api.sent()[0].text == texts.TOO_MANY_WAITING
    go.set()
    api.settles()
    assert [incoming.text for incoming in gateway.taken] == ["message 0", "message 1", "message 2"]
