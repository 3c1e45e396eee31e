"""Quantities that stand in a list as its lines do, with words beside them that mostly carry grammar: "12 thank you"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from .catalogue import CatalogueIndex
from .mentions import EXPLICIT
from .segments import Segment
from .talk import is_talk_word
from .words import STOP_WORDS, stem

_JOINTS: Final = frozenset({"comma", "separator", "noise"})
COURTESIES: Final = frozenset(
    {"please", "pls", "plz", "thanks", "thank", "you", "thx", "ta", "cheers", "ones", "one", "more", "off", "only"}
)


def is_listed(segment: Segment, before: Segment | None, after: Segment | None) -> bool:
    """Whether its quantity stands where that of a line beside it does, `before` or `after` it (None: no line)."""
    if any(piece.kind == "each" for piece in segment.pieces):
        return False
    words = [word for word in _small_words(segment) if word not in COURTESIES | STOP_WORDS]
    if _leads(segment):
        listed = before is not None and _is_joined(segment) and bool(words)
        goes_on = after is not None and _is_joined(after) and _leads(after)
        return (goes_on and bool(_small_words(segment))) or (listed and before is not None and _leads(before))
    return before is not None and _is_joined(segment) and bool(words) and _ends_with_times(segment)


def _ends_alike(segment: Segment, before: Segment | None) -> bool:
    """As in "happy birthday 12, best wishes 6"."""
    both = (before, segment)
    return _is_joined(segment) and all(
        s and s.mention and 0 < s.mention.first < s.mention.last == len(s.pieces) for s in both
    )


def named_by_small_words(sentences: Sequence[Sequence[Segment]], index: CatalogueIndex) -> list[list[Segment]]:
    """The sentences, with listed quantities of nothing named by small words that some product has side by side:
    "cards: 6 good luck, 6 best wishes", "out of order x 12".
    """
    return [[_named(segment, sentence, at, index) for at, segment in enumerate(sentence)] for sentence in sentences]


def _lines_beside(sentence: Sequence[Segment], at: int) -> tuple[Segment | None, Segment | None]:
    before = sentence[at - 1] if at else None
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    return (before if before and before.mention else None), (after if after and after.mention else None)


def _named(segment: Segment, sentence: Sequence[Segment], at: int, index: CatalogueIndex) -> Segment:
    bare = segment.mention is not None and not segment.names_something
    before, after = _lines_beside(sentence, at)
    if not bare or not (is_listed(segment, before, after) or _ends_alike(segment, before)):
        return segment
    words = [word for word in _small_words(segment) if word not in STOP_WORDS]
    if len(words) < 2 or not all(index.go_together(stem(a), stem(b)) for a, b in pairwise(words)):
        return segment
    text = " ".join(words)
    matches = tuple(index.match(text))
    return replace(segment, product=text, matches=matches) if matches else segment


def _small_words(segment: Segment) -> list[str]:
    mention = segment.mention
    pieces = [p for i, p in enumerate(segment.pieces) if mention is None or not mention.covers(i)]
    return [p.lower for p in pieces if p.kind == "word" and (is_talk_word(p.lower) or is_talk_word(stem(p.lower)))]


def _is_joined(segment: Segment) -> bool:
    return segment.pieces[0].kind in ("comma", "separator")


def _leads(segment: Segment) -> bool:
    """Whether its quantity comes first."""
    first = next((i for i, piece in enumerate(segment.pieces) if piece.kind not in _JOINTS), 0)
    return segment.mention is not None and segment.mention.first == first


def _ends_with_times(segment: Segment) -> bool:
    """As in "… x 12"."""
    mention = segment.mention
    return mention is not None and mention.likely >= EXPLICIT and mention.last == len(segment.pieces)
