"""What every request passes first: a bound on its size, and the count of requests by method and status."""

from __future__ import annotations

from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.http import problems

LARGEST_BODY = 1_000_000
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

        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            refusal = problems.problem(413, "too_large", "That is larger than I accept (1 MB).")
            await refusal(scope, receive, counted)
        else:
            await self._app(scope, receive, counted)
