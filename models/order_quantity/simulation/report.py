"""The report of a simulation: figures per policy, how sure the difference is, what was assumed; and its table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from rich.console import Group
from rich.table import Table

from models.order_quantity.simulation.choosing import fill_rate
from models.order_quantity.simulation.clairvoyant import Hindsight
from models.order_quantity.simulation.comparison import saving
from models.order_quantity.simulation.engine import Outcome
from models.order_quantity.simulation.forecasts import OURS
from models.order_quantity.simulation.items import Items
from models.order_quantity.simulation.plan import Periods, Plan
from models.order_quantity.simulation.terms import Terms

Floats = npt.NDArray[np.float64]
_NAMED = 1000  # items left out that are named; all are counted
DEFINITIONS = {
    "cost": "holding + ordering + shortage + purchase, money over the test periods, all items",
    "purchase": "what orders cost above the unit cost: their price, less the value at unit cost of what was sold and "
    "of the change in stock (on hand and on order); 0 without price breaks",
    "holding": "holding cost per unit and period on what is left at the end of each period",
    "shortage": "shortage cost per unit lost; with back orders, per unit and period that it waits",
    "ordering": "order cost per order placed in the test periods",
    "fill_rate": "units delivered at once / units demanded",
    "average_stock": "units on hand at the end of a period, all items, mean of the test periods",
    "stock_at_the_end": "valued at unit cost, on hand and on order",
    "warm_up": "every policy starts with empty shelves; what happens in the warm-up is not counted",
}


@dataclass(frozen=True)
class Result:
    """A policy's outcome on the test, and the parameters that were tuned for it."""

    name: str
    outcome: Outcome
    parameters: dict[str, float]

    @property
    def by_item(self) -> Floats:
        """Cost by item, [n]."""
        found: Floats = self.outcome.cost[:, 0].numpy().astype(np.float64)
        return found


def document(
    results: dict[str, list[Result]],
    ours: dict[str, Any] | None,
    hindsight: Hindsight,
    *,
    plan: Plan,
    periods: Periods,
    terms: Terms,
    items: Items,
    left_out: dict[str, str],
    notes: list[str],
    seconds: float,
) -> dict[str, Any]:
    """Everything as JSON-ready data. `policies` are all given the first forecast of `results`."""
    main = next(iter(results))
    counted = periods.last - periods.test
    exact = bool((terms.smallest == 0).all())
    loose = [
        name
        for name, holds in (
            ("lead times vary", terms.lead_times is not None),
            ("prices have breaks", terms.breaks is not None),
        )
        if holds
    ]
    reasons = Counter(left_out.values())
    return {
        "policies": {one.name: figures(one.outcome, counted) for one in results[main]},
        "clairvoyant": _known(hindsight, results[main][0].outcome, counted),
        "comparison": _comparison(results, hindsight, plan.seed),
        "settings": _settings(plan, periods, items)
        | {
            "parameters": {one.name: one.parameters for one in results[main] if one.parameters},
            "quartermaster": ours,
            "clairvoyant_is": _clairvoyant_is(exact=exact and not items.minimums and plan.budget is None, loose=loose),
        },
        "items": len(terms),
        "periods": {
            "known": periods.test,
            "warm_up": periods.warm_up,
            "counted": counted,
        },
        "not_simulated": {
            "count": len(left_out),
            "reasons": dict(reasons.most_common()),
            "items": dict(sorted(left_out.items())[:_NAMED]),
            "notes": notes,
        },
        "forecast": {
            "given": main,
            "cost_of_best_classical": {name: _best(found)[1] for name, found in results.items()},
        },
        "seconds": round(seconds, 1),
    }


def _clairvoyant_is(*, exact: bool, loose: list[str]) -> str:
    if loose:
        return f"no bound, since {' and '.join(loose)}: it is reckoned without"
    return "exact" if exact else "a lower bound: minimum orders and multiples are not applied to it"


def figures(outcome: Outcome, counted: int) -> dict[str, float]:
    """The figures of one policy."""
    money = {name: _sum(getattr(outcome, name)) for name in ("purchase", "holding", "shortage", "ordering")}
    return {
        "cost": sum(money.values()),
        **money,
        "fill_rate": fill_rate(outcome),
        "average_stock": _sum(outcome.stock) / counted,
    }


