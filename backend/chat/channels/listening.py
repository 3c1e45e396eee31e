"""What is said to a person of its own accord, followed over the gateway's event stream: news of orders, alerts.

Answers come with the request that asked for them, and what another channel asks is shown there; both are left out.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
SILENCE_SECONDS: Final = 60.0  # the gateway says something, if only that it lives, four times as often


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    kind: str
    id: str | None
    data: str


class Listening:
    """Listens while it is entered, in a thread of its own; ``tell`` gets each message as the API gives it."""

    def __init__(self, base_url: str, token: str, tell: Callable[[dict[str, Any]], None]) -> None:
        self._url = base_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tell = tell
        self._over = threading.Event()
        self._last: str | None = None

    def __enter__(self) -> Listening:
        threading.Thread(target=self._listen, daemon=True, name="listening").start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=5)
        with httpx.Client(base_url=self._url, headers=self._headers, timeout=timeout) as client:
            while not self._over.is_set():
                try:
                    before = self._last
                    if not self._follow(client):
                        return
                    pause = FIRST_PAUSE_SECONDS if self._last != before else pause
                except httpx.HTTPError:
                    pass  # the gateway is away for a while; what is missed comes by its id later
                self._over.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _follow(self, client: httpx.Client) -> bool:
        """Read the stream to its end; whether it is worth asking for again."""
        resumed = {"Last-Event-ID": self._last} if self._last else {}
        with client.stream("GET", "/api/chat/stream", headers=resumed) as response:
            if response.status_code == httpx.codes.UNAUTHORIZED:
                return False
            response.raise_for_status()
            for event in events(response.iter_lines()):
                if self._over.is_set() or event.kind == "signed_out":
                    return False
                self._hear(event)
        return True

    def _hear(self, event: Event) -> None:
        if event.id:
            self._last = event.id
        try:
            message = json.loads(event.data)
        except ValueError:
            return
        unasked = isinstance(message, dict) and message.get("author") == "desk" and message.get("message_id") is None
        if event.kind == "message" and unasked:
            self._tell(message)


def events(lines: Iterable[str]) -> Iterator[Event]:
    """Server-sent events from the lines of a stream, as the HTML standard reads them; half an event is dropped."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))  # a comment has no name
            continue
        if "data" in fields:
            kind, number = fields.get("event", ["message"])[-1], fields.get("id", [""])[-1]
            yield Event(kind, number or None, "\n".join(fields["data"]))
        fields = {}
