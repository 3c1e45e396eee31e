"""Corrections within a message: "12, sorry, 24 washers", "red linen, I mean blue", "60 bolts. No, make that 80"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .earlier_lines import (
    COUNTS,
    SMALL_WORDS,
    begun_again,
    corrected_far_back,
    names_in,
    next_pause,
    renamed,
    unit_end,
    without_given_up,
)
from .piece import Piece
from .units import PACKAGES, SIZED_IN, unit_named
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, contrast_classes, stem

_THREAD: Final = re.compile(r"m\d+$")
_NO_DOZENS = 7
"""From here on a new number after "dozen" counts pieces."""
TAKES_BACK: Final = frozenset({"no", "nope"})
_SUGGESTS: Final = frozenset(
    {"let's say", "lets say", "let s say", "say", "call it", "let's call it", "lets call it", "well call it"}
)
_LONGEST_REASON: Final = 14
_FEW_WORDS: Final = 4
_ARTICLES: Final = frozenset({"a", "an", "another"})
_PACKED: Final = frozenset({"packed", "sold", "boxed", "bagged", "supplied", "hundreds", "thousands"})
_OTHERS: Final = frozenset({"one", "ones", "the", "those", "that", "make", "these"})
"""Who says "no the red ones" corrects."""
_AFTERTHOUGHTS: Final = frozenset({"in fact"})
"""As in "make it three dozen in fact." """
_LEADS_IN: Final = frozenset({"in", "of", "with", "for"})
_REMAKES: Final = frozenset({"make", "change", "put"})
_ONLY: Final = frozenset({"just", "only"})
_SILENT = ("comma", "noise", "break", "separator", "each", "aside")


def apply_corrections(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces as they were meant in the end. What was said later takes the place of what was said before."""
    found = corrected_far_back(without_given_up(list(pieces)))
    at = 0
    while (at := _next(found, at)) >= 0:
        found, at = _not_meant(found, at) if found[at].lower == "not" else _correct(found, at)
    return found


def _next(pieces: Sequence[Piece], at: int) -> int:
    return next((i for i in range(at, len(pieces)) if pieces[i].kind == "correction"), -1)


def _correct(pieces: list[Piece], at: int) -> tuple[list[Piece], int]:
    """Applies the correction at piece `at`; returns the pieces and where to go on."""
    if pieces[at].lower in _AFTERTHOUGHTS and at + 1 < len(pieces) and pieces[at + 1].kind == "break":
        return _quieten(pieces, at), at + 1
    if end := _unwanted(pieces, at):
        return [*pieces[:at], *pieces[end:]], at
    if remade := _remade(pieces, at):
        return remade, at
    right = at + 1
    while right < len(pieces) and pieces[right].kind in (*_SILENT, "correction") and pieces[right].text != "\n":
        right += 1
    while right + 1 < len(pieces) and pieces[right].lower in _ONLY and pieces[right + 1].kind == "number":
        right += 1  # "scrap that, just twenty"
    left = at
    while left and pieces[left - 1].kind in _SILENT:
        left -= 1
    ends = right >= len(pieces) or pieces[right].text == "\n"
    after = pieces[at + 1].kind if at + 1 < len(pieces) else ""
    joined = after == "separator"  # "no twenty packs sorry and sixty of …"
    joined = joined or (after == "comma" and left == at and pieces[at].lower in _AFTERTHOUGHTS)
    start = _said_alone(pieces, left) if ends or joined else 0
    if start:  # "Two boxes, sorry": what is corrected comes before
        pieces = [*pieces[:start], pieces[at], *pieces[start:left], *pieces[at + 1 :]]
        left, at, right = start - 1, start, start + 1
    if left and (number := _concluded(pieces, right)):
        pieces = [*pieces[: at + 1], *pieces[number:]]
        right = at + 1
    if right >= len(pieces) or not left or pieces[right].kind not in ("number", "word"):
        return _quieten(pieces, at), at + 1
    if number := _led_up_to(pieces, left, right):
        pieces = [*pieces[:right], *pieces[number:]]
    if pieces[right].kind == "number":
        return _correct_number(pieces, left, at, right)
    return _correct_word(pieces, left, at, right)


