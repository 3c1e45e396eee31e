"""Every line gets exactly one reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from backend.imports.rules import SENTENCES, Reason, judged, pence
from tests.backend.imports.files import Line, judge, parquet_file, reasons

EARLY, LATE = datetime(2010, 12, 1, 8, 26), datetime(2010, 12, 9, 20, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Line(), "sale"),
        (Line(customer=None), "anonymous_sale"),
        (Line(invoice="C536379", quantity=-1), "return"),
        (Line(invoice="C536379", quantity=-1, customer=None), "return"),
        (Line(code="47503J "), "sale"),
        (Line(code="15056bl"), "sale"),
        (Line(invoice="A506401", code="B", price=-53594.36), "bad_debt"),
        (Line(invoice="A563185", code="84879"), "bad_debt"),
        (Line(code="B"), "bad_debt"),
        (Line(code="POST"), "postage"),
        (Line(code="DOT"), "postage"),
        (Line(code="C2"), "postage"),
        (Line(code="M"), "manual"),
        (Line(code="m"), "manual"),
        (Line(invoice="C1", code="D", quantity=-1), "discount"),
        (Line(code="S"), "samples"),
        (Line(code="BANK CHARGES"), "fees"),
        (Line(code="AMAZONFEE"), "fees"),
        (Line(code="CRUK"), "fees"),
        (Line(code="ADJUST2"), "adjustment"),
        (Line(code="TEST001"), "test"),
        (Line(code="gift_0001_20"), "voucher"),
        (Line(code="DCGSSBOY"), "other_code"),
        (Line(code="PADS", price=0.001), "other_code"),
        (Line(code="848"), "other_code"),
        (Line(price=-1), "negative_price"),
        (Line(quantity=0), "zero_quantity"),
        (Line(invoice="C496350", quantity=1), "positive_cancellation"),
        (Line(quantity=-8, price=0, customer=None), "stock_write_off"),
        (Line(quantity=-8), "negative_quantity"),
        (Line(price=0), "free_of_charge"),
        (Line(price=0, customer=None, description="found"), "zero_price"),
        (Line(invoice="C1", quantity=-8, price=0, customer=None), "zero_price"),
    ],
    ids=str,
)
def test_each_kind_of_line(tmp_path: Path, line: Line, reason: str):
    assert reasons(tmp_path, [line]) == [reason]


def test_every_reason_is_in_words():
    assert set(SENTENCES) == set(Reason)


def test_identical_lines_of_an_invoice_are_one(tmp_path: Path):
    assert reasons(tmp_path, [Line(), Line(), Line()]) == ["sale", "duplicate", "duplicate"]


@pytest.mark.parametrize(
    "change",
    [
        {"invoice": "536366"},
        {"code": "84880"},
        {"description": "ANOTHER"},
        {"quantity": 9},
        {"at": LATE},
        {"price": 1.7},
        {"customer": None},
        {"country": "EIRE"},
    ],
    ids=str,
)
def test_lines_that_differ_in_anything_are_two(tmp_path: Path, change: dict):
    assert "duplicate" not in reasons(tmp_path, [Line(), Line().but(**change)])


def test_blanks_do_not_make_a_difference(tmp_path: Path):
    assert reasons(tmp_path, [Line(), Line(description=" ASSORTED COLOUR BIRD ORNAMENT ")]) == ["sale", "duplicate"]


def test_lines_without_a_description_are_compared_too(tmp_path: Path):
    line = Line(description=None, customer=None)
    assert reasons(tmp_path, [line, line]) == ["anonymous_sale", "duplicate"]


NINE_DAYS = [Line(at=EARLY), Line(invoice="537000", at=LATE), Line(invoice="537000", at=LATE)]


def test_overlap_of_two_files(tmp_path: Path):
    first = [Line(invoice="489434", at=datetime(2009, 12, 1)), *NINE_DAYS]
    second = [*NINE_DAYS, Line(invoice="581587", at=datetime(2011, 12, 9))]
    assert reasons(tmp_path, first, second) == ["sale", "sale", "sale", "duplicate", *["overlap"] * 3, "sale"]


def test_overlap_within_one_file_is_found_from_the_dates(tmp_path: Path):
    both = [*NINE_DAYS, *NINE_DAYS, Line(invoice="581587", at=datetime(2011, 12, 9))]
    assert reasons(tmp_path, both) == ["sale", "sale", "duplicate", *["overlap"] * 3, "sale"]


def test_a_column_that_marks_the_overlap_is_not_believed(tmp_path: Path):
    path = parquet_file(tmp_path / "lies.parquet", NINE_DAYS, Overlap=pl.lit(value=True), Sheet=pl.lit("2010-2011"))
    from backend.imports.progress import Progress
    from backend.imports.reading import read_files

    assert judged(read_files([path], Progress())[0])["reason"].to_list() == ["sale", "sale", "duplicate"]


def test_what_only_one_sheet_holds_of_the_nine_days_stays(tmp_path: Path):
    assert reasons(tmp_path, NINE_DAYS, [NINE_DAYS[0], Line(invoice="537001", at=LATE)])[3:] == ["overlap", "sale"]


def test_a_file_in_no_order_is_one_sheet(tmp_path: Path):
    shuffled = [Line(invoice=str(n), at=datetime(2010, 1 + n * 7 % 12, 1)) for n in range(40)]
    assert set(reasons(tmp_path, [*shuffled, *shuffled])) == {"sale", "duplicate"}


@pytest.mark.parametrize(
    ("price", "quantity", "expected"),
    [(16_900, 8, 1352), (10, 5, 1), (10, 4, 0), (10, -5, -1), (-535_943_600, 1, -5_359_436), (1, 0, 0)],
)
def test_money_is_rounded_half_away_from_zero(price: int, quantity: int, expected: int):
    frame = pl.DataFrame({"price": [price], "quantity": [quantity]})
    assert frame.select(pence(pl.col("price"), pl.col("quantity"))).item() == expected


def test_sku_is_the_code_without_blanks_in_capitals(tmp_path: Path):
    codes = ["47503J ", " 47503j", "84997b"]
    assert judge(tmp_path, [Line(code=code) for code in codes])["sku"].to_list() == ["47503J", "47503J", "84997B"]
