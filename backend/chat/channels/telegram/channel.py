"""Starts and stops the Telegram channel. The gateway never waits long for it and never falls with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from backend.chat.channels.telegram.answering import Answering
from backend.chat.channels.telegram.following import Following
from backend.chat.channels.telegram.polling import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Polling
from backend.chat.channels.telegram.sending import Sender, seconds_to_wait, why
from backend.chat.gateway import Gateway
from backend.settings import Settings

log = logging.getLogger(__name__)
START_SECONDS = 3.0  # the gateway waits this long for the bot's name
STOP_SECONDS = 5.0  # turns that are being worked on get this long to end
LAST_CALL_SECONDS = 2.0
TIMEOUT_SECONDS = 15.0
CONNECTIONS = 32
TURNS_AT_ONCE = 16  # threads; mostly they wait for Rasa, and hold a database connection only for moments


class Channel:
    """The running channel; ``name`` is the bot's username, None until Telegram has told it."""

    def __init__(self, gateway: Gateway, settings: Settings) -> None:
        self._bot = Bot(
            settings.telegram_bot_token,
            base_url=settings.telegram_api_url,
            request=HTTPXRequest(CONNECTIONS, TIMEOUT_SECONDS, TIMEOUT_SECONDS, TIMEOUT_SECONDS, TIMEOUT_SECONDS),
            get_updates_request=HTTPXRequest(2, read_timeout=TIMEOUT_SECONDS, connect_timeout=TIMEOUT_SECONDS),
        )
        self._pool = ThreadPoolExecutor(TURNS_AT_ONCE, thread_name_prefix="telegram")
        sender = Sender(self._bot, self._pool, settings.page_address)
        self._polling = Polling(self._bot, Answering(gateway, sender, self._pool).handle)
        self._following = Following(gateway.database, sender, self._pool)
        self._name: str | None = None
        self._tried = asyncio.Event()

    @property
    def name(self) -> str | None:
        """The bot's username, as in https://t.me/NAME."""
        return self._name

    async def run(self) -> None:
        """Find out who we are, however long that takes; then fetch updates until cancelled."""
        pause = FIRST_PAUSE_SECONDS
        while self._name is None:
            try:
                await self._bot.initialize()
                await self._bot.delete_webhook()
                self._name = self._bot.username
            except TelegramError as error:
                wait = max(pause, seconds_to_wait(error))
                log.warning("Telegram does not answer (%s); the channel is off, next try in %.1f s", why(error), wait)
                self._tried.set()
                await asyncio.sleep(wait)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        self._tried.set()
        log.info("Telegram: listening as @%s", self._name)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._following.run(), name="telegram-following")
            both.create_task(self._polling.run(), name="telegram-polling")

    async def tried(self, within: float) -> None:
        """Wait until Telegram has answered or failed to once, but not for long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), within)

    async def close(self) -> None:
        """End the turns that are being worked on, confirm what is done, give the connections back."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS + LAST_CALL_SECONDS):
                await self._polling.finish(within=STOP_SECONDS)
        self._pool.shutdown(wait=False, cancel_futures=True)
        with suppress(TelegramError, RuntimeError):
            await self._bot.shutdown()


@asynccontextmanager
async def running(gateway: Gateway, settings: Settings) -> AsyncIterator[Channel]:
    """The channel, from here to the end of the block. Where Telegram is down it keeps trying and ``name`` is None."""
    channel = Channel(gateway, settings)
    task = asyncio.create_task(channel.run(), name="telegram")
    task.add_done_callback(_ended)
    await channel.tried(START_SECONDS)
    try:
        yield channel
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


def _ended(task: asyncio.Task[None]) -> None:
    """A fault of our own ends the channel, never the gateway; it must not pass in silence."""
    if not task.cancelled() and task.exception() is not None:
        log.error("Telegram: the channel has ended", exc_info=task.exception())
