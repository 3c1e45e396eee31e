"""What a line leaves unsaid because the line before said it: its pack, its quantity, that it takes its place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from .atoms import names
from .catalogue import CatalogueIndex, Match
from .deciding import Decision
from .mentions import Mention
from .piece import Piece
from .segments import Segment, spoken, telling_words
from .talk import is_slip_of_talk
from .tokenizing import PHRASES
from .units import PACKAGES, SIZED_IN, resize, unit_named
from .words import OPTIONAL_WORDS, STOP_WORDS, contrast_classes, is_hard, tokens

_ADJECTIVES: Final = frozenset({"colour", "metal", "extent"})
_ANDS: Final = frozenset({"and", "&", "+", "n", "plus", "with"})
_FEW: Final = 5
_WHOLE_PACKS: Final = frozenset({"box", "carton", "case", "pack"})
_VAGUE: Final = frozenset({"some", "any", "few", "several"})


def with_packs_carried(
    sentences: Sequence[Sequence[Segment]], index: CatalogueIndex, decide: Callable[[Sequence[Match]], Decision]
) -> list[list[Segment]]:
    """As in "5 boxes of 4x40 and 2 of the 4x50": the 2 are boxes as well, where the product comes in such."""
    found = []
    before: Segment | None = None
    for sentence in sentences:
        carried: list[Segment] = []
        last: Segment | None = None
        for segment in (_in_packs_of_heading(said, index, decide) for said in sentence):
            last = before if says_ditto(segment.pieces) else last  # "1 box 4x40", on the next row "2 ditto 4x50"
            leans = last is not None and segment.names_something and _leans_on(segment, last)
            read = _in_packs_of(segment, last, index, decide) if last is not None and leans else segment
            carried.append(read if last is None else _of_the_same_metal(read, last, index, decide))
            if segment.mention and segment.names_something:
                before = last = carried[-1]
        found.append(carried)
    return found


def _in_packs_of_heading(
    segment: Segment, index: CatalogueIndex, decide: Callable[[Sequence[Match]], Decision]
) -> Segment:
    """As in "Boxes of wood screws: 4 of 5x50, 2 of 5x60"."""
    mention = segment.mention
    if segment.packed is None or mention is None or mention.unit or not segment.names_something:
        return segment
    colon = next((i for i, piece in enumerate(segment.pieces) if piece.kind == "colon"), 0)
    heading = tokens(f"{segment.head} {spoken(segment.pieces[:colon])}")
    own = [word for word in telling_words(segment.product) if word not in heading]
    of_all = not segment.head and colon == 0  # "Boxes please", over all lines
    if not of_all and not all(is_hard(word) or contrast_classes().get(word) in _ADJECTIVES for word in own):
        return segment
    return _in_packs_of(segment, replace(segment, mention=replace(mention, unit=segment.packed)), index, decide)


def packs_of_all(sentence: Sequence[Piece]) -> str | None:
    """The pack that a line names alone, over the lines that follow: "Boxes please" before "1 owl wrap"."""
    said = [piece for piece in sentence if piece.kind == "word" and piece.lower not in OPTIONAL_WORDS | STOP_WORDS]
    plain = all(piece.kind in ("word", "noise", "colon", "comma", "break") for piece in sentence)
    unit = unit_named(said[0].text) if len(said) == 1 and plain and said[0].lower.endswith("s") else None
    return unit if unit in _WHOLE_PACKS else None


def heading_of_packs(sentence: list[Piece]) -> tuple[str | None, list[Piece]]:
    """The pack that a heading counts, and the sentence without it: "Boxes of wood screws: 4 of 5x50, 2 of 5x60", "6
    rolls of webbing: 3 of the 38 mm and 3 of the 50 mm".
    """
    colon = next((i for i, piece in enumerate(sentence) if piece.kind == "colon"), 0)
    at = next((i for i in range(1, colon) if sentence[i].lower == "of"), 0)
    unit = unit_named(sentence[at - 1].text) if at else None
    if unit not in PACKAGES:
        return None, sentence
    number = sentence[at - 2] if at > 1 and sentence[at - 2].kind == "number" else None
    begins = at - 1 if number is None else at - 2
    if _amounts(sentence[at + 1 : colon]) or any(
        names(piece) or piece.kind in ("number", "code") for piece in sentence[:begins]
    ):
        return None, sentence
    if number is not None and number.value != sum(_amounts(sentence[colon:])):
        return None, sentence
    return unit, sentence[at + 1 :]


def _amounts(pieces: Sequence[Piece]) -> list[Decimal]:
    """The numbers of a list, sizes aside."""
    found = []
    for i, piece in enumerate(pieces):
        behind = pieces[i + 1].text if i + 1 < len(pieces) and not piece.unit else ""
        if piece.kind == "number" and piece.value is not None and unit_named(piece.unit or behind) not in SIZED_IN:
            found.append(piece.value)
    return found


def says_ditto(pieces: Sequence[Piece]) -> bool:
    """Whether a line says that it is as the one before."""
    return any(piece.lower == "ditto" for piece in pieces)


def _of_the_same_metal(
    segment: Segment, last: Segment, index: CatalogueIndex, decide: Callable[[Sequence[Match]], Decision]
) -> Segment:
    """In doubt where it is as the line before and yet of another metal: "M8 bolts stainless, nuts ditto"."""
    metal = next((word for word in telling_words(last.product) if contrast_classes().get(word) == "metal"), "")
    if not metal or not says_ditto(segment.pieces):
        return segment
    said = any(contrast_classes().get(word) == "metal" for word in telling_words(segment.product))
    sku = None if said else decide(segment.matches).sku
    fit = index.fit(sku, metal) if sku else None
    return replace(segment, doubted=True) if fit is not None and fit.missed else segment


def _leans_on(segment: Segment, last: Segment) -> bool:
    """Whether the line only says what is different: "2 of the 4x50", "one red"."""
    mention, before = segment.mention, last.mention
    if mention is None or before is None or mention.unit:
        return False
    if says_ditto(segment.pieces):
        return not segment.sku and before.unit is not None
    if before.unit not in PACKAGES:
        return False
    if mention.amount is None or before.amount is None or mention.amount > max(before.amount, Decimal(_FEW)):
        return False
    if segment.sku:
        return False
    if mention.first < mention.last < len(segment.pieces) and _says_of(segment.pieces, mention):
        return True  # "two boxes of the owl wrap and two of the fox wrap"
    classes = contrast_classes()
    own = [word for word in telling_words(segment.product) if not is_slip_of_talk(word)]
    said = set(telling_words(last.product))
    return all(is_hard(word) or classes.get(word) in _ADJECTIVES or word in said for word in own)


def _says_of(pieces: Sequence[Piece], mention: Mention) -> bool:
    """Whether a number says what it counts by "of" alone, joined to a line before: "… and two of"."""
    joined = pieces[0].kind == "separator" and mention.first == 1
    named = next((piece for piece in pieces[mention.last :] if piece.lower not in ("the", "your")), pieces[-1])
    return joined and pieces[mention.last - 1].lower == "of" and unit_named(named.text) is None


def _in_packs_of(
    segment: Segment, last: Segment, index: CatalogueIndex, decide: Callable[[Sequence[Match]], Decision]
) -> Segment:
    sku = decide(segment.matches).sku
    entry = index.get(sku) if sku else None
    mention, before = segment.mention, last.mention
    if entry is None or mention is None or mention.amount is None or before is None:
        return segment
    fits = isinstance(resize(mention.amount, before.unit, entry, per=before.per), int)
    return replace(segment, mention=replace(mention, unit=before.unit, per=before.per)) if fits else segment


def counts_with(segment: Segment, last: Segment) -> bool:
    """As in "50 M16 nuts and washers": a bare noun joined to a sized line is wanted in the same number."""
    if not last.mention or last.mention.unit not in (None, "each") or segment.sku or not segment.product:
        return False
    opening = next((p for p in segment.pieces if p.kind != "noise"), None)
    own = telling_words(segment.product)
    bare = len(own) == 1 and own[0].isalpha() and own[0] not in contrast_classes()
    vague = any(piece.lower in _VAGUE for piece in segment.pieces)
    joined = not vague and opening is not None and opening.kind == "separator" and opening.lower in _ANDS
    return bare and joined and any(map(is_hard, telling_words(last.product)))


def corrects(segment: Segment) -> bool:
    """Whether the line begins as a correction: "…, no make the ivory 4"."""
    for piece in segment.pieces:
        if piece.lower in PHRASES["correction"] and (
            piece.kind == "noise" or (piece.lower == "no" and segment.mention)
        ):
            return True
        if piece.kind not in ("noise", "comma", "separator", "break"):
            return False
    return False
