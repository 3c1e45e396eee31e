"""What the network learns from a past that the future may differ from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.forecasting.panel import Panel, lengths
from models.order_quantity.simulation.candidates import candidates
from models.order_quantity.simulation.classical import play
from models.order_quantity.simulation.engine import Course
from models.order_quantity.simulation.features import features
from models.order_quantity.simulation.forecasts import expect_plainly, outlook
from models.order_quantity.simulation.learning import Learning, Stretch, learn
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.network import Blend, levels_of
from models.order_quantity.simulation.terms import Terms

COURSE = Course(warm_up=6)
SHORT = Learning(members=2, steps=50, looks=1, items=12, rate=0.02)
START = 8


@pytest.fixture
def past() -> Stretch:
    """12 items of steady demand for 24 periods, each cycle of which should go without a shortage 19 times in 20."""
    y = np.random.default_rng(1).poisson(6, (12, START + 24)).astype(np.float32)
    panel = Panel(tuple(f"item {at}" for at in range(12)), "W", 0, y, lengths(y), {})
    same = torch.ones(12)
    terms = Terms(
        unit_cost=10 * same,
        order_cost=5 * same,
        holding_cost=0.1 * same,
        shortage_cost=8 * same,
        lead_time=torch.full((12,), 2),
        moq=0 * same,
        multiple=same,
    )
    given = outlook(expect_plainly("ses", panel, START, 3), terms.lead_time, COURSE.review, 0.0)
    inputs = features(y.astype(np.float64), given, terms, COURSE.review)
    choices = candidates(panel, given, terms, COURSE, panel.periods)
    return Stretch(torch.from_numpy(y[:, START:]), inputs, choices, terms)


def learnt(past: Stretch, settings: Learning) -> Levels:
    network = learn(past, Blend(("forecast",), 0.8, 1.0), COURSE, settings, seed=0)[-1]
    return levels_of(network, past.x, past.candidates)


def test_a_rise_costs_less_where_learning_reckoned_with_shifts(past: Stretch):
    """Whose demand was taken as it was holds less, and loses more when there is more of it than ever."""
    as_it_was, shifted = (learnt(past, replace(SHORT, shift=shift)) for shift in (0.0, 0.5))
    assert shifted.up_to.mean() > as_it_was.up_to.mean()
    costs = [float(play(one, past.terms, 1.4 * past.demand, COURSE).cost.sum()) for one in (shifted, as_it_was)]
    assert costs[0] < 0.9 * costs[1]


def test_learning_is_the_same_with_the_same_seed(past: Stretch):
    brief = replace(SHORT, steps=4)
    assert torch.equal(learnt(past, brief).reorder, learnt(past, brief).reorder)
