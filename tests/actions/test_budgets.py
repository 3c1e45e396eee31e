"""Budgets for buying in by chat: what is left, whose is the tighter one, and a manager who sets them on a yes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.chat.cards import ReplenishmentCard, TableCard, WaterfallCard
from backend.company.tables import Company
from backend.identity.permissions import Role
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan
from tests.backend.shipping.handling import person
from tests.backend.world import World

NAMES = {"buyer@test": "Imran Shah", "second@test": "Priya Nair", "rep@test": "Rowan Pike"}
NOTHING = (None, None, None)


@pytest.fixture
def plan(small: World) -> Plan:
    """540 coach bolts at 2p are to be ordered: £10.80. Two buyers, neither of whom has ordered anything yet."""
    person(small, "second@test", Role.BUYER)
    with small.database.write() as session:
        for email, name in NAMES.items():
            session.scalars(select(User).where(User.email == email)).one().name = name
        session.scalars(select(PurchaseOrder)).one().total = Decimal(0)
    return Plan(small).forecast(s20_104=100, s10_109=90).manager()


def talk(plan: Plan, email: str = "manager@test") -> Talk:
    return Talk(plan.world, email, plan.models)  # type: ignore[arg-type]


def give(plan: Plan, company: str | None = None, imran: str | None = None) -> None:
    with plan.world.database.write() as session:
        session.get_one(Company, 1).purchase_budget = company and Decimal(company)
        session.scalars(select(User).where(User.email == "buyer@test")).one().purchase_budget = imran and Decimal(imran)


def there(plan: Plan) -> tuple[Decimal | None, ...]:
    """The company's budget, Imran's and Priya's."""
    with plan.world.database.read() as session:
        query = select(User.purchase_budget).where(User.role == "buyer").order_by(User.name)
        return (session.get_one(Company, 1).purchase_budget, *session.scalars(query))


# ---- a buyer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company", "imran", "said"),
    [
        ("50", "8", "Your own is the tighter one, so you may still order for £8.00 this month."),
        ("5", "8", "The company's is the tighter one, so you may still order for £5.00 this month."),
        (None, "8", "The company has no budget for buying in; £0.00 is ordered since"),
        ("5", None, "You have no budget of your own; you have ordered £0.00 since"),
        (None, None, "only your limit of £5,000.00 an order bounds what you approve"),
    ],
)
def test_a_buyer_is_told_what_is_left_and_which_one_bounds_them(
    plan: Plan, company: str | None, imran: str | None, said: str
) -> None:
    give(plan, company, imran)
    assert said in talk(plan, "buyer@test").say("what's my budget?", "not_understood").text


@pytest.mark.parametrize(
    "text",
    [
        "how much of my budget is left?", "how much can I still spend this month?", "my budget?", "budget",
        "can you tell me what's left of the budget", "are we over budget?", "show me the budget please",
    ],
)  # fmt: skip
def test_it_may_be_asked_in_many_words(plan: Plan, text: str) -> None:
    give(plan, imran="8")
    reply = talk(plan, "buyer@test").say(text, "not_understood", 0.2)
    assert "Your own budget is £8.00 a month: £0.00 of yours ordered since" in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "what should we reorder within the budget?",
        "what to purchase, giftware, budget 20k",
        "got 10k budget left with suppliers this month where's it best spent on stock we're short of",
        "make 20-104 300, to fit the budget",
        "drop the washers, the budget is tight",
        "sales budget 2025: what says the forecast in total",
        "budget view: company total by month",
    ],
)
def test_what_only_mentions_a_budget_is_left_to_its_skill(plan: Plan, text: str) -> None:
    give(plan, "50")
    assert "budget for buying in" not in talk(plan, "buyer@test").say(text, "replenish").text


def test_a_supposed_budget_is_a_supposition(plan: Plan) -> None:
    reply = talk(plan, "manager@test").say("what if the budget is £5?", "what_if")
    assert reply.text.startswith("Suppose")
    assert there(plan) == NOTHING


