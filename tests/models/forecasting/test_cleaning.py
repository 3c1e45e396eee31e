"""A panel shows what was known: cleaned for learning, as it was at any cutoff, and judged as it was."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
import torch

from models import forecasting
from models.forecasting.backtest import outcome_of
from models.forecasting.data_report import data_report
from models.forecasting.fitting import Windows
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import frequency
from tests.models.worlds import MONDAY, QUICK, weekly_panel


def table(*rows: tuple[str, int, float], **more: list[object]) -> pl.DataFrame:
    """Rows of (id, week, y), with further columns."""
    names, weeks, y = zip(*rows, strict=True)
    days = [MONDAY + timedelta(weeks=week) for week in weeks]
    return pl.DataFrame({"unique_id": names, "ds": days, "y": y, **more}, schema_overrides={"y": pl.Float64})


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


BACK = table(("a", 0, 8.0), ("a", 1, 5.0), ("a", 2, 1.0), ("a", 3, -4.0), ("a", 4, 6.0), ("b", 0, -2.0), ("b", 4, 1.0))


def test_a_plain_panel_is_as_it_was():
    panel = build_panel(BACK, "W")
    assert panel.y.tolist() == [[8, 5, 1, 0, 6], [0, 0, 0, 0, 1]]
    assert (panel.observed, panel.judged) == (None, None)
    assert panel.exclusions == {"after_last_complete": 0, "missing_values": 0, "negative_periods_as_zero": 2}


def test_a_negative_period_is_taken_off_what_was_sold_before_it():
    panel = build_panel(BACK, "W", netted=True)
    assert panel.y.tolist() == panel.sold.tolist() == [[8, 1, 1, 0, 6], [0, 0, 0, 0, 1]]
    assert (panel.exclusions["returns_netted"], panel.exclusions["returns_without_sale"]) == (1, 1)


def test_a_later_return_changes_nothing_that_was_known_at_a_cutoff():
    sales = BACK.filter(pl.col("y") > 0)
    panel, without = (build_panel(rows, "W", cleaned=True, netted=True) for rows in (BACK, sales))
    for cutoff in (1, 2, 3):
        assert panel.until(cutoff).y.tolist() == without.until(cutoff).y.tolist()
    assert panel.until(4).y.tolist() == [[8, 1, 1, 0], [0, 0, 0, 0]]
    assert panel.until(4).until(2).y.tolist() == [[8, 5], [0, 0]]


def test_a_back_test_of_a_file_judges_what_the_file_says():
    seen, booked = (build_panel(BACK, "W", cleaned=cleaned) for cleaned in (True, False))
    assert seen.y.tolist() == seen.sold.tolist() == booked.sold.tolist()
    assert outcome_of(seen, 4, 1).absolute.tolist() == outcome_of(booked, 4, 1).absolute.tolist()


def test_a_return_that_names_its_sale_is_taken_off_that():
    rows = table(("a", 0, 8.0), ("a", 1, 5.0), ("a", 1, -3.0), ("a", 3, -2.0), ("a", 3, 4.0), ("a", 3, -1.0))
    rows = rows.with_columns(pl.Series("reverses", [None, None, week(0), week(1), None, None], dtype=pl.Date))
    for cleaned in (True, False):
        panel = build_panel(rows, "W", cleaned=cleaned)
        assert panel.y.tolist() == panel.sold.tolist() == [[5, 3, 0, 4]]
        assert panel.until(1).y.tolist() == [[8]]
        assert panel.until(2).y.tolist() == [[5, 5]]
        assert (panel.exclusions["returns_netted"], panel.exclusions["returns_without_sale"]) == (2, 1)
    with pytest.raises(PanelError, match="no sale"):
        build_panel(rows.filter(pl.col("y") < 0), "W")


def test_a_return_of_what_was_sold_before_the_table_begins_reverses_nothing():
    rows = table(("a", 1, 5.0), ("a", 2, -3.0)).with_columns(pl.Series("reverses", [None, week(0)], dtype=pl.Date))
    panel = build_panel(rows, "W")
    assert panel.y.tolist() == [[5, 0]]
    assert panel.exclusions["returns_without_sale"] == 1


def test_a_period_out_of_stock_is_filled_and_not_judged():
    rows = table(*(("a", at, 10.0) for at in range(5)), ("a", 5, 0.0), ("a", 6, 10.0))
    panel = build_panel(rows.with_columns(pl.Series("out_of_stock", [None] * 5 + [1.0, None])), "W")
    assert panel.y.tolist() == [[10] * 7]
    assert panel.sold.tolist() == [[10, 10, 10, 10, 10, 0, 10]]
    assert panel.known(4, 7).tolist() == [[True, False, True]]
    assert panel.until(6).y.tolist() == [[10] * 6]
    assert panel.exclusions["censored_periods"] == 1


def test_an_item_that_has_ended_teaches_and_is_judged_up_to_its_end():
    rows = table(
        ("a", 0, 3.0), ("a", 1, 2.0), ("a", 2, 0.0), ("b", 0, 1.0), ("b", 2, 0.0), ("b", 3, 4.0), ("b", 4, 1.0)
    )
    panel = build_panel(rows.with_columns(pl.Series("on_sale", [None, None, False, None, False, None, None])), "W")
    assert panel.known(0, 5).tolist() == [[True, True, False, False, False], [True] * 5]  # what sells is on sale
    assert panel.end.tolist() == [2, 5]
    assert panel.until(1).end.tolist() == [1, 1]
    assert (panel.exclusions["periods_off_sale"], panel.exclusions["series_off_sale"]) == (3, 1)


def outlying() -> Panel:
    sizes = [9.0, 10, 11] * 6
    rows = [("a", at, size) for at, size in enumerate(sizes)]
    return build_panel(table(*rows, ("a", 18, 500.0), ("a", 19, 10.0), ("a", 20, 500.0)), "W", cleaned=True)


def test_an_outlier_is_one_until_its_size_is_seen_again_and_is_judged_as_it_was():
    panel = outlying()
    assert panel.until(19).y[0, 18] == 41
    assert panel.until(19).sold[0, 18] == panel.y[0, 18] == 500
    assert panel.exclusions["outliers_damped"] == 0


def test_outliers_and_missing_periods_are_reported():
    panel = outlying().until(20)
    assert data_report(panel)["outliers"] == [
        {"unique_id": "a", "ds": week(18).isoformat(), "sold": 500.0, "counted_as": 41.0}
    ]
    rows = table(("a", 0, 1.0), ("a", 1, 2.0), ("a", 2, 4.0)).with_columns(pl.Series("y", [1.0, None, 4.0]))
    missingness = data_report(build_panel(rows, "W", cleaned=True))["missingness"]
    assert missingness == {
        "periods": 3,
        "unknown": 1,
        "unknown_share": 0.333333,
        "series_with_unknown": 1,
        "not_judged_otherwise": 0,
    }


def test_the_fingerprint_tells_data_apart_that_looks_alike_to_the_network():
    named = table(("a", 0, 8.0), ("a", 2, -3.0), ("a", 3, 1.0))
    named = named.with_columns(pl.Series("reverses", [None, week(0), None], dtype=pl.Date))
    later = named.with_columns(pl.Series("ds", [week(0), week(3), week(3)]))
    prints = {build_panel(rows, "W").fingerprint() for rows in (named, later, named)}
    assert len(prints) == 2


def test_the_training_says_what_was_done_to_its_data(tmp_path):
    rows = weekly_panel(series=12, weeks=60)
    first = rows["unique_id"][0]
    back = pl.DataFrame({"unique_id": [first], "ds": [MONDAY + timedelta(weeks=61)], "y": [-1.0]})
    report = forecasting.train(pl.concat([rows, back]), "W", tmp_path, horizon=4, fit_settings=QUICK)
    assert report.exclusions["returns_netted"] == 1
    metadata = forecasting.load_champion(tmp_path, "W").metadata["data"]
    assert metadata["exclusions"] == report.exclusions
    assert metadata["missingness"] == report.data["missingness"]
    assert metadata["missingness"]["unknown"] == 0
    card = (tmp_path / "forecast-W" / report.version / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "\n- 1 returns taken off the sale that they reverse\n" in card
    assert f"| quartermaster | {report.metrics['quartermaster']['SQL']:.3f} |" in card


def test_nothing_after_an_end_is_learnt():
    y = torch.tensor([[3.0, 2, 1, 4, 0, 0], [1.0, 1, 1, 1, 1, 1]])
    windows = Windows(y, torch.tensor([6, 6]), 0, frequency("M"), 3, end=torch.tensor([4, 6]))
    assert windows.pairs(6).tolist() == [[0, 1], [0, 2], [1, 1], [1, 2], [1, 3], [1, 4]]
    values, known = windows.targets(torch.tensor([0, 1]), torch.tensor([2, 2]), 6)
    assert values.tolist() == [[4, 0, 0], [1, 1, 1]]
    assert known.tolist() == [[True, False, False], [True, True, True]]
    market = windows.market.totals.diff()[0]  # the mean root of the series on sale
    assert market[-2:].tolist() == [1, 1]
