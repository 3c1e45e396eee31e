"""invoice_request, document_request: papers, each behind a link that is signed, short-lived and only for the asker."""

from __future__ import annotations

import re
from typing import Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft
from actions.papers_at_hand import by_their_number, named
from actions.parties import ask_customer, asked_about
from actions.registry import skill
from actions.showing import counted, day_text, with_article
from backend.billing import debtors
from backend.billing import queries as billing
from backend.billing.tables import Invoice
from backend.chat.cards import DocumentCard, TableCard
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.identity.tables import Role
from backend.papers import links, service
from backend.papers.kinds import TITLES, Kind
from backend.sales import queries as sales
from backend.settings import settings

LISTED: Final = 8
FEW_WORDS: Final = 5
_WANTS: Final = re.compile(
    r"\b(?:copy|copies|pdf|print|download|send|show|get|have|need|want|see|give|find|please|paper)\b", re.IGNORECASE
)
_KINDS: Final = (
    (re.compile(r"\bcredit\s*notes?\b", re.IGNORECASE), Kind.CREDIT_NOTE),
    (
        re.compile(r"\b(?:delivery|despatch|dispatch|packing)\s*(?:notes?|slips?|lists?)\b", re.IGNORECASE),
        Kind.DELIVERY_NOTE,
    ),
    (re.compile(r"\b(?:confirmations?|acknowledge?ments?)\b", re.IGNORECASE), Kind.ORDER_CONFIRMATION),
    (re.compile(r"\b(?:quotes?|quotations?|estimates?)\b", re.IGNORECASE), Kind.QUOTE),
    (re.compile(r"\b(?:purchase\s+orders?|PO-\d+)\b", re.IGNORECASE), Kind.PURCHASE_ORDER),
    (re.compile(r"\b(?:invoices?|bills?|VAT)\b", re.IGNORECASE), Kind.INVOICE),
)
_PREFIXES: Final = {
    "INV": Kind.INVOICE,
    "CN": Kind.CREDIT_NOTE,
    "QU": Kind.QUOTE,
    "SH": Kind.DELIVERY_NOTE,
    "PO": Kind.PURCHASE_ORDER,
}
_OWED: Final = re.compile(
    r"\b(?:how\s+much|what)\b[^.?!]*\b(?:owe|owes|owing|outstanding|to\s+pay\s+you)\b|\b(?:our|my|their|account|the)\s+balance\b"
    r"|\b(?:unpaid|overdue|open|outstanding)\s+invoices?\b|\bstatement\s+of\s+account\b",
    re.IGNORECASE,
)
_IN_ALL: Final = re.compile(
    r"\b(?:in all|all in all|altogether|in total|all (?:our |the )?customers|everybody|everyone)\b", re.IGNORECASE
)
_BALANCE: Final = re.compile(r"\b(?:balance|owe|owing|outstanding|overdue|unpaid|statement|due)\b", re.IGNORECASE)


def concerns_what_is_owed(context: Context) -> bool:
    """Whether a message asks what is to be paid."""
    return _OWED.search(context.text) is not None


def concerns(context: Context) -> bool:
    """Whether a message wants a paper by its number, or the paper of an order by its name."""
    text = context.text
    if "?" in text and not _WANTS.search(text):
        return False
    by_number = any(named(context, prefix) is not None for prefix in ("INV", "CN", "SH", "PO"))
    of_order = named(context, "SO") is not None and any(pattern.search(text) for pattern, _ in _KINDS)
    return (by_number and (_WANTS.search(text) is not None or len(text.split()) <= FEW_WORDS)) or of_order


@skill("invoice_request")
def invoice_request(context: Context) -> list[Draft]:
    """The invoice named, those of an order, what is owed, or the newest invoice."""
    if _BALANCE.search(context.text) and named(context, "INV") is None and named(context, "SO") is None:
        return _balance(context)
    return _find(context, Kind.INVOICE)


