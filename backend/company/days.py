"""Business days in SQL: what day a moment falls on where the company is.

Orders taken after midnight belong to the new day however far the company is from Greenwich. PostgreSQL knows the zones
itself; SQLite doesn't, and asks ``clock.local_day`` (registered with every connection, see ``backend.database``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Label, and_, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from backend.clock import DEFAULT_ZONE
from backend.company.service import business_clock
from backend.company.tables import Company


class _BusinessDay(FunctionElement[date]):
    """Of a moment and the name of a zone."""

    name = "business_day"
    type = Date()
    inherit_cache = True


@compiles(_BusinessDay)
def _by_function(element: _BusinessDay, compiler: Any, **options: Any) -> str:
    return f"business_day({compiler.process(element.clauses, **options)})"


@compiles(_BusinessDay, "postgresql")
def _by_zone(element: _BusinessDay, compiler: Any, **options: Any) -> str:
    moment, zone = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(timezone({zone}, {moment}) AS DATE)"


def business_day(moment: Any, name: str = "day") -> Label[date]:
    """The date a moment falls on in the company's zone, as a column of that name; group by the column itself."""
    own = select(Company.zone).where(Company.id == literal_column("1")).scalar_subquery()
    return _BusinessDay(moment, func.coalesce(own, literal_column(f"'{DEFAULT_ZONE}'"))).label(name)


def within_days(session: Session, moment: Any, first: date, end: date) -> ColumnElement[bool]:
    """Whether a moment lies in the company's days from ``first`` to before ``end``; an index on it can be used."""
    clock = business_clock(session)
    return and_(moment >= clock.start_of(first), moment < clock.start_of(end))
