"""Suppliers' least orders and the budget: kept to the penny, in whole lots, and told with parts that add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.company.tables import AuditEvent, Company
from backend.errors import Invalid, NotAllowed
from backend.purchasing import deciding, drafting, replenishment, service
from backend.purchasing.budget import budget, set_budget
from backend.purchasing.overview import Overview, overview
from backend.purchasing.replenishment import Proposal, total_of
from backend.purchasing.scenario import Scenario
from backend.purchasing.tables import PurchaseOrder, Supplier
from backend.settings import Settings
from tests.backend.purchasing.planning import Plan
from tests.backend.stock.test_api import SETTINGS, Api
from tests.backend.world import World

BUYER = "buyer@test"


@pytest.fixture
def plan(small: World) -> Plan:
    """540 coach bolts at 2p are needed, urgently; hex bolts at 2p, sold from 50 on, are not."""
    return Plan(small).forecast(s20_104=100, s10_109=90).manager()


def minimum(plan: Plan, amount: str) -> Plan:
    with plan.world.database.write() as session:
        session.scalars(select(Supplier)).one().minimum_value = Decimal(amount)
    return plan


def monthly(plan: Plan, amount: str | None) -> Plan:
    """A budget, of which what is on order from before takes nothing."""
    with plan.world.database.write() as session:
        session.get_one(Company, 1).purchase_budget = None if amount is None else Decimal(amount)
        for row in session.scalars(select(PurchaseOrder)):
            row.total = Decimal(0)
    return plan


def look(plan: Plan, scenario: Scenario | None = None) -> tuple[dict[str, Proposal], Overview]:
    question = deciding.ask(plan.world.database, plan.world.principal(BUYER), plan.models, scenario or Scenario())
    with plan.world.reading(BUYER) as work:
        decided = deciding.read(work, question)
        lines = [one for one in decided.supposed if one.quantity]
        return {one.candidate.product.sku: one for one in decided.supposed}, overview(work, lines, decided.supposed, [])


def approve(plan: Plan, email: str = BUYER, **changes: int) -> list[str]:
    question = deciding.ask(plan.world.database, plan.world.principal(email), plan.models)
    with plan.world.writing(email) as work:
        found = deciding.read(work, question).found
        draft = drafting.drafted(found, {name.removeprefix("s").replace("_", "-"): to for name, to in changes.items()})
        return [order.number for order in service.approve(work, draft.lines, draft.dropped)]


# ---- least orders ----------------------------------------------------------------------------------------------------


def test_an_order_that_reaches_the_minimum_is_left_as_it_is(plan: Plan) -> None:
    lines, whole = look(minimum(plan, "10.80"))
    assert (lines["20-104"].quantity, lines["20-104"].for_minimum, whole.suppliers[0].below_minimum) == (540, 0, False)


def test_an_urgent_order_is_filled_up_to_the_minimum_in_whole_lots_where_it_is_cheapest(plan: Plan) -> None:
    lines, whole = look(minimum(plan, "12.00"))
    coach, hexes = lines["20-104"], lines["10-109"]
    assert coach.urgency == "urgent"
    assert whole.total == Decimal("12.00")  # a lot of either is 20p
    assert coach.quantity >= 540
    assert all(one.candidate.reckoned().rules.allows(one.quantity) for one in (coach, hexes))
    assert coach.for_minimum + hexes.for_minimum == sum(one.quantity for one in lines.values()) - 540
    assert all(sum(one.parts().values()) == one.quantity for one in lines.values())
    assert (whole.suppliers[0].below_minimum, whole.suppliers[0].for_minimum) == (False, whole.total - Decimal("10.80"))
    assert whole.held_back == []


def test_a_small_order_without_anything_urgent_is_held_back_where_waiting_costs_less(plan: Plan) -> None:
    lines, whole = look(minimum(plan.forecast(s10_109=110, s30_101=1), "400"))
    hexes = lines["10-109"]
    assert hexes.urgency != "urgent"
    assert (hexes.quantity, hexes.needed > 0, hexes.for_minimum) == (0, True, -hexes.needed)
    assert hexes.parts()["for_minimum"] == -hexes.needed
    assert sum(hexes.parts().values()) == 0
    assert whole.lines == []
    (held,) = whole.held_back
    assert (held.supplier.code, held.lines, held.total) == ("S1", 1, Decimal("0.02") * hexes.needed)


def test_what_is_urgent_is_never_held_back_even_below_the_minimum(plan: Plan) -> None:
    lines, whole = look(minimum(plan, "100000"))  # more than a year of everything
    assert (lines["20-104"].quantity, lines["20-104"].for_minimum) == (540, 0)
    assert (whole.suppliers[0].below_minimum, whole.held_back) == (True, [])


def test_two_runs_fill_up_alike(plan: Plan) -> None:
    found = [[one for one in look(minimum(plan, "15"))[0].values() if one.quantity] for _ in range(2)]
    assert replenishment.fingerprint(found[0]) == replenishment.fingerprint(found[1])


# ---- the budget ------------------------------------------------------------------------------------------------------


def test_a_budget_that_is_enough_changes_nothing(plan: Plan) -> None:
    lines, whole = look(monthly(plan, "10.80"))
    assert (lines["20-104"].quantity, lines["20-104"].for_budget, whole.cut) == (540, 0, 0)


@pytest.mark.parametrize(("amount", "quantity"), [("10.79", 530), ("5.00", 250), ("0.99", 0), ("0", 0)])
def test_a_budget_is_kept_to_the_penny(plan: Plan, amount: str, quantity: int) -> None:
    lines, whole = look(monthly(plan, amount))
    coach = lines["20-104"]
    assert (coach.quantity, coach.for_budget, coach.needed) == (quantity, quantity - 540, 540)
    assert sum(coach.parts().values()) == quantity
    assert (whole.total, whole.needed, whole.cut) == (Decimal("0.02") * quantity, Decimal("10.80"), 1)


@pytest.mark.parametrize(("amount", "quantity"), [("16.00", 800), ("14.09", 700), ("10.80", 540), ("5.00", 250)])
def test_a_budget_cuts_an_economic_batch_no_further_than_it_must(plan: Plan, amount: str, quantity: int) -> None:
    with plan.world.database.write() as session:
        session.scalars(select(Supplier)).one().order_cost = Decimal(2)
    lines, whole = look(monthly(plan, amount))
    coach = lines["20-104"]
    assert (coach.quantity, coach.for_batch, coach.for_budget) == (quantity, 260, quantity - 800)
    assert (sum(coach.parts().values()), whole.total) == (quantity, Decimal("0.02") * quantity)


def test_an_economic_batch_counts_towards_the_minimum(plan: Plan) -> None:
    with plan.world.database.write() as session:
        session.scalars(select(Supplier)).one().order_cost = Decimal(2)
    lines, whole = look(minimum(plan, "16.00"))
    assert (lines["20-104"].quantity, lines["20-104"].for_minimum, whole.suppliers[0].below_minimum) == (800, 0, False)
    lines, whole = look(minimum(plan, "17.00"))
    assert whole.total == Decimal("17.00")
    assert all(sum(one.parts().values()) == one.quantity for one in lines.values())


def test_what_is_bought_this_month_is_taken_from_the_budget_and_what_is_cancelled_is_not(plan: Plan) -> None:
    monthly(plan, "20")
    (number,) = approve(plan, s20_104=300)
    with plan.world.reading(BUYER) as work:
        found = budget(work)
        assert found is not None
        assert (found.monthly, found.spent, found.left) == (Decimal(20), Decimal("6.00"), Decimal("14.00"))
    with plan.world.writing(BUYER) as work:
        order = work.session.scalars(select(PurchaseOrder).where(PurchaseOrder.number == number)).one()
        service.cancel(work, order, "not wanted")
        after = budget(work)
        assert after is not None
        assert after.spent == 0


def test_a_budget_never_leaves_a_supplier_below_its_minimum(plan: Plan) -> None:
    lines, whole = look(monthly(minimum(plan, "10"), "9.99"))
    assert (lines["20-104"].quantity, whole.lines, whole.cut) == (0, [], 1)


def test_a_budget_that_is_supposed_takes_the_place_of_the_real_one(plan: Plan) -> None:
    lines, _ = look(monthly(plan, "5"), Scenario(budget=Decimal(8)))
    assert total_of([one for one in lines.values() if one.quantity]) == Decimal("8.00")


def test_a_buyer_may_not_go_beyond_the_budget_and_a_manager_may(plan: Plan) -> None:
    monthly(plan, "11")
    with pytest.raises(NotAllowed, match="left of this month") as caught:
        approve(plan, s20_104=600)
    assert (caught.value.code, plan.orders()) == ("above_budget", [])
    assert len(approve(plan, "manager@test", s20_104=600)) == 1


def test_the_budget_is_a_managers_and_is_recorded(plan: Plan) -> None:
    with plan.world.writing(BUYER) as work, pytest.raises(NotAllowed):
        set_budget(work, Decimal(10))
    with plan.world.writing("manager@test") as work:
        with pytest.raises(Invalid):
            set_budget(work, Decimal(-1))
        found = set_budget(work, Decimal("1000.005"))
        assert found is not None
        assert found.monthly == Decimal("1000.01")
        assert set_budget(work, None) is None
    with plan.world.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.kind == "company.changed")).all()
        assert [row.after for row in rows] == [{"purchase_budget": "1000.01"}, {"purchase_budget": None}]


@pytest.fixture
def api(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    app = create_app(Settings(**SETTINGS), plan.world.database)  # type: ignore[arg-type]
    with TestClient(app) as client:
        monkeypatch.setattr(app.state, "models", plan.models)
        yield Api(client)


def test_over_http_the_budget_is_shown_set_and_said_with_the_proposal(api: Api, plan: Plan) -> None:
    monthly(minimum(plan, "3"), "5")
    body: dict[str, Any] = api.get("replenishment", BUYER).json()
    assert body["budget"] == {"monthly": "5", "spent": "0", "left": "5", "since": "2026-06-01"}
    assert (Decimal(body["total"]), Decimal(body["needed"]), body["held_back"]) == (5, Decimal("10.80"), [])
    (line,) = body["items"]
    assert (line["quantity"], line["parts"]["for_budget"], sum(line["parts"].values())) == (250, -290, 250)
    assert api.get("replenishment/budget", BUYER).json() == body["budget"]
