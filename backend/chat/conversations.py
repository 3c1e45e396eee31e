"""Rows of a conversation: finding it, claiming a turn, keeping what was said."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.chat.cards import Reply
from backend.chat.tables import Conversation, Message, Turn
from backend.database import now

Author = Literal["person", "desk"]
_MESSAGES = select(Message, Turn.message_id).outerjoin(Turn, Message.turn_id == Turn.id)


@dataclass(frozen=True)
class Said:
    """A message as it was kept; ``message_id`` is the client's own id of the turn it belongs to."""

    id: int
    author: str
    body: dict[str, Any]
    created_at: datetime
    turn_id: int | None
    message_id: str | None = None


def conversation_of(session: Session, user_id: int, idle_minutes: int) -> Conversation:
    """A person's one conversation; after idle time Rasa knows it by a new sender id, so that trackers stay short."""
    mine = select(Conversation).where(Conversation.user_id == user_id).with_for_update()
    row = session.scalar(mine)
    if row is None:
        _make(session, user_id)
        row = session.scalars(mine).one()
    elif row.active_at < now() - timedelta(minutes=idle_minutes):
        row.sender = _sender()
    row.active_at = now()
    session.flush()
    return row


def leave_behind(session: Session, conversation: Conversation) -> None:
    """Before a new turn: one that was never answered may still be under way in Rasa, so Rasa gets a new sender id.

    Under the old id a late action finds no turn; it can't act in the new one (a yes that comes late after a no).
    """
    last = session.get(Turn, conversation.turn_id) if conversation.turn_id is not None else None
    if last is not None and last.state != "answered":
        conversation.sender = _sender()


def _make(session: Session, user_id: int) -> None:
    """Two first messages at once: the unique key lets one make the conversation, the other finds it."""
    try:
        with session.begin_nested():
            session.add(Conversation(user_id=user_id, sender=_sender(), state={}))
    except IntegrityError:
        session.expire_all()


def _sender() -> str:
    return secrets.token_hex(16)


def find_turn(session: Session, conversation_id: int, message_id: str) -> Turn | None:
    """The turn of a client's message id."""
    return session.scalar(select(Turn).where(Turn.conversation_id == conversation_id, Turn.message_id == message_id))


def claim(
    session: Session, conversation: Conversation, message_id: str, channel: str, text: str | None, button: str | None
) -> Turn:
    """A new turn."""
    turn = Turn(conversation_id=conversation.id, message_id=message_id, channel=channel, text=text, button=button)
    session.add(turn)
    session.flush()
    return turn


def keep(session: Session, conversation_id: int, turn_id: int | None, author: Author, body: Reply) -> Said:
    """Keep a message; its id is larger than every earlier one's of the conversation.

    The conversation stays locked until the transaction ends: the gateway and the worker both write messages, and a
    client that resumes after the larger of two ids must not miss the smaller one because it was committed later.
    """
    session.execute(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
    row = Message(conversation_id=conversation_id, turn_id=turn_id, author=author, body=body.model_dump(mode="json"))
    session.add(row)
    session.flush()
    turn = session.get(Turn, turn_id) if turn_id is not None else None
    return _said(row, turn.message_id if turn else None)


def tell(session: Session, user_id: int, body: Reply) -> Said:
    """Say something that nobody asked for; the conversation does not count as active for it.

    Who tells several people in one transaction does it in the order of their ids, as conversations are locked.
    """
    mine = select(Conversation.id).where(Conversation.user_id == user_id)
    conversation_id = session.scalar(mine)
    if conversation_id is None:
        _make(session, user_id)
        conversation_id = session.scalars(mine).one()
    return keep(session, conversation_id, None, "desk", body)


def replies_of(session: Session, turn_id: int) -> list[Said]:
    """What we answered in a turn."""
    rows = session.execute(_MESSAGES.where(Message.turn_id == turn_id, Message.author == "desk").order_by(Message.id))
    return [_said(row, key) for row, key in rows]


def after(session: Session, conversation_id: int, message_id: int, limit: int = 100) -> list[Said]:
    """Messages with a larger id, oldest first."""
    rows = session.execute(
        _MESSAGES.where(Message.conversation_id == conversation_id, Message.id > message_id)
        .order_by(Message.id)
        .limit(limit)
    )
    return [_said(row, key) for row, key in rows]


def before(session: Session, conversation_id: int, message_id: int | None, limit: int) -> tuple[list[Said], bool]:
    """The newest messages below an id, oldest first, and whether there are older ones."""
    query = _MESSAGES.where(Message.conversation_id == conversation_id)
    if message_id is not None:
        query = query.where(Message.id < message_id)
    rows = session.execute(query.order_by(Message.id.desc()).limit(limit + 1)).all()
    return [_said(row, key) for row, key in reversed(rows[:limit])], len(rows) > limit


def _said(row: Message, message_id: str | None) -> Said:
    return Said(row.id, row.author, row.body, row.created_at, row.turn_id, message_id)
