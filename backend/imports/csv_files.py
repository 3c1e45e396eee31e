"""``import csv`` and ``export csv``: a company's own products, prices, customers, orders, stock and suppliers.

Either every row is good and all are written, in one transaction, or none is, unless bad rows are to be skipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.company.tables import AuditEvent, Company
from backend.database import Database
from backend.errors import Invalid
from backend.imports.csv_kinds.cells import CellError, Row, shown
from backend.imports.csv_kinds.customers import Customers
from backend.imports.csv_kinds.kind import Change, Kind
from backend.imports.csv_kinds.orders import Orders
from backend.imports.csv_kinds.prices import Prices
from backend.imports.csv_kinds.products import Products
from backend.imports.csv_kinds.stock import Stock
from backend.imports.csv_kinds.suppliers import Suppliers
from backend.imports.reading.text_file import encoding_of, separator_of

KINDS: dict[str, Callable[[], Kind]] = {
    "products": Products,
    "prices": Prices,
    "customers": Customers,
    "orders": Orders,
    "stock": Stock,
    "suppliers": Suppliers,
}
FLUSH_EVERY = 500
NEW_COMPANY = "My company"


@dataclass(frozen=True)
class RowFailure:
    """A row that will not do: which, in what column, and why."""

    row: int
    column: str | None
    message: str

    @property
    def sentence(self) -> str:
        """As a person reads it."""
        return f"row {self.row}: {self.column or 'the row'} {self.message}"


@dataclass
class CsvReport:
    """What became of a file's rows. A group (an order, a product's prices) counts with all of its rows.

    ``written`` is False for a dry run and where a row failed and bad rows were not to be skipped.
    """

    kind: str
    file: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[RowFailure] = field(default_factory=list)
    dry_run: bool = False
    written: bool = False

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def import_csv(
    database: Database, kind: str, file: Path, *, dry_run: bool = False, skip_bad: bool = False
) -> CsvReport:
    """Import a CSV file of a kind; every row is in the report as created, updated, unchanged or failed.

    Raises Invalid where the file as a whole will not do: unknown kind, no table, missing or unknown columns.
    """
    chosen = _kind(kind)
    rows = _rows(file, chosen)
    report = CsvReport(kind, file.name, rows=len(rows), dry_run=dry_run)
    with database.write() as session:
        _ensure_company(session)
        chosen.prepare(session, rows)
        _apply(session, chosen, rows, report)
        if dry_run or (report.failed and not skip_bad):
            session.rollback()
            return report
        session.add(_audit(report))
    report.written = True
    return report


def _audit(report: CsvReport) -> AuditEvent:
    counts = {name: getattr(report, name) for name in ("rows", "created", "updated", "unchanged")}
    return AuditEvent(kind="import.csv", subject=report.kind, subject_key=report.file[:80], after=counts)


def export_csv(database: Database, kind: str, file: Path) -> int:
    """Write every row of a kind, in a form that ``import_csv`` takes back; returns how many rows.

    The file appears whole or not at all.
    """
    chosen = _kind(kind)
    names = [column.name for column in chosen.columns]
    part = file.with_name(f"{file.name}.part")
    with database.read() as session, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        count = 0
        for row in chosen.export(session):
            writer.writerow([shown(row.get(name)) for name in names])
            count += 1
    part.replace(file)
    return count


def template(kind: str) -> str:
    """The header line of a kind's file."""
    return ",".join(column.name for column in _kind(kind).columns)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Invalid(f"There is no kind '{name[:40]}'; expected {', '.join(KINDS)}.", code="import_unknown_kind")
    return KINDS[name]()


def _rows(file: Path, kind: Kind) -> list[Row]:
    if not file.is_file():
        raise Invalid(f"There is no file {file}.", code="import_no_file")
    content = file.read_bytes()
    if not content.strip():
        raise Invalid(f"{file.name} is empty; expected the header {template(kind.name)}.", code="import_empty_file")
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        raise Invalid(f"{file.name} is not a CSV file; save it as CSV.", code="import_not_a_table")
    text = content.decode(encoding_of(content)).removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text.split("\n", 1)[0]))
    header = [name.strip().lower() for name in next(reader)]
    _check_header(file, kind, header)
    return list(_numbered(file, header, reader))


def _check_header(file: Path, kind: Kind, header: list[str]) -> None:
    known = {column.name for column in kind.columns}
    missing = [column.name for column in kind.columns if column.key and column.name not in header]
    unknown = [name for name in header if name not in known]
    twice = sorted({name for name in header if header.count(name) > 1})
    for problem, names in (("no column", missing), ("an unknown column", unknown), ("twice the column", twice)):
        if names:
            shown_names = ", ".join(name[:40] for name in names)
            raise Invalid(
                f"{file.name}, row 1: {problem} {shown_names}. The columns of {kind.name} are {template(kind.name)}.",
                code="import_missing_columns",
                columns=names,
            )


def _numbered(file: Path, header: list[str], reader: Iterable[list[str]]) -> Iterable[Row]:
    try:
        for number, cells in enumerate(reader, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise Invalid(
                    f"{file.name}, row {number}: {len(cells)} fields where the header has {len(header)}.",
                    code="import_damaged_file",
                    row=number,
                )
            yield Row(number, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise Invalid(f"{file.name} is not a readable CSV file: {error}.", code="import_not_a_table") from error


def _apply(session: Session, kind: Kind, rows: list[Row], report: CsvReport) -> None:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        try:
            groups.setdefault(kind.key(row), []).append(row)
        except CellError as error:
            _failed(report, error, [row])
    with session.no_autoflush:
        for done, group in enumerate(groups.values(), 1):
            try:
                change = kind.apply(session, group)
            except CellError as error:
                _failed(report, error, group)
                continue
            setattr(report, change, getattr(report, change) + len(group))
            if done % FLUSH_EVERY == 0:
                session.flush()
    session.flush()
    report.failed.sort(key=lambda failure: failure.row)


def _failed(report: CsvReport, error: CellError, group: list[Row]) -> None:
    """The row at fault with its reason, the others of its group with where to look."""
    at = error.row if error.row is not None else group[0].number
    for row in group:
        if row.number == at:
            report.failed.append(RowFailure(row.number, error.column, error.message))
        else:
            report.failed.append(RowFailure(row.number, None, f"belongs together with row {at}, which will not do"))


def _ensure_company(session: Session) -> None:
    """The first file of one's own into an empty database makes the company; its name can be changed later."""
    if session.get(Company, 1) is None:
        session.add(Company(id=1, name=NEW_COMPANY, source="csv"))
        session.flush()


__all__ = ["KINDS", "Change", "CsvReport", "RowFailure", "export_csv", "import_csv", "template"]
