"""Turns of people in the small company, and what is kept of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from backend.chat import conversations
from backend.chat.cards import Reply
from backend.chat.tables import Turn
from backend.review import service
from backend.review.service import Heard
from backend.review.tables import KeptMessage
from backend.work import Work
from tests.backend.world import World

READ = Heard("complaint", 0.4, ["complaint", "order_status", "delivery_eta"])
_numbers = itertools.count(1)


def turn_of(work: Work, text: str | None, button: str | None = None) -> Turn:
    """A turn of whoever acts, with its message, as the gateway claims it."""
    row = conversations.conversation_of(work.session, work.principal.user_id, 60)
    turn = conversations.claim(work.session, row, f"turn {next(_numbers)}", "web", text, button)
    conversations.keep(work.session, row.id, turn.id, "person", Reply(text=text or "a tap"))
    return turn


def say(work: Work, turn: Turn, text: str) -> None:
    """What we answer in a turn."""
    conversations.keep(work.session, turn.conversation_id, turn.id, "desk", Reply(text=text))


def keep(
    world: World, text: str, email: str = "customer@test", reason: Any = "not_understood", heard: Heard = READ
) -> int:
    """A message that is kept; its number."""
    with world.writing(email) as work:
        kept = service.keep(work, turn_of(work, text), reason, heard)
        assert kept is not None
        return kept.id


def label(world: World, kept_id: int, skill: str) -> None:
    """Say what it meant."""
    with world.database.write() as session:
        row = session.get_one(KeptMessage, kept_id)
        row.state, row.label = "labelled", skill


def all_kept(world: World) -> Sequence[KeptMessage]:
    """Everything that is kept, the oldest first."""
    with world.database.read() as session:
        return session.scalars(select(KeptMessage).order_by(KeptMessage.id)).all()
