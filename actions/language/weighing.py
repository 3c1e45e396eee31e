"""What a reading of a run is worth: how likely its quantity is where it stands, and what the catalogue explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .atoms import JOINTS, begins_anew, names, refers_back
from .catalogue import Match
from .mentions import Mention
from .piece import Piece
from .units import MEASURES, PACKAGES, SINGLE, SIZED_IN, unit_named

_UNEXPLAINED: Final = 0.8
_QUANTITY: Final = 0.75
_NO_QUANTITY: Final = -0.3
_PAUSE: Final = 0.6
"""A pause between quantity and product: "zinc 60, black 40" is not 60 black."""
_AGAINST_THE_ORDER: Final = 1.0
LINE: Final = -0.6
_NAMED: Final = 0.3
_OPENING_NUMBER: Final = 1.0
_OF_NOTHING: Final = 1.0
_OF_EACH: Final = -0.6
"""A quantity of each stands well without a name: "…, a dozen of each"."""
PACK_LEFT_OVER: Final = 1.3
_MEASURE_LEFT_OVER: Final = 3.0
_PIECE_LEFT_OVER: Final = 0.3
_SPEAKERS: Final = frozenset({"i", "we", "can", "could"})
_WISHES: Final = frozenset({"need", "want", "would", "you", "i", "we", "have", "also"})
_BEGINS_ANEW: Final = 1.0
_MEASURED: Final = MEASURES - SIZED_IN
_COUNTED: Final = PACKAGES | {"dozen", "gross"}
_WANTED: Final = frozenset({"need", "want", "get", "order", "send", "require"})
SILENT: Final = frozenset({"aside", "comma", "noise", "times", "at", "colon", "correction", "each", "break"})


@dataclass(frozen=True, slots=True)
class Fit:
    """How the catalogue answers to a text: matches, how many words need explaining, how many are bare figures."""

    matches: tuple[Match, ...]
    required: int
    hard: int


def placed(run: Sequence[Piece], mention: Mention | None, leading: bool | None) -> float:
    """How likely the quantity is where it stands. `leading`: whether quantities come before the things, if known."""
    if mention is None:
        return _NO_QUANTITY - _odd(run, mention) - _speaks_anew(run)
    likely = _QUANTITY * mention.likely - _odd(run, mention) - _speaks_anew(run) - _ended(run, mention)
    if mention.last < len(run) and _is_pause(run[mention.last]):
        likely -= _PAUSE
    if leading is not None and _is_leading(run, mention) is not leading:
        likely -= _AGAINST_THE_ORDER
    if refers_back(run, mention.last):
        likely -= _AGAINST_THE_ORDER
    if begins_anew(run, mention.last):
        likely -= _PAUSE
    return likely


def _ended(run: Sequence[Piece], mention: Mention) -> float:
    """What it costs that a run ends with "100 of", "24 x" or "and 4": of what, comes after."""
    if not mention.first or mention.last < len(run):
        return 0.0
    if run[-1].lower == "of" or _is_wanted_next(run, mention.first - 1):
        return _OF_NOTHING
    joined = run[mention.first - 1].kind == "separator"
    return _PAUSE if joined or run[-1].kind == "times" else 0.0


def _is_wanted_next(run: Sequence[Piece], at: int) -> bool:
    """Whether a number behind the word at `at` counts what comes after: "… let me down again. need 2". Not so where
    somebody says it of what was named: "the navy webbing, I need 60".
    """
    return run[at].lower in _WANTED and not (at and run[at - 1].lower in _SPEAKERS)


def _is_pause(piece: Piece) -> bool:
    return piece.kind in ("comma", "separator") or (piece.kind == "aside" and piece.lower != "on the")


def _odd(run: Sequence[Piece], mention: Mention | None) -> float:
    """A number at the start or before an "of" is hardly part of a name, "2 boxes" hardly two of things called so."""
    if mention is None:
        opening = next((p for p in run if p.kind not in SILENT and p.kind not in JOINTS), None)
        if opening is None:
            return 0.0
        at = run.index(opening)
        unit = unit_named(run[at + 1].text) if at + 1 < len(run) and opening.lower in ("a", "an") else None
        counted = any(p.kind == "number" and not p.unit and q.lower == "of" for p, q in pairwise(run))
        return _OPENING_NUMBER if opening.kind == "number" or unit in PACKAGES or counted else 0.0
    after = run[mention.last] if mention.last < len(run) else None
    unit = unit_named(after.text) if after is not None and after.kind == "word" and mention.unit is None else None
    if unit in _MEASURED:
        return _MEASURE_LEFT_OVER  # "3 kg of nuts" are not 3
    if unit not in _COUNTED:
        return 0.0
    of_each = any(piece.kind == "each" for piece in run[mention.last + 1 : mention.last + 2])
    if of_each:
        return _MEASURE_LEFT_OVER  # "a roll each of red and blue"
    return _PIECE_LEFT_OVER if unit in SINGLE else PACK_LEFT_OVER


def _speaks_anew(run: Sequence[Piece]) -> float:
    """What it costs that an order begins anew within a run: "the party planner I need a dozen …"."""
    named = False
    for at, (piece, following) in enumerate(pairwise(run), start=2):
        if named and any(map(names, run[at:])) and piece.lower in _SPEAKERS and following.lower in _WISHES:
            return _BEGINS_ANEW
        named = named or names(piece)
    return 0.0


def _is_leading(run: Sequence[Piece], mention: Mention) -> bool:
    """Whether the quantity stands before the words of the thing."""
    return not any(names(piece) for piece in run[: mention.first])


def bare_worth(mention: Mention | None) -> float:
    """A quantity on its own: better than a number left unread, worse than one with a product."""
    return 0.0 if mention is None else _OF_EACH if mention.each else -1.0


def worth_of(fit: Fit, likely: float, mention: Mention | None, numbers: int) -> float:
    """What the catalogue explains of a text, as a number to compare cuts by."""
    unread = -0.25 * fit.required - 0.05 - 1.0 * numbers
    if not fit.matches:
        return max(-_UNEXPLAINED * fit.required + likely + LINE, _least(mention)) if mention else unread
    top = fit.matches[0]
    words = float(fit.required)
    if fit.hard and mention is None and top.named < 0.7:
        words -= 0.7 * fit.hard  # "3 hooks" is a quantity, although there is a "3 hook hanger …"
    elif top.named < 0.7:
        words -= 1.2 * min(numbers, fit.hard)
    explained = top.explained if top.named > 0.15 else 0.3 * top.explained  # a category's word names no product
    worth = words * explained - _UNEXPLAINED * words * (1 - explained) + _NAMED * top.named + likely + LINE
    if mention is None:
        return min(worth, unread) if top.score < 0.5 else worth
    return max(worth, _least(mention))


def _least(mention: Mention) -> float:
    """What a line is worth at least: rather "3 metres" than "3" of something that nothing is like."""
    return -0.85 if mention.unit else -0.9
