"""Many rows into a table, and all rows out of all: in PostgreSQL by COPY and TRUNCATE, far quicker than row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.orm import Session


def write(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns, with their primary keys; in the session's transaction."""
    if not rows:
        return
    if not _is_postgres(session):
        session.execute(insert(table), rows)
        return
    _copy(session, table, rows)
    if "id" in table.c and table.c.id is table.autoincrement_column:
        _continue_keys(session, table)
    session.execute(text(f"ANALYZE {table.name}"))


def empty(session: Session, tables: Sequence[Table]) -> None:
    """Delete every row of the tables, which are in the order of their foreign keys; in the session's transaction."""
    if _is_postgres(session):
        session.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        return
    for table in reversed(tables):
        session.execute(delete(table))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _copy(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    connection = session.connection()
    dialect = connection.dialect
    driver: Any = connection.connection.driver_connection
    defaults = {
        column.name: column.default.arg(None) if column.default.is_callable else column.default.arg  # type: ignore[attr-defined]
        for column in table.c
        if column.default is not None and column.name not in rows[0]
    }
    names = [*rows[0], *defaults]
    binds = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    pairs = list(zip(names, binds, strict=True))
    columns = sql.SQL(", ").join([sql.Identifier(name) for name in names])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for given in rows:
            row = {**given, **defaults}
            copy.write_row([bind(row[name]) if bind else row[name] for name, bind in pairs])


def _continue_keys(session: Session, table: Table) -> None:
    """The keys were given here, so PostgreSQL's sequence must go on after them."""
    last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
    session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last, False)))
