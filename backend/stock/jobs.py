"""What the worker does for stock."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from backend.company.service import business_clock
from backend.database import Database
from backend.identity.permissions import SYSTEM
from backend.stock import reordering
from backend.work import Work


def set_reorder_points(database: Database) -> int:
    """Make the reorder points anew where the day or the forecast is a new one. Returns how many were made."""
    with database.read() as session:
        if not reordering.due(Work(session, SYSTEM, business_clock(session), "worker")):
            return 0
    try:
        with database.write() as session:
            return reordering.set_points(Work(session, SYSTEM, business_clock(session), "worker"))
    except IntegrityError:  # another worker has just made them
        return 0
