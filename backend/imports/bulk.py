"""Writing a million rows: polars frames straight into SQLite by executemany and into PostgreSQL by COPY.

It goes around the ORM but not around its types: a frame's columns are turned into what SQLAlchemy would have written
(tests read the rows back through the ORM), and columns that a frame lacks get their defaults from the table.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from sqlalchemy import JSON, Column, Date, Table, func, select, text
from sqlalchemy.orm import Session

from backend.database import Amount, Moment

COPY_CHUNK = 100_000
SQLITE_CACHE_KIB = 256 * 1024  # while the import runs: its indexes do not fit into the usual 2 MB


class Bulk:
    """Inserts frames into tables inside the session's transaction, which it never ends.

    Money is expected in ten-thousandths, times as UTC without a zone, JSON as text.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        connection = session.connection()
        self._sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection
        self._written: list[Table] = []

    def __enter__(self) -> Bulk:
        if self._sqlite:
            self._cache = self._session.execute(text("PRAGMA cache_size")).scalar_one()
            self._session.execute(text(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}"))
        return self

    def __exit__(self, *_error: object) -> None:
        if self._sqlite:
            self._session.execute(text(f"PRAGMA cache_size = {int(self._cache)}"))

    def next_id(self, table: Table) -> int:
        """The first free primary key."""
        return int(self._session.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())

    def insert(self, table: Table, frame: pl.DataFrame) -> int:
        """Write the frame's rows; returns how many. Its columns are the table's; defaults fill the others."""
        frame = _encoded(_with_defaults(frame, table), table, sqlite=self._sqlite)
        names = ", ".join(frame.columns)
        self._session.flush()
        if self._sqlite:
            marks = ", ".join("?" * frame.width)
            statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names come from the table
            self._driver.executemany(statement, frame.iter_rows())
        else:
            self._copy(f"COPY {table.name} ({names}) FROM STDIN WITH (FORMAT csv)", frame)
        self._written.append(table)
        return frame.height

    def finish(self) -> None:
        """Let PostgreSQL's sequences go on after the keys given here, and its planner know the new tables."""
        if self._sqlite:
            return
        for table in self._written:
            if "id" in table.c:
                last = self.next_id(table) - 1
                statement = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"
                self._session.execute(text(statement), {"name": table.name, "last": max(last, 1)})
            self._session.execute(text(f"ANALYZE {table.name}"))

    def _copy(self, statement: str, frame: pl.DataFrame) -> None:
        with self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in frame.iter_slices(COPY_CHUNK):
                copy.write(chunk.write_csv(include_header=False, quote_style="non_numeric").encode())


def _with_defaults(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    missing = [
        _default(column).alias(column.name)
        for column in table.columns
        if column.name not in frame.columns and column.default is not None
    ]
    frame = frame.with_columns(missing)
    absent = [
        column.name
        for column in table.columns
        if column.name not in frame.columns and not column.nullable and not column.primary_key
    ]
    if absent:
        raise ValueError(f"no value for {table.name}.{', '.join(absent)}")
    return frame


def _default(column: Column[Any]) -> pl.Expr:
    default: Any = column.default
    value = default.arg(None) if default.is_callable else default.arg
    if isinstance(column.type, JSON):
        return pl.lit(json.dumps(value))
    if isinstance(column.type, Moment):
        return pl.lit(value.replace(tzinfo=None)).cast(pl.Datetime("us"))
    if isinstance(column.type, Amount):
        return pl.lit(int(value * 10_000), pl.Int64)
    return pl.lit(value)


def _encoded(frame: pl.DataFrame, table: Table, *, sqlite: bool) -> pl.DataFrame:
    return frame.select(_encoding(table.c[name], sqlite=sqlite).alias(name) for name in frame.columns)


def _encoding(column: Column[Any], *, sqlite: bool) -> pl.Expr:
    values = pl.col(column.name)
    if isinstance(column.type, Moment):
        return values.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" if sqlite else "%Y-%m-%d %H:%M:%S%.6f+00")
    if isinstance(column.type, Date):
        return values.dt.to_string("%Y-%m-%d")
    return values
