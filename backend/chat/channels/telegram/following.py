"""Sends what nobody asked for: messages that were kept in a conversation outside of any turn, such as news of an order.

They are read from the messages table, as the page's stream reads them, and each Telegram account remembers the last one
it was sent. It is remembered after Telegram has taken the message: a crash in between shows one twice, none is lost.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select, update
from telegram.error import BadRequest, Forbidden, TelegramError

from backend.chat.cards import Reply
from backend.chat.channels.telegram.sending import Sender, seconds_to_wait, why
from backend.chat.tables import Conversation, Message
from backend.database import Database
from backend.identity.tables import TelegramLink, User

log = logging.getLogger(__name__)
Result = TypeVar("Result")
POLL_SECONDS = 1.0
REST_SECONDS = 15.0  # for a chat that can't be reached just now
AT_ONCE = 50


@dataclass(frozen=True)
class Unasked:
    """A message that an account has not been sent yet."""

    link_id: int
    chat_id: int
    message_id: int
    body: dict[str, Any]


class Following:
    """Follows the conversations of everybody who has connected Telegram."""

    def __init__(self, database: Database, sender: Sender, pool: Executor) -> None:
        self._database = database
        self._sender = sender
        self._pool = pool
        self._resting: dict[int, float] = {}

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            try:
                await self.once()
            except Exception:
                log.exception("Telegram: unasked messages could not be read")
            await asyncio.sleep(POLL_SECONDS)

    async def once(self) -> None:
        """Send what is waiting. A chat that can't be reached now rests for a while; the others get theirs."""
        waiting = await self._in_thread(self._waiting)
        for unasked in waiting:
            if unasked.link_id in self._resting:
                continue
            try:
                await self._sender.reply(unasked.chat_id, Reply.model_validate(unasked.body))
            except (BadRequest, Forbidden) as error:
                log.warning("Telegram: message %s can't be shown: %s", unasked.message_id, why(error))
            except TelegramError as error:
                rest = max(REST_SECONDS, seconds_to_wait(error))
                log.warning("Telegram: an unasked message waits %.0f s: %s", rest, why(error))
                self._resting[unasked.link_id] = time.monotonic() + rest
                continue
            await self._in_thread(lambda told=unasked: self._told(told))  # type: ignore[misc]

    def _waiting(self) -> Sequence[Unasked]:
        moment = time.monotonic()
        self._resting = {link_id: until for link_id, until in self._resting.items() if until > moment}
        with self._database.read() as session:
            rows = session.execute(
                select(TelegramLink.id, TelegramLink.chat_id, Message.id, Message.body)
                .join(User, User.id == TelegramLink.user_id)
                .join(Conversation, Conversation.user_id == User.id)
                .join(Message, Message.conversation_id == Conversation.id)
                .where(
                    User.active,
                    TelegramLink.id.not_in(self._resting),
                    Message.turn_id.is_(None),
                    Message.author == "desk",
                    Message.id > TelegramLink.told_id,
                    Message.created_at >= TelegramLink.linked_at,
                )
                .order_by(Message.id)
                .limit(AT_ONCE)
            )
            return [Unasked(link_id, chat_id, message_id, body) for link_id, chat_id, message_id, body in rows]

    def _told(self, unasked: Unasked) -> None:
        with self._database.write() as session:
            session.execute(
                update(TelegramLink)
                .where(TelegramLink.id == unasked.link_id, TelegramLink.told_id < unasked.message_id)
                .values(told_id=unasked.message_id)
            )

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
