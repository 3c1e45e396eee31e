"""The reorder points and batches between which our policy chooses, per item and period.

Reorder points are quantiles of demand over the protection interval, at a few service levels, by several views of the
same past: the forecast that every policy gets, plain averages, and the item's own past sums as they are. Views that are
wrong in different ways are worth more together than the best of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.panel import Panel
from models.order_quantity.simulation.classical import Rules
from models.order_quantity.simulation.engine import Course
from models.order_quantity.simulation.features import Past
from models.order_quantity.simulation.forecasts import Outlook, error_correlation, expect_plainly, outlook
from models.order_quantity.simulation.terms import Terms

LEVELS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
BATCHES = (0.5, 1.0, 1.4, 2.0)
PLAIN_VIEWS = ("moving_average", "ses", "tsb")
VIEWS = ("forecast", *PLAIN_VIEWS, "own past")


@dataclass(frozen=True)
class Candidates:
    """reorder [n, T, V, L] by view and service level, batch [n, T, B]; units."""

    reorder: Tensor
    batch: Tensor

    def periods(self, begin: int, end: int | None) -> Candidates:
        """Those of a stretch of periods."""
        return Candidates(self.reorder[:, begin:end], self.batch[:, begin:end])

    def rows(self, chosen: Tensor) -> Candidates:
        """Those of some items."""
        return Candidates(self.reorder[chosen], self.batch[chosen])


def candidates(panel: Panel, given: Outlook, terms: Terms, course: Course, known: int) -> Candidates:
    """For every period from the outlook's start to the panel's end; errors are measured before column `known`."""
    rules = Rules(given, terms, course)
    horizon = int(terms.lead_time.max()) + course.review
    views = [rules]
    for name in PLAIN_VIEWS:
        expected = expect_plainly(name, panel, given.start, horizon)
        correlation = error_correlation(expected, panel, known)
        own_outlook = outlook(expected, terms.lead_time, course.review, correlation, terms.lead_deviation)
        views.append(Rules(own_outlook, terms, course))
    levels = [torch.stack([view.quantile(level) for level in LEVELS], dim=2) for view in views]
    own = Past(panel.y.astype("float64"), given.start).sums(terms.lead_time.numpy() + course.review, LEVELS)
    levels.append(torch.from_numpy(own.astype("float32")))
    batch = torch.stack([rules.batch(factor) for factor in BATCHES], dim=2)
    return Candidates(torch.stack(levels, dim=2), batch)
