"""What has to be ordered is made up to an economic batch."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.purchasing import replenishment, what_if
from backend.purchasing.scenario import Scenario
from backend.purchasing.tables import ReplenishmentOverride, Supplier
from tests.backend.purchasing.planning import Plan, approve, decide
from tests.backend.world import World


@pytest.fixture
def plan(small: World) -> Plan:
    """Coach bolts have to be ordered (60 are there, 100 a week are wanted); hex bolts do not."""
    return Plan(small).forecast(s20_104=100, s10_109=5)


def order_costs(plan: Plan, amount: str) -> Plan:
    """What an order costs at the one supplier there is."""
    with plan.world.database.write() as session:
        session.scalars(select(Supplier)).one().order_cost = Decimal(amount)
    return plan


@pytest.mark.parametrize(
    ("amount", "quantity", "added"),
    [
        ("0.10", 540, 0),  # an economic batch of 510 is less than what is needed
        ("0.15", 620, 80),  # sqrt(2 x 5214.3 x 0.15 / 0.004) = 625.4, down to whole lots
        ("2.00", 800, 260),  # 2,283 would be economic; eight weeks of demand are the most
    ],
)
def test_what_is_needed_is_made_up_to_an_economic_batch_of_eight_weeks_at_most(
    plan: Plan, amount: str, quantity: int, added: int
) -> None:
    (line,) = (one for one in decide(order_costs(plan, amount)).found if one.quantity)
    assert (line.quantity, line.for_batch, line.needed, line.beside) == (quantity, added, quantity, 1)
    assert (line.parts()["for_batch"], line.parts()["rounding"]) == (added, 0)
    assert sum(line.parts().values()) == quantity
    assert line.reason()["for_batch"] == added


def test_the_lines_that_are_needed_of_a_supplier_share_the_cost_of_its_order(plan: Plan) -> None:
    order_costs(plan.forecast(s20_104=100, s10_109=300, s30_101=1), "0.30")
    lines = {one.candidate.product.sku: one for one in decide(plan).found}
    assert {sku: one.beside for sku, one in lines.items()} == {"20-104": 2, "10-109": 2, "30-101": 2}
    assert (lines["20-104"].quantity, lines["20-104"].for_batch) == (620, 80)  # 15p each


def test_however_dear_an_order_is_nothing_is_bought_above_the_reorder_point(plan: Plan) -> None:
    both = [decide(order_costs(plan, amount)).found for amount in ("0", "99")]
    before, after = ({one.candidate.product.sku: one for one in found} for found in both)
    assert (before["10-109"].quantity, after["10-109"].quantity) == (0, 0)
    assert after["10-109"].surplus > 0
    assert after["10-109"].parts()["for_batch"] == 0


def test_a_lower_price_is_looked_for_beyond_the_batch(plan: Plan) -> None:
    order_costs(plan, "2").terms("20-104", price_breaks=[{"from": 900, "cost": "0.018"}])
    (line,) = (one for one in decide(plan).found if one.quantity)
    assert (line.quantity, line.for_batch, line.for_price, line.cost) == (900, 260, 100, Decimal("0.018"))
    assert sum(line.parts().values()) == 900


def test_two_runs_make_the_same_batches_and_a_supposition_changes_them_as_it_should(plan: Plan) -> None:
    order_costs(plan, "2")
    scenario = Scenario(demand=1.5)
    first, second = (decide(plan, scenario) for _ in range(2))
    assert replenishment.fingerprint(first.supposed) == replenishment.fingerprint(second.supposed)
    found = what_if.outcome(first, scenario)
    (line,) = found.lines
    assert (line.before.quantity, line.after.quantity) == (800, 1200)  # type: ignore[union-attr]
    assert found.after - found.before == Decimal("8.00")


def test_less_than_a_batch_costs_part_of_an_order_and_is_not_said_to_save(plan: Plan) -> None:
    order_costs(plan, "2")
    approve(plan, s20_104=540)
    with plan.world.database.read() as session:
        (row,) = session.scalars(select(ReplenishmentOverride)).all()
        assert (row.proposed, row.decided) == (800, 540)
        assert row.expected_cost == Decimal("3.22")  # 2.00 of ordering, and what the batch guards of sales
