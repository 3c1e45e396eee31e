"""The forecasting model that is served: the network, the baselines that have weight, and the combination of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.forecasting.averaging import averaged
from models.forecasting.baselines import BASELINES, baseline_forecast
from models.forecasting.combination import MEMBERS, Weights
from models.forecasting.demand_classes import demand_class
from models.forecasting.features import build_features
from models.forecasting.market import Market
from models.forecasting.network import QuantileNetwork
from models.forecasting.periods import Frequency

MOST_STEPS = 400  # a request for more is refused
_FEWEST_SALES = 2  # before the smallest of them says anything


class HorizonError(ValueError):
    """The horizon asked for is not one that can be forecast."""

    code = "bad_horizon"


@dataclass(frozen=True)
class ForecastModel:
    """horizon: steps that the own data taught and the back-test judged. market: how all series moved, as far as the
    training knew it.
    """

    settings: Frequency
    horizon: int
    network: QuantileNetwork
    weights: Weights
    market: Market

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.device

    def to(self, device: torch.device | str) -> ForecastModel:
        """The same model on another device."""
        return replace(
            self, network=self.network.to(device), weights=self.weights.to(device), market=self.market.to(device)
        )

    @torch.inference_mode()
    def predict(self, y: Tensor, length: Tensor, origin: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """Forecast raw histories: mean [B, horizon] and quantiles [B, horizon, 9], in units, not below zero.

        y [B, T] zeros before the first sale (any T; the last `settings.context` periods count); length [B] periods of
        life; origin [B] number of the last period. Every step is forecast directly; beyond `settings.reach` steps the
        network reads the season on but no longer widens with the distance, so answers should say that such a forecast
        is a rough one. Raises HorizonError outside 1…400.
        """
        if not 1 <= horizon <= MOST_STEPS:
            raise HorizonError(f"The horizon must be between 1 and {MOST_STEPS} periods, not {horizon}.")
        window, length = to_window(y, length, self.settings.context)
        return self.combined(window, length, origin, horizon)

    def combined(self, window: Tensor, length: Tensor, origin: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """The combination; members without weight in any demand class are not computed."""
        of_mean, of_quantiles = self.weights.of(demand_class(window, length))
        mean: Tensor | float = 0.0
        quantiles: Tensor | float = 0.0
        for index, name in enumerate(MEMBERS):
            if self.weights.counts(index):
                member_mean, member_quantiles = self.member(name, window, length, origin, horizon)
                mean = mean + of_mean[:, index, None] * member_mean
                quantiles = quantiles + of_quantiles[:, index, None, None] * member_quantiles
        assert isinstance(mean, Tensor)
        assert isinstance(quantiles, Tensor)
        return mean, Grain.of(window).apply(quantiles)

    def member(self, name: str, window: Tensor, length: Tensor, origin: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """Mean [B, H] and quantiles [B, H, 9] of one member."""
        if name in BASELINES:
            return baseline_forecast(name, window, length, self.settings, horizon)
        features = build_features(window, length, origin, self.settings, horizon, self.market)
        quantiles, mean = averaged(self.network, features)
        return mean, quantiles

    @torch.inference_mode()
    def members(self, window: Tensor, length: Tensor, origin: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """All members side by side: means [M, B, H], quantiles [M, B, H, 9]."""
        pairs = [self.member(name, window, length, origin, horizon) for name in MEMBERS]
        return torch.stack([mean for mean, _ in pairs]), torch.stack([quantiles for _, quantiles in pairs])


@dataclass(frozen=True)
class Grain:
    """What a series can sell. whole: bool [B], whole units only. least: [B], its smallest sale; 0 where that is not
    known.
    """

    whole: Tensor
    least: Tensor

    @staticmethod
    def of(window: Tensor) -> Grain:
        """From histories [B, C]."""
        sold = window > 0
        least = torch.where(sold, window, torch.inf).amin(dim=1)
        return Grain((window == window.round()).all(dim=1), torch.where(sold.sum(dim=1) >= _FEWEST_SALES, least, 0.0))

    def apply(self, quantiles: Tensor) -> Tensor:
        """Quantiles [B, H, 9] of what can happen: a quantile of a count is a count, and less than half of the smallest
        sale is none.

        On mostly-zero demand a median of 0.2 becomes 0: the scaled quantile loss was measured 0.8 % lower, and the
        calibration of fractional spare parts' demand 0.02 instead of 0.15.
        """
        snapped = torch.where(quantiles < self.least.view(-1, 1, 1) / 2, 0.0, quantiles)
        return torch.where(self.whole.view(-1, 1, 1), quantiles.round(), snapped)


def to_window(y: Tensor, length: Tensor, context: int) -> tuple[Tensor, Tensor]:
    """The last `context` columns of y (padded with zeros on the left where it is shorter), and the length within
    them.
    """
    window = y[:, -context:].to(torch.float32)
    if window.shape[1] < context:
        window = torch.nn.functional.pad(window, (context - window.shape[1], 0))
    return window, length.clamp(min=0, max=context)
