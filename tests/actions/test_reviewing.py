"""What the chat keeps for review, and what people say about that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from actions import steering
from actions.context import Context
from actions.drafts import Draft
from actions.skills import NOT_UNDERSTOOD
from actions.smalltalk import skill_taps
from backend.chat.tables import Turn
from backend.company.tables import Company
from backend.identity.tables import User
from backend.review import service
from backend.review.tables import KeptMessage
from tests.actions.conversation import Talk
from tests.backend.world import World

LOST = "fnord the wibble"


def kept(world: World) -> list[tuple[str, str, str | None, str | None]]:
    """Text, reason, what was chosen and how, the oldest first."""
    with world.database.read() as session:
        rows = session.scalars(select(KeptMessage).order_by(KeptMessage.id))
        return [(row.text, row.reason, row.chosen, row.chosen_by) for row in rows]


def test_what_was_not_understood_is_kept_with_how_it_was_read(world: World, talk: Talk) -> None:
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    assert kept(world) == [(LOST, "not_understood", None, None)]
    with world.database.read() as session:
        (row,) = session.scalars(select(KeptMessage))
    assert (row.skill, row.confidence, row.role, row.channel) == (NOT_UNDERSTOOD, 0.2, "customer", "test")
    assert row.ranking == [NOT_UNDERSTOOD, "help", "order_status"]


def test_what_was_understood_is_not_kept(world: World, talk: Talk) -> None:
    talk.say("hello", "greet")
    talk.say("60 hex bolts", "place_order")
    talk.say("thanks", "thanks")
    assert kept(world) == []


def test_a_rephrasing_after_a_failure_says_what_was_meant(world: World, talk: Talk) -> None:
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    talk.say("where is my order", "order_status")
    talk.say("what do I owe", "invoice_request")
    assert kept(world) == [(LOST, "not_understood", "order_status", "rephrasing")]


@pytest.mark.parametrize(("text", "skill"), [("thanks", "thanks"), ("hello?", "greet"), ("a person", "talk_to_human")])
def test_small_talk_after_a_failure_is_no_rephrasing(world: World, talk: Talk, text: str, skill: str) -> None:
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    talk.say(text, skill)
    assert kept(world) == [(LOST, "not_understood", None, None)]


def test_a_tap_on_one_of_the_offered_readings_says_what_was_meant(world: World, talk: Talk) -> None:
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    talk.tap("See where an order is")
    talk.say("and another thing", "product_search")
    assert kept(world) == [(LOST, "not_understood", "order_status", "tap")]


def test_two_failures_in_a_row_are_two_messages(world: World, talk: Talk) -> None:
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    talk.say("wibble the fnord", NOT_UNDERSTOOD, 0.2)
    talk.say("where is my order", "order_status")
    assert [(text, chosen) for text, _, chosen, _ in kept(world)] == [
        (LOST, None),
        ("wibble the fnord", "order_status"),
    ]


def test_what_was_asked_back_about_is_kept_with_what_was_then_tapped(
    world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsure(context: Context) -> list[Draft]:
        return [Draft("Did you mean this?", taps=skill_taps(context, ("order_status", "product_search")))]

    monkeypatch.setattr(steering, "answer", unsure)
    talk.runner.run(
        talk.claim("is it in"), "action_order_status", "order_status", 0.5, ["order_status", "product_search", "help"]
    )
    assert kept(world) == [("is it in", "asked", None, None)]


@pytest.mark.parametrize(
    "correction",
    ["no, I meant where my order is", "that's not what I asked", "no not that, where is my order", "You misunderstood"],
)
def test_what_is_corrected_in_the_next_turn_is_kept(world: World, talk: Talk, correction: str) -> None:
    talk.say("whats new", "order_history", 0.7)
    talk.say("thanks", "thanks")
    talk.say(correction, "order_status")
    assert kept(world) == [("whats new", "corrected", "order_status", "correction")]


@pytest.mark.parametrize("text", ["no, make that 24", "no thanks", "not now", "I want 12 of them instead"])
def test_a_change_of_mind_is_no_correction(world: World, talk: Talk, text: str) -> None:
    talk.say("60 hex bolts", "place_order")
    talk.say(text, "change_quantity")
    assert kept(world) == []


def test_what_is_undone_is_kept(world: World, talk: Talk) -> None:
    talk.say("60 hex bolts M8x40", "place_order")
    talk.say("undo that", "deny", 0.4)
    assert kept(world) == [("60 hex bolts M8x40", "corrected", None, "undo")]


def test_a_correction_an_hour_later_is_about_something_else(world: World, talk: Talk) -> None:
    talk.say("whats new", "order_history", 0.7)
    with world.database.write() as session:
        for turn in session.scalars(select(Turn)):
            turn.created_at -= timedelta(hours=1)
    talk.say("no, I meant where my order is", "order_status")
    assert kept(world) == []


def test_a_keeper_that_fails_fails_alone(
    world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_anything: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr(service, "keep", fails)
    assert "Did you mean one of these?" in talk.say(LOST, NOT_UNDERSTOOD, 0.2).text
    assert "was not looked at" in caplog.text
    assert kept(world) == []


# ---- consent ---------------------------------------------------------------------------------------------------------


def agrees(world: World, email: str = "customer@test") -> bool:
    with world.database.read() as session:
        return session.scalars(select(User.keep_messages).where(User.email == email)).one()


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "desk@test", "buyer@test"])
def test_everybody_may_object_and_agree_again(world: World, email: str) -> None:
    talk = Talk(world, email)
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    reply = talk.say("please don't keep my messages", "deny", 0.5)
    assert reply.text.startswith("I won't keep your messages for review, and what I had kept is deleted.")
    assert (kept(world), agrees(world, email)) == ([], False)
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    assert kept(world) == []
    assert talk.say("you may keep them", "affirm", 0.5).text.startswith("Thank you. When I don't understand")
    talk.say(LOST, NOT_UNDERSTOOD, 0.2)
    assert [text for text, *_ in kept(world)] == [LOST]


@pytest.mark.parametrize(
    ("text", "agreed"),
    [
        ("don't keep my messages", False),
        ("Do not store what I say", False),
        ("stop recording our conversations please", False),
        ("you may keep my messages", True),
        ("OK, you can save our chats", True),
    ],
)
def test_it_is_said_in_several_ways(world: World, talk: Talk, text: str, agreed: bool) -> None:
    with world.database.write() as session:
        session.scalars(select(User).where(User.email == "customer@test")).one().keep_messages = not agreed
    talk.say(text, NOT_UNDERSTOOD, 0.2)
    assert agrees(world) is agreed


@pytest.mark.parametrize(
    "text", ["you can keep them", "don't keep the washers", "keep my order on hold", "keep the change"]
)
def test_what_is_said_of_goods_is_not_about_messages(world: World, talk: Talk, text: str) -> None:
    talk.say(text, "deny", 0.5)
    assert agrees(world) is True


def test_the_help_text_tells_how_it_is(world: World, talk: Talk) -> None:
    assert "I keep it for 90 days so that our people can teach me" in talk.say("help", "help").text
    assert "for 90 days" in talk.say("do you keep my messages?", "bot_challenge").text
    talk.say("don't keep my messages", "deny")
    assert talk.say("help", "help").text.endswith("To change that, say “you may keep my messages”.")
    with world.database.write() as session:
        session.get_one(Company, 1).keep_messages = False
    assert "messages" not in talk.say("help", "help").text
    for text in ("do you keep my messages?", "you may keep my messages"):
        assert talk.say(text, "bot_challenge").text == "Nobody's messages are kept for review here."
