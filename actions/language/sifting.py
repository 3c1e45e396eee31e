"""Which of the things named without a quantity are asked about, and which are headings, repetitions or small talk."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from .atoms import names
from .carrying import says_ditto
from .catalogue import Match
from .deciding import Decision
from .piece import Piece
from .segments import Segment, Segmenter
from .talk import word_set
from .telling import only_told

_WHOLLY: Final = 0.95
_NEARLY: Final = 0.8
_NAMED_ENOUGH: Final = 0.6
_MANY: Final = 3
_MOST_LOOKED_AT: Final = 12
_SOME: Final = frozenset({"some", "sum", "few", "several"})
_MUCH: Final = frozenset({"alot", "lots", "loads", "plenty", "several"})
_VAGUELY: Final = word_set("some sum any few several more the those these")
_LEFT_OPEN: Final = re.compile(
    r"\bhow (?:many|much)\b(?! (?:is|are|do|does|would|will|have|come|in|per|it|they|left|each)\b)"
    r"|\b(?:the|whatever|what) (?:amount|quantity|number)\b|\b(?:number|quantity|qty|amount) to (?:be|follow)\b"
    r"|\btbc\b|\blet (?:you|u|ya) (?:know|no)\b|\b(?:to|will|wil|ll) confirm\b"
)
"""As in "and the blue ones, I'll ring you how many"."""
_CONDITIONS: Final = word_set("if when unless so because while")
_INQUIRING: Final = word_set("is are was were do does did has what what's whats when why where how")
_OFFERING: Final = word_set("about possible")
"""As in "what about the owl ones?", "is it possible to have the jug?"."""
_WISHES: Final = frozenset({("would", "like"), ("would", "love"), ("are", "after"), ("is", "after")})
_SPEAKERS: Final = word_set("i we you i'd we'd")


def sifted(
    sentences: Sequence[Sequence[Segment]],
    pieces: Sequence[Piece],
    segmenter: Segmenter,
    decide: Callable[[Sequence[Match]], Decision],
) -> list[list[Segment]]:
    """The sentences; what is named without a quantity and yet is no line of its own has lost its product."""
    marks = frozenset(piece.start for piece in pieces if piece.text == "?")
    quantified = [s for sentence in sentences for s in sentence if s.mention and s.names_something]
    skus = {s.sku for s in quantified if s.sku}
    for segment in quantified:
        if not segment.sku:
            decided = decide(segment.matches)
            skus.update([decided.sku] if decided.sku else [c.sku for c in decided.candidates])
    sift = _Sift(segmenter, frozenset(skus), marks, bool(quantified))
    named = [s for sentence in sentences for s in sentence if s.names_something]
    last = named[-1] if named else None
    return [
        [s if s.mention or sift.stands(sentence, at, last=s is last) else _unread(s) for at, s in enumerate(sentence)]
        for sentence in sentences
    ]


def _is_apart(segment: Segment, at: int) -> bool:
    """Whether it stands by itself: "…, mugs?"."""
    if _is_conditional(segment):
        return False
    return segment.pieces[0].kind in ("comma", "separator") or at == 0


def _is_numbered(sentence: Sequence[Segment]) -> bool:
    """Whether it is a row of a numbered list: "3. zips"."""
    first = sentence[0].pieces[0]
    return first.kind == "noise" and first.text in ".)"


def _is_conditional(segment: Segment) -> bool:
    opening = next((piece for piece in segment.pieces if piece.kind not in ("comma", "separator")), segment.pieces[0])
    return opening.lower.split()[0] in _CONDITIONS


def _is_determined(segment: Segment) -> bool:
    """Whether its name stands right behind a small word that points at goods: "the owl ones", "some doorstops"."""
    if _is_conditional(segment) and _SOME.isdisjoint(piece.lower for piece in segment.pieces):
        return False  # "if the van comes by the harbour"
    return any(
        piece.lower in _VAGUELY and (following.lower in _VAGUELY or names(following))
        for piece, following in pairwise(segment.pieces)
    )


def _is_who_orders(segment: Segment) -> bool:
    """Whether it ends in what somebody does with goods that are named behind: "the house shop would like"."""
    said = [piece.lower for piece in segment.pieces if piece.kind not in ("comma", "separator", "noise")]
    wishes = tuple(said[-2:]) in _WISHES or said[-1:] == ["wants"]
    return wishes and _SPEAKERS.isdisjoint(said)


def _is_to_match(pieces: Sequence[Piece]) -> bool:
    """As in "matching nuts", "nuts to match": wanted with what was said before."""
    said = [piece.lower for piece in pieces]
    return "matching" in said or ("to", "match") in pairwise(said)


def _is_vague(following: Sequence[Segment]) -> bool:
    """Whether what follows says how much, and no number: "tea cosies, a lot please"."""
    return any(not s.names_something and any(p.lower in _MUCH for p in s.pieces) for s in following)


def _is_left_open(segment: Segment, following: Sequence[Segment]) -> bool:
    """Whether it is said behind the goods that their number is told later."""
    first = next((at for at, piece in enumerate(segment.pieces) if names(piece)), len(segment.pieces))
    behind = [*segment.pieces[first + 1 :], *(p for s in following if not s.names_something for p in s.pieces)]
    return _LEFT_OPEN.search(" ".join(piece.lower for piece in behind)) is not None


class _Sift:
    """Judges one unquantified segment after another by what the rest of the message orders."""

    def __init__(self, segmenter: Segmenter, ordered: frozenset[str], marks: frozenset[int], quantified: bool) -> None:
        self._segmenter = segmenter
        self._ordered = ordered
        self._marks = marks
        self._quantified = quantified

    def stands(self, sentence: Sequence[Segment], at: int, *, last: bool) -> bool:
        """Whether it names a product well enough to be asked about. The last thing named is no heading of others."""
        segment = sentence[at]
        if self._quantified and (self._inquires(sentence) or _is_who_orders(segment)):
            return False
        if segment.sku:
            return segment.sku not in self._ordered
        if not segment.product or not segment.matches:
            return False
        top = segment.matches[0]
        if _is_numbered(sentence) and len(sentence) == 1 and not top.missed and top.met == top.required:
            return True
        vague = _is_vague(sentence[at + 1 : at + 2])
        queried = segment.pieces[-1].end in self._marks and _is_apart(segment, at)
        left_open = top.explained >= _NEARLY and _is_left_open(segment, sentence[at + 1 : at + 2])
        told = self._quantified and not queried and not left_open and only_told(segment.pieces)
        if told or self._is_described(segment.product):
            return False
        vaguely = left_open or (vague and top.explained >= _NEARLY)
        if vaguely or (queried and not top.missed and top.met == top.required):
            return True
        return self._names(segment, top, last=last)

    def _inquires(self, sentence: Sequence[Segment]) -> bool:
        """Whether the sentence wants to know something, not to have it: "is the milk jug discontinued?"."""
        if sentence[-1].pieces[-1].end not in self._marks:
            return False
        said = [
            piece.lower for segment in sentence for piece in segment.pieces if piece.kind not in ("separator", "noise")
        ]
        inquires = bool(said) and (said[0].split()[0] in _INQUIRING or said[-1] == "included")
        return inquires and _OFFERING.isdisjoint(said)

    def _names(self, segment: Segment, top: Match, *, last: bool) -> bool:
        required = self._segmenter.fit(segment.product).required
        if top.missed:
            return top.met >= _MANY and top.named >= _NAMED_ENOUGH  # "fore poppys playhouse kitchens"
        if top.explained >= _NEARLY and (_is_to_match(segment.pieces) or says_ditto(segment.pieces)):
            return True
        vague = any(piece.lower in _SOME for piece in segment.pieces)
        if vague and top.explained >= _NEARLY and required > 1:
            return True  # "sum babooshka purses silk"
        if top.met < required or top.explained < _WHOLLY:
            return False
        if not self._quantified or top.named >= _NAMED_ENOUGH or (top.sized and required > 1):
            return True
        apart = segment.pieces[0].kind in ("comma", "separator", "break")
        return (last and required > 1 and apart) or _is_determined(segment)

    def _is_described(self, text: str) -> bool:
        """Whether it is a heading over what is ordered, or says again what is ordered."""
        fits = [self._segmenter.index.fit(sku, text) for sku in sorted(self._ordered)[:_MOST_LOOKED_AT]]
        found = [fit for fit in fits if fit is not None and not fit.missed and fit.required]
        several = len(found) > 1 and all(fit.explained >= _NEARLY for fit in found)
        return several or any(fit.explained >= _WHOLLY for fit in found)


def _unread(segment: Segment) -> Segment:
    return Segment(segment.pieces, segment.worth)
