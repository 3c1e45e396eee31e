"""Tokens of buttons: opaque, kept here, bound to the conversation, to what was shown, and to an expiry.

A button that changes something works once and only while what it was shown with is still so; a stale or repeated tap
changes nothing and says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.chat.cards import Button
from backend.chat.tables import ButtonToken, Message
from backend.database import now
from backend.errors import NotFound, Stale
from backend.settings import settings

TOKEN_BYTES = 24  # 32 characters: fits Telegram's 64 bytes of callback data


def new_button(
    session: Session,
    conversation_id: int,
    title: str,
    command: str,
    arguments: Mapping[str, Any],
    *,
    shown_hash: str | None = None,
    once: bool = True,
) -> Button:
    """A button whose tap will run ``command`` with ``arguments``."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        ButtonToken(
            token=token,
            conversation_id=conversation_id,
            title=title,
            command=command,
            arguments=dict(arguments),
            shown_hash=shown_hash,
            once=once,
            expires_at=now() + timedelta(minutes=settings().button_minutes),
        )
    )
    return Button(title=title, token=token)


def find(session: Session, conversation_id: int, token: str) -> ButtonToken | None:
    """The token's row, if it belongs to this conversation."""
    row = session.get(ButtonToken, token[:80])
    return row if row is not None and row.conversation_id == conversation_id else None


def use(session: Session, conversation_id: int, token: str, turn_id: int) -> ButtonToken:
    """Spend a token in a turn. NotFound for an unknown one, Stale for one that is spent or expired.

    The same turn may use it again: that is a repeat of the same tap, not a second one.
    """
    row = session.scalar(
        select(ButtonToken)
        .where(ButtonToken.token == token[:80], ButtonToken.conversation_id == conversation_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("I don't know that button any more.", code="unknown_button")
    if row.once and row.used_at is not None and row.used_turn_id != turn_id:
        raise Stale("That button has been used already, so I did nothing.", code="button_used")
    if row.expires_at <= now():
        raise Stale("That button has expired, so I did nothing.", code="button_expired")
    row.used_at, row.used_turn_id = now(), turn_id
    return row


def named(session: Session, conversation_id: int, text: str) -> str | None:
    """The token of the button whose title was typed instead of tapped, among those of our last message."""
    wanted = " ".join(text.split()).casefold()
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author == "desk")
        .order_by(Message.id.desc())
        .limit(1)
    )
    buttons = last.body.get("buttons", []) if last is not None else []
    return next((str(one["token"]) for one in buttons if str(one["title"]).casefold() == wanted), None)
