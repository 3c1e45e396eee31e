"""Correlations with their counts: what goes with sales, and what does not."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from models.forecasting.literature.correlation import (
    association,
    chosen_factors,
    factor_correlations,
    p_values,
    pair_correlations,
    pearson,
    summary,
)


def test_pearson_counts_only_what_is_known():
    x = np.array([1.0, 2.0, 3.0, 99.0])
    y = np.array([[2.0, 4.0, 6.0, 0.0], [3.0, 3.0, 3.0, 0.0], [3.0, 2.0, 1.0, 5.0]])
    r, count = pearson(x, y, np.array([True, True, True, False]))
    np.testing.assert_allclose(r, [1, 0, -1], atol=1e-12)
    assert count.tolist() == [3, 3, 3]


def test_pearson_and_its_p_value_are_scipy_s():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=20), rng.normal(size=20)
    r, count = pearson(x, y, np.ones(20, dtype=bool))
    expected = stats.pearsonr(x, y)
    np.testing.assert_allclose([r, p_values(r, count)], [expected.statistic, expected.pvalue])
    assert p_values(np.array(0.9), np.array(2)) == 1


def test_the_informative_factor_is_chosen_and_noise_is_not():
    rng = np.random.default_rng(5)
    sales = rng.normal(size=(200, 60))
    informative = sales + 0.5 * rng.normal(size=sales.shape)
    factors = np.stack([rng.normal(size=sales.shape), informative, rng.normal(size=sales.shape)], axis=1)
    r, count = pearson(factors, sales[:, None], np.ones((200, 1, 60), dtype=bool))
    entered = chosen_factors(r, count, most=3)
    assert entered[:, 1].all()
    assert entered[:, [0, 2]].mean() < 0.08  # one in twenty by chance
    assert chosen_factors(r, count, most=1).sum(axis=1).tolist() == [1] * 200


def test_where_nothing_is_significant_the_strongest_enters_alone():
    assert chosen_factors(np.array([[0.05, -0.1, 0.0]]), np.array([[10, 10, 10]]), most=3).tolist() == [
        [False, True, False]
    ]


def table() -> pl.DataFrame:
    weeks = list(range(6))
    return pl.DataFrame(
        {
            "unique_id": ["a"] * 6 + ["b"] * 6,
            "y": [0.0, 1.0, 2.0, 3.0, 4.0, 100.0] + [5.0] * 6,
            "price": [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, None, *([1.0] * 5)],
            "week": weeks * 2,
        }
    )


def test_factor_correlations_are_kept_with_counts():
    found = factor_correlations(table(), ["price", "week"])
    assert found.select("unique_id", "factor", "spearman", "count").rows() == [
        ("a", "price", -1.0, 6),
        ("a", "week", 1.0, 6),
        ("b", "price", None, 5),
        ("b", "week", None, 6),
    ]
    expected = stats.pearsonr(range(6), [0, 1, 2, 3, 4, 100])
    assert found["pearson"][1] == pytest.approx(expected.statistic)
    assert found["p_value"][1] == pytest.approx(expected.pvalue)
    assert factor_correlations(table(), []).is_empty()


def test_the_summary_leaves_out_undefined_correlations():
    found = summary(factor_correlations(table(), ["price", "week"]))
    assert found.select("factor", "series", "significant").rows() == [("price", 1, 0.0), ("week", 1, 0.0)]
    assert summary(factor_correlations(table().filter(unique_id="b"), ["price"])).is_empty()


def days(values: dict[str, list[float]]) -> pl.DataFrame:
    rows = [(name, date(2025, 1, day + 1), y) for name, ys in values.items() for day, y in enumerate(ys) if y]
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")


def test_products_and_customers_that_go_together():
    products = days({"bolts": [1, 5, 1, 5, 1, 5], "nuts": [3, 3, 3, 3, 3, 4]})
    customers = days({"Mill": [0, 4, 0, 4, 0, 4], "Shop": [5, 5, 4, 4, 5, 5]})
    found = pair_correlations(products, customers, most=2)
    assert found.row(0, named=True) == {
        "left": "bolts",
        "right": "Mill",
        "pearson": pytest.approx(1),
        "spearman": pytest.approx(1),
        "count": 6,
        "p_value": pytest.approx(0),
    }
    assert len(found) == 2
    assert pair_correlations(products, customers.clear()).is_empty()
    assert pair_correlations(products.head(1), customers).is_empty()


def test_only_the_busiest_series_are_compared():
    many = days({"busy": [9, 8, 7, 9], "quiet": [1, 0, 1, 0]})
    assert set(pair_correlations(many, many, busiest=1)["left"]) == {"busy"}


def test_association_of_products_and_suppliers():
    exclusive = pl.DataFrame({"product": ["a", "b"] * 50, "supplier": ["X", "Y"] * 50, "quantity": [1, 1] * 50})
    found = association(exclusive, "product", "supplier", "quantity")
    assert found == {"cramers_v": pytest.approx(1, abs=0.02), "rows": 2, "columns": 2, "count": 100}
    independent = pl.DataFrame({"product": ["a", "a", "b", "b"] * 25, "supplier": ["X", "Y"] * 50})
    assert association(independent, "product", "supplier")["cramers_v"] == 0
    assert math.isnan(association(exclusive.filter(product="a"), "product", "supplier")["cramers_v"])
