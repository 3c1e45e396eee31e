"""Quantities that no line took: what they count was not understood, and that is said instead of left out silently."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from .atoms import is_a_pack
from .catalogue import CatalogueIndex
from .listed import COURTESIES, is_listed
from .mentions import Mention
from .piece import Piece
from .segments import Segment, spoken, telling_words
from .talk import is_talk_word
from .units import MEASURES, SIZED_IN, unit_named
from .words import tokens, word_set

_FIGURES: Final = re.compile(r"\d+(?:\.\d+)?")
_NUMBERED: Final = word_set(
    """
    line item page part order orders po ref reference no number nos numbers week wk room unit bay site block
    branch centre center stand booth floor table desk gate before until till after by at around it code that jan
    feb mar apr may jun jul aug sep oct nov dec tel phone ext account acc acct invoice quote tender pack set
    version type grade class lot next last first so
    """
)
"""What stands before a number that counts no goods: "week 46", "unit 7", "call it fifty"."""
_OF_THE_LINES: Final = word_set(
    "thing things line lines lots item items product products am pm them those these more days weeks st nd rd th"
)
"""What stands behind one: "two more lines", "ten of them"."""


def owed(segments: Sequence[Segment], became_lines: Sequence[bool], index: CatalogueIndex) -> set[int]:
    """Which of the segments hold a quantity that must be asked about."""
    if not any(became_lines):
        return set()
    lines = _Lines.of([segment for segment, line in zip(segments, became_lines, strict=True) if line], index)
    return {
        i
        for i, line in enumerate(became_lines)
        if not line and (_is_owed(segments, i, became_lines, lines, index) or _are_unknown(segments[i], index))
    }


_TAKING: Final = word_set("take want need like have")
_CONDITIONS: Final = frozenset({"if", "then", "please"})
_ADDED: Final = 3
_ARTICLES: Final = ("a", "an")
_ENDS_A_NAME: Final = word_set("head heads top tops desk basket baskets cart carts")
"""Small words that a name may end with: "a mop head"."""
NO_GOODS: Final = word_set(
    """
    things bits others questions ideas prices thoughts details issues problems changes instructions suggestions days
    weeks hours minutes samples pictures photos options alternatives customers visitors friends thanks receipt
    question idea detail issue problem change sample picture photo copy note brochure date word chat chance mistake
    favour reply discount rush hurry moment minute signature happy merry problem visit months years
    people guests lads children kids pupils students jobs sites plots houses rooms times regards cheers
    """
)
"""What "and some …" adds to no order."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the lines of a message take up: their amounts, those of each, and the figures in their products' names."""

    mentions: tuple[Mention, ...]
    amounts: frozenset[Decimal | None]
    each: frozenset[Decimal | None]
    figures: frozenset[str]

    @classmethod
    def of(cls, lines: Sequence[Segment], index: CatalogueIndex) -> Self:
        mentions = tuple(line.mention for line in lines if line.mention)
        skus = [line.sku or (line.matches[0].sku if line.matches else "") for line in lines]
        names = [" ".join(tokens(entry.name)) for sku in dict.fromkeys(skus) if (entry := index.get(sku))]
        return cls(
            mentions,
            frozenset(mention.amount for mention in mentions),
            frozenset(mention.amount for mention in mentions if mention.each),
            frozenset(figure for name in names for figure in _FIGURES.findall(name)),
        )


def _is_owed(
    segments: Sequence[Segment], at: int, became_lines: Sequence[bool], lines: _Lines, index: CatalogueIndex
) -> bool:
    pieces, own = segments[at].pieces, segments[at].mention
    if own is not None and any(mention is own for mention in lines.mentions):
        return False
    if own is not None and own.unit in SIZED_IN and at and became_lines[at - 1] and not _counts(pieces):
        return False  # a size of what was asked for before
    values = {piece.value for piece in pieces if piece.kind == "number" and piece.value is not None}
    figures = {f"{value:f}" for value in values}
    beside = [piece for i, piece in enumerate(pieces) if own is None or own.unit in MEASURES or not own.covers(i)]
    told = [word for word in telling_words(spoken(beside)) if word not in figures]
    each = any(piece.kind == "each" for piece in pieces)
    if each and values & lines.each:
        return False  # "twelve markers in each": said again with what they are
    packed = own.amount * own.per if own is not None and own.amount is not None and own.per is not None else None
    if packed is not None and packed in lines.amounts:
        return False  # "200 plugs, that's 2 boxes of 100"
    one_more = _is_one_more(segments, at, became_lines, lines)
    listed = own is not None and is_listed(segments[at], *_lines_beside(segments, at, became_lines))
    listed = listed or _is_asked_for(pieces, own)
    counts = each or one_more or listed or packed is not None or _is_described(told, segments, at, became_lines, index)
    if not counts and (own is None or own.amount in lines.amounts or told):
        return False
    before = segments[at - 1].pieces[-1:] if at else ()
    for i, piece in enumerate(pieces):
        said_before = (*before, *pieces[:i])
        if not _may_count(piece, said_before, pieces[i + 1 : i + 3]):
            continue
        if not counts and _is_no_amount(piece, said_before) and not _contradicts(segments, at, became_lines):
            continue
        if f"{piece.value:f}" not in lines.figures and not _is_sum(piece.value or Decimal(0), segments[at + 1 :]):
            return True
    return is_a_pack(pieces)


