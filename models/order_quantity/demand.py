"""The distribution of demand over lead time plus review period, from a forecast of the single periods.

How the periods are combined. Each period's mean and variance follow from its quantiles
(models.forecasting.distribution). Means add. Variances add with the covariance of an equicorrelated forecast error:
Var ΣX = (1 - ρ) Σσ² + ρ (Σσ)². ρ = 0 would treat periods as independent and hold too little; ρ = 1 adds quantiles and
holds too much; ρ is measured in the forecast's back-test. The sum is taken as gamma distributed with these two moments:
non-negative and skewed, as lead-time demand is (Burgin 1975). The last period counts with the share of it that is
protected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import gammaincinv
from torch import Tensor

from models.forecasting.distribution import quantile_moments

DEFAULT_CORRELATION = 0.3


@dataclass(frozen=True)
class ProtectionDemand:
    """Demand over the protection interval, float64 [n]: mean and standard deviation, units.

    extrapolated: bool [n], the interval is longer than the forecast, whose average was used for the rest.
    """

    mean: Tensor
    deviation: Tensor
    extrapolated: Tensor

    def over_varying_time(self, periods: Tensor, spread: Tensor) -> ProtectionDemand:
        """The same where the interval of `periods` [n] varies with the standard deviation `spread` [n], periods.

        Var = Var(demand) + rate² · spread² (Silver, Pyke & Thomas 2017, ch. 6).
        """
        rate = self.mean / periods.to(torch.float64).clamp(min=1e-9)
        varied = (self.deviation.square() + (rate * spread.to(torch.float64)).square()).sqrt()
        return ProtectionDemand(self.mean, torch.where(periods > 0, varied, self.deviation), self.extrapolated)

    def quantile(self, level: Tensor) -> Tensor:
        """The gamma quantile at `level` [n] in (0, 1)."""
        return gamma_quantile(level, self.mean, self.deviation)


def protection_demand(mean: Tensor, quantiles: Tensor, periods: Tensor, correlation: float) -> ProtectionDemand:
    """mean [n, h], quantiles [n, h, 9], periods [n] (length of the interval, fractions allowed) -> its demand."""
    return sum_of_periods(*quantile_moments(quantiles, mean), periods, correlation)


def sum_of_periods(mean: Tensor, variance: Tensor, periods: Tensor, correlation: float) -> ProtectionDemand:
    """The same from each period's mean and variance, float64 [n, h]."""
    horizon = mean.shape[1]
    steps = torch.arange(horizon, dtype=torch.float64)
    share = (periods.to(torch.float64).unsqueeze(1) - steps).clamp(0, 1)
    beyond = (periods.to(torch.float64) - horizon).clamp(min=0)
    # periods past the horizon are like the average one
    share = share + (beyond / horizon).unsqueeze(1)
    independent = (share * variance).sum(dim=1)
    together = (share * variance.sqrt()).sum(dim=1).square()
    total = (1 - correlation) * independent + correlation * together
    return ProtectionDemand((share * mean).sum(dim=1), total.sqrt(), beyond > 0)


def gamma_quantile(level: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """Quantile of the gamma distribution with this mean and deviation (>= 0), float64 [n].

    The mean where nothing varies. The inverse of the incomplete gamma function is scipy's (Temme 1992; DiDonato &
    Morris 1986), a tenth of the time that Newton's method on tensors took. Shapes are kept between 1e-4 and 1e8.
    """
    level = level.to(torch.float64).expand_as(mean)
    moving = (mean > 0) & (deviation > 0)
    safe_mean = torch.where(moving, mean, 1.0)
    shape = torch.where(moving, (safe_mean / torch.where(moving, deviation, 1.0)).square(), 1.0).clamp(1e-4, 1e8)
    unit = torch.from_numpy(np.asarray(gammaincinv(shape.numpy(), level.numpy())))
    return torch.where(moving, unit * safe_mean / shape, mean.clamp(min=0))
