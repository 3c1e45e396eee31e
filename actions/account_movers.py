"""How customers do, for those who look after them: who buys most, more, less, or has gone quiet."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.spans import Span, read_span, without_span
from actions.ordering import read
from actions.showing import counted, day_text
from actions.skills import SELLERS
from actions.subjects import CLEAR, named_part
from backend.chat.cards import TableCard
from backend.identity.tables import Role
from backend.insight import accounts
from backend.insight.accounts import Account

Days: TypeAlias = tuple[date, date]

LISTED: Final = 10
YEAR: Final = timedelta(days=365)
_PEOPLE: Final = re.compile(
    r"\b(?:customers?|accounts?|clients?|who|whos|who's|whom|anybody|anyone|everybody|everyone"
    r"|(?:of|are)\s+mine|mine\s+(?:are|is|have|has|were)|(?:my|our)\s+(?:lot|people|patch|book|regulars))\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:who\w*|which|what\w*|how\w*|any\w*|show|list|tell|are|is|my|our|top|best|biggest)\b|\?\s*$",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(
    r"\b(?:will|gonna|going\s+to|likely|next|forecast\w*|expect\w*|predict\w*|probably|should|would|might)\b",
    re.IGNORECASE,
)
_QUIET: Final = re.compile(
    r"\b(?:hasn'?t|haven'?t|has\s+not|have\s+not|didn'?t|did\s+not|not)\s+(?:\w+\s+){0,2}?(?:order(?:ed|ing)?|bought|buy(?:ing)?|purchased)\b"
    r"|\b(?:gone|going|went|been|is|are)\s+(?:very\s+|a\s+bit\s+|all\s+)?(?:quiet|silent|cold)\b|\blapsed?\b|\bdormant\b|\binactive\b"
    r"|\b(?:stopped|no\s+longer|quit|given\s+up)\s+(?:buy\w*|order\w*)\b|\b(?:lost|losing)\s+(?:customers?|accounts?|clients?)\b"
    r"|\boverdue\s+(?:an?|for\s+an?|with\s+their)\s+order\b|\bnot\s+heard\s+from\b|\bhaven'?t\s+heard\s+from\b",
    re.IGNORECASE,
)
_FALLING: Final = re.compile(
    r"\b(?:slipp\w*|declin\w*|drop(?:s|ped|ping)?|fading|shrinking|falling|fell|fallen|worst|weakest|slow(?:ed|ing)|cutting\s+back"
    r"|down|tail\w*\s+off)\b|\b(?:bought|buy\w*|order\w*|spen[dt]\w*|taking)\s+(?:\w+\s+){0,1}?(?:less|fewer)\b",
    re.IGNORECASE,
)
_RISING: Final = re.compile(
    r"\b(?:grow\w*|grew|rising|risen|rose|up|gain\w*|climb\w*)\b|\b(?:bought|buy\w*|order\w*|spen[dt]\w*)\s+(?:\w+\s+){0,1}?more\b",
    re.IGNORECASE,
)
_BEST: Final = re.compile(
    r"\b(?:list|show(?:\s+me)?|who\s+are|give\s+me)\s+(?:all\s+)?(?:my|our|the)\s+customers\W*$"
    r"|\b(?:best|top|biggest|largest|strongest|main|most\s+(?:valuable|important))\s+(?:\d+\s+)?(?:customers?|accounts?|clients?)\b"
    r"|\b(?:bought|buys?|ordered|orders?|spen[dt]s?)\s+(?:the\s+)?most\b"
    r"|\bhow\s+(?:did|have|are|were|do)\s+(?:my|our|the|all\s+(?:my|our))\s+(?:customers?|accounts?|clients?)\b",
    re.IGNORECASE,
)
_SOLD: Final = re.compile(
    r"\bhow\s+(?:much|mch|muhc)\s+(?:did|have|has|do)\s+(?:we|i|the\s+company|everybody)\s+(?:sell|sold|taken?|turn(?:ed)?\s+over)\b"
    r"|\b(?:what|how)(?:['’]?s|\s+(?:were|was|are|is|did|have))\s+(?:our|my|the|total|overall)\s+(?:total\s+|overall\s+)?"
    r"(?:sales|turnover|takings|revenue)\b"
    r"|\bhow(?:['’]?s|\s+(?:is|are|was|has|have))\s+(?:the\s+|our\s+|we\s+|we['’]ve\s+)?(?:business|trade|things|trading|firm|company|doing|going)"
    r"(?:\s+(?:been\s+)?(?:doing|going|looking|shaping\s+up))?(?=\s*(?:[?.!]|$|this|so\s+far|lately|at\s+the\s+moment|now|over|in|compared))",
    re.IGNORECASE,
)
_TOP: Final = re.compile(r"\b(?:top|best|worst|biggest|first)\s+(?P<count>\d{1,2})\b", re.IGNORECASE)
_ALL_OF_US: Final = re.compile(r"\b(?:our|we|all|every\w*|whole|company)\b", re.IGNORECASE)
_OWN_WORDS: Final = re.compile(
    r"\b(?:slip\w*|declin\w*|quiet|silent|cold|lapsed?|dormant|inactive|stopp?\w*|bought|buying|ordered|ordering|spen[dt]\w*|best|top"
    r"|biggest|largest|most|more|less|fewer|than|usual\w*|lately|recently|while|long|time|since|ages|compared|before|growing|grew"
    r"|hasn'?t|haven'?t|didn'?t|used|lost|losing|heard|worst|down|up|customers?|accounts?|clients?|anybody|anyone|who'?s|whos|so|far"
    r"|sales|sell|mch|muhc|sold|sale|turnover|takings|revenue|much|we|what|were|was|how'?s?|total|overall|with|week|compare[ds]?"
    r"|last|past|previous|days?|weeks?|months?|quarters?|years?|against|versus|vs|same|list|tell|give|doing|done|which|mine|business|trade|trading|things|going|looking|shaping|been|firm|company)\b",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message, and for who does not sell."""
    if context.work.principal.role not in SELLERS or not (_PEOPLE.search(context.text) or _SOLD.search(context.text)):
        return None
    kind = _kind(context.text)
    if kind is None or _ASKS.search(context.text) is None or _AHEAD.search(context.text):
        return None
    if kind == "sold" and _named(context):
        return None  # "to Harper", "in Germany", "of the linens"
    if _names_a_product(context) or any(line.sku and line.quantity for line in read(context).lines):
        return None
    context.intent = "customer_lookup"
    if kind == "quiet":
        return [_quiet(context)]
    own = context.work.principal.role is Role.REP and not _ALL_OF_US.search(context.text)
    context.figures = texts.AGAIN[kind].format(whose="my" if own else "our")
    return [_moved(context, kind, read_span(context.text, context.today))]


