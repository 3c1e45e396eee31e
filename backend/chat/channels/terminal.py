"""A chat in the terminal, over the gateway's HTTP API.

A button is chosen by typing "#1": a bare number would be taken for a quantity. Every message carries an id of its
own, so that it can be sent again after a lost connection without being done twice.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

import httpx
from pydantic import ValidationError

from backend.chat.cards import Button, Reply
from backend.chat.channels import texts
from backend.chat.channels.listening import Listening
from backend.chat.channels.rendering import as_text, clean

DONE, FAILED = 0, 1
ATTEMPTS = 4
FIRST_WAIT_SECONDS = 0.5
TIMEOUT_SECONDS = 90.0  # a turn may wait for the one before it
BUSY = frozenset({502, 503, 504})
_TAP = re.compile(r"#(\d{1,3})")


class NoTurn(Exception):
    """A message came to nothing; ``last`` where the next one would fare no better."""

    def __init__(self, sentence: str, code: str, *, last: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.last = last


@dataclass(frozen=True)
class Turn:
    """What we sent and what came back."""

    sent: dict[str, str]
    answer: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The replies as the API gives them."""
        return [message for message in self.answer.get("messages", []) if isinstance(message, dict)]


def chat(
    base_url: str,
    token: str,
    messages: Sequence[str] | None,
    *,
    as_json: bool = False,
    out: TextIO | None = None,
    read: Callable[[str], str] = input,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Send ``messages`` in order, or what is typed where there are none; print the replies and return an exit code.

    ``as_json`` prints one line of JSON a turn: ``{"sent": {…}, "conversation_id": …, "messages": […]}``, or
    ``{"sent": {…}, "error": {"code": …, "sentence": …}}``. The code is 0 when every message was answered. While
    somebody types, what they are told of its own accord appears too (``{"news": {…}}`` in JSON).
    """
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=5)) as client:
        screen = _Screen(base_url, out or sys.stdout, as_json)
        session = _Session(_Line(client, base_url, pause), screen)
        try:
            if messages is not None:
                return _given(session, messages)
            with Listening(base_url, token, session.hear):
                return _typed(session, screen, read)
        except KeyboardInterrupt:
            screen.line("")
            return DONE if messages is None else FAILED


def _given(session: _Session, messages: Sequence[str]) -> int:
    code = DONE
    for text in messages:
        try:
            session.take(text)
        except NoTurn as error:
            code = FAILED
            if error.last:
                break
    return code


def _typed(session: _Session, screen: _Screen, read: Callable[[str], str]) -> int:
    screen.note(texts.GREETING.format(address=screen.address))
    while True:
        try:
            text = read("" if screen.as_json else texts.PROMPT)
        except EOFError:
            screen.note("")
            return DONE
        if not text.strip():
            continue
        try:
            session.take(text)
        except NoTurn as error:
            if error.code == "not_signed_in":
                return FAILED


@dataclass
class _Session:
    """Remembers the buttons of the last answer."""

    line: _Line
    screen: _Screen
    buttons: list[Button] = field(default_factory=list)

    def take(self, text: str) -> None:
        """Send a text, or tap the button it names; NoTurn after saying why where there is no answer."""
        sent = {"text": text}
        tap = _TAP.fullmatch(text.strip())
        try:
            if tap and self.buttons:
                sent = {"button": self._token(int(tap[1]))}
            turn = self.line.send(sent)
        except NoTurn as error:
            self.screen.failure(sent, error)
            raise
        with self.screen.writing:
            self.buttons = self.screen.show(turn)

    def hear(self, message: dict[str, Any]) -> None:
        """Show what nobody asked for; its buttons are numbered on, so that those on the screen keep their numbers."""
        with self.screen.writing:
            self.buttons = [*self.buttons, *self.screen.tell(message, len(self.buttons))]

    def _token(self, number: int) -> str:
        if not 1 <= number <= len(self.buttons):
            raise NoTurn(texts.NO_BUTTON.format(number=number), "no_button", last=False)
        return self.buttons[number - 1].token


@dataclass(frozen=True)
class _Line:
    """The connection to the gateway."""

    client: httpx.Client
    address: str
    pause: Callable[[float], None]

    def send(self, sent: dict[str, str]) -> Turn:
        """One turn, tried again under the same message id while the gateway can't be reached or is busy."""
        body = {**sent, "message_id": str(uuid.uuid4())}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self.client.post("/api/chat/messages", json=body)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise self._unreachable(error) from error
            else:
                if response.status_code not in BUSY or attempt == ATTEMPTS:
                    return Turn(body, self._answer(response))
            self.pause(FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _unreachable(self, error: httpx.TransportError) -> NoTurn:
        if isinstance(error, httpx.ReadTimeout):
            return NoTurn(texts.NO_ANSWER.format(address=self.address), "no_answer", last=True)
        return NoTurn(texts.CANT_REACH.format(address=self.address), "unreachable", last=True)

    def _answer(self, response: httpx.Response) -> dict[str, Any]:
        status = response.status_code
        if status == httpx.codes.UNAUTHORIZED:
            raise NoTurn(texts.NOT_SIGNED_IN, "not_signed_in", last=True)
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise NoTurn(texts.GARBLED.format(address=self.address, status=status), "garbled", last=True)
        if not response.is_success:
            sentence = str(body.get("detail") or texts.REFUSED.format(status=status))
            raise NoTurn(sentence, str(body.get("code") or "refused"), last=False)
        return body


@dataclass(frozen=True)
class _Screen:
    """Where the answers go: for people, or as lines of JSON."""

    address: str
    out: TextIO
    as_json: bool
    writing: threading.RLock = field(default_factory=threading.RLock)

    def line(self, text: str) -> None:
        """Print a line."""
        self.out.write(f"{text}\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """A line that only people need."""
        if not self.as_json:
            self.line(text)

    def failure(self, sent: dict[str, str], error: NoTurn) -> None:
        """Say why there is no answer."""
        if self.as_json:
            self._json({"sent": sent, "error": {"code": error.code, "sentence": error.sentence}})
        else:
            self.line(clean(error.sentence))

    def show(self, turn: Turn) -> list[Button]:
        """Print the answer; returns its buttons in the order of their numbers."""
        replies = [_reply(message) for message in turn.messages]
        buttons = [button for reply in replies for button in reply.buttons]
        if self.as_json:
            self._json({"sent": turn.sent, **turn.answer})
            return buttons
        self._show(replies, 0)
        return buttons

    def tell(self, message: dict[str, Any], number: int) -> list[Button]:
        """Print news between what is typed; ``number`` is that of the last button on the screen."""
        reply = _reply(message)
        if self.as_json:
            self._json({"news": message})
        else:
            self.line("")
            self._show([reply], number)
            self.out.write(texts.PROMPT)
            self.out.flush()
        return list(reply.buttons)

    def _show(self, replies: Sequence[Reply], number: int) -> None:
        for reply in replies:
            self.line(as_text(reply, self.address))
            for button in reply.buttons:
                number += 1
                self.line(texts.BUTTON.format(number=number, title=clean(button.title)))
            self.line("")

    def _json(self, content: dict[str, Any]) -> None:
        self.line(json.dumps(content, ensure_ascii=False))


def _reply(message: dict[str, Any]) -> Reply:
    """A reply as the API gives it; what this client does not know is left out, and said so."""
    known = {name: message[name] for name in Reply.model_fields if name in message}
    try:
        return Reply.model_validate(known)
    except ValidationError:
        text = f"{known.get('text', '')}\n{texts.CARD_UNKNOWN}".strip()
        plain = {name: known[name] for name in ("buttons",) if name in known}
        try:
            return Reply.model_validate({**plain, "text": text})
        except ValidationError:
            return Reply(text=text)
