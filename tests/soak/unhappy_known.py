"""What the unhappy conversations have found and is not put right yet.

Each has a test of its own in test_unhappy_paths.py that is expected to fail; where one passes, its entry here goes too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backend.chat.cards import Reply
from tests.soak.unhappy_rules import Turn, Wrong

KNOWN: Final[dict[str, Callable[[Turn, str], bool]]] = {}


def known(error: Wrong) -> str | None:
    """The reason where what is wrong is known already."""
    if error.turn is None:
        return None
    return next((reason for reason, covers in KNOWN.items() if covers(error.turn, error.rule)), None)


def alike(reply: Reply) -> bool:
    """Whether two buttons of a reply have the same title."""
    titles = [button.title for button in reply.buttons]
    return len(set(titles)) < len(titles)