def _kind(text: str) -> str | None:
    kinds = (("sold", _SOLD), ("quiet", _QUIET), ("falling", _FALLING), ("best", _BEST), ("rising", _RISING))
    return next((kind for kind, pattern in kinds if pattern.search(text)), None)


def _named(context: Context) -> str:
    """What is left without the words of such a question."""
    return re.sub(r"\b\d+\b", " ", _OWN_WORDS.sub(" ", named_part(without_span(context.text)))).strip()


def _names_a_product(context: Context) -> bool:
    """Who buys a product is another question."""
    named = _named(context)
    near = context.catalogue.index.search(named, limit=1) if named else []
    return bool(near) and near[0].score >= CLEAR


def _accounts(context: Context, days: Days, before: Days) -> tuple[list[Account], str]:
    """The accounts that are meant, a rep's own unless all are asked for, and whose they are in words."""
    principal = context.work.principal
    if principal.role is Role.REP and not _ALL_OF_US.search(context.text):
        own = accounts.accounts(context.work, days, before, rep=principal.email)
        if own:
            return own, texts.YOURS.format(count=counted(len(own), "customer"))
    found = accounts.accounts(context.work, days, before)
    return found, texts.ALL.format(count=counted(len(found), "customer"))


def _listed(context: Context) -> int:
    found = _TOP.search(context.text)
    return max(1, int(found["count"])) if found else LISTED


def _quiet(context: Context) -> Draft:
    tomorrow = context.today + timedelta(days=1)
    found, whose = _accounts(context, (tomorrow - YEAR, tomorrow), (context.today, context.today))
    silent = accounts.quiet(found, context.today)
    context.memory.explanation = [texts.QUIET_WHY]
    if not silent:
        return Draft(texts.NO_QUIET.format(whose=whose))
    rows = [
        [
            one.customer.code,
            one.customer.name,
            day_text(one.last),
            str((context.today - one.last).days) if one.last else "",
            texts.EVERY.format(days=round(one.gap or 0)),
            context.money(one.value),
        ]
        for one in silent[: _listed(context)]
    ]
    text = texts.QUIET.format(whose=whose, number=len(silent), have="has" if len(silent) == 1 else "have")
    return Draft(text, card=TableCard(title=texts.TITLE, columns=list(texts.QUIET_COLUMNS), rows=rows))


_ORDERS: Final[dict[str, tuple[Callable[[Sequence[Account]], list[Account]], str, str]]] = {
    "best": (accounts.best, texts.BEST, texts.NO_BEST),
    "sold": (accounts.best, texts.SOLD, texts.NO_BEST),
    "rising": (accounts.rising, texts.RISING, texts.NO_RISING),
    "falling": (accounts.falling, texts.FALLING, texts.NO_FALLING),
}


def _moved(context: Context, kind: str, span: Span) -> Draft:
    found, whose = _accounts(context, (span.since, span.until), (span.before, span.before_until))
    order, some, none = _ORDERS[kind]
    ranked = order(found)
    facts = {
        "whose": whose,
        "number": len(ranked),
        "since": day_text(span.since),
        "until": _last_day(span.until),
        "before": day_text(span.before),
        "before_until": _last_day(span.before_until),
    }
    context.memory.explanation = [texts.WHY]
    if not ranked:
        return Draft(none.format(**facts))
    value, before = sum((one.value for one in found), Decimal(0)), sum((one.before for one in found), Decimal(0))
    change = (texts.MORE if value >= before else texts.LESS).format(amount=context.money(abs(value - before)))
    text = some.format(**facts, value=context.money(value), change=change)
    shown = ranked[: _listed(context)]
    if kind == "best":
        together = sum((one.value for one in shown), Decimal(0))
        some_left = len(shown) < len(ranked)
        text += (texts.SUM_OF_SHOWN if some_left else texts.SUM).format(
            together=context.money(together), value=context.money(value), change=change
        )
    keys = {one.customer.id for one in (found if kind == "sold" else shown)}
    held = accounts.on_hold(context.work, (span.since, span.until), keys) if kind in ("sold", "best") else Decimal(0)
    if held:
        text += texts.ON_HOLD.format(value=context.money(held))
    rows = [_row(context, one) for one in shown]
    return Draft(text, card=TableCard(title=texts.TITLE, columns=list(texts.COLUMNS), rows=rows))


def _row(context: Context, one: Account) -> list[str]:
    change = f"{one.change / one.before:+.0%}" if one.before else ""
    last = day_text(one.last) if one.last else ""
    return [one.customer.code, one.customer.name, context.money(one.value), context.money(one.before), change, last]


def _last_day(day: date) -> str:
    return day_text(day - timedelta(days=1))
