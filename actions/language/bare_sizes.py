"""Sizes said by their figure alone, behind what was counted: "drywall screws, 2 boxes of 38 and one of 50"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .catalogue import CatalogueIndex, Match
from .mentions import Mention
from .segments import Segment, telling_words
from .units import SIZED_IN, unit_named

_MEANT: Final = 0.9
_SHARE: Final = 0.8
_ALIKE: Final = 12


def with_bare_sizes(sentences: Sequence[Sequence[Segment]], index: CatalogueIndex) -> list[list[Segment]]:
    """The sentences, where a figure behind "of" that a product named before comes in is its size."""
    return [_with_sizes(sentence, index) for sentence in sentences]


def _with_sizes(sentence: Sequence[Segment], index: CatalogueIndex) -> list[Segment]:
    found: list[Segment] = []
    named = ""
    skip = False
    for i, segment in enumerate(sentence):
        if skip:
            skip = False
            continue
        following = sentence[i + 1] if i + 1 < len(sentence) else None
        figure, taken = _figure(segment, following) if named else (None, None)
        match = _sized(figure, named, index) if figure else None
        if match and segment.mention and figure:
            found.append(_with_size(segment, segment.mention, taken, figure, match))
            skip = taken is not None
            continue
        found.append(segment)
        if segment.product and not segment.sku:
            named = " ".join(word for word in telling_words(segment.product) if word.isalpha() and not unit_named(word))
    return found


def _figure(segment: Segment, following: Segment | None) -> tuple[str | None, Segment | None]:
    """The figure that may be a size, and the segment after this one if it stands there."""
    mention = segment.mention
    if mention is None or segment.names_something or segment.head:
        return None, None
    if mention.per is not None:
        return str(mention.per), None
    number = following.pieces[0] if following is not None else None
    rest = following.pieces[1:] if following is not None else ()
    if segment.pieces[-1].lower != "of" or number is None or number.kind != "number" or number.value is None:
        return None, None
    if number.unit not in (None, "mm", "cm") or any(unit_named(piece.text) not in SIZED_IN for piece in rest):
        return None, None
    return f"{number.value:f}", following


def _sized(figure: str, named: str, index: CatalogueIndex) -> Match | None:
    """The one product of those named that has the figure in its size."""
    found = index.within(figure, named, limit=_ALIKE)
    best = [match for match, share in found if share >= _SHARE and share >= found[0][1]]
    return best[0] if len(best) == 1 else None


def _with_size(segment: Segment, mention: Mention, taken: Segment | None, figure: str, match: Match) -> Segment:
    sure = replace(match, score=_MEANT, explained=_MEANT, met=match.required)
    pieces = (*segment.pieces, *(taken.pieces if taken else ()))
    return replace(segment, pieces=pieces, mention=replace(mention, per=None), product=figure, matches=(sure,))
