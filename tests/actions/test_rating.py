"""The question whether what was done was right: seldom, quiet, answered with one tap."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.memory import Confirmation
from actions.skills import NOT_UNDERSTOOD
from actions.texts import NOT_DONE
from backend.chat.tables import Conversation
from backend.company.tables import Company
from backend.database import Database
from backend.review.tables import KeptMessage, Rating
from tests.actions.conversation import Talk
from tests.backend.world import World

QUESTION = "Was that right?"


@pytest.fixture(autouse=True)
def _asking(world: World) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = True


def order(talk: Talk, text: str = "60 hex bolts M8x40") -> str:
    """Order it; the text of the answer."""
    talk.say(text, "place_order")
    assert QUESTION not in talk.last[-1].text
    reply = talk.tap("Place this order")
    assert reply.card is not None
    return reply.text


def ratings(database: Database) -> list[tuple[str, bool | None]]:
    with database.read() as session:
        return [(row.task, row.was_right) for row in session.scalars(select(Rating).order_by(Rating.id))]


def reviewed(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(row.text, row.reason) for row in session.scalars(select(KeptMessage).order_by(KeptMessage.id))]


def test_a_finished_task_is_asked_about_below_its_answer(world: World, talk: Talk) -> None:
    text = order(talk)
    assert text.endswith(f"\n\n{QUESTION}")
    assert talk.titles()[-2:] == ["Yes", "No"]
    assert ratings(world.database) == [("order.placed", None)]


def test_it_is_not_asked_again_the_same_day(world: World, talk: Talk) -> None:
    order(talk)
    assert QUESTION not in order(talk, "40 wood screw 4x40")
    assert ratings(world.database) == [("order.placed", None)]


def test_it_is_asked_again_where_something_went_wrong(world: World, talk: Talk) -> None:
    order(talk)
    talk.say("fnord the wibble", NOT_UNDERSTOOD, 0.2)
    assert QUESTION in order(talk, "40 wood screw 4x40")
    assert len(ratings(world.database)) == 2


def test_yes_is_counted_and_keeps_nothing(world: World, talk: Talk) -> None:
    order(talk)
    assert talk.tap("Yes").text == "Good, thank you. I've noted that SO-100001 was done right."
    assert (ratings(world.database), reviewed(world.database)) == ([("order.placed", True)], [])


def test_no_keeps_the_message_that_led_to_it(world: World, talk: Talk) -> None:
    order(talk)
    assert talk.tap("No").text.startswith("Sorry about that")
    assert ratings(world.database) == [("order.placed", False)]
    assert reviewed(world.database) == [("60 hex bolts M8x40", "rated_badly")]


@pytest.mark.parametrize(("first", "second"), [("Yes", "No"), ("No", "Yes"), ("No", "No")])
def test_it_is_answered_once(world: World, talk: Talk, first: str, second: str) -> None:
    order(talk)
    asked = talk.last
    talk.tap(first)
    talk.last = asked
    refused = talk.tap(second).text
    assert "already" in refused
    assert ratings(world.database) == [("order.placed", first == "Yes")]


def test_it_may_be_typed_and_it_may_be_left(world: World, talk: Talk) -> None:
    order(talk)
    talk.keep()
    assert talk.say("no", "deny").text.startswith("Sorry about that")
    assert reviewed(world.database) == [("60 hex bolts M8x40", "rated_badly")]


@pytest.mark.parametrize(
    ("text", "skill", "answer", "right"),
    [
        ("Yes", "affirm", "Good, thank you. I've noted that SO-100001 was done right.", True),
        (
            "no",
            "deny",
            "Sorry about that, and thank you for saying so. I've noted that SO-100001 was not done right; nothing is "
            "changed by that. Tell me what should be different.",
            False,
        ),
    ],
)
def test_typed_it_says_what_it_did_and_does_nothing_else(
    world: World, talk: Talk, text: str, skill: str, answer: str, right: bool
) -> None:
    order(talk)
    talk.keep()
    assert talk.say(text, skill).text == answer
    assert (ratings(world.database), world.orders()) == ([("order.placed", right)], 1)
    talk.keep()
    assert talk.say(text, skill).text != answer
    assert len(ratings(world.database)) == 1


def test_while_a_cart_is_on_the_screen_it_is_not_asked(world: World, talk: Talk) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = False
    order(talk)
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = True
    talk.say("40 wood screw 4x40", "place_order")
    talk.say("cancel SO-100001", "cancel_order")
    assert QUESTION not in talk.tap("Yes").text
    assert ratings(world.database) == []


def test_a_typed_yes_answers_what_is_open_and_not_the_rating(world: World, talk: Talk) -> None:
    order(talk)
    talk.keep()
    with world.database.write() as session:  # as if something had come to wait for a yes since
        row = session.scalars(select(Conversation)).one()
        waits = Confirmation(command="order.cancel", arguments={})
        row.state = {**row.state, "confirmation": waits.model_dump(mode="json")}
    assert talk.say("no", "deny").text == NOT_DONE
    assert ratings(world.database) == [("order.placed", None)]


def test_what_is_said_next_goes_on_as_ever(world: World, talk: Talk) -> None:
    order(talk)
    talk.keep()
    assert talk.say("where is my order", "order_status").card is not None
    assert ratings(world.database) == [("order.placed", None)]


def test_while_a_yes_is_awaited_it_is_not_asked(world: World, talk: Talk) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = False
    order(talk)
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = True
    assert QUESTION not in talk.say("cancel my last order", "cancel_order").text
    assert ratings(world.database) == []
    assert talk.tap("Yes").text.endswith(QUESTION)
    assert ratings(world.database) == [("order.cancelled", None)]


def test_who_objects_and_a_company_that_does_not_ask_are_left_alone(world: World, talk: Talk) -> None:
    talk.say("don't keep my messages", "deny")
    assert QUESTION not in order(talk)
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = False
    assert QUESTION not in order(Talk(world, "other@test"))
    assert ratings(world.database) == []


def test_a_task_that_was_refused_is_not_asked_about(world: World, talk: Talk) -> None:
    talk.say("60 hex bolts M8x40", "place_order")
    shown = talk.last
    talk.say("make the bolts 80", "change_quantity")
    talk.last = shown
    assert QUESTION not in talk.tap("Place this order").text
    assert (world.orders(), ratings(world.database)) == (0, [])
