"""Sizes as they are spoken or typed apart: "m ten by one thirty", "five by fifty", "M 8", "4.5 x 65"."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from .numbers import NUMBER_WORDS, PLURALS, numeral, spelled
from .tokenizing import Token

_BY: Final = frozenset({"by", "x", "×", "*"})
_MILLIMETRES: Final = frozenset({"mm", "mil", "mils", "mill", "millimetre", "millimetres", "millimeter", "millimeters"})
_LETTER_M: Final = frozenset({"m", "em"})  # the letter, as it is typed and as it is written down by ear
_METRIC: Final = re.compile(r"m(\d+(?:\.\d+)?)$")
_DECIMALS: Final = re.compile(r"\d+(?:\.\d+)?$")
_DIGITS: Final = frozenset({"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"})
_GROWN: Final = re.compile(r"[x×](\d+)(?:mm)?$")
_LONGEST: Final = 10


def size_at(tokens: Sequence[Token], i: int, known: Callable[[str], bool]) -> tuple[str, int] | None:
    """The size that begins at token i, as a name writes it, and how many tokens it takes; None if there is none.

    A size said in figures counts only if the catalogue has it: "5 x 100" may as well be five times a hundred.
    """
    words = [token.lower for token in tokens[i : i + _LONGEST]]
    thread = _METRIC.match(words[0])
    if thread:
        return _pair(f"m{thread[1]}", 1, words, known)
    metric = words[0] in _LETTER_M and len(words) > 1
    heads = _figures(words[metric:], first=True, whole=not metric)
    for figure, taken in heads:
        pair = _pair(f"m{figure}" if metric else figure, metric + taken, words, known)
        if pair:
            return pair
    if metric and heads and heads[0][1] == 2 and words[2] in _DIGITS and words[1] not in _DIGITS:
        return f"m{heads[0][0]}", 3  # "m twenty four", also where nobody has an M24
    if metric:
        return next(((f"m{figure}", 1 + taken) for figure, taken in heads if known(f"m{figure}")), None)
    return None


def _pair(head: str, taken: int, words: Sequence[str], known: Callable[[str], bool]) -> tuple[str, int] | None:
    """The second half of a size, after "by" or "x": of what may be meant, the longest that the catalogue has.

    "four by thirty two boxes" is 4x30, two boxes, where nothing is 4x32.
    """
    grown = _GROWN.match(words[taken]) if taken < len(words) else None
    if grown and known(f"{head}x{grown[1]}"):  # "m10 x30"
        return f"{head}x{grown[1]}", taken + 1
    if taken + 1 >= len(words) or words[taken] not in _BY:
        return None
    seconds = [(figure, taken + 1 + n) for figure, n in _figures(words[taken + 1 :])]
    for prefix in ("",) if head.startswith("m") else ("", "m"):
        for figure, end in seconds:
            if known(f"{prefix}{head}x{figure}"):
                return f"{prefix}{head}x{figure}", _behind(words, end)
    if seconds and words[taken] == "by" and head.startswith("m"):
        figure, end = seconds[0]
        return f"{head}x{figure}", _behind(words, end)
    return None


def _behind(words: Sequence[str], end: int) -> int:
    """Where the size ends, "mil" behind it included."""
    return end + (end < len(words) and words[end] in _MILLIMETRES)


def _figures(words: Sequence[str], *, first: bool = False, whole: bool = False) -> list[tuple[str, int]]:
    """The figures that `words` may begin with and how many words each takes, the likeliest first.

    Hundreds and points may be left unsaid: "one thirty" is 130, "three five" 3.5 (if `whole`: before a "by"). Of the
    `first` half of a size the last words may be a quantity: "m eight forty".
    """
    if not words:
        return []
    plain = words[0].removesuffix("mm").removesuffix("s")
    if _DECIMALS.match(plain):
        value = numeral(plain)
        return [] if value is None else [(f"{value:f}", 1)]
    found: list[tuple[str, int]] = []
    if whole and len(words) > 2 and words[0] in _DIGITS and words[1] in _DIGITS and words[2] in _BY:
        found.append((f"{spelled(words[:1])[0]}.{spelled(words[1:2])[0]}", 2))  # type: ignore[index]
    singular = [PLURALS.get(words[0], words[0]), *words[1:]]
    second = [*words[:1], PLURALS.get(words[1], words[1]), *words[2:]] if len(words) > 1 else words
    for said in (second, words, singular):
        figure = _figure(said)
        if figure and figure not in found:
            found.append(figure)
    parts = found[-1][1] if found and (first or words[0] not in _DIGITS) else 0
    for n in range(1, parts):  # "thirty two boxes": thirty of them, or thirty-two
        shorter = spelled(singular[:n])
        if shorter and shorter[1] == n:
            found.append((f"{shorter[0]:f}", n))
    return found


def _figure(words: Sequence[str]) -> tuple[str, int] | None:
    """A number in words: "sixty five", "one thirty", "four point five"."""
    if words[0] not in NUMBER_WORDS and tuple(words[:2]) != ("a", "hundred"):
        return None
    found = spelled(words)
    if found is None:
        return None
    value, taken = found
    if taken < len(words) and words[taken] == "point":
        after = spelled(words[taken + 1 :])
        if after:
            return f"{value}.{after[0]}", taken + 1 + after[1]
    rest = spelled(words[taken:])
    if taken == 1 and value in range(1, 10) and rest and 10 <= rest[0] < 100:
        return f"{value * 100 + rest[0]:f}", taken + rest[1]
    return f"{Decimal(value):f}", taken
