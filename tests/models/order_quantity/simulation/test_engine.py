"""The simulated warehouse, by hand-counted courses."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.order_quantity.simulation.engine import Course, Order, Outcome, PriceBreaks, Situation, run
from models.order_quantity.simulation.levels import Levels, SmoothLevels
from models.order_quantity.simulation.terms import Terms


def terms(count: int = 1, *, lead_time: int = 0, moq: float = 0, multiple: float = 0) -> Terms:
    """Unit cost 10, order 5, holding 1 and shortage 4 per unit."""
    unit, order, hold, short = (torch.full((count,), value) for value in (10.0, 5.0, 1.0, 4.0))
    lead = torch.full((count,), lead_time)
    return Terms(unit, order, hold, short, lead, torch.full((count,), moq), torch.full((count,), multiple))


def up_to(level: float, periods: int) -> Levels:
    return Levels(torch.full((1, periods), level), torch.full((1, periods), level))


def course_of(demand: list[float], given: Terms, level: float, course: Course) -> dict[str, float]:
    outcome = run(torch.tensor([[demand]]), given, up_to(level, len(demand)).policy(), course)
    return {name: float(value) for name, value in vars(outcome).items()}


def test_lost_sales_counted_by_hand():
    """Up to 5, arriving a period later: 3 are lost at first; then 5 - 2 = 3 are held; then 5 is short of 7 by 2."""
    found = course_of([3, 2, 7], terms(lead_time=1), 5, Course())
    assert found == {
        "holding": 3,
        "ordering": 10,  # at once and in the last period; nothing was missing in the second
        "shortage": (3 + 4) * 4,
        "purchase": 0,
        "demand": 12,
        "filled": 5,
        "stock": 3,
    }


def test_back_orders_wait_and_are_served_first():
    """3 wait; 5 + 3 arrive … the position is what is ordered up to 5, so that 5 - 3 stay, and 2 of them go."""
    found = course_of([3, 2, 7], terms(lead_time=1), 5, Course(lost_sales=False))
    assert (found["shortage"], found["holding"], found["filled"]) == ((3 + 0 + 4) * 4, 0, 2 + 3)


def test_the_warm_up_is_not_counted():
    found = course_of([3, 2, 7], terms(lead_time=1), 5, Course(warm_up=1))
    assert (found["shortage"], found["ordering"], found["demand"]) == (16, 5, 9)


def test_orders_are_placed_at_reviews_only():
    found = course_of([1, 1, 1, 1], terms(), 10, Course(review=2))
    assert found["ordering"] == 10


def test_minimum_and_multiple_hold_exactly():
    rules = terms(3, moq=10, multiple=6)
    assert rules.allowed(torch.tensor([0.0, 3.0, 13.0])).tolist() == [0, 12, 18]
    assert terms(2, multiple=0.1).allowed(torch.tensor([0.3, 0.31])).tolist() == pytest.approx([0.3, 0.4])
    assert terms(2, moq=0.5).allowed(torch.tensor([0.2, 0.7])).tolist() == pytest.approx([0.5, 0.7])


def test_stock_and_what_is_on_order_never_vanish():
    """Ordered = sold + on hand + on order, whatever the lead times."""
    torch.manual_seed(0)
    demand = torch.randint(0, 9, (4, 6, 30)).float()
    times = torch.randint(0, 5, (4, 6, 30))
    ordered = torch.zeros(4, 6)
    last: list[Situation] = []

    def policy(now: Situation) -> Order:
        nonlocal ordered
        last.append(now)
        quantity = (20 - now.position).clamp(min=0)
        ordered = ordered + quantity
        return Order(quantity, (quantity > 0).float())

    found = run(demand, terms(4), policy, Course(), lead_times=times)
    left = last[-1].position + (20 - last[-1].position).clamp(min=0) - demand[:, :, -1].minimum(demand[:, :, -1])
    assert (ordered - found.filled >= 0).all()
    assert (left <= 20).all()
    assert torch.equal(found.demand, demand.sum(dim=2))


def test_drawn_lead_times_that_are_all_the_same_are_the_fixed_ones():
    demand = torch.arange(24.0).view(2, 1, 12) % 5
    fixed = replace(terms(2), lead_time=torch.tensor([1, 3]))
    drawn = torch.tensor([1, 3]).view(2, 1, 1).expand(2, 1, 12)
    levels = Levels(torch.full((2, 12), 8.0), torch.full((2, 12), 8.0))
    one = run(demand, fixed, levels.policy(), Course())
    other = run(demand, terms(2), levels.policy(), Course(), lead_times=drawn)
    assert torch.equal(one.cost, other.cost)


def test_price_breaks_count_as_the_difference_from_the_unit_cost():
    breaks = PriceBreaks(torch.tensor([[5.0, 8.0]]), torch.tensor([[9.0, 8.0]]))
    found = run(torch.zeros(1, 1, 1), terms(), up_to(6, 1).policy(), Course(), breaks=breaks)
    assert float(found.purchase) == -6
    found = run(torch.zeros(1, 1, 1), terms(), up_to(8, 1).policy(), Course(), breaks=breaks)
    assert float(found.purchase) == -16


def test_batches_lift_the_position_above_the_reorder_point_and_caps_hold():
    batch = Levels(torch.full((1, 1), 10.0), torch.full((1, 1), 10.0), batch=torch.full((1, 1), 4.0))
    assert float(batch.policy()(Situation(0, torch.tensor([[3.0]]), torch.tensor([[0.0]]))).quantity) == 8
    capped = Levels(torch.full((1, 1), 10.0), torch.full((1, 1), 10.0), cap=torch.full((1, 1), 4.0))
    assert float(capped.policy()(Situation(0, torch.tensor([[3.0]]), torch.tensor([[0.0]]))).quantity) == 4


def smooth_cost(reorder: Tensor, up_to_level: Tensor, demand: Tensor) -> Outcome:
    shape = (1, 1, demand.shape[2])
    levels = SmoothLevels(reorder.expand(shape), up_to_level.expand(shape), torch.tensor([[1.0]]))
    return run(demand, terms(lead_time=1), levels.policy(), Course())


def test_the_smooth_warehouse_decides_as_the_hard_one_does_and_has_a_gradient():
    demand = torch.tensor([[[3.0, 2, 7, 1, 0, 4, 4, 6]]])
    reorder, level = torch.tensor(3.0, requires_grad=True), torch.tensor(9.0, requires_grad=True)
    found = smooth_cost(reorder, level, demand).cost.sum()
    hard = Levels(torch.full((1, 8), 3.0), torch.full((1, 8), 9.0))
    assert float(found) == float(run(demand, terms(lead_time=1), hard.policy(), Course()).cost)
    found.backward()
    assert torch.isfinite(reorder.grad).all()
    assert float(level.grad) != 0


def test_the_gradient_of_a_base_stock_level_is_that_of_its_cost():
    demand = torch.tensor([[[3.0, 2, 7, 1, 5, 4, 4, 6]]])
    level = torch.tensor(6.5, requires_grad=True)
    smooth_cost(torch.tensor(100.0), level, demand).cost.sum().backward()
    step = 0.01
    above, below = (
        float(smooth_cost(torch.tensor(100.0), torch.tensor(6.5 + move), demand).cost) for move in (step, -step)
    )
    assert float(level.grad) == pytest.approx((above - below) / (2 * step), rel=1e-2)
