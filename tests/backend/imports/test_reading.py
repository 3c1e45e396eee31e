"""Every form the file comes in reads the same; what is wrong is refused with its row and what was expected."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from backend.errors import Invalid
from backend.imports.progress import Progress
from backend.imports.reading import read_files
from tests.backend.imports.files import OLD_NAMES, Line, csv_file, parquet_file, xlsx_file

LINES = [
    Line(),
    Line(invoice="C536379", code="47503J ", description='RECORD FRAME 7" SINGLE SIZE', quantity=-1, price=2.5),
    Line(invoice="536380", code="gift_0001_20", description=None, customer=None, at=datetime(2010, 12, 13, 17, 5)),
    Line(invoice="536381", code="15056BL", description="FLOWERS, BLUE AND ORANGE", price=0.12, country="EIRE"),
]


def read(*files: Path) -> pl.DataFrame:
    return read_files(files, Progress())[0]


@pytest.fixture
def plain(tmp_path: Path) -> pl.DataFrame:
    return read(csv_file(tmp_path / "plain.csv", LINES))


def test_lines_are_typed_as_written(plain: pl.DataFrame):
    assert plain.drop("n", "sheet").rows() == [
        (
            2,
            "536365",
            "84879",
            "ASSORTED COLOUR BIRD ORNAMENT",
            8,
            datetime(2010, 12, 1, 8, 26),
            16_900,
            "13047",
            "United Kingdom",
        ),
        (
            3,
            "C536379",
            "47503J ",
            'RECORD FRAME 7" SINGLE SIZE',
            -1,
            datetime(2010, 12, 1, 8, 26),
            25_000,
            "13047",
            "United Kingdom",
        ),
        (4, "536380", "gift_0001_20", None, 8, datetime(2010, 12, 13, 17, 5), 16_900, None, "United Kingdom"),
        (
            5,
            "536381",
            "15056BL",
            "FLOWERS, BLUE AND ORANGE",
            8,
            datetime(2010, 12, 1, 8, 26),
            1_200,
            "13047",
            "EIRE",
        ),
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"names": OLD_NAMES},
        {"separator": ";"},
        {"separator": ";", "decimal": ","},
        {"separator": "\t"},
        {"time": "%m/%d/%Y %H:%M"},
        {"time": "%d/%m/%Y %H:%M"},  # 13/12 does not fit the American reading, so all are British
        {"time": "%Y-%m-%dT%H:%M:%S"},
        {"time": "%Y-%m-%d %H:%M"},
        {"encoding": "utf-8-sig"},
    ],
    ids=str,
)
def test_forms_of_text_read_alike(tmp_path: Path, plain: pl.DataFrame, form: dict):
    assert read(csv_file(tmp_path / "other.csv", LINES, **form)).equals(plain)


def test_short_american_dates(tmp_path: Path, plain: pl.DataFrame):
    path = csv_file(tmp_path / "us.csv", LINES, time="%m/%d/%Y %H:%M")
    path.write_text(path.read_text().replace("12/01/2010 08:26", "12/1/2010 8:26"))
    assert read(path).equals(plain)


def test_latin_1_pound_signs(tmp_path: Path):
    lines = [Line(description="GIFT VOUCHER £20")]
    assert read(csv_file(tmp_path / "latin.csv", lines, encoding="latin-1"))["description"].to_list() == [
        "GIFT VOUCHER £20"
    ]


def test_customers_as_decimals_and_blank_lines(tmp_path: Path):
    path = csv_file(tmp_path / "kaggle.csv", [Line(customer="13047.0"), Line(customer="nan")])
    path.write_text(path.read_text() + ",,,,,,,\n")
    assert read(path)["customer"].to_list() == ["13047", None]


def test_workbook_with_both_sheets(tmp_path: Path, plain: pl.DataFrame):
    path = xlsx_file(tmp_path / "two.xlsx", {"Year 2009-2010": LINES[:2], "Year 2010-2011": LINES[2:]})
    lines, sheets = read_files([path], Progress())
    assert lines.drop("row", "sheet").equals(plain.drop("row", "sheet"))
    assert lines["row"].to_list() == [2, 3, 2, 3]
    assert [sheets[at].name for at in lines["sheet"]] == ["Year 2009-2010"] * 2 + ["Year 2010-2011"] * 2


def test_workbook_named_csv_is_read_as_what_it_is(tmp_path: Path):
    path = xlsx_file(tmp_path / "book.xlsx", {"one": LINES}).rename(tmp_path / "book.csv")
    assert read(path).height == 4


def test_an_empty_sheet_is_passed_over_and_another_table_is_refused(tmp_path: Path):
    assert read(xlsx_file(tmp_path / "book.xlsx", {"one": LINES, "empty": None})).height == 4
    path = xlsx_file(tmp_path / "other.xlsx", {"one": LINES}, names=["Invoice", *"abcdefg"])
    with pytest.raises(Invalid, match=r"other\.xlsx, sheet 'one', row 1: no column StockCode"):
        read(path)


def test_parquet(tmp_path: Path, plain: pl.DataFrame):
    path = parquet_file(tmp_path / "lines.parquet", LINES, Overlap=pl.lit(value=True))
    lines = read(path)
    assert lines.drop("row").equals(plain.drop("row"))
    assert lines["row"].to_list() == [1, 2, 3, 4]


BAD = {
    "quantity": ("twelve", "Quantity is 'twelve'; expected a whole number"),
    "price": ("free", "Price is 'free'; expected an amount"),
    "invoice": ("", "Invoice is empty; expected an invoice number"),
    "code": ("", "StockCode is empty; expected a stock code"),
}


@pytest.mark.parametrize("column", BAD)
def test_bad_value_in_text_at_row_17(tmp_path: Path, column: str):
    value, message = BAD[column]
    lines = [Line()] * 15 + [Line().but(**{column: value}), Line()]
    with pytest.raises(Invalid, match=rf"bad\.csv, row 17: {message}") as error:
        read(csv_file(tmp_path / "bad.csv", lines))
    assert error.value.facts["row"] == 17


def test_bad_value_in_a_workbook(tmp_path: Path):
    lines = [Line()] * 15 + [Line().but(quantity="twelve")]
    with pytest.raises(Invalid, match=r"bad\.xlsx, sheet 'one', row 17: Quantity is 'twelve'"):
        read(xlsx_file(tmp_path / "bad.xlsx", {"one": lines}))


@pytest.mark.parametrize(("value", "shown"), [("1.5", "'1.5'"), ("99999999999", "'99999999999'"), ("", "empty")])
def test_quantities_that_no_order_can_have(tmp_path: Path, value: str, shown: str):
    with pytest.raises(Invalid, match=f"Quantity is {shown}; expected a whole number"):
        read(csv_file(tmp_path / "bad.csv", [Line().but(quantity=value)]))


def test_dates_that_are_none(tmp_path: Path):
    path = csv_file(tmp_path / "bad.csv", [Line()] * 3)
    path.write_text(path.read_text().replace("2010-12-01 08:26:00", "2010-13-45 08:26:00", 1))
    with pytest.raises(Invalid, match="row 2: InvoiceDate is '2010-13-45 08:26:00'; expected a date and time"):
        read(path)


def test_a_number_too_long_for_the_database(tmp_path: Path):
    with pytest.raises(Invalid, match=r"row 2: Invoice is '5{60}'; expected at most 26 characters"):
        read(csv_file(tmp_path / "bad.csv", [Line(invoice="5" * 70)]))


def test_missing_columns_are_named(tmp_path: Path):
    path = tmp_path / "bad.csv"
    path.write_text("Invoice,StockCode,Description,InvoiceDate,Price,Country\n")
    with pytest.raises(
        Invalid, match=r"bad\.csv, row 1: no column Quantity, Customer ID\. Expected Invoice, StockCode"
    ):
        read(path)


def test_a_row_with_a_field_too_few(tmp_path: Path):
    path = csv_file(tmp_path / "bad.csv", [Line()] * 3)
    path.write_text(path.read_text() + "536366,22423\n")
    with pytest.raises(Invalid, match=r"bad\.csv, row 5: 2 fields where the header has 8"):
        read(path)


@pytest.mark.parametrize("make", [parquet_file, lambda path, lines: xlsx_file(path, {"one": lines})])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_files_cut_off(tmp_path: Path, make, share: float):
    path = make(tmp_path / "cut", [Line(invoice=str(number)) for number in range(2000)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(Invalid, match="cut off") as error:
        read(path)
    assert error.value.code == "import_damaged_file"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a table this importer reads"),
        (b"Dear Sir,\nplease find enclosed our order.\n", "no column Invoice"),
        (b"PK\x03\x04 but no workbook", "not a readable .xlsx workbook"),
        (b"PAR1 but no parquet", "damaged or cut off"),
        (b",".join(name.encode() for name in OLD_NAMES) + b"\n", "not one line below"),
    ],
)
def test_files_that_are_no_such_table(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "file.dat"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=message):
        read(path)


def test_no_file(tmp_path: Path):
    with pytest.raises(Invalid, match="There is no file"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(Invalid, match="at least one file"):
        read()
