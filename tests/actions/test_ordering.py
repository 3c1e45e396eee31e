"""Ordering in chat: from a message to a cart, through corrections and questions, to an order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product, ProductFamily
from backend.chat.cards import CartCard, OrderCard
from backend.stock.tables import StockLevel
from tests.actions.conversation import Talk

ORDER = "60 M8x40 hex bolts, two boxes of M8 washers and 25 metres of the blue linen please"


def lines(card: object) -> list[tuple[str, int]]:
    assert isinstance(card, CartCard | OrderCard)
    return [(line.sku, line.quantity) for line in card.lines]


def test_several_lines_become_a_cart_with_packs_prices_stock_and_a_total(talk: Talk) -> None:
    reply = talk.say(ORDER, "place_order")
    assert lines(reply.card) == [("10-109", 60), ("45-103", 500), ("70-103", 250)]
    assert isinstance(reply.card, CartCard)
    assert reply.card.lines[1].quantity_text == "500 (2 boxes of 250)"
    assert reply.card.total == "£190.50"  # 6.00 + 4.50 (200 and more) + 180.00
    assert [line.stock for line in reply.card.lines] == ["in stock"] * 3
    assert talk.world.orders() == 0


def test_corrections_change_the_cart_and_nothing_is_placed_before_a_yes(talk: Talk) -> None:
    talk.say(ORDER, "place_order")
    assert lines(talk.say("make the bolts 100", "change_quantity").card)[0] == ("10-109", 100)
    assert lines(talk.say("drop the washers", "remove_item").card) == [("10-109", 100), ("70-103", 250)]
    assert talk.world.orders() == 0
    reply = talk.say("yes please", "affirm")
    assert isinstance(reply.card, OrderCard)
    assert reply.card.number in reply.text
    assert lines(reply.card) == [("10-109", 100), ("70-103", 250)]
    assert talk.world.orders() == 1
    assert talk.say("yes", "affirm").text.startswith("There is nothing waiting")
    assert talk.world.orders() == 1


def test_a_button_places_once_and_a_second_tap_says_so(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    button = next(b for b in talk.last[-1].buttons if b.title == "Place this order")
    assert "is placed" in talk.tap(button).text
    assert "used already" in talk.tap(button).text
    assert talk.world.orders() == 1


def test_a_stale_button_shows_the_new_cart_instead(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    button = next(b for b in talk.last[-1].buttons if b.title == "Place this order")
    talk.say("make the bolts 100", "change_quantity")
    reply = talk.tap(button)
    assert "has changed" in reply.text
    assert lines(reply.card) == [("10-109", 100)]
    assert talk.world.orders() == 0


def test_another_persons_button_does_nothing(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    stolen = talk.last[-1].buttons[0]
    other = Talk(talk.world, "other@test")
    assert "don't know that button" in other.tap(stolen).text
    assert talk.world.orders() == 0


def test_the_same_action_call_twice_gives_the_same_answer_and_one_effect(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    sender = talk.claim("place it")
    first = talk.runner.run(sender, "action_confirm", "confirm", 0.9, [])
    second = talk.runner.run(sender, "action_confirm", "confirm", 0.9, [])
    assert first == second
    assert talk.world.orders() == 1


def test_an_unknown_product_is_named_and_the_other_lines_are_kept(talk: Talk) -> None:
    reply = talk.say("12 purple sprockets and 60 M8x40 hex bolts", "place_order")
    assert "purple sprockets" in reply.text
    assert lines(reply.card) == [("10-109", 60)]


def test_an_ambiguous_product_is_asked_with_buttons_and_a_tap_goes_on(talk: Talk) -> None:
    reply = talk.say("50 wood screws and 60 M8x40 hex bolts", "place_order")
    assert {"Wood screw 4x40 zinc", "Wood screw 4x50 zinc"} <= set(talk.titles())
    assert "60 × Hex bolt M8x40 zinc" in reply.text
    assert lines(talk.tap("Wood screw 4x50").card) == [("10-109", 60), ("30-102", 50)]


def test_an_ambiguous_product_can_be_answered_in_words(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    assert lines(talk.say("the 4x50 ones", "place_order").card) == [("30-102", 50)]


def test_a_question_survives_an_interruption(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    reply = talk.say("what is the price of 10-109?", "price_check")
    assert "£0.10" in talk.last[0].text
    assert reply.text == "Still open: Which one do you mean by “wood screws”?"
    assert lines(talk.say("the second one", "affirm", 0.4).card) == [("30-102", 50)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 M8x40 hex bolts", "quantity of 0"),
        ("-5 M8x40 hex bolts", "negative"),
        ("2.5 M8x40 hex bolts", "whole"),
        ("99999999 M8x40 hex bolts", "more than"),
        ("M8x40 hex bolts please", "How many"),
        ("10-12 M8x40 hex bolts", "Which quantity"),
    ],
)
def test_a_quantity_that_makes_no_sense_is_asked_about(talk: Talk, text: str, said: str) -> None:
    reply = talk.say(text, "place_order")
    assert said in reply.text
    assert talk.world.orders() == 0
    assert lines(talk.say("60", "affirm", 0.3).card) == [("10-109", 60)]


def test_a_quantity_off_the_multiple_is_offered_up_and_down(talk: Talk) -> None:
    reply = talk.say("15 of 45-103", "place_order")
    assert "multiples of 10" in reply.text
    assert talk.titles()[:2] == ["Make it 10", "Make it 20"]
    assert lines(talk.tap("Make it 20").card) == [("45-103", 20)]


def test_below_the_minimum_offers_the_minimum(talk: Talk) -> None:
    reply = talk.say("5 of 20-104", "place_order")
    assert "from 20" in reply.text
    assert lines(talk.tap("Make it 20").card) == [("20-104", 20)]


def test_more_than_stock_says_when_the_rest_comes(talk: Talk) -> None:
    reply = talk.say("560 M8x40 hex bolts", "place_order")
    assert isinstance(reply.card, CartCard)
    assert reply.card.lines[0].stock == "500 in stock, 60 about 25 Jun 2026"
    placed = talk.say("place the order", "confirm")
    assert "60 of Hex bolt M8x40 zinc is on back order, promised for 25 Jun 2026" in placed.text


def test_cloth_is_ordered_by_the_metre_in_tenths(talk: Talk) -> None:
    reply = talk.say("2.5 m of blue linen", "place_order")
    assert isinstance(reply.card, CartCard)
    assert (reply.card.lines[0].quantity, reply.card.lines[0].quantity_text) == (25, "2.5 m")
    assert reply.card.lines[0].price == "£8.00 per metre"


def test_emptying_the_cart_asks_first(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("scrap the lot", "discard_cart")
    talk.tap("No, keep it")
    assert lines(talk.say("show my cart", "show_cart").card) == [("10-109", 60)]
    talk.say("scrap the lot", "discard_cart")
    assert "emptied" in talk.say("yes", "affirm").text
    assert "empty" in talk.say("show my cart", "show_cart").text


def test_confirming_an_empty_cart_places_nothing(talk: Talk) -> None:
    assert "empty" in talk.say("place my order", "confirm").text
    assert talk.world.orders() == 0


def test_confirming_a_cart_not_seen_shows_it_first(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("no", "deny")
    assert "This is what I would place" in talk.say("go ahead and order", "confirm").text
    assert talk.world.orders() == 0
    assert "is placed" in talk.say("yes", "affirm").text


def test_the_last_order_can_be_repeated(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    assert lines(talk.say("same again please", "repeat_last_order").card) == [("10-109", 60)]


def test_a_buyer_may_not_order_and_is_told_kindly(world) -> None:
    reply = Talk(world, "buyer@test").say(ORDER, "place_order")
    assert "a buyer" in reply.text
    assert world.orders() == 0


def test_lines_are_read_even_where_rasa_is_unsure(talk: Talk) -> None:
    assert lines(talk.say("20-104 x 40", "not_understood", 0.2).card) == [("20-104", 40)]


def test_html_is_only_text(talk: Talk) -> None:
    reply = talk.say("<script>alert(1)</script> 60 M8x40 hex bolts", "place_order")
    assert "10-109" in reply.model_dump_json()
    assert talk.world.orders() == 0


def test_a_quantity_of_another_product_is_not_the_answer_to_a_question(talk: Talk) -> None:
    talk.say("M8x40 hex bolts please", "place_order")
    reply = talk.say("50 of 30-102", "place_order")
    assert "How many Hex bolt M8x40 zinc" in reply.text
    assert lines(talk.say("60", "affirm", 0.3).card) == [("30-102", 50), ("10-109", 60)]


def test_emptying_an_empty_cart_drops_the_open_questions(talk: Talk) -> None:
    talk.say("M8x40 hex bolts please", "place_order")
    assert "empty" in talk.say("scrap it all", "discard_cart").text
    assert lines(talk.say("50 of 30-102", "place_order").card) == [("30-102", 50)]


def test_an_absurd_order_is_not_taken_for_a_change_of_order_number(talk: Talk) -> None:
    assert "more than" in talk.say("order 99999999 M8x40 hex bolts", "change_order", 0.5).text


def test_a_yes_answers_a_question_with_one_option(talk: Talk) -> None:
    reply = talk.say("60 coach bolts M8x40 zinc", "place_order")
    assert "do you mean Hex bolt M8x40 zinc?" in reply.text
    reply = talk.say("yes", "affirm")
    assert lines(reply.card) == [("10-109", 60)]


def test_a_correction_means_the_line_in_the_cart(talk: Talk) -> None:
    talk.say("500 M8 washers", "place_order")
    assert lines(talk.say("nah make it 3 boxes of washers", "change_quantity").card) == [("45-103", 750)]


@pytest.mark.parametrize(("text", "quantity"), [("12,5 m blue linen", 125), ("1,200 M8 washers", 1200)])
def test_a_decimal_comma_and_a_thousands_comma_are_told_apart(talk: Talk, text: str, quantity: int) -> None:
    assert lines(talk.say(text, "place_order").card)[0][1] == quantity


def test_one_dot_three_zeros_is_asked_about(talk: Talk) -> None:
    assert "“1.000”" in talk.say("1.000 M8x40 hex bolts", "place_order").text


def test_a_question_left_unanswered_twice_is_left_out_and_said_so(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    talk.say("hello", "greet")
    assert "left out “wood screws” for now" in talk.say("thanks", "thanks").text
    assert "Which one" not in talk.say("60 M8x40 hex bolts", "place_order").text


def test_a_hesitation_leaves_no_line_out(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    assert "Which one do you mean" in talk.say("im not sure, dont order yet", "deny").text
    assert "left out “wood screws”" in talk.say("no", "deny").text


def test_placing_with_an_open_question_says_that_nothing_is_placed(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 50 wood screws", "place_order")
    assert talk.say("ok order it", "confirm").text.startswith("Nothing is placed yet.")
    assert talk.world.orders() == 0


def test_a_word_more_narrows_a_question_down(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    assert lines(talk.say("4x50", "place_order").card) == [("30-102", 50)]


def test_an_open_question_does_not_hide_the_cart(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 50 wood screws", "place_order")
    talk.say("what's in my cart", "show_cart")
    assert lines(talk.last[0].card) == [("10-109", 60)]
    assert "Which one" in talk.last[1].text


def test_a_button_beside_place_does_not_empty_the_cart_at_once(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "Shall I empty" in talk.tap("Empty the cart").text
    assert "emptied" in talk.tap("Yes, empty it").text


def test_a_reference_and_a_date_on_their_own_go_to_the_cart_on_the_screen(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    card = talk.say("our PO number is 88123", "order_status", 0.69).card
    assert isinstance(card, CartCard)
    assert card.customer_reference == "88123"
    card = talk.say("can we have it by next wednesday", "replenish", 0.64).card
    assert isinstance(card, CartCard)
    assert str(card.requested_date) == "2026-06-24"
    assert "is placed" in talk.say("yes", "affirm").text


def test_a_swap_while_a_cart_is_on_the_screen_changes_the_cart(talk: Talk) -> None:
    talk.say("500 M8 washers and 60 M8x40 hex bolts", "place_order")
    card = talk.say("swap the bolts for coach bolts", "exchange_items").card
    assert lines(card) == [("45-103", 500), ("20-104", 60)]


def test_drop_it_means_the_only_line(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert talk.say("drop it", "not_understood", 0.4).text.startswith("I've taken out Hex bolt M8x40 zinc.")


@pytest.mark.parametrize("opening", ["alright mate, ", "hi guys - ", "righto lads, ", "Good morning team, "])
def test_how_a_message_opens_is_no_order_line(talk: Talk, opening: str) -> None:
    card = talk.say(f"{opening}2 boxes of m8 washers and 12,5 m of blue linen", "place_order").card
    assert lines(card) == [("45-103", 500), ("70-103", 125)]


def test_what_is_short_comes_with_what_is_in_stock_instead(talk: Talk) -> None:
    with talk.world.database.write() as session:
        screws = ProductFamily(name="Wood screw")
        session.add(screws)
        session.flush()
        for product in session.scalars(select(Product).where(Product.sku.like("30-%"))):
            product.family_id = screws.id
        short = session.scalars(select(StockLevel).join(Product).where(Product.sku == "30-101")).one()
        short.on_hand = 0
    reply = talk.say("100 wood screws 4x40 zinc", "place_order")
    assert "Instead of Wood screw 4x40 zinc we have Wood screw 4x50 zinc (30-102) in stock." in (reply.card.notes)
    reply = talk.tap("Wood screw 4x50 zinc instead of Wood screw 4x40 zinc")
    assert [(line.sku, line.quantity) for line in reply.card.lines] == [("30-102", 100)]


def test_make_both_changes_the_cart_while_a_question_is_open(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 20 coach bolts", "place_order")
    talk.say("40 wood screws", "add_item")
    reply = talk.say("actually make both 50", "place_order", 0.6)
    assert "50 × Hex bolt M8x40 zinc and 50 × Coach bolt M10x80 zinc" in reply.text
    assert "Which one do you mean by “wood screws”?" in reply.text


def test_what_is_said_again_and_understood_is_no_longer_asked(talk: Talk) -> None:
    assert "Which one do you mean by “wood screws”?" in talk.say("40 wood screws", "place_order").text
    talk.say("100 of 30-102", "add_item")
    reply = talk.say("make the wood screws 200", "change_quantity")
    assert [(line.sku, line.quantity) for line in reply.card.lines] == [("30-102", 200)]


def test_however_much_is_not_known_the_answer_stays_short_and_asks_its_question(talk: Talk) -> None:
    wibbles = ", ".join(f"{count} blorp wibbles" for count in range(2, 220))
    reply = talk.say(f"40 wood screws, {wibbles}", "place_order")
    assert len(reply.text) <= 1_000
    assert reply.text.endswith("Which one do you mean by “wood screws”?")


def test_an_empty_cart_is_explained_by_what_is_in_the_catalogue(talk: Talk) -> None:
    assert "“10 Hex bolt M8x40 zinc”" in talk.say("show my cart", "show_cart").text


# ---- once more


def test_the_same_again_with_a_change(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 100 M8 washers", "place_order")
    talk.say("yes", "affirm")
    reply = talk.say("same as last time but 80 of the bolts", "repeat_last_order")
    assert lines(reply.card) == [("10-109", 80), ("45-103", 100)]
    reply = talk.say("same again but without the washers", "repeat_last_order")
    assert ("45-103", 100) not in lines(reply.card)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("60 M8x40 hex bolts and a stapler please", True),
        ("60 M8x40 hex bolts please, thanks, Birgit", False),
    ],
)
def test_a_single_word_that_was_asked_for_does_not_vanish(talk: Talk, text: str, told: bool) -> None:
    reply = talk.say(text, "place_order")
    assert lines(reply.card) == [("10-109", 60)]
    assert ("I can't find “stapler” in our range." in reply.text) is told


def test_and_the_usual_screws_are_the_ones_always_taken_in_the_usual_quantity(talk: Talk) -> None:
    for amount in (40, 60, 50):
        talk.say(f"{amount} of 30-101", "place_order")
        talk.say("yes", "affirm")
    reply = talk.say("20 coach bolts and the usual screws", "place_order")
    assert lines(reply.card) == [("20-104", 20), ("30-101", 50)]
    assert "I took the usual 50 of Wood screw 4x40 zinc." in reply.text


def test_when_an_order_comes_is_said_with_its_day(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    assert "It is due on" in talk.say("when will it get here", "delivery_eta").text


@pytest.mark.parametrize("intent", ["greet", "thanks", "not_understood"])
def test_a_day_alone_is_the_carts(talk: Talk, intent: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "Delivery asked for" in talk.say("monday then", intent, 0.95).text


def test_a_colour_that_there_is_not_offers_the_thing_in_others(talk: Talk) -> None:
    reply = talk.say("5 m of black linen", "place_order")
    assert reply.buttons
    assert all("linen" in button.title.lower() for button in reply.buttons[:-1]), reply.buttons
