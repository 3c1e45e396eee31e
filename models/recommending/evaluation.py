"""How good the suggestions would have been: does the customer's next order hold what was suggested?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from models.recommending.history import HistoryError, check_history, summarise_pairs
from models.recommending.purchase_model import fit_purchase_model

OURS = "quartermaster"
MOST_FREQUENT = "most_frequent"
LAST_ORDER = "last_order"


@dataclass(frozen=True)
class Evaluation:
    """metrics: by method ('quartermaster', 'most_frequent' for the customer, 'last_order' again), then hit_rate (share
    of customers whose next order holds at least one of the k suggestions), precision (share of the k that it holds)
    and recall (share of the order that was suggested).
    """

    cutoff: date
    horizon_days: int
    k: int
    customers: int
    metrics: dict[str, dict[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {**asdict(self), "cutoff": self.cutoff.isoformat()}


def evaluate(
    history: pl.DataFrame, *, k: int = 10, horizon_days: int = 14, cutoff: date | None = None, test_days: int = 60
) -> Evaluation:
    """Suggest as of `cutoff` (default: test_days before the last line) and compare with each customer's first order
    after it.

    Judged are the customers that were known before the cutoff and order within test_days after it. Everything is fitted
    on lines up to the cutoff. Raises HistoryError where that leaves nobody.
    """
    lines = check_history(history)
    if lines.is_empty():
        raise HistoryError("There are no order lines with a customer and a positive quantity.")
    last = lines.get_column("date").sort()[-1]
    split = cutoff or last - timedelta(days=test_days)
    model = fit_purchase_model(lines, split, horizon_days)
    pairs = summarise_pairs(lines, split)
    following = _next_orders(lines, split, test_days).join(pairs.select("customer").unique(), on="customer", how="semi")
    if following.is_empty():
        raise HistoryError(f"No known customer orders within {test_days} days after {split}.")
    scored = pairs.join(following.select("customer").unique(), on="customer", how="semi")
    scored = scored.with_columns(pl.Series(OURS, model.probability(scored, split)))
    scored = scored.with_columns(
        pl.col("times_bought").cast(pl.Float64).alias(MOST_FREQUENT),
        # the last order's skus first, most often bought ones leading; then the rest, so that all methods fill k places
        ((pl.col("last_bought") == pl.col("last_order")) * 1e6 + pl.col("times_bought")).alias(LAST_ORDER),
    )
    metrics = {method: _judge(scored, method, following, k) for method in (OURS, MOST_FREQUENT, LAST_ORDER)}
    return Evaluation(split, horizon_days, k, following["customer"].n_unique(), metrics)


def _next_orders(lines: pl.DataFrame, split: date, test_days: int) -> pl.DataFrame:
    """customer, sku of each customer's first order after the split."""
    after = lines.filter((pl.col("date") > split) & (pl.col("date") <= split + timedelta(days=test_days)))
    first = (
        after.sort("customer", "date", "order_id")
        .unique("customer", keep="first", maintain_order=True)
        .select("customer", "order_id")
    )
    return after.join(first, on=["customer", "order_id"]).select("customer", "sku").unique()


def _judge(scored: pl.DataFrame, method: str, following: pl.DataFrame, k: int) -> dict[str, float]:
    # ties are broken by the most recent purchase, for every method alike
    ranked = scored.sort("customer", method, "last_bought", "sku", descending=[False, True, True, False])
    chosen = ranked.group_by("customer", maintain_order=True).head(k).select("customer", "sku")
    hits = chosen.join(following, on=["customer", "sku"], how="semi").group_by("customer").agg(pl.len().alias("hits"))
    orders = following.group_by("customer").agg(pl.len().alias("size"))
    per_customer = orders.join(hits, on="customer", how="left").with_columns(pl.col("hits").fill_null(0))
    row = per_customer.sort("customer").select(
        (pl.col("hits") > 0).mean().alias("hit_rate"),
        (pl.col("hits") / k).mean().alias("precision"),
        (pl.col("hits") / pl.col("size")).mean().alias("recall"),
    )
    return {name: float(row[name][0]) for name in row.columns}
