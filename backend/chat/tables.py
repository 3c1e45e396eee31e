"""Conversations, turns, messages, stored replies of actions, and the tokens of buttons.

Rows remember: what was asked, what waits for a yes and what was last shown are kept here, not in Rasa's tracker, so
that an interruption, a second channel and a restart lose nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Key, now
from backend.identity.tables import User


class Conversation(Base):
    """A person's one conversation, over every channel.

    ``sender`` is the id Rasa knows it by; it rotates after idle time so that trackers stay short. ``customer_id`` is
    whom the desk is ordering for. ``state`` holds the input asked for, the pending confirmation and the last list.
    ``turn_id`` is the turn being worked on: the one the actions answer.
    """

    __tablename__ = "conversation"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    sender: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    turn_id: Mapped[int | None]
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()


class Turn(Base):
    """One message of a person and what came of it; ``message_id`` is the client's idempotency key."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_id"),
        CheckConstraint("state IN ('claimed','answered','failed')", name="state"),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_id: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    button: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20), default="claimed")
    attempts: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    conversation: Mapped[Conversation] = relationship()


class Message(Base):
    """What was said, by the person or by us; ids increase, and clients resume by them.

    A message without a turn is one that nobody asked for: news of an order, an alert.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("author IN ('person','desk')", name="author"),
        Index("ix_message_conversation_id_id", "conversation_id", "id"),
        Index(
            "ix_message_unasked",
            "conversation_id",
            "id",
            sqlite_where=text("turn_id IS NULL"),
            postgresql_where=text("turn_id IS NULL"),
        ),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), index=True)
    author: Mapped[str] = mapped_column(String(10))
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ActionReply(Base):
    """What an action answered in a turn: a repeat of the call returns it and does nothing else."""

    __tablename__ = "action_reply"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), primary_key=True)
    action: Mapped[str] = mapped_column(String(60), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    reply: Mapped[list[Any]]


class ButtonToken(Base):
    """What a tap will do. Bound to the person, to what was shown (``shown_hash``), and to an expiry."""

    __tablename__ = "button_token"

    token: Mapped[str] = mapped_column(String(80), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    command: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]]
    shown_hash: Mapped[str | None] = mapped_column(String(64))
    once: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_turn_id: Mapped[int | None]
