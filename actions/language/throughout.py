"""What is said once for every line of a message: "all zinc", "everything stainless", "all M10"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .atoms import names
from .catalogue import CatalogueIndex
from .piece import Piece
from .segments import Segment, Segmenter, telling_words
from .talk import is_talk_word
from .words import OPTIONAL_WORDS, STOP_WORDS, contrast_classes, stem

_ALL: Final = frozenset({"all", "everything"})
_BETWEEN: Final = frozenset({"in", "of", "it", "them", "this", "these", "that", "the", "is", "be", "to", "please"})
_THREAD: Final = re.compile(r"m\d+(?!\w*[a-wyz])")
"""A thread, with a length behind it or without."""
_MATERIALS: Final = frozenset({"metal", "colour"})
_ALL_IN: Final = frozenset({"all in", "all of it in", "all of them in"})
_LONGEST_THEME: Final = 3
_WHOLLY: Final = 0.9


def theme_apart(pieces: Sequence[Piece], index: CatalogueIndex) -> tuple[str, list[Piece]]:
    """The theme that a message ends with, as in "plasters 12, storage box 6, all in woodland", and the rest of it."""
    at = next((i for i, piece in enumerate(pieces) if piece.lower in _ALL_IN), -1)
    if at < 1:
        return "", list(pieces)
    end = at + 1
    while end < len(pieces) and pieces[end].kind == "word":
        end += 1
    words = [stem(piece.lower) for piece in pieces[at + 1 : end]]
    words = [word for word in words if word not in OPTIONAL_WORDS | STOP_WORDS]
    closes = end == len(pieces) or pieces[end].kind == "break"
    if not closes or not 0 < len(words) <= _LONGEST_THEME or any(word in contrast_classes() for word in words):
        return "", list(pieces)
    if not all(index.knows(word) for word in words):
        return "", list(pieces)
    quiet = [replace(piece, kind="noise") for piece in pieces[at:end]]
    return " ".join(words), [*pieces[:at], *quiet, *pieces[end:]]


def for_all_lines(
    sentences: Sequence[Sequence[Segment]], pieces: Sequence[Piece], segmenter: Segmenter, theme: str = ""
) -> list[list[Segment]]:
    """The sentences, with the material that is said for all of them read into each line that says none itself."""
    if theme:
        sentences = [[_of_theme(theme, segment, segmenter) for segment in sentence] for sentence in sentences]
    word = _said_for_all(pieces) or _said_before_a_list(pieces, segmenter.index)
    if word is None:
        return [list(sentence) for sentence in sentences]
    return [[_with(word, segment, segmenter) for segment in sentence] for sentence in sentences]


def _said_for_all(pieces: Sequence[Piece]) -> str | None:
    """The material, colour or thread beside an "all": behind it, or before it as in "stainless all of it"."""
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
            if classes.get(material) in _MATERIALS or _THREAD.match(material):
                return material
    return None


def _said_before_a_list(pieces: Sequence[Piece], index: CatalogueIndex) -> str | None:
    """The metal of the sentence that a list of goods follows, which names no goods itself: "Boss says it has to be
    stainless for the roof:".
    """
    colon = next((i for i, piece in enumerate(pieces) if piece.kind == "colon"), 0)
    start = next((i + 1 for i in reversed(range(colon)) if pieces[i].kind == "break"), 0)
    if any(piece.kind in ("number", "range", "code") for piece in pieces[:colon]):
        return None
    words = [(i, stem(pieces[i].lower)) for i in range(start, colon) if names(pieces[i])]
    classes = contrast_classes()
    metals = [word for i, word in words if classes.get(word) == "metal" and not _is_denied(pieces, i)]
    told = all(classes.get(word) == "metal" or is_talk_word(word) or not index.knows(word) for _, word in words)
    return metals[0] if len(metals) == 1 and told and len(words) > _LONGEST_THEME else None


def _is_denied(pieces: Sequence[Piece], i: int) -> bool:
    return i > 0 and pieces[i - 1].lower in ("not", "no")


def _of_theme(theme: str, segment: Segment, segmenter: Segmenter) -> Segment:
    if segment.sku or not segment.mention or not segment.product:
        return segment
    fit = segmenter.fit(f"{segment.product} {theme}")
    if not fit.matches or fit.matches[0].missed or fit.matches[0].explained < _WHOLLY:
        return segment
    return replace(segment, product=f"{segment.product} {theme}", matches=fit.matches)


def _with(word: str, segment: Segment, segmenter: Segmenter) -> Segment:
    if segment.sku or not segment.mention or not segment.product:
        return segment
    classes = contrast_classes()
    said = telling_words(segment.product)
    if any(_THREAD.match(other) if word not in classes else classes.get(other) == classes[word] for other in said):
        return segment
    fit = segmenter.fit(f"{segment.product} {word}")
    if not fit.matches or fit.matches[0].missed or fit.matches[0].explained < _WHOLLY:
        return segment
    return replace(segment, product=f"{segment.product} {word}", matches=fit.matches)
