"""What a rep, a buyer and a manager are told of another price of ours; whose price it is that is meant."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from backend.catalogue.tables import Price
from backend.chat.cards import TableCard
from backend.purchasing.tables import PurchaseOrder
from backend.sales.tables import Order
from tests.actions.conversation import Talk
from tests.actions.forecasting import lay_in
from tests.actions.pricing import measure, measured
from tests.backend.purchasing.planning import Plan
from tests.backend.world import World

HEX, COACH, WASHER = "10-109", "20-104", "45-103"


@pytest.fixture
def priced(world: World) -> World:
    """100 hex bolts and 40 coach bolts a month are expected; what their prices did is known."""
    Plan(world).manager()
    lay_in(world, {HEX: 100, COACH: 40, WASHER: 10})
    promoted = {"promoted": True, "lift": 0.4, "lift_sd": 0.1, "promotion_own": 0.9, "promotion_periods": 9}
    effects = {
        HEX: measured(elasticity=-2.0, discount=0.9, **promoted),
        COACH: measured(elasticity=-1.0),
        WASHER: measured(varied=False, price_periods=0),
    }
    measure(world, effects)
    return world


def rep(world: World) -> Talk:
    return Talk(world, "rep@test")


def test_a_cut_is_answered_with_units_revenue_and_evidence(priced: World) -> None:
    reply = rep(priced).say("what if we cut the price of 10-109 by 10%?", "what_if")
    assert reply.text == (
        "With the price 10 % lower I would expect about 741 of Hex bolt M8x40 zinc instead of 600 from Jun "
        "2026 to Nov 2026 (6 months): +23.5 %, with 80 % confidence between 711 and 771. Revenue would be about £66.67 "
        "instead of £60.00, +11.1 %, between £64.02 and £69.42. Learnt from 30 of 104 weeks at another price, 80 % to "
        "110 % of the usual one. Nothing has been changed."
    )
    card = reply.card
    assert isinstance(card, TableCard)
    assert card.rows == [
        ["Sales", "600", "741", "711 – 771"],
        ["Revenue", "£60.00", "£66.67", "£64.02 – £69.42"],
    ]


def test_the_explanation_names_the_elasticity(priced: World) -> None:
    talk = rep(priced)
    talk.say("what if we cut the price of 10-109 by 10%?", "what_if")
    assert "an elasticity of -2.0 (give or take 0.3)" in talk.say("why?", "explain").text


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (
            "what would a 5% increase on the coach bolts do to sales",
            "With the price 5 % higher I would expect about 229",
        ),
        ("What happens to sales if we put bolt prices up 5%?", "With the price 5 % higher I would expect about 773"),
        ("suppose we put the price of 20-104 up by 5 percent for the next 2 months", "With the price 5 % higher"),
        ("how would a price cut of 10 % on 20-104 change the forecast", "With the price 10 % lower"),
        ("put the price of 20-104 up five percent and what happens?", "With the price 5 % higher"),
        ("what if we put 10-109 on promotion", "With a promotion at 10 % off I would expect about 1,105"),
        ("what if we put 10-109 on promotion at 20% off", "With a promotion at 20 % off"),
    ],
)
def test_it_is_asked_in_many_words(priced: World, text: str, begins: str) -> None:
    assert rep(priced).say(text, "what_if").text.startswith(begins)


def test_the_periods_asked_for_are_those_answered(priced: World) -> None:
    text = rep(priced).say("what if we cut the price of 20-104 by 10% for the next 2 months", "what_if").text
    assert "instead of 80 from Jun 2026 to Jul 2026 (2 months)" in text


def test_a_price_that_never_changed_tells_nothing(priced: World) -> None:
    text = rep(priced).say("what if we cut the price of 45-103 by 10%", "what_if").text
    assert text.startswith("I can't tell: the price of Flat washer M8 form A zinc has never changed")
    assert "At the same volume, -10 % in price is -10 % in revenue." in text


def test_what_was_never_on_promotion_tells_nothing_of_one(priced: World) -> None:
    text = rep(priced).say("what if we put 20-104 on promotion", "what_if").text
    assert "there has never been a promotion of Coach bolt M10x80 zinc" in text


def test_everything_says_of_what_it_can_not_tell(priced: World) -> None:
    text = rep(priced).say("what if we raise all our prices by 5%", "what_if").text
    assert "of all products instead of 900" in text
    assert "Learnt from 2 products whose price changed." in text
    assert "Of 1 product I can't tell: the price never changed." in text


def test_without_an_amount_it_is_asked_for(priced: World) -> None:
    assert rep(priced).say("what if we cut the price of 20-104", "what_if").text.startswith("By how much")


def test_an_unknown_product_is_said_to_be_unknown(priced: World) -> None:
    text = rep(priced).say("what if we cut the price of the flux capacitors by 10%", "what_if").text
    assert text == "I know no product or category called “flux capacitors”. Which do you mean?"


def test_a_price_out_of_all_proportion_is_refused(priced: World) -> None:
    assert "so far from today's" in rep(priced).say("what if we cut the price of 20-104 by 95%", "what_if").text


def test_an_effect_that_forecasts_leave_out_is_said_to_be(priced: World) -> None:
    measure(priced, {COACH: measured(price_own=0.1)}, trust=0.0)
    text = rep(priced).say("what if we cut the price of 20-104 by 10%", "what_if").text
    assert "that is little, so it rests mostly on what similar products did" in text
    assert "The forecast itself leaves this effect out" in text


def test_buyers_and_managers_see_the_margin_and_reps_do_not(priced: World) -> None:
    question = "what if we cut our price of 20-104 by 10%"
    assert "Margin" not in rep(priced).say(question, "what_if").text
    for email in ("buyer@test", "manager@test"):
        assert "Margin would be about" in Talk(priced, email).say(question, "what_if").text


def test_a_manager_means_our_price_and_a_buyer_the_supplier_s(priced: World) -> None:
    question = "what if the price of 20-104 goes up by 5%"
    manager = Talk(priced, "manager@test")
    assert "With the price 5 % higher" in manager.say(question, "what_if").text
    assert "With the price" not in Talk(priced, "buyer@test").say(question, "what_if").text
    costs = "what if the supplier's price of 20-104 goes up by 5%"
    assert "With the price" not in manager.say(costs, "what_if").text


def test_nothing_is_written(priced: World) -> None:
    def rows() -> tuple[int | None, ...]:
        with priced.database.read() as session:
            return tuple(session.scalar(select(func.count()).select_from(one)) for one in (Price, Order, PurchaseOrder))

    before, talk = rows(), Talk(priced, "manager@test")
    talk.say("what if we cut the price of 20-104 by 10%", "what_if")
    talk.say("yes", "affirm")
    assert rows() == before


def test_the_verb_of_a_price_is_no_part_of_the_product(priced: World) -> None:
    talk = rep(priced)
    plain = talk.say("what if we cut the price of 10-109 by 10%?", "what_if").text
    assert talk.say("what happens to sales of 10-109 if we knock 10% off the price?", "what_if").text == plain
