"""Reading what is said about goodwill: whom it is for, how much, and what for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from actions.context import Context
from actions.money_words import Money, read_money
from actions.parties import match_customer
from actions.whose_money import name_in, points_back

NUMBER: Final = re.compile(r"\bGW[\s#:.-]{0,3}(?P<digits>\d{3,12})\b", re.IGNORECASE)
_SAID: Final = re.compile(r"\bgood\s?wil+\b", re.IGNORECASE)
_SORRY: Final = re.compile(
    r"\bgesture\b|\bcompensat\w+|\bto\s+(?:say|show)\s+(?:we'?re?\s+|we\s+are\s+)?sorry\b|\bto\s+apologi[sz]e\b|\bby\s+way\s+of\s+(?:an\s+)?apology\b"
    r"|\bas\s+an\s+apology\b|\bto\s+make\s+(?:it\s+)?up\b",
    re.IGNORECASE,
)
_GIVES: Final = re.compile(
    r"\b(?:give|credit|offer|grant|put|add|allow|issue|raise|do|deserves?|should\s+(?:get|have)|let\s+\S+\s+have)\b",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(r"\bcredit\b(?!\s*(?:limit|terms|check|cards?|notes?|control))|\baccount\b", re.IGNORECASE)
_NOT_IT: Final = re.compile(
    r"%|\bper\s?cent\b|\bdiscount\b(?!\s+already)|\bcredit\s+limit\b|\bpay(?:s|ing)?\s+(?:by|on|with)\b|\bon\s+account\b",
    re.IGNORECASE,
)
_WANTS: Final = re.compile(
    r"\b(?:give|get|have|want|owe|owed|deserve|expect|claim|demand|offer|like|ask(?:ing)?\s+for|entitled|credit)\b",
    re.IGNORECASE,
)
_BECAUSE: Final = re.compile(
    r"\b(?:because(?:\s+of)?|cos|coz|cuz|since|due\s+to|owing\s+to|to\s+(?:say|show)\s+(?:we'?re?\s+|we\s+are\s+)?sorry(?:\s+for)?"
    r"|to\s+apologi[sz]e\s+for|(?:as|by\s+way\s+of)\s+an\s+apology\s+for|to\s+make\s+up\s+for|(?:in\s+)?compensation\s+for|after"
    r"|as(?=\s+(?:they|we|their|it|the|our)\b))\b\s*(?P<why>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_A_STOP: Final = re.compile(r"[,;:–]\s+(?P<why>[^,;:]{4,})$|\s-\s+(?P<dash>.{4,})$", re.DOTALL)
_FOR: Final = re.compile(r"\bfor\b\s+", re.IGNORECASE)
# How a reason begins where a name could stand; whatever else stands there is taken for a name, which may be unknown.
_WHY: Final = re.compile(
    r"(?:the|their|our|his|her|your|a|an|all|being|having|that|this|some|any|late|later|poor|bad|slow|wrong|missing|short|faulty"
    r"|delays?|inconvenience|trouble|damages?|breakages?|\w+ed|\w+ing|\d)\b",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(r"^(?:(?:because|for|that|of)\s+)+", re.IGNORECASE)
_A_SENTENCE: Final = re.compile(
    r"\b(?:was|were|is|are|has|had|have|did|didn't|got|came|went|arrived|turned|took)\b", re.IGNORECASE
)
_TAIL: Final = re.compile(r"(?:[\s,]+(?:please|pls|thanks|thank\s+you|ok|okay))+\s*$", re.IGNORECASE)
_ORDER_NUMBER: Final = re.compile(r"\b(?:on|for|of|with)?\s*(?:order\s*)?SO[\s#:.-]{0,3}\d{3,12}\b", re.IGNORECASE)
LONGEST: Final = 200


@dataclass(frozen=True)
class Wanted:
    """What a message asks for; ``whose`` are the words that name the customer, "" where none do."""

    money: Money | None
    whose: str
    reason: str


def is_of_us(context: Context) -> bool:
    """Whether one of us speaks of goodwill, or gives a credit in other words."""
    text = context.text
    if _NOT_IT.search(text):
        return False
    if _SAID.search(text) or NUMBER.search(text):
        return True
    if "?" in text and re.match(r"\W*(?:what|which|how|when|where|who|did|has|have|is|was)\b", text, re.IGNORECASE):
        return False
    gives = _GIVES.search(text) is not None and read_money(text) is not None
    return gives and bool(_SORRY.search(text) or _CREDIT.search(text))


def is_asked_by_a_customer(context: Context) -> bool:
    """Whether a customer's person asks us for goodwill."""
    text = context.text
    if NUMBER.search(text):
        return True
    asks = _SAID.search(text) or re.search(r"\bcompensation\b|\bcompensate\s+(?:us|me)\b", text, re.IGNORECASE)
    return bool(asks and _WANTS.search(text))


