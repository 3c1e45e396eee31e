"""Going on from a forecast without a word that says so: "by week please", "in Germany", "compare with last year".

What was forecast last is asked again with one thing different; what a message does not name stays as it was.
"""

from __future__ import annotations

import re
from typing import Final

from actions import forecast_last_year, forecast_looking_back, forecast_periods, forecast_subjects
from actions.context import Context
from actions.language.agreeing import is_no, is_yes
from actions.language.units import UNIT_WORDS
from actions.memory import Topic
from actions.routing import CERTAIN
from actions.skills import NOT_UNDERSTOOD, PLANNERS
from actions.subjects import named_part
from backend.insight.scopes import TOTAL, Kind, Scope, narrowed

FORECASTS: Final = frozenset({"forecast_product", "forecast_category_or_total", "forecast_customer"})
SUMS: Final = "forecast_category_or_total"
AGAINST_LAST_YEAR: Final = "against last year"
_MOST_WORDS: Final = 9
_MOST_NAMED: Final = 5
_ELSEWHERE: Final = frozenset(
    {"greet", "thanks", "affirm", "deny", "help", "show_cart", "explain", "confirm", "discard_cart", "talk_to_human"}
)
"""What a message was read as that goes on from no forecast."""
_NAMES_SOMETHING: Final = FORECASTS | {NOT_UNDERSTOOD, "product_search", "customer_lookup"}
_LEAD: Final = re.compile(
    r"^\W*(?:(?:ok|okay|right|thanks|so|well|and|but|then|now|please|just|only|what\s+about|how\s+about|(?:the\s+)?same|make\s+it"
    r"|(?:show|give)\s+(?:me\s+)?(?:it|that|this)|can\s+(?:i|you)\s+(?:have|see|show|give\s+me|do)\s+(?:it|that|this))\b[\s,.!]*){0,6}",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"(?:[\s,]+(?:please|pls|instead|then|too|now|thanks|as\s+well|rather|again|only|though)\b){0,4}[\s?.!]{0,20}$",
    re.IGNORECASE,
)
_WHERE: Final = re.compile(r"^(?:in|for|to|from|of)\s+", re.IGNORECASE)
_SMALL: Final = frozenset("the a an our all in for to of from and & one ones".split())  # noqa: SIM905
_PERIOD_WORDS: Final = re.compile(
    r"\b(?:half|until|till|up|christmas|xmas|end|rest|remainder|fortnights?|couple|few|several|whole|coming|following|just"
    r"|instead|rather|please|then|too|same|period)\b",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"^(?:(?:can|could|would)\s+you\s+|i['’]?d\s+like\s+(?:to\s+see\s+)?)?(?:(?:put|show|lay|see|have|give\s+me|compare)\s+)?"
    r"(?:(?:the|these|those|them|all)\s+)?(?:two|both|pair|them)?(?:\s*of\s+(?:them|these|those))?\s*"
    r"(?:next\s+to\s+(?:each\s+other|one\s+another)|side\s+by\s+side|beside\s+(?:each\s+other|one\s+another)|together|in\s+one\s+(?:chart|picture|graph))$",
    re.IGNORECASE,
)
_COMPARE_BOTH: Final = re.compile(
    r"^(?:(?:can|could|would)\s+you\s+)?compare\s+(?:the\s+(?:two|pair)|both|them|those(?:\s+two)?|these(?:\s+two)?)(?:\s+of\s+them)?$",
    re.IGNORECASE,
)
_LAST_YEAR: Final = re.compile(
    r"^(?:(?:how\s+)?(?:does|do|did|would|is|are)\s+)?(?:(?:that|it|this|they|those)\s+)?(?:compared?|comparing|stack\s+up|look)?\s?"
    r"(?:(?:that|it|this|them|those|the\s+two)\s+)?(?:compared?\s+)?"
    r"(?:against|with|to|than|on|vs\.?|versus)\s+(?:the\s+)?(?:same\s+(?:period|time|months?|weeks?|quarter|stretch)\s+)?(?:of\s+|in\s+)?"
    r"(?:last\s+year|a\s+year\s+(?:ago|earlier|before)|the\s+year\s+before|the\s+previous\s+year)(?:['’]s)?(?:\s+(?:figures?|numbers?|sales))?$"
    r"|^(?:what|how\s+(?:much|many))\s+(?:was|were|did\s+we\s+sell|did\s+(?:it|that|they)\s+(?:sell|do|buy))\s?(?:it|that|they|those|this)?\s+"
    r"(?:in\s+)?(?:the\s+same\s+\w+\s+)?(?:last\s+year|a\s+year\s+ago|the\s+year\s+before)$|^(?:the\s+)?last\s+year['’]?s?$",
    re.IGNORECASE,
)
_HOW_GOOD: Final = re.compile(
    r"^how\s+(?:good|accurate|right|close|far\s+off|far\s+out|wrong|bad|well|reliable)\s+(?:was|were|did)\s+(?:the|your|our|that)\s+"
    r"(?:last|previous)\s*(?:one|ones|time|forecast|prediction)?(?:\s+(?:do|be))?$",
    re.IGNORECASE,
)
_ONE_BEFORE: Final = re.compile(
    r"^(?:in\s+|for\s+)?(?:the\s+)?(?:(?P<unit>week|month|one|time)\s+before(?:\s+(?:that|it|this|last))?|previous\s+(?P<other>week|month|one))$",
    re.IGNORECASE,
)


