"""The tables of the ERP paper and of the monthly 3-15-1 network, on any long table `unique_id, ds, y`.

The training error of a network says how well it remembers; it stands beside the held-out error of the same network and
of the baselines. Both are mean squared errors of sales over each series' largest sale, the first one step ahead on the
periods learnt from, the second on the periods held out, forecast from their beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.forecasting.literature import correlation, erp_network
from models.forecasting.literature.factors import calendar_factors, candidate_factors, lagged
from models.forecasting.literature.members import (
    COMBINATION,
    COMBINED,
    SIX_MONTHS,
    Judged,
    baseline_points,
    combination_weights,
    combined,
    held_out_errors,
    judge,
    largest,
)
from models.forecasting.monthly_mlp import NAME as MONTHLY
from models.forecasting.monthly_mlp import forecast_monthly_mlp
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import Freq, period_start, start_of
from models.forecasting.threads import one_thread

PUBLISHED_TRAINING_ERROR = 3.34e-11
CORRELATED = 1000  # series in the table of correlations, the busiest first
FEWEST_PERIODS = 6
_SCALED = (0.9 - 0.1) ** 2  # the ERP network learns sales scaled into 0.1 … 0.9

Progress = Callable[[str, float], None]


@dataclass
class Reproduction:
    """A paper's tables on the data at hand.

    facts: what they were made from. errors: one row per method. tables: further ones, by name. curve: per epoch,
    columns `epoch, training` and, for the ERP network, `validation`. total: `ds, sold` over all series and a column per
    method for the held-out periods. ahead: `ds` and a column per method, the next six months in total. kept:
    frames too long to show.
    """

    name: str
    network: str
    facts: dict[str, Any]
    errors: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    curve: pl.DataFrame
    total: pl.DataFrame
    ahead: pl.DataFrame
    kept: dict[str, pl.DataFrame] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For JSON; figures that are not defined are null."""
        frames = {"errors": self.errors, **self.tables, "curve": self.curve, "total": self.total, "ahead": self.ahead}
        return {
            "name": self.name,
            "network": self.network,
            **self.facts,
            **{name: frame.fill_nan(None).to_dicts() for name, frame in frames.items()},
            "figures": self.figures,
        }


