"""What a message only tells: what came, what is not wanted, what the goods are for, what is being planned."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .atoms import PURPOSES, says_what_for
from .mentions import Mention
from .piece import Piece
from .units import unit_named
from .words import word_set

_HAPPENED: Final = word_set("came arrived went sold selling flew received landed")
_THANKS: Final = word_set("thanks thank thx ta cheers")
_DENIED: Final = frozenset({"nothing"})
_SOME: Final = word_set("some sum few several lots loads plenty more another extra")
_BESIDE: Final = word_set("where because since whereas")
_RULED_OUT: Final = word_set("can't cannot cant can’t")
_PRAISED: Final = word_set("lovely great fine perfect brilliant nice good super late broken damaged smashed gorgeous")
_WERE: Final = word_set("were was are is")
_HEDGES: Final = word_set("little bit touch tad")
_ARTICLES: Final = frozenset({"a", "an"})
_SPEAKERS: Final = word_set("im i'm we're theyre they're shes she's hes he's youre you're")
_WE: Final = word_set("i we they you he she it these those")
_ARE: Final = word_set("am are is")
_MERELY: Final = word_set("only just but such quite rather still")
_HOLDING: Final = word_set(
    """
    planning running opening hosting holding organising organizing doing having starting launching arranging
    celebrating making throwing catering as at into have got ive i've weve we've
    """
)
"""Behind these an article begins what somebody does, has or is, not what is ordered; nor behind "can I have"."""
_ASKING: Final = word_set("can could may might please to do would will shall id i'd wed we'd")


def only_told(pieces: Sequence[Piece]) -> bool:
    """Whether goods without a quantity are spoken of and not wanted: "the postcards came fine", "nothing from the tea
    time range", "for the first aid stall".
    """
    words = [piece.lower for piece in pieces]
    if _DENIED & set(words[:2]):
        return True
    if _SOME & set(words) or any(character.isdigit() for word in words for character in word):
        return False
    opening = next((piece.lower for piece in pieces if piece.kind == "word"), "")
    if (
        opening in _BESIDE
        or _RULED_OUT & set(words)
        or says_what_for(pieces)
        or (words[0] in _THANKS and PURPOSES & set(words[:3]))
    ):
        return True
    spoken = [piece.lower for piece in pieces if piece.kind == "word"]
    return any(
        (word in _HAPPENED and word not in spoken[:1]) or (word in _WERE and following in _PRAISED)
        for word, following in pairwise([*spoken, ""])
    )


def tells_of_itself(ahead: Sequence[Piece], pieces: Sequence[Piece], mention: Mention) -> bool:
    """Whether a sentence says with its article who somebody is: "I'm a party planner", "we are a small shop"."""
    before = _before_article(ahead, pieces, mention)
    if before and before[-1].split()[-1] == "be":
        return True  # "sorry to be a pain"
    if before[-1:] == ["but"] and pieces[mention.last : mention.last + 1] and pieces[mention.last].lower in _HEDGES:
        return True  # "they are lovely but a little dear"
    if before[-2:] == ["it", "as"]:
        return True  # "I need it as a proper offer"
    while before and before[-1] in _MERELY:
        before.pop()  # "it's only a little order"
    if len(before) > 1 and before[-1] in _ARE:
        return before[-2] in _WE
    return bool(before) and before[-1] in _SPEAKERS


def tells_of_plans(ahead: Sequence[Piece], pieces: Sequence[Piece], mention: Mention) -> bool:
    """Whether its article may begin what somebody plans or has: "we are planning a catalogue feature"."""
    before = _before_article(ahead, pieces, mention)
    return bool(before) and before[-1] in _HOLDING and not _ASKING & set(before)


def _before_article(ahead: Sequence[Piece], pieces: Sequence[Piece], mention: Mention) -> list[str]:
    """The words before the article that is all of a quantity, those `ahead` of its line included."""
    if mention.first >= len(pieces):
        return []  # another line's quantity, wanted of this one as well
    if mention.unit or mention.last != mention.first + 1 or pieces[mention.first].lower not in _ARTICLES:
        return []
    if mention.last < len(pieces) and unit_named(pieces[mention.last].text):
        return []
    near = bool(ahead) and pieces[0].start - ahead[-1].end <= 1
    return [piece.lower for piece in [*(ahead if near else ()), *pieces[: mention.first]]]
