"""The model card: what a version was made of and how far it is to be trusted, as a page that a person reads.

After Mitchell et al., "Model Cards for Model Reporting" (2019). It says nothing that the metadata do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from models.forecasting.report import OURS

FILE = "MODEL_CARD.md"
_EVERY = {"D": "day", "W": "week", "M": "month"}
_SHOWN = ("SQL", "MASE", "RMSSE", "WAPE", "total_WAPE", "bias", "calibration")
_COUNTS = {
    "after_last_complete": "rows after the last complete period, left out",
    "missing_values": "values missing",
    "missing_periods": "periods without a known value, filled and not judged",
    "negative_periods_as_zero": "periods below zero, counted as zero",
    "returns_netted": "returns taken off the sale that they reverse",
    "returns_without_sale": "returns that no sale was found for, of which nothing was taken off",
    "outliers_damped": "outliers damped",
    "censored_periods": "periods out of stock, raised to what was expected and not judged",
    "periods_off_sale": "periods after an item's end, neither learnt from nor judged",
    "series_off_sale": "items that have ended",
    "series_never_sold": "series without a sale",
}


def model_card(metadata: Mapping[str, Any], name: str, version: str) -> str:
    """The page, in Markdown, of an artefact's metadata."""
    data, held_out, every = metadata["data"], metadata["backtest"]["held_out"], _EVERY[metadata["freq"]]
    return "\n".join(
        [
            f"# {name} {version}",
            "",
            f"Forecasts of demand by {every}, {metadata['settings']['horizon']} {every}s ahead: a mean and nine "
            "quantiles per item. For what to order and what to expect; not for items that sell in other ways than "
            "those it learnt from, and only roughly beyond its horizon.",
            "",
            "## What it learnt from",
            "",
            f"{data['series']:,} series, {data['periods']} {every}s from {data['first']} to {data['last']}; "
            f"seed {metadata['seed']}, data {data['fingerprint'][:16]}, code {metadata['code_version']}.",
            "",
            *_counted(data),
            "",
            "## How good it was",
            "",
            f"On the last {held_out} {every}s, which it had not seen, beside the baselines:",
            "",
            *_metrics(metadata["metrics"]),
            "",
        ]
    )


def write_card(folder: Path, metadata: Mapping[str, Any], name: str) -> None:
    """Put the card beside the artefact in its folder, which is called by its version."""
    (folder / FILE).write_text(model_card(metadata, name, folder.name), encoding="utf-8")


def _counted(data: Mapping[str, Any]) -> Iterable[str]:
    counts = data["exclusions"]
    for name in (*_COUNTS, *sorted(counts.keys() - _COUNTS.keys())):
        if counts.get(name):
            yield f"- {counts[name]:,} {_COUNTS.get(name, name)}"
    missing = data["missingness"]
    share = missing["unknown_share"]
    yield f"- {share:.1%} of {missing['periods']:,} periods since the first sales unknown"
    for one in data["outliers"]:
        sold, counted = one["sold"], one["counted_as"]
        yield f"- outlier: {one['unique_id']}, {one['ds']}: {sold:,g} sold, counted as {counted:,g}"


def _metrics(metrics: Mapping[str, Mapping[str, float | None]]) -> Iterable[str]:
    yield f"| model | {' | '.join(_SHOWN)} |"
    yield "|---" * (len(_SHOWN) + 1) + "|"
    for name in sorted(metrics, key=lambda each: (each != OURS, each)):
        figures = (metrics[name].get(key) for key in _SHOWN)
        yield f"| {name} | {' | '.join('–' if value is None else f'{value:.3f}' for value in figures)} |"
