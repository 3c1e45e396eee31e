"""What nobody asked for reaches Telegram: once, in order, and also after a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.chat import conversations
from backend.chat.cards import Reply
from backend.chat.channels.telegram import following
from backend.chat.tables import Message
from backend.database import Database, now
from backend.identity import service
from backend.identity.tables import TelegramLink, User
from tests.backend.chat.channels.telegram.conftest import FakeGateway, settings_for, started
from tests.backend.chat.channels.telegram.double import BotApi

ANN, BOB = 1, 2


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses."""
    monkeypatch.setattr(following, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(following, "REST_SECONDS", 0.02)


def tell(database: Database, text: str, user_id: int = ANN) -> int:
    with database.write() as session:
        return conversations.tell(session, user_id, Reply(text=text)).id


def told(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(TelegramLink.told_id)).one()


def arrived(api: BotApi, database: Database, message_id: int) -> None:
    """Waits until an account is known to have had a message."""
    api.waits(lambda: [True] if told(database) == message_id else [])  # type: ignore[list-item]


@pytest.mark.usefixtures("linked", "channel")
def test_news_come_in_order_and_once(api: BotApi, database: Database) -> None:
    tell(database, "Your order SO-1 has left us.")
    last = tell(database, "Your order SO-1 has been delivered.")
    assert [call.text for call in api.sent(2, chat=77)] == [
        "Your order SO-1 has left us.",
        "Your order SO-1 has been delivered.",
    ]
    arrived(api, database, last)
    assert len(api.of("sendMessage")) == 2


def test_what_came_while_the_gateway_was_down_comes_later_and_nothing_twice(
    api: BotApi, database: Database, gateway: FakeGateway, linked: int
) -> None:
    first = tell(database, "One.")
    with started(gateway, settings_for(api.url)):
        api.sent(1)
        arrived(api, database, first)
    second = tell(database, "Two.")
    with started(gateway, settings_for(api.url)):
        api.sent(2)
        arrived(api, database, second)
    assert [call.text for call in api.of("sendMessage")] == ["One.", "Two."]


@pytest.mark.usefixtures("channel")
def test_nobody_gets_what_is_another_persons_or_older_than_the_connection_or_an_answer(
    api: BotApi, database: Database
) -> None:
    tell(database, "Before the connection.")
    with database.write() as session:
        message = session.scalars(select(Message)).one()
        message.created_at = now() - timedelta(minutes=1)
        service.link_telegram(session, service.new_link_code(session, ANN), 77, 77)
    tell(database, "Bob's.", BOB)
    with database.write() as session:
        row = conversations.conversation_of(session, ANN, 60)
        turn = conversations.claim(session, row, "m1", "web", "hello", None)
        conversations.keep(session, row.id, turn.id, "desk", Reply(text="An answer on the page."))
    last = tell(database, "Ann's.")
    arrived(api, database, last)
    assert [call.text for call in api.of("sendMessage")] == ["Ann's."]


@pytest.mark.usefixtures("linked", "channel")
def test_a_chat_that_cannot_be_reached_now_gets_it_later(api: BotApi, database: Database) -> None:
    for _ in range(8):
        api.fail("sendMessage", 502, "Bad Gateway")
    last = tell(database, "Your order SO-1 has left us.")
    arrived(api, database, last)
    assert {call.text for call in api.of("sendMessage")} == {"Your order SO-1 has left us."}


@pytest.mark.usefixtures("linked", "channel")
def test_who_does_not_want_messages_holds_up_nothing(api: BotApi, database: Database) -> None:
    api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    tell(database, "One.")
    last = tell(database, "Two.")
    arrived(api, database, last)
    assert [call.text for call in api.of("sendMessage")] == ["One.", "Two."]


@pytest.mark.usefixtures("channel", "linked")
def test_who_may_no_longer_sign_in_hears_nothing(api: BotApi, database: Database) -> None:
    with database.write() as session:
        session.get_one(User, ANN).active = False
        service.link_telegram(session, service.new_link_code(session, BOB), 78, 78)
    tell(database, "Ann's.")
    tell(database, "Bob's.", BOB)
    assert [(call.chat, call.text) for call in api.sent(1)] == [(78, "Bob's.")]
    assert api.of("sendMessage", chat=77) == []
