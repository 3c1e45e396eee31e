"""Taking back that credit was asked for as money: what still waits to go out is credit again, on a yes.

"withdraw PAY-100012", "cancel the refund, leave it as credit", "we don't want the refund any more".
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
from actions.registry import command
from actions.showing import listed
from backend.billing import payments
from backend.billing import queries as billing
from backend.billing.refunds import asked_by_customer, require_refunding
from backend.billing.tables import Payment
from backend.errors import Stale
from backend.sales.totals import ZERO

LISTED: Final = 5
MOST: Final = 50
_TAKES_BACK: Final = (
    r"(?:withdraw|cancel|scrap|forget|drop|revoke|recall|call\s+off|stop|undo|take\s+back|retract|hold\s+off\s+on)"
)
_WHOSE: Final = (
    r"(?:(?:the|my|our|that|this|their|your|last|latest|pending|waiting|requested|for|about|of|with)\s+){0,4}"
)
_SUM: Final = r"(?:[£$€]?[\d.,]+\s+(?:credit\s+)?)?"
_REFUND: Final = (
    r"(?:credit\s+)?(?:refunds?\b|request\s+for\s+(?:a|the|our|my|that)\s+(?:credit\s+)?refund\b|pay-?outs?\b)"
)
_NO_REFUND: Final = re.compile(
    rf"\b{_TAKES_BACK}\s+{_WHOSE}{_SUM}{_REFUND}"
    r"|\b(?:don'?t|do\s+not|no\s+longer)\s+(?:want|need)\s+(?:the|our|my|that|a)\s+(?:credit\s+)?refund\b"
    r"|\bleave\s+(?:it|the\s+(?:money|refund|rest))\s+(?:as|on)\s+(?:a\s+|our\s+|my\s+|the\s+)?(?:credit|account)\b"
    r"|\b(?:keep|have)\s+(?:it|the\s+(?:money|refund))\s+as\s+(?:a\s+|our\s+|my\s+)?credit\b"
    r"|\bchanged\s+(?:my|our)\s+minds?\s+about\s+(?:the|my|our|that)\s+(?:credit\s+)?refunds?\b"
    r"|\b(?:not|never)\s+(?:pay|send)\s+(?:it|the\s+(?:money|refund))\s+(?:back|out)\b",
    re.IGNORECASE,
)
_ALL: Final = re.compile(r"\b(?:refunds|pay-?outs|(?<!after )all|both|everything|them)\b", re.IGNORECASE)
_STOPS: Final = re.compile(rf"\b{_TAKES_BACK}\b|\b(?:keep|leave)\b", re.IGNORECASE)
_CAN_YOU: Final = re.compile(r"\b(?:can|could|would|will|may)\s+(?:you|we|i)\b|\bplease\b", re.IGNORECASE)


def concerns(context: Context) -> bool:
    """Whether a message takes back a refund that it names, or one of the person's company that waits."""
    text = context.text.replace("’", "'")
    if "?" in text and not _CAN_YOU.search(text):
        return False
    if named(context, "PAY") is not None:
        return _STOPS.search(text) is not None
    if any(named(context, prefix) is not None for prefix in ("RT", "SO", "INV", "QU", "CN")):
        return False
    waits = context.memory.confirmation
    if waits is not None and waits.command != "refund.withdraw":
        return False  # "leave it as credit" answers what waits for a yes
    own = context.work.principal.customer_id is not None
    return own and _NO_REFUND.search(text) is not None and bool(_waiting(context))


def _waiting(context: Context) -> Sequence[Payment]:
    """What the person's own company has asked back and waits for, the newest first."""
    whose = context.work.principal.customer_id
    rows = billing.payments_page(context.work, customer_id=whose, state="pending", kind="refund", limit=MOST)
    return [one for one in rows if asked_by_customer(context.work, one)]


def handle(context: Context) -> list[Draft]:
    """Ask before it is withdrawn; which one, where several wait."""
    context.intent = SKILL
    number = named(context, "PAY")
    if number is not None:
        return [_ask(context, [billing.payment(context.work, number)])]
    rows = _waiting(context)
    if len(rows) == 1 or _ALL.search(context.text):
        return [_ask(context, rows)]
    taps = tuple(
        Tap(
            words.WITHDRAW_IT.format(number=one.number, amount=context.money(one.amount)),
            "refund.withdraw.ask",
            {"numbers": [one.number]},
            once=False,
        )
        for one in rows[:LISTED]
    )
    everything = {"numbers": [one.number for one in rows]}
    title = words.WITHDRAW_THEM.format(amount=_sum(context, rows))
    return [Draft(words.WITHDRAW_WHICH, taps=(*taps, Tap(title, "refund.withdraw.ask", everything, once=False)))]


def _sum(context: Context, rows: Sequence[Payment]) -> str:
    return context.money(sum((one.amount for one in rows), ZERO))


def _ask(context: Context, rows: Sequence[Payment]) -> Draft:
    """Ask for a yes to all of them, or say of the first that can't be withdrawn why not."""
    for one in rows:
        refusal = _refusal(context, one)
        if refusal is not None:
            return Draft(refusal)
    arguments = {"refunds": [[one.number, one.version] for one in rows]}
    context.memory.confirmation = Confirmation(command="refund.withdraw", arguments=arguments)
    single = len(rows) == 1
    text = words.WITHDRAW_ASK if single else words.WITHDRAW_ASK_ALL
    title = words.WITHDRAW_YES.format(number=rows[0].number) if single else words.WITHDRAW_YES_ALL
    taps = (Tap(title, "refund.withdraw", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return Draft(text.format(method=said_way(rows[0].method), **_facts(context, rows)), taps=taps)


def _refusal(context: Context, one: Payment) -> str | None:
    require_refunding(context.work, one.customer_id)
    facts = _facts(context, [one])
    if one.kind != "refund":
        return words.NOT_A_REFUND.format(**facts)
    if one.state != "pending":
        return words.WITHDRAW_LATE["withdrawn" if one.withdrawn else one.state].format(**facts)
    return None if asked_by_customer(context.work, one) else words.WITHDRAW_OURS.format(**facts)


def _facts(context: Context, rows: Sequence[Payment]) -> dict[str, str]:
    return {
        "number": rows[0].number,
        "numbers": listed(one.number for one in rows),
        "amount": _sum(context, rows),
        "customer": rows[0].customer.name,
    }


@command("refund.withdraw.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the refunds that wait, or on all of them."""
    return [_ask(context, [billing.payment(context.work, number) for number in arguments["numbers"]])]


@command("refund.withdraw")
def withdraw(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Withdraw all of it, if each still is what was shown."""
    context.memory.confirmation = None
    rows = []
    for number, version in arguments["refunds"]:
        one = billing.payment(context.work, number)
        if one.version != version and one.state == "pending":
            raise Stale(words.MOVED.format(number=one.number), code="refund_changed")
        rows.append(one)
    payments.withdraw_all(context.work, rows)
    text = words.WITHDRAWN if len(rows) == 1 else words.WITHDRAWN_ALL
    return [Draft(text.format(**_facts(context, rows)))]
