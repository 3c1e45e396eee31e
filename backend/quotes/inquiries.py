"""Inquiries: what people ask one of us to look at, and what becomes of it."""

from __future__ import annotations

from typing import Any, Final

from backend.company.service import next_number, record
from backend.customers.tables import Customer
from backend.database import now
from backend.errors import Invalid, NotAllowed
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock
from backend.quotes.states import INQUIRY
from backend.quotes.tables import Inquiry
from backend.sales import queries as sales
from backend.work import Work

KINDS: Final = ("question", "quote", "complaint", "person", "change")
LONGEST_TEXT: Final = 4_000


def open_inquiry(
    work: Work, customer: Customer | None, kind: str, text: str, order_number: str | None = None
) -> Inquiry:
    """Ask one of us something, for one's own company, or for a customer where one handles inquiries.

    Where an order is named it has to be one that the asker may see and, where a customer is given, the customer's.
    Raises Invalid for no text or an unknown kind, NotAllowed for another's company, NotFound for another's order.
    """
    if kind not in KINDS:
        raise Invalid(f"An inquiry is one of: {', '.join(KINDS)}.", code="unknown_kind")
    said = _said(text)
    customer = _for_whom(work, customer)
    order = sales.by_number(work, order_number) if order_number else None
    if order is not None:
        customer = customer or order.customer
        if order.customer_id != customer.id:
            raise Invalid(f"{order.number} is not an order of {customer.name}.", code="order_of_another")
    inquiry = Inquiry(
        number=next_number(work.session, "inquiry"),
        customer_id=customer.id if customer else None,
        customer=customer,
        user_id=work.principal.user_id,
        channel=work.channel,
        kind=kind,
        text=said,
        order_number=order.number if order else None,
        state="open",
    )
    work.session.add(inquiry)
    work.session.flush()
    after = {"state": "open", "kind": kind, "text": said, "order": inquiry.order_number}
    _tell(work, inquiry, "opened", None, after)
    return inquiry


def _for_whom(work: Work, customer: Customer | None) -> Customer | None:
    own = work.principal.customer_id
    if own is not None:
        if customer is not None and customer.id != own:
            raise NotAllowed("You may only ask for your own company with this sign-in.")
        return customer or work.session.get_one(Customer, own)
    if customer is not None:
        work.principal.require(Permission.HANDLE_INQUIRIES)
    return customer


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid("Please say what it is about.", code="no_text")
    if len(said) > LONGEST_TEXT:
        raise Invalid(f"That is more than the {LONGEST_TEXT:,} characters I can pass on.", code="text_too_long")
    return said


def answer(work: Work, inquiry: Inquiry, text: str) -> Inquiry:
    """Answer an open inquiry; NotAllowed unless one handles inquiries, Conflict where it is not open."""
    work.principal.require(Permission.HANDLE_INQUIRIES)
    said = _said(text)
    lock(work.session, inquiry)
    before = inquiry.state
    inquiry.state = INQUIRY.require(inquiry.state, "answered")
    inquiry.answer = said
    inquiry.answered_by_id, inquiry.answered_at = work.principal.user_id, now()
    inquiry.version += 1
    work.session.flush()
    work.session.expire(inquiry, ["answered_by"])
    _tell(work, inquiry, "answered", {"state": before}, {"state": "answered", "answer": said})
    return inquiry


def close(work: Work, inquiry: Inquiry) -> Inquiry:
    """It is settled; for those who asked and those who handle inquiries."""
    if not work.principal.may(Permission.HANDLE_INQUIRIES):
        _require_asker(work, inquiry)
    lock(work.session, inquiry)
    before = inquiry.state
    inquiry.state = INQUIRY.require(inquiry.state, "closed")
    inquiry.version += 1
    work.session.flush()
    _tell(work, inquiry, "closed", {"state": before}, {"state": "closed"})
    return inquiry


def reopen(work: Work, inquiry: Inquiry, text: str | None = None) -> Inquiry:
    """The answer did not settle it: whoever asked (or a colleague) asks again, with what there is to add."""
    _require_asker(work, inquiry)
    more = _said(text) if text else None
    lock(work.session, inquiry)
    whole = f"{inquiry.text}\n\n{more}" if more else inquiry.text
    _said(whole)
    before = {"state": inquiry.state, "answer": inquiry.answer}
    inquiry.state = INQUIRY.require(inquiry.state, "open")
    inquiry.text = whole
    inquiry.version += 1
    work.session.flush()
    _tell(work, inquiry, "reopened", before, {"state": "open", "added": more})
    return inquiry


def take_up(work: Work, inquiry: Inquiry, customer: Customer) -> None:
    """A quote is being made from an inquiry, which is *quoted* from then on."""
    lock(work.session, inquiry)
    if inquiry.customer_id != customer.id:
        raise Invalid(f"{inquiry.number} was not asked for {customer.name}.", code="inquiry_of_another")
    before = inquiry.state
    inquiry.state = INQUIRY.require(inquiry.state, "quoted")
    inquiry.version += 1
    _tell(work, inquiry, "quoted", {"state": before}, {"state": "quoted"})


def _require_asker(work: Work, inquiry: Inquiry) -> None:
    principal = work.principal
    own = principal.customer_id is not None and principal.customer_id == inquiry.customer_id
    if not own and principal.user_id != inquiry.user_id:
        raise NotAllowed("Only those who asked can do that.")


def _tell(work: Work, inquiry: Inquiry, what: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    behalf = inquiry.customer_id if work.principal.customer_id != inquiry.customer_id else None
    record(work, f"inquiry.{what}", "inquiry", inquiry.number, before=before, after=after, on_behalf_of=behalf)
    kind = {"opened": "inquiry.opened", "reopened": "inquiry.opened", "answered": "inquiry.answered"}.get(what)
    if kind is None:
        return
    payload = {
        "number": inquiry.number,
        "state": inquiry.state,
        "kind": inquiry.kind,
        "customer": inquiry.customer.code if inquiry.customer else None,
        "order": inquiry.order_number,
        "asked_by": inquiry.user_id,
        "text": inquiry.text,
        "answer": inquiry.answer if what == "answered" else None,
    }
    publish(work, kind, "inquiry", inquiry.number, payload, customer_id=inquiry.customer_id)
