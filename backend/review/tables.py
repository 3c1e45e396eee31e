"""Messages kept for review, and ratings. Both go with the conversation that they are from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Key, now


class KeptMessage(Base):
    """A person's message that was not read well, or perhaps not, until somebody says what it meant (``label``).

    ``skill``, ``confidence`` and ``ranking`` are how it was read; ``chosen`` is the skill that the person went on to
    choose, and how (``chosen_by``); ``before`` are the ids of the messages that came before it.
    """

    __tablename__ = "kept_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','labelled','dismissed')", name="state"),
        CheckConstraint("reason IN ('asked','not_understood','corrected','rated_badly')", name="reason"),
        CheckConstraint("chosen_by IN ('tap','rephrasing','correction','undo')", name="chosen_by"),
        CheckConstraint("state <> 'labelled' OR label IS NOT NULL", name="labelled"),
        Index("ix_kept_message_state_id", "state", "id"),
        Index("ix_kept_message_conversation_id", "conversation_id"),
        Index("ix_kept_message_created_at", "created_at"),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    skill: Mapped[str] = mapped_column(String(60))
    confidence: Mapped[float] = mapped_column(Float)
    ranking: Mapped[list[str]]
    chosen: Mapped[str | None] = mapped_column(String(60))
    chosen_by: Mapped[str | None] = mapped_column(String(20))
    before: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    label: Mapped[str | None] = mapped_column(String(60))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    exported_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Rating(Base):
    """Whether something done for a person was right: asked once for what a turn did, answered once or never.

    ``task`` is what was done, as the audit trail calls it; ``heard`` is how the message was read that led to it.
    """

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_conversation_id_id", "conversation_id", "id"),
        Index("ix_rating_asked_at", "asked_at"),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), unique=True)
    task: Mapped[str] = mapped_column(String(60))
    subject_key: Mapped[str] = mapped_column(String(80))
    heard: Mapped[dict[str, Any] | None]
    was_right: Mapped[bool | None]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
