"""Numbers among the pieces that count no goods: "valid 30 days", "week 46", "four lots of things"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from .atoms import PURPOSES, names
from .catalogue import CatalogueIndex
from .deciding import POSSIBLE
from .numbers import ORDINALS
from .piece import Piece
from .stories import sentences, without_stories
from .talk import ASKING, is_talk_word
from .units import PACKAGES, unit_named
from .words import SIZE, word_set

_MEASURED: Final = frozenset({"width", "length", "diameter"})
_NO_QUANTITY_AFTER: Final = word_set(
    """
    day days week weeks month months year years hour hours hr hrs minute minutes min mins am pm oclock o'clock
    o’clock percent pct
    wide long thick deep high guest guests people persons attendees delegates pupils visitors families staff
    """
)
_NUMBERED: Final = word_set(
    "week wk year yr dept department branch room booth stand stall bay aisle floor gate site plot flat depot"
)
_NUMBER: Final = word_set("number no nr")
_MET: Final = word_set("closes close closing shut shuts open opens leave leaves here there back finish finishes round")
"""What is done at an hour: "we close at 4"."""
_HOURS: Final = 24
_FAR: Final = 5
_FEW: Final = 2
_HAPPENED: Final = word_set("was were arrived came broke smashed turned sold went")
_USED_UP: Final = word_set("went go goes going gone got get")
_CLOCK: Final = word_set("after before till until past closes close shuts shut opens open")
_MONTHS: Final = word_set("january february march april may june july august september october november december")
_ADJECTIVES: Final = frozenset({"wide", "long", "thick", "deep", "high"})
_DELIVERIES: Final = word_set(
    """
    drop drops go goes delivery deliveries shipment shipments consignment load loads trip trips hit hits lot lots
    batch batches
    """
)
_TO_A_PACK: Final = frozenset({("to", "the"), ("to", "a"), ("to", "each"), ("in", "a"), ("in", "each"), ("in", "the")})
_INSIDE: Final = frozenset({"in", "to", "per"})
_OF_A_PACK: Final = frozenset({"a", "one", "the", "each"})
_STATEMENTS: Final = frozenset(
    {
        *((who, verb) for who in ("we", "i", "they") for verb in ("have", "had", "are", "am", "got")),
        *(("there", "are"), ("there", "is"), ("it", "is"), ("this", "is"), ("these", "are"), ("he", "has")),
    }
)
_STATED: Final = word_set("we've we're i've i'm there's it's they've they're that's weve theres theyve")
_DOING: Final = word_set("doing fitting making building running fixing having finishing starting working")
_ASKING_NOW: Final = ASKING | {"can", "could"}
_ASKED_FOR: Final = word_set("can could would may out short low run running looking price prices cost book more")
_GREETING: Final = 4
_SAID: Final = word_set("question questions query queries order orders")
_THINGS: Final = word_set("things lines")


def without_uncounted(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """The pieces, with each number that counts no goods made noise, or a word where it is a size."""
    pieces = without_stories(_without_descriptions(pieces), index)
    pieces = _without_statements(pieces, index)
    pieces = _without_events(_without_durations(pieces, index), index)
    return _without_contents(_without_places(pieces, index))


def _without_descriptions(pieces: Sequence[Piece]) -> list[Piece]:
    """Without what a pack of the goods holds, as in "(the 16 box ones)", "…, the 9 piece"."""
    found = list(pieces)
    for i in range(1, len(pieces) - 1):
        if pieces[i].kind != "number" or pieces[i - 1].lower != "the":
            continue
        unit, after = unit_named(pieces[i + 1].text), pieces[i + 2] if i + 2 < len(pieces) else None
        ends = after is None or after.kind in ("break", "comma")
        if unit in PACKAGES and after is not None and after.lower in ("one", "ones"):
            found[i : i + 3] = [replace(piece, kind="noise", value=None) for piece in pieces[i : i + 3]]
        elif unit == "each" and ends and i > 1 and pieces[i - 2].kind == "comma":
            found[i : i + 2] = [replace(piece, kind="noise", value=None) for piece in pieces[i : i + 2]]
    return found


def _without_statements(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """Without the numbers of a sentence that tells of oneself, not of goods: "we have a contract for 40 chairs"."""
    found: list[Piece] = []
    elsewhere = sum(piece.kind in ("number", "code", "range") for piece in pieces)
    for sentence in sentences(pieces):
        numbers = [i for i, piece in enumerate(sentence) if piece.kind in ("number", "code", "range")]
        told = 0 < len(numbers) < elsewhere and _tells(sentence)
        if told and not any(_counts_goods(sentence, i, index) for i in numbers):
            found += [replace(p, kind="noise", value=None) if i in numbers else p for i, p in enumerate(sentence)]
        else:
            found += sentence
    return found


def _tells(sentence: Sequence[Piece]) -> bool:
    """Whether a sentence says what is, and asks for nothing."""
    words = [word for piece in sentence if piece.kind != "noise" for word in piece.lower.split()]
    opening = words[words.index(",") + 1 :] if "," in words[:_GREETING] else words  # "Good afternoon, we have …"
    asks = any(word in ASKING and word != "have" for word in words) or not _ASKED_FOR.isdisjoint(words)
    purpose = opening[:1] == ["for"] and sentence[-1].kind == "colon"  # "For 3 benches: …"
    if opening and opening[0] in _DOING and _ASKING_NOW.isdisjoint(words):
        return True  # "Doing two vans this month so I'll be back for more"
    return not asks and (purpose or tuple(opening[:2]) in _STATEMENTS or bool(set(opening[:1]) & _STATED))


def _counts_goods(sentence: Sequence[Piece], i: int, index: CatalogueIndex) -> bool:
    """Whether the words behind the number at i are a product's."""
    behind = takewhile(lambda piece: piece.kind == "word", sentence[i + 1 : i + 4])
    words = [piece.text for piece in behind if not is_talk_word(piece.lower)]
    unit = bool(words) and unit_named(words[0]) is not None
    best = index.match(" ".join(words), limit=1) if words else []
    nothing = not words and sentence[i].value != 1  # "they had one last year"
    return sentence[i].kind == "code" or unit or nothing or (bool(best) and best[0].score >= POSSIBLE)


