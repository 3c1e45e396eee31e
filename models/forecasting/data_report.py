"""What a training tells of its data beside the counts in `Panel.exclusions`: what is missing, and which outliers."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.forecasting.outliers import outliers
from models.forecasting.panel import Panel
from models.forecasting.periods import frequency, start_of

MOST_NAMED = 20  # outliers, the farthest above their limit first


def data_report(panel: Panel) -> dict[str, Any]:
    """`missingness`: of the periods since each first sale, how many are unknown and of how many series, and how many
    more are not judged (censored, or after the end). `outliers`: of each its series, the period's first day, what was
    sold and as how much it counts.
    """
    born = np.arange(panel.periods) >= panel.periods - panel.length[:, None]
    nothing = np.zeros(panel.y.shape, dtype=np.bool_)
    seen = panel.observed
    lost = panel.missing if seen is None else seen.missing
    unknown = born & (nothing if lost is None else lost)
    unjudged = born & (nothing if panel.missing is None else panel.missing)
    periods = int(born.sum())
    missingness = {
        "periods": periods,
        "unknown": int(unknown.sum()),
        "unknown_share": round(float(unknown.sum()) / max(1, periods), 6),
        "series_with_unknown": int(unknown.any(axis=1).sum()),
        "not_judged_otherwise": int((unjudged & ~unknown).sum()),
    }
    return {"missingness": missingness, "outliers": _outliers(panel)}


def _outliers(panel: Panel) -> list[dict[str, Any]]:
    seen = panel.observed
    if seen is None or not seen.damp:
        return []
    settings, y = frequency(panel.freq), seen.net
    found = outliers(y, panel.length, settings.season, max(1, settings.smoothing))
    row, column = np.nonzero(found.found)
    order = np.argsort(found.limit[row] / y[row, column], kind="stable")[:MOST_NAMED]
    damped = found.damped(y)
    return [
        {
            "unique_id": panel.ids[at],
            "ds": start_of(panel.first + int(period), panel.freq).isoformat(),
            "sold": float(y[at, period]),
            "counted_as": float(damped[at, period]),
        }
        for at, period in zip(row[order], column[order], strict=True)
    ]
