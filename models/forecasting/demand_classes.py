"""Demand classes by how often and how evenly an item sells (Syntetos, Boylan & Croston 2005).

ADI is the mean number of periods between sales, CV² the squared coefficient of variation of the sizes of sales:

    smooth        ADI < 1.32, CV² < 0.49          erratic       ADI < 1.32, CV² ≥ 0.49
    intermittent  ADI ≥ 1.32, CV² < 0.49          lumpy         ADI ≥ 1.32, CV² ≥ 0.49
"""

from __future__ import annotations

import torch
from torch import Tensor

CLASSES: tuple[str, ...] = ("smooth", "erratic", "intermittent", "lumpy")
ADI_LIMIT = 1.32
CV2_LIMIT = 0.49


def demand_class(window: Tensor, length: Tensor) -> Tensor:
    """The class of each series, int64 [B], an index into CLASSES. window [B, C] zeros before the first sale.

    A series that sold fewer than two times counts as intermittent: nothing is known about its sizes.
    """
    life = length.clamp(min=1, max=window.shape[1]).to(window.dtype)
    sold = window > 0
    sales = sold.sum(dim=1)
    count = sales.clamp(min=1).to(window.dtype)
    size = window.sum(dim=1) / count
    variance = ((window - size.unsqueeze(1)) * sold).square().sum(dim=1) / count
    often = life / count < ADI_LIMIT
    even = variance < CV2_LIMIT * size.square()
    found = torch.where(often, torch.where(even, 0, 1), torch.where(even, 2, 3))
    return torch.where(sales < 2, 2, found)