def wanted(context: Context) -> Wanted:
    """What is to be given, to whom and what for."""
    text = _TAIL.sub("", context.text.strip().rstrip("."))
    money = read_money(text, bare=True)
    if money is not None:
        text = f"{text[: money.start]} {text[money.end :]}"
    text = _TAIL.sub("", _ORDER_NUMBER.sub(" ", text))
    text, reason = _reason_apart(text)
    first = _FOR.search(text)
    if first is None:
        return Wanted(money, text, tidy(reason))
    before, after = text[: first.start()], text[first.end() :]
    if name_in(before) or points_back(before) or context.work.principal.customer_id is not None:
        return Wanted(money, before, tidy(reason or after))
    return _for_whom(context, money, after, reason)


def _reason_apart(text: str) -> tuple[str, str]:
    """A text without the reason that "because" or a comma puts at its end, and that reason."""
    because = _BECAUSE.search(text)
    if because is not None:
        return text[: because.start()], because["why"]
    found = _AFTER_A_STOP.search(text)
    if found is None:
        return text, ""
    before, said = text[: found.start()], (found["why"] or found["dash"]).strip()
    if _GIVES.match(said) or (not name_in(before) and _FOR.search(said)):
        return text, ""  # "goodwill: £20 for Ferndale", "we owe Harper an apology, put £20 on their account"
    return before, said


def _for_whom(context: Context, money: Money | None, after: str, reason: str) -> Wanted:
    """Whom and what for, where both may follow a "for": "for Ferndale for the late delivery"."""
    parts = _FOR.split(after, maxsplit=1)
    if context.chosen is not None:  # the name that was said is no customer's: another was chosen for it
        why = next((part for part in parts if _WHY.match(part)), parts[1] if len(parts) > 1 else "")
        return Wanted(money, "", tidy(reason or why))
    found = match_customer(context, name_in(parts[0]))[0] if name_in(parts[0]) else None
    if found is None:
        if len(parts) > 1 and match_customer(context, name_in(parts[1]))[0] is not None:
            return Wanted(money, parts[1], tidy(reason or parts[0]))  # "for the late delivery for Ferndale"
        if _WHY.match(after):
            return Wanted(money, "", tidy(reason or after))
        return Wanted(money, parts[0], tidy(reason or (parts[1] if len(parts) > 1 else "")))
    if len(parts) > 1 or reason:
        return Wanted(money, parts[0], tidy(reason or parts[1]))
    alone = len(name_in(parts[0]).split()) <= len(found.name.split())
    return Wanted(money, parts[0], "" if alone else tidy(parts[0]))


def tidy(reason: str) -> str:
    """A reason as it is kept: "for the late delivery, please" is "late delivery"; a sentence keeps its "the"."""
    said = re.sub(r"\s+([,.;:])", r"\1", " ".join(_TAIL.sub("", reason).split())).strip(" .,;:-")
    said = _LEAD.sub("", said)
    return (said if _A_SENTENCE.search(said) else re.sub(r"^the\s+", "", said, flags=re.IGNORECASE))[:LONGEST]
