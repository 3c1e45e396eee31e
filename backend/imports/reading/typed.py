"""From what a file holds (texts, numbers, times) to typed columns; the first value that will not do is an error."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from backend.imports.reading.sheet import Sheet

PRICE_SCALE = 10_000
MOST_UNITS = 2_147_483_647  # what a 32-bit quantity column of the database holds
MOST_PRICE = 1_000_000_000
LONGEST = {"invoice": 26, "code": 40, "customer": 40, "country": 60}  # as the database's columns, less a suffix
LOCAL_TIME = pl.Datetime("us")
ISO_FORMATS = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
)
# American before British: the files that circulate were saved by an American spreadsheet. The British reading is
# taken where the American one does not fit every line (a first number above 12).
SLASH_FORMATS = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
)
NO_CUSTOMER = ("", "null", "NULL", "nan", "NaN", "None", "0")


@dataclass(frozen=True)
class _Cells:
    """A column of a sheet as it was read; ``rows`` are the lines' places in the sheet."""

    sheet: Sheet
    rows: pl.Series
    column: str
    values: pl.Series

    def refuse(self, bad: pl.Series, expected: str) -> None:
        """Raises Invalid for the first bad value."""
        if bad.any():
            first = int(bad.arg_true()[0])
            raise self.sheet.wrong(int(self.rows[first]), self.column, self.values[first], expected)

    def texts(self) -> pl.Series:
        """The values as text; one that is too long for the database is refused."""
        texts = _text(self.values)
        longest = LONGEST.get(self.column)
        if longest is not None:
            too_long = (texts.str.strip_chars().str.len_chars() > longest).fill_null(value=False)
            self.refuse(too_long, f"at most {longest} characters")
        return texts


def typed(sheet: Sheet) -> pl.DataFrame:
    """The sheet's lines with typed columns; lines that are blank from end to end are left out."""
    raw = sheet.frame.with_row_index("row")
    columns = [name for name in raw.columns if name != "row"]
    raw = raw.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    rows = raw["row"]
    cells = {name: _Cells(sheet, rows, name, raw[name]) for name in columns}
    return pl.DataFrame(
        {
            "row": (rows + sheet.first_row).cast(pl.UInt32),
            "invoice": _required(cells["invoice"], "an invoice number").str.strip_chars(),
            "code": _required(cells["code"], "a stock code"),
            "description": _blank_to_null(cells["description"].texts()),
            "quantity": _quantity(cells["quantity"]),
            "at": _time(cells["at"]),
            "price": _price(cells["price"]),
            "customer": _customer(cells["customer"].texts()),
            "country": _blank_to_null(cells["country"].texts().str.strip_chars()).fill_null("Unspecified"),
        }
    )


def _text(values: pl.Series) -> pl.Series:
    """Text as written; a number that is whole loses its '.0' (a spreadsheet keeps codes such as 85048 as numbers)."""
    if values.dtype == pl.String:
        return values
    if values.dtype.is_float():
        whole = values.fill_null(0.0).floor() == values.fill_null(0.0)
        integers = values.cast(pl.Int64, strict=False).cast(pl.String)
        return integers.zip_with(whole, values.cast(pl.String))
    return values.cast(pl.String)


def _blank_to_null(texts: pl.Series) -> pl.Series:
    return texts.set(texts.str.strip_chars() == "", None) if texts.len() else texts


def _required(cells: _Cells, expected: str) -> pl.Series:
    texts = _blank_to_null(cells.texts())
    cells.refuse(texts.is_null(), expected)
    return texts


def _number(values: pl.Series) -> pl.Series:
    """Float64, null where it is not a number; a lone comma counts as the decimal point (semicolon files)."""
    if values.dtype != pl.String:
        return values.cast(pl.Float64, strict=False)
    texts = values.str.strip_chars()
    decimal_comma = texts.str.contains(r"^[+-]?\d+,\d+$").fill_null(value=False)
    points = texts.str.replace(",", ".", literal=True).zip_with(decimal_comma, texts)
    return points.cast(pl.Float64, strict=False)


def _quantity(cells: _Cells) -> pl.Series:
    numbers = _number(cells.values)
    fits = numbers.is_finite() & (numbers == numbers.floor()) & (numbers.abs() <= MOST_UNITS)
    cells.refuse(~fits.fill_null(value=False), "a whole number")
    return numbers.cast(pl.Int64)


def _price(cells: _Cells) -> pl.Series:
    numbers = _number(cells.values)
    fits = numbers.is_finite() & (numbers.abs() <= MOST_PRICE)
    cells.refuse(~fits.fill_null(value=False), "an amount such as 2.55")
    return (numbers * PRICE_SCALE).round(0).cast(pl.Int64)


def _customer(texts: pl.Series) -> pl.Series:
    texts = texts.str.strip_chars().str.replace(r"\.0+$", "")
    return texts.set(texts.is_in(NO_CUSTOMER).fill_null(value=False), None)


def _time(cells: _Cells) -> pl.Series:
    values = cells.values
    times = values.cast(LOCAL_TIME) if values.dtype.is_temporal() else _parsed_time(_text(values).str.strip_chars())
    cells.refuse(times.is_null(), "a date and time such as 2009-12-01 07:45 or 12/1/2009 7:45")
    return times


def _parsed_time(texts: pl.Series) -> pl.Series:
    """The one format that reads most lines reads them all; a column never mixes two readings of 3/4/2010."""
    slashed = bool(texts.head(1000).str.contains(r"[/.]\d+[/.]").any())
    best = pl.Series([None] * len(texts), dtype=LOCAL_TIME)
    for pattern in SLASH_FORMATS if slashed else ISO_FORMATS:
        times = texts.str.to_datetime(pattern, time_unit="us", strict=False)
        if times.null_count() < best.null_count():
            best = times
        if best.null_count() == 0:
            break
    return best
