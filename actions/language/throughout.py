"""What is said once for every line of a message: "all zinc", "everything stainless", "stainless all of it"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .piece import Piece
from .segments import Segment, Segmenter, telling_words
from .words import contrast_classes, stem

_ALL: Final = frozenset({"all", "everything"})
_BETWEEN: Final = frozenset({"in", "of", "it", "them", "this", "these", "that", "the", "is", "be", "to", "please"})
_MATERIALS: Final = frozenset({"metal", "colour"})
_WHOLLY: Final = 0.9


def for_all_lines(
    sentences: Sequence[Sequence[Segment]], pieces: Sequence[Piece], segmenter: Segmenter
) -> list[list[Segment]]:
    """The sentences, with the material that is said for all of them read into each line that says none itself."""
    word = _said_for_all(pieces)
    if word is None:
        return [list(sentence) for sentence in sentences]
    return [[_with(word, segment, segmenter) for segment in sentence] for sentence in sentences]


def _said_for_all(pieces: Sequence[Piece]) -> str | None:
    """The material or colour beside an "all": behind it, or before it as in "stainless all of it"."""
    classes = contrast_classes()
    kinds = ("word", "each", "comma", "break", "aside")
    said = [word for piece in pieces if piece.kind in kinds for word in piece.lower.split() or [piece.text]]
    words = [(stem(word), word) for word in said]
    for i, (_, word) in enumerate(words):
        if word not in _ALL:
            continue
        behind = [stemmed for stemmed, plain in words[i + 1 : i + 5] if plain not in _BETWEEN][:1]
        before = [words[i - 1][0]] if i and i + 2 < len(words) and words[i + 1][1] == "of" else []
        for material in (*behind, *before):
            if classes.get(material) in _MATERIALS:
                return material
    return None


def _with(word: str, segment: Segment, segmenter: Segmenter) -> Segment:
    if segment.sku or not segment.mention or not segment.product:
        return segment
    classes = contrast_classes()
    if any(classes.get(said) == classes[word] for said in telling_words(segment.product)):
        return segment
    fit = segmenter.fit(f"{segment.product} {word}")
    if not fit.matches or fit.matches[0].missed or fit.matches[0].explained < _WHOLLY:
        return segment
    return replace(segment, product=f"{segment.product} {word}", matches=fit.matches)
