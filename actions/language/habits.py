"""What somebody has as always: "and the usual tape", "2 reels of our usual thread".

What they have bought before says which product that is; without it, it is a product like any other. A habit without a
quantity stands for itself, so it is read apart from the other lines, whose quantities are not its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .catalogue import Candidate, CatalogueIndex, Match
from .deciding import Decision, decide
from .numbers import NUMBER_WORDS
from .words import word_set

_HABIT: Final = re.compile(
    r"\b(?:(?:the|my|our|their|his|her|your|some|a)\s+)?(?:usual|(?<=my\s)(?:regular|normal)|(?<=our\s)(?:regular|normal)"
    r"|(?<=their\s)(?:regular|normal))[ \t]+"
    r"(?P<what>(?:(?!and\b|plus\b|please\b|as\s+well\b|too\b|thanks\b|for\b|by\b|but\b|with\b|in\b|on\b|to\b"
    r"|x\b|x\d)[a-z][\w'’/-]*[ \t]*){1,5})",
    re.IGNORECASE,
)
_NO_GOODS: Final = word_set(
    """address addresses place places delivery deliveries terms term time times account order orders discount price
    prices rate way stuff lot carrier courier contact person method payment site depot door reference ref number day
    days things thing drill routine suspects"""
)
_COUNT: Final = rf"(?:\d+(?:[.,]\d+)?|dozen|couple|pair|few|half|another|an?|{'|'.join(sorted(NUMBER_WORDS))})"
_COUNTED_BEFORE: Final = re.compile(
    rf"(?<![\w-]){_COUNT}(?![a-z\d])[ \t]*(?:x|×)?[ \t]*"
    r"(?:(?!and\b|plus\b|or\b|with\b|also\b)[a-z]+[ \t]+)?(?:of[ \t]*)?$",
    re.IGNORECASE,
)
_COUNTED_AFTER: Final = re.compile(r"\s*(?:[,:x×(–-]\s*)?\d", re.IGNORECASE)
_FITS: Final = 0.9  # of what was said, by a product's own words
_FAR_AHEAD: Final = 2  # times as often as the next one
_OFFERED: Final = 8


@dataclass(frozen=True, slots=True)
class Habit:
    """`what` is had as always; `span` is where that stands, and `whole` with "the usual" before it. `counted`: with a
    quantity of its own.
    """

    what: str
    span: tuple[int, int]
    whole: tuple[int, int]
    counted: bool


def find_habits(text: str, index: CatalogueIndex) -> list[Habit]:
    """The habits that a message names; only of what there is in the catalogue."""
    found = []
    for match in _HABIT.finditer(text):
        what = match["what"].rstrip()
        if what.split()[-1].lower() in _NO_GOODS or not _fitting(index.match(what)):
            continue
        span = (match.start("what"), match.start("what") + len(what))
        before = _COUNTED_BEFORE.search(text[: match.start()]) is not None
        found.append(Habit(what, span, (match.start(), span[1]), before or bool(_COUNTED_AFTER.match(text, span[1]))))
    return found


def without_habits(text: str, habits: Sequence[Habit]) -> str:
    """The text without what is read apart, and without the words "the usual"; every place in it stays what it is."""
    for habit in habits:
        end = habit.span[0] if habit.counted else habit.whole[1]
        text = text[: habit.whole[0]] + " " * (end - habit.whole[0]) + text[end:]
    return text


def as_always(habit: Habit, index: CatalogueIndex, bought: Mapping[str, int]) -> Decision:
    """The product that is had as always: the one bought most by far of what fits the words, else a question."""
    matches = _fitting(index.match(habit.what))
    had = sorted((match for match in matches if bought.get(match.sku)), key=lambda m: (-bought[m.sku], m.sku))
    if not had:
        return decide(matches, {}, ())
    candidates = tuple(Candidate(match.sku, match.score) for match in had[:_OFFERED])
    first = bought[had[0].sku]
    if len(had) == 1 or first >= _FAR_AHEAD * bought[had[1].sku]:
        return Decision(had[0].sku, None, candidates)
    return Decision(None, "ambiguous_product", candidates)


def _fitting(matches: Sequence[Match]) -> list[Match]:
    return [match for match in matches if match.explained >= _FITS or (match.required and not match.missed)]
