"""Reading the "Online Retail" files: .xlsx, .csv and .parquet, told apart by their first bytes, into one typed frame.

Row numbers are those that a person sees: in a spreadsheet or a text file the header is row 1; in a parquet file,
which has no header, the first record is row 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from backend.errors import Invalid
from backend.imports.progress import Progress
from backend.imports.reading import parquet_file, text_file, workbook
from backend.imports.reading.sheet import Sheet
from backend.imports.reading.typed import typed

WORKBOOK_START = b"PK\x03\x04"
OLD_WORKBOOK_START = b"\xd0\xcf\x11\xe0"
PARQUET_START = b"PAR1"


def read_files(files: Sequence[Path], progress: Progress) -> tuple[pl.DataFrame, list[Sheet]]:
    """Every line of every file, in the files' order, with its sheet's index and its row number.

    Columns: ``n`` (position over all), ``sheet`` (index into the second value), ``row``, ``invoice``, ``code`` and
    ``description`` (as written), ``quantity``, ``at`` (local time), ``price`` (ten-thousandths), ``customer``,
    ``country``. Raises Invalid with file, row and what was expected.
    """
    if not files:
        raise Invalid("Name at least one file to import.", code="import_no_file")
    sheets: list[Sheet] = []
    frames: list[pl.DataFrame] = []
    for number, path in enumerate(files):
        progress.step(f"reading {path.name}", number / len(files))
        for sheet in _sheets(path):
            lines = typed(sheet).with_columns(pl.lit(len(sheets), pl.UInt16).alias("sheet"))
            frames.append(lines)
            sheets.append(Sheet(sheet.file, sheet.name, sheet.first_row, pl.DataFrame()))
    lines = pl.concat(frames).with_row_index("n")
    if lines.is_empty():
        raise Invalid(f"{_names(files)} has the right columns but not one line below them.", code="import_empty_file")
    return lines, sheets


def _names(files: Sequence[Path]) -> str:
    return " and ".join(path.name for path in files)


def _sheets(path: Path) -> list[Sheet]:
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", code="import_no_file", file=str(path))
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start:
        raise Invalid(f"{path.name} is empty.", code="import_empty_file", file=path.name)
    if start.startswith(WORKBOOK_START):
        return workbook.read(path)
    if start.startswith(PARQUET_START):
        return [parquet_file.read(path)]
    if start.startswith(OLD_WORKBOOK_START) or b"\x00" in start:
        raise Invalid(
            f"{path.name} is not a table this importer reads: expected .xlsx, .csv or .parquet.",
            code="import_not_a_table",
            file=path.name,
        )
    return [text_file.read(path)]
