"""Chat messages as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.chat.cards import Attachment, Button
from backend.chat.conversations import Said

LONGEST_TEXT = 50_000


class MessageIn(BaseModel):
    """A person's message: text or a button's token, and the client's own id for it (a repeat gets the same answer)."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str | None, Field(max_length=LONGEST_TEXT)] = None
    button: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    message_id: Annotated[str, Field(min_length=1, max_length=120)]

    @model_validator(mode="after")
    def one_of_two(self) -> MessageIn:
        """Text or button, not both, not neither."""
        if (self.text is None) == (self.button is None):
            raise ValueError("send either text or button")
        return self


class MessageOut(BaseModel):
    """A message of the conversation; ``message_id`` is the client's own id of the turn it belongs to."""

    id: int
    author: str
    message_id: str | None = None
    text: str
    buttons: list[Button] = []
    card: dict[str, Any] | None = None
    image: str | None = None
    attachments: list[Attachment] = []
    created_at: datetime


class TurnOut(BaseModel):
    """What we answered."""

    conversation_id: int
    messages: list[MessageOut]


class HistoryOut(BaseModel):
    """Messages, oldest first, and whether there are older ones."""

    messages: list[MessageOut]
    more: bool


def shown(said: Said) -> MessageOut:
    """A kept message as the API shows it."""
    return MessageOut.model_validate(
        {
            **said.body,
            "id": said.id,
            "author": said.author,
            "message_id": said.message_id,
            "created_at": said.created_at,
        }
    )
