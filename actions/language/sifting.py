"""Which of the things named without a quantity are asked about, and which are headings, repetitions or small talk."""

from collections.abc import Callable, Sequence
from typing import Final

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
    sift = _Sift(segmenter, frozenset(skus), bool(quantified))
    named = [s for sentence in sentences for s in sentence if s.names_something]
    last = named[-1] if named else None
    return [
        [
            s
            if s.mention
            or sift.stands(
                s,
                last=s is last,
                vague=_is_vague(sentence[at + 1 : at + 2]),
                queried=s.pieces[-1].end in marks and _is_apart(s, at),
            )
            else _unread(s)
            for at, s in enumerate(sentence)
        ]
        for sentence in sentences
    ]


def _is_apart(segment: Segment, at: int) -> bool:
    """Whether it stands by itself: "…, mugs?"."""
    return segment.pieces[0].kind in ("comma", "separator") or at == 0


def _is_vague(following: Sequence[Segment]) -> bool:
    """Whether what follows says how much, and no number: "tea cosies, a lot please"."""
    return any(not s.names_something and any(p.lower in _MUCH for p in s.pieces) for s in following)


class _Sift:
    """Judges one unquantified segment after another by what the rest of the message orders."""

    def __init__(self, segmenter: Segmenter, ordered: frozenset[str], quantified: bool) -> None:
        self._segmenter = segmenter
        self._ordered = ordered
        self._quantified = quantified

    def stands(self, segment: Segment, *, last: bool = False, vague: bool = False, queried: bool = False) -> bool:
        """Whether it names a product well enough to be asked about. The last thing named is no heading of others."""
        if segment.sku:
            return segment.sku not in self._ordered
        if not segment.product or not segment.matches:
            return False
        if self._is_described(segment.product) or (self._quantified and not queried and only_told(segment.pieces)):
            return False
        top = segment.matches[0]
        if (vague and top.explained >= _NEARLY) or (queried and not top.missed and top.met == top.required):
            return True
        return self._names(segment, top, last=last)

    def _names(self, segment: Segment, top: Match, *, last: bool) -> bool:
        required = self._segmenter.fit(segment.product).required
        if top.missed:
            return top.met >= _MANY and top.named >= _NAMED_ENOUGH  # "fore poppys playhouse kitchens"
        if top.explained >= _NEARLY and any(piece.lower == "matching" for piece in segment.pieces):
            return True
        vague = any(piece.lower in _SOME for piece in segment.pieces)
        if vague and top.explained >= _NEARLY and required > 1:
            return True  # "sum babooshka purses silk"
        if top.met < required or top.explained < _WHOLLY:
            return False
        if not self._quantified or top.named >= _NAMED_ENOUGH or (top.sized and required > 1):
            return True
        apart = segment.pieces[0].kind in ("comma", "separator", "break")
        return (last and required > 1 and apart) or any(piece.lower in _VAGUELY for piece in segment.pieces)

    def _is_described(self, text: str) -> bool:
        """Whether it is a heading over what is ordered, or says again what is ordered."""
        fits = (self._segmenter.index.fit(sku, text) for sku in sorted(self._ordered)[:_MOST_LOOKED_AT])
        return any(fit is not None and not fit.missed and fit.explained >= _WHOLLY for fit in fits)


def _unread(segment: Segment) -> Segment:
    return Segment(segment.pieces, segment.worth)
