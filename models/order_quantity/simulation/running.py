"""From a demand table to the comparison: forecasts as time passes, policies fitted on the past, judged later.

Nothing in it looks at a test period before the simulation has got there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.panel import Panel, PanelError, lengths
from models.forecasting.threads import one_thread
from models.order_quantity.simulation.candidates import candidates
from models.order_quantity.simulation.choosing import Ours, choose, fill_rate
from models.order_quantity.simulation.clairvoyant import Hindsight, clairvoyant
from models.order_quantity.simulation.classical import CLASSICAL, Rules, Tuned, play, tune
from models.order_quantity.simulation.engine import Course, Outcome
from models.order_quantity.simulation.features import features
from models.order_quantity.simulation.forecasts import (
    OURS,
    Expected,
    Outlook,
    error_correlation,
    expect_plainly,
    expect_with_ours,
    outlook,
)
from models.order_quantity.simulation.items import Items, read_items
from models.order_quantity.simulation.learning import Learning, Stretch
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.order_limits import OrderLimits
from models.order_quantity.simulation.plan import Periods, Plan, divide
from models.order_quantity.simulation.report import Result, document
from models.order_quantity.simulation.tables import TableError, read_demand, read_table
from models.order_quantity.simulation.terms import Terms

Progress = Callable[[str, float], None]
Floats = npt.NDArray[np.float64]
NEVER_SOLD = "no demand before the test periods"


@dataclass(frozen=True)
class World:
    """The items that are simulated: their demand, their terms, the periods, and how a run goes."""

    panel: Panel
    terms: Terms
    periods: Periods
    course: Course
    limits: OrderLimits | None = None

    @property
    def past(self) -> Tensor:
        """Demand from the first decision to the test, [n, T]."""
        return torch.from_numpy(self.panel.y[:, self.periods.start : self.periods.test])

    @property
    def later(self) -> Tensor:
        """Demand of the warm-up before the test and of the test."""
        return torch.from_numpy(self.panel.y[:, self.periods.test - self.periods.warm_up :])


@one_thread()
def simulate_file(demand: Path, items: Path | None, plan: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Read the tables, run everything, and return the report (see `report.document`). Raises TableError."""
    started = time.perf_counter()
    tell = progress or (lambda _what, _done: None)
    tell("reading", 0.0)
    table = read_demand(read_table(demand), plan.freq)
    item_table = None if items is None else read_table(items)
    world, found, left_out = _world(table.panel, item_table, plan)
    notes = [f"{table.rows_without_name} rows name no item or no period"] if table.rows_without_name else []
    if table.negative_as_zero:
        notes.append(f"{table.negative_as_zero} periods with a negative sum count as zero")
    results, ours, notes_of_forecasts = _play_all(world, plan, tell)
    tell("what a clairvoyant would pay", 0.97)
    return document(
        results,
        ours.described() if ours else None,
        _clairvoyant(world),
        plan=plan,
        periods=world.periods,
        terms=world.terms,
        items=found,
        left_out=table.left_out | left_out,
        notes=notes + notes_of_forecasts,
        seconds=time.perf_counter() - started,
    )


def _world(panel: Panel, item_table: Any, plan: Plan) -> tuple[World, Items, dict[str, str]]:
    """The items that can be simulated, and the reasons for the others."""
    # costs say which lead times there are, lead times where the test may begin, and that which past the costs may know
    rough = read_items(item_table, panel.ids, panel.y.mean(axis=1), plan.freq, plan.defaults, plan.review, plan.seed)
    if len(rough.rows) == 0:
        raise TableError(f"No item can be simulated; the first reason is: {next(iter(rough.left_out.values()))}.")
    periods = divide(plan, panel.periods, rough.terms.longest)
    mean = panel.y[:, : periods.test].mean(axis=1, dtype=np.float64)
    found = read_items(item_table, panel.ids, mean, plan.freq, plan.defaults, plan.review, plan.seed)
    sold = mean[found.rows] > 0
    left_out = found.left_out | {panel.ids[at]: NEVER_SOLD for at in found.rows[~sold]}
    rows = found.rows[sold]
    if len(rows) == 0:
        raise TableError("No item has demand before the test periods.")
    y = panel.y[rows]
    kept = Panel(tuple(panel.ids[at] for at in rows), panel.freq, panel.first, y, lengths(y), {})
    terms = found.terms.rows(torch.from_numpy(sold))
    course = Course(plan.review, periods.warm_up, plan.lost_sales)
    suppliers = tuple(name for name, kept_row in zip(found.suppliers, sold, strict=True) if kept_row)
    limits = OrderLimits(suppliers, found.minimums, plan.budget) if found.minimums or plan.budget is not None else None
    return World(kept, terms, periods, course, limits), replace(found, terms=terms, rows=rows), left_out


