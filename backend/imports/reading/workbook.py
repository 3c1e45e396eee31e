"""Reading an .xlsx workbook: every sheet that is not empty, in chunks, so that half a million rows stay small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine as calamine

from backend.errors import Invalid
from backend.imports.reading.sheet import Sheet, places

CHUNK = 50_000
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's times have no zone
NUMBERS = ("quantity", "price")


def read(path: Path) -> list[Sheet]:
    """The workbook's sheets. Raises Invalid where it is damaged, locked, or a sheet lacks columns."""
    try:
        with calamine.load_workbook(path) as book:
            found = [_sheet(path, name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except calamine.PasswordError as error:
        raise Invalid(f"{path.name} is locked with a password.", code="import_damaged_file", file=path.name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Invalid(
            f"{path.name} is not a readable .xlsx workbook: damaged, cut off, or another kind of file. "
            "Nothing was imported.",
            code="import_damaged_file",
            file=path.name,
        ) from error
    sheets = [sheet for sheet in found if sheet is not None]
    if not sheets:
        raise Invalid(f"{path.name} has no sheet with anything on it.", code="import_empty_file", file=path.name)
    return sheets


def _sheet(path: Path, name: str, sheet: Any) -> Sheet | None:
    rows = iter(sheet.iter_rows())
    header = next(rows, None)
    if header is None or not any(str(cell).strip() for cell in header):
        return None
    found = places([str(cell) for cell in header], f"{path.name}, sheet '{name}'")
    chunks = [_chunk(chunk, found) for chunk in _chunks(rows)]
    frame = pl.concat(_same_types(chunks)) if chunks else pl.DataFrame(schema=dict.fromkeys(found, pl.String))
    start = sheet.start or (0, 0)
    return Sheet(path.name, name, int(start[0]) + 2, frame)


def _chunks(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _chunk(rows: list[list[Any]], found: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame([_column(name, [row[at] for row in rows]) for name, at in found.items()])


def _column(name: str, cells: list[Any]) -> pl.Series:
    """Numbers and times in their own types where every cell is one; otherwise text, for the reader of text to judge."""
    if name in NUMBERS and all(type(cell) in (float, int) for cell in cells):
        return pl.Series(name, cells, dtype=pl.Float64, strict=False)
    if name == "at" and all(type(cell) is datetime for cell in cells):
        return pl.Series(name, cells, dtype=pl.Datetime("us"))
    if name == "at":
        cells = [_time_of(cell) for cell in cells]
    return pl.Series(name, [_text_of(cell) for cell in cells], dtype=pl.String)


def _time_of(cell: Any) -> Any:
    """A time without a time's format is a number of days."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        seconds = round(float(cell) * 86_400)
        return EXCEL_DAY_ZERO + timedelta(seconds=seconds)
    return cell


def _text_of(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else f"{cell.isoformat()} 00:00:00"
    return str(cell)


def _same_types(chunks: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """One chunk with a text in a column of numbers turns the whole column into text."""
    text = {name for chunk in chunks for name, dtype in chunk.schema.items() if dtype == pl.String}
    return [chunk.with_columns(pl.col(name).cast(pl.String) for name in text) for chunk in chunks]
