"""Whether an "one" counts or stands for a thing: "one box", "the red one", "the large one six"."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from .catalogue import CatalogueIndex
from .numbers import NUMBER_WORDS, SCALES, numeral, spelled
from .tokenizing import Token
from .units import unit_named
from .words import contrast_classes, stem

_BEFORE_A_PRONOUN: Final = frozenset({"the", "that", "this", "which", "another", "other"})
_AFTER_A_PRONOUN: Final = frozenset({"and", "the", "plus", "is", "in", "with", "please", ",", ".", "um", "er"})
_SPEAKERS: Final = frozenset({"they're", "theyre", "they", "it's", "that's", "not", "we", "i"})
_CLOSING: Final = frozenset(
    {"please", "pls", "plz", "thanks", "thx", "thank", "you", "ta", "cheers", "too", "also", "asap", "mate"}
)


def counts(words: Sequence[str]) -> bool:
    """Whether a number in words begins here, "a dozen" and "half a dozen" included; "one hundred" is none such."""
    if words[0] in SCALES:
        return False
    dozens = words[0] == "a" and len(words) > 1 and words[1] in ("dozen", "couple", "box", "pack", "case")
    return dozens or spelled(words) is not None


def one_is_a_pronoun(tokens: Sequence[Token], i: int, index: CatalogueIndex) -> bool:
    """No quantity: "the red one", "that one", "the large one six"."""
    before = tokens[i - 1].lower if i else ""
    if tokens[i].text == "1":
        return _ends_a_name(tokens, i)
    following = [token.lower for token in tokens[i + 1 : i + 4]]
    named = before.isalpha() and before not in NUMBER_WORDS and unit_named(before) is None
    if named and following and (numeral(following[0]) is not None or counts(following)):
        return True  # "the dolly mixture one 6"
    if following and index.go_together(stem(before), "one") and index.go_together("one", stem(following[0])):
        return True  # in a name: "please one person"
    if contrast_classes().get(stem(before)) == "extent" and following and unit_named(following[0]) is None:
        return True  # "little one same", "the large one six"
    if named and following and following[0] in _AFTER_A_PRONOUN and _with_article(tokens, i):
        return True  # "the pink one and …"
    if named and following and following[0] in _SPEAKERS:
        return True  # "the skulls one they're for a birthday"
    if before == "for" and i > 1 and index.go_together(stem(tokens[i - 2].lower), "one"):
        return True  # "a tea for one"
    return before in _BEFORE_A_PRONOUN or (before.replace("-", "").isalpha() and _last_of_clause(tokens, i))


def _ends_a_name(tokens: Sequence[Token], i: int) -> bool:
    """A figure for the pronoun, behind a quantity: "48 the roses 1 plus …"."""
    after = tokens[i + 1].lower if i + 1 < len(tokens) else "."
    if not i or not tokens[i - 1].text.isalpha() or unit_named(tokens[i - 1].text) or after not in _AFTER_A_PRONOUN:
        return False
    start = next((j for j in reversed(range(max(0, i - 6), i)) if not tokens[j].text.isalpha()), -1)
    said = [token.lower for token in tokens[start + 1 : i]]
    return start >= 0 and numeral(tokens[start].text) is not None and bool({"the", "those"} & set(said[:2]))


def _with_article(tokens: Sequence[Token], i: int) -> bool:
    """Whether "the" stands before it in the same breath, and no number between the two."""
    for token in reversed(tokens[max(0, i - 7) : i]):
        if token.lower in ("the", "those", "that"):
            return True
        if not token.text.isalpha():
            return False
    return False


def _last_of_clause(tokens: Sequence[Token], i: int) -> bool:
    """Whether nothing but polite words follows in the clause."""
    said = takewhile(lambda token: token.text[0].isalnum(), tokens[i + 1 : i + 4])
    return all(token.lower in _CLOSING for token in said)
