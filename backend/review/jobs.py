"""The worker's job here: what was kept for review does not stay for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete

from backend.company.service import company
from backend.database import Database, now
from backend.review.tables import KeptMessage, Rating


def delete_kept(database: Database) -> int:
    """Delete what is older than the company keeps it, or everything where it keeps nothing. Returns how many."""
    with database.write() as session:
        row = company(session)
        if row is None:
            return 0
        end = now() - timedelta(days=max(row.keep_messages_days, 0)) if row.keep_messages else now()
        statements = (
            delete(KeptMessage).where(KeptMessage.created_at <= end),
            delete(Rating).where(Rating.asked_at <= end),
        )
        return sum(cast("CursorResult[Any]", session.execute(statement)).rowcount for statement in statements)
