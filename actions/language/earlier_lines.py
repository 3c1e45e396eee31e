"""What is said later of a line that was named before others: "scrap the through bolts", "… and make that 40 of the
drill".
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .piece import Piece
from .units import SIZED_IN, unit_named
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, contrast_classes, stem, word_set

SMALL_WORDS: Final = OPTIONAL_WORDS | STOP_WORDS
COUNTS: Final = frozenset({"a", "an", "another", "dozen", "couple", "pair"})
_PAUSES: Final = ("break", "comma", "separator")
_CANCELS: Final = word_set("scrap cancel forget scratch remove delete omit")
_NOT: Final = word_set("not dont don't don’t never")
_TWO_WORDS: Final = frozenset({("leave", "out"), ("leave", "off"), ("take", "off"), ("take", "out")})
_CHANGES: Final = frozenset({"make", "change", "amend", "increase", "reduce", "up"})
_DETERMINERS: Final = word_set("the those these my our that")
_POINTED_AT: Final = word_set("that those them it these")
_PRONOUNS: Final = word_set("one ones bit line")
_LONGEST_NAME: Final = 6
_IN_PLACE_OF: Final = frozenset({("instead", "of"), ("rather", "than")})


def names_in(pieces: Sequence[Piece]) -> set[str]:
    """The words that may name goods."""
    words = {stem(piece.lower) for piece in pieces if piece.kind == "word" and not unit_named(piece.text)}
    return words - SMALL_WORDS - COUNTS


def without_cancelled(pieces: list[Piece]) -> list[Piece]:
    """Without the line that is cancelled later on, if it is clear which: "25 through bolts … no, scrap the bolts"."""
    at = 1
    while at < len(pieces):
        if left := _takes_back(pieces, at) or _begun_anew(pieces, at):
            pieces = left
            continue
        begins = _cancels(pieces, at)
        end = _name_end(pieces, begins) if begins else 0
        wanted = _said_of(pieces[begins:end]) if end else set()
        lines = (_packs_of(pieces[:at], wanted) or _lines_of(pieces[:at], wanted)) if wanted else []
        if not lines:
            at += 1
            continue
        gone = {i for line in lines for i in range(*line)}
        kept = [replace(p, kind="break") if i in gone else p for i, p in enumerate(pieces[:at])]
        pieces = [*kept, *_rest(pieces, end)]
    return pieces


def _takes_back(pieces: list[Piece], at: int) -> list[Piece]:
    """As in "24 skull straws? No, forget those": the line right before it goes; nothing where none is taken back."""
    following = pieces[at + 2] if at + 2 < len(pieces) else None
    pause = following is None or following.kind in ("break", "comma")
    pointed = at + 1 < len(pieces) and pieces[at + 1].lower in _POINTED_AT
    begins = pieces[at - 1].kind in ("break", "comma", "noise", "correction") or pieces[at - 1].lower == "no"
    if pieces[at].lower not in _CANCELS or not (pointed and pause and begins):
        return []
    lines = _lines(pieces[:at])
    row = next((i + 1 for i in reversed(range(at)) if pieces[i].text == "\n"), 0)
    if row and (not lines or lines[-1][1] <= row) and names_in(pieces[row:at]):
        start = row  # a row of a list that has no number yet
    elif lines and _quantities(pieces[slice(*lines[-1])]) == 1:
        start = lines[-1][0]
    else:
        return []
    return [*pieces[:start], replace(pieces[at + 1], kind="break"), *pieces[at + 2 :]]


def _begun_anew(pieces: list[Piece], at: int) -> list[Piece]:
    """As in "six pairs of … let me start again": what was begun goes."""
    if pieces[at].lower != "start" or at + 1 >= len(pieces) or pieces[at + 1].lower not in ("again", "over"):
        return []
    start = next((i + 1 for i in reversed(range(at)) if pieces[i].kind == "break"), 0)
    return [*pieces[:start], replace(pieces[at + 1], kind="break"), *pieces[at + 2 :]]


def _rest(pieces: Sequence[Piece], end: int) -> list[Piece]:
    """What follows, without what only says again which lines stay: "just the sleeves"."""
    if end + 2 < len(pieces) and pieces[end].kind == "comma" and pieces[end + 1].lower in ("just", "only"):
        stop = next((i for i in range(end + 1, len(pieces)) if pieces[i].kind in _PAUSES), len(pieces))
        if all(piece.kind == "word" for piece in pieces[end + 1 : stop]):
            end = stop
    said = pieces[end : end + 3]
    if len(said) > 2 and said[0].kind == "separator" and said[1].lower in ("do", "make") and said[2].kind == "number":
        # "leave the blue and do sixty of the red"
        return [replace(pieces[end - 1], kind="break"), replace(said[1], kind="correction"), *pieces[end + 2 :]]
    return [replace(pieces[end - 1], kind="break"), *pieces[end:]]


def _cancels(pieces: Sequence[Piece], at: int) -> int:
    """Where the name begins of what is cancelled at `at`; 0 if nothing is."""
    word = pieces[at].lower
    following = pieces[at + 1].lower if at + 1 < len(pieces) else ""
    leaves = word == "leave" and (pieces[at - 1].kind == "correction" or pieces[at - 1].lower == "no")
    begins = at + 2 if (word, following) in _TWO_WORDS else at + 1 if word in _CANCELS or leaves else 0
    if not begins or begins >= len(pieces) or pieces[begins].lower not in _DETERMINERS:
        return 0
    if pieces[at - 1].lower in _NOT:
        return 0  # "don't forget the plugs"
    return begins + 1


def _name_end(pieces: Sequence[Piece], begins: int) -> int:
    end = begins
    while end < len(pieces) and pieces[end].kind in ("word", "code"):
        end += 1
    return end if end - begins <= _LONGEST_NAME and (end == len(pieces) or pieces[end].kind != "number") else 0


def _said_of(pieces: Sequence[Piece]) -> set[str]:
    return {word for word in names_in(pieces) if word not in _PRONOUNS}


def corrected_far_back(pieces: list[Piece]) -> list[Piece]:
    """With the number of an earlier line put right, if a correction names that one and no nearer: "30 m of drill, 20 m
    of elastic, and make that 40 m of the drill"; "actually make the red ones 50".
    """
    for at in range(1, len(pieces)):
        found = _behind_a_number(pieces, at) if pieces[at].kind == "correction" else _before_a_number(pieces, at)
        if found is None:
            continue
        number, after, end, line = found
        old = next(i for i in range(*line) if _is_quantity(pieces, i))
        until = old + 1 + (after > number + 1 and _is_unit(pieces[old + 1]))
        new = [replace(pieces[number], start=pieces[old].start), *pieces[number + 1 : after]]
        return [*pieces[:old], *new, *pieces[until:at], replace(pieces[at], kind="break"), *pieces[end:]]
    return pieces


_Place = tuple[int, int, int, tuple[int, int]]
"""Where the new number stands, where its unit ends, where the correction ends, and the line that it corrects."""


def _behind_a_number(pieces: Sequence[Piece], at: int) -> _Place | None:
    """As in "make that 40 m of the drill", where the line before is another."""
    number = at + 1
    while number < len(pieces) and pieces[number].kind in ("correction", "noise", "comma"):
        number += 1
    if number >= len(pieces) or pieces[number].kind != "number":
        return None
    after = unit_end(pieces, number)
    end = _name_end(pieces, after)
    wanted = _said_of(pieces[after:end]) if end else set()
    line = _line_of(pieces[:at], wanted) if wanted else None
    nearest = _lines(pieces[:at])[-1:]
    if line is None or line in nearest or wanted <= names_in(pieces[nearest[0][0] : nearest[0][1]]):
        return None
    return number, after, end, line


def _before_a_number(pieces: Sequence[Piece], at: int) -> _Place | None:
    """As in "make the red ones 50", "change the drill to 40 m"."""
    if pieces[at].lower not in _CHANGES or at + 1 >= len(pieces) or pieces[at + 1].lower not in _DETERMINERS:
        return None
    number = next((i for i in range(at + 2, min(at + 2 + _LONGEST_NAME, len(pieces))) if pieces[i].kind != "word"), at)
    if pieces[number].kind != "number":
        return None
    wanted = _said_of(pieces[at + 2 : number])
    line = _line_of(pieces[:at], wanted) if wanted else None
    after = unit_end(pieces, number)
    ends = after == len(pieces) or pieces[after].kind != "word" or pieces[after].lower in SMALL_WORDS
    return (number, after, after, line) if line and ends else None


def unit_end(pieces: Sequence[Piece], number: int) -> int:
    """Where the unit of a number ends."""
    apart = number + 1 < len(pieces) and not pieces[number].unit and _is_unit(pieces[number + 1])
    return number + 1 + apart


def _is_unit(piece: Piece) -> bool:
    return piece.kind == "word" and unit_named(piece.text) is not None


def _lines(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where the lines stand that have a number."""
    found: list[tuple[int, int]] = []
    start = 0
    for i in range(len(pieces) + 1):
        if i == len(pieces) or pieces[i].kind in _PAUSES:
            if any(piece.kind == "number" for piece in pieces[start:i]):
                found.append((start, i))
            start = i + 1
    return found


