"""Turns through the gateway: exactly once, one at a time, and an apology where a part is down."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import func, select

from backend.chat import conversations, texts
from backend.chat.cards import Reply
from backend.chat.gateway import Gateway, Incoming
from backend.chat.locks import Limits, LocalLocks, RedisLocks, TurnLocks
from backend.chat.tables import Conversation, Message, Turn
from backend.errors import TooManyRequests, Unavailable
from backend.settings import Settings
from tests.backend.world import World


class FakeRasa:
    """Answers as told; remembers what it was handed."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str | None]] = []
        self.down = 0
        self.pause = 0.0
        self.at_once = 0
        self._now = 0

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        time.sleep(self.pause)
        self._now -= 1
        self.said.append((sender, text))
        if self.down:
            self.down -= 1
            raise Unavailable("down")
        return [Reply(text=f"You said {text}")]


class Stand:
    """A gateway with a fake Rasa behind it."""

    def __init__(self, world: World, locks: TurnLocks | None = None, **settings: object) -> None:
        self.world = world
        self.rasa = FakeRasa()
        chosen = Settings(**settings)  # type: ignore[arg-type]
        self.gateway = Gateway(world.database, self.rasa, locks or LocalLocks(), Limits(chosen), chosen)  # type: ignore[arg-type]
        self.user_id = world.principal("customer@test").user_id

    def take(self, message_id: str, text: str | None = "hello", button: str | None = None) -> list[str]:
        answered = self.gateway.take(Incoming(self.user_id, "test", message_id, text, button))
        return [said.body["text"] for said in answered.replies]

    def rows(self) -> tuple[int, int]:
        with self.world.database.read() as session:
            return (
                session.scalar(select(func.count(Turn.id))) or 0,
                session.scalar(select(func.count(Message.id))) or 0,
            )


@pytest.fixture
def stand(world: World) -> Stand:
    return Stand(world)


def test_a_turn_keeps_what_was_said_by_both(stand: Stand) -> None:
    assert stand.take("m1") == ["You said hello"]
    with stand.world.database.read() as session:
        row = session.scalars(select(Conversation)).one()
        said, more = conversations.before(session, row.id, None, 10)
    assert [(message.author, message.body["text"]) for message in said] == [
        ("person", "hello"),
        ("desk", "You said hello"),
    ]
    assert not more


def test_a_repeated_message_id_gets_the_same_answer_and_reaches_rasa_once(stand: Stand) -> None:
    assert stand.take("m1") == stand.take("m1")
    assert len(stand.rasa.said) == 1
    assert stand.rows() == (1, 2)


def test_the_same_message_twice_at_once_is_one_turn(stand: Stand) -> None:
    stand.rasa.pause = 0.2
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(stand.take("m1"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["You said hello"]] * 3
    assert len(stand.rasa.said) == 1


def _flood(stand: Stand) -> None:
    stand.rasa.pause = 0.05
    threads = [threading.Thread(target=stand.take, args=(f"m{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_turn_at_a_time(stand: Stand) -> None:
    _flood(stand)
    assert stand.rasa.at_once == 1
    assert len(stand.rasa.said) == 4


@pytest.mark.redis
def test_one_turn_at_a_time_with_redis(small: World, redis_url: str) -> None:
    stand = Stand(small, RedisLocks(redis_url, lease=30), REDIS_URL=redis_url)
    _flood(stand)
    assert stand.rasa.at_once == 1
    assert len(stand.rasa.said) == 4


def test_a_short_failure_is_retried_unseen(stand: Stand) -> None:
    stand.rasa.down = 1
    assert stand.take("m1") == ["You said hello"]


def test_a_failure_is_an_apology_and_the_same_message_can_be_sent_again(stand: Stand) -> None:
    stand.rasa.down = 2
    assert stand.take("m1") == [texts.APOLOGY]
    assert stand.take("m1") == ["You said hello"]


def test_try_again_takes_the_failed_message_up(stand: Stand) -> None:
    stand.rasa.down = 2
    answered = stand.gateway.take(Incoming(stand.user_id, "test", "m1", "hello"))
    token = answered.replies[-1].body["buttons"][0]["token"]
    assert stand.take("m2", None, token) == ["You said hello"]
    assert stand.rasa.said[-1][1] == "hello"


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_no_text_is_said_so_without_asking_rasa(stand: Stand, text: str) -> None:
    assert stand.take("m1", text) == [texts.EMPTY]
    assert stand.rasa.said == []


def test_ten_thousand_characters_are_refused_with_the_limit(stand: Stand) -> None:
    (reply,) = stand.take("m1", "x" * 10_000)
    assert "10,000" in reply
    assert "4,000" in reply
    assert stand.rasa.said == []


def test_a_flood_is_stopped_but_a_repeat_is_not_counted(small: World) -> None:
    stand = Stand(small, turns_per_minute=2)
    stand.take("m1")
    stand.take("m2")
    with pytest.raises(TooManyRequests):
        stand.take("m3")
    assert stand.take("m1") == ["You said hello"]


def test_the_sender_changes_after_idle_time_and_the_conversation_stays(small: World) -> None:
    stand = Stand(small, sender_idle_minutes=0)
    stand.take("m1")
    stand.take("m2")
    senders = {sender for sender, _ in stand.rasa.said}
    assert len(senders) == 2
    with small.database.read() as session:
        assert session.scalar(select(func.count(Conversation.id))) == 1
