"""Who may call: every path but the health checks needs the internal secret."""

from __future__ import annotations

import hmac
import json

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"x-quartermaster-secret"
OPEN_PREFIX = "/v2/health/"


class RequireSecret:
    """ASGI middleware; compares in constant time."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        if not secret:
            raise ValueError("The model server needs a secret.")
        self._app = app
        self._secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 401."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_PREFIX) or self._knows(scope):
            await self._app(scope, receive, send)
            return
        body = json.dumps({"error": "This path needs the header X-Quartermaster-Secret."}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _knows(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == HEADER]
        return len(given) == 1 and hmac.compare_digest(given[0], self._secret)
