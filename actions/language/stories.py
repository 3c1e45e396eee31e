"""What a message tells of goods that it does not order: "last time you sent 20 black zips", "the gingham came"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from .catalogue import CatalogueIndex
from .piece import Piece
from .talk import ASKING, is_talk_word
from .units import MEASURES, SIZED_IN, unit_named
from .words import tokens, word_set

_ARRIVED: Final = word_set("came arrived")
_LAST: Final = word_set(
    "time order lot batch delivery month week year thursday friday monday tuesday wednesday saturday"
)
_PAST: Final = word_set("sent had got was were bought took ordered did delivered supplied received used wanted")
_SENT: Final = word_set("sent delivered supplied shipped")
_STATES: Final = word_set("was were is are came has have had fitted worked looked went")
_DEFINITE: Final = word_set("the those your that these all")
_TURNS: Final = word_set("but now so can could please this need want would may instead except")
"""Where a sentence that began with a story may begin to ask."""
_HAVING: Final = word_set("have have've got has only still there's theres we've i've there")
_LEFT: Final = word_set("left remaining over")
_ASKS: Final = ASKING - {"have", "order", "us", "me", "supply", "after", "like"}
_OPENING: Final = 4
_COUNTED: Final = frozenset({"number", "range"})


def without_stories(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """The pieces, without what is told of earlier goods; their name stays where the same breath asks for more of them:
    "last time you sent 20 black zips but we need 30".
    """
    found: list[Piece] = []
    parts = sentences(pieces)
    for at, sentence in enumerate(parts):
        end = _told(sentence)
        if not end:
            found += _without_stock(sentence)
            continue
        rest = [*sentence[end:], *(parts[at + 1] if at + 1 < len(parts) else ())]
        named_after = any(index.knows(word) for piece in rest if _may_name(piece) for word in tokens(piece.text))
        more = not named_after and any(piece.kind in _COUNTED for piece in rest)
        counted = _quantities(sentence)
        for i, piece in enumerate(sentence):
            told = i < end and piece.kind != "break" and (not more or i in counted)
            found.append(replace(piece, kind="noise", value=None, unit=None) if told else piece)
    return found


def _quantities(sentence: Sequence[Piece]) -> set[int]:
    """Where numbers stand, sizes aside, with the measure behind them."""
    found: set[int] = set()
    for i, piece in enumerate(sentence):
        if piece.kind not in _COUNTED:
            continue
        behind = sentence[i + 1].text if i + 1 < len(sentence) and not piece.unit else ""
        unit = unit_named(piece.unit or behind)
        if unit in SIZED_IN:
            continue
        found.add(i)
        if unit in MEASURES and not piece.unit:
            found.add(i + 1)
    return found


def sentences(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut behind each break and colon."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        parts[-1].append(piece)
        if piece.kind in ("break", "colon"):
            parts.append([])
    return [part for part in parts if part]


def _may_name(piece: Piece) -> bool:
    word = piece.kind == "word" and not is_talk_word(piece.lower) and unit_named(piece.text) is None
    return word or piece.kind == "code"


def _told(sentence: Sequence[Piece]) -> int:
    """Where the story ends that a sentence begins with; 0 if it tells none."""
    words = [piece.lower for piece in sentence]
    start = next((i for i, piece in enumerate(sentence) if piece.kind == "word"), 0)
    verb = _past_verb(sentence, words, start)
    if verb < 0 or not _ASKS.isdisjoint(words[start:verb]):
        return 0
    for i in range(verb + 1, len(words)):
        if words[i].split()[:1] and words[i].split()[0] in _TURNS:
            return i
    return len(words)


def _past_verb(sentence: Sequence[Piece], words: Sequence[str], start: int) -> int:
    """Where the verb stands that makes a sentence a story; -1 if none does."""
    opening = words[start : start + _OPENING]
    last = any(a == "last" and b in _LAST for a, b in pairwise(opening))
    last = last or any(word in ("last time", "from last") for word in opening)
    definite = words[start] in _DEFINITE
    for i in range(start + 1, len(words)):
        before = words[i - 1]
        if words[i] in _ARRIVED and definite and before != "have":
            return i
        if words[i] in _PAST and last:
            return i
        sent = words[i] in _SENT and before in ("you", "youd", "you'd", "you've", "youve")
        if sent and (_counts_behind(sentence, i) or (definite and _STATES & set(words[i + 1 :]))):
            return i
    return -1


def _counts_behind(sentence: Sequence[Piece], verb: int) -> bool:
    """As in "you sent us 20 black zips"."""
    behind = [piece for piece in sentence[verb + 1 : verb + 4] if piece.lower not in ("us", "me", "over", "only")]
    return bool(behind) and behind[0].kind in _COUNTED


def _without_stock(sentence: Sequence[Piece]) -> list[Piece]:
    """Without the number of what is still there: "we have 12 brown plugs left", "down to our last 12"."""
    words = [piece.lower for piece in sentence]
    counted = _quantities(sentence)
    gone: set[int] = set()
    for i in counted:
        before = words[max(0, i - 4) : i]
        down = "down" in before and any(word.startswith("to") for word in before)
        end = next((j for j in range(i + 1, len(words)) if sentence[j].kind != "word"), len(words))
        left = {j for j in range(i + 1, end) if words[j] in _LEFT} if _HAVING & set(before) else set()
        if sentence[i].kind in _COUNTED and (down or left):
            gone |= left | ({i, i + 1} & counted)
    return [replace(p, kind="noise", value=None, unit=None) if i in gone else p for i, p in enumerate(sentence)]
