"""Fetches updates and hands each over once; an update is confirmed to Telegram only when it has been handled.

python-telegram-bot's own Updater confirms updates as it fetches them, so that a crash loses what was being worked on,
and stops for good on one 401 or 404 from something in between. Here a crash costs nothing: what was not confirmed
comes again, and the gateway's message ids see to it that nothing happens twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram import Bot, Update
from telegram.error import TelegramError

from backend.chat.channels.telegram.sending import seconds_to_wait, why

log = logging.getLogger(__name__)
KINDS = ("message", "callback_query")
LONG_POLL_SECONDS = 25
WHILE_WORKING_SECONDS = 0.3  # between two polls while an unconfirmed update makes Telegram answer at once
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
REMEMBERED_UPDATES = 10_000


class Polling:
    """Fetches updates for ever; each is handled in a task of its own."""

    def __init__(self, bot: Bot, handle: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._handle = handle
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._working: dict[int, asyncio.Task[None]] = {}
        self._next: int | None = None

    async def run(self) -> None:
        """Fetch until cancelled; where Telegram does not answer, try again after a growing pause."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._fetch()
            except TelegramError as error:
                wait = max(pause, seconds_to_wait(error))
                log.warning("Telegram: updates can't be fetched (%s); trying again in %.1f s", why(error), wait)
                await asyncio.sleep(wait)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            except Exception:
                log.exception("Telegram: what was fetched can't be read; trying again in %.0f s", LONGEST_PAUSE_SECONDS)
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
            else:
                pause = FIRST_PAUSE_SECONDS

    async def _fetch(self) -> None:
        updates = await self._bot.get_updates(
            offset=self._unconfirmed(), timeout=LONG_POLL_SECONDS, allowed_updates=KINDS
        )
        fresh = list({update.update_id: update for update in updates if update.update_id not in self._seen}.values())
        for update in fresh:
            self._begin(update)
        if not fresh and self._working:  # Telegram answers at once with what is still unconfirmed
            await asyncio.wait(
                self._working.values(), timeout=WHILE_WORKING_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )

    async def finish(self, within: float) -> None:
        """Wait for what is being handled, but not for long, and confirm what is done."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=within)
        unfinished = list(self._working.values())
        offset = self._unconfirmed()
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        if offset is not None:
            with suppress(TelegramError):
                await self._bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=KINDS)

    def _unconfirmed(self) -> int | None:
        """The oldest update that must come again after a crash; every older one is confirmed by asking from it on."""
        return min(self._working, default=self._next)

    def _begin(self, update: Update) -> None:
        self._seen[update.update_id] = None
        if len(self._seen) > REMEMBERED_UPDATES:
            self._seen.popitem(last=False)
        self._next = update.update_id + 1
        task = asyncio.create_task(self._work(update), name=f"telegram-update-{update.update_id}")
        self._working[update.update_id] = task
        task.add_done_callback(lambda _: self._working.pop(update.update_id, None))

    async def _work(self, update: Update) -> None:
        try:
            await self._handle(update)
        except Exception:
            log.exception("Telegram: update %s could not be handled", update.update_id)
