"""Which lines of a cart are pointed at by place: "line 2", "the last one", "both", "the first two"."""

import re
from dataclasses import dataclass
from typing import Final

from .numbers import ORDINALS, numeral, spelled

_ORDINAL: Final = "|".join(sorted(ORDINALS, key=len, reverse=True))
_LINE: Final = re.compile(
    r"(?:\bthe\s+)?(?:\b(?:lines?|items?|position|row|pos|number|no\.)\s*(?:number\s*|no\.?\s*|#\s*)?"
    r"|#)(?P<n>\d{1,3})\b",
    re.IGNORECASE,
)
_NTH: Final = re.compile(
    rf"\b(?:the\s+)?(?P<nth>{_ORDINAL}|last|top|bottom|final|latest)\b(?:\s+(?P<count>two|three|four|\d{{1,2}})\b)?"
    r"(?:\s+(?:one|ones|line|lines|item|items|product|thing|bit|entry))?\b(?!\s+(?:time|week|month|order|year))",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"\b(?:both|the\s+two|all\s+two)(?:\s+of\s+(?:them|those|these))?(?:\s+(?:lines|items|of))?\b", re.IGNORECASE
)
_ALL: Final = re.compile(
    r"\b(?:everything|all(?:\s+of\s+(?:them|those|these|it)|\s+the\s+lines|\s+lines)?|the\s+lot|each\s+(?:line"
    r"|one))\b",
    re.IGNORECASE,
)
_IT: Final = re.compile(r"\b(?:it|that\s+one|this\s+one|that|this|them|those|these)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Lines by place. `positions` may lie outside the cart; `count` is how many "both" claims there are."""

    positions: tuple[int, ...] | None = None
    everything: bool = False
    count: int = 0


def find_target(clause: str, lines: int) -> tuple[Target | None, str]:
    """The lines a clause points at by place, and the clause without those words."""
    places = [int(match["n"]) for match in _LINE.finditer(clause)]
    if places:
        return Target(tuple(places)), _LINE.sub(" ", clause)
    match = _NTH.search(clause)
    if match:
        return Target(_nth(match, lines)), clause[: match.start()] + " " + clause[match.end() :]
    for pattern, target in ((_BOTH, Target(None, True, 2)), (_ALL, Target(None, True))):
        if pattern.search(clause):
            return target, pattern.sub(" ", clause)
    return None, _IT.sub(" ", clause)


def _nth(match: re.Match[str], lines: int) -> tuple[int, ...]:
    word = match["nth"].lower()
    count = 1
    if match["count"]:
        value = numeral(match["count"]) or (spelled([match["count"].lower()]) or (1, 0))[0]
        count = int(value)
    if word in ("last", "bottom", "final", "latest"):
        return tuple(range(max(1, lines - count + 1), lines + 1)) if lines else (0,)
    first = 1 if word == "top" else ORDINALS[word]
    return tuple(range(first, first + count))
