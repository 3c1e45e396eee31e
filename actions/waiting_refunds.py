"""Refunds that wait to go out: our people see them, pay them out or refuse them, each on a yes.

"any refunds waiting?", "approve PAY-100012", "refuse the refund for Ferndale because the bank details are missing".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts
from actions import texts_money as words
from actions.context import Context
from actions.credit_refunds import SKILL, said_way
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.papers_at_hand import named
from actions.reasons import split_reason
from actions.registry import command
from actions.showing import counted, day_text
from actions.whose_money import ask_whose, name_in, whose
from backend.billing import payments
from backend.billing import queries as billing
from backend.billing.tables import Payment
from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.errors import Stale
from backend.identity.permissions import Permission

LISTED: Final = 8
OFFERED: Final = 3
MOST: Final = 200
REFUSES: Final = re.compile(
    r"\b(?:refuse|reject|decline|turn\s+down|deny|no\s+to|bounced|failed|did\s+not\s+go|didn'?t\s+go)\b", re.IGNORECASE
)
AGREES: Final = re.compile(
    r"\b(?:approve|accept|agree|grant|sign\s+off|release|okay|yes\s+to|go\s+ahead|settle|pay\s+(?:\S+\s+){0,4}out"
    r"|(?:has|have|is|was|it'?s)\s+(?:now\s+)?(?:gone\s+out|gone|paid|paid\s+out|arrived|settled|sent)|went\s+out)\b",
    re.IGNORECASE,
)
_REFUND: Final = re.compile(r"\brefunds?\b", re.IGNORECASE)
_LIST: Final = re.compile(
    r"\brefund\s+requests?\b|\bany\s+refunds\b|\brefunds\b[^.?!]{0,40}\b(?:waiting|wait|open|pending|due|outstanding|to\s+(?:pay|approve|go|do|sign))\b"
    r"|\b(?:waiting|open|pending|outstanding|due)\b[^.?!]{0,20}\brefunds\b",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether one of us asks which refunds wait, or decides on one."""
    principal, text = context.work.principal, context.text
    if principal.customer_id is not None or not principal.may(Permission.SEE_ALL_ORDERS):
        return False
    if named(context, "RT") is not None:
        return False
    if named(context, "PAY") is not None:
        return "?" not in text and _step(text) is not None
    if _LIST.search(text):
        return True
    decides = REFUSES.search(text) or re.search(r"\b(?:approve|sign\s+off|grant|release)\b", text, re.IGNORECASE)
    return bool(decides and _REFUND.search(text) and "?" not in text and named(context, "SO") is None)


def _step(text: str) -> str | None:
    return "refuse" if REFUSES.search(text) else "approve" if AGREES.search(text) else None


def handle(context: Context) -> list[Draft]:
    """List what waits, or ask for a yes to a decision."""
    context.intent, text = SKILL, context.text
    number, step = named(context, "PAY"), _step(text)
    before, reason = split_reason(text)
    reason = reason or words.NO_REASON
    if number is not None:
        return [_ask(context, number, step or "approve", reason)]
    said = before if step == "refuse" else text
    customer: Customer | None = None
    if name_in(said):
        found = whose(context, said)
        if found.question is not None:
            return ask_whose(context, found.question, SKILL, text)
        customer = found.customer
    rows = _waiting(context, customer)
    if step is not None and not _LIST.search(text) and len(rows) == 1:
        return [_ask(context, rows[0].number, step, reason)]
    return [_list(context, rows, customer)]


def _waiting(context: Context, customer: Customer | None) -> Sequence[Payment]:
    whose_id = customer.id if customer is not None else None
    return billing.payments_page(context.work, customer_id=whose_id, state="pending", kind="refund", limit=MOST)


def _list(context: Context, rows: Sequence[Payment], customer: Customer | None) -> Draft:
    if not rows:
        none = words.WAITING_NONE if customer is None else words.WAITING_NONE_OF.format(customer=customer.name)
        return Draft(none)
    shown = [
        [
            one.number,
            one.customer.name,
            context.money(one.amount),
            said_way(one.method),
            day_text(context.work.clock.date_of(one.created_at)),
        ]
        for one in rows[:LISTED]
    ]
    decides = context.work.principal.may(Permission.BILL)
    taps = tuple(
        Tap(words.APPROVE_IT.format(number=one.number), "refund.decide.ask", {"number": one.number}, once=False)
        for one in rows[: OFFERED if decides else 0]
    )
    text = words.WAITING.format(count=counted(len(rows), *words.WAITING_COUNT))
    if decides:
        text += f" {words.WAITING_HOW.format(first=rows[0].number)}"
    return Draft(text, TableCard(title=words.WAITING_TITLE, columns=words.WAITING_COLUMNS, rows=shown), taps)


def _ask(context: Context, number: str, step: str, reason: str) -> Draft:
    one = billing.payment(context.work, number)
    if one.kind != "refund":
        return Draft(words.NOT_A_REFUND.format(number=one.number))
    if one.state != "pending":
        state = words.DECIDED_STATES["withdrawn" if one.withdrawn else one.state]
        return Draft(words.REFUND_DECIDED.format(number=one.number, state=state))
    if not context.work.principal.may(Permission.BILL):
        return Draft(words.FOR_THE_DESK)
    arguments = {"number": one.number, "version": one.version, "step": step, "reason": reason}
    context.memory.confirmation = Confirmation(command="refund.decide", arguments=arguments)
    asked = words.REFUSE_ASK if step == "refuse" else words.APPROVE_ASK
    text = asked.format(
        amount=context.money(one.amount),
        customer=one.customer.name,
        method=said_way(one.method),
        number=one.number,
        reason=reason,
    )
    title = words.REFUSE_YES if step == "refuse" else words.APPROVE_YES
    return Draft(text, taps=(Tap(title, "refund.decide", arguments), Tap(texts.NO_LEAVE, "confirmation.no")))


@command("refund.decide.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a refund that waits."""
    return [_ask(context, arguments["number"], "approve", words.NO_REASON)]


@command("refund.decide")
def decide(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to, if the refund still is what was shown."""
    context.memory.confirmation = None
    one = billing.payment(context.work, arguments["number"])
    if one.version != arguments["version"] or one.state != "pending":
        raise Stale(words.MOVED.format(number=one.number), code="refund_changed")
    facts = {"number": one.number, "amount": context.money(one.amount), "customer": one.customer.name}
    if arguments["step"] == "refuse":
        payments.fail(context.work, one, arguments["reason"])
        return [Draft(words.REFUSED.format(**facts))]
    payments.settle(context.work, one)
    return [Draft(words.APPROVED.format(method=said_way(one.method), **facts))]
