"""Quantities that count other things than those they stand beside: of each, the same of, what was named before."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from .carrying import counts_with, says_ditto
from .mentions import Mention
from .piece import Piece
from .segments import Segment, spoken, telling_words, trimmed

_JOINTS: Final = frozenset({"separator", "comma", "noise"})
_ALIKE: Final = frozenset({"size", "colour", "as", "thing", "finish", "type", "one", "ones"})
_THE_SAME: Final = frozenset(
    {
        ("same", "of"),
        ("same", "again"),
        ("same", "number"),
        ("same", "amount"),
        ("same", "quantity"),
        ("same", "in"),
        ("same", "length"),
        ("as", "many"),
    }
)


def each_for_all(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """As in "red and blue linen, 5 m each": lines without a quantity take the one that was said for each."""
    found: list[list[Segment]] = []
    for written in sentences:
        sentence = _without_total(written)
        total = next((new for new, old in zip(sentence, written, strict=True) if new is not old), None)
        said = [s for s in sentence if s.mention]
        if found and (opening := _opens_with_each(sentence)):
            found[-1] = [_as_much(s, opening) for s in found[-1]]  # "22558 and 22980. 10 each"
        if len(said) == 1 and any(p.kind == "each" for s in sentence for p in s.pieces):
            leads = said[0].names_something and said[0] is not sentence[-1]  # "one dozen each pirate, mermaid …"
            found.append([s if s is total and leads else _as_much(s, said[0]) for s in sentence])
        else:
            found.append(_each_of_several(sentence))
    return found


def _opens_with_each(sentence: Sequence[Segment]) -> Segment | None:
    """The quantity of each that a sentence begins with, if it is of what was named before."""
    opening = next((s for s in sentence if s.mention or s.names_something), None)
    if opening is None or opening.names_something or opening.mention is None:
        return None
    return opening if opening.mention.each else None


def _without_total(sentence: list[Segment]) -> list[Segment]:
    """As in "3 dozen bags: brown, red, white, a dozen of each": the first quantity is what all of them come to."""
    said = [s for s in sentence if s.mention]
    if not _is_total(said, sentence):
        return sentence
    return [replace(s, mention=None, asked=None) if s is said[0] else s for s in sentence]


def _is_total(said: Sequence[Segment], sentence: Sequence[Segment]) -> bool:
    if len(said) != 2 or not said[0].names_something:
        return False
    total, each = said[0].mention, said[1].mention
    if total is None or each is None or not each.each or total.unit != each.unit or total.amount is None:
        return False
    if said[1].names_something and said[1].pieces[0].kind == "separator" and not each.first > 1:
        return False  # "2 boxes of the blue cups and a box each of the pink and the green"
    if said[1].names_something and said[1] is not sentence[-1]:  # "3 dozen pens, one dozen each red, pink and blue"
        listed = [s for s in sentence[sentence.index(said[1]) :] if s.names_something]
        return each.amount is not None and len(listed) > 1 and total.amount == each.amount * len(listed)
    named = [words for s in sentence if s.names_something and (words := telling_words(s.product))]
    return each.amount is not None and len(named) > 1 and total.amount in (each.amount * n for n in range(2, 9))


def _as_much(segment: Segment, other: Segment) -> Segment:
    if segment.mention or not segment.names_something:
        return segment
    return replace(segment, mention=other.mention, asked=other.asked)


def counted(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """A quantity that stands alone belongs to what was named before it without one: "…, put me down for six"."""
    found: list[list[Segment]] = []
    named: tuple[int, int] | None = None
    for i, sentence in enumerate(sentences):
        found.append([])
        for segment in sentence:
            alone = segment.mention and not segment.names_something and not telling_words(spoken(_unsaid(segment)))
            if alone and named and named[0] >= i - 1:
                open_line = found[named[0]][named[1]]
                found[named[0]][named[1]] = _as_much(replace(open_line, mention=None, asked=None), segment)
                named = None
            elif segment.names_something and not (named and not segment.mention and _says_for_what(segment)):
                named = (i, len(found[-1])) if _is_open(segment.mention) else None
            found[-1].append(segment)
    return found


def _says_for_what(segment: Segment) -> bool:
    """As in "is the resin good also for wet stone?": it names no goods of its own."""
    opening = next((piece for piece in segment.pieces if piece.kind not in _JOINTS), segment.pieces[0])
    return opening.lower.split()[0] == "for"


def _is_open(mention: Mention | None) -> bool:
    """Whether no quantity is said yet, or "a few"."""
    return mention is None or (mention.amount is None and not mention.is_range)


def _unsaid(segment: Segment) -> list[Piece]:
    """The pieces beside the quantity."""
    return [p for i, p in enumerate(segment.pieces) if not (segment.mention and segment.mention.covers(i))]


def _says_the_same(segment: Segment) -> bool:
    """As in "five metres of white and the same of sky blue"."""
    words = [piece.lower for piece in segment.pieces]
    joined = segment.pieces[0].kind == "separator"
    said = [piece for piece in segment.pieces if piece.kind not in _JOINTS and piece.lower != "the"]
    first = len(said) > 1 and said[0].lower == "same" and said[1].lower not in _ALIKE and segment.names_something
    last = joined and words[-2:] == ["the", "same"]
    ditto = segment.names_something and says_ditto(segment.pieces)
    return first or last or ditto or any(pair in _THE_SAME for pair in pairwise(words))


def _leads_to_a_number(segment: Segment) -> bool:
    """As in "same number of nuts as bolts so" | "four hundred nuts"."""
    return not segment.mention and segment.pieces[-1].lower == "so" and _says_the_same(segment)


def _is_of_each_behind(segment: Segment) -> bool:
    """Whether it is joined to what stands before it, and its quantity of each comes last: "… and gold frames, 6 of
    each".
    """
    mention = segment.mention
    joined = segment.pieces[0].kind == "separator" and segment.names_something
    return joined and mention is not None and mention.each and mention.last == len(segment.pieces)


def _count_before(found: list[Segment], each: Segment) -> None:
    """Gives what is listed right before it that quantity as well."""
    for at in reversed(range(len(found))):
        if found[at].mention or not found[at].names_something:
            return
        found[at] = _as_much(found[at], each)
        if found[at].pieces[0].kind not in ("comma", "separator"):
            return


def _each_of_several(sentence: list[Segment]) -> list[Segment]:
    """As in "20 white, plus 10 each of red, blue and brown"."""
    found: list[Segment] = []
    each: Segment | None = None
    counted: Segment | None = None
    for read in sentence:
        segment = Segment(read.pieces, read.worth) if _leads_to_a_number(read) else read
        if segment.mention:
            if _is_of_each_behind(segment):
                _count_before(found, segment)
            counted = segment
            each = segment if segment.mention.each and segment.names_something else None
        elif counted and found and not found[-1].names_something and _says_the_same(found[-1]):
            each = counted  # "the same of" | "the 50 mm"
            found.append(_as_much(replace(segment, product=segment.product or trimmed(spoken(segment.pieces))), each))
            continue
        elif found and found[-1].mention and (_says_the_same(segment) or counts_with(segment, counted or found[-1])):
            each = found[-1]
        found.append(_as_much(segment, each) if each is not None else segment)
    return found
