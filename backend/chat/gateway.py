"""The gateway: takes a person's turn, passes it on, keeps the replies. Every channel goes through ``Gateway.take``.

Order of things: commit the claimed message id; call Rasa outside of any transaction; commit the replies. A repeat of
a message id gets the replies of the first; what failed half-way is taken up again, and the actions' own stored
replies see to it that nothing happens twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backend.chat import conversations, texts, tokens
from backend.chat.cards import Reply
from backend.chat.conversations import Said
from backend.chat.locks import Limits, TurnLocks
from backend.chat.rasa import RasaClient
from backend.chat.tables import Conversation, Turn
from backend.database import Database, now
from backend.errors import TooManyRequests, Unavailable
from backend.identity.tables import User
from backend.settings import Settings

log = logging.getLogger(__name__)
RETRY = "gateway.retry"
RETRY_PAUSE = 0.4
LONGEST_KEPT = 200


@dataclass(frozen=True)
class Incoming:
    """A person's message: text or the token of a button, with the client's idempotency key."""

    user_id: int
    channel: str
    message_id: str
    text: str | None = None
    button: str | None = None


@dataclass(frozen=True)
class Answered:
    """What came of a turn."""

    conversation_id: int
    turn_id: int
    replies: Sequence[Said]


@dataclass(frozen=True)
class _Claimed:
    conversation_id: int
    sender: str
    turn_id: int
    text: str | None
    button: str | None
    state: str
    role: str


class Gateway:
    """Takes turns."""

    def __init__(
        self, database: Database, rasa: RasaClient, locks: TurnLocks, limits: Limits, settings: Settings
    ) -> None:
        self.database = database
        self._rasa = rasa
        self._locks = locks
        self._limits = limits
        self._settings = settings

    @property
    def longest(self) -> int:
        """The longest message that is read, in characters."""
        return self._settings.message_limit

    def take(self, incoming: Incoming) -> Answered:
        """One turn, from the person's message to the kept replies.

        Raises TooManyRequests for a flood and Unavailable where an earlier turn of the same person does not end.
        """
        conversation_id, known = self._look(incoming)
        if not known and not self._limits.allow_turn(incoming.user_id):
            raise TooManyRequests(texts.TOO_FAST, code="too_many_messages")
        with self._locks.turn(conversation_id, self._settings.turn_timeout * 2):
            claimed = self._claim(incoming)
            if claimed.state == "answered":
                return self._answered(claimed)
            return self._work(claimed)

    def _look(self, incoming: Incoming) -> tuple[int, bool]:
        with self.database.write() as session:
            row = conversations.conversation_of(session, incoming.user_id, self._settings.sender_idle_minutes)
            return row.id, conversations.find_turn(session, row.id, incoming.message_id) is not None

    def _claim(self, incoming: Incoming) -> _Claimed:
        with self.database.write() as session:
            row = conversations.conversation_of(session, incoming.user_id, self._settings.sender_idle_minutes)
            turn = conversations.find_turn(session, row.id, incoming.message_id)
            if turn is None:
                conversations.leave_behind(session, row)
                turn = conversations.claim(
                    session, row, incoming.message_id, incoming.channel, incoming.text, incoming.button
                )
                title = self._title(session, row, incoming)
                conversations.keep(session, row.id, turn.id, "person", Reply(text=title))
            elif turn.state != "answered":
                turn.attempts += 1
                turn.state = "claimed"
            if turn.state == "claimed":
                row.turn_id = turn.id
            role = session.get_one(User, incoming.user_id).role
            return _Claimed(row.id, row.sender, turn.id, turn.text, turn.button, turn.state, role)

    def _title(self, session: Session, row: Conversation, incoming: Incoming) -> str:
        if incoming.button is None:
            text = incoming.text or ""
            return text if len(text) <= self._settings.message_limit else f"{text[:LONGEST_KEPT]}…"
        known = tokens.find(session, row.id, incoming.button)
        return known.title if known else texts.TAPPED

    def _work(self, claimed: _Claimed) -> Answered:
        early = self._early(claimed)
        if early is not None:
            return self._finish(claimed, [early], "answered")
        retried = self._retried(claimed)
        if retried is not None:
            claimed = retried
        try:
            replies = self._ask(claimed)
        except Unavailable as error:
            log.warning("turn %s failed: %s", claimed.turn_id, error.sentence)
            return self._apologise(claimed)
        return self._finish(claimed, replies, "answered")

    def _early(self, claimed: _Claimed) -> Reply | None:
        """What needs no understanding: nothing, or too much."""
        if claimed.button is not None:
            return None
        text = claimed.text or ""
        if not text.strip():
            return Reply(text=texts.EMPTY)
        if len(text) > self._settings.message_limit:
            return Reply(text=texts.TOO_LONG.format(length=len(text), limit=self._settings.message_limit))
        return None

    def _retried(self, claimed: _Claimed) -> _Claimed | None:
        """A tap on "Try again" takes the failed turn up again, under its own id."""
        if claimed.button is None:
            return None
        with self.database.write() as session:
            known = tokens.find(session, claimed.conversation_id, claimed.button)
            if known is None or known.command != RETRY:
                return None
            failed = session.get_one(Turn, known.arguments["turn_id"])
            tap = session.get_one(Turn, claimed.turn_id)
            if failed.state == "answered":
                return None
            failed.state, failed.attempts = "claimed", failed.attempts + 1
            tap.state, tap.finished_at = "answered", now()
            session.get_one(Conversation, claimed.conversation_id).turn_id = failed.id
            return replace(claimed, turn_id=failed.id, text=failed.text, button=failed.button)

    def _ask(self, claimed: _Claimed) -> list[Reply]:
        text = None if claimed.button is not None else claimed.text
        try:
            return self._rasa.say(claimed.sender, text, claimed.role)
        except Unavailable:
            time.sleep(RETRY_PAUSE)
            return self._rasa.say(claimed.sender, text, claimed.role)

    def _apologise(self, claimed: _Claimed) -> Answered:
        with self.database.write() as session:
            again = tokens.new_button(
                session, claimed.conversation_id, texts.TRY_AGAIN, RETRY, {"turn_id": claimed.turn_id}, once=False
            )
        return self._finish(claimed, [Reply(text=texts.APOLOGY, buttons=[again])], "failed")

    def _finish(self, claimed: _Claimed, replies: Sequence[Reply], state: str) -> Answered:
        with self.database.write() as session:
            turn = session.get_one(Turn, claimed.turn_id)
            turn.state, turn.finished_at = state, now()
            said = [
                conversations.keep(session, claimed.conversation_id, claimed.turn_id, "desk", reply)
                for reply in replies
            ]
        return Answered(claimed.conversation_id, claimed.turn_id, said)

    def _answered(self, claimed: _Claimed) -> Answered:
        with self.database.read() as session:
            return Answered(
                claimed.conversation_id, claimed.turn_id, conversations.replies_of(session, claimed.turn_id)
            )