def _remade(pieces: Sequence[Piece], at: int) -> list[Piece]:
    """As in "… and eight egg cups, no, make the cups ten": the pieces, with the number of the line that is named so put
    right; nothing where no line before is.
    """
    verb = next((i for i in range(at + 1, min(at + 3, len(pieces))) if pieces[i].kind not in _SILENT), at)
    if pieces[verb].lower not in _REMAKES:
        return []
    number = next((i for i in range(verb + 1, min(verb + 8, len(pieces))) if pieces[i].kind != "word"), verb)
    names = names_in(pieces[verb + 1 : number])
    if pieces[number].kind != "number" or not names:
        return []
    end = unit_end(pieces, number)
    right = at
    while right:
        left = _line_start(pieces, right)
        counts = [i for i in range(left, right) if pieces[i].kind == "number" and not _measures(pieces, i)]
        if len(counts) == 1 and names <= names_in(pieces[left:right]):
            old = counts[0]
            after = old + 1 + (_unit_after(pieces, old) is not None and end > number + 1)
            new = [replace(pieces[number], start=pieces[old].start), *pieces[number + 1 : end]]
            return [*pieces[:old], *new, *pieces[after:at], *pieces[end:]]
        right = left - 1 if left else 0
    return []


def _unwanted(pieces: Sequence[Piece], at: int) -> int:
    """Where a line ends that says what is not needed: "no thread, we found the box"; 0 if none begins at `at`."""
    begins = not at or pieces[at - 1].kind == "break"
    end = at + 1
    while end < len(pieces) and pieces[end].kind in ("word", "aside"):
        end += 1
    said = pieces[at + 1 : end]
    others = any(p.lower in _OTHERS or p.lower in COUNTS or contrast_classes().get(stem(p.lower)) for p in said)
    ends = end == len(pieces) or pieces[end].kind in ("comma", "break")
    if pieces[at].lower != "no" or not begins or not names_in(said) or others or not ends:
        return 0
    last = end
    while last < len(pieces) and pieces[last].kind in ("word", "aside", "comma", "noise"):
        last += 1
    counted = any(p.lower in COUNTS for p in pieces[end:last])
    return end if counted or (last < len(pieces) and pieces[last].kind != "break") else last


def _concluded(pieces: Sequence[Piece], right: int) -> int:
    """Where the number stands that talk leads to: "no, they come in 500s, so 1,500"; 0 if none does."""
    concludes = False
    for i in range(right, min(right + _LONGEST_REASON, len(pieces))):
        piece = pieces[i]
        if piece.kind == "number" and concludes:
            after = unit_end(pieces, i)
            pauses = after >= len(pieces) or pieces[after].kind in ("break", "comma")
            return i if pauses else 0
        passes = piece.kind in (*_SILENT, "correction") or _is_talk(piece) or piece.lower[:1].isdigit()
        if piece.kind == "break" or not passes:
            return 0
        concludes = concludes or piece.lower.split()[0:1] == ["so"]
    return 0


def _led_up_to(pieces: Sequence[Piece], left: int, right: int) -> int:
    """Where the number stands behind a few small words, if it stands alone or its goods are said again: "sorry, we
    need 24", "apologies, another 12 m of the lilac"; 0 if none does.
    """
    at = right
    while at < len(pieces) and at < right + _FEW_WORDS and _leads_on(pieces[at]):
        at += 1
    if at == right or at >= len(pieces) or pieces[at].kind != "number":
        return 0
    said = names_in(pieces[_line_start(pieces, left) : left])
    after = unit_end(pieces, at)
    named = names_in(pieces[after : next_pause(pieces, after)])
    return at if not named or named & said else 0


