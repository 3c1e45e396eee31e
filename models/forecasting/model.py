"""The forecasting model that is served: the network, the baselines that have weight, and the combination of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.baselines import BASELINES, baseline_forecast
from models.forecasting.combination import MEMBERS
from models.forecasting.features import build_features
from models.forecasting.network import QUANTILES, QuantileNetwork
from models.forecasting.periods import Frequency

MOST_STEPS = 400  # a request for more is refused


class HorizonError(ValueError):
    """The horizon asked for is not one that can be forecast."""

    code = "bad_horizon"


@dataclass(frozen=True)
class ForecastModel:
    """mean_weights, quantile_weights: [M], in the order of `combination.MEMBERS`."""

    settings: Frequency
    horizon: int
    network: QuantileNetwork
    mean_weights: Tensor
    quantile_weights: Tensor

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return self.network.centre.device

    def to(self, device: torch.device | str) -> ForecastModel:
        """The same model on another device."""
        network = self.network.to(device)
        weights = self.mean_weights.to(device), self.quantile_weights.to(device)
        return ForecastModel(self.settings, self.horizon, network, *weights)

    @torch.inference_mode()
    def predict(self, y: Tensor, length: Tensor, origin: Tensor, horizon: int) -> tuple[Tensor, Tensor]:
        """Forecast raw histories: mean [B, horizon] and quantiles [B, horizon, 9], in units, not below zero.

        y [B, T] zeros before the first sale (any T; the last `settings.context` periods count); length [B] periods of
        life; origin [B] number of the last period. Beyond the trained horizon the mean is fed back as if it had
        happened, so intervals there are too narrow; answers should say that such a forecast is a rough one.
        Raises HorizonError outside 1…400.
        """
        if not 1 <= horizon <= MOST_STEPS:
            raise HorizonError(f"The horizon must be between 1 and {MOST_STEPS} periods, not {horizon}.")
        window, length = to_window(y, length, self.settings.context)
        means, quantiles, done = [], [], 0
        while done < horizon:
            mean, quantile = self.combined(window, length, origin + done)
            means.append(mean)
            quantiles.append(quantile)
            window = torch.cat([window, mean], dim=1)[:, -self.settings.context :]
            length = torch.where(length > 0, (length + self.horizon).clamp(max=self.settings.context), 0)
            done += self.horizon
        return torch.cat(means, dim=1)[:, :horizon], torch.cat(quantiles, dim=1)[:, :horizon]

    def combined(self, window: Tensor, length: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
        """The combination at the trained horizon; members without weight are not computed."""
        shape = (len(window), self.horizon)
        mean = torch.zeros(shape, device=window.device)
        quantiles = torch.zeros(*shape, len(QUANTILES), device=window.device)
        for index, name in enumerate(MEMBERS):
            mean_weight, quantile_weight = float(self.mean_weights[index]), float(self.quantile_weights[index])
            if mean_weight or quantile_weight:
                member_mean, member_quantiles = self.member(name, window, length, origin)
                mean += mean_weight * member_mean
                quantiles += quantile_weight * member_quantiles
        return mean, whole_units(quantiles, sells_whole_units(window))

    def member(self, name: str, window: Tensor, length: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
        """Mean [B, H] and quantiles [B, H, 9] of one member."""
        if name in BASELINES:
            return baseline_forecast(name, window, length, self.settings, self.horizon)
        features = build_features(window, length, origin, self.settings, self.horizon)
        quantiles, mean = self.network.averaged(features.x)
        return mean * features.scale.view(-1, 1), quantiles * features.scale.view(-1, 1, 1)

    @torch.inference_mode()
    def members(self, window: Tensor, length: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
        """All members side by side: means [M, B, H], quantiles [M, B, H, 9]."""
        pairs = [self.member(name, window, length, origin) for name in MEMBERS]
        return torch.stack([mean for mean, _ in pairs]), torch.stack([quantiles for _, quantiles in pairs])


def sells_whole_units(window: Tensor) -> Tensor:
    """Whether a history holds whole numbers only, bool [B]."""
    return (window == window.round()).all(dim=1)


def whole_units(quantiles: Tensor, whole: Tensor) -> Tensor:
    """Quantiles [B, H, 9] rounded for the series [B] that sell whole units: a quantile of a count is a count.

    On mostly-zero demand this turns a median of 0.2 into 0; the scaled quantile loss was measured 0.8 % lower.
    """
    return torch.where(whole.view(-1, 1, 1), quantiles.round(), quantiles)


def to_window(y: Tensor, length: Tensor, context: int) -> tuple[Tensor, Tensor]:
    """The last `context` columns of y (padded with zeros on the left where it is shorter), and the length within
    them.
    """
    window = y[:, -context:].to(torch.float32)
    if window.shape[1] < context:
        window = torch.nn.functional.pad(window, (context - window.shape[1], 0))
    return window, length.clamp(min=0, max=context)
