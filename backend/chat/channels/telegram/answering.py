"""Makes turns of updates: who is it, what was said or tapped, pass it to the gateway, show the replies.

One turn at a time in a chat, in the order of the updates; different chats side by side. The gateway and the database
are synchronous and are called in a bounded pool of threads.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import TypeVar

from telegram import CallbackQuery, Chat, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from backend.chat import texts as gateway_texts
from backend.chat.cards import Reply
from backend.chat.channels import texts
from backend.chat.channels.splitting import CALLBACK_ANSWER_LIMIT, shortened
from backend.chat.channels.telegram.sending import Sender, why
from backend.chat.gateway import Gateway, Incoming
from backend.errors import Refused
from backend.identity import service

log = logging.getLogger(__name__)
Result = TypeVar("Result")
CHANNEL = "telegram"
WAITING_IN_A_CHAT = 20  # more of one chat are left out, so that one person can't hold up the others
STRANGER_PAUSE_SECONDS = 10.0
GROUP_PAUSE_SECONDS = 3600.0
REMEMBERED_CHATS = 10_000
_START = re.compile(r"/start(?:@\w+)?(?:\s+(\S+))?\s*", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Answering:
    """Handles updates."""

    def __init__(self, gateway: Gateway, sender: Sender, pool: Executor) -> None:
        self._gateway = gateway
        self._sender = sender
        self._pool = pool
        self._turns = ChatTurns()
        self._told = Told()

    async def handle(self, update: Update) -> None:
        """One update, from the moment it came to the last message in answer."""
        query, message = update.callback_query, update.message
        chat = query.message.chat if query and query.message else message.chat if message else None
        tapped = asyncio.create_task(self._sender.answer_tap(query.id, _notice(query))) if query else None
        if chat is None:
            log.info("Telegram: update %s belongs to no chat", update.update_id)
        elif self._turns.waiting(chat.id) >= WAITING_IN_A_CHAT:
            await self._leave_out(chat.id)
        else:
            async with self._turns.of(chat.id):
                await self._guarded(update, chat)
        if tapped is not None:
            await tapped

    async def _leave_out(self, chat_id: int) -> None:
        if self._told.may_tell(chat_id, STRANGER_PAUSE_SECONDS):
            await self._last_word(chat_id, texts.TOO_MANY_WAITING)

    async def _guarded(self, update: Update, chat: Chat) -> None:
        """A refusal is answered with its sentence, anything unforeseen with an apology."""
        try:
            if chat.type != ChatType.PRIVATE:
                await self._group(chat.id)
            elif update.callback_query is not None:
                await self._tap(update.update_id, chat.id, update.callback_query)
            elif update.message is not None:
                await self._message(update.update_id, chat.id, update.message)
        except Refused as error:
            await self._last_word(chat.id, error.sentence)
        except TelegramError as error:
            log.warning("Telegram: update %s is unanswered: %s", update.update_id, why(error))
        except Exception:
            log.exception("Telegram: update %s failed", update.update_id)
            await self._last_word(chat.id, gateway_texts.APOLOGY)

    async def _last_word(self, chat_id: int, sentence: str) -> None:
        try:
            await self._sender.say(chat_id, sentence)
        except TelegramError as error:
            log.warning("Telegram: a sentence could not be sent: %s", why(error))

    async def _group(self, chat_id: int) -> None:
        if self._told.may_tell(chat_id, GROUP_PAUSE_SECONDS):
            await self._sender.say(chat_id, texts.ONLY_PRIVATE, attempts=1)

    async def _message(self, update_id: int, chat_id: int, message: Message) -> None:
        person = message.from_user
        if person is None or person.is_bot:
            return
        start = _START.fullmatch(message.text or "")
        if start and start[1]:
            await self._connect(start[1], person.id, chat_id)
            return
        user = await self._known(person.id, chat_id)
        if user is None:
            return
        user_id, email = user
        if start:
            await self._sender.say(chat_id, texts.CONNECTED.format(email=email))
        elif message.text is None:
            await self._sender.say(chat_id, texts.ONLY_TEXT)
        else:
            await self._turn(chat_id, Incoming(user_id, CHANNEL, f"tg-{update_id}", text=message.text))

    async def _tap(self, update_id: int, chat_id: int, query: CallbackQuery) -> None:
        user = await self._known(query.from_user.id, chat_id)
        if user is None:
            return
        if not query.data:
            await self._sender.say(chat_id, texts.UNKNOWN_BUTTON)
            return
        tapped = query.message.message_id if query.message else None
        await self._turn(chat_id, Incoming(user[0], CHANNEL, f"tg-{update_id}", button=query.data), tapped)

    async def _turn(self, chat_id: int, incoming: Incoming, tapped: int | None = None) -> None:
        """Pass a turn on and show what comes back. The tapped keyboard goes once the tap has been taken."""
        async with self._sender.typing(chat_id):
            answered = await self._in_thread(lambda: self._gateway.take(incoming))
            if tapped is not None:
                await self._sender.forget_buttons(chat_id, tapped)
            for said in answered.replies:
                await self._sender.reply(chat_id, Reply.model_validate(said.body))

    async def _known(self, telegram_user_id: int, chat_id: int) -> tuple[int, str] | None:
        """Whom a Telegram account speaks for; a stranger is told how to connect, and nothing else."""
        user = await self._in_thread(lambda: self._user(telegram_user_id))
        if user is None and self._told.may_tell(chat_id, STRANGER_PAUSE_SECONDS):
            await self._sender.say(chat_id, texts.CONNECT, attempts=1)
        return user

    def _user(self, telegram_user_id: int) -> tuple[int, str] | None:
        with self._gateway.database.read() as session:
            user = service.user_of_telegram(session, telegram_user_id)
            return (user.id, user.email) if user else None

    async def _connect(self, code: str, telegram_user_id: int, chat_id: int) -> None:
        if not _CODE.fullmatch(code):
            await self._sender.say(chat_id, texts.NOT_CONNECTED.format(sentence=texts.BAD_LINK), attempts=1)
            return
        try:
            email = await self._in_thread(lambda: self._link(code, telegram_user_id, chat_id))
        except Refused as error:
            await self._sender.say(chat_id, texts.NOT_CONNECTED.format(sentence=error.sentence), attempts=1)
            return
        self._told.forget(chat_id)
        await self._sender.say(chat_id, texts.CONNECTED.format(email=email))

    def _link(self, code: str, telegram_user_id: int, chat_id: int) -> str:
        with self._gateway.database.write() as session:
            return service.link_telegram(session, code, telegram_user_id, chat_id).email

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _notice(query: CallbackQuery) -> str | None:
    """What Telegram shows for a moment after a tap: nothing, except in a group."""
    if query.message is None or query.message.chat.type == ChatType.PRIVATE:
        return None
    return shortened(texts.ONLY_PRIVATE, CALLBACK_ANSWER_LIMIT)


class ChatTurns:
    """One turn at a time in a chat, first come first served; a chat without turns is forgotten."""

    def __init__(self) -> None:
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    def waiting(self, chat_id: int) -> int:
        """How many turns of a chat are waiting or at work."""
        return self._locks[chat_id][1] if chat_id in self._locks else 0

    @asynccontextmanager
    async def of(self, chat_id: int) -> AsyncIterator[None]:
        """Hold the chat."""
        lock, users = self._locks.get(chat_id, (asyncio.Lock(), 0))
        self._locks[chat_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[chat_id]
            if users == 1:
                del self._locks[chat_id]
            else:
                self._locks[chat_id] = (lock, users - 1)


class Told:
    """Whom we told something lately, so that a flood of messages is not answered with a flood."""

    def __init__(self) -> None:
        self._when: OrderedDict[int, float] = OrderedDict()

    def may_tell(self, chat_id: int, pause: float) -> bool:
        """True at most once in ``pause`` seconds for a chat."""
        when = self._when.get(chat_id)
        if when is not None and time.monotonic() < when + pause:
            return False
        self._when[chat_id] = time.monotonic()
        self._when.move_to_end(chat_id)
        if len(self._when) > REMEMBERED_CHATS:
            self._when.popitem(last=False)
        return True

    def forget(self, chat_id: int) -> None:
        """Tell the next time again."""
        self._when.pop(chat_id, None)
