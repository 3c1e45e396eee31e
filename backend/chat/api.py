"""The chat over HTTP: messages in, history, and a stream of what is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, UploadFile
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from backend.chat import conversations
from backend.chat.files import LARGEST_FILE, message_of
from backend.chat.gateway import Gateway, Incoming
from backend.chat.schemas import HistoryOut, MessageIn, MessageOut, TurnOut, shown
from backend.database import Database
from backend.errors import NotSignedIn
from backend.http.asking import Asking, Bearer, TheDatabase
from backend.http.bodies import PLAIN
from backend.identity.service import user_of_token

router = APIRouter(prefix="/api/chat", tags=["chat"])
POLL_SECONDS = 0.7
HEARTBEAT_SECONDS = 15
SENDER_NEVER_ROTATES = 10_000_000


def gateway_of(request: Request) -> Gateway:
    """The application's gateway."""
    gateway: Gateway = request.app.state.gateway
    return gateway


TheGateway = Annotated[Gateway, Depends(gateway_of)]


@router.post("/messages")
def say(body: MessageIn, principal: Asking, gateway: TheGateway) -> TurnOut:
    """Say something, or tap a button; the answer comes back and also goes over the stream."""
    answered = gateway.take(Incoming(principal.user_id, "web", body.message_id, body.text, body.button))
    return TurnOut(conversation_id=answered.conversation_id, messages=[shown(said) for said in answered.replies])


@router.post("/files")
def send_file(
    file: Annotated[UploadFile, File(description="An order list: text or CSV, up to 200 kB.")],
    message_id: Annotated[str, Form(min_length=1, max_length=120, pattern=PLAIN)],
    principal: Asking,
    gateway: TheGateway,
) -> TurnOut:
    """Send an order list as a file; it is read and answered like a message that says the same."""
    content = file.file.read(LARGEST_FILE + 1)
    text = message_of(file.filename or "", content, gateway.longest)
    answered = gateway.take(Incoming(principal.user_id, "web", message_id, text))
    return TurnOut(conversation_id=answered.conversation_id, messages=[shown(said) for said in answered.replies])


def _conversation(database: Database, user_id: int) -> int:
    with database.write() as session:
        return conversations.conversation_of(session, user_id, SENDER_NEVER_ROTATES).id


@router.get("/history")
def history(
    principal: Asking,
    database: TheDatabase,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HistoryOut:
    """The conversation so far, newest page first."""
    conversation_id = _conversation(database, principal.user_id)
    with database.read() as session:
        said, more = conversations.before(session, conversation_id, before, limit)
    return HistoryOut(messages=[shown(message) for message in said], more=more)


@router.get("/stream")
def stream(
    principal: Asking,
    bearer: Bearer,
    database: TheDatabase,
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,18}$")] = None,
) -> EventSourceResponse:
    """Messages as they are said (server-sent events); resume with Last-Event-ID."""
    conversation_id = _conversation(database, principal.user_id)
    if last_event_id is None:
        with database.read() as session:
            newest, _ = conversations.before(session, conversation_id, None, 1)
        start = newest[-1].id if newest else 0
    else:
        start = int(last_event_id)
    return EventSourceResponse(_events(database, bearer, conversation_id, start), ping=HEARTBEAT_SECONDS)


async def _events(database: Database, bearer: str, conversation_id: int, last: int) -> AsyncIterator[ServerSentEvent]:
    while True:
        try:
            messages = await run_in_threadpool(_news, database, bearer, conversation_id, last)
        except NotSignedIn:
            yield ServerSentEvent(event="signed_out", data="{}")
            return
        for message in messages:
            last = message.id
            yield ServerSentEvent(event="message", id=str(message.id), data=message.model_dump_json())
        await asyncio.sleep(POLL_SECONDS)


def _news(database: Database, bearer: str, conversation_id: int, last: int) -> list[MessageOut]:
    with database.read() as session:
        user_of_token(session, bearer)
        return [shown(said) for said in conversations.after(session, conversation_id, last)]
