"""Numbers and an "x" that have grown together with each other or with a code: x40, 40x, 20-104x40, 12xM8, x22983."""

import re
from collections.abc import Callable
from typing import Final

from .piece import Kind

_TIMES_BEFORE: Final = re.compile(r"[x×](\d+(?:\.\d+)?k?)$", re.IGNORECASE)
_LONGEST_AMOUNT: Final = 5
_TIMES_AFTER: Final = re.compile(r"(\d+)[x×]$", re.IGNORECASE)
_CODE_TIMES: Final = re.compile(r"(.+?)[x×](\d+k?)$", re.IGNORECASE)
_TIMES_CODE: Final = re.compile(r"(\d+)[x×](.+)$", re.IGNORECASE)


def grown(text: str, entry: Callable[[str], str | None]) -> tuple[tuple[Kind, str], ...]:
    """What a word has grown together from, in order; nothing if it has not. `entry` knows the codes."""
    if text[0] in "xX×" and len(text) > _LONGEST_AMOUNT and entry(text[1:]):
        return ("times", text[0]), ("code", text[1:])
    if match := _TIMES_BEFORE.match(text):
        return ("times", text[0]), ("number", match[1])
    if text[-1] in "xX×" and entry(text[:-1]):
        return ("code", text[:-1]), ("times", text[-1])  # "23204x 10"
    if match := _TIMES_AFTER.match(text):
        return ("number", match[1]), ("times", text[-1])
    if (match := _CODE_TIMES.match(text)) and entry(match[1]):
        return ("code", match[1]), ("times", "x"), ("number", match[2])
    if (match := _TIMES_CODE.match(text)) and (entry(match[2]) or match[2][0].isalpha()):
        return ("number", match[1]), ("times", "x"), ("code" if entry(match[2]) else "word", match[2])
    return ()
