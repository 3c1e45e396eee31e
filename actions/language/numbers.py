"""Numbers as people write them: 1,200, 1.2k, two hundred and fifty, half a dozen."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from .sounding import sound
from .talk import ASKING

_ONES: Final = {
    "zero": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
SCALES: Final = {"hundred": 100, "hundreds": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_COUPLES: Final = {"couple": 2, "pair": 2}
NUMBER_WORDS: Final = frozenset(_ONES) | frozenset(_TENS) | frozenset(SCALES)
ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
}  # fmt: skip

_NUMERAL: Final = re.compile(r"([-−+]?)(\d{1,3}(?:,\d{3})+|\d{1,60})(\.\d{1,6})?(k)?$", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"\d{1,4},\d{1,2}$")
_FRACTIONS: Final = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_BEFORE_HUNDREDS: Final = ASKING | {"another", "extra", "further", "the", "about", "approx", "around", "roughly", "and"}
_HALF: Final = Decimal("0.5")
_QUARTER: Final = Decimal("0.25")


def numeral(text: str) -> Decimal | None:
    """The number that a single written numeral stands for: "1,200", "1.2k", "-5", "2½"; None if it is none."""
    extra = _FRACTIONS.get(text[-1:])
    if extra is not None:
        whole = numeral(text[:-1]) if text[:-1].isdigit() else Decimal(0) if len(text) == 1 else None
        return None if whole is None else whole + extra
    if text == "1/2":
        return _HALF
    if _DECIMAL_COMMA.match(text):
        return Decimal(text.replace(",", "."))
    match = _NUMERAL.match(text)
    if not match or (not text.isascii() and "−" not in text):
        return None
    value = Decimal(match[2].replace(",", "") + (match[3] or ""))
    value = value * 1000 if match[4] else value
    return -value if match[1] in ("-", "−") else value


def spelled(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """The number that `words` (lower case) begin with, and how many words it is: "two hundred and fifty" -> 250, 4."""
    special = _special(words)
    if special:
        return special
    total = current = taken = 0
    last = ""
    for i, word in enumerate(words[:12]):
        if word in SCALES and (taken or (word == "hundred" and last in ("a", "one"))):
            scale = SCALES[word]
            if scale == 100:
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * scale, 0
        elif word in _TENS and (not taken or last in SCALES or last == "and"):
            current += _TENS[word]
        elif word in _ONES and last == "and" and current >= 100 and tuple(words[i + 1 : i + 2]) == ("hundred",):
            break  # "two hundred and two hundred"
        elif word in _ONES and (
            not taken or last in SCALES or last == "and" or (last in _TENS and 0 < _ONES[word] < 10)
        ):
            current += _ONES[word]
        elif word == "and" and last in SCALES:
            last = word
            continue
        else:
            break
        taken, last = i + 1, word
    if taken and tuple(words[taken : taken + 3]) == ("and", "a", "half"):
        return Decimal(total + current) + _HALF, taken + 3
    return (Decimal(total + current), taken) if taken else None


def hundreds(words: Sequence[str], before: str) -> tuple[Decimal, int] | None:
    """A number whose "a" is left out: "another hundred of the nuts", "we buy hundred zips"; not "a few hundred"."""
    if words[0] not in ("hundred", "thousand") or not (before in _BEFORE_HUNDREDS or not before.isalnum()):
        return None
    found = spelled(["one", *words])
    return (found[0], found[1] - 1) if found else None


PLURALS: Final = {
    "fives": "five", "tens": "ten", "twelves": "twelve", "twenties": "twenty", "thirties": "thirty",
    "forties": "forty", "fifties": "fifty", "sixties": "sixty", "seventies": "seventy", "eighties": "eighty",
    "nineties": "ninety", "hundreds": "hundred",
}  # fmt: skip
"""As in "m eight by twenty fives", "the seventies": sizes, never quantities."""
_BY_EAR: Final = {"wun": "one", "fore": "four", "foure": "four", "nien": "nine", "cupl": "couple", "copule": "couple"}
_NO_NUMBERS: Final = frozenset(
    {"fair", "fare", "fear", "fire", "tune", "tone", "town", "seen", "steven", "severn", "fort", "none", "thirsty"}
)
_OFTEN_MISSPELT: Final = tuple(w for w in (*_ONES, *_TENS, "hundred", "thousand", "couple", "dozen") if len(w) > 3)


@lru_cache(maxsize=5_000)
def number_like(word: str) -> str | None:
    """The number word that a slip or a spelling by ear stands for: "twelv", "fortey", "cupple"."""
    if word in _BY_EAR or len(word) < 4 or not word.isalpha() or word in NUMBER_WORDS or word in _NO_NUMBERS:
        return _BY_EAR.get(word)
    key = sound(word)
    for known in _OFTEN_MISSPELT:
        if known[0] != word[0]:
            continue
        slip = len(word) != len(known) or sorted(word) == sorted(known)
        alike = sound(known) == key and known != "three" and OSA.distance(known, word, score_cutoff=2) <= 2  # "thru"
        if alike or (slip and len(known) > 4 and OSA.distance(known, word, score_cutoff=1) <= 1):
            return known
    return None


def _special(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """The set phrases: a hundred, half a, a couple of, a quarter of a."""
    first, second, third = (*words[:3], "", "", "")[:3]
    if first in ("a", "an") and second in SCALES:
        return spelled(["one", *words[1:]])
    if first in ("a", "the") and second == "couple":
        return Decimal(2), 3 if third == "of" else 2
    if first == "couple":
        return Decimal(2), 2 if second == "of" else 1
    if first in ("half", "quarter"):
        value = _HALF if first == "half" else _QUARTER
        if second in ("a", "an"):
            return value, 2
        if second == "of" and third in ("a", "an"):
            return value, 3
        return (value, 1) if second in ("dozen", "doz", "dz", "roll", "box", "metre", "meter", "reel") else None
    if first in ("a", "an") and second == "half":
        return (_HALF, 2) if third in ("dozen", "doz") else None
    return None
