"""Invoices, payments, credit notes, and what customers owe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from backend.billing import accounts, payments, queries, refunds
from backend.billing import credits as crediting
from backend.billing.access import require_billing
from backend.billing.schemas import (
    AllocationIn,
    BalanceOut,
    CreditIn,
    CreditNoteOut,
    EntryOut,
    FailureIn,
    InvoiceOut,
    InvoiceState,
    PaymentIn,
    PaymentKind,
    PaymentOut,
    PaymentState,
    RefundIn,
    ShareIn,
    StatementOut,
)
from backend.billing.showing import shown_credit_note, shown_invoice, shown_payment
from backend.billing.tables import Invoice, Payment
from backend.customers import queries as customers
from backend.errors import Invalid
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, NothingIn
from backend.http.idempotency import OnlyOnce
from backend.http.pages import DOCUMENTS, OTHERS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.work import Work

router = APIRouter(prefix="/api", tags=["billing"])

STATEMENT_DAYS = 90
Number = Annotated[str, Path(max_length=30, pattern=PLAIN)]
CustomerCode = Annotated[str, Path(max_length=40, pattern=PLAIN)]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")]
Whose = Annotated[str | None, Query(max_length=40, pattern=PLAIN, description="Only this customer's.")]
OfOrder = Annotated[str | None, Query(max_length=30, pattern=PLAIN, description="Only this order's.")]


def _whose(work: Work, code: str | None) -> int | None:
    return customers.by_code(work, code).id if code else None


# ---- invoices ------------------------------------------------------------------------------------------------------


@router.get("/invoices")
def invoices(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Before = None,
    customer: Whose = None,
    order: OfOrder = None,
    state: InvoiceState | None = None,
    overdue: Annotated[bool | None, Query(description="Whether it should have been paid by now.")] = None,
) -> Page[InvoiceOut]:
    """The invoices you may see, newest first."""
    rows = queries.invoices_page(
        work,
        customer_id=_whose(work, customer),
        state=state,
        order=order,
        overdue=overdue,
        before=after,
        limit=limit + 1,
        lines=False,
    )
    lines = queries.lines_of(work, rows[:limit])
    return page_of(rows, len(lines), lambda row: shown_invoice(row, lines[row.id]), lambda row: row.id)


@router.get("/invoices/{number}")
def invoice(number: Number, work: Reading, response: Response) -> InvoiceOut:
    """One invoice; another customer's is not found."""
    found = queries.invoice(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown_invoice(found)


@router.post("/invoices/{number}/credit", status_code=201, response_model=CreditNoteOut)
def credit_invoice(number: Number, body: CreditIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Credit all that is left of an invoice, or quantities of some lines. `If-Match` takes the invoice's ETag."""

    def change(work: Work) -> CreditNoteOut:
        found = queries.invoice(work, number)
        require_billing(work)
        if if_match is not None:
            crediting.hold(work, found)
            require_version(found.version, if_match)
        lines = None if body.lines is None else {part.position: part.quantity for part in body.lines}
        if lines is not None and len(lines) < len(body.lines or ()):
            raise Invalid("Name each line once.", code="line_twice")
        return shown_credit_note(crediting.credit_invoice(work, found, body.reason, lines))

    return once.run(f"invoices.credit {number}", body, change, status=201)


# ---- payments ------------------------------------------------------------------------------------------------------


@router.get("/payments")
def list_payments(
    work: Reading,
    limit: Limit = OTHERS,
    after: Before = None,
    customer: Whose = None,
    state: PaymentState | None = None,
    kind: PaymentKind | None = None,
) -> Page[PaymentOut]:
    """The payments and refunds you may see, newest first."""
    whose = _whose(work, customer)
    rows = queries.payments_page(work, customer_id=whose, state=state, kind=kind, before=after, limit=limit + 1)
    return page_of(rows, limit, shown_payment, lambda row: row.id)


@router.get("/payments/{number}")
def payment(number: Number, work: Reading, response: Response) -> PaymentOut:
    """One payment or refund; another customer's is not found."""
    found = queries.payment(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown_payment(found)


@router.post("/payments", status_code=201, response_model=PaymentOut)
def record_payment(body: PaymentIn, once: OnlyOnce) -> JSONResponse:
    """Record money that came in. It pays the named invoices in their order, or what is due first."""

    def change(work: Work) -> PaymentOut:
        require_billing(work)
        customer = customers.by_code(work, body.customer)
        named = None if body.invoices is None else [queries.invoice(work, number) for number in body.invoices]
        made = payments.record_payment(work, customer, body.amount, body.method, body.reference, named)
        return shown_payment(made)

    return once.run("payments.record", body, change, status=201)


@router.post("/payments/{number}/settle", response_model=PaymentOut)
def settle(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say that a pending payment has come in, or that a refund has arrived."""
    change = _of_payment(number, if_match, payments.settle)
    return once.run(f"payments.settle {number}", NothingIn(), change)


@router.post("/payments/{number}/fail", response_model=PaymentOut)
def fail(number: Number, body: FailureIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say that a payment did not come in, or bounced: what it paid is owed again."""
    change = _of_payment(number, if_match, lambda work, found: payments.fail(work, found, body.reason))
    return once.run(f"payments.fail {number}", body, change)


@router.post("/payments/{number}/withdraw", response_model=PaymentOut)
def withdraw(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Keep as credit what you asked to have back, while the refund waits to go out."""

    def allowed(work: Work, found: Payment) -> None:
        refunds.require_refunding(work, found.customer_id)

    change = _of_payment(number, if_match, payments.withdraw, allowed)
    return once.run(f"payments.withdraw {number}", NothingIn(), change)


@router.post("/payments/{number}/allocate", response_model=PaymentOut)
def allocate(number: Number, body: AllocationIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Pay invoices from what is left of a payment."""

    def change(work: Work) -> PaymentOut:
        found = queries.payment(work, number)
        require_billing(work)
        wanted = _wanted(work, body.invoices)
        if if_match is not None:
            payments.hold(work, found, wanted)
            require_version(found.version, if_match)
        return shown_payment(payments.allocate(work, found, wanted))

    return once.run(f"payments.allocate {number}", body, change)


def _books(work: Work, _payment: Payment) -> None:
    require_billing(work)


def _of_payment(
    number: str,
    if_match: str | None,
    act: Callable[[Work, Payment], Payment],
    allowed: Callable[[Work, Payment], None] = _books,
) -> Callable[[Work], PaymentOut]:
    def change(work: Work) -> PaymentOut:
        found = queries.payment(work, number)
        allowed(work, found)
        if if_match is not None:
            payments.hold(work, found)
            require_version(found.version, if_match)
        return shown_payment(act(work, found))

    return change


def _wanted(work: Work, parts: list[ShareIn]) -> dict[Invoice, Decimal]:
    found = {queries.invoice(work, part.invoice): part.amount for part in parts}
    if len(found) < len(parts):
        raise Invalid("Name each invoice once.", code="invoice_twice")
    return found


# ---- credit notes --------------------------------------------------------------------------------------------------


@router.get("/credit-notes")
def credit_notes(
    work: Reading, limit: Limit = DOCUMENTS, after: Before = None, customer: Whose = None, order: OfOrder = None
) -> Page[CreditNoteOut]:
    """The credit notes you may see, newest first."""
    whose = _whose(work, customer)
    rows = queries.credit_notes_page(work, customer_id=whose, order=order, before=after, limit=limit + 1)
    return page_of(rows, limit, shown_credit_note, lambda row: row.id)


@router.get("/credit-notes/{number}")
def credit_note(number: Number, work: Reading, response: Response) -> CreditNoteOut:
    """One credit note; another customer's is not found."""
    found = queries.credit_note(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown_credit_note(found)


@router.post("/credit-notes/{number}/refund", response_model=CreditNoteOut)
def refund(number: Number, body: RefundIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Give back what is left of a credit note, the way it was paid; `refunds` are the payments this makes.

    The customer's own people may ask for it; the refund waits until it has gone out, as every refund does.
    """

    def change(work: Work) -> CreditNoteOut:
        found = queries.credit_note(work, number)
        refunds.require_refunding(work, found.customer_id)
        if if_match is not None:
            refunds.hold(work, found)
            require_version(found.version, if_match)
        refunds.refund(work, found, body.method, body.amount)
        return shown_credit_note(found)

    return once.run(f"credit_notes.refund {number}", body, change)


@router.post("/credit-notes/{number}/apply", response_model=CreditNoteOut)
def apply(number: Number, body: AllocationIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Set what is left of a credit note off against invoices."""

    def change(work: Work) -> CreditNoteOut:
        found = queries.credit_note(work, number)
        require_billing(work)
        wanted = _wanted(work, body.invoices)
        if if_match is not None:
            crediting.hold_for(work, found, wanted)
            require_version(found.version, if_match)
        return shown_credit_note(crediting.apply(work, found, wanted))

    return once.run(f"credit_notes.apply {number}", body, change)


# ---- accounts ------------------------------------------------------------------------------------------------------


@router.get("/customers/{code}/balance")
def balance(code: CustomerCode, work: Reading) -> BalanceOut:
    """What a customer owes, what of it is overdue, and what stands to its credit."""
    customer = customers.by_code(work, code)
    found = accounts.balance(work, customer)
    return BalanceOut(
        customer=customer.code,
        currency=found.currency,
        outstanding=found.outstanding,
        overdue=found.overdue,
        credit=found.credit,
        limit=found.limit,
        exposure=found.exposure,
    )


@router.get("/customers/{code}/statement")
def statement(
    code: CustomerCode,
    work: Reading,
    since: Annotated[date | None, Query(description="By default 90 days ago.")] = None,
) -> StatementOut:
    """What was invoiced, paid, refunded and credited since a day, with what was owed after each."""
    customer = customers.by_code(work, code)
    first = since or work.clock.today() - timedelta(days=STATEMENT_DAYS)
    found = accounts.statement(work, customer, first)
    return StatementOut(
        customer=customer.code,
        currency=found.currency,
        since=found.since,
        opening=found.opening,
        entries=[EntryOut.model_validate(entry, from_attributes=True) for entry in found.entries],
        closing=found.closing,
    )