def reproduce_erp_forecast(
    long: pl.DataFrame,
    freq: Freq = "M",
    *,
    horizon: int | None = None,
    settings: erp_network.ErpSettings | None = None,
    partners: Mapping[str, pl.DataFrame] | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """The ERP paper's network: errors, factors, refinement, and the next six months by linear combination.

    partners: by name (`customer`, `supplier`) a long table `unique_id, partner, ds, y` of who bought or delivered.
    Raises PanelError where the table is no panel, or has too few periods to hold any out.
    """
    tell = progress or (lambda _what, _share: None)
    panel, held_out = _panel(long, freq, horizon)
    fits: dict[int, erp_network.ErpFit] = {}

    def network(seen: Panel, ahead: int) -> npt.NDArray[np.float32]:
        tell(f"networks of {len(seen.ids):,} series on {seen.periods} periods", len(fits) / 4)
        fits[seen.periods] = erp_network.fit_erp_network(seen, ahead, settings)
        return erp_network.forecast_erp_network(fits[seen.periods], seen, ahead).numpy()

    with one_thread():
        judged = judge(panel, held_out, network, erp_network.NAME)
        ahead, weights = _six_months(panel, judged, network, erp_network.NAME)
        tell("correlations", 0.8)
        correlations = factor_table(judged.seen)
    fit = fits[judged.seen.periods]
    training = float(fit.training_error.nanmean()) / _SCALED
    tables = {
        "correlations": correlation.summary(correlations),
        "entered": _entered(fit),
        "refinement": _refinement(fit),
        "weights": weights,
        **_partner_tables(partners or {}, start_of(panel.last + 1, freq)),
    }
    curve = pl.DataFrame(fit.curve, schema={"training": pl.Float64, "validation": pl.Float64}, orient="row") / _SCALED
    tell("done", 1.0)
    return Reproduction(
        name="erp-forecast",
        network=erp_network.NAME,
        facts=_facts(panel, held_out),
        errors=_errors(judged, erp_network.NAME, training),
        tables=tables,
        curve=curve.with_row_index("epoch", offset=1),
        total=_total(panel, judged),
        ahead=ahead,
        kept={"factor_correlations": correlations},
    )


def reproduce_monthly_mlp(
    long: pl.DataFrame, *, horizon: int | None = None, seed: int = 0, progress: Progress | None = None
) -> Reproduction:
    """The monthly 3-15-1 network: training and held-out error, its learning curve, and the next six months.

    Raises PanelError where the table is no panel, or has too few months to hold any out.
    """
    tell = progress or (lambda _what, _share: None)
    panel, held_out = _panel(long, "M", horizon)
    curves: dict[int, list[torch.Tensor]] = {}

    def network(seen: Panel, ahead: int) -> npt.NDArray[np.float32]:
        tell(f"networks of {len(seen.ids):,} series on {seen.periods} months", len(curves) / 3)
        watched = curves.setdefault(seen.periods, [])
        y, length = torch.tensor(seen.y), torch.tensor(seen.length)
        return forecast_monthly_mlp(y, length, ahead, seed, watched.append).numpy()

    with one_thread():
        judged = judge(panel, held_out, network, MONTHLY)
        ahead, weights = _six_months(panel, judged, network, MONTHLY)
    learnt = torch.tensor(judged.seen.length >= 5)  # shorter ones are not trained
    means = [float(errors[learnt].mean()) for errors in curves[judged.seen.periods]]
    curve = pl.DataFrame({"training": means}, schema={"training": pl.Float64}).with_row_index("epoch", offset=1)
    tell("done", 1.0)
    return Reproduction(
        name="monthly-mlp",
        network=MONTHLY,
        facts=_facts(panel, held_out),
        errors=_errors(judged, MONTHLY, means[-1] if means else float("nan")),
        tables={"weights": weights},
        curve=curve,
        total=_total(panel, judged),
        ahead=ahead,
    )


def factor_table(panel: Panel) -> pl.DataFrame:
    """How each series' sales go with the candidate factors from its second period on (see `factor_correlations`)."""
    busiest = np.argsort(-panel.y.sum(axis=1), kind="stable")[:CORRELATED]
    factors = candidate_factors(panel.freq, panel.periods)
    numbers = np.arange(panel.first, panel.last + 1, dtype=np.int64)
    calendar = calendar_factors(numbers, panel.freq, (panel.first, panel.last)).numpy()
    y = panel.y[busiest]
    lags = lagged(torch.tensor(y), factors.lags).numpy()
    rows, columns = np.nonzero(np.arange(panel.periods) > panel.periods - panel.length[busiest, None])
    names = np.array(panel.ids, dtype=object)[busiest]
    values = np.concatenate([calendar[columns], lags[rows, columns]], axis=1)
    table = pl.DataFrame(values, schema=dict.fromkeys(factors.names, pl.Float64), orient="row").with_columns(
        pl.Series("unique_id", names[rows].tolist(), dtype=pl.String), pl.Series("y", y[rows, columns])
    )
    return correlation.factor_correlations(table, factors.names)


def _panel(long: pl.DataFrame, freq: Freq, horizon: int | None) -> tuple[Panel, int]:
    panel = build_panel(long, freq)
    if panel.periods < FEWEST_PERIODS:
        raise PanelError(f"{panel.periods} periods are too few to learn from some and hold others out.")
    held_out = min(horizon or SIX_MONTHS[freq], panel.periods // 3)
    return panel, held_out


def _facts(panel: Panel, held_out: int) -> dict[str, Any]:
    days = period_start(np.array([panel.first, panel.last - held_out + 1, panel.last]), panel.freq)
    first, cut, last = (str(day) for day in days)
    return {
        "freq": panel.freq,
        "series": len(panel.ids),
        "periods": panel.periods,
        "first_period": first,
        "held_out": held_out,
        "held_out_from": cut,
        "last_period": last,
        "published_training_error": PUBLISHED_TRAINING_ERROR,
    }


def _errors(judged: Judged, network: str, training: float) -> pl.DataFrame:
    """The network first, then the combination, then the baselines by their held-out error."""
    found = held_out_errors(judged)
    first = (network, COMBINATION)
    names = [*first, *sorted((name for name in found if name not in first), key=lambda n: found[n]["held_out_error"])]
    return pl.DataFrame(
        [{"model": name, "training_error": training if name == network else None, **found[name]} for name in names],
        schema_overrides={"training_error": pl.Float64},
    )


def _six_months(panel: Panel, judged: Judged, network: Any, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Totals of the next six months per method, and the combination's weights: as judged, and learnt from the held-out
    periods for what lies ahead.
    """
    horizon = SIX_MONTHS[panel.freq]
    weights = combination_weights(judged.actual, judged.points, largest(judged.seen), (*COMBINED, name))
    points = baseline_points(panel, horizon) | {name: network(panel, horizon)}
    shown = {COMBINATION: combined(points, weights)} | {each: points[each] for each in (name, *COMBINED)}
    numbers = np.arange(panel.last + 1, panel.last + 1 + horizon, dtype=np.int64)
    ahead = pl.DataFrame(
        {"ds": period_start(numbers, panel.freq)} | {key: value.sum(axis=0) for key, value in shown.items()}
    )
    table = pl.DataFrame(
        {"model": list(weights), "judged": [judged.weights[key] for key in weights], "ahead": list(weights.values())}
    )
    return ahead, table


def _total(panel: Panel, judged: Judged) -> pl.DataFrame:
    numbers = np.arange(panel.first, panel.last + 1, dtype=np.int64)
    blank = [None] * judged.seen.periods
    methods = {name: blank + values.sum(axis=0).tolist() for name, values in judged.points.items()}
    return pl.DataFrame(
        {"ds": period_start(numbers, panel.freq), "sold": panel.y.sum(axis=0)} | methods,
        schema_overrides=dict.fromkeys(methods, pl.Float64),
    )


def _entered(fit: erp_network.ErpFit) -> pl.DataFrame:
    """In which share of the networks each factor entered."""
    trained = torch.tensor(fit.stopped != erp_network.TOO_SHORT)
    share = fit.entered[trained].to(torch.float64).mean(dim=0).tolist()
    return pl.DataFrame({"factor": fit.factors.names, "networks": share}).sort("networks", descending=True)


def _refinement(fit: erp_network.ErpFit) -> pl.DataFrame:
    """How the refinement loop ended: series, mean rounds and mean agreement per ending."""
    rows = [
        {
            "ended": ending,
            "series": count,
            "rounds": float(fit.rounds[torch.tensor(fit.stopped == ending)].double().mean()),
            "agreement": float(fit.agreement[torch.tensor(fit.stopped == ending)].double().median()),
        }
        for ending, count in Counter(fit.stopped.tolist()).most_common()
    ]
    return pl.DataFrame(rows).with_columns(
        pl.when(pl.col("agreement").is_finite()).then("agreement")  # none where nothing was trained
    )


def _partner_tables(partners: Mapping[str, pl.DataFrame], end: date) -> dict[str, pl.DataFrame]:
    """Per kind of partner how far products and partners are tied, and the pairs that go together by month, before
    `end`.
    """
    tables = {}
    for kind, dealings in partners.items():
        rows = dealings.with_columns(pl.col("ds").cast(pl.Date)).filter((pl.col("y") > 0) & (pl.col("ds") < end))
        if rows.is_empty():
            continue
        monthly = rows.with_columns(pl.col("ds").dt.truncate("1mo"))
        tied = correlation.association(monthly, "unique_id", "partner", "y")
        tables[f"products_and_{kind}s"] = correlation.pair_correlations(
            monthly.group_by("unique_id", "ds").agg(pl.col("y").sum()),
            monthly.group_by(pl.col("partner").alias("unique_id"), "ds").agg(pl.col("y").sum()),
        )
        tables[f"ties_to_{kind}s"] = pl.DataFrame([tied])
    return tables