def _without_places(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """As in "for week 48 we need", "booth 14", and "four lots of things, first the …"."""
    found = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.kind != "number" or piece.unit:
            continue
        before = pieces[i - 1].lower if i else ""
        after = [p.lower for p in pieces[i + 1 : i + 4] if p.lower not in ("more", "other", "of")]
        things = _counts_what_is_said(pieces[i + 1 : i + 3])
        things = things or (bool(after) and (after[0] in _THINGS or after[:2] == ["lots", "things"]))
        numbered = before in _NUMBERED and not index.knows(before)
        dated = any(word in _MONTHS and not index.knows(word) for word in (before, *after[:1]))
        at_once = before.split()[-1:] == ["in"] and bool(after) and after[0] in _DELIVERIES  # "all in one drop"
        either = before == "the" and i > 1 and pieces[i - 2].lower == "between"
        numbered = numbered or _numbers_a_place(pieces, i, index) or _is_an_hour(pieces, i)
        people = either or [p.lower for p in pieces[i + 1 : i + 3]] in (["of", "us"], ["of", "you"])
        if people or things or numbered or dated or at_once:
            found[i] = replace(piece, kind="noise", value=None)
    return found


def _counts_what_is_said(following: Sequence[Piece]) -> bool:
    """As in "one question and one order"."""
    ends = len(following) < _FEW or following[1].kind != "word" or is_talk_word(following[1].lower)
    return bool(following) and following[0].lower in _SAID and ends


def _numbers_a_place(pieces: Sequence[Piece], i: int, index: CatalogueIndex) -> bool:
    """As in "leave it at number 6 if we're out", "for frame no. 3:", and above a list "garden run no. 2"."""
    said = [piece for piece in pieces[max(0, i - _FAR) : i] if piece.text != "."]
    if len(said) < _FEW or said[-1].lower not in _NUMBER:
        return False
    after = pieces[i + 1] if i + 1 < len(pieces) else None
    at = said[-2].lower == "at" and (after is None or after.kind != "word" or is_talk_word(after.lower))
    purpose = any(piece.lower in ("for", *PURPOSES) for piece in said[:-2])
    if at or (purpose and after is not None and after.kind == "colon"):
        return True
    if after is None or after.text != "\n" or any(piece.kind in ("number", "code") for piece in pieces[:i]):
        return False
    named = index.match(" ".join(piece.text for piece in said[:-1] if piece.kind == "word"), limit=1)
    return not named or named[0].score < POSSIBLE


def _is_an_hour(pieces: Sequence[Piece], i: int) -> bool:
    """As in "goods in closes at 4"."""
    said = [piece.lower for piece in pieces[max(0, i - _FAR) : i]]
    ends = i + 1 == len(pieces) or pieces[i + 1].kind in ("break", "comma")
    value = pieces[i].value
    return said[-1:] == ["at"] and ends and value is not None and value <= _HOURS and not _MET.isdisjoint(said)


def _without_events(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """Numbers of what happened and when: "two were split", "one arrived chipped", "after 2 please", "closes 3.30"."""
    found = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.kind != "number" or piece.unit:
            continue
        after = pieces[i + 1] if i + 1 < len(pieces) else None
        happened = after is not None and after.lower in _HAPPENED and not index.knows(after.lower)
        through = i > 1 and pieces[i - 1].lower == "through" and pieces[i - 2].lower in _USED_UP
        told = through or (i > 0 and pieces[i - 1].lower in _HAPPENED)
        happened = happened or (told and after is not None and names(after))
        timed = i > 0 and pieces[i - 1].lower in _CLOCK and (after is None or not names(after))
        dated = i > 0 and after is not None and _is_ordinal(pieces[i - 1], piece, after)
        if happened or timed or dated:
            found[i] = replace(piece, kind="noise", value=None)
    return found


def _is_ordinal(before: Piece, number: Piece, after: Piece) -> bool:
    """As in "on the twenty first"."""
    tens = number.value in (20, 30) and number.text.isalpha()
    return tens and before.lower.split()[-1:] == ["the"] and after.lower in ORDINALS and after.lower.isalpha()


def _without_contents(pieces: Sequence[Piece]) -> list[Piece]:
    """As in "…, 12 to the box", which says what a pack holds, and "how many are in a box?", which asks it."""
    found = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.lower.split()[-1:] == ["many"]:
            for at in _asked_of_a_pack(pieces, i):
                found[at] = replace(pieces[at], kind="noise", value=None)
        if piece.kind != "number" or piece.unit:
            continue
        words = [(word, at) for at in range(i + 1, min(i + 4, len(pieces))) for word in pieces[at].lower.split()]
        if len(words) < 3 or (words[0][0], words[1][0]) not in _TO_A_PACK or unit_named(words[2][0]) not in PACKAGES:
            continue
        end = words[2][1] + 1
        found[i:end] = [replace(other, kind="noise", value=None) for other in pieces[i:end]]
    return found


def _asked_of_a_pack(pieces: Sequence[Piece], i: int) -> range:
    """Where "to a box" stands behind the "how many" at i, if that is asked."""
    behind = list(takewhile(lambda piece: piece.kind in ("word", "aside", "noise"), pieces[i + 1 : i + 8]))
    words = [(word, i + 1 + at) for at, piece in enumerate(behind) for word in piece.lower.split()]
    for (joins, first), (article, _), (pack, last) in zip(words, words[1:], words[2:], strict=False):
        if joins in _INSIDE and article in _OF_A_PACK and unit_named(pack) in PACKAGES:
            return range(first, last + 1)
    return range(0)


def _is_described(pieces: Sequence[Piece], i: int) -> bool:
    """Whether the number counts what is said to be long, wide or so, and a size follows: "12 long M12x120 bolts"."""
    following = pieces[i + 2] if i + 2 < len(pieces) else None
    begins = not i or pieces[i - 1].kind != "word" or is_talk_word(pieces[i - 1].lower)
    sized = following is not None and (following.kind == "number" or SIZE.match(following.lower) is not None)
    return begins and sized and pieces[i + 1].lower in _ADJECTIVES


def _without_durations(pieces: Sequence[Piece], index: CatalogueIndex) -> list[Piece]:
    """Numbers that count no goods: "valid 30 days", "before 9 am", "150 wide"."""
    found = list(pieces)
    for i, piece in enumerate(pieces[1:], start=1):
        figure = f"{piece.value:f}" if piece.kind == "number" and piece.value is not None and not piece.unit else ""
        if figure and pieces[i - 1].lower in _MEASURED and (index.knows(figure) or index.knows(f"{figure}mm")):
            found[i] = replace(piece, kind="word", text=figure, value=None)  # "elastic white, width 25"
    for i, piece in enumerate(found[:-1]):
        after = pieces[i + 1].lower
        if piece.kind not in ("number", "range") or after not in _NO_QUANTITY_AFTER or index.knows(after) or piece.unit:
            continue
        if _is_described(pieces, i):
            continue
        figure = f"{piece.value:f}" if piece.value is not None else ""
        if after in ("long", "wide", "deep") and index.knows(figure):
            found[i] = replace(piece, kind="word", text=figure, value=None)
        else:
            found[i] = replace(piece, kind="noise", value=None)
            if i and pieces[i - 1].lower in ("in", "within"):
                found[i + 1] = replace(pieces[i + 1], kind="noise")
    return found