def _leads_on(piece: Piece) -> bool:
    return piece.kind == "correction" or piece.lower == "another" or _is_talk(piece)


def _is_talk(piece: Piece) -> bool:
    word = piece.lower.replace("'", "").replace("’", "")
    spoken = word in SMALL_WORDS or word in _PACKED or unit_named(word) in PACKAGES
    return piece.kind == "word" and spoken and word not in COUNTS


def _said_alone(pieces: Sequence[Piece], left: int) -> int:
    """Where a quantity begins that stands alone between a pause and `left`; 0 if none does."""
    start = left
    while (start and pieces[start - 1].kind == "number") or (start and unit_named(pieces[start - 1].text)):
        start -= 1
    after_all = pieces[start - 1].kind in _SILENT or pieces[start - 1].lower in TAKES_BACK
    alone = 1 < start < left and pieces[start].kind == "number" and after_all
    return start if alone else 0


def _not_meant(pieces: list[Piece], at: int) -> tuple[list[Piece], int]:
    """As in "10 m blue linen, not the red one": what is denied, up to the next pause or thing, goes."""
    end = at + 1
    if end < len(pieces) and pieces[end].kind == "number":  # "not ten"
        unit = end + 1 < len(pieces) and unit_named(pieces[end + 1].text) is not None
        return [*pieces[:at], *pieces[end + 1 + unit :]], at
    pronoun = next((i for i in range(end, min(end + 7, len(pieces))) if pieces[i].lower in ("one", "ones")), -1)
    while end < len(pieces) and pieces[end].kind not in ("break", "comma"):
        if end == pronoun:
            return [*pieces[:at], *pieces[end + 1 :]], at
        begins = pieces[end].lower in ("the", "a", "an") and end > at + 1
        if begins or pieces[end].kind == "number" or (pieces[end].kind == "separator" and pronoun < end):
            break
        end += 1
    return [*pieces[:at], *pieces[end:]], at


def _quieten(pieces: list[Piece], at: int) -> list[Piece]:
    return [*pieces[:at], replace(pieces[at], kind="noise"), *pieces[at + 1 :]]


def _line_start(pieces: Sequence[Piece], left: int) -> int:
    """Where the line that ends before `left` begins."""
    start = left
    while start and pieces[start - 1].kind not in ("break", "comma", "separator"):
        start -= 1
    return start


def _correct_number(pieces: list[Piece], left: int, at: int, right: int) -> tuple[list[Piece], int]:
    new_line = left < at and pieces[at - 1].kind == "separator"
    if pieces[at].lower in _SUGGESTS and (new_line or not _counted(pieces[_line_start(pieces, left) : left])):
        return _quieten(pieces, at), at + 1  # "… and the spice tins, let's say four"
    new = pieces[right]
    after = right + 1
    if pieces[at].lower in _SUGGESTS and _names_more(pieces, after):
        return _quieten(pieces, at), at + 1  # "20 red zips, say 10 blue ones"
    unit = after < len(pieces) and pieces[after].kind == "word" and unit_named(pieces[after].text) is not None
    if _said_twice(pieces, right, after + unit):
        pieces = [*pieces[:right], *pieces[after + unit :]]
    pieces = _without_repetition(pieces, _line_start(pieces, left), left, after + unit)
    old = _corrected(pieces, left, right)
    if old is None:
        start = _line_start(pieces, left)
        again = names_in(pieces[start:left]) & names_in(pieces[after : next_pause(pieces, after)])
        return ([*pieces[:start], *pieces[right:]], start) if again else (_quieten(pieces, at), at + 1)
    said = [p for p in pieces[_line_start(pieces, left) : left] if p.kind in ("word", "code")]
    said = [p for p in said if not unit_named(p.text)]
    rest = after + unit
    if _sized(pieces[_line_start(pieces, left) : old]) and _sized(pieces[old + 1 : left]):
        return _quieten(pieces, at), at + 1  # "4x40 two boxes 4x50 make that three boxes": that is the 4x50's
    goes_on = _names_more(pieces, rest)
    one_number = not any(p.kind == "number" for p in pieces[_line_start(pieces, left) : old])
    behind = unit_end(pieces, old) >= left
    names = [
        p for p in pieces[_line_start(pieces, left) : old] if p.kind == "word" and stem(p.lower) not in SMALL_WORDS
    ]
    if said and goes_on and one_number and not (behind and names):  # a whole new line: "12 washers, sorry, 24 bolts"
        start, end = _line_start(pieces, left), next_pause(pieces, rest)
        kept = renamed(pieces[old:left], pieces[rest:end])
        return [*pieces[:start], *pieces[right:end], *kept, *pieces[end:]], start
    kept_unit = pieces[old + 1 : left]
    if kept_unit and unit_named(kept_unit[0].text) in ("dozen", "gross") and (new.value or 0) >= _NO_DOZENS:
        kept_unit = kept_unit[1:]  # "one dozen, make that eighteen"
    replaced = [replace(new, start=pieces[old].start)]
    if unit or new.unit:
        kept_unit = kept_unit[1:] if kept_unit and unit_named(kept_unit[0].text) else kept_unit
        replaced += pieces[after:rest]
    return [*pieces[:old], *replaced, *kept_unit, *pieces[rest:]], old + 1


