"""What the unhappy conversations have found and is not put right yet.

Each has a test of its own in test_unhappy_paths.py that is expected to fail; where one passes, its entry here goes too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backend.chat.cards import Reply
from tests.soak.unhappy_rules import Turn, Wrong

_YES_SKILLS: Final = ("affirm", "confirm")


def _asks_whom_for_ever(turn: Turn, rule: str) -> bool:
    return rule == "stuck" and "Which customer is this order for?" in turn.said


def _alike(_turn: Turn, rule: str) -> bool:
    return rule.startswith("two buttons are alike") and rule.count("'Show the cart'") > 1


def _acts_on_a_doubtful_yes(turn: Turn, _rule: str) -> bool:
    return turn.button is None and turn.reading.skill in _YES_SKILLS and turn.reading.confidence < 0.55


def _orders_what_is_to_go_back(turn: Turn, rule: str) -> bool:
    return rule.startswith("the cart was") and turn.message.skill in ("return_items", "exchange_items")


def _takes_back_what_was_not_last(turn: Turn, rule: str) -> bool:
    return rule.startswith("the cart was") and turn.message.text == "undo that"


def _agrees_to_what_was_asked_before(_turn: Turn, rule: str) -> bool:
    return rule.startswith("a yes to cart.place changed") or rule == "a second yes does something"


KNOWN: Final[dict[str, Callable[[Turn, str], bool]]] = {
    "the desk's answer to “which customer?” asks it again for ever, and loses the lines in it": _asks_whom_for_ever,
    "help offers “Show the cart” twice": _alike,
    "a yes that is only half likely is acted on": _acts_on_a_doubtful_yes,
    "goods to be returned, not understood, are ordered": _orders_what_is_to_go_back,
    "undo takes the cart back though something else was done last": _takes_back_what_was_not_last,
    "a yes to a cart does what was asked before it": _agrees_to_what_was_asked_before,
}


def known(error: Wrong) -> str | None:
    """The reason where what is wrong is known already."""
    if error.turn is None:
        return None
    return next((reason for reason, covers in KNOWN.items() if covers(error.turn, error.rule)), None)


def alike(reply: Reply) -> bool:
    """Whether two buttons of a reply have the same title."""
    titles = [button.title for button in reply.buttons]
    return len(set(titles)) < len(titles)