def _play_all(world: World, plan: Plan, tell: Progress) -> tuple[dict[str, list[Result]], Ours | None, list[str]]:
    """Results by forecast: the classical policies on each, ours on the first."""
    results: dict[str, list[Result]] = {}
    notes: list[str] = []
    ours: Ours | None = None
    for name in plan.models:
        try:
            expected = _expected(name, world, plan, tell)
        except PanelError as error:
            notes.append(f"our forecast is left out: {error}")
            continue
        first = not results
        correlation = error_correlation(expected, world.panel, world.periods.test)
        given = outlook(expected, world.terms.lead_time, plan.review, correlation, world.terms.lead_deviation)
        tell(f"classical policies on {name}", 0.5 if first else 0.9)
        results[name], wanted = _classical(world, given)
        if first:
            stretch = _stretch(world, given)
            ours = _learn(world, stretch, wanted, plan, lambda done: tell("learning a policy", 0.55 + 0.35 * done))
            levels = ours.levels(stretch.periods(world.periods.test - world.periods.warm_up - world.periods.start))
            results[name].append(Result(OURS, _on_test(world, levels, given), {}))
    if not results:
        raise TableError(f"There is no forecast to simulate with: {'; '.join(notes)}.")
    return results, ours, notes


def _expected(name: str, world: World, plan: Plan, tell: Progress) -> Expected:
    periods, horizon = world.periods, int(world.terms.lead_time.max()) + plan.review
    if name != OURS:
        return expect_plainly(name, world.panel, periods.start, horizon)
    return expect_with_ours(
        world.panel,
        [periods.start, (periods.start + periods.test) // 2, periods.test],
        horizon,
        cadence=plan.review,
        seed=plan.seed,
        step=lambda what, done: tell(f"forecasting: {what}", 0.02 + 0.45 * done),
    )


def _classical(world: World, given: Outlook) -> tuple[list[Result], float]:
    """Every classical policy, tuned on the past and played on the test; and the fill rate, after the split, of the one
    that was cheapest in the past.
    """
    periods = world.periods
    past = Rules(given.since(periods.start, periods.test), world.terms, world.course)
    later = Rules(given.since(periods.test - periods.warm_up), world.terms, world.course)
    results, tuned = [], []
    for policy in CLASSICAL:
        best = tune(policy, past, world.past)
        tuned.append(best)
        results.append(
            Result(policy.name, _on_test(world, policy.levels(later, best.parameters), given), dict(best.parameters))
        )
    cheapest: Tuned = min(tuned, key=lambda one: one.past_cost)
    after = replace(world.course, warm_up=periods.split - periods.start)
    levels = cheapest.policy.levels(past, cheapest.parameters)
    return results, fill_rate(play(levels, world.terms, world.past, after))


def _stretch(world: World, given: Outlook) -> Stretch:
    inputs = features(world.panel.y.astype(np.float64), given, world.terms, world.course.review)
    choices = candidates(world.panel, given, world.terms, world.course, world.periods.test)
    return Stretch(torch.from_numpy(world.panel.y[:, given.start :]), inputs, choices, world.terms)


def _learn(world: World, stretch: Stretch, wanted: float, plan: Plan, tell: Callable[[float], None]) -> Ours:
    periods = world.periods
    past = stretch.periods(0, periods.test - periods.start)
    split = periods.split - periods.start
    return choose(past, world.course, split, wanted, Learning(), seed=plan.seed, progress=tell)


def _on_test(world: World, levels: Levels, given: Outlook) -> Outcome:
    """Lead times are drawn on from where the past ended; suppliers' minimums and the budget hold here alone."""
    periods = world.periods
    course = replace(world.course, drawn_from=periods.test - periods.start)
    later = given.since(periods.test - periods.warm_up)
    limiter = None if world.limits is None else world.limits.limiter(later, world.terms, course)
    return play(levels, world.terms, world.later, course, limiter)


def _clairvoyant(world: World) -> Hindsight:
    terms = world.terms
    order, hold, short = (
        part.numpy().astype(np.float64) for part in (terms.order_cost, terms.holding_cost, terms.shortage_cost)
    )
    return clairvoyant(
        world.panel.y[:, world.periods.test :].astype(np.float64),
        order,
        hold,
        short,
        terms.lead_time.numpy(),
        warm_up=world.periods.warm_up,
        review=world.course.review,
        lost_sales=world.course.lost_sales,
    )
