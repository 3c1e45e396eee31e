"""What a buyer and a manager say about buying in, in words of their own, and what comes of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from actions import replenish_report, waiting_orders
from backend.chat.cards import (
    CartCard,
    DocumentCard,
    PurchaseOrdersCard,
    RecordCard,
    ReplenishmentCard,
    TableCard,
    WaterfallCard,
)
from backend.company.tables import Company
from backend.errors import NotFound
from backend.purchasing.last_year import LastYear, last_year
from backend.purchasing.tables import PurchaseOrder, ReplenishmentOverride
from backend.settings import Settings
from backend.work import Work
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan
from tests.backend.world import World


@pytest.fixture
def plan(world: World) -> Plan:
    """540 coach bolts and 710 hex bolts are to be ordered; 100 hex bolts come with PO-10001."""
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-10001"
    return Plan(world).forecast(s20_104=100, s10_109=218).manager()


@pytest.fixture
def buyer(plan: Plan) -> Talk:
    """A buyer who has been shown the proposal."""
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    return talk


def manager(plan: Plan) -> Talk:
    return Talk(plan.world, "manager@test", plan.models)  # type: ignore[arg-type]


def rows(talk: Talk) -> dict[str, int]:
    card = talk.last[-1].card
    assert isinstance(card, ReplenishmentCard)
    return {row.sku: row.quantity for row in card.rows}


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_says_what_it_comes_to_and_what_to_look_at_first(buyer: Talk) -> None:
    reply = buyer.last[-1]
    assert rows(buyer) == {"20-104": 540, "10-109": 710}
    assert "2 products should be ordered now, from 1 supplier: £25.00 in all" in reply.text
    card = reply.card
    assert isinstance(card, ReplenishmentCard)
    assert card.exceptions[0].startswith("Coach bolt M10x80 zinc runs out about 22 Jun 2026")
    row = card.rows[0]
    assert (row.urgency, row.stock_out_date, row.demand_text) == ("urgent", date(2026, 6, 22), "400 (200 to 800)")
    assert "4 products can't be proposed: 4 with no sales to forecast from" in reply.text
    assert len(card.set_aside) == 4


def test_one_supplier_can_be_asked_for(buyer: Talk) -> None:
    assert buyer.say("what do we need from Steel Supplies?", "replenish").card is not None


def test_nothing_to_order_is_said(plan: Plan) -> None:
    plan.forecast(s10_109=1)
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    assert talk.say("what should we reorder?", "replenish").text.startswith("Nothing needs ordering now")


@pytest.mark.parametrize("skill", ["replenish", "what_if"])
def test_a_model_server_that_is_down_is_said(plan: Plan, skill: str) -> None:
    plan.models.down = True
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    assert "isn't answering" in talk.say("what if demand doubles?", skill).text


# ---- why -------------------------------------------------------------------------------------------------------------


def test_why_so_many_of_the_first_one_is_about_the_first_line(buyer: Talk) -> None:
    buyer.say("what should we reorder?", "replenish")
    first = next(iter(rows(buyer)))
    card = buyer.say("why so many of the first one?", "explain").card
    assert isinstance(card, WaterfallCard)
    assert first in card.title


@pytest.mark.parametrize("text", ["why 540 of 20-104?", "explain 20-104 please", "why so many coach bolt M10x80 zinc"])
def test_why_is_a_sentence_and_a_waterfall_that_adds_up(buyer: Talk, text: str) -> None:
    reply = buyer.say(text, "forecast_product", 0.4)
    card = reply.card
    assert isinstance(card, WaterfallCard)
    assert sum(step.value for step in card.steps) == card.total.value == 540
    assert "about 400 will be wanted, 200 more guard against a bad forecast, and 60 are there or coming" in reply.text
    assert "with a chance of 95 %" in reply.text
    assert "EOQ has nothing to weigh here" in reply.text


def test_eoq_is_set_beside_it_where_an_order_costs_something(plan: Plan, buyer: Talk) -> None:
    with plan.world.database.write() as session:
        for supplier in (session.scalars(select(PurchaseOrder)).one().supplier,):
            supplier.order_cost = Decimal(2)
    assert re.search(
        r"EOQ would order [\d,]+: a year of such orders would cost £[\d.]+ less",
        buyer.say("why 20-104?", "explain").text,
    )


def test_why_names_what_makes_up_an_economic_batch(plan: Plan, buyer: Talk) -> None:
    with plan.world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().supplier.order_cost = Decimal(2)
    plan.forecast(s20_104=100, s10_109=5)
    reply = buyer.say("why 800 of 20-104?", "explain")
    card = reply.card
    assert isinstance(card, WaterfallCard)
    assert sum(step.value for step in card.steps) == card.total.value == 800
    assert {step.label: step.value for step in card.steps}["To make up an economic batch"] == 260
    assert "and 60 are there or coming; 260 more make up an economic batch." in reply.text
    assert "EOQ would order 2,290" in reply.text
    assert "£2.00 for its share of an order" in " ".join(card.notes)
    buyer.say("what should we reorder?", "replenish")
    assert "260 more to make up an economic batch" in str(buyer.last[-1].card)
    assert "pack and minimum" not in str(buyer.last[-1].card)
    nothing = buyer.say("why don't you order any 10-109?", "explain").text
    assert "to spare before it is ordered again" in nothing


def test_what_is_not_ordered_and_what_can_not_be_proposed_is_explained_too(plan: Plan, buyer: Talk) -> None:
    plan.forecast(s20_104=100, s10_109=5)
    reply = buyer.say("why don't you order any 10-109?", "explain")
    assert reply.text.startswith("Nothing of Hex bolt M8x40 zinc is to be ordered")
    card = reply.card
    assert isinstance(card, WaterfallCard)
    assert sum(step.value for step in card.steps) == card.total.value == 0
    assert "can't be proposed: no sales to forecast from" in buyer.say("why not 30-101?", "explain").text


# ---- other quantities ----------------------------------------------------------------------------------------------


def test_a_line_is_changed_with_its_expected_cost_and_ordered_as_changed(buyer: Talk, plan: Plan) -> None:
    reply = buyer.say("make 20-104 300", "not_understood", 0.2)
    assert reply.text.startswith(
        "Coach bolt M10x80 zinc: 300 instead of 540, £6.00. By the forecast that is expected to cost £"
    )
    assert rows(buyer)["20-104"] == 300
    approved = buyer.say("approve", "confirm")
    assert isinstance(approved.card, PurchaseOrdersCard)
    assert "Your changes are expected to cost £" in approved.text
    assert plan.orders()[0][3] == [("20-104", 300), ("10-109", 710)]
    with plan.world.database.read() as session:
        (row,) = session.scalars(select(ReplenishmentOverride)).all()
        assert (row.proposed, row.decided) == (540, 300)


@pytest.mark.parametrize(
    "text", ["drop 20-104", "leave 20-104 out", "make 20-104 0", "take the first one out", "don't order any 20-104"]
)
def test_a_line_is_left_out(buyer: Talk, plan: Plan, text: str) -> None:
    reply = buyer.say(text, "remove_item")
    assert reply.text.startswith("Coach bolt M10x80 zinc is left out")
    buyer.tap("Approve")
    assert plan.orders()[0][3] == [("10-109", 710)]


def test_packs_count_and_a_line_can_be_added(buyer: Talk, plan: Plan) -> None:
    assert "320 instead of 540" in buyer.say("change 20-104 to 16 bags", "change_quantity").text
    plan.forecast(s20_104=100, s10_109=218, s30_101=1)
    assert "Wood screw 4x40 zinc: 60 added" in buyer.say("order 60 of 30-101 as well", "place_order").text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("make 20-104 55", "50 or 60 would do"),
        ("make 20-104 30", "from 50 in steps of 10"),
        ("drop 30-101", "is not in the proposal"),
        ("make 30-101 100", "can't be proposed"),
        ("make 20-104 540", "is at 540 already"),
        ("why 99-999?", None),
        ("make 99-999 50", None),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(
    buyer: Talk, plan: Plan, text: str, answer: str | None
) -> None:
    reply = buyer.say(text, "not_understood", 0.2)
    assert answer is None or answer in reply.text
    buyer.say("what should we reorder?", "replenish")
    assert rows(buyer) == {"20-104": 540, "10-109": 710}
    assert plan.orders() == []


def test_changes_can_be_taken_back(buyer: Talk) -> None:
    buyer.say("make 20-104 300", "change_quantity")
    buyer.tap("Back to the proposal")
    assert rows(buyer)["20-104"] == 540


# ---- approving -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["approve all", "order everything", "yes, approve it", "approve Steel Supplies", "ok place the orders"]
)
def test_it_is_approved_in_words(buyer: Talk, plan: Plan, text: str) -> None:
    reply = buyer.say(text, "place_order", 0.5)
    (number, state, total, _) = plan.orders()[0]
    assert (state, total) == ("approved", Decimal("25.00"))
    assert number in reply.text


def test_a_second_tap_and_a_second_yes_order_nothing_more(buyer: Talk, plan: Plan) -> None:
    button = buyer.last[-1].buttons[0]
    buyer.tap(button)
    assert "used already" in buyer.tap(button).text
    buyer.say("approve all", "confirm")
    assert len(plan.orders()) == 1


def test_what_changed_meanwhile_is_shown_again_instead_of_ordered(buyer: Talk, plan: Plan) -> None:
    plan.forecast(s20_104=200, s10_109=218)
    assert "have changed" in buyer.tap("Approve").text
    assert plan.orders() == []


def test_above_the_limit_a_manager_approves_by_chat(plan: Plan) -> None:
    plan.limit(20)
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    assert "above your limit of £20.00" in talk.say("what should we reorder?", "replenish").text
    assert "waits for a manager" in talk.tap("Approve").text
    number = plan.orders()[0][0]
    assert "above your limit" in _after_yes(talk, f"approve {number}")
    boss = manager(plan)
    reply = boss.say(f"approve {number}", "document_request")
    assert isinstance(reply.card, RecordCard)
    assert reply.card.total == "£25.00"
    assert plan.orders()[0][1] == "proposed"
    assert "is approved and counts as on order" in boss.tap("Approve it").text
    assert plan.orders()[0][1] == "approved"
    assert "does not wait for approval" in boss.say(f"approve {number}", "document_request").text


def test_a_manager_turns_one_down(plan: Plan) -> None:
    plan.limit(20)
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    talk.tap("Approve")
    number = plan.orders()[0][0]
    assert "is called off" in _after_yes(manager(plan), f"reject {number}, too much for one month")
    assert plan.orders()[0][1] == "cancelled"


def _after_yes(talk: Talk, text: str) -> str:
    talk.say(text, "document_request")
    return talk.say("yes", "affirm").text


def test_a_purchase_order_is_had_as_a_table(buyer: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_orders, "settings", lambda: Settings(internal_secret="known"))
    card = buyer.say("PO-10001 as csv", "document_request").card
    assert isinstance(card, DocumentCard)
    assert card.url.startswith("/api/purchase-orders/PO-10001.csv?token=")


# ---- what if -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "supposed", "after"),
    [
        ("what if the lead time doubles", "the lead time times 2", "£44.20"),
        ("what if demand rises by a fifth", "demand +20 %", "£32.60"),
        ("demand +20% on 20-104, what then", "demand +20 % of Coach bolt M10x80 zinc", "£27.40"),
        ("ok and if I only had 0.015 grand to spend", "£15.00 to spend", "£15.00"),
        ("suppose sales of 20-104 fall by half", "demand -50 % of Coach bolt M10x80 zinc", "£19.00"),
        ("what if the delivery is 1 week late", "5 working days more of lead time", "£34.60"),
        ("what if lead times slip by a week", "5 working days more of lead time", "£34.60"),
        ("what if Steel Supplies needs 4 weeks", "a lead time of 20 working days of Steel Supplies", "£44.20"),
        ("what if we skip Steel Supplies", "nothing from Steel Supplies", "£0.00"),
        ("what if we only have £12 to spend", "£12.00 to spend", "£12.00"),
        ("what if we only had 12 quid to spend", "£12.00 to spend", "£12.00"),
        ("what if supplier costs go up 10%", "costs +10 %", "£27.50"),
    ],
)
def test_a_supposition_is_answered_as_a_difference_and_changes_nothing(
    buyer: Talk, plan: Plan, text: str, supposed: str, after: str
) -> None:
    reply = buyer.say(text, "what_if")
    assert reply.text.startswith(f"Suppose {supposed}: orders of {after} instead of £25.00")
    assert reply.text.endswith("Nothing has been changed.")
    assert isinstance(reply.card, TableCard)
    buyer.say("yes", "affirm")
    assert plan.orders() == []
    buyer.say("what should we reorder?", "replenish")
    assert rows(buyer) == {"20-104": 540, "10-109": 710}


@pytest.mark.parametrize(
    "text", ["approve the lot", "right, order everything then", "ok approve Steel Supplies please"]
)
def test_after_a_supposition_the_proposal_is_shown_again_before_it_is_approved(
    buyer: Talk, plan: Plan, text: str
) -> None:
    buyer.say("what if the lead time doubles", "what_if")
    again = buyer.say(text, "confirm", 0.98)
    assert again.text.startswith("Nothing is ordered yet. Say yes and I order this, as things are now.")
    assert "2 products should be ordered now, from 1 supplier: £25.00 in all." in again.text
    assert rows(buyer) == {"20-104": 540, "10-109": 710}
    assert plan.orders() == []
    assert isinstance(buyer.say("yes", "affirm").card, PurchaseOrdersCard)
    assert [total for _, _, total, _ in plan.orders()] == [Decimal("25.00")]


def test_after_a_supposition_it_can_still_be_left(buyer: Talk, plan: Plan) -> None:
    buyer.say("what if demand rises by a fifth", "what_if")
    buyer.say("approve the lot", "confirm", 0.98)
    buyer.say("no", "deny")
    assert plan.orders() == []
    assert "nothing is ordered yet" in buyer.say("approve the lot", "confirm", 0.98).text.lower()
    assert plan.orders() == []


def test_after_a_supposition_nothing_to_order_is_no_question(buyer: Talk, plan: Plan) -> None:
    buyer.say("approve the lot", "confirm", 0.98)
    buyer.say("yes", "affirm")
    assert len(plan.orders()) == 1
    buyer.say("what if demand rises by a fifth", "what_if")
    assert buyer.say("ok approve the lot", "confirm", 0.98).text.startswith("Nothing needs ordering now")


def test_a_supposition_that_can_not_be_read_says_what_can_be_supposed(buyer: Talk) -> None:
    assert buyer.say("what if it rains", "what_if").text.startswith("Tell me what to suppose")


@pytest.mark.parametrize("email", ["rep@test", "buyer@test"])
def test_the_effect_of_our_own_price_is_not_known_and_that_is_said(plan: Plan, email: str) -> None:
    talk = Talk(plan.world, email, plan.models)  # type: ignore[arg-type]
    text = talk.say("what if we cut the price of 20-104 by 10%", "what_if").text
    assert "has not been measured" in text
    assert "Coach bolt M10x80 zinc" in text


def test_a_rep_is_told_that_buying_is_not_theirs(plan: Plan) -> None:
    talk = Talk(plan.world, "rep@test", plan.models)  # type: ignore[arg-type]
    assert "for our buyers and managers" in talk.say("what if the lead time doubles", "what_if").text


# ---- goods in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state", "received", "damaged"),
    [
        ("PO-10001 has arrived", "received", 100, 0),
        ("PO-10001 came in short: 60 of 10-109", "part_received", 60, 0),
        ("PO-10001 arrived, but 20 of 10-109 are damaged", "part_received", 80, 20),
        ("60 of 10-109 arrived on PO-10001, nothing more will come", "received", 60, 0),
    ],
)
def test_goods_come_in_in_full_short_damaged_and_for_the_last_time(
    buyer: Talk, text: str, state: str, received: int, damaged: int
) -> None:
    buyer.say(text, "order_status", 0.4)
    buyer.tap("Yes")
    with buyer.world.database.read() as session:
        order = session.scalars(select(PurchaseOrder).where(PurchaseOrder.number == "PO-10001")).one()
        (line,) = order.lines
        assert (order.state, line.received, line.damaged) == (state, received, damaged)


# ---- who else ------------------------------------------------------------------------------------------------------


def test_a_customer_asking_the_same_gets_their_own_needs(plan: Plan) -> None:
    assert "buying rhythm" in Talk(plan.world).say("what should we reorder?", "replenish").text


def test_what_a_manager_orders_for_a_customer_stays_an_order(plan: Plan) -> None:
    boss = manager(plan)
    boss.say("order 60 M8x40 hex bolts for Ferndale Joinery", "order_for_customer")
    assert boss.last[-1].card is not None
    assert boss.last[-1].card.kind == "cart"


def test_straight_after_the_list_an_order_for_a_customer_by_name_is_an_order(plan: Plan) -> None:
    talk = manager(plan)
    talk.say("what should we reorder?", "replenish")
    reply = talk.say("order 60 of 20-104 for Ferndale Joinery", "order_for_customer")
    assert isinstance(reply.card, CartCard)


def test_a_year_to_look_back_on_is_missing_and_that_is_said(buyer: Talk) -> None:
    assert "no year of sales" in buyer.say("what would last year have cost with your quantities?", "explain").text


def test_others_write_while_the_last_year_is_reckoned(buyer: Talk, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def reckon(work: Work) -> LastYear | None:
        with plan.world.database.write() as session:  # on SQLite this would wait for a turn that writes
            session.scalars(select(PurchaseOrder)).one().number = "PO-10002"
        return last_year(work)

    monkeypatch.setattr(replenish_report, "last_year", reckon)
    assert "no year of sales" in buyer.say("what would last year have cost with your quantities?", "explain").text
    with plan.world.database.read() as session:
        assert session.scalars(select(PurchaseOrder.number)).one() == "PO-10002"


def test_what_refuses_the_reckoning_is_the_answer(buyer: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_work: Work) -> LastYear | None:
        raise NotFound("No forecast has been made yet.", code="no_forecast")

    monkeypatch.setattr(replenish_report, "last_year", refuse)
    reply = buyer.say("what would last year have cost with your quantities?", "explain")
    assert reply.text == "No forecast has been made yet."


# ---- least orders and the budget -----------------------------------------------------------------------------------


def limited(plan: Plan, *, least: str = "0", budget: str | None = None) -> Talk:
    """A buyer who is shown the proposal under a least order and a budget, with nothing spent yet."""
    with plan.world.database.write() as session:
        order = session.scalars(select(PurchaseOrder)).one()
        order.total, order.supplier.minimum_value = Decimal(0), Decimal(least)
        session.get_one(Company, 1).purchase_budget = None if budget is None else Decimal(budget)
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    return talk


def test_an_order_filled_up_to_the_minimum_says_so_and_its_waterfall_adds_up(plan: Plan) -> None:
    talk = limited(plan, least="30")
    assert "Steel Supplies: £5.00 of it only to reach their least order of £30.00." in talk.last[-1].text
    for sku, quantity in rows(talk).items():
        card = talk.say(f"why {quantity} of {sku}?", "explain").card
        assert isinstance(card, WaterfallCard)
        assert sum(step.value for step in card.steps) == card.total.value == quantity
        talk.say("what should we reorder?", "replenish")
    assert sum(rows(talk).values()) == 1500  # at 2p


def test_an_order_held_back_is_said_with_its_reason(plan: Plan) -> None:
    talk = limited(plan.forecast(s10_109=110, s30_101=1), least="400")
    assert "it is held back" in talk.last[-1].text
    assert talk.titles() == []
    reply = talk.say("why not 10-109?", "explain")
    card = reply.card
    assert isinstance(card, WaterfallCard)
    assert sum(step.value for step in card.steps) == card.total.value == 0
    assert "Held back: below the supplier's minimum" in [step.label for step in card.steps]
    assert "less than their least order of £400.00" in reply.text


def test_what_the_budget_cuts_is_said_and_no_more_can_be_approved(plan: Plan) -> None:
    talk = limited(plan, budget="20")
    assert "What was needed comes to £25.00; £20.00 are left of this month's budget of £20.00" in talk.last[-1].text
    assert sum(rows(talk).values()) == 1000
    talk.say("make 20-104 900", "not_understood", 0.2)
    assert "As changed it comes to" in talk.last[-1].text
    assert "left of this month's budget" in talk.say("approve", "confirm").text
    assert plan.orders() == []


def test_why_so_many_of_the_second_one(buyer: Talk) -> None:
    shown = list(rows(buyer))
    reply = buyer.say("how come so many of the second one?", "not_understood", 0.3)
    assert isinstance(reply.card, WaterfallCard)
    assert shown[1] in reply.card.model_dump_json()


def test_the_only_line_with_a_word_of_it_is_lowered_and_not_dropped(buyer: Talk) -> None:
    before = rows(buyer)
    sku = "20-104"
    buyer.say("knock the coach down to 300", "change_quantity", 0.9)
    assert {**rows(buyer), sku: 0} == {**before, sku: 0}
    assert rows(buyer)[sku] == 300


@pytest.mark.parametrize("text", ["ok send those off", "put it all through then"])
def test_sending_them_off_approves(buyer: Talk, plan: Plan, text: str) -> None:
    buyer.say(text, "not_understood", 0.3)
    assert plan.orders()
