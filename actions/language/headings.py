"""What stands before a colon: the goods that all its lines share, without the talk around them."""

from collections.abc import Iterator, Sequence
from typing import Final

from .atoms import names
from .catalogue import CatalogueIndex
from .deciding import POSSIBLE
from .piece import Piece
from .purposes import without_purpose
from .segments import Segmenter, spoken, trimmed
from .units import unit_named
from .words import stem

_KNOWN: Final = 0.7
_LONG: Final = 5
_PACKS: Final = frozenset({"set", "pack", "bundle", "box"})


def at_colon(sentence: list[Piece], segmenter: Segmenter) -> tuple[str | None, list[Piece]]:
    """The shared head before a colon and the rest; (None, …) if the colon only stands between name and quantity."""
    at = next((i for i, p in enumerate(sentence) if p.kind == "colon"), -1)
    before = enumerate(sentence[:at])
    if at < 0 or any(p.kind in ("number", "range") and not _is_named(sentence, i, segmenter.index) for i, p in before):
        return None, sentence
    if any(p.kind == "code" for p in sentence[:at]) or _counts_each(sentence[:at]):
        return None, sentence
    after = sentence[at + 1 :]
    first = next((i for i, p in enumerate(after) if p.kind in ("comma", "separator")), 0)
    if first and _has_number(after[:first]) and not any(names(p) for p in after[:first]):
        return None, sentence  # "mini tins - 24 pls & 12 mini pots too"
    named = [p for p in after if p.kind in ("word", "code")]
    text = _heading_of(sentence[:at], segmenter)
    fit = segmenter.fit(text)
    if len(text) < _LONG and not any(map(segmenter.index.knows, map(stem, text.lower().split()))):
        return "", after  # "last min - 6 mugs, 4 cups"
    if not fit.matches or fit.matches[0].explained < 0.7:
        known = bool(fit.matches) and fit.matches[0].score >= POSSIBLE
        return (None, sentence) if known and not (named and _has_number(after)) else ("", after)
    counted = [p for p in named if p.kind == "word" and unit_named(p.text)]
    words = [p.text for p in named if p.kind == "word" and p not in counted]
    only_quantity = not trimmed(" ".join(words)) and (_has_number(after) or bool(counted))
    return (None, sentence) if only_quantity or (not named and after) else (text, after)


def _counts_each(pieces: Sequence[Piece]) -> bool:
    """As in "a box of each of these: …": it counts what is listed, and names nothing."""
    each = any(piece.kind == "each" for piece in pieces)
    return each and not any(names(piece) and unit_named(piece.text) is None for piece in pieces)


def _heading_of(pieces: Sequence[Piece], segmenter: Segmenter) -> str:
    """The heading in `pieces`: "doormats" of "Doormats for the tea room please", and "botanical gift wrap" of "When
    convenient, may we have some botanical gift wrap". All of it where no part names anything.
    """
    whole = trimmed(spoken(pieces), segmenter.index)
    for part in _parts(pieces):
        text = without_purpose(trimmed(spoken(part), segmenter.index), segmenter)
        matches = segmenter.fit(text).matches if text else ()
        if matches and matches[0].explained >= _KNOWN:
            return text
    return whole


def _is_named(pieces: Sequence[Piece], i: int, index: CatalogueIndex) -> bool:
    """Whether the number at i counts nothing but tells what the goods are: "Satin ribbon 25mm: …", "cards, set of 10:
    …".
    """
    written = pieces[i].unit or (pieces[i + 1].text if i + 1 < len(pieces) else "")
    if unit_named(written) in ("millimetre", "centimetre"):
        return True
    before = [stem(piece.lower) for piece in pieces[max(0, i - 2) : i]]
    pack = before[0] if before[1:] == ["of"] else before[-1] if before else ""
    counted = i > len(before) and pieces[i - len(before) - 1].kind == "number"
    figure = f"{pieces[i].value:f}" if pieces[i].value is not None else ""
    return pack in _PACKS and not counted and index.go_together(figure, pack)


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


def _has_number(pieces: Sequence[Piece]) -> bool:
    return any(p.kind in ("number", "range") for p in pieces)
