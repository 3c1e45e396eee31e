"""What the numbers among the pieces are: prices and bullets are no quantities, "10 to 12" is a range."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from .catalogue import CatalogueIndex
from .piece import Piece
from .talk import is_talk_word
from .units import MEASURES, PACKAGES, SIZED_IN, unit_like, unit_named
from .words import stem, tokens

_PENCE: Final = re.compile(r"\d{1,4}(?:\.\d+)?p$")
_AT: Final = frozenset({"at", "@"})
_THROUGH: Final = frozenset({"to", "thru", "through"})
_ROW_ENDS: Final = frozenset({"break", "comma", "separator"})
_SHORTEST_ROW: Final = 5
_LONGEST_RUN: Final = 20
_SIZE_APART: Final = re.compile(r"([mM]\d+)\s+([xX×])\s*(\d{1,5})$")
_THREAD: Final = re.compile(r"m\d+(?:x\d+)?$")
_SMALL_MEASURES: Final = SIZED_IN | {"millilitre", "gram"}
_WHOLE: Final = frozenset({"whole", "full", "complete", "entire", "unopened"})
_ARTICLES: Final = frozenset({"a", "an", "another", "the"})


def prices_off(pieces: list[Piece]) -> list[Piece]:
    """Drops a price: "200 of 20-110 @ 0.15", "at 45p each".

    With no other number in its sentence, "@ 40" is a quantity.
    """
    found = list(pieces)
    others = 0
    for i, piece in enumerate(pieces):
        if piece.kind == "word" and i and pieces[i - 1].lower in _AT and _PENCE.match(piece.lower):
            end = i + 1 + (i + 1 < len(pieces) and pieces[i + 1].kind == "each")
            found[i - 1 : end] = [replace(other, kind="noise") for other in pieces[i - 1 : end]]
        elif piece.kind == "break" or (piece.kind == "comma" and _counts_at(pieces, i)):
            others = 0
        elif piece.kind == "number":
            if i and others and pieces[i - 1].kind == "at":
                found[i - 1 : i + 1] = [replace(pieces[i - 1], kind="noise"), replace(piece, kind="noise", value=None)]
            else:
                others += 1
    return found


def _counts_at(pieces: Sequence[Piece], comma: int) -> bool:
    """Whether behind the comma an "@" comes before any other number and before a whole one: "…, 22460 @ 96 pcs"."""
    for i in range(comma + 1, len(pieces)):
        if pieces[i].kind == "number":
            return i > comma + 2 and pieces[i - 1].kind == "at" and pieces[i].value == int(pieces[i].value or 0)
        if pieces[i].kind in ("break", "comma"):
            return False
    return False


def unclear(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Two bare numbers side by side ("12 345 washers") may be one, or a slip: like a range, they must be asked about.

    Not so where the second belongs to a name: "10 60 gold and silver cake cases", "twenty 40 cm zips".
    """
    found: list[Piece] = []
    pieces = _numbered(pieces, index)
    for i, piece in enumerate(pieces):
        last = found[-1] if found else None
        if last and last.kind == piece.kind == "number" and piece.unit is None and last.unit is None:
            if _is_size(piece, pieces[i + 1 : i + 2], index):
                found.append(piece)
                continue
            following = tokens(pieces[i + 1].text) if i + 1 < len(pieces) else []
            name = tokens(piece.text)
            if not (following and name and index.go_together(name[-1], following[0])):
                found[-1] = Piece("range", f"{last.text} {piece.text}", last.start, piece.end)
                continue
        found.append(piece)
    return found


def _is_size(piece: Piece, behind: Sequence[Piece], index: CatalogueIndex) -> bool:
    """Whether a number and the word behind it are a size that some product has."""
    unit = unit_named(behind[0].text) if behind else None
    return unit in _SMALL_MEASURES and index.knows("".join(tokens(f"{piece.text} {behind[0].text}")))


