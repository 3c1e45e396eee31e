"""The nine quantiles that every forecast states, and empirical quantiles of histories."""

from __future__ import annotations

import torch
from torch import Tensor

QUANTILES: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MEDIAN = QUANTILES.index(0.5)


def validity(length: Tensor, context: int) -> Tensor:
    """Which periods of a window belong to the series' life, bool [B, C]."""
    return torch.arange(context, device=length.device) >= context - length.clamp(max=context).unsqueeze(1)


def masked_quantiles(window: Tensor, length: Tensor, periods: int, levels: tuple[float, ...]) -> Tensor:
    """Empirical quantiles (linear interpolation) of the last `periods` periods since the first sale, [B,
    len(levels)].
    """
    recent = window[:, -periods:]
    return quantiles_of(recent, validity(length.clamp(min=1), recent.shape[1]), levels)


def quantiles_of(values: Tensor, known: Tensor, levels: tuple[float, ...]) -> Tensor:
    """Quantiles per row over the known values, [B, len(levels)]; 0 where none is known. values, known: [B, E]."""
    ordered = torch.where(known, values, torch.inf).sort(dim=1).values
    count = known.sum(dim=1, keepdim=True)
    position = torch.tensor(levels, device=values.device) * (count - 1).clamp(min=0)
    low = position.floor().to(torch.int64)
    high = torch.minimum(low + 1, (count - 1).clamp(min=0).expand_as(low))
    below, above = ordered.gather(1, low), ordered.gather(1, high)
    mixed = below + (above - below) * (position - low)
    return torch.where(count > 0, mixed, 0.0)
