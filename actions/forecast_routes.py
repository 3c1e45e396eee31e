"""Questions about forecasts so plain that they need no classifier: two beside each other, looking back, growth."""

from __future__ import annotations

import re
from typing import Final

from actions import forecast_looking_back, forecast_movers
from actions.context import Context
from actions.forecast_periods import without
from actions.forecast_subjects import compares, two_subjects
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
    if forecast_looking_back.concerns(text):
        return "forecast_category_or_total"
    if compares(text) and not _OTHER.search(text) and two_subjects(context, without(text)) is not None:
        return "forecast_category_or_total"
    if context.intent in _DOUBTED and _WHICH.match(text) and not _PEOPLE.search(text):
        return forecast_movers.skill_of(text)
    return None
