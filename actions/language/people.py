"""Finding the customer that is meant: by number, by name, by a part or a misspelling of it."""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from .words import plain, squeeze, word_set

_LOWEST: Final = 0.5
_MOST_FOUND: Final = 8
_LONGEST_TEXT: Final = 300
_LONGEST_MESSAGE: Final = 4000
_SHORTEST_NAME: Final = 4
_LEGAL_FORMS: Final = word_set("ltd limited plc llp llc inc co company gmbh bv sa uk the and of group holdings")
_AROUND: Final = word_set("""
    for on behalf customer account acc client number no order an place please from to a ref code my our this is it
    show me about tell what who how does do has have need needs should buy forecast send""")


def _name_words(name: str) -> list[str]:
    text = re.sub(r"['’`´.]", "", plain(name)).replace("&", " and ")
    return re.findall(r"[^\W_]+", text)


def _core(words: Sequence[str]) -> list[str]:
    """Without the words that half the companies share, unless nothing else is left."""
    return [w for w in words if w not in _LEGAL_FORMS] or list(words)


def find_customer(text: str, names: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
    """The customers that `text` may name, best first: (code, score in 0..1]. `names` holds (code, name).

    1.0 is the exact number or the whole name. Scores within 0.1 of each other must be asked about.
    """
    words = _name_words(text[:_LONGEST_TEXT])
    codes = {squeeze(w) for w in re.findall(r"[\w-]+", text[:_LONGEST_TEXT]) if any(c.isdigit() for c in w)}
    said = [w for w in _core(words) if w not in _AROUND] or _core(words)
    found = []
    for code, name in names:
        score = 1.0 if squeeze(code) in codes or squeeze(code) == squeeze(text) else _likeness(words, said, name)
        if score >= _LOWEST:
            found.append((code, round(score, 4)))
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found[:_MOST_FOUND]


def standing_in(text: str, names: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The customers whose name's first word stands in a message, by code, with the word: "right, Ferndale want 40"."""
    words = _name_words(text[:_LONGEST_MESSAGE])
    said = {*words, *(word.removesuffix("s") for word in words)}  # "to Ferndale's"
    found = {}
    for code, name in names:
        first = _core(_name_words(name))[:1]
        if first and first[0] in said and len(first[0]) >= _SHORTEST_NAME and first[0] not in _AROUND:
            found[code] = first[0]
    return found


def _likeness(words: Sequence[str], said: Sequence[str], name: str) -> float:
    """How well the words name the customer: each word of the name counts, its first one double."""
    own = _core(_name_words(name))
    if not own or not said:
        return 0.0
    if words == _name_words(name) or list(said) == own:
        return 1.0
    weights = [2.0, *[1.0] * (len(own) - 1)]
    best = [max((_same(word, mine) for word in said), default=0.0) for mine in own]
    named = sum(w * b for w, b in zip(weights, best, strict=True)) / sum(weights)
    extra = sum(1 for word in said if max(_same(word, mine) for mine in own) < 0.7)
    explained = 1.0 - extra / len(said)
    if best[0] < 0.7 and max(best) < 0.9:
        return 0.0
    score = 0.6 * named + 0.38 * explained
    squeezed = fuzz.ratio("".join(said), "".join(own)) / 100
    return min(0.99, max(score, squeezed * 0.95 if squeezed > 0.85 else 0.0))


def _same(word: str, own: str) -> float:
    """1 for the same word, less for a plural or possessive, a beginning, a slip of the keys."""
    if word == own:
        return 1.0
    if word.removesuffix("s") == own.removesuffix("s"):
        return 0.95
    if min(len(word), len(own)) >= 4 and (own.startswith(word) or word.startswith(own)):
        return 0.85
    if len(word) < 4 or abs(len(word) - len(own)) > 2:
        return 0.0
    distance = OSA.distance(word, own, score_cutoff=2)
    return 0.85 if distance == 1 else 0.72 if distance == 2 and len(word) >= 7 else 0.0
