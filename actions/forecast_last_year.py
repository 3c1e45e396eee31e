"""A forecast held against the same periods a year earlier: "linen next quarter compared with last year"."""

from __future__ import annotations

import re
from typing import Final

from actions import texts_forecast as words
from actions.context import Context
from actions.forecast_answer import amount, measure
from backend.insight.service import Outlook

_ASKS: Final = re.compile(
    r"(?:\b(?:up\s+or\s+down|more\s+or\s+less|compared?|comparing)\s+)?\b(?:against|with|to|on|than|vs\.?|versus)\s+(?:the\s+)?"
    r"(?:same\s+\w{4,8}\s+)?(?:(?:of|in)\s+)?(?:last\s+year|the\s+year\s+before|a\s+year\s+(?:ago|earlier|before))\b"
    r"(?:['’]s)?(?:\s+(?:figures?|numbers?|sales)\b)?",
    re.IGNORECASE,
)
_COMPARE: Final = re.compile(r"^\W*(?:please\s+|can\s+you\s+|could\s+you\s+)?compare\b", re.IGNORECASE)
_SAME: Final = 0.005


def asks(text: str) -> bool:
    """Whether a message wants a forecast held against the year before."""
    return _ASKS.search(text) is not None


def without(text: str) -> str:
    """A message without the words that ask for it."""
    return " ".join(_COMPARE.sub(" ", _ASKS.sub(" ", text)).split())


def against(context: Context, outlook: Outlook) -> str:
    """What was sold in the same periods a year earlier, and how the forecast stands to it."""
    before = outlook.last_year or {}
    steps = [step for step in outlook.steps if step.start in before]
    if not steps:
        return words.NO_YEAR_BEFORE
    sold, expected = sum(before[step.start] for step in steps), sum(step.mean for step in steps)
    unit = words.PERIODS[outlook.freq]
    which = words.SAME_PERIODS.format(periods=unit if len(steps) == 1 else f"{unit}s")
    if len(steps) < len(outlook.steps):
        which = words.SOME_PERIODS.format(count=len(steps), periods=f"{unit}s")
    if sold <= 0:
        return words.NONE_THE_YEAR_BEFORE.format(which=which)
    item = measure(context, outlook.scope)
    return words.THE_YEAR_BEFORE.format(which=which, sold=amount(item, sold), change=_change(expected / sold - 1))


def _change(ratio: float) -> str:
    if abs(ratio) < _SAME:
        return words.AS_MUCH
    return (words.MORE if ratio > 0 else words.LESS).format(share=f"{abs(ratio):.0%}")
