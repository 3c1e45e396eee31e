"""Reading comma, semicolon or tab separated text, in UTF-8 or Latin-1.

pyarrow reads it rather than polars: descriptions such as FRAME 7" SINGLE SIZE hold a lone quote, which it takes as
it stands, and it names the row that has too few or too many fields.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from backend.errors import Invalid
from backend.imports.reading.sheet import Sheet, places

SEPARATORS = (",", ";", "\t", "|")
FIRST_ROW = 2


def read(path: Path) -> Sheet:
    """The file's one table, every column as text. Raises Invalid with the row where the file is damaged."""
    content = path.read_bytes()
    encoding = encoding_of(content)
    first = content.split(b"\n", 1)[0].decode(encoding, "replace").strip("\ufeff\r")
    separator = separator_of(first)
    header = next(csv.reader([first], delimiter=separator), [])
    found = places(header, path.name)
    try:
        table = _table(content, encoding, separator, len(header))
    except pa.ArrowInvalid as error:
        raise _damaged(path, str(error), header) from error
    frame = pl.from_arrow(table.select(list(found.values())).rename_columns(list(found)))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table is a frame")
    return Sheet(path.name, None, FIRST_ROW, frame)


def encoding_of(content: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, which older exports of this data use for their pound signs."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def separator_of(header: str) -> str:
    """The separator that the header has most of."""
    return max(SEPARATORS, key=header.count)


def _table(content: bytes, encoding: str, separator: str, width: int) -> pa.Table:
    names = [str(at) for at in range(width)]
    return arrow_csv.read_csv(
        io.BytesIO(content),
        # One thread, or the reader does not know in which row it stumbled.
        read_options=arrow_csv.ReadOptions(encoding=encoding, use_threads=False, column_names=names, skip_rows=1),
        parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _damaged(path: Path, message: str, header: list[str]) -> Invalid:
    """Pyarrow says 'Row #17: Expected 8 columns, got 7: …'; its rows count the header as ours do."""
    told = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", message)
    if told is None:
        return Invalid(
            f"{path.name} is not a readable table of text. Nothing was imported.",
            code="import_not_a_table",
            file=path.name,
        )
    row, expected, got = (int(number) for number in told.groups())
    return Invalid(
        f"{path.name}, row {row}: {got} fields where the header has {expected} ({', '.join(header)}). "
        "Nothing was imported.",
        code="import_damaged_file",
        file=path.name,
        row=row,
    )
