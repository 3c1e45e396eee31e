"""Where a quantity is mentioned among the pieces of a line, in every way it may be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from .numbers import NUMBER_WORDS
from .piece import Piece
from .units import COUNTS, MEASURES, PACKAGES, SIZED_IN, unit_named
from .words import OPTIONAL_WORDS, STOP_WORDS

# How likely a number of this shape is a quantity, before the catalogue is heard.
EXPLICIT: Final = 1.0
LEADING: Final = 0.9
TRAILING: Final = 0.7
AMONG: Final = -0.25
ARTICLE: Final = 0.45

_BEFORE: Final = frozenset(
    {"qty", "quantity", "quantities", "no", "number", "approx", "approximately", "about", "roughly"}
)
_MOST_IN_A_PACK: Final = 1_000_000
_ARTICLES: Final = frozenset({"a", "an", "another", "one"})
_DOZENS_OF: Final = PACKAGES | {"pair"}
_APART: Final = frozenset({"box", "pack", "carton", "case", "bag", "roll", "reel", "spool", "cone", "bundle", "metre"})
_BOXES: Final = frozenset({"box", "carton", "case", "crate"})
_JOINS: Final = frozenset({"of", "is", "a", "about", ":", "."})
_LONE: Final = frozenset({"box", "pack", "carton", "case", "bag", "roll", "reel", "bundle", "dozen", "gross"})
_TAKEN_IN: Final = PACKAGES | (MEASURES - SIZED_IN)
_MORE: Final = frozenset({"more", "extra", "further"})
_COME: Final = frozenset({"come", "comes", "came", "packed", "sold", "many"})
_SOME: Final = frozenset({"some", "sum", "several"})
_VAGUE: Final = frozenset({"few", "several", "loads", "plenty"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity over pieces first..last-1. `amount` is None for a range; `per` is what a pack was said to hold."""

    first: int
    last: int
    amount: Decimal | None
    unit: str | None
    likely: float
    per: int | None = None
    is_range: bool = False
    each: bool = False
    apart: int | None = None
    """Where its unit stands, if not beside it: "20 white reels", "5 fixings 8x80 boxes"."""

    def covers(self, i: int) -> bool:
        """Whether piece i belongs to the quantity."""
        if self.apart is not None and self.per is not None and self.apart < i <= self.apart + 2:
            return True
        return self.first <= i < self.last or i == self.apart


def with_units_apart(pieces: Sequence[Piece], found: Sequence[Mention]) -> list[Mention]:
    """The mentions, and those without a unit once more with one that stands elsewhere in the line."""
    units = [
        (i, unit)
        for i, piece in enumerate(pieces)
        if piece.kind == "word"
        and (unit := unit_named(piece.text)) in _APART
        and len(piece.text) > 2
        and not _says_the_pack(pieces, i)
    ]
    units = [(i, unit) for i, unit in units if _held(pieces, i)] or units
    if len(units) != 1:
        return list(found)
    (at, unit) = units[0]
    if at and (pieces[at - 1].lower in _ARTICLES or pieces[at - 1].kind == "number"):
        return list(found)  # "60 dome nuts a bag": that says another quantity
    per = _held(pieces, at)
    bare = [m for m in found if m.unit is None and m.amount is not None and (at > m.last or at == m.first - 1)]
    bare = [m for m in bare if per is None or m.last < at]
    return [*found, *(replace(m, unit=unit, apart=at, per=per) for m in bare)]


def _held(pieces: Sequence[Piece], at: int) -> int | None:
    """What a pack that stands behind its product is said to hold: "2 jumbo bags, box of 10"."""
    if at + 3 != len(pieces) or pieces[at + 1].lower != "of":
        return None
    value = pieces[at + 2].value
    return int(value) if value is not None and value > 0 and value == value.to_integral_value() else None