def test_the_proposal_the_reasons_and_the_refusal_say_whose_budget_it_is(plan: Plan) -> None:
    give(plan, "50", "8")
    buyer = talk(plan, "buyer@test")
    reply = buyer.say("what should we reorder?", "replenish")
    assert "comes to £10.80; £8.00 are left of your own budget of £8.00 this month, so 1 line is cut" in reply.text
    assert isinstance(reply.card, ReplenishmentCard)
    assert [row.quantity for row in reply.card.rows] == [400]
    why = buyer.say("why 400 of 20-104?", "explain")
    assert "140 are cut by what is left of your own budget of £8.00 this month" in why.text
    assert isinstance(why.card, WaterfallCard)
    assert sum(step.value for step in why.card.steps) == why.card.total.value == 400
    buyer.say("what should we reorder?", "replenish")
    buyer.say("make 20-104 500", "not_understood", 0.2)
    assert "£8.00 are left of your own budget of £8.00 this month" in buyer.last[-1].text
    assert "That comes to £10.00; £8.00 are left of your own budget" in buyer.say("approve", "confirm").text
    assert plan.orders() == []
    buyer.say("make 20-104 400", "not_understood", 0.2)
    assert buyer.say("approve", "confirm").text.startswith("Approved")
    reply = buyer.say("what is left of my budget?", "not_understood")
    assert "£8.00 of yours ordered since 1 Jun 2026, £0.00 left" in reply.text


def test_where_all_is_cut_nothing_is_said_to_be_covered(plan: Plan) -> None:
    give(plan, "50", "0.10")
    reply = talk(plan, "buyer@test").say("what should we reorder?", "replenish")
    assert reply.text.startswith(
        "There is nothing that the budget leaves room for now. What was needed comes to £10.80"
    )


def test_a_buyer_sets_no_budget(plan: Plan) -> None:
    buyer = talk(plan, "buyer@test")
    for text in ("set my budget to £500", "give me a budget of £500", "remove my budget"):
        assert "set by our managers" in buyer.say(text, "not_understood").text
    assert there(plan) == NOTHING


# ---- a manager -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("set the buying budget to £20,000 a month", (20000, None, None)),
        ("the purchasing budget should be 20k", (20000, None, None)),
        ("set the budget to 20000", (20000, None, None)),
        ("give Priya a budget of £500", (None, None, 500)),
        ("give Priya Nair £500 a month as her own budget", (None, None, 500)),
        ("please set Imran's budget to five hundred pounds", (None, 500, None)),
        ("Imran's budget is £500 from now on", (None, 500, None)),
        ("set second@test's budget to 500", (None, None, 500)),
        ("budget for Imran: £1.5k", (None, 1500, None)),
        ("Priya should have a budget of 400", (None, None, 400)),
        ("set budget priya nair 400", (None, None, 400)),
        ("budget £400 for priya", (None, None, 400)),
        ("can you cap Imran's monthly budget at £99.995?", (None, Decimal("100.00"), None)),
        ("set Imran's budget to 0", (None, 0, None)),
        ("give every buyer a budget of £300", (None, 300, 300)),
        ("let Imran spend up to 3 grand a month on buying", (None, 3000, None)),
        ("give Imran a 3 grand a month spending limit", (None, 3000, None)),
        ("Priya can spend no more than £400 a month", (None, None, 400)),
        ("Imran may spend 4000 a month from now on", (None, 4000, None)),
    ],
)
def test_a_manager_sets_one_on_a_yes(plan: Plan, text: str, after: tuple[object, ...]) -> None:
    manager = talk(plan)
    assert "Shall I set it?" in manager.say(text, "not_understood", 0.3).text
    assert there(plan) == NOTHING
    assert "a month from now on" in manager.say("yes", "confirm").text
    assert there(plan) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("raise Imran's budget by £100", (900, 600, None)),
        ("cut Imran's budget by 10%", (900, 450, None)),
        ("lower Imran's budget to £400", (900, 400, None)),
        ("take £100 off Imran's budget", (900, 400, None)),
        ("give Imran another £100 of budget", (900, 600, None)),
        ("add £100 to Imran's budget", (900, 600, None)),
        ("double Imran's budget", (900, 1000, None)),
        ("cut Imran's budget in half", (900, 250, None)),
        ("increase the buying budget by 10 %", (990, 500, None)),
        ("remove Imran's budget", (900, None, None)),
        ("take the budget away from Imran", (900, None, None)),
        ("no budget for Imran any more", (900, None, None)),
        ("remove Imran's £500 budget", (900, None, None)),
        ("take away the company's budget", (None, 500, None)),
    ],
)
def test_a_manager_changes_one_or_takes_it_away(plan: Plan, text: str, after: tuple[object, ...]) -> None:
    give(plan, "900", "500")
    manager = talk(plan)
    manager.say(text, "not_understood", 0.3)
    manager.tap("Yes,")
    assert there(plan) == after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("give Zed a budget of £500", "I know no buyer called “Zed”. Our buyers are Imran Shah (buyer@test) and"),
        ("set zed@test's budget to £500", "I know no buyer called “zed@test”"),
        ("set Rowan's budget to £500", "Rowan Pike is not a buyer"),
        ("set rep@test's budget to £500", "Rowan Pike is not a buyer"),
        ("set the buyer's budget to £500", "Which of them do you mean"),
        ("set my budget to £500", "Managers have no budget of their own"),
        ("set Imran's budget to -£5", "from 0 on"),
        ("set Imran's budget to £2,000,000,000", "from 0 on"),
        ("set Imran's budget to $500", "We keep our books in GBP"),
        ("set Imran's budget to £500 a week", "for a calendar month"),
        ("set the buying budget for December to 18,000", "for every calendar month, this one included"),
        ("change Imran's budget", "How much a month should it be?"),
        ("raise Imran's budget by £50", "Imran Shah's own budget is none so far"),
        ("remove Imran's budget", "there is nothing to take away"),
    ],
)
def test_what_can_not_be_set_is_said_and_nothing_waits_for_a_yes(plan: Plan, text: str, said: str) -> None:
    manager = talk(plan)
    assert said in manager.say(text, "not_understood", 0.3).text
    assert manager.titles() == []
    assert there(plan) == NOTHING


