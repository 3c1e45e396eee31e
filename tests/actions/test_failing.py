"""What is said when a message is not understood once, twice and three times, and what a person is then handed."""

from __future__ import annotations

from sqlalchemy import select

from backend.quotes.tables import Inquiry
from tests.actions.conversation import Talk


def fail(talk: Talk, *texts: str) -> str:
    return [talk.say(text, "not_understood", 0.1).text for text in texts][-1]


def inquiry(talk: Talk) -> str:
    with talk.world.database.read() as session:
        return session.scalars(select(Inquiry)).one().text


def test_first_three_likely_skills(talk: Talk) -> None:
    assert fail(talk, "blorp").startswith("I didn't get that")
    assert talk.titles() == ["See what I can do", "See where an order is", "See what a customer should reorder"]


def test_then_what_was_read_and_the_skills_by_name(talk: Talk) -> None:
    text = fail(talk, "blorp", "blorp 45-103")
    assert text.startswith("I read “Flat washer M8 form A zinc”, but not what to do with it.")
    assert "see what I can do, see where an order is or see what a customer should reorder" in text
    assert "Talk to a person" not in talk.titles()


def test_then_a_person(talk: Talk) -> None:
    assert "A person at the order desk can take over" in fail(talk, "blorp", "blorp blorp", "blorp blorp blorp")
    assert talk.titles()[0] == "Talk to a person"


def test_an_understood_message_ends_the_row(talk: Talk) -> None:
    fail(talk, "blorp", "blorp")
    talk.say("price of 10-109", "price_check")
    assert fail(talk, "blorp").startswith("I didn't get that")


def test_gibberish_after_gibberish_is_not_called_outside_what_we_know(talk: Talk) -> None:
    assert "outside what I know" in talk.say("blorp", "out_of_scope").text
    fail(talk, "blorp", "blorp")
    assert "A person at the order desk can take over" in talk.say("blorp", "out_of_scope").text


def test_nothing_is_offered_that_the_role_may_not_do(talk: Talk) -> None:
    buyer = Talk(talk.world, "buyer@test")
    fail(buyer, "blorp")
    assert "See where an order is" not in buyer.titles()


def test_a_person_is_handed_the_transcript_the_cart_and_what_failed(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.keep()
    fail(talk, "blorp", "grumph")
    assert "passed on" in talk.say("let me talk to somebody", "talk_to_human").text
    text = inquiry(talk)
    assert text.startswith(
        "let me talk to somebody\n\nIn the cart for Ferndale Joinery:\n60 × Hex bolt M8x40 zinc (10-109)"
    )
    assert "Not understood: “blorp” and “grumph”" in text
    assert "Quartermaster: Here is your cart for Ferndale Joinery" in text


def test_an_open_question_is_handed_over_too(talk: Talk) -> None:
    talk.say("40 wood screws", "place_order")
    talk.say("a person please", "talk_to_human")
    assert "Still open: Which one do you mean by “wood screws”?" in inquiry(talk)


def test_a_long_talk_is_cut_to_what_can_be_passed_on(talk: Talk) -> None:
    for number in range(15):
        talk.say(f"{number + 1} of 10-109 {'please ' * 400}", "place_order")
        talk.keep()
    talk.say("a person please", "talk_to_human")
    assert len(inquiry(talk)) <= 4_000