def mentions(pieces: Sequence[Piece]) -> list[Mention]:
    """Every quantity that may be meant, several readings of one number included (with its unit, without it)."""
    found: list[Mention] = []
    words = [i for i, p in enumerate(pieces) if p.kind in ("word", "code", "number", "range")]
    if not words:
        return found
    while len(words) > 1 and pieces[words[-1]].kind == "word" and _is_filler(pieces[words[-1]].lower):
        words.pop()  # "…, fifty please"
    for i, piece in enumerate(pieces):
        if i > 2 and pieces[i - 1].lower == "of" and _unit_at(pieces, i - 2) in _BOXES and i + 1 == len(pieces):
            continue  # "2 jumbo bags, box of 10"
        if piece.kind in ("number", "range") or (piece.kind == "code" and piece.value is not None):
            found.extend(_readings(pieces, i, words))
    for i, piece in enumerate(pieces[:-1]):
        unit = unit_named(pieces[i + 1].text) if pieces[i + 1].kind == "word" else None
        if _says_the_pack(pieces, i):
            continue
        if piece.lower in ("a", "an") and unit and unit in _DOZENS_OF | {"dozen", "gross"}:
            found.append(_with_unit(pieces, i, i + 2, Decimal(1), unit, LEADING))
    opening = next((i for i in words if pieces[i].kind != "word" or not _is_filler(pieces[i].lower)), words[-1])
    if pieces[opening].kind == "word" and not _says_the_pack(pieces, opening):
        found.extend(_article(pieces, opening))
    if all(pieces[mention.first].kind == "code" for mention in found):
        found.extend(_lone_pack(pieces, words))
    return found


def _says_the_pack(pieces: Sequence[Piece], i: int) -> bool:
    """As in "I don't know how many come in a box", "do they come as a set"."""
    return i > 1 and pieces[i - 1].lower in ("in", "as") and pieces[i - 2].lower in _COME


def _lone_pack(pieces: Sequence[Piece], words: Sequence[int]) -> list[Mention]:
    """One pack, said by its name only: "brown plugs, case", "3.5x16 box", "box red plugs"."""
    found = []
    for i in {words[0], words[-1]}:
        told = _says_the_pack(pieces, i - 1) or (i > 0 and pieces[i - 1].lower == "per")  # "how many per pack"
        unit = None if told else _unit_at(pieces, i)
        if unit in _LONE and len(words) > 1 and len(pieces[i].text) > 2 and not pieces[i].lower.endswith("s"):
            found.append(_finish(pieces, (i, i + 1), Decimal(1), unit, ARTICLE))
    return found


def _is_filler(word: str) -> bool:
    return (word in OPTIONAL_WORDS or word in STOP_WORDS) and word not in _ARTICLES


def _readings(pieces: Sequence[Piece], i: int, words: Sequence[int]) -> list[Mention]:
    """The number at i, with what stands around it."""
    piece = pieces[i]
    first, explicit = _opening(pieces, i)
    likely = EXPLICIT if explicit else LEADING if i <= words[0] else TRAILING if i >= words[-1] else AMONG
    if i and pieces[i - 1].kind == "code" and likely == AMONG:
        likely = TRAILING  # "84879 40 (bird ornaments)"
    if piece.kind == "code":  # a number that happens to be a code: a quantity only if nothing else makes sense
        likely *= 0.5
    amount = piece.value
    end = i + 1
    found = []
    if piece.unit:
        glued = unit_named(piece.unit) or "each"
        if glued in SIZED_IN and pointed_at(pieces, first) is not None:
            return []
        found.append(_finish(pieces, (first, end), amount, glued, AMONG if glued == "millimetre" else EXPLICIT))
        return [replace_range(m, piece) for m in found]
    times = end < len(pieces) and pieces[end].kind == "times"
    end += times
    likely = EXPLICIT if times else likely
    plain = _finish(pieces, (first, end), amount, None, likely)
    unit = _unit_at(pieces, end)
    if unit is None and end < len(pieces) and pieces[end].lower in _MORE and _unit_at(pieces, end + 1) in _TAKEN_IN:
        end += 1  # "1 more box", "10 more metres"
        unit = _unit_at(pieces, end)
    if unit in SIZED_IN and pointed_at(pieces, first) is not None:
        return []
    if unit not in SIZED_IN:  # never 50 of "mm pipe", nor 40 of "cm zip"
        found.append(plain)
    if unit:
        sure = AMONG if unit == "millimetre" else EXPLICIT
        said = _with_unit(pieces, first, end + 1, amount, unit, sure)
        found.append(replace(said, each=True) if pieces[end].lower == "ea" and end + 1 == len(pieces) else said)
        if unit != said.unit and said.per is not None:  # "6 dozen set of 4 jam jar magnets": that is their name
            found.append(_finish(pieces, (first, end + 1), _in_all(amount, unit), None, EXPLICIT))
    elif times and end < len(pieces) and pieces[end].kind == "number" and pieces[end].value is not None:
        found.append(_multiplied(pieces, first, end, amount))
    return [replace_range(m, piece) for m in found]


