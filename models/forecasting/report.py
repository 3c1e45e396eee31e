"""What a training tells: figures a person reads, and the metadata of the artefact."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

OURS = "quartermaster"


@dataclass(frozen=True)
class TrainingReport:
    """The outcome of one training.

    metrics: by model name (ours is 'quartermaster'), then by metric; see `metrics` for their definitions.
    weights: of the served combination, by demand class and member. cutoff: start of the last period known to the
    back-test.
    error_correlation: between the errors of two steps of one forecast; the order quantity needs it. sums: what the
    held-out window said of customers, countries, categories … (see `sums`). factors: the effects of prices,
    promotions and holidays, and how much of them is trusted. data: what is missing, and the outliers (see
    `data_report`).
    """

    name: str
    version: str
    promoted: bool
    reason: str
    freq: str
    series: int
    periods: int
    horizon: int
    held_out: int
    cutoff: date
    metrics: dict[str, dict[str, float]]
    mean_weights: dict[str, dict[str, float]]
    quantile_weights: dict[str, dict[str, float]]
    error_correlation: float
    series_better_than_naive: float
    exclusions: dict[str, int]
    seconds: float
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    factors: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; undefined figures are null."""
        return dict(jsonable({**asdict(self), "cutoff": self.cutoff.isoformat()}))


def jsonable(value: Any) -> Any:
    """NaN and infinity as None, in nested dicts and lists: JSON has neither."""
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
