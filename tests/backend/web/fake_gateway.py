"""A gateway with canned answers, for building and testing the page: `python -m tests.backend.web.fake_gateway`.

What is typed chooses the answer: the kind of a card, "slow", "buttons", "html"; anything else is repeated. A file is
read as the real gateway reads it, and answered as if typed. Tests look at `Desk.received` and set
`Desk.failures`, `Desk.tokens` and so on.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Form, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse, StreamingResponse

from backend.chat.files import message_of
from backend.errors import Invalid
from backend.web import mount
from tests.backend.web.samples import SAMPLES

PIXEL = (
    "data:image/png;base64,"
    + base64.b64encode(
        base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        )
    ).decode()
)
HTML = "<img src=x onerror=\"document.title='broken'\"><b>bold</b><script>document.title='broken'</script>"
PEOPLE = {
    "customer@demo": ("Ann", "customer", {"code": "C0042", "name": "Harper & Sons"}),
    "rep@demo": ("Bill", "rep", None),
    "desk@demo": ("Cath", "desk", None),
    "buyer@demo": ("Dev", "buyer", None),
    "manager@demo": ("Edith", "manager", None),
}


class ProblemError(Exception):
    """Answered as problem details."""

    def __init__(self, status: int, detail: str, code: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code


@dataclass
class Desk:
    """What the gateway remembers, and how it is to misbehave."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    failures: list[ProblemError] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    slow: float = 0.0
    demo: bool = True
    business_date: str | None = None
    keep_messages: bool = True
    made: int = 0

    def say(self, author: str, *, at: datetime | None = None, **body: Any) -> dict[str, Any]:
        """Write a message down; the stream finds it there."""
        self.made += 1
        message = {
            "id": self.made,
            "author": author,
            "text": "",
            "buttons": [],
            "card": None,
            "image": None,
            "attachments": [],
            "message_id": None,
            "created_at": (at or datetime.now(UTC)).isoformat(),
            **body,
        }
        self.messages.append(message)
        return message

    def sign_in(self, email: str) -> str:
        """A new sign-in's token."""
        token = f"token-{email}-{len(self.tokens)}-{time.monotonic_ns()}"
        self.tokens[token] = email
        return token

    def take(self, text: str, key: str) -> dict[str, Any]:
        """A turn: the same key again gets the same answer."""
        if key not in self.answers:
            self.say("person", text=text, message_id=key)
            self.answers[key] = self.reply(text, message_id=key)
        return {"conversation_id": 1, "messages": self.answers[key]}

    def reply(self, text: str, message_id: str) -> list[dict[str, Any]]:
        """The canned answer to what was said."""
        return [self.say("desk", message_id=message_id, **body) for body in _bodies(text, self.made)]


def _bodies(text: str, made: int) -> list[dict[str, Any]]:
    if text in SAMPLES:
        titles = {"t-place": "Place the order", "t-change": "Change it"} if text == "cart" else {}
        buttons = [{"title": title, "token": token} for token, title in titles.items()]
        return [{"text": f"Here is the {text}.", "card": SAMPLES[text].model_dump(mode="json"), "buttons": buttons}]
    if text == "buttons":
        buttons = [{"title": title, "token": f"t-{title}-{made}"} for title in ("Yes, place it", "No", HTML)]
        return [{"text": "Shall I place the order?", "buttons": buttons}]
    if text == "html":
        facts = {"kind": "facts", "title": HTML, "facts": [{"label": HTML, "value": HTML}]}
        bad = {"kind": "document", "title": HTML, "number": "1", "url": "javascript:document.title='broken'"}
        return [{"text": HTML, "card": facts}, {"text": HTML, "card": bad}]
    if text == "picture":
        own, other = (
            {"title": "Price list", "url": "/api/documents/1"},
            {"title": "Elsewhere", "url": "//evil.example/x"},
        )
        return [{"text": "A picture.", "image": PIXEL, "attachments": [own, other]}]
    return [{"text": f"You said: {text}"}]


def _signed_in(request: Request, authorization: Annotated[str, Header()] = "") -> str:
    email = request.app.state.desk.tokens.get(authorization.removeprefix("Bearer "))
    if email is None:
        raise ProblemError(401, "Please sign in.", "not_signed_in")
    return str(email)


Person = Annotated[str, Depends(_signed_in)]


def gateway(desk: Desk) -> FastAPI:
    """The application."""
    app = FastAPI()
    app.state.desk = desk
    app.add_exception_handler(ProblemError, _problem)
    mount(app)
    _people(app, desk)
    _chat(app, desk)
    return app


def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    body: dict[str, object] = {"type": "about:blank", "title": error.code, "status": error.status}
    body |= {"detail": error.detail, "code": error.code}
    return JSONResponse(body, error.status, media_type="application/problem+json")


