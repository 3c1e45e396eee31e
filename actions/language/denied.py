"""Clauses without a quantity that want nothing: "the camo tape I don't need", "no pink ones", what was had before."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from .catalogue import CatalogueIndex, Match
from .deciding import Decision
from .piece import Piece
from .segments import Segment, telling_words, trimmed
from .words import word_set

_NOT_WANTED: Final = re.compile(
    r"\b(?:(?:do\s+not|don['’]?t|dont|did\s+not|didn['’]?t|wo['’]?nt|won['’]t|will\s+not|no\s+longer|never)"
    r"(?:\s+(?:really|actually|even|ever|you))?\s+(?:need|want|require|order|send|include|add|bother\s+with)"
    r"|(?:rather|prefer)\s+not(?:\s+to)?\s+(?:have|take|order|get)"
    r"|(?:leave|leaving)\s+(?:out|off)|no\s+need\s+for)\b",
    re.IGNORECASE,
)
_NO_ONES: Final = re.compile(
    r"^\W*(?:but\s+)?no\s+(?!the\b|those\b|these\b|make\b|i\b|it\b)(?:[a-z'’-]+\s+){1,3}ones\b"
)
_HAD_BEFORE: Final = re.compile(
    r"\b(?:i|we)(?:['’]ve|\s+have)?\s+(?:just\s+)?(?:ordered|had|bought|got|received)\b.*"
    r"\b(?:came|arrived|went|were|was|sold|flew)\b",
    re.IGNORECASE,
)
_WONDERED: Final = re.compile(
    r"\b(?:confirm|know|check|say|tell\s+(?:me|us)|wondering|find\s+out)\s+(?:whether|if|when)\b"
    r"|\bsee\s+(?:whether|if|when|how)\s+(?:they|it|we|i)\b",
    re.IGNORECASE,
)
_QUANTITIES: Final = frozenset({"number", "range", "code"})
_SOME: Final = word_set("some sum few several dozen box pack case another more")
_STOCK: Final = word_set("have got only just had")
_LEFT: Final = frozenset({"left", "remaining"})
_LONGEST_NAME: Final = 5
_Decide = Callable[[Sequence[Match]], Decision]


def without_denied(pieces: Sequence[Piece], index: CatalogueIndex) -> tuple[list[Piece], list[str]]:
    """The pieces without such clauses and without what is left in stock, and what the clauses say is not wanted.

    A message that counts nothing keeps them: what it asks about is all there is.
    """
    if not _is_counted(pieces):
        return list(pieces), []
    found: list[Piece] = []
    denied: list[str] = []
    for clause in _clauses(_without_stock(pieces)):
        said = " ".join(piece.text for piece in clause)
        refused = _NOT_WANTED.search(said) or (_NO_ONES.search(said.lower()) and clause[0].kind == "comma")
        if _is_counted(clause) or not (refused or _HAD_BEFORE.search(said) or _WONDERED.search(said)):
            found += clause
            continue
        if refused:
            kept = _NOT_WANTED.sub(" ", said)
            denied.append(trimmed(" ".join(telling_words(kept)), index))
        found.append(Piece("break", clause[0].text, clause[0].start, clause[-1].end))
    return found, [text for text in denied if text]


def doubted_by(
    denied: Sequence[str], sentences: Sequence[Sequence[Segment]], index: CatalogueIndex, decide: _Decide
) -> list[list[Segment]]:
    """The sentences; a line whose product is said not to be wanted after all is asked about."""
    if not denied:
        return [list(sentence) for sentence in sentences]
    return [[_doubted(segment, denied, index, decide) for segment in sentence] for sentence in sentences]


def _doubted(segment: Segment, denied: Sequence[str], index: CatalogueIndex, decide: _Decide) -> Segment:
    if segment.mention is None or not segment.product or segment.sku:
        return segment
    sku = decide(segment.matches).sku
    fits = [index.fit(sku, text) for text in denied] if sku else []
    return replace(segment, doubted=True) if any(fit and fit.required and not fit.missed for fit in fits) else segment


def _clauses(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut before commas and behind the ends of sentences."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "comma" and parts[-1]:
            parts.append([])
        parts[-1].append(piece)
        if piece.kind in ("break", "colon"):
            parts.append([])
    return [part for part in parts if part]


def _is_counted(clause: Sequence[Piece]) -> bool:
    return any(piece.kind in _QUANTITIES or piece.lower in _SOME for piece in clause)


def _without_stock(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the number of what is still there: "I have only 2 skull tapes left so send 24"."""
    found = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.kind != "number" or not i or pieces[i - 1].lower not in _STOCK:
            continue
        for at in range(i + 1, min(i + 2 + _LONGEST_NAME, len(pieces))):
            if pieces[at].kind != "word":
                break
            if pieces[at].lower in _LEFT:
                found[i] = replace(piece, kind="noise", value=None)
                found[at] = replace(pieces[at], kind="noise")
                break
    return found
