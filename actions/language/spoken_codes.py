"""Product codes as they are spoken: "ten dash one oh nine", "two two five one one", "forty one one oh four"."""

from collections.abc import Callable, Sequence
from typing import Final

from .numbers import NUMBER_WORDS, spelled
from .tokenizing import Token

_DASHES: Final = frozenset({"dash", "hyphen", "-", "–", "minus"})
_NOUGHTS: Final = {"oh": "0", "o": "0", "nought": "0", "naught": "0", "zero": "0", "nil": "0"}
_TIMES_OVER: Final = {"double": 2, "treble": 3, "triple": 3}
_SCALES: Final = frozenset({"hundred", "hundreds", "thousand", "grand", "million"})
_LONGEST: Final = 12
_FEWEST_FIGURES: Final = 4
_FEWEST_WORDS: Final = 3


def spoken_code(tokens: Sequence[Token], i: int, code: Callable[[str], str | None]) -> tuple[str, int] | None:
    """The SKU whose code is spoken from token i on, and how many tokens it takes; None if none is.

    `code` answers with the SKU that a written code belongs to. The longest code that somebody has is meant, so that
    the quantity behind it is left over: "ten dash one one eight five hundred".
    """
    found: tuple[str, int] | None = None
    figures, dashed = "", False
    at, end = i, min(len(tokens), i + _LONGEST)
    while at < end:
        word = tokens[at].lower
        if word in _DASHES and figures and not dashed:
            dashed, at = True, at + 1
            continue
        said = _figures_at(tokens, at)
        if said is None:
            break
        figures, at = figures + said[0], at + said[1]
        spoken = any(token.text.isalpha() for token in tokens[i:at])
        if len(figures) >= _FEWEST_FIGURES and (dashed or (spoken and at - i >= _FEWEST_WORDS)):
            sku = _with_letter(tokens, at, figures, code) or _plain(code(figures), at)
            found = (sku[0], sku[1] - i) if sku else found
    return found


def _plain(sku: str | None, at: int) -> tuple[str, int] | None:
    return (sku, at) if sku else None


def _with_letter(
    tokens: Sequence[Token], at: int, figures: str, code: Callable[[str], str | None]
) -> tuple[str, int] | None:
    """As in "eight five oh nine nine b"."""
    if at >= len(tokens) or len(tokens[at].text) != 1 or not tokens[at].text.isalpha():
        return None
    return _plain(code(figures + tokens[at].text), at + 1)


def _figures_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The figures of one group, as said: "oh" -> 0, "forty one" -> 41, "double two" -> 22."""
    word = tokens[at].lower
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if word in _NOUGHTS:
        return _NOUGHTS[word], 1
    if word in _TIMES_OVER and following in NUMBER_WORDS | _NOUGHTS.keys() and following not in _SCALES:
        once = _figures_at(tokens, at + 1)
        return (once[0] * _TIMES_OVER[word], 1 + once[1]) if once else None
    if word.isdigit():
        return word, 1
    if word not in NUMBER_WORDS or word in _SCALES:
        return None
    words = [word, following] if following in NUMBER_WORDS and following not in _SCALES else [word]
    value = spelled(words)
    return (f"{value[0]:f}", value[1]) if value else None
