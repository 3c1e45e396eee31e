"""What the numbers among the pieces are: prices and bullets are no quantities, "10 to 12" is a range."""

from collections.abc import Sequence
from dataclasses import replace

from .catalogue import CatalogueIndex
from .piece import Piece
from .talk import is_talk_word
from .units import unit_like
from .words import stem, tokens


def prices_off(pieces: list[Piece]) -> list[Piece]:
    """Drops a price: "200 of 20-110 @ 0.15". With no other number in its sentence, "@ 40" is a quantity."""
    found = list(pieces)
    others = 0
    for i, piece in enumerate(pieces):
        if piece.kind == "break":
            others = 0
        elif piece.kind == "number":
            if i and others and pieces[i - 1].kind == "at":
                found[i - 1 : i + 1] = [replace(pieces[i - 1], kind="noise"), replace(piece, kind="noise", value=None)]
            else:
                others += 1
    return found


def unclear(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Two bare numbers side by side ("12 345 washers") may be one, or a slip: like a range, they must be asked about.

    Not so where the second belongs to a name: "10 60 gold and silver cake cases".
    """
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        last = found[-1] if found else None
        if last and last.kind == piece.kind == "number" and piece.unit is None and last.unit is None:
            following = tokens(pieces[i + 1].text) if i + 1 < len(pieces) else []
            name = tokens(piece.text)
            if not (following and name and index.go_together(name[-1], following[0])):
                found[-1] = Piece("range", f"{last.text} {piece.text}", last.start, piece.end)
                continue
        found.append(piece)
    return found


def units_spelled(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Misspelt units behind a number, put right: "3 bundels"."""
    found = list(pieces)
    for i, piece in enumerate(pieces[1:], start=1):
        counted = pieces[i - 1].kind == "number" or pieces[i - 1].lower in ("a", "an")
        if piece.kind == "word" and counted and not (index.hears(stem(piece.lower)) or is_talk_word(stem(piece.lower))):
            unit = unit_like(piece.text)
            found[i] = replace(piece, text=unit) if unit else piece
    return found


def ranges(pieces: list[Piece]) -> list[Piece]:
    """Ranges, which must be asked about: "10 to 12", "10 or 12", "between 10 and 12", "10 - 12"."""
    found: list[Piece] = []
    columns = sum(_ends_row(pieces, i) for i in range(len(pieces)))
    i = 0
    while i < len(pieces):
        trio = pieces[i : i + 3]
        if (
            len(trio) == 3
            and trio[0].kind == trio[2].kind == "number"
            and _spans_range(trio, found[-1:])
            and not (columns > 1 and _ends_row(pieces, i))
        ):
            first = found.pop() if found and found[-1].lower == "between" else trio[0]
            text = " ".join(p.text for p in trio)
            found.append(Piece("range", text, first.start, trio[2].end, None, trio[2].unit))
            i += 3
            continue
        found.append(pieces[i])
        i += 1
    return found


def _ends_row(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a number, a dash and a number end a line: "NUMBER TILE 1 - 20", in a list of such lines."""
    trio = pieces[i : i + 3]
    ends = i + 3 >= len(pieces) or pieces[i + 3].text == "\n"
    named = i > 0 and pieces[i - 1].kind == "word"
    return len(trio) == 3 and trio[0].kind == trio[2].kind == "number" and trio[1].text in "-–" and ends and named


def _spans_range(trio: Sequence[Piece], before: Sequence[Piece]) -> bool:
    low, high = trio[0].value, trio[2].value
    if low is None or high is None or not 0 < low < high or trio[0].unit not in (None, trio[2].unit):
        return False
    between = bool(before) and before[0].lower == "between"
    return trio[1].lower in ("to", "or", "-", "–") or (between and trio[1].lower == "and")


def bullets_off(pieces: list[Piece]) -> list[Piece]:
    """Numbers that count lines ("1. …", "2) …") are no quantities."""
    expected = 1
    found = list(pieces)
    for i, piece in enumerate(pieces[:-1]):
        at_start = i == 0 or pieces[i - 1].text == "\n"
        closed = pieces[i + 1].text == ")" and (at_start or pieces[i - 1].text != "(")
        if piece.kind == "number" and piece.value == expected and (closed or (at_start and pieces[i + 1].text == ".")):
            found[i] = replace(piece, kind="break", value=None)
            found[i + 1] = replace(pieces[i + 1], kind="noise")
            expected += 1
    return found
