"""What is proposed, and what becomes of it: set aside, lead times, price breaks, limits, overrides, races."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select

from backend.catalogue.queries import by_sku
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from backend.events.tables import OutboxEvent
from backend.purchasing import deciding, jobs, queries, receiving, replenishment, service, what_if
from backend.purchasing.overview import overview
from backend.purchasing.scenario import Scenario
from backend.purchasing.tables import ReplenishmentOverride, ReplenishmentRun, SupplierProduct
from backend.sales.covering import lead_times, measured_lead_times
from backend.stock.reordering import from_forecast
from tests.backend.events.telling import tell
from tests.backend.purchasing.planning import BUYER, Plan, approve, decide
from tests.backend.world import TODAY, World


@pytest.fixture
def plan(small: World) -> Plan:
    """Coach bolts have to be ordered (60 are there, 100 a week are wanted); hex bolts do not."""
    return Plan(small).forecast(s20_104=100, s10_109=5)


# ---- the lines -------------------------------------------------------------------------------------------------------


def test_a_line_has_parts_that_add_up_to_its_quantity_exactly(plan: Plan) -> None:
    line = next(one for one in decide(plan).found if one.quantity)
    assert line.parts() == {
        "demand": 400, "safety_stock": 200, "on_hand": -60, "reserved": 0, "on_order": 0, "for_batch": 0,
        "for_price": 0, "for_minimum": 0, "for_budget": 0, "changed": 0, "rounding": 0,
    }  # fmt: skip
    assert (line.quantity, sum(line.parts().values())) == (540, 540)
    assert (line.out_on, line.urgency, line.candidate.arrives) == (date(2026, 6, 22), "urgent", date(2026, 7, 1))
    assert line.days_after == pytest.approx(600 / 400 * 28)


def test_the_parts_of_an_uneven_quantity_add_up_as_well(plan: Plan) -> None:
    plan.forecast(s20_104=33.33)
    (line,) = (one for one in decide(plan).found if one.quantity)
    assert sum(line.parts().values()) == line.quantity == 140


def test_what_lacks_a_supplier_a_cost_or_sales_is_set_aside_and_the_rest_goes_on(plan: Plan) -> None:
    with plan.world.database.write() as session:
        session.execute(delete(SupplierProduct).where(SupplierProduct.product_id == by_sku(session, "45-103").id))
    plan.forecast(s20_104=100, s10_109=5, s45_103=9, s30_101=9).terms("30-101", cost=Decimal(0))
    found = decide(plan)
    assert {one.product.sku: one.missing for one in found.gathered.set_aside} == {
        "45-103": ("supplier",), "30-101": ("cost",), "30-102": ("history",), "70-103": ("history",),
    }  # fmt: skip
    assert [one.candidate.product.sku for one in found.found if one.quantity] == ["20-104"]


def test_two_runs_over_the_same_data_propose_the_same(plan: Plan) -> None:
    first, second = ([one for one in decide(plan).found if one.quantity] for _ in range(2))
    assert replenishment.fingerprint(first) == replenishment.fingerprint(second)


def test_a_price_break_within_reach_is_taken_and_said(plan: Plan) -> None:
    plan.terms("20-104", cost=Decimal("0.50"), price_breaks=[{"from": 600, "cost": "0.40"}])
    (line,) = (one for one in decide(plan).found if one.quantity)
    assert (line.quantity, line.for_price, line.cost, line.price_step) == (600, 60, Decimal("0.40"), 600)
    assert sum(line.parts().values()) == 600


def test_no_lower_price_is_worth_more_stock_than_four_months(plan: Plan) -> None:
    plan.terms("20-104", cost=Decimal("0.50"), price_breaks=[{"from": 5000, "cost": "0.20"}])
    (line,) = (one for one in decide(plan).found if one.quantity)
    assert (line.quantity, line.cost) == (540, Decimal("0.50"))


# ---- suppliers -----------------------------------------------------------------------------------------------------


def test_two_deliveries_are_too_few_to_go_by(plan: Plan) -> None:
    plan.delivered(21, 21)
    assert {one.candidate.lead_time_days for one in decide(plan).found} == {10}


def test_the_measured_lead_time_takes_the_place_of_the_agreed_one_after_three_deliveries(plan: Plan) -> None:
    line = next(one for one in decide(plan.delivered(21, 21, 21)).found if one.quantity)
    assert (line.candidate.lead.stated, line.candidate.lead.deliveries, line.candidate.lead_time_days) == (10, 3, 15)
    assert set(plan.models.asked[-1]["lead_time_days"]) == {15}
    assert set(plan.models.asked[-1]["lead_time_deviation"]) == {0.0}
    assert line.protection_days == 35


def test_how_much_a_lead_time_varies_is_told_the_model_and_kept_with_the_line(plan: Plan) -> None:
    line = next(one for one in decide(plan.delivered(14, 21, 28)).found if one.quantity)
    assert (line.candidate.lead_time_days, line.candidate.lead.deviation) == (15, 5.0)
    assert set(plan.models.asked[-1]["lead_time_deviation"]) == {5.0}
    assert line.reason()["lead_time_deviation"] == 5.0


def test_promised_dates_and_reorder_points_go_by_the_measured_lead_time_too(plan: Plan) -> None:
    def known() -> tuple[int, float, int]:
        with plan.world.reading(BUYER) as work:
            key = by_sku(work.session, "20-104").id
            lead = measured_lead_times(work, [key])[key]
            return (
                lead_times(work, [key])[key],
                lead.deviation,
                from_forecast([10.0], [[10.0] * 9], lead.days, lead.deviation),
            )

    assert known() == (10, 0.0, 20)
    plan.delivered(14, 21, 28)
    # three weeks of ten, and 1.645 times ten a week for a week of deviation
    assert known() == (15, 5.0, 47)


def test_slow_and_short_suppliers_and_late_orders_are_exceptions(plan: Plan) -> None:
    plan.delivered(21, 21, 21, short=20)
    with plan.world.database.write() as session:
        order = session.scalars(select(queries.PurchaseOrder).where(queries.PurchaseOrder.number == "PO-1")).one()
        order.expected_date = TODAY - timedelta(days=3)
    found = decide(plan)
    with plan.world.reading(BUYER) as work:
        texts = {one.kind: one.text for one in overview(work, [], found.found, []).attention}
    assert texts["runs_out"].startswith("Coach bolt M10x80 zinc runs out about 22 Jun 2026; an order of today arrives")
    assert texts["late_delivery"] == "PO-1 from Steel Supplies was due on 14 Jun 2026, 3 days ago, and is not complete."
    assert texts["slow_supplier"].startswith(
        "Steel Supplies took 15 working days on average over 3 deliveries, not the 10"
    )
    assert texts["short_supplier"] == "Steel Supplies delivered 80% of what was ordered over 3 deliveries."


def test_damaged_goods_are_not_taken_in_and_stay_to_come(plan: Plan) -> None:
    with plan.world.writing(BUYER) as work:
        order = queries.by_number(work, "PO-1")
        receiving.receive(work, order, {1: 60}, damaged={1: 25})
        (line,) = order.lines
        assert (order.state, line.received, line.damaged, receiving.open_quantity(line)) == (
            "part_received",
            60,
            25,
            40,
        )
    assert plan.world.level("10-109") == (560, 0)
    with plan.world.writing(BUYER) as work, pytest.raises(Conflict, match="still to come"):
        receiving.receive(work, queries.by_number(work, "PO-1"), None, damaged={1: 41})


def test_a_delivery_that_is_damaged_in_all_leaves_the_order_as_it_was(plan: Plan) -> None:
    with plan.world.writing(BUYER) as work:
        order = queries.by_number(work, "PO-1")
        receiving.receive(work, order, None, damaged={1: 100})
        assert (order.state, order.lines[0].received, order.lines[0].damaged, order.version) == ("sent", 0, 100, 2)
    assert plan.world.level("10-109") == (500, 0)


# ---- approving -----------------------------------------------------------------------------------------------------


def test_an_approved_order_counts_as_on_order_at_once(plan: Plan) -> None:
    (number,) = approve(plan)
    assert plan.orders() == [(number, "approved", Decimal("10.80"), [("20-104", 540)])]
    assert [one for one in decide(plan).found if one.quantity] == []


def test_one_above_the_limit_waits_for_a_manager_and_is_not_proposed_again(plan: Plan) -> None:
    plan.limit(5).manager()
    (number,) = approve(plan)
    assert plan.orders()[0][1] == "proposed"
    found = decide(plan)
    assert [one for one in found.found if one.quantity] == []
    assert {one.candidate.product.sku: one.candidate.waiting for one in found.found}["20-104"] == 540
    with plan.world.writing(BUYER) as work, pytest.raises(NotAllowed, match="above your limit"):
        service.approve_waiting(work, queries.by_number(work, number))
    with plan.world.writing("manager@test") as work:
        order = service.approve_waiting(work, queries.by_number(work, number))
        assert (order.state, order.expected_date) == ("approved", date(2026, 7, 1))
    with plan.world.writing("manager@test") as work, pytest.raises(Conflict):
        service.approve_waiting(work, queries.by_number(work, number))
    kinds = [row.kind for row in _events(plan)]
    assert kinds == ["purchase_order.proposed", "purchase_order.approved"]


def test_a_changed_quantity_and_a_line_left_out_are_kept_with_their_expected_cost(plan: Plan) -> None:
    plan.forecast(s20_104=100, s10_109=300)
    (number,) = approve(plan, s20_104=300, s10_109=0)
    assert plan.orders()[0][3] == [("20-104", 300)]
    with plan.world.database.read() as session:
        rows = session.scalars(select(ReplenishmentOverride).order_by(ReplenishmentOverride.id)).all()
        found = {row.product.sku: (row.proposed, row.decided, row.purchase_order_id is None) for row in rows}
        assert found == {"20-104": (540, 300, False), "10-109": (1200, 0, True)}
        assert all(row.expected_cost > 0 for row in rows)  # fewer than the service level asks for: sales are at risk
    assert number


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"s20_104": 55}, Invalid, "not_a_lot"),
        ({"s20_104": 40}, Invalid, "not_a_lot"),
        ({"s20_104": 10**9}, Invalid, "quantity_out_of_range"),
        ({"s99_999": 50}, NotFound, "not_proposable"),
        ({"s20_104": 0}, Invalid, "nothing_to_approve"),
    ],
)
def test_a_quantity_that_can_not_be_ordered_is_refused_and_nothing_is_ordered(
    plan: Plan, changes: dict[str, Any], error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as caught:
        approve(plan, **changes)
    assert caught.value.code == code
    assert plan.orders() == []


def test_two_buyers_who_approve_at_once_create_one_set_of_orders(world: World) -> None:
    plan = Plan(world).forecast(s20_104=100, s10_109=5)
    principal = world.principal(BUYER)
    questions = [deciding.ask(world.database, principal, plan.models) for _ in range(2)]
    ready, outcomes = threading.Barrier(2), []

    def buy(question: deciding.Question) -> None:
        ready.wait()
        try:
            with world.writing(BUYER) as work:
                replenishment.lock_suppliers(work)
                lines = [one for one in deciding.read(work, question).found if one.quantity]
                service.approve(work, lines)
                outcomes.append("ordered")
        except Stale:
            outcomes.append("stale")

    threads = [threading.Thread(target=buy, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ordered", "stale"]
    assert [lines for _, _, _, lines in plan.orders()] == [[("20-104", 540)]]


# ---- suppositions, schedules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "after"),
    [
        (Scenario(demand=1.5), 840),
        (Scenario(demand=0.0), 0),
        (Scenario(lead_time_factor=2.0), 840),
        (Scenario(lead_time=0), 240),
        (Scenario(lead_time_more=5), 690),
        (Scenario(service_level=0.5), 340),
        (Scenario(demand=1.5, skus=frozenset({"10-109"})), 540),
        (Scenario(without=frozenset({"S1"})), 0),
        (Scenario(budget=Decimal(0)), 0),
        (Scenario(budget=Decimal(10)), 500),
        (Scenario(budget=Decimal(11)), 540),
    ],
)
def test_a_supposition_changes_the_quantities_it_should_and_nothing_else(
    plan: Plan, scenario: Scenario, after: int
) -> None:
    decided = decide(plan, scenario)
    found = what_if.outcome(decided, scenario)
    assert (found.before, found.after) == (Decimal("10.80"), Decimal(after) * Decimal("0.02"))
    assert [one.after.quantity if one.after else 0 for one in found.lines] == ([] if after == 540 else [after])
    assert plan.orders() == []


def test_a_dearer_supplier_changes_the_total_alone(plan: Plan) -> None:
    scenario = Scenario(price=Decimal("1.1"))
    found = what_if.outcome(decide(plan, scenario), scenario)
    assert (found.after, found.lines[0].money) == (Decimal("11.88"), Decimal("1.08"))


def test_the_day_is_proposed_once_and_told(plan: Plan) -> None:
    assert jobs.propose_daily(plan.world.database, plan.models) == 1
    assert jobs.propose_daily(plan.world.database, plan.models) == 0
    with plan.world.database.read() as session:
        (run,) = session.scalars(select(ReplenishmentRun)).all()
        assert (run.as_of, run.lines, run.urgent, run.total) == (TODAY, 1, 1, Decimal("10.80"))
    assert [row.payload["total"] for row in _events(plan)] == ["10.80"]


def test_without_an_answer_of_the_model_server_nothing_is_kept_and_the_next_run_does_it(plan: Plan) -> None:
    plan.models.down = True
    assert jobs.propose_daily(plan.world.database, plan.models) == 0
    plan.models.down = False
    assert jobs.propose_daily(plan.world.database, plan.models) == 1


def test_buyers_hear_of_the_days_proposal_and_managers_of_what_waits_for_them(plan: Plan) -> None:
    plan.limit(5).manager()
    jobs.propose_daily(plan.world.database, plan.models)
    assert tell(plan.world) == {
        BUYER: [
            "1 product should be ordered today from 1 supplier, £10.80 in all; 1 would run out before an order of "
            "today arrives. Ask “what should we reorder?” to see and approve it."
        ]
    }
    (number,) = approve(plan)
    assert tell(plan.world)["manager@test"] == [
        f"{number} for Steel Supplies comes to £10.80, above the limit of Buyer, and waits for your yes. "
        f"Say “approve {number}” to see it and decide."
    ]
    with plan.world.writing("manager@test") as work:
        service.approve_waiting(work, queries.by_number(work, number))
    told = tell(plan.world)[BUYER][-1]
    assert told == f"{number} for Steel Supplies (£10.80) has been approved by Manager and counts as on order."


def _events(plan: Plan) -> list[OutboxEvent]:
    with plan.world.database.read() as session:
        rows = session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)).all()
        return [row for row in rows if row.kind.startswith(("purchase_order", "replenishment"))]
