"""What every request passes first: a bound on its size, and the count of requests by method and status."""

from __future__ import annotations

from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.http import problems

LARGEST_BODY = 1_000_000
TOO_LARGE = "That is larger than I accept (1 MB)."
REQUESTS = Counter("quartermaster_requests_total", "Requests by method and status", ["method", "status"])


class Bounded:
    """ASGI middleware, as Starlette's own kind starts a task and a queue for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it says that it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                REQUESTS.labels(scope["method"], str(message["status"])).inc()
            await send(message)

        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            await _refusal()(scope, receive, counted)
        elif "transfer-encoding" in headers:  # it does not say how long it is
            await self._measured(scope, receive, counted)
        else:
            await self._app(scope, receive, counted)

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The refusal goes in the place of whatever is answered to a body that was broken off."""
        measured, begun = _Measured(receive), False

        async def sending(message: Message) -> None:
            nonlocal begun
            if begun or not measured.too_large:
                begun = True
                await send(message)

        try:
            await self._app(scope, measured, sending)
        except ClientDisconnect:
            if not measured.too_large:
                raise
        if measured.too_large and not begun:
            await _refusal()(scope, receive, send)


def _refusal() -> Response:
    return problems.problem(413, "too_large", TOO_LARGE)


class _Measured:
    """Receives a body that does not say how long it is; beyond the bound it breaks off."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._sofar = 0

    @property
    def too_large(self) -> bool:
        """Whether it came to more than the bound."""
        return self._sofar > LARGEST_BODY

    async def __call__(self) -> Message:
        """The next part, or that the client is gone where it would be one too many."""
        message = await self._receive()
        self._sofar += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.too_large else message
