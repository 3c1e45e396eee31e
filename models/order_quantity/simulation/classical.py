"""The classical policies as levels that follow the forecast, tuned on the past by what they would have cost.

Every policy gets the same forecasts. The distribution of demand over the protection interval is taken as gamma with the
forecast's mean and deviation (Burgin 1975). Parameters are common to all items, as a planner sets them; where a rule
gives them by item (newsvendor, cost-optimal reorder points) the rule is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from models.order_quantity.demand import gamma_quantile
from models.order_quantity.simulation.engine import Course, Limiter, Outcome, run
from models.order_quantity.simulation.forecasts import Outlook
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.terms import Terms

SERVICE_LEVELS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
BATCHES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8)
CAPS = (1.25, 1.5, 2.0, 3.0, 5.0)
PENALTIES = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0, 8.0)
_LEAST, _MOST = 0.001, 0.9999
_AT_ONCE = 16  # settings that are simulated together

Parameters = dict[str, float]


class Rules:
    """What the policies are made of, for one outlook: quantiles and lot sizes, each worked out once."""

    def __init__(self, outlook: Outlook, terms: Terms, course: Course) -> None:
        self.outlook, self.terms, self.course = outlook, terms, course
        self._known: dict[float, Tensor] = {}
        rate = outlook.rate.clamp(min=0)
        self.economic = torch.sqrt(2 * terms.order_cost.unsqueeze(1) * rate / self._holding)

    @property
    def _holding(self) -> Tensor:
        return self.terms.holding_cost.clamp(min=1e-9).unsqueeze(1)

    def quantile(self, level: float | Tensor) -> Tensor:
        """Of demand over the protection interval, [n, T]."""
        if isinstance(level, float) and level in self._known:
            return self._known[level]
        mean, deviation = (part.to(torch.float64) for part in (self.outlook.mean, self.outlook.deviation))
        wanted = torch.full_like(mean, level) if isinstance(level, float) else level.to(torch.float64)
        found = gamma_quantile(wanted, mean, deviation).to(torch.float32)
        if isinstance(level, float):
            self._known[level] = found
        return found

    def batch(self, factor: float) -> Tensor:
        """The economic order quantity times a factor, at least the smallest order, [n, T]."""
        return torch.maximum(factor * self.economic, self.terms.smallest.unsqueeze(1))

    def critical_ratio(self, penalty: float) -> Tensor:
        """The newsvendor's service level [n, 1] for one review period, a shortage costing `penalty` times its cost."""
        short = self.terms.shortage_cost.unsqueeze(1) * penalty
        return (short / (short + self._holding * self.course.review)).clamp(_LEAST, _MOST)

    def cost_optimal_level(self, batch: Tensor, penalty: float) -> Tensor:
        """The service level per order cycle at which one more unit of safety stock costs what it saves, [n, T].

        1 - Q h / (D p): Silver, Pyke & Thomas (2017), ch. 6.
        """
        per_cycle = batch * self._holding / self.outlook.rate.clamp(min=1e-9)
        return (1 - per_cycle / (self.terms.shortage_cost.unsqueeze(1) * penalty).clamp(min=1e-9)).clamp(_LEAST, _MOST)


def _eoq(rules: Rules, _given: Parameters) -> Levels:
    return Levels(rules.outlook.mean, rules.outlook.mean, batch=rules.batch(1.0))


def _newsvendor(rules: Rules, given: Parameters) -> Levels:
    level = rules.quantile(rules.critical_ratio(given["penalty"]).expand_as(rules.outlook.mean))
    return Levels(level, level)


def _base_stock(rules: Rules, given: Parameters) -> Levels:
    level = rules.quantile(given["level"])
    return Levels(level, level)


def _capped(rules: Rules, given: Parameters) -> Levels:
    level = rules.quantile(given["level"])
    cap = given["cap"] * rules.outlook.rate * rules.course.review
    return Levels(level, level, cap=torch.maximum(cap, rules.terms.smallest.unsqueeze(1)))


