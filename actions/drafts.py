"""What a skill answers, before buttons have their tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.chat.cards import Attachment, Card


@dataclass(frozen=True)
class Tap:
    """A button to be: what a tap runs, with what, and what it was shown with."""

    title: str
    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    shown_hash: str | None = None
    once: bool = True


@dataclass(frozen=True)
class Draft:
    """One message of ours."""

    text: str
    card: Card | None = None
    taps: tuple[Tap, ...] = ()
    attachments: tuple[Attachment, ...] = ()
