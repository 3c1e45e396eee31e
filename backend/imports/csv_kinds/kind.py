"""What every kind of CSV file has: columns, groups of rows that stand or fall together, and a way in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.imports.csv_kinds.cells import Row

IN_CHUNK = 500  # SQLite takes some thousand parameters in one statement


class Change(StrEnum):
    """What a group of rows did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Column:
    """A column of a kind's file; ``key`` columns must be in the header."""

    name: str
    meaning: str
    key: bool = False


class Kind(Protocol):
    """One kind of file. A fresh object is made for each import, and may remember what it has loaded."""

    @property
    def name(self) -> str:
        """As ``--kind`` has it."""
        ...

    @property
    def columns(self) -> Sequence[Column]:
        """The file's columns, in the order of an export."""
        ...

    def key(self, row: Row) -> str:
        """What the row is about; rows with the same key stand or fall together. Raises CellError."""
        ...

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """Load what the rows refer to, in few queries."""
        ...

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Check a group completely, then write it. Raises CellError before anything is changed."""
        ...

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every row of the kind."""
        ...


def only(rows: Sequence[Row], column: str) -> Row:
    """The group's one row, for kinds in which each key may stand once. Raises CellError for a second."""
    if len(rows) > 1:
        text = rows[1].text(column)
        raise rows[1].wrong(column, f"is '{text}' again; it stands in row {rows[0].number} already")
    return rows[0]


def loaded(
    session: Session, column: InstrumentedAttribute[str] | ColumnElement[str], keys: Iterable[str], *options: Any
) -> dict[str, Any]:
    """Rows of the column's table by the column's value, for the keys given."""
    wanted = sorted(set(keys))
    attribute: Any = column
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        query = select(attribute.class_).where(attribute.in_(wanted[start : start + IN_CHUNK])).options(*options)
        for row in session.scalars(query).unique():
            found[getattr(row, attribute.key)] = row
    return found


def set_changed(row: object, values: dict[str, object]) -> bool:
    """Set the attributes that are given (None: not given) and differ; True where one did."""
    changed = False
    for name, value in values.items():
        if value is not None and getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def without(marks: Sequence[str], *names: str) -> list[str]:
    """The marks of what is assumed, less those that have been replaced."""
    return [mark for mark in marks if mark not in names]