def follow(context: Context, topic: Topic) -> bool:
    """Turn a message that goes on from the last forecast into the whole question; whether it is one."""
    if context.work.principal.role not in PLANNERS or context.memory.questions:
        return False
    if len(context.text.split()) > _MOST_WORDS or (context.intent in _ELSEWHERE and is_yes(context.text)):
        return False
    rest = _TRAILING.sub("", _LEAD.sub("", context.text, count=1)).strip()
    if not rest or is_yes(rest) or is_no(rest):
        return False
    return (
        _looks_back(context, topic, rest)
        or _beside(context, topic, rest)
        or _on_last_year(context, topic, rest)
        or _another_period(context, topic, rest)
        or _another_subject(context, topic, rest)
    )


def about(context: Context, topic: Topic) -> str:
    """What was forecast last; what was chosen by a tap since, where the words left it open."""
    return context.memory.forecast_of or topic.about


def noted(context: Context, before: Topic | None, words: str) -> Topic:
    """The topic after a forecast of what ``words`` name: with the forecast before it, and the look back."""
    earlier = before if before is not None and before.skill in FORECASTS else Topic(skill=context.intent)
    beside = earlier.beside if earlier.about == words else earlier.about
    if forecast_looking_back.concerns(context.text):
        looked = forecast_looking_back.words_of_period(context)
        return Topic(skill=context.intent, about=words, period=earlier.period, beside=beside, looked_back=looked)
    period = forecast_periods.read(context.text, context.today).words
    return Topic(skill=context.intent, about=words, period=period, beside=beside)


def _ask(context: Context, skill: str, *parts: str) -> bool:
    context.text = " ".join(part for part in parts if part)
    context.intent, context.confidence = skill, 1.0
    return True


def _looks_back(context: Context, topic: Topic, rest: str) -> bool:
    """How good the last forecast of it was; after that, how good the one before was."""
    words = about(context, topic)
    of_what = f"for {words}" if words and words != "total" and not words.startswith("compare ") else ""
    if _HOW_GOOD.match(rest):
        weekly = forecast_periods.read(topic.period, context.today).asked.freq != "M" and topic.period
        return _ask(context, SUMS, f"how good was last {'week' if weekly else 'month'}'s forecast", of_what)
    before = _ONE_BEFORE.match(rest)
    if not topic.looked_back or before is None:
        return False
    count, unit = topic.looked_back.split()[:2]
    said = (before["unit"] or before["other"]).lower()
    if said in ("week", "month") and said != unit.rstrip("s"):
        return _ask(context, SUMS, f"how good was last {said}'s forecast", of_what)
    return _ask(context, SUMS, f"how good was the forecast of {int(count) + 1} {unit.rstrip('s')}s ago", of_what)