def _said_twice(pieces: Sequence[Piece], right: int, again: int) -> bool:
    """As in "no two boxes two boxes of the blue"."""
    alike = again < len(pieces) and pieces[again].kind == "number" and pieces[again].value == pieces[right].value
    return alike and _unit_after(pieces, again) == _unit_after(pieces, right)


def _without_repetition(pieces: list[Piece], start: int, left: int, rest: int) -> list[Piece]:
    """Without what only says again which line is corrected: "50 m of navy canvas, sorry, 60 m of the navy"."""
    end = next_pause(pieces, rest)
    said, again = names_in(pieces[start:left]), names_in(pieces[rest:end])
    codes = any(piece.kind == "code" for piece in pieces[rest:end])
    return [*pieces[:rest], *pieces[end:]] if again and again < said and not codes else pieces


def _names_more(pieces: Sequence[Piece], at: int) -> bool:
    """Whether goods are named from piece `at` on, up to the next pause: not so in "20 pcs only"."""
    while at < len(pieces) and pieces[at].kind in ("word", "code"):
        packed = pieces[at - 1].lower == "in" and unit_named(pieces[at].text) in PACKAGES  # "come in boxes"
        if pieces[at].kind == "code" or (not packed and stem(pieces[at].lower) not in OPTIONAL_WORDS | STOP_WORDS):
            return True
        at += 1
    return False


def _counted(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind in ("number", "range") or piece.lower in ("a", "an") for piece in pieces)


def _sized(pieces: Sequence[Piece]) -> bool:
    """Whether something is named by its size."""
    return any(piece.kind == "word" and SIZE.match(piece.lower) for piece in pieces)


def _corrected(pieces: Sequence[Piece], left: int, right: int) -> int | None:
    """The quantity that gives way: one of the same unit, else the last one, an article ("a box") included."""
    line = _line_start(pieces, left)
    numbers = [i for i in range(left) if pieces[i].kind in ("number", "range")]
    articles = [i for i in range(line, left - 1) if pieces[i].lower in _ARTICLES and pieces[i + 1].kind == "word"]
    unit = _unit_after(pieces, right)
    alike = [i for i in (*numbers, *articles) if unit and i >= line and _unit_after(pieces, i) == unit]
    sizes = [i for i in numbers if _measures(pieces, i)]
    here = [i for i in numbers if i >= line and i not in sizes]
    for choice in (alike, here, articles, [i for i in numbers if i not in sizes], numbers):
        if choice:
            return choice[-1]
    before = [i for i in range(left - 1) if pieces[i].lower in _ARTICLES and _unit_after(pieces, i)]
    return before[-1] if before else None


