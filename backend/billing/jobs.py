"""What becomes of invoices as days go by."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from backend.billing.standing import follow_the_day
from backend.billing.tables import Invoice
from backend.company.service import business_clock
from backend.database import Database
from backend.identity.permissions import SYSTEM
from backend.locks import lock_all
from backend.work import Work

AT_ONCE: Final = 100


def mark_overdue(database: Database) -> int:
    """Mark the invoices that should have been paid by now, some at a time; how many there were."""
    done, last = 0, 0
    while True:
        with database.write() as session:
            work = Work(session, SYSTEM, business_clock(session), "worker")
            found = session.scalars(
                select(Invoice)
                .where(
                    Invoice.state.in_(("issued", "part_paid")),
                    Invoice.due_date < work.clock.today(),
                    Invoice.id > last,
                )
                .order_by(Invoice.id)
                .limit(AT_ONCE)
            ).all()
            done += sum(follow_the_day(work, invoice) for invoice in lock_all(session, found))
        if len(found) < AT_ONCE:
            return done
        last = found[-1].id