@skill("document_request")
def document_request(context: Context) -> list[Draft]:
    """The paper named, or the newest ones of its kind."""
    kind = next((kind for pattern, kind in _KINDS if pattern.search(context.text)), None)
    if kind is None and context.work.principal.role is Role.BUYER:
        kind = Kind.PURCHASE_ORDER
    return _find(context, kind)


def _find(context: Context, kind: Kind | None) -> list[Draft]:
    for prefix, of_kind in _PREFIXES.items():
        number = named(context, prefix)
        if number is not None:
            return [paper(context, of_kind, number)]
    number = named(context, "SO")
    theirs = by_their_number(context) if number is None else None
    if theirs is not None:
        number = theirs.number
    customer: Customer | None = None
    if number is not None:
        context.memory.order = sales.by_number(context.work, number).number
    elif kind is not Kind.PURCHASE_ORDER:
        customer, question = asked_about(context)
        if question is not None:
            return [ask_customer(context, question, context.text)]
    found, _ = service.list_papers(
        context.work, kind=kind, order=number, customer=customer.code if customer else None, limit=LISTED
    )
    if not found:
        what = TITLES[kind].lower() if kind else texts.PAPER
        if number:
            return [Draft(texts.NO_PAPER_OF.format(what=what, number=number))]
        return [Draft(texts.NO_PAPER.format(what=with_article(what)))]
    wanted = found if number is not None else found[:1]
    drafts = [paper(context, entry.kind, entry.number) for entry in wanted]
    if number is None and len(found) > 1:
        rows = [[entry.title, entry.number, day_text(entry.date)] for entry in found[1:]]
        drafts.append(
            Draft(texts.EARLIER_PAPERS, TableCard(title=texts.EARLIER, columns=texts.PAPER_COLUMNS, rows=rows))
        )
    return drafts


def paper(context: Context, kind: Kind, number: str) -> Draft:
    """A paper as a link for the person who asked; NotFound for what is not there or not theirs."""
    service.written(context.work, kind, number)
    url = links.link(settings(), context.work.principal, kind, number)
    card = DocumentCard(title=TITLES[kind], number=number, url=url)
    if kind is not Kind.INVOICE:
        return Draft(texts.HERE_IS.format(title=TITLES[kind], number=number), card)
    return Draft(_invoice_text(context, billing.invoice(context.work, number)), card)


def _invoice_text(context: Context, invoice: Invoice) -> str:
    text = texts.INVOICE.format(
        number=invoice.number,
        order=invoice.order.number,
        total=context.money(invoice.total),
        state=invoice.state.replace("_", " "),
    )
    if invoice.outstanding:
        text += texts.INVOICE_OPEN.format(open=context.money(invoice.outstanding), day=day_text(invoice.due_date))
    return text


def _balance(context: Context) -> list[Draft]:
    in_all = context.work.principal.customer_id is None and _IN_ALL.search(context.text) is not None
    customer, question = (None, None) if in_all else asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    if in_all:
        context.work.principal.require(Permission.SEE_CUSTOMERS, "Customers are for the order desk and sales.")
    key = customer.id if customer else None
    owed = debtors.owed(context.work, key)
    whose = customer.name if customer is not None else texts.ALL_CUSTOMERS
    if not owed.invoices:
        return [Draft(texts.NOTHING_OWED.format(customer=whose))]
    rows = [
        [
            invoice.number or "",
            invoice.customer.name if customer is None else invoice.order.number,
            day_text(invoice.due_date),
            context.money(invoice.outstanding),
        ]
        for invoice in billing.invoices_page(context.work, customer_id=key, limit=LISTED, lines=False, owed=True)
    ]
    text = texts.OWED.format(
        customer=whose,
        invoices=counted(owed.invoices, "invoice"),
        total=context.money(owed.outstanding),
        late=context.money(owed.overdue),
    )
    return [Draft(text, TableCard(title=texts.OPEN_INVOICES, columns=texts.INVOICE_COLUMNS, rows=rows))]
