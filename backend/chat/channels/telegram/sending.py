"""Sends replies to a chat: text in pieces, buttons as an inline keyboard, a forecast as a picture with its numbers.

What Telegram refuses for a moment (flood control, a lost connection) is tried again, a few times.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.error import TimedOut as TelegramTimedOut
from telegram.warnings import PTBDeprecationWarning

from backend.chat.cards import Button, ForecastCard, Reply
from backend.chat.channels import texts
from backend.chat.channels.charts import forecast_png
from backend.chat.channels.rendering import as_html, as_text, clean
from backend.chat.channels.splitting import (
    CALLBACK_DATA_LIMIT,
    CAPTION_LIMIT,
    KEYBOARD_LIMIT,
    shortened,
    split_html,
    split_text,
)

log = logging.getLogger(__name__)
Result = TypeVar("Result")
ATTEMPTS = 4
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
TYPING_SECONDS = 4.5  # Telegram shows it for five
ROW_CHARACTERS = 28  # titles that stand beside each other on a phone
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def seconds_to_wait(error: TelegramError) -> float:
    """How long Telegram asks to wait; 0 where it does not say."""
    if not isinstance(error, RetryAfter):
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        value = error.retry_after
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def why(error: TelegramError) -> str:
    """The cause in words for the log; never the error's own text where that can hold the token."""
    match error:
        case InvalidToken():
            return "the token is not accepted; see TELEGRAM_BOT_TOKEN"
        case Conflict():
            return "another program fetches this bot's updates"
        case RetryAfter():
            return f"flood control, {seconds_to_wait(error):.0f} s"
        case TelegramTimedOut():
            return "no answer in time"
        case Forbidden():
            return "the person does not want messages from this bot"
        case _:
            return type(error).__name__


async def persistently(call: Callable[[], Awaitable[Result]], attempts: int = ATTEMPTS) -> Result:
    """Call, and call again after flood control or a lost connection; the last failure is raised.

    A call whose answer got lost may have been carried out: then the person sees a message twice, which is better
    than not at all.
    """
    for attempt in range(1, attempts + 1):
        try:
            return await call()
        except (BadRequest, Forbidden, InvalidToken):
            raise
        except (RetryAfter, NetworkError) as error:
            wait = seconds_to_wait(error) or FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
            if attempt == attempts or wait > LONGEST_WAIT_SECONDS:
                raise
            log.info("Telegram: %s; trying again in %.1f s", why(error), wait)
        await asyncio.sleep(wait)
    raise AssertionError("unreachable")


class Sender:
    """Shows replies in chats."""

    def __init__(self, bot: Bot, pool: Executor, base: str = "") -> None:
        self._bot = bot
        self._pool = pool
        self._base = base  # of links to papers

    async def reply(self, chat_id: int, reply: Reply) -> None:
        """A reply with all that belongs to it; its buttons stand under the last piece."""
        if isinstance(reply.card, ForecastCard):
            await self._picture(chat_id, reply.card)
        keyboard = keyboard_of(reply.buttons)
        html = as_html(reply, self._base) or (texts.CHOOSE if keyboard else "")
        try:
            await self._pieces(chat_id, split_html(html), keyboard, ParseMode.HTML)
        except BadRequest as error:
            log.warning("Telegram: the markup was refused (%s); sending plain text", error.message)
            await self._pieces(chat_id, split_text(as_text(reply, self._base) or texts.CHOOSE), keyboard, None)

    async def say(self, chat_id: int, sentence: str, attempts: int = ATTEMPTS) -> None:
        """A sentence of the channel's own, as plain text."""
        for piece in split_text(clean(sentence)):
            await persistently(lambda piece=piece: self._bot.send_message(chat_id, piece), attempts)  # type: ignore[misc]

    async def forget_buttons(self, chat_id: int, message_id: int) -> None:
        """Take the keyboard off a message whose button was tapped; it is no harm where that fails."""
        with suppress(TelegramError):
            await persistently(lambda: self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id))

    async def answer_tap(self, query_id: str, sentence: str | None = None) -> None:
        """End the progress bar on a tapped button; Telegram refuses when it is too late, which is no harm."""
        with suppress(TelegramError):
            await persistently(lambda: self._bot.answer_callback_query(query_id, text=sentence))

    @asynccontextmanager
    async def typing(self, chat_id: int) -> AsyncIterator[None]:
        """Show that we are at it, for as long as it lasts."""
        task = asyncio.create_task(self._type(chat_id))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _type(self, chat_id: int) -> None:
        while True:
            with suppress(TelegramError):
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
            await asyncio.sleep(TYPING_SECONDS)

    async def _picture(self, chat_id: int, card: ForecastCard) -> None:
        """The chart; without it the numbers still follow."""
        caption = shortened(clean(card.title), CAPTION_LIMIT)
        try:
            picture = await asyncio.get_running_loop().run_in_executor(self._pool, forecast_png, card)
            await persistently(lambda: self._bot.send_photo(chat_id, picture, caption=caption, filename="forecast.png"))
        except Forbidden:
            raise
        except Exception:
            log.exception("Telegram: the chart could not be shown")

    async def _pieces(
        self, chat_id: int, pieces: list[str], keyboard: InlineKeyboardMarkup | None, mode: str | None
    ) -> None:
        for at, piece in enumerate(pieces, 1):
            await self._piece(chat_id, piece, keyboard if at == len(pieces) else None, mode)

    async def _piece(self, chat_id: int, piece: str, keyboard: InlineKeyboardMarkup | None, mode: str | None) -> None:
        await persistently(
            lambda: self._bot.send_message(
                chat_id, piece, parse_mode=mode, reply_markup=keyboard, link_preview_options=NO_PREVIEW
            )
        )


def keyboard_of(buttons: list[Button]) -> InlineKeyboardMarkup | None:
    """Buttons in rows that fit a phone; None where there are none."""
    rows: list[list[InlineKeyboardButton]] = []
    used = ROW_CHARACTERS
    for button in buttons[:KEYBOARD_LIMIT]:
        if not 0 < len(button.token.encode()) <= CALLBACK_DATA_LIMIT:
            log.error("Telegram: a button's token does not fit into %s bytes", CALLBACK_DATA_LIMIT)
            continue
        title = clean(button.title).strip() or "…"
        if used + len(title) > ROW_CHARACTERS:
            rows.append([])
            used = 0
        rows[-1].append(InlineKeyboardButton(title, callback_data=button.token))
        used += len(title) + 2
    return InlineKeyboardMarkup(rows) if rows else None
