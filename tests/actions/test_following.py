"""Going on from the last question: another product, customer or period, and nothing else different."""

from __future__ import annotations

from tests.actions.conversation import Talk


def test_the_price_of_another_size(talk: Talk) -> None:
    talk.say("how much are 4x40 wood screws?", "price_check")
    assert "Wood screw 4x50 zinc" in talk.say("and the 4x50?", "not_understood", 0.2).text


def test_a_code_names_it_outright(talk: Talk) -> None:
    talk.say("stock of 10-109", "stock_check")
    assert "Flat washer M8 form A zinc (45-103)" in talk.say("what about 45-103?", "customer_lookup").text


def test_a_quantity_is_an_order_and_no_question(talk: Talk) -> None:
    talk.say("price of 10-109", "price_check")
    assert talk.say("and 50 of 45-103", "place_order").card is not None
    assert "Shall I place" in talk.last[-1].text


def test_the_history_of_another_customer(desk: Talk) -> None:
    for customer in ("Harper & Sons", "Ferndale Joinery"):
        desk.say(f"20 coach bolts for {customer}", "order_for_customer")
        desk.say("yes", "affirm")
    assert "Harper & Sons" in desk.say("orders of Harper & Sons", "order_history").text
    assert "Ferndale Joinery" in desk.say("what about Ferndale Joinery?", "not_understood", 0.1).text


def test_a_customer_asks_for_no_other_customer(talk: Talk) -> None:
    talk.say("20 coach bolts", "place_order")
    talk.say("yes", "affirm")
    talk.say("my last orders", "order_history")
    assert "Harper" not in talk.say("what about Harper & Sons?", "not_understood", 0.1).text


def test_the_second_of_a_list(talk: Talk) -> None:
    for quantity in (20, 40):
        talk.say(f"{quantity} coach bolts", "place_order")
        talk.say("yes", "affirm")
    shown = talk.say("my last orders", "order_history").card
    assert shown is not None
    second = shown.model_dump()["orders"][1]["number"]
    assert second in talk.say("and the second one?", "not_understood", 0.1).text


def test_an_order_ends_the_topic(talk: Talk) -> None:
    talk.say("price of 10-109", "price_check")
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "didn't get that" in talk.say("and the blue?", "not_understood", 0.1).text


def test_why_explains_the_last_figure_or_shows_the_cart(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert talk.say("why?", "not_understood", 0.1).card is not None


def test_the_price_for_another_customer(desk: Talk) -> None:
    assert "£0.10 each" in desk.say("price of 10-109", "price_check").text
    assert "£0.08 each" in desk.say("and for Harper & Sons?", "not_understood", 0.1).text


def test_it_is_the_order_spoken_of(talk: Talk) -> None:
    for quantity in (20, 40):
        talk.say(f"{quantity} coach bolts", "place_order")
        talk.say("yes", "affirm")
    card = talk.say("when will it arrive?", "delivery_eta").card
    assert card is not None
    assert card.kind == "order"