def _line_of(pieces: Sequence[Piece], wanted: set[str]) -> tuple[int, int] | None:
    """The one line that has all of these words."""
    fits = _lines_of(pieces, wanted)
    return fits[0] if len(fits) == 1 else None


def _lines_of(pieces: Sequence[Piece], wanted: set[str]) -> list[tuple[int, int]]:
    """The lines that have all of these words; none where several are said in one breath."""
    fits = [(a, b) for a, b in _lines(pieces) if wanted <= names_in(pieces[a:b])]
    return fits if all(_quantities(pieces[a:b]) == 1 for a, b in fits) else []


def _packs_of(pieces: Sequence[Piece], wanted: set[str]) -> list[tuple[int, int]]:
    """The one pack of goods with all of these words: "a box of the coloured glass ones"."""
    at = next(
        (i for i in reversed(range(len(pieces) - 1)) if pieces[i].lower in COUNTS and _is_unit(pieces[i + 1])), -1
    )
    end = next((i for i in range(at + 1, len(pieces)) if pieces[i].kind in (*_PAUSES, "correction")), len(pieces))
    return [(at, end)] if at >= 0 and wanted <= names_in(pieces[at:end]) else []


def _quantities(pieces: Sequence[Piece]) -> int:
    """How many numbers there are, sizes aside."""
    return sum(_is_quantity(pieces, i) for i in range(len(pieces)))


