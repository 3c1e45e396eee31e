"""Small files of invoices: as rows, as text, as a minimal .xlsx, as parquet."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from backend.imports.progress import Progress
from backend.imports.reading import read_files
from backend.imports.rules import judged

NAMES = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country")
OLD_NAMES = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
EXCEL_ZERO = datetime(1899, 12, 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Line:
    """One line of an invoice, as the file has it."""

    invoice: str = "536365"
    code: str = "84879"
    description: str | None = "ASSORTED COLOUR BIRD ORNAMENT"
    quantity: int = 8
    at: datetime = datetime(2010, 12, 1, 8, 26)
    price: float = 1.69
    customer: str | None = "13047"
    country: str = "United Kingdom"

    def but(self, **changes: Any) -> Line:
        """The line with something else in it."""
        return replace(self, **changes)

    def cells(self) -> tuple[Any, ...]:
        return (
            self.invoice,
            self.code,
            self.description,
            self.quantity,
            self.at,
            self.price,
            self.customer,
            self.country,
        )


def csv_file(
    path: Path,
    lines: Sequence[Line],
    *,
    names: Sequence[str] = NAMES,
    separator: str = ",",
    time: str = "%Y-%m-%d %H:%M:%S",
    encoding: str = "utf-8",
    decimal: str = ".",
) -> Path:
    """The lines as text."""
    rows = [separator.join(names)]
    for line in lines:
        cells = [line.at.strftime(time) if cell is line.at else cell for cell in line.cells()]
        texts = ["" if cell is None else str(cell) for cell in cells]
        texts[5] = texts[5].replace(".", decimal)
        rows.append(separator.join(f'"{text}"' if separator in text else text for text in texts))
    path.write_bytes(("\n".join(rows) + "\n").encode(encoding))
    return path


def parquet_file(path: Path, lines: Sequence[Line], **more: Any) -> Path:
    """The lines as a parquet file, typed as the one in shared/data."""
    columns = list(zip(*(line.cells() for line in lines), strict=True))
    frame = pl.DataFrame(dict(zip(NAMES, map(list, columns), strict=True)), strict=False)
    frame.with_columns(pl.col("Customer ID").cast(pl.Int32), pl.col("Quantity").cast(pl.Int32), **more).write_parquet(
        path
    )
    return path


def xlsx_file(path: Path, sheets: dict[str, Sequence[Line] | None], *, names: Sequence[str] = NAMES) -> Path:
    """A minimal workbook: codes of digits as numbers and times as formatted day numbers, as Excel keeps them."""
    entries = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    packages = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for n, rows in enumerate(sheets.values(), 1):
            cells = [] if rows is None else [tuple(names), *(row.cells() for row in rows)]
            body = "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in cells)
            sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            book.writestr(f"xl/worksheets/sheet{n}.xml", sheet)
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="2">'
            '<xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{entries}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packages}/relationships">{relations}'
            f'<Relationship Id="rId99" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packages}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packages}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        )
    return path


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, datetime):
        return f'<c s="1"><v>{(value - EXCEL_ZERO).total_seconds() / 86_400!r}</v></c>'
    if isinstance(value, str) and not value.isdigit():
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def judge(folder: Path, *files: Sequence[Line]) -> pl.DataFrame:
    """The lines of one file or more, judged by the rules."""
    paths = [csv_file(folder / f"judge-{n}.csv", lines) for n, lines in enumerate(files)]
    return judged(read_files(paths, Progress())[0])


def reasons(folder: Path, *files: Sequence[Line]) -> list[str]:
    """What became of each line."""
    return judge(folder, *files)["reason"].to_list()
