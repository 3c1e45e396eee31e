"""Status, prices, stock, suggestions, forecasts, buying in, and being lost."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from actions.registry import HANDLERS
from actions.server import actions_registered
from actions.skills import SKILLS
from backend.catalogue.tables import Product
from backend.chat.cards import ForecastCard, OrderCard, OrdersCard, PurchaseOrdersCard, ReorderCard, ReplenishmentCard
from backend.customers.tables import Customer
from backend.insight.storing import ItemForecast, ItemSuggestion, RunFacts, store_forecasts, store_suggestions
from backend.purchasing.tables import PurchaseOrder
from backend.quotes.tables import Inquiry
from tests.actions.conversation import FakeModels, Talk
from tests.actions.test_ordering import lines
from tests.backend.world import World

HORIZON = 6
PARTS = {
    "quantity": [0, 120],
    "network_quantity": [-1, -1],
    "forecast": [50.0, 100.0],
    "safety_stock": [10.0, 30.0],
    "order_up_to": [60.0, 130.0],
    "position": [600, 20],
    "raw_need": [0.0, 110.0],
    "surplus": [540.0, 0.0],
    "rounding": [0.0, 10.0],
    "cover_days": [80.0, 3.0],
    "protection_days": [28, 28],
}


def placed(talk: Talk, text: str = "60 M8x40 hex bolts") -> str:
    talk.say(text, "place_order")
    card = talk.say("yes", "affirm").card
    assert isinstance(card, OrderCard)
    return card.number


def forecasts(world: World, *skus: str) -> None:
    quantiles = [[float(level) for level in range(1, 10)]] * HORIZON
    drivers = {"level": [4.0] * HORIZON, "trend": [0.5] * HORIZON, "season": [0.5] * HORIZON}
    error = {"wape": 0.25, "naive_wape": 0.4, "periods": 6}
    items = [ItemForecast(sku, [5.0] * HORIZON, quantiles, drivers, dict(error)) for sku in skus]
    with world.database.write() as session:
        for freq, last in (("W", date(2026, 6, 8)), ("M", date(2026, 5, 1))):
            store_forecasts(session, RunFacts(freq, f"forecast-{freq}", "1", last, HORIZON, {}), items)


def test_where_is_my_order_tells_the_true_state(talk: Talk) -> None:
    number = placed(talk)
    reply = talk.say("where's my order?", "order_status")
    assert f"Order {number} of 17 Jun 2026 is placed." in reply.text
    other = placed(talk, "5 wood screw 4x40")
    reply = talk.say("and now?", "order_status")
    assert isinstance(reply.card, OrdersCard)
    assert [row.number for row in reply.card.orders] == [other, number]
    reply = talk.say(f"what about {number.lower()}?", "order_status")
    assert isinstance(reply.card, OrderCard)
    assert reply.card.number == number


def test_another_customers_order_is_not_found_just_like_one_that_does_not_exist(talk: Talk) -> None:
    number = placed(talk)
    other = Talk(talk.world, "other@test")
    theirs = other.say(f"where is {number}?", "order_status").text
    nobodys = other.say("where is SO-999999?", "order_status").text
    assert theirs == nobodys.replace("SO-999999", number)


def test_cancelling_needs_a_yes_and_a_second_yes_does_nothing(talk: Talk) -> None:
    number = placed(talk)
    assert "can't be undone" in talk.say(f"cancel {number}", "cancel_order").text
    assert talk.world.level("10-109") == (500, 60)
    assert "is cancelled" in talk.say("yes", "affirm").text
    assert talk.world.level("10-109") == (500, 0)
    assert "nothing waiting" in talk.say("yes", "affirm").text


def test_a_price_comes_with_its_breaks_and_of_the_ones_own_group(world: World) -> None:
    assert "£0.10 each, £0.09 each from 200" in Talk(world).say("how much are the M8x40 hex bolts?", "price_check").text
    assert "£0.08 each" in Talk(world, "other@test").say("price of 10-109", "price_check").text


def test_stock_is_said_with_what_is_on_its_way(world: World) -> None:
    said = "500 in stock, more expected on 24 Jun 2026"
    assert said in Talk(world).say("is 10-109 in stock?", "stock_check").text
    assert said in Talk(world, "buyer@test").say("have we any M8x40 hex bolts left?", "stock_check").text


def test_a_price_is_found_whatever_stands_around_the_product(world: World) -> None:
    talk = Talk(world, "desk@test")
    assert "£0.09 each" in talk.say("price of M8x40 hex bolts at 500", "price_check").text
    for text in ("price of 10-109 for Harper & Sons", "what's 10-109 going for?"):
        assert "£0.10 each" in talk.say(text, "price_check").text


def test_the_desk_is_asked_which_customer_a_question_is_about(world: World) -> None:
    with world.database.write() as session:
        session.add(Customer(code="C3", name="Harper Fabrics"))
    desk = Talk(world, "desk@test")
    desk.say("order 40 of 20-104 for Ferndale Joinery", "order_for_customer")
    assert "Harper & Sons" in desk.say("who is Harper & Sons?", "customer_lookup").text
    assert "Ferndale Joinery" in desk.say("who is customer@test?", "customer_lookup").text
    assert desk.say("who is nobody@test?", "customer_lookup").text == "I know no customer with anybody at nobody@test."
    desk.say("what are the open orders of Harper", "order_status")
    assert {"Harper & Sons (C2)", "Harper Fabrics (C3)"} <= set(desk.titles())
    assert "orders" in desk.tap("Harper & Sons").text
    assert "Ferndale" in desk.say("show the cart", "show_cart").text


def test_a_buttons_title_may_be_typed_instead(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.keep()
    assert "is placed" in talk.say("place this order", "not_understood", 0.2).text


def test_cancelling_an_order_is_not_a_no_to_the_cart(talk: Talk) -> None:
    number = placed(talk)
    talk.say("5 wood screw 4x40", "place_order")
    assert number in talk.say("cancel my last order", "cancel_order").text


def test_a_bare_quantity_after_a_price_is_an_order(talk: Talk) -> None:
    talk.say("how much is the blue linen?", "price_check")
    assert [line.quantity for line in talk.say("3m please", "place_order").card.lines] == [30]


def test_suggestions_have_reasons_and_one_tap_puts_them_into_the_cart(talk: Talk) -> None:
    reason = {"times": 7, "interval_days": 30.2, "last_bought": "2026-05-15", "typical_quantity": 60.0}
    rows = [
        ItemSuggestion("C1", "10-109", 1, 0.8, 60, date(2026, 6, 14), reason),
        ItemSuggestion("C1", "45-103", 2, 0.6, 15, date(2026, 6, 20), reason),
    ]
    with talk.world.database.write() as session:
        store_suggestions(session, date(2026, 6, 16), rows)
    reply = talk.say("what should I reorder?", "reorder_customer")
    assert isinstance(reply.card, ReorderCard)
    assert [(row.sku, row.quantity) for row in reply.card.rows] == [("10-109", 60), ("45-103", 20)]
    assert reply.card.rows[0].reason == "bought 7 times, usually every 30 days, last on 15 May 2026"
    assert reply.card.rows[0].due == "3 days overdue"
    cart = talk.tap("Add all").card
    assert [(line.sku, line.quantity) for line in cart.lines] == [("10-109", 60), ("45-103", 20)]
    talk.say("yes", "affirm")
    reply = talk.say("what should I reorder?", "reorder_customer")
    assert "buying rhythm" in reply.text  # both were ordered just now


def test_a_forecast_has_numbers_an_interval_parts_and_its_own_error(world: World) -> None:
    forecasts(world, "10-109")
    rep = Talk(world, "rep@test")
    reply = rep.say("forecast for M8x40 hex bolts for the next six months", "forecast_product")
    assert isinstance(reply.card, ForecastCard)
    assert "about 30 of Hex bolt M8x40 zinc from Jun 2026 to Nov 2026 (6 months)" in reply.text
    assert "between 1 and 9 in Jun 2026 with 80 % confidence" in reply.text
    assert "off by 25% of demand; repeating the last month by 40%" in reply.card.accuracy
    assert [point.period for point in reply.card.forecast][:2] == ["2026-06", "2026-07"]
    assert reply.card.drivers == ["level: 24", "trend: 3", "season: 3"]
    assert "level: 24" in rep.say("why?", "explain").text


def test_a_product_we_do_not_have_is_not_taken_for_the_last_one(world: World) -> None:
    forecasts(world, "10-109")
    rep = Talk(world, "rep@test")
    rep.say("forecast for M8x40 hex bolts", "forecast_product")
    assert rep.say("forecast for bananas", "forecast_product").card is None
    assert rep.say("and that one again?", "forecast_product").card is not None


def test_a_customer_may_not_see_forecasts(world: World) -> None:
    forecasts(world, "10-109")
    reply = Talk(world).say("forecast for 10-109", "forecast_product")
    assert reply.card is None
    assert "I can't forecast" in reply.text


def buyer(world: World, outputs: dict[str, list[float]] | None = None) -> Talk:
    forecasts(world, "10-109", "20-104")
    models = FakeModels()
    models.outputs = {name: {"data": data} for name, data in (outputs or PARTS).items()}
    return Talk(world, "buyer@test", models)


def test_the_buyer_sees_what_to_order_and_why_and_approving_creates_purchase_orders(world: World) -> None:
    talk = buyer(world)
    reply = talk.say("what should we reorder?", "replenish")
    assert isinstance(reply.card, ReplenishmentCard)
    (row,) = reply.card.rows
    assert (row.sku, row.quantity, row.supplier, row.cost) == ("20-104", 120, "Steel Supplies", "£2.40")
    assert "3 days of cover" in row.reason
    assert "100 plus 30 safety stock" in row.reason
    (_, inputs, parameters) = talk.models.asked[0]
    assert parameters == {"freq": "W", "as_of": "2026-06-17"}
    assert next(one for one in inputs if one["name"] == "on_order")["data"] == [100, 0]
    button = talk.last[-1].buttons[0]
    approved = talk.tap(button)
    assert isinstance(approved.card, PurchaseOrdersCard)
    assert approved.card.orders[0].total == "£2.40"
    assert "used already" in talk.tap(button).text
    with world.database.read() as session:
        orders = session.scalars(select(PurchaseOrder).where(PurchaseOrder.state == "approved")).all()
        assert [(order.lines[0].quantity, order.expected_date) for order in orders] == [(120, date(2026, 7, 1))]
        assert orders[0].lines[0].reason["safety_stock"] == 30.0


def test_a_proposal_that_has_changed_is_shown_again_instead_of_ordered(world: World) -> None:
    talk = buyer(world)
    talk.say("what should we reorder?", "replenish")
    button = talk.last[-1].buttons[0]
    talk.models.outputs = {name: {"data": data} for name, data in {**PARTS, "quantity": [0, 150]}.items()}
    reply = talk.tap(button)
    assert "have changed" in reply.text
    with world.database.read() as session:
        assert session.scalars(select(PurchaseOrder).where(PurchaseOrder.state == "approved")).all() == []


def test_a_model_server_that_is_down_is_said_and_nothing_is_lost(world: World) -> None:
    talk = buyer(world)
    talk.models.outputs = None
    assert "model server isn't answering" in talk.say("what should we reorder?", "replenish").text


def test_a_customer_asking_what_we_should_reorder_gets_their_own_needs(talk: Talk) -> None:
    assert "buying rhythm" in talk.say("what should we reorder?", "replenish").text


def test_not_understood_offers_choices_and_then_a_person(talk: Talk) -> None:
    assert talk.say("blorp", "not_understood", 0.1).text.startswith("I didn't get that")
    assert talk.last[-1].buttons
    talk.say("blorp blorp", "not_understood", 0.1)
    talk.say("blorp blorp blorp", "not_understood", 0.1)
    assert "Talk to a person" in talk.titles()


def test_a_complaint_is_kept_word_for_word(talk: Talk) -> None:
    talk.say("the last box was crushed, I am not happy", "complaint")
    with talk.world.database.read() as session:
        inquiry = session.scalars(select(Inquiry)).one()
        assert (inquiry.kind, inquiry.text) == ("complaint", "the last box was crushed, I am not happy")


@pytest.mark.parametrize("skill", sorted(SKILLS))
@pytest.mark.parametrize("email", ["customer@test", "desk@test", "buyer@test"])
def test_every_skill_answers_every_role_with_a_sentence_and_changes_no_order(
    world: World, email: str, skill: str
) -> None:
    reply = Talk(world, email).say("M8x40", skill)
    assert reply.text
    assert "!" not in reply.text
    assert world.orders() == 0


def test_every_handler_is_a_skill_and_every_skill_an_action() -> None:
    assert set(HANDLERS) <= set(SKILLS)
    assert {f"action_{name}" for name in SKILLS} < set(actions_registered())


def test_a_product_added_later_is_found_at_once(talk: Talk) -> None:
    talk.say("hello", "greet")
    with talk.world.database.write() as session:
        product = session.scalars(select(Product).where(Product.sku == "30-101")).one()
        product.name = "Decking screw 4x40 green"
    talk.say("10 decking screws", "place_order")
    assert talk.last[-1].card.lines[0].sku == "30-101"


def test_a_no_after_the_deed_says_what_was_done(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    reply = talk.say("no hang on", "deny")
    assert "SO-100001" in reply.text
    assert "left everything" not in reply.text
    assert "left everything" in talk.say("no thanks", "deny").text


def test_this_week_is_not_this_order(talk: Talk) -> None:
    for text in ("60 M8x40 hex bolts", "20 coach bolts"):
        talk.say(text, "place_order")
        talk.say("yes", "affirm")
    assert talk.say("has that gone out yet?", "order_status").text.startswith("Order SO-100002")
    assert "2 of your orders are open" in talk.say("which orders are coming this week?", "order_status").text


@pytest.mark.parametrize(
    "text",
    [
        "where is my last delivery?",
        "Morning, any idea where our order has got to",
        "wheres my parcel",
        "where are the goods?",
    ],
)
def test_where_what_was_ordered_is(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    assert "SO-100001" in talk.say(text, "not_understood", 0.3).text


@pytest.mark.parametrize("text", ["where is my invoice for the last order", "where do the goods come from?"])
def test_where_something_else_is(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    assert "is placed" not in talk.say(text, "not_understood", 0.3).text


def test_what_so_many_would_cost_and_taking_them(world: World) -> None:
    talk = Talk(world)
    reply = talk.say("how much would 60 M8x40 hex bolts be?", "price_check")
    assert reply.text.startswith("60 of Hex bolt M8x40 zinc would be £6.00 before VAT (£0.10 each).")
    assert lines(talk.say("go on then, add them", "add_item", 0.6).card) == [("10-109", 60)]


def test_several_prices_are_summed(world: World) -> None:
    reply = Talk(world).say("price for 60 M8x40 hex bolts and 40 wood screws 4x40", "price_check")
    assert reply.text.endswith("In all £8.00.")


def test_how_many_are_taken_of_what_was_asked_about_is_asked(world: World) -> None:
    talk = Talk(world)
    talk.say("how much are M8x40 hex bolts?", "price_check")
    assert "How many" in talk.say("ok I'll take them", "not_understood", 0.3).text
    assert lines(talk.say("60", "not_understood", 0.3).card) == [("10-109", 60)]
