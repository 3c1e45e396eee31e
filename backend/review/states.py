"""The states of a kept message, and the only ways between them: a decision can be changed, not taken back."""

from __future__ import annotations

from typing import Final

from backend.machines import Machine
from backend.review.tables import KeptMessage

KEPT: Final = Machine(
    "kept message",
    "kept_message",
    {
        "waiting": frozenset({"labelled", "dismissed"}),
        "labelled": frozenset({"dismissed"}),
        "dismissed": frozenset({"labelled"}),
    },
)

KEPT.guard(KeptMessage.state)
