"""What the worker does with quotes: those past their last day expire."""

from __future__ import annotations

from sqlalchemy import select

from backend.company.service import business_clock, record
from backend.database import Database
from backend.events.service import publish
from backend.identity.permissions import SYSTEM
from backend.locks import lock
from backend.quotes.quoting import event_of
from backend.quotes.states import QUOTE
from backend.quotes.tables import Quote
from backend.work import Work

MOST_AT_ONCE = 500


def expire_quotes(database: Database) -> int:
    """Expire sent quotes whose last day has passed, each in its own transaction; how many there were."""
    with database.read() as session:
        today = business_clock(session).today()
        due = session.scalars(
            select(Quote.id)
            .where(Quote.state == "sent", Quote.valid_until < today)
            .order_by(Quote.valid_until, Quote.id)
            .limit(MOST_AT_ONCE)
        ).all()
    return sum(_expire(database, quote_id) for quote_id in due)


def _expire(database: Database, quote_id: int) -> bool:
    with database.write() as session:
        work = Work(session, SYSTEM, business_clock(session), "worker")
        quote = lock(session, session.get_one(Quote, quote_id))
        if quote.state != "sent" or quote.valid_until >= work.clock.today():
            return False  # accepted or declined while this waited
        quote.state = QUOTE.require(quote.state, "expired")
        quote.version += 1
        record(work, "quote.expired", "quote", quote.number, before={"state": "sent"}, after={"state": "expired"})
        publish(work, "quote.expired", "quote", quote.number, event_of(quote), customer_id=quote.customer_id)
        return True
