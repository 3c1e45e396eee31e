"""The lost-sales problem: one item, periodic review, unmet demand is lost. The 32 standard instances.

Order of events in a period: receive what was ordered `lead_time` periods ago; order; demand arrives; holding cost on
the stock that is left, a penalty on each unit lost. Sources: Zipkin, Old and new methods for lost-sales inventory
systems (Operations Research 56, 2008); Xin, Understanding the performance of capped base-stock policies in lost-sales
inventory models (Operations Research 69, 2021).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

FAMILIES = ("poisson", "geometric", "negative_binomial")
LONGEST_LEAD_TIME = 4
MOST_MEAN = 1000.0
HELD_OUT_MEANS = (3.5, 8.0)  # of the shared network's training
HELD_OUT_PENALTY_RATIOS = (6.0, 14.0, 29.0)  # lost-sale penalty over holding cost


class LostSalesInputError(ValueError):
    """An input of the lost-sales problem is out of range; the message names it."""

    code = "bad_lost_sales_input"


@dataclass(frozen=True)
class Instance:
    """One problem. demand: "poisson", "geometric" (on 0, 1, 2, …) or "negative_binomial"; mean: units per period.

    lost_sale_penalty: money per unit lost. holding_cost: money per unit left at the end of a period. lead_time: whole
    periods, 1 to 4. dispersion: variance over mean, above 1, for the negative binomial only. Raises
    LostSalesInputError.
    """

    demand: str
    mean: float
    lost_sale_penalty: float
    holding_cost: float
    lead_time: int
    dispersion: float | None = None

    def __post_init__(self) -> None:
        if self.demand not in FAMILIES:
            raise LostSalesInputError(f"Demand is one of {', '.join(FAMILIES)}; {self.demand!r} is none of them.")
        for name, value in (("mean demand", self.mean), ("holding cost", self.holding_cost)):
            if not (math.isfinite(value) and value > 0):
                raise LostSalesInputError(f"The {name} must be a positive number.")
        if self.mean > MOST_MEAN:
            raise LostSalesInputError(f"A mean demand above {MOST_MEAN:.0f} has too many states to be exact.")
        if not (math.isfinite(self.lost_sale_penalty) and self.lost_sale_penalty > 0):
            raise LostSalesInputError("The lost-sale penalty must be a positive number.")
        if isinstance(self.lead_time, bool) or self.lead_time not in range(1, LONGEST_LEAD_TIME + 1):
            raise LostSalesInputError(f"The lead time is 1 to {LONGEST_LEAD_TIME} whole periods.")
        if (self.demand == "negative_binomial") != (self.dispersion is not None):
            raise LostSalesInputError("A dispersion belongs to negative binomial demand, and only to it.")
        if self.dispersion is not None and not (math.isfinite(self.dispersion) and self.dispersion > 1):
            raise LostSalesInputError("The dispersion (variance over mean) of a negative binomial is above 1.")

    @property
    def variance_to_mean(self) -> float:
        """1 for Poisson, 1 + mean for geometric demand."""
        if self.demand == "poisson":
            return 1.0
        return 1.0 + self.mean if self.dispersion is None else self.dispersion

    @property
    def critical_ratio(self) -> float:
        """penalty / (penalty + holding cost)."""
        return self.lost_sale_penalty / (self.lost_sale_penalty + self.holding_cost)


def standard_instances() -> tuple[Instance, ...]:
    """The 32 of the literature: Poisson and geometric with mean 5, penalty 4 to 39, lead time 1 to 4."""
    return tuple(
        Instance(demand, 5.0, penalty, 1.0, lead_time)
        for demand, penalty, lead_time in product(("poisson", "geometric"), (4.0, 9.0, 19.0, 39.0), (1, 2, 3, 4))
    )


def held_out_instances() -> tuple[Instance, ...]:
    """45 problems with a mean and a penalty that the shared network never meets in training.

    All combinations of the held-out values, lead times and both demands, but for geometric demand with mean 8 and lead
    time 4, whose optimum takes minutes.
    """
    return tuple(
        Instance(demand, mean, penalty, 1.0, lead_time)
        for demand, mean, penalty, lead_time in product(
            ("poisson", "geometric"), HELD_OUT_MEANS, HELD_OUT_PENALTY_RATIOS, (1, 2, 3, 4)
        )
        if (demand, mean, lead_time) != ("geometric", 8.0, 4)
    )
