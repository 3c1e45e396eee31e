"""Lead times that vary, price breaks, suppliers' minimums and a budget, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.order_quantity.simulation.engine import Course, Situation, run
from models.order_quantity.simulation.forecasts import Outlook
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.order_limits import OrderLimits
from models.order_quantity.simulation.supply import (
    PriceBreaks,
    draw_lead_times,
    price_breaks,
    read_steps,
    read_times,
)
from models.order_quantity.simulation.tables import TableError
from tests.models.order_quantity.simulation.test_engine import terms


def test_steps_and_times_are_read_as_they_are_written():
    assert read_steps("500:9; 100:9.50") == ((100.0, 9.5), (500.0, 9.0))
    assert (read_steps(""), read_times("4, 5 9")) == ((), (4.0, 5.0, 9.0))


@pytest.mark.parametrize(
    ("read", "text"), [(read_steps, "100"), (read_steps, "0:9"), (read_times, "4 x"), (read_times, "105")]
)
def test_what_can_not_be_read_is_refused(read, text):
    with pytest.raises(TableError):
        read(text)


def test_lead_times_are_drawn_of_those_observed_or_around_the_mean():
    mean, deviation = np.array([4.0, 4.0, 4.0]), np.array([0.0, 2.0, 0.0])
    found = draw_lead_times(mean, deviation, [(2.0, 6.0), None, None], seed=1)
    assert found is not None
    assert set(found[0].tolist()) == {2, 6}
    assert float(found[1].float().mean()) == pytest.approx(4, abs=0.3)
    assert float(found[1].float().std()) == pytest.approx(2, abs=0.3)
    assert set(found[2].tolist()) == {4}
    again = draw_lead_times(mean, deviation, [(2.0, 6.0), None, None], seed=1)
    assert again is not None
    assert torch.equal(found, again)
    assert draw_lead_times(mean, 0 * deviation, [(3.0, 3.0), None, None], seed=1) is None


def test_an_order_arrives_after_the_lead_time_that_was_drawn_for_it():
    given = replace(terms(), lead_times=torch.tensor([[2, 0]]))
    levels = Levels(torch.full((1, 4), 1.0), torch.full((1, 4), 1.0))
    demand = torch.tensor([[[1.0, 1.0, 1.0, 1.0]]])
    late = run(demand, given, levels.policy(), Course())  # ordered at once, there in the third period; then at once
    assert float(late.filled) == 2
    assert float(run(demand, given, levels.policy(), Course(drawn_from=1)).filled) == 2
    assert float(run(demand, terms(), levels.policy(), Course()).filled) == 4


def test_a_lower_price_is_reached_where_it_saves_more_than_holding_costs():
    breaks = price_breaks([((20.0, 8.0),)], np.array([10.0]))
    assert breaks is not None
    quantity = torch.tensor([[15.0, 2.0, 0.0, 25.0]])
    given = terms()
    found = breaks.raised(quantity, given.unit_cost, given.holding_cost, given.allowed)
    # 20 for 160 instead of 150 and 50 later, and 1.25 of holding; 2 units: 40 less for 18 more, 16.2 of holding
    assert found.tolist() == [[20, 20, 0, 25]]
    dear = breaks.raised(quantity, given.unit_cost, given.holding_cost * 100, given.allowed)
    assert dear.tolist() == [[15, 2, 0, 25]]
    assert price_breaks([(), ()], np.zeros(2)) is None
    unused = PriceBreaks(breaks.quantity, breaks.price)
    assert torch.equal(unused.raised(quantity, given.unit_cost, given.holding_cost, given.allowed), quantity)


def limited(quantity: list[float], position: list[float], limits: OrderLimits) -> list[float]:
    """Three items at 10 each that expect 20 over the interval, with a deviation of 5."""
    part = torch.full((3, 1), 20.0)
    outlook = Outlook("plain", 0, part, part / 4, part / 2, part / 4)
    given = terms(3, lead_time=1, multiple=1)
    now = Situation(0, torch.tensor(position).unsqueeze(1), torch.zeros(3, 1))
    found = limits.limiter(outlook, given, Course())(now, torch.tensor(quantity).unsqueeze(1))
    return found[:, 0].tolist()


def test_orders_within_the_limits_are_left_alone():
    limits = OrderLimits(("A", "A", "B"), {"A": 150.0}, 300.0)
    assert limited([15, 0, 10], [10, 30, 20], limits) == [15, 0, 10]


def test_an_order_below_the_minimum_is_filled_up_or_held_back_whole():
    limits = OrderLimits(("A", "A", "B"), {"A": 250.0}, None)
    filled = limited([20, 0, 10], [0, 30, 20], limits)
    assert (sum(filled[:2]) * 10, filled[0] >= 20, filled[2]) == (250, True, 10)
    held = limited([1, 0, 10], [30, 30, 20], OrderLimits(("A", "A", "B"), {"A": 5000.0}, None))
    assert held == [0, 0, 10]


def test_a_budget_is_kept_and_goes_where_most_is_short():
    found = limited([20, 20, 20], [0, 10, 20], OrderLimits(("A", "A", "A"), {}, 300.0))
    assert sum(found) * 10 <= 300
    assert found[0] >= found[1] >= found[2]
    assert limited([20, 20, 20], [0, 0, 0], OrderLimits(("A", "A", "A"), {}, 0.0)) == [0, 0, 0]