def pointed_at(pieces: Sequence[Piece], i: int) -> int | None:
    """Where the article stands by which the size at i tells which is meant: "the 10 mm", "the narrow 10 mm"."""
    return next((at for at in range(i - 1, max(-1, i - 3), -1) if pieces[at].lower == "the"), None)


def replace_range(mention: Mention, piece: Piece) -> Mention:
    """A range has no amount, whatever else was read around it."""
    if piece.kind != "range":
        return mention
    return Mention(mention.first, mention.last, None, mention.unit, mention.likely, mention.per, True, mention.each)


def _opening(pieces: Sequence[Piece], i: int) -> tuple[int, bool]:
    """Where the mention begins: before an "x", "@", "qty" or "minus" that belongs to it."""
    first, explicit = i, False
    if first and pieces[first - 1].kind in ("times", "at") and not (first > 1 and pieces[first - 2].kind == "number"):
        explicit = pieces[first - 1].kind == "times"
        first -= 1
    elif first and pieces[first - 1].kind == "colon":
        explicit = True
    while first and pieces[first - 1].kind in ("word", "noise", "colon") and (
        pieces[first - 1].lower in _BEFORE
        or (first > 1 and pieces[first - 1].lower in _JOINS and pieces[first - 2].lower in _BEFORE)
    ):  # fmt: skip
        first, explicit = first - 1, True
    return first, explicit


def _unit_at(pieces: Sequence[Piece], i: int) -> str | None:
    if i < len(pieces) and pieces[i].kind == "word":
        return unit_named(pieces[i].text)
    return None


def _with_unit(
    pieces: Sequence[Piece], first: int, end: int, amount: Decimal | None, unit: str, likely: float = EXPLICIT
) -> Mention:
    """As in "two boxes", "two boxes of 12", "2 dozen boxes", "half a box"."""
    per = None
    inner = _unit_at(pieces, end)
    if unit in COUNTS and unit != "each" and inner in _DOZENS_OF and amount is not None:
        amount, unit, end = amount * COUNTS[unit], inner or unit, end + 1
    if unit in PACKAGES and end + 1 < len(pieces) and pieces[end].lower == "of":
        value = pieces[end + 1].value
        plain = pieces[end + 1].kind == "number" and pieces[end + 1].unit is None
        plain = plain and _unit_at(pieces, end + 2) not in SIZED_IN  # "a roll of 72 mm webbing"
        if plain and value is not None and value == value.to_integral_value() and 0 < value <= _MOST_IN_A_PACK:
            per, end = int(value), end + 2
    return _finish(pieces, (first, end), amount, unit, likely, per=per)


def counts_twice(rest: Sequence[Piece], mention: Mention | None) -> bool:
    """Whether packs are counted again behind a pause in what a quantity leaves: "three packs crystal, two packs"."""
    if mention is None or mention.first > len(rest):
        return False
    return any(
        piece.kind == "number"
        and rest[i - 1].kind in ("comma", "separator")
        and (_unit_at(rest, i + 1) in (PACKAGES if mention.unit is None else {mention.unit} & PACKAGES))
        for i, piece in enumerate(rest)
        if i > mention.first
    )


