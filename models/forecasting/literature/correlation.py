"""Which factors go with sales: Pearson's and Spearman's correlation with counts, kept as polars frames.

p_value is two-sided, by Student's t with count - 2 degrees of freedom. A correlation with something constant, or of
fewer than three values, is undefined: null in a frame, 0 with a p-value of 1 in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

SIGNIFICANT = 0.05
FEWEST = 3
Array = npt.NDArray[Any]

FACTORS = {
    "unique_id": pl.String, "factor": pl.String, "pearson": pl.Float64, "spearman": pl.Float64, "count": pl.Int64,
    "p_value": pl.Float64,
}  # fmt: skip
PAIRS = {
    "left": pl.String, "right": pl.String, "pearson": pl.Float64, "spearman": pl.Float64, "count": pl.Int64,
    "p_value": pl.Float64,
}  # fmt: skip


def pearson(x: Array, y: Array, known: Array) -> tuple[Array, Array]:
    """Pearson's r along the last axis over the known values, and how many there are; the arrays broadcast."""
    x, y, known = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64), known)
    count = known.sum(axis=-1)
    size = np.maximum(count, 1)[..., None]
    dx = np.where(known, x - np.where(known, x, 0).sum(axis=-1, keepdims=True) / size, 0)
    dy = np.where(known, y - np.where(known, y, 0).sum(axis=-1, keepdims=True) / size, 0)
    spread = np.sqrt((dx**2).sum(axis=-1) * (dy**2).sum(axis=-1))
    scale = np.sqrt((np.where(known, x, 0) ** 2).sum(axis=-1) * (np.where(known, y, 0) ** 2).sum(axis=-1))
    defined = (count >= FEWEST) & (spread > 1e-12 * scale) & (spread > 0)  # rounding leaves a constant some spread
    r = np.where(defined, (dx * dy).sum(axis=-1) / np.where(defined, spread, 1), 0.0)
    return np.clip(r, -1, 1), count


def p_values(r: Array, count: Array) -> Array:
    """The probability of a correlation at least this far from 0 were there none; 1 where it is 0 or undefined."""
    from scipy.stats import t

    freedom = np.maximum(count - 2, 1)
    with np.errstate(divide="ignore"):
        statistic = np.abs(r) * np.sqrt(freedom / np.maximum(1 - r**2, 1e-300))
    found: Array = np.where(count >= FEWEST, 2 * t.sf(statistic, freedom), 1.0)
    return found


