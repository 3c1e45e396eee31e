"""Where lines may begin and end among the pieces of a sentence."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from .mentions import mentions, pointed_at
from .piece import Piece
from .units import PACKAGES, SIZED_IN, unit_named
from .words import OPTIONAL_WORDS, STOP_WORDS, contrast_classes, stem

JOINTS: Final = frozenset({"comma", "separator", "aside"})
PURPOSES: Final = frozenset({"for the", "for our", "for my", "for a", "for an"})
_ARTICLES: Final = frozenset({"the", "a", "an", "some", "all"})
_LEADING_ON: Final = frozenset({"if", "so", "then", "maybe", "perhaps"})
_HOLDING: Final = frozenset({"box", "carton", "case", "crate"})
_COUNTED_IN: Final = PACKAGES | {"dozen", "gross", "pair"}


def begins_anew(run: Sequence[Piece], at: int) -> bool:
    """Whether a new thing begins behind a quantity: "a dozen the wooden ropes", yet not "a dozen of the"."""
    return 0 < at < len(run) and run[at].lower in _ARTICLES and run[at - 1].lower not in ("of", "off")


def refers_back(run: Sequence[Piece], at: int) -> bool:
    """Whether a quantity is one of what came before, and something else follows: "sixteen of them and the bag"."""
    said = [piece.lower for piece in run[at - 1 : at + 1]]
    return said == ["of", "them"] and at + 1 < len(run) and run[at + 1].kind in JOINTS


def begins_another(pieces: Sequence[Piece], start: int, first: int, last: int) -> bool:
    """Whether something else begins at the joint `first`, up to `last`, of a run from `start` on: in "clips 20 off and
    M6 bolts" the twenty are the clips'; "2 each of blue, green"; "a bag of them and 10 …".
    """
    if start and names(pieces[start - 1]) and _is_counted_off(pieces[start:first]):
        return True
    if pieces[first].kind == "separator" and _are_ones(pieces[start:first], pieces[first + 1 : last]):
        return True
    return _lists_kinds(pieces[: first + 1], pieces[first + 1 : last]) or _is_of_them(pieces[: first + 2])


def _is_of_them(run: Sequence[Piece]) -> bool:
    """Whether it ends as "a bag of them and 10": what is counted next is something else."""
    said = [piece for piece in run[-6:] if piece.kind not in ("comma", "noise")][-4:]
    if len(said) < len(("of", "them", "and", "10")) or said[2].kind != "separator" or said[3].kind != "number":
        return False
    return said[0].lower == "of" and said[1].lower in ("them", "those", "these", "it")


def _are_ones(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """As in "the joy one and the love one": two things."""
    opens = bool(after) and after[0].lower == "the" and len(after) > 1
    return opens and len(before) > 1 and before[-1].lower in ("one", "ones") and names(before[-2])


def _is_counted_off(run: Sequence[Piece]) -> bool:
    """As in "20 off", which is said behind the goods unless they follow at once."""
    return len(run) == 2 and run[0].kind == "number" and run[1].lower == "off"


def _lists_kinds(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether things of each are told apart by their colour or size alone, on either side of a comma."""
    if len(before) < 2 or not after or before[-1].kind != "comma":
        return False
    kinds = {contrast_classes().get(stem(piece.lower)) for piece in (before[-2], after[0])}
    return len(kinds) == 1 and None not in kinds and any(piece.kind == "each" for piece in before)


def says_what_for(run: Sequence[Piece]) -> bool:
    """Whether it begins as in "for the jubilee weekend", and holds no size: "for the 25 mm pipe" tells a thing."""
    return bool(run) and run[0].lower in PURPOSES and not any(c.isdigit() for piece in run for c in piece.text)


def refers_to_a_kind(run: Sequence[Piece]) -> bool:
    """Whether a pronoun stands for the noun that was said before: "the egg ones", "the hearts one"."""
    return any(
        piece.lower == "ones" or (piece.lower == "one" and before.kind == piece.kind == "word" and names(before))
        for before, piece in pairwise(run)
    )


def is_a_pack(run: Sequence[Piece]) -> bool:
    """As in "a box", "if so a dozen": as much a quantity as a number."""
    spoken = [piece for piece in run if piece.kind == "word"]
    said = spoken[next((i for i, piece in enumerate(spoken) if piece.lower not in _LEADING_ON), 0) :]
    return len(said) > 1 and said[0].lower in ("a", "an") and unit_named(said[1].text) is not None


def names(piece: Piece) -> bool:
    """Whether a piece may name goods, small words aside."""
    if piece.kind not in ("word", "code"):
        return False
    return not _is_small(piece.lower)


@lru_cache(maxsize=20_000)
def _is_small(word: str) -> bool:
    word = word.replace("'", "")
    return word in OPTIONAL_WORDS or word in STOP_WORDS


def _is_unit_of(pieces: Sequence[Piece], i: int) -> bool:
    """Whether piece i is the unit of the number before it: no line begins between the two."""
    before = pieces[i - 1]
    if i > 1 and pieces[i].kind == "number" and pieces[i].unit is None and before.lower == "of":
        return pieces[i - 2].kind == "word" and unit_named(pieces[i - 2].text) in _HOLDING  # "box of 10"
    if pieces[i].lower == "of" and before.kind == "word" and unit_named(before.text) in PACKAGES:
        return i + 1 < len(pieces) and pieces[i + 1].kind == "number"  # "2 boxes of 20"
    counted = before.kind == "number" and before.unit is None
    return counted and pieces[i].kind == "word" and unit_named(pieces[i].text) in _COUNTED_IN


def _around_sizes(pieces: Sequence[Piece]) -> set[int]:
    """Either side of "the 50 mm", which may tell the thing before from others or begin one."""
    cuts: set[int] = set()
    for i, piece in enumerate(pieces):
        following = pieces[i + 1].text if i + 1 < len(pieces) and not piece.unit else ""
        article = pointed_at(pieces, i)
        if piece.kind == "number" and article is not None and unit_named(piece.unit or following) in SIZED_IN:
            cuts.update((article, i + (1 if piece.unit else 2)))
    return cuts


def find_atoms(pieces: Sequence[Piece], apart: Callable[[Piece, Piece], bool]) -> list[tuple[int, int]]:
    """Where lines may begin and end: at joints, behind small talk, and on either side of a number with its unit."""
    cuts = {0, len(pieces)} | {i for i in range(1, len(pieces)) if apart(pieces[i - 1], pieces[i])}
    for i, piece in enumerate(pieces):
        if piece.kind in JOINTS:
            cuts.add(i)
    codes = [i for i, piece in enumerate(pieces) if piece.kind == "code"]
    if len(codes) > 1:
        cuts.update(codes)
    cuts.update(_around_sizes(pieces))
    for mention in mentions(pieces):
        if pieces[mention.first].kind != "word" or (mention.unit and mention.first + 1 < mention.last):
            cuts.update((mention.first, mention.last))
    cuts -= {i for i in cuts if 0 < i < len(pieces) and _is_unit_of(pieces, i)}
    places = sorted(cuts)
    return [(a, b) for a, b in pairwise(places) if a < b]


def only_counts(pieces: Sequence[Piece]) -> bool:
    """As in "1 box of 10"."""
    return all(p.kind == "number" or not names(p) or unit_named(p.text) for p in pieces)


def counts_anew(pieces: Sequence[Piece]) -> bool:
    """Whether a quantity of something else begins here."""
    if len(pieces) < 2 or not any(names(piece) for piece in pieces[1:]):
        return False
    return pieces[0].kind == "number" or pieces[0].lower == "some"
