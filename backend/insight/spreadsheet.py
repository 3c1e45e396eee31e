"""Forecasts as a spreadsheet: a sheet a subject with the numbers, and one with what they rest on."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from backend.insight import wording
from backend.insight.service import PERIOD, Outlook

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME: Final = 31  # of a sheet
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Sheet:
    """A finished spreadsheet."""

    filename: str
    content: bytes
    etag: str


def spreadsheet(outlooks: Sequence[Outlook]) -> Sheet:
    """The spreadsheet of some forecasts; quantities are in sales units."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": wording.SHEET_TITLE, "created": outlooks[0].run.made_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        figure = book.add_format({"num_format": "#,##0.0"})
        day = book.add_format({"num_format": "d mmm yyyy", "align": "left"})
        taken: set[str] = set()
        for one in outlooks:
            name = _name(one.title, taken)
            _numbers(book.add_worksheet(name), one, bold, figure, day)
        _about(book.add_worksheet(_name(wording.ABOUT, taken)), outlooks, bold, figure)
    content = out.getvalue()
    title = "-".join(one.title for one in outlooks)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60] or "forecast"
    return Sheet(f"forecast-{plain}.xlsx", content, hashlib.sha256(content).hexdigest()[:32])


def _name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have, and no other has."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split())[:LONGEST_NAME].strip() or wording.SHEET_TITLE
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        name = f"{plain[: LONGEST_NAME - 4]} ({count})"
    taken.add(name.lower())
    return name


def _numbers(sheet: Any, one: Outlook, bold: Any, figure: Any, day: Any) -> None:
    columns = [column.format(period=PERIOD[one.freq]) for column in wording.COLUMNS]
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, len(columns) - 1, 12)
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, bold)
    row = 1
    for start, sold in one.history:
        sheet.write_datetime(row, 0, start, day)
        sheet.write_number(row, 1, sold, figure)
        row += 1
    for step in one.steps:
        sheet.write_datetime(row, 0, step.start, day)
        before = (one.last_year or {}).get(step.start)
        for at, value in enumerate((step.mean, step.median, step.low, step.high, before), 2):
            if value is not None:
                sheet.write_number(row, at, value, figure)
        row += 1
    sheet.write_string(row, 0, wording.SUM, bold)
    sheet.write_formula(row, 2, f"=SUM(C{row - len(one.steps) + 1}:C{row})", figure, one.expected)


def _about(sheet: Any, outlooks: Sequence[Outlook], bold: Any, figure: Any) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    row = 0
    for one in outlooks:
        sheet.write_string(row, 0, one.title, bold)
        sheet.write_blank(row, 1, None, bold)
        row += 1
        for label, value in _facts(one):
            sheet.write_string(row, 0, label)
            if isinstance(value, str):
                sheet.write_string(row, 1, value)
            else:
                sheet.write_number(row, 1, value, figure)
            row += 1
        row += 1


def _facts(one: Outlook) -> list[tuple[str, str | float]]:
    facts: list[tuple[str, str | float]] = [
        (wording.PART.format(name=name), sum_) for name, sum_ in one.drivers.items()
    ]
    facts.append((wording.EXPECTED, one.expected))
    ours, naive = one.error.get("wape"), one.error.get("naive_wape")
    if ours is not None and naive is not None:
        facts += [(wording.OUR_ERROR, f"{ours:.0%}"), (wording.NAIVE_ERROR, f"{naive:.0%}")]
    facts.append((wording.KNOWN_TO, f"{one.run.last_period:%d %b %Y}"))
    facts.append((wording.MADE, f"{one.run.made_at:%d %b %Y}, {one.run.model}"))
    facts.append((wording.UNITS, wording.SALES_UNITS))
    return facts
