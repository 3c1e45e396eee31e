"""Single sales of a size that the series has shown nothing like: reported, and damped where they are learnt from.

The rule, for each series, over its periods with sales, on a log scale (sizes of demand are skewed): a period is an
outlier where it is above exp(median + LIMIT · spread), the spread being 1.4826 times the median absolute deviation and
at least LEAST_SPREAD. But
- with fewer than FEWEST_SALES periods with sales nothing is known, and nothing is an outlier;
- a repeated size is none: where another period sold between half and twice as much, it is how the item sells;
- nor is what comes back at the same time of another year: there a period is above the limit as well;
- nor is any of an item whose demand is lumpy by nature: rarely sold in very uneven sizes even without its outliers.
What is damped counts as the limit.

Measured before and after, 13 weeks ahead of weeks 52, 58 and 65 of Online Retail II. Damping alone, with the network
as it was pretrained: SQL 0.5665 both, MASE 0.6294 and 0.6293, RMSSE 0.6170 and 0.6169, total_WAPE 0.6515 and 0.6499;
with a 13-week mean: MASE 0.9050 and 0.9037, RMSSE 0.6750 and 0.6746, total_WAPE 0.9260 and 0.9225. No figure was worse
there, nor by month, nor on spare parts by week, but for a calibration by 0.0001. With the network trained at each
cutoff (and returns netted in the second): SQL 0.5594 and 0.5597, MASE 0.6248 and 0.6249, WAPE 0.8589 and 0.8596,
RMSSE 0.6041 and 0.6040, total_WAPE 0.6109 and 0.6107, bias 0.171 and 0.170, calibration 0.091 and 0.089; SES beside it:
SQL 0.7285 and 0.7282, MASE 0.883 and 0.879, total_WAPE 0.882 and 0.875. So it helps what follows its last values, and
leaves the network, whose inputs and losses are robust by themselves, where it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.forecasting.demand_classes import ADI_LIMIT, CV2_LIMIT

LIMIT = 4.0  # spreads above the median
LEAST_SPREAD = 0.35  # a factor of 1.4: items sold in equal sizes are not held to them
FEWEST_SALES = 12
REPEATED = 0.5  # of an outlier's size
_TO_SIGMA = 1.4826
_BATCH = 8192

Demand = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Outliers:
    """found: bool [n, T]; limit: float32 [n], what a size of each series has to be above; infinite where unknown."""

    found: npt.NDArray[np.bool_]
    limit: Demand

    def damped(self, y: Demand) -> Demand:
        """y [n, T] with its outliers at their limit, in whole units where all of the series is."""
        whole = (y == np.round(y)).all(axis=1)
        limit = np.where(whole, np.ceil(self.limit), self.limit)[:, None]
        return np.where(self.found, np.minimum(y, limit), y).astype(np.float32)


def outliers(y: Demand, length: npt.NDArray[np.int64], season: int, around: int) -> Outliers:
    """The outliers among y [n, T]; length: [n] periods since the first sale. season: periods of a year; around: how
    many periods earlier or later a season may come.
    """
    limit = np.concatenate([_limit(y[start : start + _BATCH]) for start in range(0, max(1, len(y)), _BATCH)])
    above = y > limit[:, None]
    found = np.zeros(y.shape, dtype=np.bool_)
    rows = np.flatnonzero(above.any(axis=1))
    if len(rows) == 0:
        return Outliers(found, limit)
    some, theirs = y[rows], above[rows]
    candidates = theirs & ~_repeated(some) & ~_seasonal(theirs, season, around)
    found[rows] = candidates & ~_lumpy(some, candidates, length[rows])[:, None]
    return Outliers(found, limit)


def _limit(y: Demand) -> Demand:
    sold = y > 0
    sales = sold.sum(axis=1)
    sizes = np.log(np.where(sold, y, 1.0))
    middle = _median(sizes, sold, sales)
    spread = _TO_SIGMA * _median(np.abs(sizes - middle[:, None]), sold, sales)
    limit = np.exp(middle + LIMIT * np.maximum(spread, LEAST_SPREAD))
    return np.where(sales >= FEWEST_SALES, limit, np.inf).astype(np.float32)


def _median(
    values: npt.NDArray[np.floating], chosen: npt.NDArray[np.bool_], count: npt.NDArray[np.int64]
) -> npt.NDArray[np.floating]:
    """The median of the chosen values of each row; 0 where there is none."""
    if values.shape[1] == 0:
        return np.zeros(len(values))
    ordered = np.sort(np.where(chosen, values, np.inf), axis=1)
    rows, last = np.arange(len(values)), np.maximum(count - 1, 0)
    middle = (ordered[rows, last // 2] + ordered[rows, (last + 1) // 2]) / 2
    return np.where(count > 0, middle, 0.0)


def _repeated(y: Demand) -> npt.NDArray[np.bool_]:
    """Which periods are not alone in their size: another one lies between half and twice of it."""
    if y.shape[1] < 2:
        return np.zeros(y.shape, dtype=np.bool_)
    order = np.argsort(y, axis=1, kind="stable")
    ranked = np.take_along_axis(y, order, axis=1)
    close = ranked[:, :-1] >= REPEATED * ranked[:, 1:]  # each with the next larger one
    near = np.zeros(y.shape, dtype=np.bool_)
    near[:, 1:] |= close
    near[:, :-1] |= close
    repeated = np.zeros(y.shape, dtype=np.bool_)
    np.put_along_axis(repeated, order, near, axis=1)
    return repeated


def _seasonal(above: npt.NDArray[np.bool_], season: int, around: int) -> npt.NDArray[np.bool_]:
    """Which periods have one above the limit about a year before or after."""
    found = np.zeros_like(above)
    for shift in range(season - around, season + around + 1):
        if shift < above.shape[1]:
            found[:, shift:] |= above[:, :-shift]
            found[:, :-shift] |= above[:, shift:]
    return found


def _lumpy(y: Demand, without: npt.NDArray[np.bool_], length: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which series are lumpy (see `demand_classes`) even without some of their periods."""
    kept = (y > 0) & ~without
    count = np.maximum(kept.sum(axis=1), 1)
    size = np.where(kept, y, 0).sum(axis=1) / count
    variance = np.where(kept, (y - size[:, None]) ** 2, 0).sum(axis=1) / count
    lumpy: npt.NDArray[np.bool_] = (length / count >= ADI_LIMIT) & (variance >= CV2_LIMIT * size**2)
    return lumpy
