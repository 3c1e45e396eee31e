"""Reading inquiries and quotes; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from backend.company.service import company
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.quotes.tables import Inquiry, Quote, QuoteLine
from backend.sales.totals import Totals, totals
from backend.work import Work

_WHOLE = (
    selectinload(Quote.lines).selectinload(QuoteLine.product),
    selectinload(Quote.customer),
    selectinload(Quote.created_by),
    selectinload(Quote.inquiry),
)
_ASKED = (selectinload(Inquiry.customer), selectinload(Inquiry.user), selectinload(Inquiry.answered_by))


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to, and the key below which it goes on."""

    customer_id: int | None = None
    state: str | None = None
    inquiry_id: int | None = None
    before: int | None = None
    limit: int = 50


def visible_quotes(work: Work) -> Select[Quote]:
    """The quotes the principal may see: all for those who quote; their own company's once they have been sent."""
    query = select(Quote)
    if work.principal.may(Permission.QUOTE):
        return query
    return query.where(Quote.customer_id == (work.principal.customer_id or -1), Quote.sent_at.is_not(None))


def visible_inquiries(work: Work) -> Select[Inquiry]:
    """The inquiries the principal may see: all for those who handle them, their own company's, or their own."""
    query = select(Inquiry)
    if work.principal.may(Permission.HANDLE_INQUIRIES):
        return query
    if work.principal.customer_id is not None:
        return query.where(Inquiry.customer_id == work.principal.customer_id)
    return query.where(Inquiry.user_id == work.principal.user_id)


def quote(work: Work, number: str) -> Quote:
    """A visible quote with its lines; NotFound for an unknown one, a draft and another customer's alike."""
    found = work.session.scalar(visible_quotes(work).where(Quote.number == _number(number)).options(*_WHOLE))
    if found is None:
        raise NotFound(f"I can't find a quote {number[:30]} of yours.", code="unknown_quote")
    return found


def inquiry(work: Work, number: str) -> Inquiry:
    """A visible inquiry; NotFound for an unknown one and for another customer's alike."""
    found = work.session.scalar(visible_inquiries(work).where(Inquiry.number == _number(number)).options(*_ASKED))
    if found is None:
        raise NotFound(f"I can't find an inquiry {number[:30]} of yours.", code="unknown_inquiry")
    return found


def _number(written: str) -> str:
    """As numbers are kept; "" for what can't be one (PostgreSQL takes no NUL)."""
    text = written.strip().upper()
    return text if text.isprintable() else ""


def quotes(work: Work, wanted: Wanted) -> Sequence[Quote]:
    """Visible quotes, newest key first."""
    query = visible_quotes(work).options(*_WHOLE).order_by(Quote.id.desc()).limit(wanted.limit)
    if wanted.customer_id is not None:
        query = query.where(Quote.customer_id == wanted.customer_id)
    if wanted.inquiry_id is not None:
        query = query.where(Quote.inquiry_id == wanted.inquiry_id)
    if wanted.state is not None:
        query = query.where(Quote.state == wanted.state)
    if wanted.before is not None:
        query = query.where(Quote.id < wanted.before)
    return work.session.scalars(query).all()


def inquiries(work: Work, wanted: Wanted) -> Sequence[Inquiry]:
    """Visible inquiries, newest key first."""
    query = visible_inquiries(work).options(*_ASKED).order_by(Inquiry.id.desc()).limit(wanted.limit)
    if wanted.customer_id is not None:
        query = query.where(Inquiry.customer_id == wanted.customer_id)
    if wanted.state is not None:
        query = query.where(Inquiry.state == wanted.state)
    if wanted.before is not None:
        query = query.where(Inquiry.id < wanted.before)
    return work.session.scalars(query).all()


def breakdown(work: Work, one: Quote) -> Totals:
    """What a quote's total is made of: goods, delivery, and tax by rate."""
    row = company(work.session)
    entries = [(line.total, line.tax_rate) for line in one.lines]
    return totals(entries, one.delivery, row.tax_rounding if row else "document")
