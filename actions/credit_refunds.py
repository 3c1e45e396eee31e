"""The credit that stands to a customer's account: what there is of it, and its refund, listed and done on a yes.

"do we have any credit?", "pay our credit out", "refund £20 of it", "we'd rather have the money than CN-100001".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from actions import texts
from actions import texts_money as words
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.money_words import is_all, is_half, read_money
from actions.papers_at_hand import named
from actions.registry import command
from actions.showing import day_text, listed
from actions.whose_money import ask_whose, refusal_of, whose
from backend.billing import queries as billing
from backend.billing.giving_back import Source, give_back
from backend.billing.refunds import ON_ACCOUNT, require_refunding
from backend.billing.tables import Payment
from backend.chat.cards import TableCard
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Conflict
from backend.identity.permissions import Permission
from backend.money import rounded
from backend.sales.totals import ZERO

SKILL: Final = "refund_status"
LISTED: Final = 5
FEW_WORDS: Final = 7
_CREDIT: Final = re.compile(
    r"\bcredits?\b(?!\s*(?:limit|terms|check|cards?|control|rating|note))|\bover-?(?:paid|pay(?:ment|ing)?)\b|\bCN[\s#:.-]{0,3}\d"
    r"|\b(?:pay|paid)\s+(?:\w+\s+){0,3}(?:too\s+much|twice|double)\b|\btoo\s+much\s+paid\b|\bin\s+(?:our|my|their)\s+favour\b"
    r"|\b(?:than|not|the|our|my)\s+(?:a\s+)?credit\s+notes?\b|\bPAY[\s#:.-]{0,3}\d",
    re.IGNORECASE,
)
_BACK: Final = re.compile(
    r"\brefn?u?n?d(?:ing|ed)?\b|\breimburse\w*\b|\bpa(?:y|id|ying)\s+(?:it\s+|us\s+|me\s+|them\s+|that\s+)?(?:back|out)\b"
    r"|\bpay\b[^.?!]{0,50}\b(?:back|out)\b|\bpay\s+(?:us|me|them)\s+(?:the|our|my|their|that)\s+(?:\S+\s+)?credit\b"
    r"|\b(?:give|send|transfer|get|have|want|wire)\b[^.?!]{0,30}\b(?:credit|money|cash|overpayment|it|that|quid|pounds?|[£$€][\d.,]+)"
    r"\b[^.?!]{0,20}\bback\b|\b(?:rather|instead|want|have|get)\b[^.?!]{0,30}\b(?:money|cash)\b|\b(?:as|in)\s+(?:money|cash)\b"
    r"|\breturn\s+(?:of\s+)?(?:the|our|my)\s+money\b|\bmoney\s+(?:instead|rather)\b|\bcash(?:ed)?\s+(?:it\s+)?out\b|\bcredit\s+back\b|\breturned\s+to\s+(?:our|my)\s+(?:bank|card|account)\b|\bback\s+(?:on|to|onto)\s+(?:our|my)\s+(?:bank|card)\b"
    r"|\b(?:give|send|transfer)\s+(?:us|me|them)\s+back\b"
    r"|\b(?:transfer|send|wire|move)\b[^.?!]{0,60}\bto\s+(?:our|my|their|the)\s+(?:bank|card|account)\b",
    re.IGNORECASE,
)
_SUM_THEN_BACK: Final = re.compile(r"\s*(?:of\s+(?:it|that|(?:our|my|the)\s+\w+)\s+)?back\b", re.IGNORECASE)
_REFUND_ALL: Final = re.compile(r"\brefund\b|\bpay\b[^.?!]{0,20}\bout\b", re.IGNORECASE)
_STATUS: Final = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|ok|please)\W+)*(?:where|when|has|hasn't|have\s+(?:we|i|you|they)\b(?!\s+(?:got\s+)?any)|did|didn't|why|who|is\s+(?:the|my|our)|was|any\s+news|still|what\s+(?:happened|became))\b"
    r"|\bgone\s+through\b|\bprocessed\b|\byet\b|\bstatus\b|\bpromised\b|\basked\s+for\b|\bthrough\s+yet\b|\bcome\s+through\b",
    re.IGNORECASE,
)
_GOODS: Final = re.compile(
    r"\breturn(?:s|ed|ing)?\b(?!\s+(?:of\s+)?(?:the|our|my)\s+money|\s+to\s+(?:our|my)\s+(?:bank|card|account))|\bgoods\b|\bparcel\b|\bbroken\b|\bdamaged\b|\bfaulty\b|\bwrong\b"
    r"|\bsen[dt]\s+(?:it|them|these|those|some|\d+)?\s*\w*\s*back\b(?!\s+(?:the|our|my|as))|\bcop(?:y|ies)\b|\bpdf\b|\bprint\b|\bdownload\b"
    r"|\bfor\s+(?:a\s+|full\s+|some\s+)?credit\b|\b(?:a|just)\s+credit\b(?!\s+note)"
    r"|\b(?:as|have|want|take|prefer)\s+(?:the\s+)?credit\s+(?:instead|rather)\b|\binstead\s+of\s+(?:a\s+|the\s+)?refund\b|\bdon'?t\s+refund\b|\bno\s+refund\b|\bcancel\b|\bexchange\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\bhow\s+much\s+credit\b(?!\s+limit)|\b(?:do|have|has|is|got|does)\b[^.?!]{0,30}\bany\s+credit\b(?!\s*(?:notes?|limit))"
    r"|\b(?:have|has)\s+\w+\s+(?:got\s+)?credit\s+(?:with|on)\b|\bcredit\s+balance\b|\bwhat(?:'?s|\s+is)\s+(?:our|my|their|\w+'s)\s+credit\b(?!\s*(?:limit|terms|rating|notes?|cards?))"
    r"|\b(?:what|anything|how\s+much)\b[^.?!]{0,30}\bstands?\s+to\s+(?:our|my|their|\S+)\s+credit\b|\bare\s+we\s+in\s+credit\b",
    re.IGNORECASE,
)
_BEGINS_AS_A_QUESTION: Final = re.compile(r"\W*(?:how|what|which)\b", re.IGNORECASE)
_AFTER_VERB: Final = re.compile(
    r"\b(?:refund|out|back|give|pay)\s+(?:us\s+|me\s+|them\s+|back\s+|out\s+|only\s+|just\s+)*\d", re.IGNORECASE
)
_LIMIT: Final = re.compile(r"\bleft\b|\blimit\b|\bremain\w*\b|\bavailable\b|\bstill\s+(?:order|buy)\b", re.IGNORECASE)
_ELSEWHERE: Final = ("RT", "SO", "INV", "IQ", "QU", "PO")


@dataclass(frozen=True)
class _Row:
    """What goes back: from which document, how much, by which way."""

    source: str
    method: str
    amount: Decimal


def concerns(context: Context) -> bool:
    """Whether a message asks for credit to be paid out, or how much credit there is."""
    text = context.text
    if any(named(context, prefix) is not None for prefix in _ELSEWHERE):
        return False
    if _asks(text):
        return True
    if _STATUS.search(text) or _GOODS.search(text):
        return False
    own = context.work.principal.customer_id is not None
    return bool(_CREDIT.search(text) and _BACK.search(text)) or (own and _asks_for_a_sum(text))


def _asks(text: str) -> bool:
    """Whether it asks what credit there is; "how much credit have they left" asks for a limit."""
    if _ASKS.search(text) is None or _LIMIT.search(text) is not None:
        return False
    return _BACK.search(text) is None or _BEGINS_AS_A_QUESTION.match(text) is not None


def _asks_for_a_sum(text: str) -> bool:
    """Whether a sum, or all, is to go back, as in "give me my 20 quid back"."""
    money = read_money(text)
    if money is not None and _SUM_THEN_BACK.match(text, money.end):
        return True
    names = money is not None or is_all(text) or is_half(text)
    return names and _REFUND_ALL.search(text) is not None and len(text.split()) <= FEW_WORDS


def handle(context: Context) -> list[Draft]:
    """Show what credit there is, or ask for a yes to its refund."""
    only = _document(context)
    found = whose(context, context.text) if only is None else None
    if found is not None and found.question is not None:
        return ask_whose(context, found.question, SKILL, context.text)
    context.intent = SKILL
    customer = only.customer if only is not None else found.customer if found is not None else None
    assert customer is not None, "who may see customers is asked for one"
    if _asks(context.text):
        return [_standing(context, customer)]
    require_refunding(context.work, customer.id)
    money = read_money(context.text, bare=_AFTER_VERB.search(context.text) is not None)
    refusal = refusal_of(context, money)
    if refusal is not None:
        return [refusal]
    amount = money.amount if money is not None else None
    if amount is None and is_half(context.text):
        possible = _sum(_tried(context, customer, None, only))
        amount = rounded(possible / 2) if possible else None
    return [_ask(context, customer, amount, only)]


def _document(context: Context) -> Source | None:
    """The credit note or the payment whose money is asked for."""
    note, payment = named(context, "CN"), named(context, "PAY")
    if note is not None:
        return billing.credit_note(context.work, note)
    return billing.payment(context.work, payment) if payment is not None else None


def _tried(context: Context, customer: Customer, amount: Decimal | None, only: Source | None) -> list[_Row]:
    """What a refund would pay out, done and taken back: what is shown is what is done. Nothing where it is refused."""
    trial = context.work.session.begin_nested()
    try:
        made = give_back(context.work, customer, amount, only)
        return [_Row(one.reference or "", one.method, one.amount) for one in made]
    except Conflict:
        return []
    finally:
        trial.rollback()


def _sum(rows: Sequence[_Row]) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def _ask(context: Context, customer: Customer, amount: Decimal | None, only: Source | None) -> Draft:
    possible = _tried(context, customer, None, only)
    if not possible:
        lead = "" if only is None else f"{words.REFUND_NOTHING} "
        standing = _standing(context, customer)
        return Draft(f"{lead}{standing.text} {words.REFUND_FOR_GOODS}", standing.card, standing.taps)
    rows = possible if amount is None else _tried(context, customer, amount, only)
    if not rows:
        most, asked = context.money(_sum(possible)), context.money(amount or ZERO)
        text = words.REFUND_TOO_MUCH.format(possible=most, customer=customer.name, wanted=asked)
        return Draft(text, _card(context, customer, possible), (_offer(context, customer, possible, only),))
    arguments = {
        "customer": customer.code,
        "amount": None if amount is None else str(amount),
        "only": only.number if only is not None else None,
        "agreed": _agreed(context, customer, possible),
    }
    context.memory.confirmation = Confirmation(command="credit.refund", arguments=arguments)
    total = context.money(_sum(rows))
    text = words.REFUND_ASK.format(amount=total, customer=customer.name)
    rest = billing.balance(context.work, customer).credit - _sum(rows)
    if rest > 0:
        text += f" {words.REFUND_REST.format(amount=context.money(rest))}"
    taps = (Tap(words.REFUND_YES.format(amount=total), "credit.refund", arguments), _no())
    return Draft(text, _card(context, customer, rows), taps)


def _no() -> Tap:
    return Tap(texts.NO_LEAVE, "confirmation.no")


def _agreed(context: Context, customer: Customer, possible: Sequence[_Row]) -> str:
    """What credit there is and which refund was the last: another of either, and a yes is for something else."""
    last = billing.payments_page(context.work, customer_id=customer.id, kind="refund", limit=1)
    facts = [*(f"{row.source} {row.method} {row.amount:.2f}" for row in possible), *(one.number for one in last)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _offer(context: Context, customer: Customer, possible: Sequence[_Row], only: Source | None = None) -> Tap:
    title = words.REFUND_IT.format(amount=context.money(_sum(possible)))
    arguments = {"customer": customer.code, "only": only.number if only is not None else None}
    return Tap(title, "credit.refund.ask", arguments, once=False)


def _standing(context: Context, customer: Customer) -> Draft:
    """What stands to a customer's credit, how much of it may be paid out, and the button that asks for that."""
    total = billing.balance(context.work, customer).credit
    if not total:
        return Draft(words.CREDIT_NONE.format(customer=customer.name))
    text = words.CREDIT_STANDS.format(total=context.money(total), customer=customer.name)
    may = context.work.principal.may
    if context.work.principal.customer_id is None and not (may(Permission.BILL) or may(Permission.HANDLE_RETURNS)):
        return Draft(text)
    possible = _tried(context, customer, None, None)
    if not possible:
        return Draft(f"{text} {words.CREDIT_STAYS}")
    text += f" {words.CREDIT_MAY_GO.format(amount=context.money(_sum(possible)))}"
    return Draft(text, _card(context, customer, possible, total), (_offer(context, customer, possible),))


