"""Names, aliases, prices and packs from the lines."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from backend.imports.categories import KEYWORDS, OTHER, category
from backend.imports.packs import pack_rows
from backend.imports.pricing import price_rows
from backend.imports.products import Products, products_of
from tests.backend.imports.files import Line, judge

DAY = datetime(2011, 11, 1, 9)


def lines_of(*wanted: tuple[int, Line]) -> list[Line]:
    """Each line so many times, on invoices of its own."""
    repeated = [line for count, line in wanted for _ in range(count)]
    return [line.but(invoice=str(500_000 + n)) for n, line in enumerate(repeated)]


def products(folder: Path, *wanted: tuple[int, Line]) -> Products:
    return products_of(judge(folder, lines_of(*wanted)))


def name_and_aliases(found: Products) -> tuple[str, list[str]]:
    assert found.table.height == 1
    return found.table["name"].item(), found.aliases["text"].to_list()


def test_the_most_frequent_description_is_the_name_and_others_are_aliases(tmp_path: Path):
    found = products(
        tmp_path,
        (1, Line(description="CREAM HANGING HEART T-LIGHT HOLDER")),
        (3, Line(description=" WHITE HANGING  HEART T-LIGHT HOLDER ")),
    )
    assert name_and_aliases(found) == ("WHITE HANGING HEART T-LIGHT HOLDER", ["CREAM HANGING HEART T-LIGHT HOLDER"])


def test_of_two_used_alike_the_later_is_the_name(tmp_path: Path):
    found = products(
        tmp_path, (1, Line(description="RED SPOTTY CUP")), (1, Line(description="RED RETROSPOT CUP", at=DAY))
    )
    assert name_and_aliases(found) == ("RED RETROSPOT CUP", ["RED SPOTTY CUP"])


@pytest.mark.parametrize("note", ["damaged", "?", "??missing", "CHECK", "wrongly coded 20713", "Found", "20713", None])
def test_stock_notes_are_no_names_even_where_they_are_frequent(tmp_path: Path, note: str | None):
    found = products(tmp_path, (5, Line(description=note)), (1, Line(description="BROWN CHECK CAT DOORSTOP")))
    assert name_and_aliases(found) == ("BROWN CHECK CAT DOORSTOP", [])


def test_what_stands_on_lines_without_a_price_is_a_note(tmp_path: Path):
    found = products(
        tmp_path, (5, Line(description="DOTCOM SETS", price=0, customer=None)), (1, Line(description="BLUE MUG"))
    )
    assert name_and_aliases(found) == ("BLUE MUG", [])
    assert found.counts["descriptions_ignored"] == 1


def test_no_sensible_description(tmp_path: Path):
    found = products(tmp_path, (2, Line(description=None)))
    assert name_and_aliases(found) == ("Product 84879", [])
    assert found.counts["skus_without_sensible_description"] == 1


def test_an_alias_that_is_another_products_name_is_dropped(tmp_path: Path):
    found = products(
        tmp_path,
        (2, Line(code="11111", description="RED CUP")),
        (1, Line(code="11111", description="BLUE CUP")),
        (2, Line(code="22222", description="BLUE CUP")),
    )
    assert found.aliases.is_empty()


def test_codes_in_two_cases_and_with_blanks_are_one_product(tmp_path: Path):
    found = products(tmp_path, (1, Line(code="84997b")), (1, Line(code="84997B")), (1, Line(code="84997B ")))
    assert found.table["sku"].to_list() == ["84997B"]
    assert found.counts["skus_written_in_several_cases"] == 1
    assert found.counts["codes_with_blanks"] == 1


def test_a_code_with_nothing_imported_is_no_product(tmp_path: Path):
    found = products(tmp_path, (1, Line()), (1, Line(code="22222", price=0)), (1, Line(code="POST")))
    assert found.table["sku"].to_list() == ["84879"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ASSORTED COLOUR BIRD ORNAMENT", "Decorations & ornaments"),
        ("JUMBO BAG RED RETROSPOT", "Bags & purses"),
        ("CHRISTMAS CANDLE", "Christmas"),
        ("WHITE HANGING HEART T-LIGHT HOLDER", "Candles & lights"),
        ("WOODEN PICTURE FRAME WHITE FINISH", "Clocks, frames & signs"),
        ("REGENCY CAKESTAND 3 TIER", "Baking & cakes"),
        ("EAR MUFF HEADPHONES", OTHER),
    ],
)
def test_categories(name: str, expected: str):
    assert pl.DataFrame({"name": [name]}).select(category(pl.col("name"))).item() == expected
    assert expected == OTHER or expected in dict(KEYWORDS)


def sales(folder: Path, *wanted: tuple[int, Line]) -> pl.DataFrame:
    return judge(folder, lines_of(*wanted)).filter(pl.col("outcome") == "imported")


def prices(folder: Path, *wanted: tuple[int, Line]) -> list[tuple[int, float]]:
    frame = sales(folder, *wanted)
    returns = frame.filter(pl.col("reason") == "return")
    rows = price_rows(frame.filter(pl.col("reason") != "return"), returns)
    return [(quantity, price / 10_000) for quantity, price in rows.select("min_quantity", "price").rows()]


def test_the_most_frequent_price_of_the_last_90_days(tmp_path: Path):
    old = Line(at=DAY - timedelta(days=91), price=1.25)
    assert prices(tmp_path, (9, old), (3, Line(at=DAY)), (2, Line(at=DAY, price=1.95))) == [(1, 1.69)]


def test_the_last_90_days_in_which_it_was_sold(tmp_path: Path):
    gone, other = Line(at=datetime(2010, 1, 1)), Line(code="22222", at=DAY)
    assert prices(tmp_path, (1, gone), (1, other)) == [(1, 1.69), (1, 1.69)]


def test_web_prices_count_only_where_there_are_no_others(tmp_path: Path):
    web = Line(customer=None, price=3.12, at=DAY)
    assert prices(tmp_path, (9, web), (1, Line(at=DAY))) == [(1, 1.69)]
    assert prices(tmp_path, (2, web)) == [(1, 3.12)]


def test_a_plain_break(tmp_path: Path):
    few, many = Line(at=DAY), Line(at=DAY, quantity=160, price=1.45)
    assert prices(tmp_path, (10, few), (4, many)) == [(1, 1.69), (160, 1.45)]


@pytest.mark.parametrize(
    "cheap",
    [
        (2, Line(at=DAY, quantity=160, price=1.45)),  # too few lines
        (4, Line(at=DAY, quantity=8, price=1.45)),  # no larger a quantity
        (4, Line(at=DAY, quantity=160, price=1.95)),  # dearer
    ],
    ids=["few", "same quantity", "dearer"],
)
def test_no_break(tmp_path: Path, cheap: tuple[int, Line]):
    assert prices(tmp_path, (10, Line(at=DAY)), cheap) == [(1, 1.69)]


def test_no_break_where_others_pay_more_for_as_many(tmp_path: Path):
    assert prices(
        tmp_path,
        (10, Line(at=DAY)),
        (5, Line(at=DAY, quantity=200)),
        (3, Line(at=DAY, quantity=160, price=1.45)),
    ) == [(1, 1.69)]


def test_a_product_that_was_only_returned_gets_its_credit(tmp_path: Path):
    frame = judge(tmp_path, [Line(invoice="C1", quantity=-1, price=4.25), Line(code="22222")])
    returns = frame.filter(pl.col("reason") == "return")
    rows = price_rows(frame.filter(pl.col("reason") == "sale"), returns)
    assert rows.rows() == [("22222", 1, 16_900), ("84879", 1, 42_500)]


def packs(folder: Path, *wanted: tuple[int, Line]) -> list[tuple[str, int]]:
    frame = sales(folder, *wanted)
    listed = price_rows(frame, frame.clear())
    return pack_rows(frame, listed).select("name", "quantity").rows()


def test_the_usual_quantity_is_a_box_and_the_break_a_case(tmp_path: Path):
    few, many = Line(at=DAY), Line(at=DAY, quantity=160, price=1.45)
    assert packs(tmp_path, (10, few), (4, many)) == [("box", 8), ("case", 160)]


def test_the_usual_multiple_is_a_case_where_there_is_no_break(tmp_path: Path):
    assert packs(tmp_path, (10, Line(at=DAY)), (5, Line(at=DAY, quantity=48))) == [("box", 8), ("case", 48)]


@pytest.mark.parametrize("quantity", [1, 7, 5000])
def test_no_box_of_an_odd_size(tmp_path: Path, quantity: int):
    assert packs(tmp_path, (10, Line(at=DAY, quantity=quantity))) == []


def test_no_box_from_web_sales(tmp_path: Path):
    assert packs(tmp_path, (10, Line(at=DAY, customer=None))) == []