def chosen_factors(r: Array, count: Array, most: int, significant: float = SIGNIFICANT) -> Array:
    """Which factors enter a network, bool [n, F]: the `most` strongest of the significant ones, and always the
    strongest. r, count: [n, F].
    """
    order = np.argsort(-np.abs(r), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    entered: Array = (rank < most) & ((p_values(r, count) < significant) | (rank == 0))
    return entered


def factor_correlations(table: pl.DataFrame, factors: Sequence[str], target: str = "y") -> pl.DataFrame:
    """How each series' `target` goes with each factor; one row per series and factor (see FACTORS).

    table: `unique_id`, the target and one numeric column per factor; rows where either is missing do not count.
    """
    rows = table.with_columns(pl.col(target, *factors).cast(pl.Float64).fill_nan(None))
    parts = []
    for factor in factors:
        both = rows.filter(pl.col(factor).is_not_null() & pl.col(target).is_not_null())
        part = both.group_by(pl.col("unique_id").cast(pl.String)).agg(
            pl.lit(factor).alias("factor"),
            _correlation(factor, target, "pearson"),
            _correlation(factor, target, "spearman"),
            pl.len().cast(pl.Int64).alias("count"),
        )
        parts.append(part)
    if not parts:
        return pl.DataFrame(schema=FACTORS)
    found = pl.concat(parts)
    return _with_p_values(found).select(list(FACTORS)).sort("unique_id", "factor")


def _correlation(left: str, right: str, method: Any) -> pl.Expr:
    """Null where it is undefined."""
    defined = (pl.len() >= FEWEST) & (pl.col(left).n_unique() > 1) & (pl.col(right).n_unique() > 1)
    return pl.when(defined).then(pl.corr(left, right, method=method)).fill_nan(None).alias(method)


def _with_p_values(found: pl.DataFrame) -> pl.DataFrame:
    r, count = found["pearson"].fill_null(0.0).to_numpy(), found["count"].to_numpy()
    return found.with_columns(pl.Series("p_value", p_values(r, count), dtype=pl.Float64)).with_columns(
        pl.when(pl.col("pearson").is_not_null()).then("p_value")
    )


def summary(correlations: pl.DataFrame) -> pl.DataFrame:
    """Over all series, one row per factor, the strongest first.

    Columns: factor, series (with a defined correlation), strength (mean of |pearson|), pearson and spearman (medians),
    significant (share of those series), count (mean number of values).
    """
    defined = correlations.filter(pl.col("pearson").is_not_null())
    return (
        defined.group_by("factor")
        .agg(
            pl.len().alias("series"),
            pl.col("pearson").abs().mean().alias("strength"),
            pl.col("pearson", "spearman").median(),
            (pl.col("p_value") < SIGNIFICANT).mean().alias("significant"),
            pl.col("count").mean(),
        )
        .sort("strength", "factor", descending=[True, False])
    )


def pair_correlations(left: pl.DataFrame, right: pl.DataFrame, *, busiest: int = 200, most: int = 20) -> pl.DataFrame:
    """The pairs of series that go together most, out of two long tables `unique_id, ds, y` (see PAIRS).

    Say products' demand on the left and customers' purchases, or suppliers' deliveries, on the right. A period in which
    a series has no row counts as 0; the periods are those of both tables from the first to the last row they share.
    The `busiest` series of each side are compared, and the `most` strongest pairs kept; a p_value is that of a pair
    looked at alone, not of the best of many. A customer who buys most of a product goes with it by arithmetic: read a
    pair as where demand comes from, not as its cause.
    """
    if left.is_empty() or right.is_empty():
        return pl.DataFrame(schema=PAIRS)
    start, end = max(left["ds"].min(), right["ds"].min()), min(left["ds"].max(), right["ds"].max())  # type: ignore[type-var]
    days = pl.concat([left["ds"], right["ds"]]).unique().sort()
    days = days.filter((days >= start) & (days <= end))
    if len(days) < FEWEST:
        return pl.DataFrame(schema=PAIRS)
    names, values = _matrix(left, days, busiest)
    others, other_values = _matrix(right, days, busiest)
    known = np.ones(len(days), dtype=bool)
    r, count = pearson(values[:, None], other_values[None], known)
    rank, _ = pearson(_ranks(values)[:, None], _ranks(other_values)[None], known)
    best = np.argsort(-np.abs(r), axis=None, kind="stable")[:most]
    rows, columns = np.unravel_index(best, r.shape)
    found = pl.DataFrame(
        {
            "left": [names[row] for row in rows],
            "right": [others[column] for column in columns],
            "pearson": r[rows, columns],
            "spearman": rank[rows, columns],
            "count": count[rows, columns],
            "p_value": p_values(r, count)[rows, columns],
        },
        schema=PAIRS,
    )
    return found.filter(pl.col("pearson") != 0)


def _matrix(long: pl.DataFrame, days: pl.Series, busiest: int) -> tuple[list[str], Array]:
    """The busiest series as rows of an array [n, T], zeros where there is no row."""
    long = long.with_columns(pl.col("unique_id").cast(pl.String))
    totals = long.group_by("unique_id").agg(pl.col("y").sum()).sort("y", "unique_id", descending=[True, False])
    names = totals["unique_id"].head(busiest).to_list()
    codes = {name: row for row, name in enumerate(names)}
    columns = {day: column for column, day in enumerate(days)}
    values = np.zeros((len(names), len(days)))
    kept = long.filter(pl.col("unique_id").is_in(names) & pl.col("ds").is_in(days.to_list()))
    for name, day, y in kept.select("unique_id", "ds", "y").iter_rows():
        values[codes[name], columns[day]] += y or 0.0
    return names, values


def _ranks(values: Array) -> Array:
    from scipy.stats import rankdata

    ranks: Array = rankdata(values, axis=1)
    return ranks


def association(table: pl.DataFrame, left: str, right: str, weight: str | None = None) -> dict[str, float]:
    """How much of who buys what (or who supplies what) is not chance: Cramér's V from 0 (none) to 1, and the counts.

    table: one row per purchase, with two columns of names; `weight` names a column of quantities, otherwise rows count.
    Source: Cramér (1946) with the correction of Bergsma (2013). NaN where one side has a single name.
    """
    measured = pl.len().cast(pl.Float64) if weight is None else pl.col(weight).cast(pl.Float64).sum()
    cells = table.group_by(left, right).agg(measured.alias("n")).filter(pl.col("n") > 0)
    rows, columns = (cells.group_by(name).agg(pl.col("n").sum().alias(f"of_{name}")) for name in (left, right))
    total = float(cells["n"].sum())
    facts = {"rows": float(len(rows)), "columns": float(len(columns)), "count": total}
    if len(rows) < 2 or len(columns) < 2:
        return {"cramers_v": float("nan"), **facts}
    joined = cells.join(rows, on=left).join(columns, on=right)
    phi = float((joined["n"] ** 2 / (joined[f"of_{left}"] * joined[f"of_{right}"])).sum()) - 1
    free = (len(rows) - 1) * (len(columns) - 1) / max(total - 1, 1)
    smaller = min(
        len(rows) - (len(rows) - 1) ** 2 / max(total - 1, 1), len(columns) - (len(columns) - 1) ** 2 / max(total - 1, 1)
    )
    return {"cramers_v": float(np.sqrt(max(0.0, phi - free) / (smaller - 1))) if smaller > 1 else float("nan"), **facts}
