"""The proposal's rule beside ordering up to the same level at every review, over three simulated years of one supplier.

Invented demand, the same for both; what is not there is not sold. The proposal may not serve worse, and has to cost
less where each line bears its part of an order's cost. Where an order costs the same however many lines it has, batches
save next to nothing here, since some line is needed at nearly every review; they may not cost much then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from backend.purchasing.reckoning import HOLDING_RATE, Terms, batch_of
from models.inventory import LotRules, round_order

WEEKS, WARM_UP, LEAD, REVIEW = 156, 12, 2, 1
ORDER_COST, Z = Decimal(18), 1.645
Rule = Callable[[int, float, int], float]  # item, what is missing to the level, lines that miss something: units


@dataclass(frozen=True)
class Year:
    """Money by cost, orders and their lines, and the share of demand that was met."""

    holding: float
    shortage: float
    orders: int
    lines: int
    fill_rate: float

    def total(self, ordering: float) -> float:
        """All of it with what ordering comes to."""
        return self.holding + self.shortage + ordering


def simulated(mean: np.ndarray, cost: np.ndarray, demand: np.ndarray, rule: Rule) -> Year:
    level = mean * (LEAD + REVIEW) + Z * np.sqrt(mean * 3 * (LEAD + REVIEW))
    stock, coming = level.copy(), np.zeros((len(mean), WEEKS + LEAD + 1))
    held = short = met = 0.0
    orders = lines = 0
    for week in range(WEEKS):
        missing = level - stock - coming[:, week:].sum(axis=1)
        needed = np.flatnonzero(missing > 0)
        for item in needed:
            quantity = round_order(rule(int(item), float(missing[item]), len(needed)), LotRules(0, 10)).quantity
            coming[item, week + LEAD] += quantity
        stock += coming[:, week]
        sold = np.minimum(stock, demand[:, week])
        stock -= sold
        if week >= WARM_UP:
            orders, lines = orders + (len(needed) > 0), lines + len(needed)
            held += float((stock * cost).sum()) * float(HOLDING_RATE) / 52
            short += float(((demand[:, week] - sold) * cost).sum()) * 0.6
            met += float(sold.sum())
    return Year(held, short, orders, lines, met / float(demand[:, WARM_UP:].sum()))


def test_batches_cost_less_than_ordering_up_to_the_level_at_each_review_and_serve_no_worse() -> None:
    rng = np.random.default_rng(7)
    mean, cost = rng.lognormal(3, 1, 30), rng.lognormal(-1.5, 1, 30)
    demand = rng.poisson(rng.gamma(mean[:, None] / 2, 2, (30, WEEKS))).astype(float)

    def batches(item: int, missing: float, lines: int) -> float:
        terms = Terms(Decimal(str(round(cost[item], 4))), (), LotRules(0, 10), ORDER_COST)
        return max(missing, batch_of(float(mean[item]) * 52, terms, lines))

    before, after = (simulated(mean, cost, demand, rule) for rule in (lambda _item, missing, _lines: missing, batches))
    assert after.fill_rate >= before.fill_rate > 0.97
    assert after.lines < before.lines / 2
    assert after.total(after.lines * 18 / 8) < 0.8 * before.total(before.lines * 18 / 8)
    assert after.orders <= before.orders
    assert after.total(after.orders * 18) < 1.06 * before.total(before.orders * 18)