def _measures(pieces: Sequence[Piece], i: int) -> bool:
    return _unit_after(pieces, i) in SIZED_IN


def _unit_after(pieces: Sequence[Piece], i: int) -> str | None:
    if pieces[i].unit:
        return unit_named(pieces[i].unit or "")
    following = pieces[i + 1] if i + 1 < len(pieces) else None
    return unit_named(following.text) if following is not None and following.kind == "word" else None


def _correct_word(pieces: list[Piece], left: int, at: int, right: int) -> tuple[list[Piece], int]:
    """As in "red, I mean blue": the last word of the same kind gives way; any other word leaves the text as it is."""
    again = _led_in_again(pieces, left, right)
    again = again if again >= 0 else begun_again(pieces, _line_start(pieces, left), left, right)
    if again >= 0:
        return [*pieces[:again], *pieces[right:]], again
    kind = _kind(pieces[right])
    if kind:
        for i in range(left - 1, -1, -1):
            if _kind(pieces[i]) == kind:
                pieces = _without_repetition(pieces, _line_start(pieces, i), left, right + 1)
                corrected = replace(pieces[right], start=pieces[i].start)
                return [*pieces[:i], corrected, *pieces[i + 1 : left], *pieces[right + 1 :]], i + 1
    if start := _another_of_its_kind(pieces, left, right):
        return [*pieces[:start], *pieces[right:]], start
    return _quieten(pieces, at), at + 1


def _led_in_again(pieces: Sequence[Piece], left: int, right: int) -> int:
    """Where what is taken back begins, if one small word leads to both: "in stone, sorry, in slate"; else -1."""
    start = left - 1
    while start > 0 and pieces[start].kind == "word" and pieces[start].lower not in _LEADS_IN:
        start -= 1
    near = start >= left - _FEW_WORDS and start < left - 1
    return start if near and pieces[start].lower == pieces[right].lower in _LEADS_IN else -1


def _kind(piece: Piece) -> str | None:
    """What a word tells things apart by: a colour, a metal, a size."""
    if piece.kind == "word" and _THREAD.match(piece.lower):
        return "thread"
    if piece.kind == "word" and SIZE.match(piece.lower):
        return "size"
    return contrast_classes().get(stem(piece.lower))


def _another_of_its_kind(pieces: Sequence[Piece], left: int, right: int) -> int:
    """Where a thing begins whose place another takes, its noun said again: "…, large tins, no make that small square
    tins 12"; 0 where none does.
    """
    start = left
    while start and pieces[start - 1].kind == "word":
        start -= 1
    counted = start > 0 and pieces[start - 1].kind == "number" and not _ends_line(pieces, start - 1)
    while counted and start < left and (unit_named(pieces[start].text) or pieces[start].lower in ("of", "the")):
        start += 1
    end = right
    while end < len(pieces) and pieces[end].kind == "word":
        end += 1
    before = {stem(piece.lower) for piece in pieces[start:left]}
    after = {stem(piece.lower) for piece in pieces[right:end]}
    again = (before & after) - OPTIONAL_WORDS - STOP_WORDS
    if counted and not (start + 1 < left and end > right + 1 and stem(pieces[end - 1].lower) in again):
        return 0  # "12 navy zips, sorry, zips": nothing else is named
    return start if again and not before & COUNTS else 0


def _ends_line(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the number at `at` stands behind the thing it counts: "spaceboy tins twelve circus tins"."""
    counted = at > 1 and unit_named(pieces[at - 1].text) is not None and pieces[at - 2].kind == "number"
    before = pieces[at - 1].lower if at and pieces[at - 1].kind == "word" else ""
    return bool(before) and not counted and stem(before) not in OPTIONAL_WORDS | STOP_WORDS
