"""Talk that sounds like goods: "forty pounds", "a dozen people", "part 2 follows" beside the lines of an order.

The rules find goods by the catalogue's words, and people talk in the same words. What is not plain is put before the
encoder of `wanted`, which has read how people talk around orders.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .numbers import NUMBER_WORDS
from .reading import ReadLine, Unread
from .wanted import encoder

_TALK: Final = 0.1
"""Below this, what would be asked about is talk."""
_SURELY_TALK: Final = 0.03
"""Below this, what would be booked is talk as well."""
_DOUBTFUL: Final = 0.15
"""Below this, what would be booked is asked about."""
MAY_BE_GOODS: Final = 0.3
"""From this on, what was passed over is worth a word."""
_WORTH_A_LOOK: Final = 2  # words
_MATCHES: Final = re.compile(r"\bmatch(?:ing)?\b", re.IGNORECASE)
"""Wanted with what was said before: "nuts to match"."""
_SEVERAL: Final = "|".join(sorted(NUMBER_WORDS - {"one"}))
_TAKEN: Final = re.compile(
    r"\D{0,80}\b(?:\w{0,12}['’ ]?(?:d|ll)|would|will) (?:take|need|want|have) "
    rf"(?:\d+|{_SEVERAL})(?: \w+)?(?: if so)?\W*",
    re.IGNORECASE,
)
"""As in "if you have such a thing I'd take 4"."""
_COUNTED: Final = re.compile(rf"\d|\b(?:{'|'.join(sorted(NUMBER_WORDS))})\b", re.IGNORECASE)


def without_talk(text: str, lines: Sequence[ReadLine], unread: Sequence[Unread]) -> tuple[list[ReadLine], list[Unread]]:
    """The lines without those that are talk, which are unread then; what was passed over with how likely it is goods.

    At least one line stays. A message of which nearly every word was taken for a line, and every line is clear, is not
    looked at.
    """
    passing = sum(len(one.text.split()) for one in unread) < _WORTH_A_LOOK
    if not lines or (passing and all(line.problem is None for line in lines)):
        return list(lines), list(unread)
    likely = encoder().wanted(text, [*(line.span for line in lines), *(one.span for one in unread)])
    passed = [replace(one, likely=found) for one, found in zip(unread, likely[len(lines) :], strict=True)]
    best = max(likely[: len(lines)])
    goods = [one for one in passed if one.likely >= MAY_BE_GOODS]
    kept: list[ReadLine] = []
    for line, likelihood in zip(lines, likely, strict=False):
        if likelihood < best and likelihood < _limit(text, line, goods):
            passed.append(Unread(line.text, line.span, likelihood))
        elif line.problem is None and likelihood < _DOUBTFUL:
            kept.append(replace(line, sku=None, quantity=None, problem="ambiguous_product"))
        else:
            kept.append(line)
    return kept, sorted(passed, key=lambda one: one.span)


def _limit(text: str, line: ReadLine, goods: Sequence[Unread]) -> float:
    """Below which likelihood a line is talk. What is had as always, or to match, is said in so many words; and a number
    of nothing known belongs to the `goods` right before it, which were passed over: "purple linen? About 7 metres".
    """
    if line.usual or _MATCHES.search(line.text) or _TAKEN.fullmatch(line.text):
        return 0.0
    if not line.candidates and _COUNTED.search(line.text) and any(_is_right_before(text, one, line) for one in goods):
        return 0.0
    return _TALK if line.problem else _SURELY_TALK


def _is_right_before(text: str, one: Unread, line: ReadLine) -> bool:
    """Whether no word stands between what was passed over and a line."""
    between = text[one.span[1] : line.span[0]]
    return one.span[1] <= line.span[0] and not any(character.isalnum() for character in between)
