"""Questions about forecasts so plain that they need no classifier: two beside each other, looking back, growth."""

from __future__ import annotations

import re
from typing import Final

from actions import forecast_looking_back, forecast_movers, forecast_ranking
from actions.context import Context
from actions.forecast_periods import without
from actions.forecast_subjects import compares, scope_of, two_subjects
from actions.skills import NOT_UNDERSTOOD, PLANNERS

_OTHER: Final = re.compile(
    r"\b(?:price[sd]?|pricing|cost|costs|cheap(?:er|est)?|stock|stocked|available|deliver\w*|invoices?|quotes?|orders?)\b",
    re.IGNORECASE,
)
_WHICH: Final = re.compile(r"^\W*(?:which|what|whats|what's|show|list|any)\b", re.IGNORECASE)
_PEOPLE: Final = re.compile(
    r"\b(?:customers?|accounts?|clients?|suppliers?|who|mine|(?:my|our)\s+(?:lot|people|patch|book|regulars))\b",
    re.IGNORECASE,
)
_DOUBTED: Final = frozenset({NOT_UNDERSTOOD, "product_search", "forecast_category_or_total", "forecast_product"})


_WHOM_TO_RING: Final = re.compile(
    r"\bwhom?\s+(?:should|shld|shud|shoud|shall|do|must|ought|could|can)\s+(?:i|we)\s+(?:\w+\s+)?(?:ring|call|phone|visit|see|chase|contact)\b"
    r"|\bwho(?:['’]?s|\s+is|\s+are)?\s+(?:\w+\s+)?(?:due|ready)\s+(?:an?|for\s+an?|to)\s+(?:re-?)?order\b"
    r"|\bwho\s+(?:normally|usually|tends\s+to|generally)\s+(?:re-?)?(?:orders?|buys?)\s+(?:\w+\s+){0,2}(?:now|time|week|month)\b",
    re.IGNORECASE,
)
"""Who will buy next is whom to talk to today."""


_IS_GROWING: Final = re.compile(
    r"^\W{0,5}(?:(?:and|so|ok|tell\s{1,3}me\s{1,3}if|do\s{1,3}you\s{1,3}think)\s{1,3}){0,2}(?:(?:is|are|will|do|does)\s{1,3})?(?P<what>\w[^?.!]{1,60}?)\s{1,3}(?:is\s{1,3}|are\s{1,3}|be\s{1,3})?(?:still\s{1,3})?"
    r"(?:(?:growing|shrinking|rising|falling|declining|fading|dying|grow|shrink|up|down)(?:\s{1,3}or\s{1,3}(?:not|growing|shrinking|rising|falling|declining|fading"
    r"|dying|grow|shrink|up|down))?)(?:\s{1,3}(?:on|against|than)\s{1,3}last\s{1,3}year)?\W{0,10}$",
    re.IGNORECASE,
)
"""Of one thing: whether it grows; held against the year before, which is what growing means."""
_AGAINST: Final = "for the next 3 months against last year"


def asks_for_forecast(context: Context) -> bool:
    """Whether a message is such a question; its skill is then the context's intent."""
    if context.work.principal.role not in PLANNERS or not context.text:
        return False
    skill = _skill(context)
    if skill is None:
        return False
    context.intent, context.confidence = skill, 1.0
    return True


def _skill(context: Context) -> str | None:
    text = context.text
    if _WHOM_TO_RING.search(text):
        return "forecast_customer"
    if forecast_looking_back.concerns(text) or forecast_ranking.concerns(text) or _asks_if_it_grows(context):
        return "forecast_category_or_total"
    if compares(text) and not _OTHER.search(text) and two_subjects(context, without(text)) is not None:
        return "forecast_category_or_total"
    if context.intent in _DOUBTED and _WHICH.match(text) and not _PEOPLE.search(text):
        return forecast_movers.skill_of(text)
    return None


def _asks_if_it_grows(context: Context) -> bool:
    """Whether one thing is named and asked to grow or to shrink; the text is then that it be held against last year."""
    found = _IS_GROWING.match(context.text)
    if found is None or _OTHER.search(context.text) or _WHICH.match(context.text):
        return False
    if scope_of(context, found["what"]) is None:
        return False
    context.text = f"{found['what']} {_AGAINST}"
    return True
