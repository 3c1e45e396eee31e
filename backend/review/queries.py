"""Reading what is kept; for those who review messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from backend.chat.tables import Message
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.review.tables import KeptMessage, Rating
from backend.work import Work


@dataclass(frozen=True)
class Said:
    """A message of the conversation before: who said it (``person`` or ``desk``), and what."""

    author: str
    text: str


def require(work: Work) -> None:
    """NotAllowed for who may not review messages."""
    work.principal.require(Permission.REVIEW_MESSAGES, "Messages are reviewed by our managers.")


def kept_of(work: Work, turn_id: int) -> KeptMessage | None:
    """What was kept of a turn; for the assistant itself."""
    return work.session.scalar(select(KeptMessage).where(KeptMessage.turn_id == turn_id))


def kept(
    work: Work, *, state: str | None = "waiting", reason: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[KeptMessage]:
    """Kept messages, the newest first."""
    require(work)
    query = select(KeptMessage).order_by(KeptMessage.id.desc()).limit(limit)
    if state is not None:
        query = query.where(KeptMessage.state == state)
    if reason is not None:
        query = query.where(KeptMessage.reason == reason)
    if before is not None:
        query = query.where(KeptMessage.id < before)
    return work.session.scalars(query).all()


def one(work: Work, kept_id: int) -> KeptMessage:
    """One kept message; NotFound where there is none."""
    require(work)
    found = work.session.get(KeptMessage, kept_id)
    return _there(found)


def locked(work: Work, kept_id: int) -> KeptMessage:
    """The same, locked; it may be gone by the time the lock is ours."""
    require(work)
    return _there(work.session.scalar(select(KeptMessage).where(KeptMessage.id == kept_id).with_for_update()))


def _there(found: KeptMessage | None) -> KeptMessage:
    if found is None:
        raise NotFound("There is no such message; what is kept is deleted after a while.", code="unknown_message")
    return found


def said_before(work: Work, messages: Iterable[KeptMessage]) -> dict[int, list[Said]]:
    """What was said before each kept message, by its id."""
    found = list(messages)
    wanted = {message_id for each in found for message_id in each.before}
    rows = work.session.execute(select(Message.id, Message.author, Message.body).where(Message.id.in_(wanted)))
    said = {row.id: Said(row.author, str(row.body.get("text", ""))) for row in rows}
    return {each.id: [said[message_id] for message_id in each.before if message_id in said] for each in found}


def rated(work: Work) -> dict[str, Any]:
    """How often it was asked whether something was right, and what people said, by what was done."""
    require(work)
    rows = work.session.execute(
        select(Rating.task, Rating.was_right, func.count()).group_by(Rating.task, Rating.was_right)
    )
    found: dict[str, dict[str, int]] = {}
    for task, was_right, count in rows:
        answer = {None: "unanswered", True: "right", False: "wrong"}[was_right]
        found.setdefault(task, {"right": 0, "wrong": 0, "unanswered": 0})[answer] = count
    return found
