"""The probability that a customer buys a sku again within H days: a logistic regression over pairs.

Fitted on the past as it was H days before the end of the history, where the answer is known. Few, monotone-minded
features, so that the reasons given beside a suggestion are the reasons it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from models.recommending.history import HistoryError, summarise_pairs

FEATURES: tuple[str, ...] = (
    "log_times_bought",
    "share_of_orders",
    "recent_share",
    "log_days_since",
    "lateness",
    "overdue",
    "expected_orders",
    "customer_silence",
    "log_popularity",
    "popularity_trend",
)
_MOST_ROWS = 300_000
_RIDGE = 1.0
_NEWTON_STEPS = 12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PurchaseModel:
    """weights [F + 1] (the last is the intercept) over standardised features; centre, spread [F]."""

    horizon_days: int
    weights: Floats
    centre: Floats
    spread: Floats

    def probability(self, pairs: pl.DataFrame, as_of: date) -> Floats:
        """P(bought within horizon_days after as_of), [n], for rows of `summarise_pairs`."""
        x = (features(pairs, as_of, self.horizon_days) - self.centre) / self.spread
        return _sigmoid(x @ self.weights[:-1] + self.weights[-1])


def usual_interval() -> pl.Expr:
    """Days between purchases: the pair's own median where there is one, else how often the customer orders at all,
    else 90.
    """
    return pl.coalesce("interval_days", "order_interval", pl.lit(90.0)).clip(lower_bound=1.0)


def features(pairs: pl.DataFrame, as_of: date, horizon_days: int) -> Floats:
    """The features of each pair, [n, F], in the order of FEATURES."""
    since = (pl.lit(as_of) - pl.col("last_bought")).dt.total_days().cast(pl.Float64)
    silence = (pl.lit(as_of) - pl.col("last_order")).dt.total_days().cast(pl.Float64)
    rhythm = pl.col("order_interval").fill_null(180.0).clip(lower_bound=1.0)
    late = (since + horizon_days / 2) / usual_interval()
    columns = pairs.select(
        pl.col("times_bought").cast(pl.Float64).log1p().alias("log_times_bought"),
        (pl.col("times_bought") / (pl.col("possible") + 2)).alias("share_of_orders"),
        pl.col("recent_share"),
        since.log1p().alias("log_days_since"),
        late.clip(upper_bound=4.0).log1p().alias("lateness"),
        (late > 4).cast(pl.Float64).alias("overdue"),
        (horizon_days / rhythm).clip(upper_bound=5.0).log1p().alias("expected_orders"),
        (silence / rhythm).clip(upper_bound=20.0).log1p().alias("customer_silence"),
        pl.col("popularity").cast(pl.Float64).log1p().alias("log_popularity"),
        ((pl.col("popularity") + 1) / (pl.col("popularity_year") * 60 / 365 + 1)).log().alias("popularity_trend"),
    )
    return columns.select(FEATURES).to_numpy().astype(np.float64)


def fit_purchase_model(lines: pl.DataFrame, as_of: date, horizon_days: int, seed: int = 0) -> PurchaseModel:
    """Fit on checked lines up to and including `as_of`: features from before the last `horizon_days`, labels from
    within.

    Raises HistoryError where the history is too short to hold both.
    """
    before = as_of - timedelta(days=horizon_days)
    pairs = summarise_pairs(lines, before)
    if pairs.is_empty():
        raise HistoryError(f"No order is older than {horizon_days} days: there is nothing to learn suggestions from.")
    bought = lines.filter((pl.col("date") > before) & (pl.col("date") <= as_of)).select("customer", "sku").unique()
    labelled = pairs.join(bought.with_columns(pl.lit(1.0).alias("label")), on=["customer", "sku"], how="left")
    if labelled.height > _MOST_ROWS:
        labelled = labelled.sample(_MOST_ROWS, seed=seed)
    x = features(labelled, before, horizon_days)
    y = labelled["label"].fill_null(0.0).to_numpy()
    centre, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    return PurchaseModel(horizon_days, _newton((x - centre) / spread, y), centre, spread)


def _newton(x: Floats, y: Floats) -> Floats:
    """Ridge-penalised logistic regression by Newton's method; the intercept is not penalised."""
    design = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[-1] = 1e-3  # keeps the step finite where all labels are equal
    weights = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        p = _sigmoid(design @ weights)
        gradient = design.T @ (p - y) + penalty * weights
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        weights = weights - np.clip(np.linalg.solve(curvature, gradient), -4, 4)
    return np.asarray(weights, dtype=np.float64)


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))), dtype=np.float64)