def _people(app: FastAPI, desk: Desk) -> None:

    @app.get("/api/public")
    def public() -> dict[str, Any]:
        sign_ins = [{"email": email, "role": role} for email, (_, role, _) in PEOPLE.items()]
        return {"company": "Thornbury & Vale", "demo": desk.demo, "sign_ins": sign_ins if desk.demo else []}

    @app.post("/api/auth/token")
    def token(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, Any]:
        if username == "busy@demo":
            raise ProblemError(429, "Too many sign-ins. Please wait a minute.", "too_many_requests")
        if username not in PEOPLE or password != "demo":
            raise ProblemError(401, "That email and password do not match.", "not_signed_in")
        return {"access_token": desk.sign_in(username), "token_type": "bearer", "expires_in": 43200}

    @app.post("/api/auth/sign-out", status_code=204)
    def sign_out(person: Person, authorization: Annotated[str, Header()]) -> None:
        del desk.tokens[authorization.removeprefix("Bearer ")]

    @app.get("/api/me")
    def me(person: Person) -> dict[str, Any]:
        name, role, customer = PEOPLE[person]
        return {
            "email": person,
            "name": name,
            "role": role,
            "customer": customer,
            "company": "Thornbury & Vale",
            "business_date": desk.business_date or datetime.now(UTC).date().isoformat(),
            "time_zone": "Europe/London",
            "telegram": True,
            "keep_messages": desk.keep_messages,
        }

    @app.patch("/api/me")
    def change_me(person: Person, body: dict[str, Any]) -> dict[str, Any]:
        if desk.failures:
            raise desk.failures.pop(0)
        desk.keep_messages = body["keep_messages"]
        return me(person)

    @app.post("/api/telegram/link")
    def telegram(person: Person) -> dict[str, Any]:
        return {"url": "https://t.me/quartermaster_bot?start=abc", "expires_minutes": 15}


def _chat(app: FastAPI, desk: Desk) -> None:

    @app.post("/api/chat/messages")
    def messages(person: Person, body: dict[str, Any]) -> dict[str, Any]:
        desk.received.append(body)
        if desk.slow or body.get("text") == "slow":
            time.sleep(desk.slow or 3)
        if desk.failures:
            raise desk.failures.pop(0)
        key = body["message_id"]
        known = desk.answers.get(key)  # the tapped choice may be closed by now
        return desk.take("" if known else body.get("text") or _title_of(desk, body["button"]), key)

    @app.post("/api/chat/files")
    def files(person: Person, file: UploadFile, message_id: Annotated[str, Form()]) -> dict[str, Any]:
        content = file.file.read()
        desk.received.append({"file": file.filename, "content": content, "message_id": message_id})
        if desk.slow:
            time.sleep(desk.slow)
        if desk.failures:
            raise desk.failures.pop(0)
        try:
            text = message_of(file.filename or "", content, 4_000)
        except Invalid as refused:
            raise ProblemError(refused.status, refused.sentence, refused.code) from refused
        return desk.take(text, message_id)

    @app.get("/api/chat/history")
    def history(person: Person, before: int | None = None, limit: int = 50) -> dict[str, Any]:
        older = [message for message in desk.messages if before is None or message["id"] < before]
        return {"messages": older[-limit:], "more": len(older) > limit}

    @app.get("/api/chat/stream")
    async def stream(person: Person, request: Request, last_event_id: Annotated[str, Header()] = "0") -> Response:
        desk.streams.append(last_event_id)
        return StreamingResponse(_events(desk, request, int(last_event_id)), media_type="text/event-stream")

    @app.get("/api/documents/{number}")
    def document(person: Person, number: int) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="INV-{number}.txt"'}
        return Response(f"Invoice {number}", media_type="text/plain", headers=headers)


def _title_of(desk: Desk, token: str) -> str:
    for message in desk.messages:
        for button in message["buttons"]:
            if button["token"] == token:
                return str(button["title"])
    raise ProblemError(409, "That choice is no longer open.", "stale")


async def _events(desk: Desk, request: Request, last: int) -> AsyncIterator[str]:
    yield ": here\n\n"
    token = request.headers["authorization"].removeprefix("Bearer ")
    while token in desk.tokens and not await request.is_disconnected():
        for message in [each for each in desk.messages if each["id"] > last]:
            last = message["id"]
            yield f"event: message\nid: {last}\ndata: {json.dumps(message)}\n\n"
        await asyncio.sleep(0.05)


class Served:
    """The gateway on a free port, in a thread."""

    def __init__(self, port: int = 0) -> None:
        self.desk = Desk()
        self.app = gateway(self.desk)
        config = uvicorn.Config(self.app, port=port, log_level="warning", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def start(self) -> str:
        """Its address, once it answers."""
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Close it, streams and all."""
        self.server.should_exit = True
        self.thread.join(timeout=5)


def yesterday() -> datetime:
    """For messages that are not today's."""
    return datetime.now(UTC) - timedelta(days=1)


if __name__ == "__main__":
    served = Served(port=8123)
    print(served.start())
    served.thread.join()