def _is_asked_for(pieces: Sequence[Piece], own: Mention | None) -> bool:
    """As in "do you have brown paper? I would take 5"."""
    if own is None or not own.first or pieces[own.first - 1].lower not in _TAKING:
        return False
    return own.last == len(pieces) or pieces[own.last].lower in _CONDITIONS


def _lines_beside(
    segments: Sequence[Segment], at: int, became_lines: Sequence[bool]
) -> tuple[Segment | None, Segment | None]:
    before = segments[at - 1] if at and became_lines[at - 1] else None
    return before, segments[at + 1] if at + 1 < len(segments) and became_lines[at + 1] else None


def _are_unknown(segment: Segment, index: CatalogueIndex) -> bool:
    """As in "…, and some shackles", "and a stapler": things added to an order, though no product is called so."""
    said = [piece for piece in segment.pieces if piece.kind != "noise"]
    if len(said) < _ADDED or said[0].kind not in ("separator", "comma") or any(p.kind == "number" for p in said):
        return False
    some = next((i for i, piece in enumerate(said[:3]) if piece.lower in ("some", *_ARTICLES)), None)
    if said[0].lower == "with" or any(p.kind == "each" or unit_named(p.text) for p in said):
        return False
    while said[-1].lower in COURTESIES:
        said.pop()
    words = [p.lower for p in said[some + 1 :] if not is_talk_word(p.lower)] if some is not None else []
    if not words or said[-1].lower not in (words[-1], *_ENDS_A_NAME):
        return False  # "and a reply would be nice"
    if not 0 < len(words) <= _ADDED or not NO_GOODS.isdisjoint(words):
        return False
    if some is not None and said[some].lower == "some" and not words[-1].endswith("s"):
        return False
    return not any(index.knows(word) for word in tokens(words[-1]))


def _counts(pieces: Sequence[Piece]) -> bool:
    """Whether a pack or a dozen is spoken of beside a size: "a dozen for the 32 mm"."""
    return any(piece.kind == "word" and unit_named(piece.text) not in (None, *SIZED_IN) for piece in pieces)


def _is_one_more(segments: Sequence[Segment], at: int, became_lines: Sequence[bool], lines: _Lines) -> bool:
    """Whether a line is followed by an "and" and a number, of what is left open: "garden fork 12 & 12"."""
    pieces = segments[at].pieces
    own = segments[at].mention
    again = own is not None and own.amount in lines.amounts and pieces[0].kind not in ("comma", "separator")
    if own is not None and not again and pieces[-1].lower == "of":
        return True  # "20 of", whatever comes after
    joined = len(pieces) == 2 and pieces[0].kind == "separator" and pieces[1].kind == "number"
    return joined and at > 0 and became_lines[at - 1] and segments[at - 1].pieces[-1].kind == "number"


def _is_described(
    told: Sequence[str], segments: Sequence[Segment], at: int, became_lines: Sequence[bool], index: CatalogueIndex
) -> bool:
    """Whether words of the catalogue stand with the quantity, or before a measure: "purple linen? About 7 metres"."""
    own = segments[at].mention
    words = list(told)
    if own is not None and at and not became_lines[at - 1] and own.unit in MEASURES:
        words += telling_words(spoken(segments[at - 1].pieces))
    return any(index.knows(word) for word in words)


def _may_count(piece: Piece, before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """A number that is neither a reference ("week 46", "0440") nor a count of lines ("two more lines")."""
    if piece.kind != "number" or piece.value is None or piece.value <= 0 or piece.text.startswith("0"):
        return False
    if before and before[-1].lower in _NUMBERED:
        return False
    return not any(p.lower in _OF_THE_LINES for p in after)


def _contradicts(segments: Sequence[Segment], at: int, became_lines: Sequence[bool]) -> bool:
    """Whether a bare number stands right before a line that has another quantity: "60 dome nuts a bag"."""
    if at + 1 >= len(segments) or not became_lines[at + 1] or len(segments[at].pieces) > 1:
        return False
    following, number = segments[at + 1], segments[at].pieces[0]
    if number.value is None or number.value <= 1:
        return False
    close = following.pieces[0].start - segments[at].pieces[-1].end <= 1
    return close and following.mention is not None and following.mention.first > 0


def _is_sum(total: Decimal, segments: Sequence[Segment]) -> bool:
    """Whether the lines that follow add up to it: "12 bags: 4 red, 4 blue, 4 green"."""
    summed, count = Decimal(0), 0
    for segment in segments:
        if segment.mention and segment.mention.amount is not None and segment.names_something:
            summed, count = summed + segment.mention.amount, count + 1
            if summed >= total:
                return summed == total and count > 1
    return False


def _is_no_amount(piece: Piece, before: Sequence[Piece]) -> bool:
    """A figure of a number that is spelled out, a "4" that is a "for", or one that is no more than a word."""
    spelled = bool(before) and before[-1].kind in ("number", "range")
    return spelled or piece.text.isdigit() or piece.value == 1
