"""Whether a small word takes back what was said: "12, no, 24", "fifty no sixty", "not the red one", "acutally 100"."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from .catalogue import CatalogueIndex
from .numbers import numeral, spelled
from .piece import Piece
from .pronouns import counts
from .talk import is_slip_of_correction
from .tokenizing import Token
from .units import unit_named

_ENDINGS: Final = frozenset({".", ",", "\n", ";", "!", "and"})
_PAUSES: Final = frozenset({"break", "comma", "separator"})
SUGGESTING: Final = frozenset({"say", "call"})
_ARTICLES: Final = frozenset({"a", "an", "another"})


def denies(tokens: Sequence[Token], following: int) -> bool:
    """Whether "not" denies an article or an amount here: "not the red one", "not ten"."""
    words = [token.lower for token in tokens[following : following + 4]]
    if words and words[0].isalpha() and (len(words) == 1 or words[1] in _ENDINGS):
        return True  # "the dinosaur ones, not woodland"
    return bool(words) and (words[0] in ("the", "that", "those") or numeral(words[0]) is not None or counts(words))


def between_amounts(pieces: Sequence[Piece], tokens: Sequence[Token], following: int) -> bool:
    """Whether an amount comes right before and one begins at the token `following`: "fifty no sixty"."""
    said = [p for p in pieces[-3:] if p.kind != "noise"]
    if said and said[-1].kind == "word" and unit_named(said[-1].text) and len(said) > 1:
        said.pop()
        if said[-1].lower in ("a", "an"):
            return counts([token.lower for token in tokens[following : following + 4]] or [""])
    if not said or said[-1].kind != "number" or following >= len(tokens):
        return False
    words = [token.lower for token in tokens[following : following + 4]]
    return numeral(words[0]) is not None or spelled(words) is not None


def counts_again(pieces: Sequence[Piece], tokens: Sequence[Token], following: int) -> bool:
    """Whether packs are counted at the token `following` that were counted before in the same breath: "a box of blue
    plugs no two boxes".
    """
    words = [token.lower for token in tokens[following : following + 4]]
    number = (Decimal(0), 1) if words and numeral(words[0]) is not None else spelled(words)
    unit = unit_named(words[number[1]]) if number and number[1] < len(words) else None
    if unit is None:
        return False
    start = next((at for at in reversed(range(len(pieces))) if pieces[at].kind in _PAUSES), -1) + 1
    counted = pairwise(pieces[start:])
    return any(unit_named(p.text) == unit and (b.kind == "number" or b.lower in _ARTICLES) for b, p in counted)


def suggests(pieces: Sequence[Piece], tokens: Sequence[Token], following: int) -> bool:
    """Whether an amount is suggested behind a pause: "3 dozen - say 40", "…, call it five"."""
    amount = [token.lower for token in tokens[following : following + 4]]
    counted = bool(amount) and (numeral(amount[0]) is not None or counts(amount))
    return counted and bool(pieces) and pieces[-1].kind in ("comma", "noise")


def takes_back(tokens: Sequence[Token], i: int, index: CatalogueIndex) -> bool:
    """Whether the word at i is a misspelt one that takes back, before an amount: "50, acutally 100"."""
    after = [token.lower for token in tokens[i + 1 : i + 5]]
    counted = bool(after) and (numeral(after[0]) is not None or counts(after))
    return counted and is_slip_of_correction(tokens[i].lower) and not index.hears(tokens[i].lower)
