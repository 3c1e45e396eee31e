"""An order list that comes as a file: read as the text of a message, never kept as a file and never run.

Text and CSV, as spreadsheets and shop systems save them. A CSV with a heading that names the article and the quantity
becomes a line "40 20-104" each; any other file is taken as it is written. Pure.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from backend.chat import texts
from backend.errors import Invalid

LARGEST_FILE: Final = 200_000
MOST_LINES: Final = 500
LONGEST_CELL: Final = 1_000
SUFFIXES: Final = (".csv", ".tsv", ".txt")
SEPARATORS: Final = (";", "\t", ",")
_ARTICLE: Final = frozenset(
    {"sku", "article", "article number", "code", "item", "item code", "product", "product code"}
)
_QUANTITY: Final = frozenset({"quantity", "qty", "amount", "count", "pieces", "pcs"})
_UNIT: Final = frozenset({"unit", "pack", "uom"})
_LAYOUT: Final = frozenset("\t\r\n")


def message_of(name: str, content: bytes, longest: int) -> str:
    """What a file says, as the text of a message of at most ``longest`` characters.

    Invalid (unsupported_file, file_too_large, unreadable_file, empty_file, file_too_long) for what can't be one.
    """
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise Invalid(texts.FILE_UNSUPPORTED, code="unsupported_file")
    if len(content) > LARGEST_FILE:
        raise Invalid(texts.FILE_TOO_LARGE.format(limit=LARGEST_FILE // 1000), code="file_too_large")
    text = _decoded(content)
    if any(not letter.isprintable() and letter not in _LAYOUT for letter in text):
        raise Invalid(texts.FILE_UNREADABLE, code="unreadable_file")
    lines = [line for line in _lines(text) if line]
    if not lines:
        raise Invalid(texts.FILE_EMPTY, code="empty_file")
    said = "\n".join(lines)
    if len(lines) > MOST_LINES or len(said) > longest:
        sentence = texts.FILE_TOO_LONG.format(lines=MOST_LINES, limit=longest)
        raise Invalid(sentence, code="file_too_long")
    return said


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark (as spreadsheets save "Unicode text"), or what Windows writes in Western Europe."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(texts.FILE_UNREADABLE, code="unreadable_file")


def _lines(text: str) -> Sequence[str]:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=heading.count)
    if separator not in heading:
        return [" ".join(line.split()) for line in text.splitlines()]
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise Invalid(texts.FILE_UNREADABLE, code="unreadable_file") from error
    rows = [row for row in rows if any(row)]
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise Invalid(texts.FILE_UNREADABLE, code="unreadable_file")
    article, quantity, unit = (_column(rows[0], names) for names in (_ARTICLE, _QUANTITY, _UNIT))
    if article is None or quantity is None:
        return [" ".join(cell for cell in row if cell) for row in rows]
    wanted = [quantity, *([unit] if unit is not None else []), article]
    return [" ".join(row[at] for at in wanted if at < len(row) and row[at]) for row in rows[1:]]


def _column(heading: Sequence[str], names: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(heading) if name.casefold() in names), None)
