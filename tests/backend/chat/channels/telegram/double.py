"""A double of Telegram's Bot API over HTTP, on loopback: enough of it for the real python-telegram-bot.

Updates are redelivered until a ``getUpdates`` with a larger offset confirms them, as Telegram does.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "123456:TEST-token_of-the-double"
NAME = "quartermaster_test_bot"
PATIENCE = 90.0
LONGEST_POLL = 2.0


@dataclass(frozen=True)
class Call:
    """A request the bot made; ``at`` is when it came."""

    method: str
    params: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        return str(self.params.get("text", ""))

    @property
    def chat(self) -> int:
        return int(self.params["chat_id"])

    @property
    def buttons(self) -> list[dict[str, str]]:
        markup = self.params.get("reply_markup")
        rows = json.loads(markup)["inline_keyboard"] if markup else []
        return [button for row in rows for button in row]


class BotApi:
    """Listens while it is entered. ``calls`` are kept; ``fail`` lets the next call of a method fail."""

    def __init__(self, port: int = 0) -> None:
        self._news = threading.Condition()
        self._failures: dict[str, deque[tuple[int, dict[str, Any]]]] = defaultdict(deque)
        self._pending: list[dict[str, Any]] = []
        self._again: list[dict[str, Any]] = []
        self._update_id = 5000
        self._message_id = 0
        self._polls = 0
        self.calls: list[Call] = []
        self.confirmed = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/bot"

    def __enter__(self) -> BotApi:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    # What people do

    def writes(self, text: str | None, *, person: int = 77, group: int | None = None, **more: Any) -> int:
        """Someone writes a message; returns the update's id."""
        message: dict[str, Any] = {
            "message_id": self._next_message(),
            "date": int(time.time()),
            "from": {"id": person, "is_bot": False, "first_name": "Ann"},
            "chat": {"id": group, "type": "group", "title": "Us"} if group else {"id": person, "type": "private"},
            **more,
        }
        if text is not None:
            message["text"] = text
            if text.startswith("/"):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._deliver({"message": message})

    def taps(self, token: str, *, person: int = 77, group: int | None = None, message_id: int = 1) -> int:
        """Someone taps a button; returns the update's id."""
        chat = {"id": group, "type": "group", "title": "Us"} if group else {"id": person, "type": "private"}
        return self._deliver(
            {
                "callback_query": {
                    "id": f"query-{self._update_id + 1}",
                    "from": {"id": person, "is_bot": False, "first_name": "Ann"},
                    "chat_instance": "1",
                    "data": token,
                    "message": {"message_id": message_id, "date": int(time.time()), "chat": chat, "text": "?"},
                }
            }
        )

    def repeats(self, update_id: int, text: str, *, person: int = 77) -> None:
        """Telegram delivers an update once more, although it was confirmed."""
        self.writes(text, person=person)
        with self._news:
            update = self._pending.pop()
            self._update_id -= 1
            self._again.append({**update, "update_id": update_id})
            self._news.notify_all()

    def fail(self, method: str, status: int, description: str = "failed", **parameters: Any) -> None:
        """Let the next call of a method fail."""
        body = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self._failures[method].append((status, body))

    # What the bot did

    def of(self, *methods: str, chat: int | None = None) -> list[Call]:
        """The calls of some methods so far."""
        with self._news:
            calls = [call for call in self.calls if call.method in methods]
        return [call for call in calls if chat is None or call.chat == chat]

    def sent(self, count: int = 1, chat: int | None = None) -> list[Call]:
        """Waits for so many messages and pictures."""
        return self.waits(lambda: self.of("sendMessage", "sendPhoto", chat=chat), count)

    def waits(self, found: Callable[[], list[Call]], count: int = 1) -> list[Call]:
        """Waits until something was found so often; fails where it never is."""
        deadline = time.monotonic() + PATIENCE
        while len(calls := found()) < count:
            assert time.monotonic() < deadline, f"only {calls}; all: {[call.method for call in self.calls]}"
            time.sleep(0.02)
        return calls

    def settles(self) -> None:
        """Waits until every update has been confirmed: handled to the end."""
        deadline = time.monotonic() + PATIENCE
        while self.confirmed < self._update_id or self._again:
            assert time.monotonic() < deadline, f"confirmed {self.confirmed} of {self._update_id}"
            time.sleep(0.02)

    # The protocol

    def answer(self, method: str, params: dict[str, Any], files: dict[str, bytes]) -> tuple[int, dict[str, Any]]:
        with self._news:
            if method != "getUpdates":
                self.calls.append(Call(method, params, files))
            if self._failures[method]:
                return self._failures[method].popleft()
        if method == "getUpdates":
            return 200, {"ok": True, "result": self._updates(params)}
        return 200, {"ok": True, "result": self._result(method, params)}

    def _updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(params.get("offset") or 0)
        deadline = time.monotonic() + min(float(params.get("timeout") or 0), LONGEST_POLL)
        with self._news:
            self._polls += 1
            poll = self._polls
            self._news.notify_all()
            self.confirmed = max(self.confirmed, offset - 1)
            self._pending = [update for update in self._pending if update["update_id"] >= offset]
            while not (self._pending or self._again) and (left := deadline - time.monotonic()) > 0:
                self._news.wait(left)
                if poll != self._polls:
                    return []  # a newer poll ends an older one, whose asker may be gone
            again, self._again = self._again, []
            return again + self._pending[: int(params.get("limit") or 100)]

    def _result(self, method: str, params: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "Quartermaster", "username": NAME}
        if method in {"sendMessage", "sendPhoto"}:
            chat = {"id": int(params["chat_id"]), "type": "private"}
            return {"message_id": self._next_message(), "date": int(time.time()), "chat": chat, "text": "…"}
        return True

    def _deliver(self, update: dict[str, Any]) -> int:
        with self._news:
            self._update_id += 1
            self._pending.append({"update_id": self._update_id, **update})
            self._news.notify_all()
            return self._update_id

    def _next_message(self) -> int:
        with self._news:
            self._message_id += 1
            return self._message_id


def _handler(api: BotApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token, _, method = self.path.removeprefix("/bot").partition("/")
            params, files = _read(self.headers.get("Content-Type", ""), body)
            if token == TOKEN:
                status, answer = api.answer(method, params, files)
            else:
                status, answer = 404, {"ok": False, "error_code": 404, "description": "Not Found"}
            content = json.dumps(answer).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # the bot hung up, as it does on stopping

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    return Handler


def _read(kind: str, body: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    if not kind.startswith("multipart/form-data"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP)
    params: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename():
            files[name] = content
        else:
            params[name] = content.decode()
    return params, files