def _in_all(amount: Decimal | None, unit: str) -> Decimal | None:
    return None if amount is None else amount * COUNTS.get(unit, 1)


def _multiplied(pieces: Sequence[Piece], first: int, i: int, amount: Decimal | None) -> Mention:
    """Lots of a size: "2 x 25m", "2 x 100"."""
    inner = pieces[i].value or Decimal(0)
    glued = pieces[i].unit
    unit = unit_named(glued) if glued else _unit_at(pieces, i + 1)
    end = i + (2 if unit and not glued else 1)
    total = amount * inner if amount is not None else None
    return _finish(pieces, (first, end), total, unit, EXPLICIT if unit in MEASURES else TRAILING)


def _finish(
    pieces: Sequence[Piece],
    place: tuple[int, int],
    amount: Decimal | None,
    unit: str | None,
    likely: float,
    *,
    per: int | None = None,
) -> Mention:
    """Takes the words that only join the quantity to the product: of, off, more, x, each."""
    (first, end), each = place, False
    while end < len(pieces) and (
        pieces[end].lower in ("of", "off", "more", "extra", "no.", "further")
        or (pieces[end].lower == "no" and end + 1 < len(pieces) and pieces[end + 1].lower == "of")
        or pieces[end].kind in ("each", "times")
    ):
        each = each or pieces[end].kind == "each"
        if pieces[end].kind == "times" and end + 1 < len(pieces) and pieces[end + 1].kind == "number":
            break
        likely = max(likely, LEADING)
        end += 1
    return Mention(first, end, amount, unit, likely, per, each=each)


def _article(pieces: Sequence[Piece], i: int) -> list[Mention]:
    """A quantity without a number: "a box of", "a dozen", "box of washers", "a drawer knob", "a few"."""
    word = pieces[i].lower
    if word in _ARTICLES:
        if i + 1 < len(pieces) and pieces[i + 1].lower in _VAGUE:
            return [_finish(pieces, (i, i + 2), None, None, ARTICLE)]
        further = i + 1 < len(pieces) and pieces[i + 1].lower in _MORE and _unit_at(pieces, i + 2) in _DOZENS_OF
        if further:
            return [_with_unit(pieces, i, i + 3, Decimal(1), _unit_at(pieces, i + 2) or "each")]  # "an extra box"
        unit = _unit_at(pieces, i + 1)
        if not unit and i + 1 < len(pieces) and pieces[i + 1].lower in OPTIONAL_WORDS - NUMBER_WORDS:
            return []  # "a formal quote for …"
        with_unit = [_with_unit(pieces, i, i + 2, Decimal(1), unit)] if unit and unit != "each" else []
        return [*with_unit, _finish(pieces, (i, i + 1), Decimal(1), None, ARTICLE)]
    vaguely = word in _SOME and i + 2 < len(pieces) and pieces[i + 2].lower == "of"
    if vaguely and _unit_at(pieces, i + 1) in PACKAGES:
        return [_finish(pieces, (i, i + 2), None, None, ARTICLE)]  # "some boxes of snake eggs"
    unit = unit_named(word)
    followed_by_of = i + 1 < len(pieces) and pieces[i + 1].lower == "of"
    if i and followed_by_of and unit in PACKAGES and pieces[i - 1].lower in _SOME:
        return [_finish(pieces, (i - 1, i + 1), None, None, ARTICLE)]
    if unit in ("dozen", "gross") or (
        unit in _DOZENS_OF and followed_by_of and len(word) > 2 and not word.endswith("s")
    ):
        return [_with_unit(pieces, i, i + 1, Decimal(1), unit or "each")]
    return []


def as_typed(run: Sequence[Piece], mention: Mention | None) -> str | None:
    """The quantity as typed, without the words that only join it to the product."""
    if mention is None:
        return None
    pieces = [p for p in run[mention.first : mention.last] if p.kind not in ("colon", "noise")]
    while len(pieces) > 1 and (pieces[-1].lower in ("of", "off", "more") or pieces[-1].kind == "times"):
        pieces.pop()
    return " ".join(p.text for p in pieces) or None