def _numbered(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """As in "door sign number one twelve, number two six": what is told apart by a number."""
    named = [i for i, piece in enumerate(pieces) if i and piece.kind == "number" and pieces[i - 1].lower == "number"]
    if not any(i + 1 < len(pieces) and pieces[i + 1].kind == "number" and not pieces[i].unit for i in named):
        return pieces
    found = list(pieces)
    for i in named:
        figure = f"{pieces[i].value:f}"
        if index.knows(figure):
            found[i - 1] = replace(pieces[i - 1], kind="noise")
            found[i] = replace(pieces[i], kind="word", text=figure, value=None)
    return found


def wholes_off(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """As in "one full roll", "a whole box": that a pack is not opened says nothing of how many."""
    found: list[Piece] = []
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        packed = after is not None and after.kind == "word" and unit_named(after.text) in PACKAGES
        counted = before is not None and (before.kind == "number" or before.lower in _ARTICLES)
        named = after is not None and index.go_together(stem(piece.lower), stem(after.lower))
        if piece.kind == "word" and piece.lower in _WHOLE and packed and counted and not named:
            continue
        found.append(piece)
    return found


def packs_apart(pieces: list[Piece]) -> list[Piece]:
    """As in "box of 4x40s box of 4x50s": a comma before each pack that begins without a pause behind another."""
    found: list[Piece] = []
    begun = False
    for i, piece in enumerate(pieces):
        before = pieces[i - 1] if i else piece
        begun = begun and piece.kind not in _ROW_ENDS
        pack = unit_named(piece.text) in PACKAGES and i + 1 < len(pieces) and pieces[i + 1].lower == "of"
        goods = before.kind == "word" and not is_talk_word(before.lower) and unit_named(before.text) is None
        if pack and begun and goods and before.lower not in _ARTICLES:
            found.append(Piece("comma", ",", piece.start, piece.start))
        begun = begun or pack
        found.append(piece)
    return found


def sizes_measured(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """As in "20 m of 50 and 10 m of 72", "two of 38": a figure that ends what is counted is a size in millimetres."""
    found = list(pieces)
    for i, piece in enumerate(pieces[2:], start=2):
        if piece.kind != "number" or piece.unit or piece.value is None:
            continue
        if pieces[i - 1].kind == "times" and pieces[i - 2].lower == "the" and index.knows(f"{piece.value:f}"):
            found[i - 1] = replace(pieces[i - 1], kind="noise")  # "50 of the x40"
            found[i] = replace(piece, kind="word", text=f"{piece.value:f}", value=None)
            continue
        ends = i + 1 == len(pieces) or pieces[i + 1].kind in ("comma", "separator", "break")
        of = i - 2 if pieces[i - 1].lower == "the" else i - 1
        if not ends or of < 1 or pieces[of].lower != "of":
            continue
        counted = pieces[of - 1].kind == "number" or (of < i - 1 and _says_the_same(pieces[max(0, of - 2) : of]))
        measured = unit_named(pieces[of - 1].text) in MEASURES and of > 1 and pieces[of - 2].kind == "number"
        size = f"{piece.value:f}mm"
        if (measured or counted or _counted_before(pieces, of)) and index.knows(size):
            found[i] = replace(piece, text=size, unit="mm")
    return found


def _counted_before(pieces: Sequence[Piece], of: int) -> bool:
    """Whether a quantity stands with its goods before the "of", as in "6 rolls the satin white of 25"."""
    start = of
    while start and pieces[start - 1].kind == "word":
        start -= 1
    return start > 0 and start < of - 1 and pieces[start - 1].kind == "number"


def _says_the_same(pieces: Sequence[Piece]) -> bool:
    """As in "the same length of the 50", "the same of the 50"."""
    return any(piece.lower == "same" for piece in pieces)


def packs_first(pieces: list[Piece]) -> list[Piece]:
    """As in "Box of 100 red plugs x 3", which are three boxes: how many there are is put before what they are."""
    if not any(piece.kind == "times" for piece in pieces):
        return pieces
    found: list[Piece] = []
    row: list[Piece] = []
    for piece in [*pieces, None]:
        if piece is None or piece.kind in _ROW_ENDS:
            found += _packs_counted(row)
            row = []
            found += [piece] if piece is not None else []
        else:
            row.append(piece)
    return found


def counts_apart(pieces: list[Piece], text: str, index: CatalogueIndex) -> list[Piece]:
    """As in "spring washers M8 x 25" where only bolts are 8x25, and "… M6 x100 M12 x50": a count, not a length."""
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        apart = _SIZE_APART.match(text, piece.start, piece.end) if piece.kind == "word" else None
        ends = apart is not None and _ends_a_line(pieces[i + 1 : i + 3])
        if apart is not None and ends and (_counts_so(found) or _has_no_such_length(found, piece, index)):
            (a, b), (c, d), (e, f) = (apart.span(n) for n in (1, 2, 3))
            found += [Piece("word", apart[1], a, b), Piece("times", apart[2], c, d)]
            found.append(Piece("number", apart[3], e, f, Decimal(apart[3])))
        else:
            found.append(piece)
    return found


def _ends_a_line(following: Sequence[Piece]) -> bool:
    """Whether no quantity can follow: "M12 x 150, 300" is a size."""
    if not following or following[0].kind == "break":
        return True
    if following[0].kind in _ROW_ENDS:
        return following[-1].kind != "number" or following[0].kind == "separator"
    return _THREAD.match(following[0].lower) is not None


def _counts_so(before: Sequence[Piece]) -> bool:
    """Whether the line before is counted so: "M6 x 100"."""
    return len(before) > 1 and before[-1].kind == "number" and before[-2].kind == "times"


def _has_no_such_length(before: Sequence[Piece], size: Piece, index: CatalogueIndex) -> bool:
    """Whether what the line names comes in the thread, yet in no such length, and nothing else counts it."""
    start = len(before)
    while start and before[start - 1].kind not in _ROW_ENDS:
        start -= 1
    named = [piece.text for piece in before[start:] if piece.kind == "word" and not _THREAD.match(piece.lower)]
    if not named or any(piece.kind == "number" for piece in before[start : start + 1]):
        return False
    best = index.match(" ".join([*named, size.text]), limit=1)
    return not best or best[0].missed > 0


def _packs_counted(row: list[Piece]) -> list[Piece]:
    said = [piece for piece in row if piece.kind != "noise"]
    named = said[1:] if said and said[0].lower in _ARTICLES else said
    if len(named) < _SHORTEST_ROW or named[-2].kind != "times" or named[-1].kind != "number":
        return row
    packed = unit_named(named[0].text) in PACKAGES and named[1].lower == "of"
    return [named[-1], *named[:-2]] if packed else row


def units_spelled(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Misspelt units behind a number, put right: "3 bundels"."""
    found = list(pieces)
    for i, piece in enumerate(pieces[1:], start=1):
        bare = pieces[i - 1].kind == "number" and pieces[i - 1].unit is None
        counted = bare or pieces[i - 1].lower in ("a", "an")
        if piece.kind == "word" and counted and not (index.hears(stem(piece.lower)) or is_talk_word(stem(piece.lower))):
            unit = unit_like(piece.text)
            found[i] = replace(piece, text=unit) if unit else piece
    return found


def halves_added(pieces: list[Piece]) -> list[Piece]:
    """As in "a metre and a half of linen", "two metres and a half"."""
    found = list(pieces)
    for i in range(len(found) - 5, -1, -1):
        first, unit, joint, article, half = found[i : i + 5]
        if joint.lower != "and" or article.lower not in ("a", "an") or half.lower != "half":
            continue
        whole = first.value if first.kind == "number" else Decimal(1) if first.lower in ("a", "an") else None
        if whole is not None and first.unit is None and unit_named(unit.text) in MEASURES:
            value = whole + Decimal("0.5")
            found[i : i + 5] = [Piece("number", first.text, first.start, half.end, value, unit.text.lower())]
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
            and (_spans_range(trio, found[-1:]) or _are_two_offers(found[-1:], pieces[i : i + 4]))
            and not (columns > 1 and _ends_row(pieces, i))
            and not (trio[1].text in "-–" and _holds(found))
        ):
            first = found.pop() if found and found[-1].lower == "between" else trio[0]
            text = " ".join(p.text for p in trio)
            found.append(Piece("range", text, first.start, trio[2].end, None, trio[2].unit))
            i += 3
            continue
        found.append(pieces[i])
        i += 1
    return found


def code_runs(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Codes that are counted through: "22916 to 22921" are six, where the catalogue has all of them."""
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        if i > 1 and pieces[i - 1].lower in _THROUGH and _like_code(piece, pieces[i - 2]):
            found[-1] = Piece("comma", ",", piece.start, piece.start)
            found.append(replace(piece, kind="word", value=None))
            continue
        first, last = (pieces[i - 2].sku, piece.sku) if i > 1 and pieces[i - 1].lower in _THROUGH else (None, None)
        if first and last and first.isdigit() and last.isdigit() and 1 < int(last) - int(first) <= _LONGEST_RUN:
            between = [str(code) for code in range(int(first) + 1, int(last))]
            entries = [index.get(sku) for sku in between]
            if all(entry is not None and entry.active for entry in entries):
                found.pop()
                for sku in between:
                    found.append(Piece("comma", ",", piece.start, piece.start))
                    found.append(Piece("code", piece.text, piece.start, piece.end, None, None, sku))
                found.append(Piece("comma", ",", piece.start, piece.start))
        found.append(piece)
    return found


def _like_code(piece: Piece, code: Piece) -> bool:
    """A number as long as the code it is counted through from: one that nobody has."""
    return piece.kind == "number" and code.kind == "code" and len(piece.text) == len(code.text) and code.text.isdigit()


def _holds(before: Sequence[Piece]) -> bool:
    """As in "flags pack of" 6 - 12."""
    return len(before) > 1 and before[-1].lower == "of" and unit_named(before[-2].text) in PACKAGES


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


def _are_two_offers(before: Sequence[Piece], said: Sequence[Piece]) -> bool:
    """As in "at 48 and 96 of each": one of the two, when the prices are known."""
    return len(said) > 3 and said[1].lower == "and" and said[3].kind == "each" and [p.lower for p in before] == ["at"]


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
