"""A thing wanted in every colour or size that the message spoke of before: "a dozen forks in each colour"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from .segments import Segment, Segmenter, telling_words
from .words import contrast_classes, is_hard, stem

_EVERY: Final = frozenset({"each", "every", "both"})
_MOST: Final = 8


def in_each_variety(sentences: Sequence[Sequence[Segment]], segmenter: Segmenter) -> list[list[Segment]]:
    """The sentences, with such a thing as one line for each colour or size, each in that number.

    Where only one was spoken of, it is asked about.
    """
    found: list[list[Segment]] = []
    said: list[str] = []
    for sentence in sentences:
        found.append([])
        for segment in sentence:
            kind = _varied_by(segment)
            varieties = [word for word in dict.fromkeys(said) if _is_of(word, kind)][:_MOST] if kind else []
            if len(varieties) > 1:
                found[-1] += _in(varieties, segment, segmenter)
            else:
                found[-1].append(replace(segment, doubted=True) if varieties else segment)
            said += telling_words(segment.product)
    return found


def _varied_by(segment: Segment) -> str:
    """What its things are to differ by, "colour" or "size"; nothing for a plain line."""
    if segment.sku or segment.mention is None or not segment.product:
        return ""
    for piece, following in pairwise(segment.pieces):
        if piece.lower.split()[0:1] and set(piece.lower.split()) & _EVERY:
            word = stem(following.lower)
            if word == "size":
                return "size"
            if word.startswith("co") and OSA.distance(word, "colour", score_cutoff=2) <= 2:
                return "colour"
    return ""


def _is_of(word: str, kind: str) -> bool:
    return is_hard(word) and not word.isdigit() if kind == "size" else contrast_classes().get(word) == "colour"


def _in(varieties: Sequence[str], segment: Segment, segmenter: Segmenter) -> list[Segment]:
    words = [w for w in segment.product.split() if stem(w.lower()) not in _EVERY and not _names_the_kind(w)]
    while words and words[-1].lower() in ("in", "of", "to"):
        words.pop()
    if not telling_words(" ".join(words)):
        return [segment]
    texts = [" ".join([*words, variety]) for variety in varieties]
    return [replace(segment, product=text, matches=segmenter.fit(text).matches, unsure=False) for text in texts]


def _names_the_kind(word: str) -> bool:
    stemmed = stem(word.lower())
    return stemmed == "size" or (stemmed.startswith("co") and OSA.distance(stemmed, "colour", score_cutoff=2) <= 2)
