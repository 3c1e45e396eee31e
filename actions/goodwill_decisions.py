"""Goodwill credits that wait for a manager: who may sees them, grants or refuses them, each on a yes.

"any goodwill waiting?", "approve GW-100001", "refuse the goodwill for Ferndale, they had a discount".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts
from actions import texts_money as words
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.goodwill_words import NUMBER, tidy
from actions.memory import Confirmation
from actions.money_words import read_money
from actions.reasons import split_reason
from actions.registry import command
from actions.showing import counted
from actions.whose_money import ask_whose, name_in, whose
from backend.billing import goodwill
from backend.billing.tables import Goodwill
from backend.chat.cards import Fact, FactsCard, TableCard
from backend.customers.tables import Customer
from backend.errors import Stale
from backend.identity.permissions import Permission

LISTED: Final = 8
OFFERED: Final = 3
_SKILL: Final = "refund_status"
_GRANTS: Final = re.compile(
    r"\b(?:approve|accept|agree|grant|sign\s+off|release|okay|yes\s+to|go\s+ahead)\b", re.IGNORECASE
)
_REFUSES: Final = re.compile(r"\b(?:refuse|reject|decline|turn\s+down|deny|no\s+to)\b", re.IGNORECASE)
_LISTS: Final = re.compile(
    r"\b(?:any|what|which|show|list|see|all|waiting|wait|open|pending|outstanding|history|how\s+much|have\s+we|did\s+we)\b",
    re.IGNORECASE,
)
_GIVES: Final = re.compile(
    r"^\W*(?:(?:please|can|could|you|we|should|i'?d\s+like\s+to|let'?s|hi|hello)\W+)*(?:give|credit|offer|put|add|allow|issue)\b",
    re.IGNORECASE,
)
_WAITS: Final = re.compile(
    r"\b(?:waiting|waits?|open|pending|outstanding|to\s+(?:approve|decide|grant))\b", re.IGNORECASE
)


def concerns(context: Context) -> bool:
    """Whether goodwill is to be decided on or shown, rather than given."""
    text = context.text
    if NUMBER.search(text):
        return True
    if read_money(text, bare=True) is not None or _GIVES.match(text):
        return False
    return _step(text) is not None or _LISTS.search(text) is not None


def _step(text: str) -> str | None:
    """What is to be decided; "grant" is also how one is given, so that one is read only where nothing else is."""
    if "?" in text:
        return None
    return "refuse" if _REFUSES.search(text) else "grant" if _GRANTS.search(text) else None


def handle(context: Context) -> list[Draft]:
    """Show one, list them, or ask for a yes to a decision."""
    text, step = context.text, _step(context.text)
    said, reason = split_reason(text) if step == "refuse" else (text, "")
    reason = tidy(reason) or words.NO_REASON
    number = NUMBER.search(text)
    if number is not None:
        one = goodwill.by_number(context.work, f"GW-{number['digits']}")
        return [_ask(context, one, step, reason) if step is not None else _one(context, one)]
    customer: Customer | None = None
    if name_in(said):
        found = whose(context, said)
        if found.question is not None:
            return ask_whose(context, found.question, _SKILL, text)
        customer = found.customer
    whose_id = customer.id if customer is not None else None
    of_all = customer is not None and step is None and _WAITS.search(text) is None
    rows = goodwill.page(context.work, customer_id=whose_id, state=None if of_all else "requested", limit=LISTED)
    if step is not None and len(rows) == 1:
        return [_ask(context, rows[0], step, reason)]
    return [_list(context, rows, customer if of_all else None, choose=step is not None)]


def _list(context: Context, rows: Sequence[Goodwill], customer: Customer | None, *, choose: bool) -> Draft:
    if not rows:
        none = words.GOODWILL_NONE_OF.format(customer=customer.name) if customer else words.GOODWILL_NONE_WAITS
        return Draft(none)
    shown = [[row.number, row.customer.name, context.money(row.amount), row.state, row.reason] for row in rows]
    decides = context.work.principal.may(Permission.RELEASE_HOLDS)
    waiting = [row for row in rows if row.state == "requested"][: OFFERED if decides else 0]
    taps = tuple(
        Tap(
            words.GOODWILL_GRANT_IT.format(number=row.number), "goodwill.decide.ask", {"number": row.number}, once=False
        )
        for row in waiting
    )
    if choose:
        text = words.GOODWILL_WHICH
    elif customer is not None:
        text = words.GOODWILL_LIST_OF.format(customer=customer.name)
    else:
        text = words.GOODWILL_LIST.format(count=counted(len(rows), "credit"))
    return Draft(text, TableCard(title=words.GOODWILL_LIST_TITLE, columns=words.GOODWILL_COLUMNS, rows=shown), taps)


def _card(context: Context, one: Goodwill) -> FactsCard:
    facts = [
        Fact(label=words.LABEL_CUSTOMER, value=f"{one.customer.name} ({one.customer.code})"),
        Fact(label=words.LABEL_AMOUNT, value=context.money(one.amount)),
        Fact(label=words.LABEL_REASON, value=one.reason),
        Fact(label=words.LABEL_ORDER, value=one.order.number if one.order is not None else ""),
        Fact(label=words.LABEL_ASKED_BY, value=one.asked_by.name),
        Fact(label=words.LABEL_STATE, value=one.state),
        Fact(label=words.LABEL_REFUSAL, value=one.refusal or ""),
    ]
    title = words.GOODWILL_NUMBER.format(number=one.number)
    return FactsCard(title=title, facts=[fact for fact in facts if fact.value])


def _one(context: Context, one: Goodwill) -> Draft:
    return Draft(words.GOODWILL_STATE.format(number=one.number, state=one.state), _card(context, one))


def _ask(context: Context, one: Goodwill, step: str, reason: str) -> Draft:
    goodwill.require_deciding(context.work)
    if one.state != "requested":
        return Draft(words.GOODWILL_DECIDED.format(number=one.number, state=one.state), _card(context, one))
    arguments = {"number": one.number, "version": one.version, "step": step, "reason": reason}
    context.memory.confirmation = Confirmation(command="goodwill.decide", arguments=arguments)
    asked = words.GOODWILL_REFUSE_ASK if step == "refuse" else words.GOODWILL_DECIDE_ASK
    facts = {"number": one.number, "amount": context.money(one.amount), "customer": one.customer.name}
    title = words.REFUSE_YES if step == "refuse" else words.GOODWILL_GRANT_YES
    taps = (Tap(title, "goodwill.decide", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return Draft(asked.format(reason=reason, **facts), _card(context, one), taps)


@command("goodwill.decide.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one that waits."""
    return [_ask(context, goodwill.by_number(context.work, arguments["number"]), "grant", words.NO_REASON)]


@command("goodwill.decide")
def decide(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to, if nobody has decided since it was shown."""
    context.memory.confirmation = None
    one = goodwill.by_number(context.work, arguments["number"])
    if one.version != arguments["version"]:
        raise Stale(words.MOVED.format(number=one.number), code="goodwill_changed")
    if arguments["step"] == "refuse":
        goodwill.refuse(context.work, one, arguments["reason"])
        return [Draft(words.GOODWILL_REFUSED.format(number=one.number))]
    goodwill.grant(context.work, one)
    note = one.credit_note.number if one.credit_note is not None else ""
    facts = {"number": one.number, "amount": context.money(one.amount), "customer": one.customer.name, "note": note}
    return [Draft(words.GOODWILL_GRANTED.format(**facts))]
