"""Reading what imports have set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.imports.report import sentence
from backend.imports.tables import SetAside


@dataclass(frozen=True)
class ReasonCount:
    """How many rows were set aside for a reason."""

    reason: str
    sentence: str
    rows: int


def reasons(session: Session) -> list[ReasonCount]:
    """Every reason with rows, the most frequent first."""
    found = session.execute(
        select(SetAside.reason, func.count()).group_by(SetAside.reason).order_by(func.count().desc(), SetAside.reason)
    )
    return [ReasonCount(reason, sentence(reason), rows) for reason, rows in found]


def rows(session: Session, *, reason: str | None = None, after: int = 0, limit: int = 50) -> Sequence[SetAside]:
    """Rows set aside, in the order they were kept, from after the id ``after`` on."""
    query = select(SetAside).where(SetAside.id > after).order_by(SetAside.id).limit(limit)
    if reason is not None:
        query = query.where(SetAside.reason == reason)
    return session.scalars(query).all()


def as_json(row: SetAside) -> dict[str, Any]:
    """A row with its number and reason, for ``--json``."""
    return {"id": row.id, "row": row.row_number, "reason": row.reason, "content": row.row}
