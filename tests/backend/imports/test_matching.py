"""Cancellations find the order lines they reverse, and never take back more than was sold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from backend.imports.matching import matched, outcomes
from tests.backend.imports.files import Line, judge

FIRST, SECOND, THIRD = (datetime(2010, 12, day, 9) for day in (1, 2, 3))


def pieces(folder: Path, *lines: Line) -> list[tuple[int, int | None, int]]:
    """(cancellation, order line, quantity), by position."""
    frame = judge(folder, lines)
    sales = frame.filter(pl.col("reason").is_in(["sale", "anonymous_sale"]))
    found = matched(sales, frame.filter(pl.col("reason") == "return"))
    return found.select("n", "sale_n", "quantity").rows()


def back(quantity: int, *, at: datetime = THIRD, **changes: object) -> Line:
    return Line(invoice="C1", quantity=-quantity, at=at).but(**changes)


def test_the_line_it_reverses(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST), back(3)) == [(1, 0, 3)]


def test_the_latest_line_first(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST), Line(invoice="2", at=SECOND), back(3)) == [(2, 1, 3)]


def test_the_same_price_before_a_later_one(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST), Line(invoice="2", at=SECOND, price=1.45), back(3)) == [(2, 0, 3)]


def test_another_price_where_there_is_no_other(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST, price=1.45), back(3)) == [(1, 0, 3)]


def test_a_line_that_can_take_all_before_several(tmp_path: Path):
    lines = (Line(at=FIRST, quantity=10), Line(invoice="2", at=SECOND, quantity=6))
    assert pieces(tmp_path, *lines, back(8)) == [(2, 0, 8)]


def test_several_lines_where_none_can_take_all(tmp_path: Path):
    lines = (Line(at=FIRST, quantity=10), Line(invoice="2", at=SECOND, quantity=6))
    assert pieces(tmp_path, *lines, back(14)) == [(2, 1, 6), (2, 0, 8)]


def test_the_rest_has_no_order_line(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST, quantity=10), back(14)) == [(1, 0, 10), (1, None, 4)]


def test_nothing_comes_back_twice(tmp_path: Path):
    lines = (Line(at=FIRST, quantity=10), back(8, at=SECOND), back(8, invoice="C2"))
    assert pieces(tmp_path, *lines) == [(1, 0, 8), (2, 0, 2), (2, None, 6)]


def test_nothing_from_a_later_order_another_customer_or_product(tmp_path: Path):
    lines = (
        Line(invoice="2", at=THIRD),
        Line(at=FIRST, customer="14911"),
        Line(at=FIRST, code="82482"),
        back(3, at=SECOND),
    )
    assert pieces(tmp_path, *lines) == [(3, None, 3)]


def test_nobody_is_not_the_same_customer_as_nobody(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST, customer=None), back(3, customer=None)) == [(1, None, 3)]


def test_codes_in_another_case_are_the_same_product(tmp_path: Path):
    assert pieces(tmp_path, Line(at=FIRST, code="84997b"), back(3, code="84997B")) == [(1, 0, 3)]


def test_what_is_counted(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "n": [1, 2, 2, 3, 3, 4],
            "sale_n": [7, 8, 9, 8, None, None],
            "same_price": [True, True, False, True, False, False],
        },
    )
    assert outcomes(frame) == {"same_price": 1, "other_price": 1, "in_part": 1, "without_order_line": 1}


@st.composite
def histories(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    size = draw(st.integers(1, 25))
    lines = [
        {
            "n": n,
            "customer": draw(st.sampled_from(["a", "b", None])),
            "sku": draw(st.sampled_from(["x", "y"])),
            "price": draw(st.sampled_from([100, 200])),
            "quantity": draw(st.integers(1, 9)) * draw(st.sampled_from([1, 1, -1])),
            "at": datetime(2010, 1, draw(st.integers(1, 28))),
        }
        for n in range(size)
    ]
    schema = {"n": pl.UInt32, "customer": pl.String, "sku": pl.String, "price": pl.Int64, "quantity": pl.Int64}
    frame = pl.DataFrame(lines, schema=schema | {"at": pl.Datetime("us")})
    return frame.filter(pl.col("quantity") > 0), frame.filter(pl.col("quantity") < 0)


@given(histories())
def test_every_unit_of_a_cancellation_is_in_one_piece_and_no_line_gives_too_much(history):
    sales, returns = history
    found = matched(sales, returns)
    wanted = dict(returns.select("n", -pl.col("quantity")).rows())
    assert dict(found.group_by("n").agg(pl.col("quantity").sum()).rows()) == wanted
    sold = dict(sales.select("n", "quantity").rows())
    taken = found.filter(pl.col("sale_n").is_not_null()).group_by("sale_n").agg(pl.col("quantity").sum())
    assert all(quantity <= sold[n] for n, quantity in taken.rows())
    assert found["quantity"].min() is None or found["quantity"].min() > 0
