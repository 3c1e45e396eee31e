"""What is simulated: the settings of a run, and how the periods are divided into learning, choosing and judging."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.forecasting.periods import Freq, frequency
from models.order_quantity.simulation.forecasts import OURS
from models.order_quantity.simulation.items import Defaults
from models.order_quantity.simulation.tables import TableError

FORECASTS = (OURS, "moving_average", "ses", "croston_sba", "tsb")
_MARGIN = 4  # periods of warm-up beyond lead time and review
_FEWEST_COUNTED = 4
_FEWEST_KNOWN = 8


@dataclass(frozen=True)
class Plan:
    """review, lead times: periods. test_periods: counted at the end, which no policy has seen (default: a third, at
    most a year). warm_up: periods simulated before and not counted (default: the longest lead time, a review and four).
    models: forecasts; the first is given to every policy, the others to the classical ones, for comparison. budget: the
    most that all orders of a review may come to in the periods that count, money; None: any amount.
    """

    freq: Freq
    review: int = 1
    test_periods: int | None = None
    warm_up: int | None = None
    lost_sales: bool = True
    models: tuple[str, ...] = FORECASTS
    seed: int = 0
    defaults: Defaults = field(default_factory=Defaults)
    budget: float | None = None

    def __post_init__(self) -> None:
        frequency(self.freq)
        unknown = [name for name in self.models if name not in FORECASTS]
        if unknown or not self.models:
            raise TableError(f"No forecast is called {', '.join(unknown)}; there are {', '.join(FORECASTS)}.")
        if self.budget is not None and self.budget < 0:
            raise TableError("A budget cannot be negative.")
        if self.review < 1:
            raise TableError("The review period is 1 period or more.")


@dataclass(frozen=True)
class Periods:
    """Columns of the panel. start: the first decision; split: learnt from before, chosen after; test: the first that
    counts; last: the end. warm_up: periods before each counted stretch.
    """

    start: int
    split: int
    test: int
    last: int
    warm_up: int


def divide(plan: Plan, periods: int, longest_lead: int) -> Periods:
    """Divide a panel's periods. Raises TableError where the past is too short to tune on."""
    season = frequency(plan.freq).season
    counted = plan.test_periods or max(1, min(season, periods // 3))
    test = periods - counted
    warm_up = plan.warm_up if plan.warm_up is not None else longest_lead + plan.review + _MARGIN
    start = max(_FEWEST_KNOWN, min(season // 2, test // 4))
    least = start + warm_up + 2 * _FEWEST_COUNTED
    if counted < 1 or warm_up < 0 or test < least:
        raise TableError(
            f"{periods} periods are too few: {counted} are kept for the test, and before it at least {least} are "
            f"needed (a warm-up of {warm_up} for lead times of up to {longest_lead}, and some to learn from)."
        )
    split = start + warm_up + round(0.6 * (test - start - warm_up))
    return Periods(start, split, test, periods, warm_up)