@pytest.mark.parametrize("text", ["actually make it 4500", "no, £4,500", "sorry 4.5k", "make that 4,500 a month"])
def test_a_sum_is_corrected_before_the_yes(plan: Plan, text: str) -> None:
    manager = talk(plan)
    manager.say("give Priya a budget of £5,000", "replenish")
    assert "£4,500.00" in manager.say(text, "change_quantity", 0.5).text
    manager.say("yes", "affirm")
    assert there(plan) == (None, None, Decimal(4500))


def test_a_budget_that_was_asked_for_is_set(plan: Plan) -> None:
    manager = talk(plan)
    manager.say("how much of the budget is left this month?", "replenish")
    assert "£15,000.00 a month" in manager.say("ok set it to 15k", "change_quantity", 0.6).text


def test_a_budget_that_is_spent_already_is_said_before_it_is_set(plan: Plan) -> None:
    buyer = talk(plan, "buyer@test")
    buyer.say("what should we reorder?", "replenish")
    buyer.say("approve", "confirm")
    reply = talk(plan).say("set Imran's budget to £10", "not_understood")
    assert "£10.80 of it ordered already this month" in reply.text
    assert "only a manager may approve more" in reply.text


def test_what_somebody_else_has_changed_meanwhile_is_not_set(plan: Plan) -> None:
    manager = talk(plan)
    manager.say("set Imran's budget to £10", "not_understood")
    give(plan, imran="20")
    assert "has been changed since I asked" in manager.say("yes", "confirm").text
    assert there(plan) == (None, 20, None)


def test_a_manager_sees_all_of_them_and_one_by_name(plan: Plan) -> None:
    give(plan, "50", "8")
    manager = talk(plan)
    reply = manager.say("what are the buyers' budgets?", "not_understood")
    assert reply.text.startswith("The company's budget for buying in is £50.00 a month: £0.00 ordered since")
    assert isinstance(reply.card, TableCard)
    assert reply.card.rows == [["Imran Shah", "£8.00", "£0.00", "£8.00"], ["Priya Nair", "none", "£0.00", "none"]]
    assert "Imran Shah's own budget is £8.00 a month" in manager.say("what's Imran's budget?", "not_understood").text
    assert "Priya Nair has no budget of their own" in manager.say("does Priya have a budget?", "not_understood").text
    assert "no buyer called “Zed”" in manager.say("what's Zed's budget?", "not_understood").text


def test_whom_it_does_not_concern_is_not_told(plan: Plan) -> None:
    for email in ("customer@test", "rep@test"):
        assert "budget for buying in" not in talk(plan, email).say("what's the budget?", "help").text