def _card(context: Context, customer: Customer, rows: Sequence[_Row], total: Decimal | None = None) -> TableCard:
    shown = [[row.source, context.money(row.amount), said_way(row.method)] for row in rows]
    stays = (total or ZERO) - _sum(rows)
    if stays > 0:
        shown.append(["", context.money(stays), words.CREDIT_GOES_NOWHERE])
    return TableCard(title=words.CREDIT_TITLE.format(customer=customer.name), columns=words.CREDIT_COLUMNS, rows=shown)


def said_way(method: str) -> str:
    """How money goes back, in words."""
    return words.AS_AGREED if method == ON_ACCOUNT else method


def _source(context: Context, number: str | None) -> Source | None:
    if number is None:
        return None
    if number.startswith("CN-"):
        return billing.credit_note(context.work, number)
    return billing.payment(context.work, number)


@command("credit.refund.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on the credit: all that can be paid out of it."""
    customer = customers.by_code(context.work, arguments["customer"])
    return [_ask(context, customer, None, _source(context, arguments.get("only")))]


@command("credit.refund")
def refund(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Begin the refunds, if the credit still is what was shown."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    only = _source(context, arguments["only"])
    if _agreed(context, customer, _tried(context, customer, None, only)) != arguments["agreed"]:
        now = _standing(context, customer)
        return [Draft(f"{words.REFUND_MOVED} {now.text}", now.card, now.taps)]
    amount = Decimal(arguments["amount"]) if arguments["amount"] is not None else None
    made = give_back(context.work, customer, amount, only)
    refunds = listed(
        words.REFUND_ONE.format(number=one.number, amount=context.money(one.amount), method=said_way(one.method))
        for one in made
    )
    own = context.work.principal.customer_id is not None
    return [Draft((words.REFUND_ASKED if own else words.REFUND_BEGUN).format(refunds=refunds))]


def under_way(context: Context, customer: Customer | None) -> list[Draft]:
    """What has become of a customer's credit that went back as money; nothing where none did, or it was a return's."""
    if customer is None:
        return []
    found = billing.payments_page(context.work, customer_id=customer.id, kind="refund", limit=LISTED)
    own = [one for one in found if one.credit_note is None or one.credit_note.return_id is None]
    if not own:
        return []
    return [Draft(words.UNDER_WAY.format(refunds="; ".join(_one(context, one) for one in own)))]


def _one(context: Context, one: Payment) -> str:
    day = day_text(context.work.clock.date_of(one.settled_at)) if one.settled_at is not None else ""
    state = words.REFUND_STATES["withdrawn" if one.withdrawn else one.state].format(day=day, reason=one.failure)
    amount = context.money(one.amount)
    return words.UNDER_WAY_ONE.format(number=one.number, amount=amount, method=said_way(one.method), state=state)
