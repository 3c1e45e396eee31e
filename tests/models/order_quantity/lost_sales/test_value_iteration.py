"""Value iteration against the published optima."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from models.order_quantity.lost_sales.chain import exact_cost
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError, standard_instances
from models.order_quantity.lost_sales.value_iteration import solve

FULL = os.environ.get("QUARTERMASTER_SOAK") == "1"
PUBLISHED = Path(__file__).parents[5] / "shared/data/lost_sales/optimal_costs.csv"


def published() -> dict[tuple[str, float, int], float]:
    if not PUBLISHED.is_file():
        pytest.skip("the table of published optima (shared/data/lost_sales) is not here")
    with PUBLISHED.open() as file:
        return {
            (row["demand"], float(row["lost_sale_penalty"]), int(row["lead_time"])): float(row["optimal_cost"])
            for row in csv.DictReader(file)
        }


@pytest.mark.soak
def test_it_reproduces_the_published_optima_to_the_digits_given() -> None:
    known = published()
    assert len(known) == len(standard_instances()) == 32
    for instance in standard_instances():
        if not FULL and instance.lead_time == 4 and instance.demand == "geometric":
            continue  # seconds rather than milliseconds
        optimum = solve(instance)
        stated = known[instance.demand, instance.lost_sale_penalty, instance.lead_time]
        assert optimum.cost == pytest.approx(stated, abs=5e-4 + 1e-4 + 1e-5), instance  # three decimals, and both spans


@pytest.mark.parametrize(
    ("demand", "lead_time", "cost"),
    [("poisson", 1, 4.04), ("poisson", 2, 4.40), ("poisson", 4, 4.73), ("geometric", 2, 10.24)],
)
def test_small_optima_of_the_literature(demand: str, lead_time: int, cost: float) -> None:
    assert round(solve(Instance(demand, 5.0, 4.0, 1.0, lead_time)).cost, 2) == cost


def test_the_bounds_hold_what_its_policy_costs_on_the_chain() -> None:
    instance = Instance("geometric", 5.0, 9.0, 1.0, 3)
    optimum = solve(instance)
    assert optimum.high - optimum.low <= 2e-5
    assert exact_cost(instance, optimum.policy).cost == pytest.approx(optimum.cost, abs=3e-5)


def test_costs_scale_with_the_money_they_are_counted_in() -> None:
    small, large = (solve(Instance("poisson", 3.0, 9.0 * scale, scale, 2), span=1e-6 * scale) for scale in (1.0, 100.0))
    assert large.cost == pytest.approx(100 * small.cost, rel=1e-6)


def test_a_problem_with_too_many_states_is_refused() -> None:
    with pytest.raises(LostSalesInputError, match="too many states"):
        solve(Instance("geometric", 500.0, 39.0, 1.0, 4))
