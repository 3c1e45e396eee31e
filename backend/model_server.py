"""The client of the model server (Open Inference Protocol). Never called inside a transaction."""

from __future__ import annotations

import logging
from typing import Any

import httpx

from backend.errors import Unavailable
from backend.settings import Settings

log = logging.getLogger(__name__)
SECRET_HEADER = "X-Quartermaster-Secret"
_DOWN = "The model server isn't answering just now, so I can't work that out. Please try again in a moment."


class ModelServer:
    """Speaks to the model server."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.models_address
        self._headers = {SECRET_HEADER: settings.internal_secret}
        self._timeout = settings.model_timeout

    def live(self) -> bool:
        """Whether the server answers."""
        try:
            return httpx.get(f"{self._address}/v2/health/live", timeout=2.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def infer(self, model: str, inputs: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        """Outputs by name, each as the protocol has it: {"shape": [...], "data": [...]}. Raises Unavailable."""
        try:
            response = httpx.post(
                f"{self._address}/v2/models/{model}/infer",
                json={"inputs": inputs, "parameters": parameters},
                headers=self._headers,
                timeout=self._timeout,
            )
            response.raise_for_status()
            outputs = response.json()["outputs"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            log.warning("model server, %s: %s", model, error)
            raise Unavailable(_DOWN, code="model_server_unavailable") from error
        return {output["name"]: output for output in outputs}
