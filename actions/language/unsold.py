"""Things with a number that no product is like: goods, which are asked about, or small talk ("Room 12")."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from .atoms import PURPOSES
from .catalogue import CatalogueIndex, Match
from .deciding import Decision
from .leftovers import NO_GOODS
from .mentions import LEADING, Mention
from .piece import Piece
from .segments import Segment, telling_words
from .talk import ASKING, is_talk_word
from .telling import tells_of_itself, tells_of_plans
from .units import SIZED_IN
from .words import contrast_classes

Decide = Callable[[Sequence[Match]], Decision]

_FINISHES: Final = frozenset({"colour", "metal"})
_ROWED: Final = frozenset({"times", "colon"})
_DASHES: Final = frozenset("-–—")
_ARTICLES: Final = frozenset({"a", "an", "the", "us", "me"})
_IT_IS: Final = frozenset({"it's", "its", "it’s"})
_LONGEST_NAME: Final = 6


def is_chatter(segment: Segment, before: Segment | None, decision: Decision, index: CatalogueIndex) -> bool:
    """A number as in "Room 12"; "M24 bolts, fifty", "soft close hinges - 24" and "I'll take 24 oak knobs" are none,
    although nobody has such.
    """
    mention = segment.mention
    if mention is None:
        return False
    ahead = before.pieces if before and not before.names_something else ()
    told = tells_of_itself(ahead, segment.pieces, mention)
    if told or decision.sku:
        return told
    if segment.pieces[-1].lower == "wants" or (before is not None and _is_said_beside(before, segment, mention)):
        return True  # "cust 15769 wants": who orders
    if decision.problem == "unknown_product" and tells_of_plans(ahead, segment.pieces, mention):
        return True
    worded = mention.first < len(segment.pieces) and segment.pieces[mention.first].kind == "word"
    purpose = segment.pieces[0].lower in PURPOSES and decision.problem == "unknown_product"
    if purpose and (mention.unit in SIZED_IN or worded):
        return True  # "U bolts for the 50 mm scaffold tube", "for the gift box I need"
    words = telling_words(segment.product)
    known = len(words) > 1 and any(index.knows(word) for word in words)
    if decision.candidates or mention.unit is not None or mention.likely >= LEADING or known:
        return False
    opening, rest = segment.pieces[: mention.first], segment.pieces[mention.last :]
    asked = bool(opening) and opening[-1].lower in ASKING
    return not (asked or _are_goods(rest) or _ends_a_row([*ahead, *opening]))


def described(sentences: Sequence[Sequence[Segment]], decide: Decide) -> list[list[Segment]]:
    """The sentences, where what only says the finish of a thing in a size that nobody has is one line with it: "door
    hinges 100mm | brass - 20 pairs".
    """
    return [_described(sentence, decide) for sentence in sentences]


def _described(sentence: Sequence[Segment], decide: Decide) -> list[Segment]:
    found: list[Segment] = []
    for segment in sentence:
        last = found[-1] if found else None
        if last and _is_sized_only(last) and _tells_its_kind(segment) and not decide(last.matches).candidates:
            shift = len(last.pieces)
            mention = segment.mention
            if mention is not None:
                mention = replace(mention, first=mention.first + shift, last=mention.last + shift)
            pieces = (*last.pieces, *segment.pieces)
            found[-1] = replace(last, pieces=pieces, mention=mention, asked=segment.asked, unsure=False)
        else:
            found.append(segment)
    return found


def _is_sized_only(segment: Segment) -> bool:
    return segment.mention is not None and segment.mention.unit in SIZED_IN and bool(segment.product)


def _tells_its_kind(segment: Segment) -> bool:
    """Whether a segment says how many, and of its thing no more than a colour or a metal."""
    if segment.mention is None or segment.sku or segment.pieces[0].kind == "separator":
        return False
    words = telling_words(segment.product)
    return bool(words) and all(contrast_classes().get(word) in _FINISHES for word in words)


def _is_said_beside(before: Segment, segment: Segment, mention: Mention) -> bool:
    """As in "30 rolls of ribbon, it's a wedding", "… for the Lyme Green kitchens, six plots:"."""
    opens = segment.pieces[mention.first].lower if mention.first < len(segment.pieces) else ""
    is_a = before.pieces[-1].lower in _IT_IS and mention.unit is None and opens == "a"
    introduces = segment.pieces[-1].kind == "colon"
    return is_a or introduces or tells_of_itself(before.pieces[-2:], segment.pieces, mention)


def _are_goods(pieces: Sequence[Piece]) -> bool:
    """Whether things are counted, not people or weeks: "24 oak knobs", "3 coils"."""
    words: list[Piece] = []
    for piece in pieces:
        if piece.lower in _ARTICLES:
            return False  # "if a thousand earns a better rate"
        if piece.kind != "word" or (words and is_talk_word(piece.lower)):
            break
        words.append(piece)
    return _is_plural(words)


def _ends_a_row(pieces: Sequence[Piece]) -> bool:
    """Whether a name stands before the number as in a list: "soft close hinges - 24", "plinth clips 40"."""
    end = len(pieces)
    while end and pieces[end - 1].kind not in ("word", "code"):
        end -= 1
    parted = any(piece.kind in _ROWED or piece.text in _DASHES for piece in pieces[end:])
    name = [piece for piece in pieces[:end] if piece.kind == "word" and not is_talk_word(piece.lower)]
    return (parted and 0 < len(name) <= _LONGEST_NAME) or any(_is_plural(name[: n + 1]) for n in range(len(name)))


def _is_plural(words: Sequence[Piece]) -> bool:
    """Whether the last of the words is a plural, and no name of a person ("James")."""
    if not words:
        return False
    last = words[-1].text
    plural = last.lower().endswith("s") and not last.lower().endswith(("ss", "'s", "’s"))
    return plural and last[0].islower() and last.lower() not in NO_GOODS
