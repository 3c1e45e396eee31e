"""The client of the Rasa server: hands a turn over and takes the replies back."""

from __future__ import annotations

import logging
from typing import Any

import httpx
from pydantic import ValidationError

from backend.chat.cards import Reply
from backend.errors import Unavailable

log = logging.getLogger(__name__)
SECRET_HEADER = "X-Quartermaster-Secret"


class RasaClient:
    """Speaks to our own input channel of the Rasa server."""

    def __init__(self, address: str, secret: str, timeout: float) -> None:
        self._client = httpx.Client(
            base_url=f"{address}/webhooks/quartermaster", headers={SECRET_HEADER: secret}, timeout=timeout
        )

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        """Hand over a message (None: a tap) and return the replies; Unavailable where Rasa or an action is down.

        The speaker's ``role`` makes some skills likelier than others; it permits nothing.
        """
        body: dict[str, Any] = {"sender": sender, "tap": True} if text is None else {"sender": sender, "text": text}
        if role is not None:
            body["metadata"] = {"role": role}
        answer = self._post("/webhook", body)
        replies = [_reply(message) for message in answer if isinstance(message, dict)]
        if not replies:
            raise Unavailable("The assistant gave no answer.", code="no_answer")
        return replies

    def ready(self) -> bool:
        """Whether the server answers and has its model loaded."""
        try:
            return self._client.get("/ready", timeout=2.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            response = self._client.post(path, json=body)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("rasa %s: %s", path, error)
            raise Unavailable("The assistant does not answer.", code="assistant_unavailable") from error


def _reply(message: dict[str, Any]) -> Reply:
    custom = message.get("custom")
    try:
        if isinstance(custom, dict):
            return Reply.model_validate(custom)
        return Reply(text=str(message["text"]))
    except (ValidationError, KeyError) as error:
        raise Unavailable("The assistant's answer makes no sense.", code="assistant_unavailable") from error
