"""Who owes us most: for those who look after customers, and for nobody else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.references import read_document_numbers
from actions.showing import counted
from backend.billing import debtors as billing
from backend.billing.debtors import Debtor
from backend.chat.cards import TableCard
from backend.identity.tables import Role

LISTED: Final = 10
_WHO: Final = (
    r"(?:who(?:['’]?s|ever)?|whose|anyone|anybody|(?:which|what|any|how\s+many|top|biggest|largest|worst|the|our|my)\s+(?:\w+\s+){0,3}?"
    r"(?:customers?|accounts?|clients?|people|companies))"
)
_OWES: Final = re.compile(
    rf"\b(?:{_WHO}\b[^.?!]*\b(?:owes?|owing|outstanding|in\s+arrears|balances?|debts?|unpaid|overdue|in\s+debt)\b"
    rf"|{_WHO}\b[^.?!]*\b(?:hasn'?t|haven'?t|has\s+not|have\s+not|not|never|late|behind|slow)\b[^.?!]*\b(?:paid|paying|payments?|pays?|settled)\b"
    r"|how\s+much\s+(?:money\s+)?(?:is|are\s+we)\s+owed(?:\s+to\s+us)?(?=\W*(?:$|altogether|in|now|right|at))"
    r"|(?:list|show|give|which|any)\b[^.?!]*\b(?:overdue|unpaid)\s+(?:customers?|accounts?|payers?)"
    r"|debtors?\b|(?:worst|slow(?:est)?|late(?:st)?|bad|poor(?:est)?|overdue)\s+payers?|(?:money|cash)\s+(?:are|is|do)\s+(?:we|us)\s+owed\s+by|owes?\s+us\s+(?:the\s+)?(?:most|money)"
    r"|who\s+(?:do|should|must)\s+(?:we|i)\s+(?:\w+\s+){0,2}?chase)\b",
    re.IGNORECASE,
)
_LATE: Final = re.compile(r"\b(?:overdue|late|payers?|behind|arrears|chase|slow)\b", re.IGNORECASE)
_OURS: Final = re.compile(
    r"\b(?:do|should)\s+(?:we|i)\s+owe\b|\bwe\s+owe\b|\bi\s+owe\b|\border(?:ed|s)?\b|\bdeliver\w*", re.IGNORECASE
)
_THEY: Final = re.compile(
    r"^\W*(?:(?:and|so|but|ok)\W+)?(?:do|does|are|is|how\s+much\s+do)\s+(?:they|he|she)\b", re.IGNORECASE
)
_MINE: Final = re.compile(r"\bmy\b|\bmine\b", re.IGNORECASE)
_TOP: Final = re.compile(r"\b(?:top|biggest|first|worst|largest)\s+(?P<count>\d{1,2})\b", re.IGNORECASE)
_OWN_WORDS: Final = re.compile(
    r"\b(?:who(?:['’]?s|ever)?|whose|anyone|anybody|which|what(?:['’]?s)?|any|how|many|much|top|biggest|largest|worst|highest|the|our|my|mine|of"
    r"|customers?|accounts?|clients?|people|companies|owes?|owing|owed|outstanding|in|arrears|balances?|debts?|debtors?|unpaid|overdue"
    r"|hasn'?t|haven'?t|has|have|had|not|never|late|behind|slow|paid|paying|payments?|pays?|pay|settled|us|we|i|me|most|money|cash|is"
    r"|are|do|does|should|must|by|to|with|on|at|a|an|their|they|them|bills?|invoices?|currently|now|right|moment|still|yet|so|far|and"
    r"|list|show|tell|give|see|slowest|latest|bad|poor|poorest|please|ok|okay|hi|hello|need|chase|after|first|up|for|from|that|were|all|there|sums?|amounts?|more|than"
    r"|anything|something|lot|total|altogether|payers?|can|could|you|today|\d{1,2}|debt)\b",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message. NotAllowed for who may not see customers."""
    text = context.text
    if not _OWES.search(text) or _OURS.search(text) or read_document_numbers(text):
        return None
    if _THEY.search(text) and context.customer() is not None:
        return None  # whoever is spoken of
    if re.search(r"\w", _OWN_WORDS.sub(" ", text)):
        return None  # "who in Leeds owes us most", "who hasn't paid for the bolts"
    principal = context.work.principal
    own = principal.role is Role.REP and _MINE.search(text) is not None
    found = list(billing.debtors(context.work, principal.email if own else None))
    context.intent = "customer_lookup"
    context.memory.explanation = [texts.OWE_WHY]
    if _LATE.search(text):
        found = sorted((one for one in found if one.overdue), key=lambda one: (-one.overdue, one.customer.code))
        return [_told(context, found, texts.OVERDUE, texts.OWN_LATE if own else texts.NOBODY_LATE)]
    return [_told(context, found, texts.OWE, texts.OWN_OWE if own else texts.NOBODY_OWES)]


def _told(context: Context, found: list[Debtor], some: str, none: str) -> Draft:
    if not found:
        return Draft(none)
    top = _TOP.search(context.text)
    listed = found[: max(1, int(top["count"])) if top else LISTED]
    one = len(found) == 1
    text = some.format(
        customers=counted(len(found), "customer"),
        owe="owes" if one else "owe",
        are="is" if one else "are",
        value=context.money(sum((each.outstanding for each in found), Decimal(0))),
        late=context.money(sum((each.overdue for each in found), Decimal(0))),
    )
    text += texts.THE_FIRST.format(listed=len(listed)) if len(listed) < len(found) else ""
    rows = [
        [
            each.customer.code,
            each.customer.name,
            context.money(each.outstanding),
            context.money(each.overdue),
            str(each.invoices),
        ]
        for each in listed
    ]
    return Draft(text, card=TableCard(title=texts.TITLE, columns=list(texts.OWE_COLUMNS), rows=rows))
