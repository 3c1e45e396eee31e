"""Goods that only a number or a letter tells apart: "number tiles: 10 each of 1, 2 and 3 and 20 of the 5"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .atoms import names
from .catalogue import CatalogueIndex
from .piece import Piece

_JOINS: Final = frozenset({"comma", "separator"})
_ENDS: Final = frozenset({"break", "noise"})
_NUMBERS: Final = frozenset({"number", "numbers", "letter", "letters"})
_PRONOUNS: Final = frozenset({"one", "ones"})


def told_by_number(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """The pieces, with each listed number or letter made a word behind the quantity that is wanted of each."""
    found: list[Piece] = []
    spread = False
    i = 0
    while i < len(pieces):
        listed = _listed(pieces, i + 2, index) if _is_of_each(pieces, i) else []
        if len(listed) > 1:
            found += _under_names(found, pieces[i])
            found += _spread(pieces[i], [(pieces[at], name) for at, name in listed])
            i, spread = listed[-1][0] + 1, True
            continue
        listed = _listed(pieces, i, index) if pieces[i].lower in _NUMBERS else []
        amount = listed[-1][0] + 2 if len(listed) > 1 else len(pieces)
        if _of_each_behind(pieces, amount):
            found += _under_names(found, pieces[i])
            found += _spread(pieces[amount], [(pieces[at], name) for at, name in listed])
            i, spread = amount + 2, True
            continue
        found.append(pieces[i])
        i += 1
    told = _behind_the(found, index)
    several = sum(new is not old for new, old in zip(told, found, strict=True)) > 1  # "8 of the 1 and 6 of the 2"
    return told if spread or several else found


def _of_each_behind(pieces: Sequence[Piece], i: int) -> bool:
    """As in "number 1, number 2 and number 3, ten of each": `i` is where the quantity stands."""
    if i + 1 >= len(pieces) or pieces[i].kind != "number" or pieces[i - 1].kind not in _JOINS:
        return False
    return pieces[i + 1].kind == "each" and (i + 2 == len(pieces) or pieces[i + 2].kind in (*_JOINS, *_ENDS))


def _under_names(found: Sequence[Piece], listed: Piece) -> list[Piece]:
    """A colon behind what the listed things are called, where none is written."""
    named = bool(found) and names(found[-1])
    return [Piece("colon", ":", listed.start, listed.start)] if named else []


def _is_of_each(pieces: Sequence[Piece], i: int) -> bool:
    """As in "10 each of", "10 ea of"."""
    if i + 2 >= len(pieces) or pieces[i].kind != "number":
        return False
    following = pieces[i + 1]
    return following.kind == "each" or (following.lower == "ea" and pieces[i + 2].lower == "of")


def _listed(pieces: Sequence[Piece], at: int, index: CatalogueIndex) -> list[tuple[int, str]]:
    """Where the numbers or letters of a list stand from `at` on, each with the word that names have."""
    listed: list[tuple[int, str]] = []
    while at < len(pieces):
        if pieces[at].lower in ("of", "the", *_NUMBERS):
            at += 1
            continue
        name = _name(pieces[at], index)
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if not name or (after is not None and after.kind not in (*_JOINS, *_ENDS)):
            break
        listed.append((at, name))
        if after is None or after.kind in _ENDS:
            break
        at += 2
        at += at < len(pieces) and pieces[at].kind in _JOINS
    return listed


def _name(piece: Piece, index: CatalogueIndex) -> str:
    if piece.kind == "number" and piece.value is not None and not piece.unit:
        figure = f"{piece.value:f}"
        return figure if index.knows(figure) else ""
    letter = piece.kind == "word" and len(piece.text) == 1 and piece.text.isupper()
    return f"letter {piece.text}" if letter and index.knows("letter") else ""


def _spread(amount: Piece, listed: Sequence[tuple[Piece, str]]) -> list[Piece]:
    found: list[Piece] = []
    for piece, name in listed:
        if found:
            found.append(Piece("comma", ",", piece.start, piece.start))
            found.append(replace(amount, start=piece.start, end=piece.start))
        else:
            found.append(amount)
        found.append(replace(piece, kind="word", text=name, value=None))
    return found


def _behind_the(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """As in "20 of the 5", once others were told by their number."""
    found = list(pieces)
    for i in range(3, len(pieces)):
        said = [piece.lower for piece in pieces[i - 2 : i]]
        ends = i + 1 == len(pieces) or pieces[i + 1].kind in (*_JOINS, *_ENDS) or pieces[i + 1].lower in _PRONOUNS
        if said == ["of", "the"] and pieces[i - 3].kind == "number" and ends and (name := _name(pieces[i], index)):
            found[i] = replace(pieces[i], kind="word", text=name, value=None)
    return found
