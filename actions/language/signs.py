"""What a dash or a dot means where it stands: a bullet, a colon, the end of a sentence or of a shortened word."""

import re
from collections.abc import Sequence
from typing import Final

from .numbers import NUMBER_WORDS, numeral
from .pronouns import counts
from .tokenizing import Token
from .units import unit_named
from .words import contrast_classes, stem

_BULLETS: Final = re.compile(r"(?m)^\s*[-−]")
_SHORTENED: Final = frozenset({"doz", "no", "nos", "approx", "qty", "pcs", "st"})
_DESCRIBING: Final = frozenset({"colour", "metal"})
_LONGEST_HEADING: Final = 12
_FAR_ENOUGH: Final = 40


def is_bullet(text: str, tokens: Sequence[Token], i: int) -> bool:
    """A dash at the start of a line is a bullet where other lines begin with one too."""
    at_start = i == 0 or tokens[i - 1].text == "\n"
    return at_start and len(_BULLETS.findall(text)) > 1


def introduces(tokens: Sequence[Token], i: int) -> bool:
    """Whether a dash stands as a colon does, between words and what is listed: "alarm clocks - 4 red, 2 green"."""
    if not 0 < i < len(tokens) - 1 or not tokens[i - 1].text[-1].isalpha():
        return False
    if tokens[i - 1].end == tokens[i].start or tokens[i].end == tokens[i + 1].start:
        return False
    before = _up_to_a_break(tokens[max(0, i - _LONGEST_HEADING) : i][::-1])
    after = _up_to_a_break(tokens[i + 1 : i + _FAR_ENOUGH])
    return not any(map(_is_number, before)) and sum(map(_is_number, after)) > 1


def trails_off(tokens: Sequence[Token], i: int) -> bool:
    """Whether a dash stands as a comma does, behind the last quantity of its line: "24 tissues - trolley bare"."""
    if not 0 < i < len(tokens) - 1 or tokens[i - 1].end == tokens[i].start or tokens[i].end == tokens[i + 1].start:
        return False
    before = _up_to_a_break(tokens[max(0, i - _FAR_ENOUGH) : i][::-1])
    after = _up_to_a_break(tokens[i + 1 : i + _FAR_ENOUGH])
    return any(map(_is_number, before)) and len(after) > 1 and not any(map(_is_number, after))


def ends_sentence(tokens: Sequence[Token], i: int) -> bool:
    """A full stop, rather than the dot of "doz." or "no."."""
    before = tokens[i - 1].lower if i else ""
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    if unit_named(before) and i > 1 and numeral(tokens[i - 2].text) is not None and after[:1].isupper():
        return True  # "25 m. Also …"
    return not (
        (len(before) == 1 and before.isalpha())
        or before in _SHORTENED
        or (before[:1].isdigit() and before.endswith(("no", "doz")))
    )


def goes_on(tokens: Sequence[Token], following: int) -> bool:
    """Whether a thing is described on behind a "with": "cards with the robin", "nuts with nylon", yet not "with the 12
    nuts".
    """
    words = [token.lower for token in tokens[following : following + 2]]
    if words and contrast_classes().get(stem(words[0])) in _DESCRIBING:
        return True
    return len(words) == 2 and words[0] == "the" and numeral(words[1]) is None and not counts(words[1:])


def _up_to_a_break(tokens: Sequence[Token]) -> Sequence[Token]:
    end = next((at for at, token in enumerate(tokens) if token.text in "\n;"), len(tokens))
    return tokens[:end]


def _is_number(token: Token) -> bool:
    return numeral(token.text) is not None or token.lower in NUMBER_WORDS