def render(report: dict[str, Any]) -> Group:
    """For people."""
    table = Table(title=f"{report['items']} items, {report['periods']['counted']} periods that no policy had seen")
    table.add_column("Policy")
    for heading in ("Cost", "Purchase", "Holding", "Shortage", "Ordering", "Fill rate", "Average stock"):
        table.add_column(heading, justify="right")
    rows = sorted(report["policies"].items(), key=lambda pair: -float(pair[1]["cost"]))
    for name, one in [*rows, ("clairvoyant", report["clairvoyant"])]:
        money = (f"{one[key]:,.0f}" for key in ("cost", "purchase", "holding", "shortage", "ordering"))
        table.add_row(name, *money, f"{one['fill_rate']:.1%}", f"{one['average_stock']:,.0f}")
    return Group(table, *_sentences(report))


def _sentences(report: dict[str, Any]) -> list[str]:
    told = []
    for key, words in (("same_forecast", "same forecast"), ("best_baseline_forecast", "best baseline forecast")):
        if (one := report["comparison"].get(key)) is None:
            continue
        low, high = one["interval"]
        told.append(
            f"Against the best classical policy with the {words} ({one['policy']}, {one['forecast']}): "
            f"{one['saving']:.1%} cheaper (95 %: {low:.1%} to {high:.1%}), "
            f"fill rate {one['fill_rate_difference']:+.2%}."
        )
    known = report["settings"]
    told.append(f"The clairvoyant is {known['clairvoyant_is']}.")
    if report["settings"]["shortage_cost_assumed_for"]:
        told.append(
            f"Shortage cost of {known['shortage_cost_assumed_for']} items assumed from a service level of "
            f"{known['service_level']:.0%} per order cycle."
        )
    out = report["not_simulated"]
    told += [f"Not simulated, {reason}: {count} items." for reason, count in out["reasons"].items()]
    return told + [f"{note}." for note in out["notes"]]


def _settings(plan: Plan, periods: Periods, items: Items) -> dict[str, Any]:
    given = plan.defaults
    return {
        "freq": plan.freq,
        "review": plan.review,
        "lost_sales": plan.lost_sales,
        "warm_up": periods.warm_up,
        "models": list(plan.models),
        "seed": plan.seed,
        "unit_cost": given.unit_cost,
        "order_cost": given.order_cost,
        "holding_rate": given.holding_rate,
        "shortage_cost": given.shortage_cost,
        "service_level": given.service_level,
        "lead_time": given.lead_time,
        "min_order_qty": given.moq,
        "order_multiple": given.multiple,
        "lead_time_deviation": given.lead_time_deviation,
        "price_breaks": [list(step) for step in given.price_breaks],
        "supplier_minimums": items.minimums,
        "budget": plan.budget,
        "shortage_cost_assumed_for": items.shortage_assumed,
        "definitions": DEFINITIONS,
    }


def _comparison(results: dict[str, list[Result]], hindsight: Hindsight, seed: int) -> dict[str, Any]:
    """Ours against the best classical policy, best by its cost in the test itself, which no planner could choose by."""
    main = next(iter(results))
    ours = next(one for one in results[main] if one.name == OURS)
    found = {"same_forecast": _against(ours, {main: results[main]}, seed)}
    baselines = {name: ones for name, ones in results.items() if name != OURS}
    if baselines:
        found["best_baseline_forecast"] = _against(ours, baselines, seed)
    classical, known = _best(results[main])[1], float(hindsight.cost.sum())
    gap = classical - known
    share = (classical - float(ours.by_item.sum())) / gap if gap > 0 else 0.0
    return {**found["same_forecast"], **found, "share_of_clairvoyant_saving": share}


def _against(ours: Result, results: dict[str, list[Result]], seed: int) -> dict[str, Any]:
    forecast = min(results, key=lambda name: _best(results[name])[1])
    best = _best(results[forecast])[0]
    return {
        "policy": best.name,
        "forecast": forecast,
        "cost": float(best.by_item.sum()),
        "fill_rate": fill_rate(best.outcome),
        "fill_rate_difference": fill_rate(ours.outcome) - fill_rate(best.outcome),
        **saving(ours.by_item, best.by_item, seed=seed).to_dict(),
    }


def _best(results: list[Result]) -> tuple[Result, float]:
    best = min((one for one in results if one.name != OURS), key=lambda one: float(one.by_item.sum()))
    return best, float(best.by_item.sum())


def _known(hindsight: Hindsight, like: Outcome, counted: int) -> dict[str, float]:
    demand = float(like.demand.sum(dtype=torch.float64))
    return {
        "cost": float(hindsight.cost.sum()),
        "purchase": 0.0,
        "holding": float(hindsight.holding.sum()),
        "shortage": float(hindsight.shortage.sum()),
        "ordering": float(hindsight.ordering.sum()),
        "fill_rate": float(hindsight.filled.sum()) / demand if demand > 0 else 1.0,
        "average_stock": float(hindsight.stock.sum()) / counted,
    }


def _sum(values: torch.Tensor) -> float:
    return float(values.sum(dtype=torch.float64))