def _beside(context: Context, topic: Topic, rest: str) -> bool:
    """The last two that were forecast, in one picture."""
    if not (_BOTH.match(rest) or _COMPARE_BOTH.match(rest)):
        return False
    words = about(context, topic)
    if words.startswith("compare "):
        return _ask(context, SUMS, words, topic.period)
    if not topic.beside or topic.beside.startswith("compare ") or not words:
        return False
    return _ask(context, SUMS, f"compare {topic.beside} versus {words}", topic.period)


def _on_last_year(context: Context, topic: Topic, rest: str) -> bool:
    words = about(context, topic)
    if topic.looked_back or not words or not _LAST_YEAR.match(rest):
        return False
    return _ask(context, topic.skill, words, topic.period, AGAINST_LAST_YEAR)


def _another_period(context: Context, topic: Topic, rest: str) -> bool:
    """Nothing but another stretch or other periods; other periods are of the same stretch."""
    asked = forecast_periods.read(rest, context.today)
    if not asked.said:
        return False
    left = _without_units(named_part(_PERIOD_WORDS.sub(" ", forecast_periods.without(rest))))
    if left:
        return False
    period = forecast_periods.in_other(topic.period, rest, context.today)
    return _ask(context, topic.skill, about(context, topic), period)


def _without_units(text: str) -> str:
    """Words without those of units: "in reels per week" asks for weeks; what is sold by the reel is said in reels."""
    return " ".join(word for word in text.split() if word.lower() not in UNIT_WORDS)


def _another_subject(context: Context, topic: Topic, rest: str) -> bool:
    """Nothing but a country, category, customer, rep or product, over the same periods where no others are named."""
    if context.intent not in _NAMES_SOMETHING and context.confidence >= CERTAIN:
        return False  # "Harper's orders"
    against = AGAINST_LAST_YEAR if forecast_last_year.asks(rest) else ""
    rest = forecast_last_year.without(rest) if against else rest
    named = forecast_periods.without(rest)
    words = re.findall(r"[^\s,;:!?()]+", _WHERE.sub("", named))
    plain = [word for word in words if word.lower() not in _SMALL]
    if not plain or len(plain) > _MOST_NAMED or len(named_part(" ".join(plain)).split()) != len(plain):
        return False
    scope = forecast_subjects.named_scope(context, named)
    period = forecast_periods.read(rest, context.today).words or topic.period
    if scope is None:
        unknown = forecast_subjects.elsewhere(named) and len(plain) <= 2
        return bool(unknown) and _ask(context, SUMS, f"forecast for {named}", period)
    if scope.is_party:
        scope = _of_the_same(context, topic, scope, narrows=_WHERE.match(named) is not None)
    skill = {Kind.CUSTOMER: "forecast_customer", Kind.PRODUCT: "forecast_product"}.get(scope.kind, SUMS)
    if topic.looked_back:
        when = f"how good was the forecast of {topic.looked_back}"
        return _ask(context, SUMS, when, "for", forecast_subjects.phrase((scope,), context))
    return _ask(context, skill, forecast_subjects.phrase((scope,), context), period, against)


def _of_the_same(context: Context, topic: Topic, party: Scope, *, narrows: bool) -> Scope:
    """What a party buys of what was forecast: "linen", "in Germany"; of a part that was another party's: "Ireland?"."""
    before = forecast_subjects.scope_of(context, about(context, topic))
    if before is None or topic.looked_back:
        return party
    if before.part is not None:
        return narrowed(party, before.part)
    return narrowed(party, before) if narrows and not before.is_party and before != TOTAL else party