def _reorder_batches(rules: Rules, given: Parameters) -> Levels:
    level = rules.quantile(given["level"])
    return Levels(level, level, batch=rules.batch(given["batch"]))


def _reorder_up_to(rules: Rules, given: Parameters) -> Levels:
    level = rules.quantile(given["level"])
    return Levels(level, level + rules.batch(given["batch"]))


def _cost_optimal(rules: Rules, given: Parameters) -> Levels:
    batch = rules.batch(given["batch"])
    level = rules.quantile(rules.cost_optimal_level(batch, given["penalty"]))
    return Levels(level, level + batch)


@dataclass(frozen=True)
class Classical:
    """A policy: how its levels follow from the forecast, and what may be tuned."""

    name: str
    says: str
    levels: Callable[[Rules, Parameters], Levels]
    grid: dict[str, tuple[float, ...]]

    def choices(self) -> Iterable[Parameters]:
        """Every combination of the grid."""
        for values in product(*self.grid.values()):
            yield dict(zip(self.grid, values, strict=True))


CLASSICAL: tuple[Classical, ...] = (
    Classical("eoq", "economic order quantity at expected demand, no safety stock", _eoq, {}),
    Classical("newsvendor", "up to the newsvendor's quantile at each review", _newsvendor, {"penalty": PENALTIES}),
    Classical("base_stock", "order up to a forecast quantile at each review", _base_stock, {"level": SERVICE_LEVELS}),
    Classical(
        "capped_base_stock",
        "the same, at most so much at once",
        _capped,
        {"level": SERVICE_LEVELS, "cap": CAPS},
    ),
    Classical("s_q", "(s, Q)", _reorder_batches, {"level": SERVICE_LEVELS, "batch": BATCHES}),
    Classical("s_s", "(s, S)", _reorder_up_to, {"level": SERVICE_LEVELS, "batch": BATCHES}),
    Classical(
        "s_s_by_cost",
        "(s, S), the service level by item from its costs",
        _cost_optimal,
        {"penalty": PENALTIES, "batch": BATCHES},
    ),
)


@dataclass(frozen=True)
class Tuned:
    """A classical policy with the parameters that cost least on the past, and that cost (money)."""

    policy: Classical
    parameters: Parameters
    past_cost: float


def tune(policy: Classical, rules: Rules, demand: Tensor) -> Tuned:
    """The parameters that would have cost least on a stretch of the past; demand [n, T], the periods of the outlook."""
    choices = list(policy.choices())
    costs: list[float] = []
    for begin in range(0, len(choices), _AT_ONCE):
        levels = _side_by_side([policy.levels(rules, given) for given in choices[begin : begin + _AT_ONCE]])
        with torch.inference_mode():
            courses = demand.unsqueeze(1).expand(-1, levels.reorder.shape[1], -1)
            costs += run(courses, rules.terms, levels.policy(), rules.course).cost.sum(dim=0).tolist()
    best = min(range(len(choices)), key=costs.__getitem__)
    return Tuned(policy, choices[best], costs[best])


def _side_by_side(levels: list[Levels]) -> Levels:
    """Several settings as scenarios of one run."""

    def stacked(values: list[Tensor | None]) -> Tensor | None:
        given = [one for one in values if one is not None]
        return torch.stack(given, dim=1) if given else None

    return Levels(
        torch.stack([one.reorder for one in levels], dim=1),
        torch.stack([one.up_to for one in levels], dim=1),
        stacked([one.cap for one in levels]),
        stacked([one.batch for one in levels]),
    )


def play(levels: Levels, terms: Terms, demand: Tensor, course: Course, limiter: Limiter | None = None) -> Outcome:
    """What these levels do on demand [n, T]."""
    with torch.inference_mode():
        return run(demand.unsqueeze(1), terms, levels.policy(), course, limiter=limiter)
