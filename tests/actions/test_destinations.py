"""An order that goes elsewhere: the address in the message, or said of the cart on the screen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.destinations import read_place
from backend.chat.cards import CartCard, RecordCard
from backend.customers.tables import Address, Customer
from backend.sales import queries
from tests.actions.conversation import Talk
from tests.backend.world import World

MILL_LANE = "Unit 4, 12 Mill Lane, Leeds LS1 4AB"


@pytest.fixture(autouse=True)
def _at_home(world: World) -> None:
    with world.database.write() as session:
        for customer in session.scalars(select(Customer)):
            place = {"line1": "1 High Street", "city": "Bath", "postcode": "BA1 1AA", "country": "United Kingdom"}
            session.add(Address(customer_id=customer.id, default=True, **place))


def goes_to(talk: Talk, number: str) -> str:
    with talk.world.reading() as work:
        kept = queries.by_number(work, number).delivery_address or {}
        return f"{kept.get('line1')}, {kept.get('city')} {kept.get('postcode')}"


def notes(talk: Talk) -> list[str]:
    card = talk.last[-1].card
    assert isinstance(card, CartCard)
    return card.notes


@pytest.mark.parametrize(
    "text",
    [
        f"20 coach bolts, deliver to {MILL_LANE} please",
        f"20 coach bolts please.\nDelivery address: {MILL_LANE}",
        f"Please send 20 coach bolts and ship them to {MILL_LANE}",
    ],
)
def test_an_address_in_the_message_is_where_this_order_goes(talk: Talk, text: str) -> None:
    talk.say(text, "place_order")
    assert f"It goes to {MILL_LANE}, United Kingdom." in notes(talk)
    with talk.world.database.read() as session:
        assert "Leeds" not in {one.city for one in session.scalars(select(Address))}
    number = talk.say("yes", "affirm").card.number
    assert goes_to(talk, number) == MILL_LANE
    with talk.world.database.read() as session:
        assert [one.default for one in session.scalars(select(Address)) if one.city == "Leeds"] == [False]
    talk.say("60 M8x40 hex bolts", "place_order")
    assert not any("It goes to" in note for note in notes(talk))


def test_it_is_said_of_the_cart_on_the_screen_and_may_change(talk: Talk) -> None:
    talk.say("20 coach bolts", "place_order")
    shown = talk.last[-1]
    talk.say(f"send it to {MILL_LANE}", "change_address")
    assert f"It goes to {MILL_LANE}, United Kingdom." in notes(talk)
    assert "nothing has been placed" in talk.tap(next(b for b in shown.buttons if b.title.startswith("Place"))).text
    talk.say("deliver it to 3 Dock Road, Hull HU1 2AB instead", "change_address")
    assert goes_to(talk, talk.say("yes", "affirm").card.number) == "3 Dock Road, Hull HU1 2AB"


def test_back_to_the_usual_place(talk: Talk) -> None:
    talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
    talk.say("actually send it to the usual place", "not_understood", 0.3)
    assert not any("It goes to" in note for note in notes(talk))


@pytest.fixture
def workshop(world: World) -> str:
    """The customers have a workshop besides."""
    with world.database.write() as session:
        for customer in session.scalars(select(Customer)):
            place = {"line1": "The Workshop, 8 Canal Road", "city": "York", "postcode": "YO1 7HH"}
            session.add(Address(customer_id=customer.id, default=False, country="United Kingdom", **place))
    return "The Workshop, 8 Canal Road, York YO1 7HH"


@pytest.mark.parametrize(
    ("text", "skill", "confidence"),
    [
        ("have it sent to the workshop instead", "change_address", 0.97),
        ("can you get it delivered to our workshop please", "not_understood", 0.3),
        ("actually it should go to the workshop", "not_understood", 0.3),
        ("could it all go to York instead?", "order_status", 0.6),
        ("send it to the workshop", "not_understood", 0.3),
    ],
)
def test_an_address_of_theirs_is_named_in_other_words(
    talk: Talk, workshop: str, text: str, skill: str, confidence: float
) -> None:
    talk.say("20 coach bolts", "place_order")
    reply = talk.say(text, skill, confidence)
    assert f"It goes to {workshop}, United Kingdom." in notes(talk)
    assert "Shall I place the order?" in reply.text
    with talk.world.database.read() as session:
        assert {one.default for one in session.scalars(select(Address)) if one.city == "York"} == {False}
    assert goes_to(talk, talk.say("yes", "affirm").card.number) == workshop


def test_an_address_is_named_while_it_is_asked_how_many(talk: Talk, workshop: str) -> None:
    talk.say("20 coach bolts and some wood screws 4x40", "place_order")
    talk.say("have it sent to the workshop instead", "change_address", 0.97)
    assert f"It goes to {workshop}" in talk.last[0].text
    assert "How many" in talk.last[-1].text
    talk.say("100", "place_order")
    assert f"It goes to {workshop}, United Kingdom." in notes(talk)


@pytest.mark.parametrize(
    "text", ["how much to have it sent to the workshop?", "when can it go to York?", "send it to Cork", "take it to 50"]
)
def test_a_question_and_another_name_send_nothing(talk: Talk, workshop: str, text: str) -> None:
    talk.say("20 coach bolts", "place_order")
    talk.say(text, "not_understood", 0.3)
    talk.say("show me the cart", "show_cart")
    assert not any("It goes to" in note for note in notes(talk))


def test_from_now_on_is_about_the_address_book(talk: Talk) -> None:
    talk.say("20 coach bolts", "place_order")
    assert "the usual delivery address" in talk.say(f"send it to {MILL_LANE} from now on", "change_address").text


def test_what_is_no_address_is_said_and_the_usual_one_named(talk: Talk) -> None:
    reply = talk.say("20 coach bolts, deliver to our site 2", "place_order")
    assert "I could not make an address of “our site 2”, so it goes to 1 High Street, Bath" in reply.text
    assert not any("It goes to" in note for note in notes(talk))


def test_the_same_address_twice_is_one_in_the_book(talk: Talk) -> None:
    for _ in range(2):
        talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
        talk.say("yes", "affirm")
    with talk.world.database.read() as session:
        assert len([one for one in session.scalars(select(Address)) if one.city == "Leeds"]) == 1


def test_an_empty_cart_goes_nowhere_else(talk: Talk) -> None:
    talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
    talk.say("empty the cart", "discard_cart")
    talk.tap("Yes")
    talk.say("20 coach bolts", "place_order")
    assert not any("It goes to" in note for note in notes(talk))


@pytest.mark.parametrize("after", ["please", "this time", "instead, thanks"])
def test_places_are_read(after: str) -> None:
    place = read_place(f"send it to Unit 4, 12 Mill Lane, Leeds LS1 4AB {after}", "United Kingdom")
    assert place is not None
    assert (place.line1, place.city, place.postcode) == ("Unit 4, 12 Mill Lane", "Leeds", "LS1 4AB")


def test_a_quote_of_the_cart_goes_where_the_cart_goes_and_so_does_its_order(talk: Talk) -> None:
    talk.say(f"quote for 20 coach bolts, to go to {MILL_LANE}", "quote_request")
    card = talk.tap("Make it a quote").card
    assert isinstance(card, RecordCard)
    assert card.notes == [f"It goes to {MILL_LANE}, United Kingdom."]
    talk.say("go ahead with the quote", "quote_request")
    assert goes_to(talk, talk.say("yes", "affirm").card.number) == MILL_LANE


def test_undo_brings_the_address_back_with_the_lines(talk: Talk) -> None:
    talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
    talk.say("empty the cart", "discard_cart")
    talk.tap("Yes, empty it")
    talk.tap("Undo")
    assert f"It goes to {MILL_LANE}, United Kingdom." in notes(talk)


@pytest.mark.parametrize(
    "text", ["actually, send that order to our usual place", "deliver SO-100001 to the normal address after all"]
)
def test_an_order_that_went_elsewhere_comes_home(talk: Talk, text: str) -> None:
    talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
    number = talk.say("yes", "affirm").card.number
    reply = talk.say(text, "confirm")
    assert "SO-100001" in reply.text
    assert goes_to(talk, number) == MILL_LANE
    talk.say("yes", "affirm")
    assert goes_to(talk, number) == "1 High Street, Bath BA1 1AA"


@pytest.mark.parametrize("text", ["where's it going?", "which address is that going to", "where is SO-100001 headed?"])
def test_where_an_order_goes_is_said_in_words(talk: Talk, text: str) -> None:
    talk.say(f"20 coach bolts, deliver to {MILL_LANE}", "place_order")
    talk.say("yes", "affirm")
    assert f"SO-100001 goes to {MILL_LANE}, United Kingdom." in talk.say(text, "change_address").text


def test_where_the_cart_goes_is_said_in_words(talk: Talk) -> None:
    talk.say("20 coach bolts", "place_order")
    assert "It goes to 1 High Street, Bath BA1 1AA, United Kingdom." in talk.say("where's that going?", "status").text


def test_whose_place_it_is_does_not_enter_the_address(talk: Talk) -> None:
    talk.say("20 coach bolts, to go to our Leeds shop, 14 Kirkgate, Leeds LS1 6DG", "place_order")
    assert "It goes to Leeds shop, 14 Kirkgate, Leeds LS1 6DG, United Kingdom." in notes(talk)
