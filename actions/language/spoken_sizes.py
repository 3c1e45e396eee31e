"""Sizes as they are spoken or typed apart: "m ten by one thirty", "five by fifty", "M 8", "4.5 x 65"."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from .numbers import NUMBER_WORDS, numeral, spelled
from .tokenizing import Token

_BY: Final = frozenset({"by", "x", "×", "*"})
_MILLIMETRES: Final = frozenset({"mm", "mil", "mils", "mill", "millimetre", "millimetres", "millimeter", "millimeters"})
_METRIC: Final = re.compile(r"m(\d+(?:\.\d+)?)$")
_DECIMALS: Final = re.compile(r"\d+(?:\.\d+)?$")
_LONGEST: Final = 10


def size_at(tokens: Sequence[Token], i: int, known: Callable[[str], bool]) -> tuple[str, int] | None:
    """The size that begins at token i, as a name writes it, and how many tokens it takes; None if there is none.

    A size said in figures counts only if the catalogue has it: "5 x 100" may as well be five times a hundred.
    """
    words = [token.lower for token in tokens[i : i + _LONGEST]]
    thread = _METRIC.match(words[0])
    if thread:
        return _pair(f"m{thread[1]}", 1, words, known)
    metric = words[0] == "m" and len(words) > 1
    first = _figure(words[metric:])
    if first is None:
        return None
    taken = metric + first[1]
    head = f"m{first[0]}" if metric else first[0]
    pair = _pair(head, taken, words, known)
    if pair:
        return pair
    return (head, taken) if metric and known(head) else None


def _pair(head: str, taken: int, words: Sequence[str], known: Callable[[str], bool]) -> tuple[str, int] | None:
    """The second half of a size, after "by" or "x"."""
    if taken + 1 >= len(words) or words[taken] not in _BY:
        return None
    second = _figure(words[taken + 1 :])
    if second is None:
        return None
    size, end = f"{head}x{second[0]}", taken + 1 + second[1]
    if not known(size) and not (words[taken] == "by" and head.startswith("m")):
        return None
    return size, end + (end < len(words) and words[end] in _MILLIMETRES)


def _figure(words: Sequence[str]) -> tuple[str, int] | None:
    """A number in figures or words, hundreds left unsaid: "one thirty" is 130, "four point five" 4.5."""
    if not words:
        return None
    plain = words[0].removesuffix("mm").removesuffix("s")
    if _DECIMALS.match(plain):
        value = numeral(plain)
        return None if value is None else (f"{value:f}", 1)
    if words[0] not in NUMBER_WORDS:
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
