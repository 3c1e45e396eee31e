"""Sizes said by their figure alone, behind what was counted: "drywall screws, 2 boxes of 38 and one of 50"; and sizes
said without one: "gold ribbon, the narrow".
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from .catalogue import CatalogueIndex, Match
from .deciding import near_equals
from .mentions import Mention
from .piece import Piece
from .segments import Segment, Segmenter, telling_words
from .units import SIZED_IN, unit_named
from .words import tokens, word_set

_MEANT: Final = 0.9
_SHARE: Final = 0.8
_ALIKE: Final = 12
_LEAST: Final = word_set("narrow thin slim short small tiny")
_MOST: Final = word_set("wide broad thick long large")
_EXTENTS: Final = _LEAST | _MOST
_MEASURE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:mm|cm)$")


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


def with_extents(sentences: Sequence[Sequence[Segment]], segmenter: Segmenter) -> list[list[Segment]]:
    """The sentences, where "narrow" or "wide" tells which of the things that differ in one measure only is meant."""
    found = []
    for sentence in sentences:
        followed = pairwise([*sentence, None])
        found.append([_with_extent(one, following, segmenter) for one, following in followed if one])
    return found


def _with_extent(segment: Segment, following: Segment | None, segmenter: Segmenter) -> Segment:
    if segment.mention is None or segment.sku or not segment.product:
        return segment
    words = telling_words(segment.product)
    pieces = list(segment.pieces)
    if following is not None and following.mention is None and set(telling_words(_words(following.pieces))) <= _EXTENTS:
        pieces += following.pieces
    said = _EXTENTS.intersection(tokens(_words(pieces)))
    if len(said) != 1 or (said <= set(words) and segment.matches and not segment.matches[0].missed):
        return segment
    matches = segmenter.fit(" ".join(word for word in words if word not in said)).matches
    close = [match for match in near_equals(matches) if not match.missed] if matches else []
    sized = _by_measure(close[: _ALIKE + 1], segmenter.index)
    if len(sized) < 2:
        return segment
    match = (max if said <= _MOST else min)(sized)[1]
    meant = next(other for other in close if other.sku == match)
    return replace(segment, matches=(replace(meant, score=_MEANT, explained=_MEANT, met=meant.required),), unsure=False)


def _words(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces if piece.kind == "word")


def _by_measure(matches: Sequence[Match], index: CatalogueIndex) -> list[tuple[float, str]]:
    """Their measures, if they differ in nothing else."""
    sized: list[tuple[float, str]] = []
    plain: set[tuple[str, ...]] = set()
    for match in matches:
        entry = index.get(match.sku)
        words = tokens(entry.name) if entry else []
        measures = [found for word in words if (found := _MEASURE.match(word))]
        if len(measures) != 1:
            return []
        plain.add(tuple(word for word in words if not _MEASURE.match(word)))
        sized.append((float(measures[0][1]), match.sku))
    return sized if len(plain) == 1 and len(dict(sized)) == len(sized) <= _ALIKE else []
