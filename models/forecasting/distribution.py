"""Mean and variance of a demand distribution that is known by its nine quantiles and its mean.

The quantile function is taken as straight between the known quantiles, straight below the first one down to
max(0, q10 - (q20 - q10)), and exponential above the last one: for an exponential tail q90 - q80 = s ln 2, which gives
its scale s. Where the stated mean is larger than that function's mean (rare large orders: q90 may be 0 and the mean
not), the rest is put into the upper tail, which carries one tenth of the probability.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_TAIL = 0.1  # probability above the last quantile, below the first, and between neighbours


def quantile_moments(quantiles: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Mean [...] and variance [...] of non-negative demand; quantiles [..., 9] increasing (0.1…0.9), mean [...].

    The mean returned is the stated one, so that what is added up is what was shown. Where it is smaller than the
    quantiles allow (two heads of a network may disagree a little), the variance is that of the quantiles around their
    own mean.
    """
    q = quantiles.clamp(min=0).to(torch.float64)
    lowest = (2 * q[..., :1] - q[..., 1:2]).clamp(min=0)
    knots = torch.cat([lowest, q], dim=-1)
    a, b = knots[..., :-1], knots[..., 1:]
    body_mean = (_TAIL * (a + b) / 2).sum(dim=-1)
    body_square = (_TAIL * (a * a + a * b + b * b) / 3).sum(dim=-1)
    last = q[..., -1]
    tail = (last - q[..., -2]) / math.log(2)
    stated = mean.to(torch.float64)
    missing = stated - body_mean - _TAIL * (last + tail)
    tail = (tail + missing / _TAIL).clamp(min=0)
    first = body_mean + _TAIL * (last + tail)
    second = body_square + _TAIL * (last * last + 2 * last * tail + 2 * tail * tail)
    return stated, (second - first * first).clamp(min=0)


def error_correlation(actual: Tensor, mean: Tensor, quantiles: Tensor) -> float:
    """The mean correlation of a series' errors between two steps of one forecast, in [0, 0.9].

    It says how much the demand of several periods is wrong together (a misjudged level) and so how the variance of
    their sum grows. actual, mean [n, h]; quantiles [n, h, 9]. Errors are standardised and clipped at four deviations.
    """
    centre, variance = quantile_moments(quantiles, mean)
    steps = actual.shape[1]
    known = (variance > 0).all(dim=1)
    if steps < 2 or not bool(known.any()):
        return 0.0
    z = ((actual.to(torch.float64) - centre)[known] / variance[known].sqrt()).clamp(-4, 4)
    total, own = z.sum(dim=1).square().mean(), z.square().sum(dim=1).mean()
    correlation = float((total - own) / ((steps - 1) * own.clamp(min=1e-9)))
    return min(0.9, max(0.0, correlation))
