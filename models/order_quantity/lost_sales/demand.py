"""Demand of a period: probabilities without a truncation error, and tables to draw from.

A stock of x units sees demand only up to x: what exceeds it is lost, however much. So the leftover's distribution needs
the probabilities of 0 … x - 1 and the rest as one number, and expected lost units follow from the mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from models.order_quantity.lost_sales.instances import Instance

Floats = npt.NDArray[np.float64]


def probabilities(instance: Instance, size: int) -> Floats:
    """P(D = k) for k = 0 … size - 1, [size]."""
    return _mass(instance.mean, instance.variance_to_mean, size)


def leftover_probabilities(instance: Instance, stock: int) -> Floats:
    """P[x, w]: that of x units w are left after a period's demand; [stock + 1, stock + 1], rows add up to 1."""
    pmf = probabilities(instance, stock + 1)
    gap = np.subtract.outer(np.arange(stock + 1), np.arange(stock + 1))
    table = np.where(gap >= 0, pmf[np.maximum(gap, 0)], 0.0)
    table[:, 0] = 0.0
    table[:, 0] = 1.0 - table.sum(axis=1)
    return np.asarray(table)


def period_costs(instance: Instance, stock: int) -> Floats:
    """Expected holding and lost-sale cost of a period that demand finds x units in, x = 0 … stock; [stock + 1]."""
    x = np.arange(stock + 1)
    left = leftover_probabilities(instance, stock) @ x
    lost = instance.mean - x + left
    return np.asarray(instance.holding_cost * left + instance.lost_sale_penalty * lost)


def quantile(instance: Instance, probability: float, periods: int = 1) -> int:
    """The smallest k with P(D_1 + … + D_periods <= k) >= probability, units (such sums are of the same kind)."""
    mean = instance.mean * periods
    size = int(mean + 60 * np.sqrt(mean * instance.variance_to_mean)) + 20
    return int(np.searchsorted(np.cumsum(_mass(mean, instance.variance_to_mean, size)), probability))


def cumulative(instance: Instance, tail: float = 1e-7) -> Floats:
    """P(D <= k) up to where less than `tail` remains, to draw demand from by inversion; [size]."""
    return np.asarray(np.cumsum(probabilities(instance, quantile(instance, 1 - tail) + 1)))


def _mass(mean: float, variance_to_mean: float, size: int) -> Floats:
    """Poisson where variance equals mean, else negative binomial, of which the geometric is a case."""
    k = np.arange(size, dtype=np.float64)
    if variance_to_mean == 1.0:
        return np.asarray(np.exp(k * np.log(mean) - mean - gammaln(k + 1)))
    shape = mean / (variance_to_mean - 1)
    chosen = gammaln(k + shape) - gammaln(shape) - gammaln(k + 1)
    return np.asarray(np.exp(chosen - shape * np.log(variance_to_mean) + k * np.log1p(-1 / variance_to_mean)))
