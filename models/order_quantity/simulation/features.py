"""What the policy network looks at, per item and period, free of units and of money: ratios and logarithms.

Everything is known before the period: the forecast's outlook, the item's own past, its terms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.order_quantity.simulation.forecasts import Outlook
from models.order_quantity.simulation.plain_forecasts import moving_average, smoothing, tsb
from models.order_quantity.simulation.terms import Terms

Floats = npt.NDArray[np.float64]
WINDOWS = (13, 26, 52)
LEVELS = (0.5, 0.8, 0.95)  # quantiles of past demand over as long as the protection interval
MEMORY = 104  # periods whose sums are remembered
_LARGEST = 6.0  # a logarithm beyond this says no more


class Past:
    """Statistics of demand y [n, T] before each period of [start, T): arrays [n, T - start]."""

    def __init__(self, y: Floats, start: int) -> None:
        self.y, self.start = y, start
        self.total = np.pad(y.cumsum(axis=1), ((0, 0), (1, 0)))
        self.sales = np.pad((y > 0).cumsum(axis=1).astype(np.float64), ((0, 0), (1, 0)))
        self.origins = np.arange(start, y.shape[1])

    def mean(self, periods: int) -> Floats:
        """Per period, over the last so many."""
        found: Floats = self._over(self.total, periods)
        return found

    def share_selling(self, periods: int) -> Floats:
        """Of the last so many periods, those with demand."""
        return self._over(self.sales, periods)

    def since_sale(self) -> Floats:
        """Periods since the last one with demand; all there were where there is none."""
        columns = np.arange(1, self.y.shape[1] + 1)
        last = np.pad(np.maximum.accumulate(np.where(self.y > 0, columns, 0), axis=1), ((0, 0), (1, 0)))
        found: Floats = (self.origins - last[:, self.origins]).astype(np.float64)
        return found

    def largest(self) -> Floats:
        """The largest period so far."""
        return np.pad(np.maximum.accumulate(self.y, axis=1), ((0, 0), (1, 0)))[:, self.origins]

    def sums(self, spans: npt.NDArray[np.int64], levels: tuple[float, ...] = LEVELS) -> Floats:
        """Quantiles [n, T', levels] of demand over each item's span of periods (int [n]), at all earlier times of the
        last two years or so.
        """
        found = np.zeros((len(self.y), len(self.origins), len(levels)))
        for span in np.unique(spans):
            rows = np.flatnonzero(spans == span)
            rolled = self.total[rows, span:] - self.total[rows, : -span or None]
            for at, origin in enumerate(self.origins):
                known = rolled[:, max(0, origin - span - MEMORY) : max(0, origin - span + 1)]
                if known.shape[1]:
                    found[rows, at] = np.quantile(known, levels, axis=1).T
        return found

    def _over(self, total: Floats, periods: int) -> Floats:
        begin = np.maximum(0, self.origins - periods)
        found: Floats = (total[:, self.origins] - total[:, begin]) / (self.origins - begin).clip(1)
        return found


def features(y: Floats, outlook: Outlook, terms: Terms, review: int) -> Tensor:
    """Features [n, T', F]; y: [n, T], T' = T - outlook.start."""
    past = Past(y, outlook.start)
    span = terms.lead_time.numpy() + review
    long = span[:, None].astype(np.float64)
    mean, deviation, rate = (
        part.numpy().astype(np.float64) for part in (outlook.mean, outlook.deviation, outlook.rate)
    )
    size = mean + deviation + long * past.mean(WINDOWS[-1]) + 1e-6
    smallest, short, hold, fixed = (
        part.numpy().astype(np.float64)[:, None]
        for part in (terms.smallest, terms.shortage_cost, terms.holding_cost, terms.order_cost)
    )
    economic = np.sqrt(2 * fixed * np.maximum(rate, 0) / np.maximum(hold, 1e-9))
    plain = [method(y)[:, past.origins] * long for method in (moving_average, smoothing, tsb)]
    logs = [
        mean / size,
        deviation / size,
        *(past.mean(window) * long / size for window in WINDOWS),
        *(part / size for part in plain),
        *np.moveaxis(past.sums(span) / size[..., None], 2, 0),
        past.largest() / size,
        smallest / size,
        economic / size,
        short / np.maximum(hold, 1e-9) * np.ones_like(size),
        fixed / np.maximum(short * size, 1e-9),
        past.since_sale() / 13,
        long * np.ones_like(size) / 13,
    ]
    shares = [past.share_selling(window) for window in WINDOWS]
    stacked = np.stack([np.log(np.clip(part, 1e-2, None)).clip(-_LARGEST, _LARGEST) for part in logs] + shares, axis=2)
    return torch.from_numpy(stacked.astype(np.float32))