def _is_quantity(pieces: Sequence[Piece], i: int) -> bool:
    behind = pieces[i + 1].text if i + 1 < len(pieces) and not pieces[i].unit else ""
    return pieces[i].kind == "number" and unit_named(pieces[i].unit or behind) not in SIZED_IN


def renamed(old: Sequence[Piece], new: Sequence[Piece]) -> list[Piece]:
    """The words of a line that gave way which one that only says another colour or size leaves unsaid: the "zips" of
    "12 red zips, sorry, 10 blue".
    """
    classes = contrast_classes()
    said = names_in(new)
    if not said or not all(word in classes or SIZE.match(word) for word in said):
        return []
    kinds = {classes.get(word, "size") for word in said}
    named = names_in(old)
    found: list[Piece] = []
    for i, piece in enumerate(old[1:], start=1):
        size = unit_named(piece.unit or (old[i + 1].text if i + 1 < len(old) else "")) in SIZED_IN
        measured = unit_named(piece.text) in SIZED_IN and old[i - 1].kind == "number"
        kind = classes.get(stem(piece.lower), "size" if SIZE.match(piece.lower) else "")
        if (piece.kind == "number" and size) or measured or (stem(piece.lower) in named and kind not in kinds):
            found.append(piece)
    return found


def begun_again(pieces: Sequence[Piece], start: int, left: int, right: int) -> int:
    """Where a name begins that is said anew from its first word on: "black coach... sorry, black coat buttons"; -1 if
    none does.
    """
    word = stem(pieces[right].lower)
    if word in SMALL_WORDS or right + 1 >= len(pieces) or pieces[right + 1].kind != "word":
        return -1
    return next((i for i in range(left - 1, start - 1, -1) if stem(pieces[i].lower) == word), -1)


def without_given_up(pieces: list[Piece]) -> list[Piece]:
    """As in "30 m instead of 20" and "instead of 20 m of linen can I have 30": the number that is given up goes."""
    for i in range(1, len(pieces) - 1):
        if (pieces[i - 1].lower, pieces[i].lower) in _IN_PLACE_OF:
            number = i + 1 + (pieces[i + 1].lower in _DETERMINERS)
            if number < len(pieces) and pieces[number].kind == "number":
                return _given_up(pieces, i - 1, number)
    return pieces


def _given_up(pieces: list[Piece], start: int, number: int) -> list[Piece]:
    """Without the words from `start` that give up a number: with its goods if others are counted before them, else
    with the number that takes its place put before its goods.
    """
    end = unit_end(pieces, number)
    goods = next_pause(pieces, end)
    begins = next((at + 1 for at in reversed(range(start)) if pieces[at].kind == "break"), 0)
    before = any(piece.kind == "number" for piece in pieces[begins:start])
    if before or not names_in(pieces[end:goods]):
        return [*pieces[:start], *pieces[goods if before else end :]]
    stop = next((at for at in range(end, len(pieces)) if pieces[at].kind == "break"), len(pieces))
    later = next((at for at in range(end, stop) if pieces[at].kind == "number"), None)
    if later is None or names_in(pieces[later + 1 : next_pause(pieces, later + 1)]):
        return pieces
    return [*pieces[:start], pieces[later], *pieces[number + 1 : later], *pieces[later + 1 :]]


def next_pause(pieces: Sequence[Piece], at: int) -> int:
    """Where the words from `at` on end."""
    while at < len(pieces) and pieces[at].kind in ("word", "code"):
        at += 1
    return at
