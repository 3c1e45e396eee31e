"""Reading what is said about budgets for buying in: asked, set or taken away, whose, and how much a month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from actions.context import Context
from actions.language.numbers import numeral
from actions.money_words import Money, read_money
from backend.identity.tables import User

Wish = Literal["ask", "set", "take"]
_BUDGET: Final = re.compile(
    r"\bbudgets?\b|\bspend(?:ing)?\s+(?:limit|cap|allowance)\b|\bspend\s+(?:up\s+to|no\s+more\s+than|at\s+most)\b"
    r"|\b(?:can|may|is\s+to|should|is\s+allowed\s+to)\s+spend\s+[£$€]?\s?\d[\d,.]*\s?k?\b",
    re.IGNORECASE,
)
_MAY_SPEND: Final = re.compile(
    r"\b(?:how\s+much|what)\s+(?:more\s+)?(?:money\s+)?(?:can|may|am|are)\s+(?:i|we)\s+(?:still\s+|allowed\s+to\s+|left\s+to\s+)*spend\b"
    r"(?!\s+(?:on|with)\b)",
    re.IGNORECASE,
)
_OTHER_MATTERS: Final = re.compile(
    r"\bwhy\b|\bexplain\b|\b(?:re-?)?order(?:ing)?\b|\b(?:buy|purchase)\b(?!ing)(?!\s+budget)|\bapprove\b|\bpropos\w+|\bforecast\w*"
    r"|\bdemand\b|\bquot\w+|\bcustomers?\b|\bbecause\b|\btight\w*|\bspen[dt]\s+(?:on|with)\b"
    r"|\b(?:fit|within|inside|under|into|for)\s+(?:in\s+|into\s+)?(?:the|our|my|this|that)?\s*budget\b",
    re.IGNORECASE,
)
_THEIRS: Final = r"[^,.;?]{0,60}?\b(?:budgets?|spend(?:ing)?\s+(?:limit|cap|allowance))\b"
_TAKES: Final = re.compile(
    rf"\b(?:remove|delete|drop|scrap|lift|clear|cancel|revoke|abolish|end|get\s+rid\s+of|do\s+away\s+with|take)\b{_THEIRS}"
    r"|\b(?:no|without\s+an?y?)\s+(?:more\s+|longer\s+)?(?:own\s+|monthly\s+)?budgets?\b(?=.*\bfor\b)",
    re.IGNORECASE,
)
_SETS: Final = re.compile(
    rf"\b(?:set|give|gets?|make|change|put|fix|cap|limit|allow|grant|assign|allocate|raise|increase|bump|lift|lower|reduce|cut|decrease|up|add|double|halve|(?:shall|should|must)\s+have)\b"
    rf"{_THEIRS}|\b(?:let|allow|(?:can|may|is\s+to|are\s+to|should)(?!\s+(?:i|we)\b))\b[^,.;?]{{0,40}}?\bspend\s+(?:up\s+to|no\s+more\s+than|at\s+most|[£$€]?\s?\d)",
    re.IGNORECASE,
)
_GIVES_US: Final = re.compile(r"\b(?:give|show|tell|send)\s+(?:me|us)\b", re.IGNORECASE)
_RAISES: Final = re.compile(r"\b(?:raise|increase|bump|up|lift)\b", re.IGNORECASE)
_LOWERS: Final = re.compile(
    r"\b(?:lower|reduce|cut|decrease|less)\b|\b(?:take|remove|knock|deduct)\s+(?:another\s+)?[£$€]?\s?\d", re.IGNORECASE
)
_ON_TOP: Final = re.compile(
    r"\badd\s+[£$€]?\s?\d|\b(?:another|extra|additional|further)\b|[£$€]\s?\d[\d,.]*k?\s+(?:more|extra)\b|\b(?:take|remove|knock|deduct)\s+(?:another\s+)?[£$€]?\s?\d",
    re.IGNORECASE,
)
_TIMES: Final = (
    (re.compile(r"\bdoubl\w+\b", re.IGNORECASE), Decimal(1)),
    (re.compile(r"\bhalv\w+\b|\bin\s+half\b|\bby\s+half\b", re.IGNORECASE), Decimal("-0.5")),
)
_STATES: Final = re.compile(
    r"\bbudgets?\b[^?]{0,40}?(?:\b(?:is|should\s+be|shall\s+be|will\s+be|to)\b(?:\s+now)?|[:=])\s*[-−]?[£$€]?\s?\d"
    r"|^\W*(?:new\s+)?budget\s+(?:of\s+)?[£$€]\s?\d[\d,.]*k?\s+(?:(?:a|per)\s+month\s+)?for\b",
    re.IGNORECASE,
)
_LEAD: Final = (
    r"^\W*(?:(?:and|so|ok|okay|hi|hello|please|can|could|would|you|i|i'd|i'm|like|want|need|to|know|me|us|tell|give"
    r"|send)\b\W*)*"
)
_QUESTION: Final = re.compile(
    rf"{_LEAD}(?:what|what's|whats|how|which|who|is|are|am|do|does|has|have|did|was|were|show|list|see|any|the|my|our|all)\b",
    re.IGNORECASE,
)
_PLAIN_START: Final = re.compile(rf"{_LEAD}(?:the|my|our|all)\b(?![^.]*\bleft\b)", re.IGNORECASE)
"""A sentence that begins so states something, unless it is about what is left."""
_FEW_WORDS: Final = 4
_A_BARE_SUM: Final = re.compile(
    r"\b(?:to|of|at|is|be|by|a)\s+(?P<after>[-−]?\d[\d,]*(?:\.\d{1,2})?\s?k?)(?![\w%]|[-/]\d)"
    r"|(?<![\w/-])(?P<before>[-−]?\d[\d,]*(?:\.\d{1,2})?\s?k?)\s+(?:a|per|each|every)\s+month\b"
    r"|(?<![\w/.-])(?P<last>[-−]?\d[\d,]*(?:\.\d{1,2})?\s?k?)\W*$"
    r"|[:=]\s*(?P<colon>[-−]?\d[\d,]*(?:\.\d{1,2})?\s?k?)(?![\w%]|[-/]\d)",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"\bby\s+(?:another\s+)?[£$€]?\s?\d", re.IGNORECASE)
_SHARE: Final = re.compile(r"\bby\s+(?P<share>\d{1,3}(?:\.\d+)?)\s*(?:%|per\s?cent\b)", re.IGNORECASE)
_OTHER_SPAN: Final = re.compile(
    r"\b(?:a|per|each|every|this|next)\s+(?:day|week|fortnight|quarter|year)\b|\b(?:weekly|daily|quarterly|yearly|annual\w*)\b|\bp\.?\s?a\.?(?=\W|$)",
    re.IGNORECASE,
)
_ONE_MONTH: Final = re.compile(
    r"\b(?:for|in|during)\s+(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|(?:this|next)\s+month)\b",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*", re.ASCII)
_ALL: Final = re.compile(
    r"\b(?:every|each|all)\s+(?:of\s+)?(?:the\s+|our\s+|my\s+)?(?:\w+\s+)?buyers?\b|\bbuyers['’]\s+(?:\w+\s+)?budgets?\b"
    r"|\bbudgets\b|\beverybody\b|\beveryone\b|\b(?:our|the)\s+buyers\b",
    re.IGNORECASE,
)
_THE_BUYER: Final = re.compile(r"\b(?:the|our|a)\s+buyer\b(?!s)", re.IGNORECASE)
_NAMED: Final = (
    re.compile(
        r"(?<!['’])\b(?P<name>[^\W\d_][\w.-]*(?:\s+[^\W\d_][\w.-]*)?)['’]s\s+(?:\w+\s+){0,2}budgets?\b", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:give|allow|grant|assign|allocate)\s+(?P<name>[^\W\d_][\w.-]*(?:\s+[^\W\d_][\w.-]*)?)\s+"
        r"(?:an?|the|their|own|[£$€\d])",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bbudgets?\b[^?]*?\b(?:for|of|from|off)\s+(?P<name>[^\W\d_][\w.-]*(?:\s+[A-Z][\w.-]*)?)", re.IGNORECASE
    ),
    re.compile(r"\b(?:does|has|did|is)\s+(?P<name>[^\W\d_][\w.-]*)\b.*\bbudgets?\b", re.IGNORECASE),
)
_NOT_NAMES: Final = (
    "a an the our my your their his her us we i me it its this that these there what how who which let today "
    "company firm house month year week buying purchasing purchase purchases procurement replenishment stock "
    "goods supplier suppliers buyer buyers buy everybody everyone each every all and of for in on to own "
    "monthly new more still any some set give make change put raise lower reduce increase cut remove take show "
    "list is was be been left spent about"
)
_NOBODY: Final = frozenset(_NOT_NAMES.split())


@dataclass(frozen=True)
class Sum:
    """An amount that was said; ``change``: it is to be added to what there is (a share of it where ``share``)."""

    amount: Decimal
    change: bool = False
    share: bool = False
    currency: str | None = None


@dataclass(frozen=True)
class Whose:
    """Whose budget is meant: the company's where neither ``buyers`` nor what follows says otherwise.

    ``mine``: of who speaks. ``several``: buyers who may be meant. ``unknown``: a name, or an address, of no buyer.
    """

    buyers: tuple[User, ...] = ()
    every: bool = False
    mine: bool = False
    several: tuple[User, ...] = ()
    unknown: str = ""


def wish_of(context: Context) -> Wish | None:
    """What a message wants with a budget; None where it is about something else."""
    text = context.text
    if _MAY_SPEND.search(text) and not _names_a_product(context):
        return "ask"
    if not _BUDGET.search(text) or _OTHER_MATTERS.search(text) or _names_a_product(context):
        return None
    asks = _QUESTION.match(text) is not None and _PLAIN_START.match(text) is None
    if _TAKES.search(text) and not asks and not _LOWERS.search(text):
        return "take"
    told = _GIVES_US.search(text) is not None and sum_of(text) is None
    if (
        not asks
        and not told
        and (_SETS.search(text) or _ON_TOP.search(text) or (_STATES.search(text) and "?" not in text))
    ):
        return "set"
    if sum_of(text) is None and (asks or told or len(text.split()) <= _FEW_WORDS):
        return "ask"
    return None


def other_span(text: str) -> bool:
    """Whether the amount is for another span than a month."""
    return _OTHER_SPAN.search(text) is not None


def one_month(text: str) -> bool:
    """Whether the amount is for one month alone."""
    return _ONE_MONTH.search(text) is not None


def sum_of(text: str) -> Sum | None:
    """The amount in a text: "£5,000", "5k", "by £500", "£500 more", "by 10 %", "double"; None where none is said."""
    times = next((change for pattern, change in _TIMES if pattern.search(text)), None)
    if times is not None:
        return Sum(times, change=True, share=True)
    share = _SHARE.search(text)
    sign = Decimal(-1) if _LOWERS.search(text) else Decimal(1)
    if share is not None:
        return Sum(sign * Decimal(share["share"]) / 100, change=True, share=True)
    found = _money(_EMAIL.sub(" ", text))
    if found is None:
        return None
    by = _BY.search(text) is not None and (_RAISES.search(text) or _LOWERS.search(text)) is not None
    change = by or _ON_TOP.search(text) is not None
    return Sum(sign * found.amount if change else found.amount, change=change, currency=found.currency)


def _money(text: str) -> Money | None:
    found = read_money(text)
    if found is not None:
        return found
    bare = _A_BARE_SUM.search(text)
    if bare is None:
        return read_money(text, bare=True)
    said = bare["after"] or bare["before"] or bare["last"] or bare["colon"]
    value = numeral(re.sub(r"\s", "", said))
    return None if value is None else Money(value, bare.start(), bare.end())


def whose(context: Context, buyers: Sequence[User]) -> Whose:
    """Whose budget a message is about, of those there are."""
    text = context.text
    address = _EMAIL.search(text)
    if address is not None:
        found = [one for one in buyers if one.email == address.group().lower()]
        return Whose(tuple(found)) if found else Whose(unknown=address.group())
    named = _matching(text, buyers)
    if len(named) == 1:
        return Whose(tuple(named))
    if named:
        return Whose(several=tuple(named))
    if _ALL.search(text):
        return Whose(tuple(buyers), every=True)
    if _THE_BUYER.search(text):
        return Whose(tuple(buyers)) if len(buyers) == 1 else Whose(several=tuple(buyers))
    if re.search(r"\bmy\b|\bi\b|\bmine\b", text, re.IGNORECASE):
        return Whose(mine=True)
    return Whose(unknown=_unknown(text))


def _matching(text: str, buyers: Sequence[User]) -> list[User]:
    """The buyers whose whole name a text has, else those of whom it has a part."""
    lower = text.casefold()
    whole = [one for one in buyers if re.search(rf"\b{re.escape(one.name.casefold())}\b", lower)]
    if whole:
        return whole
    words = {word for word in re.findall(r"[^\W\d_]+", lower) if len(word) > 1}
    return [one for one in buyers if words & (set(re.findall(r"[^\W\d_]+", one.name.casefold())) - _NOBODY)]


def _unknown(text: str) -> str:
    """A name that stands where a buyer's would; "" for none."""
    for pattern in _NAMED:
        for found in pattern.finditer(text):
            words = [word for word in found["name"].split() if word.casefold() not in _NOBODY]
            if words and len(words) == len(found["name"].split()):
                return " ".join(words)
            if words and found["name"].split()[-1] == words[-1] and pattern is _NAMED[0]:
                return words[-1]
    return ""


def _names_a_product(context: Context) -> bool:
    """Whether a product's code is said, other than as the sum itself."""
    found = _money(context.text)
    text = context.text if found is None else f"{context.text[: found.start]} {context.text[found.end :]}"
    words = re.findall(r"[A-Za-z0-9][\w/.-]*", _EMAIL.sub(" ", text))
    return any(any(c.isdigit() for c in word) and context.catalogue.index.get(word.rstrip(".,")) for word in words)
