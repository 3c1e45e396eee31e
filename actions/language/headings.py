"""What stands before a colon: the goods that all its lines share, without the talk around them."""

from collections.abc import Iterator, Sequence
from typing import Final

from .piece import Piece
from .segments import Segmenter, spoken, trimmed

_KNOWN: Final = 0.7


def heading_of(pieces: Sequence[Piece], segmenter: Segmenter) -> str:
    """The heading in `pieces`: "doormats" of "Doormats for the tea room please", and "botanical gift wrap" of "When
    convenient, may we have some botanical gift wrap". All of it where no part names anything.
    """
    whole = trimmed(spoken(pieces), segmenter.index)
    for part in _parts(pieces):
        text = trimmed(spoken(part), segmenter.index)
        matches = segmenter.fit(text).matches if text else ()
        if matches and matches[0].explained >= _KNOWN:
            return text
    return whole


def _parts(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """Without what says for whom or where it is, then whole, then the last clause, without that and with it."""
    comma = max((i for i, piece in enumerate(pieces) if piece.kind == "comma"), default=-1)
    for part in (pieces, pieces[comma + 1 :]):
        yield _without_purpose(part)
        yield part


def _without_purpose(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Without what an aside behind a word begins, up to the next pause: "for the tea room"."""
    start = next((i for i, piece in enumerate(pieces) if i and piece.kind == "aside"), len(pieces))
    end = next((i for i, piece in enumerate(pieces[start:], start) if piece.kind == "comma"), len(pieces))
    return [*pieces[:start], *pieces[end:]]
