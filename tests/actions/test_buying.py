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
    WaterfallCard,
)
from backend.errors import NotFound
from backend.purchasing.last_year import LastYear, last_year
from backend.purchasing.tables import PurchaseOrder, ReplenishmentOverride
from backend.settings import Settings
from backend.work import Work
from tests.actions.conversation import Talk
from tests.actions.proposals import manager, rows
from tests.backend.purchasing.planning import Plan

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
