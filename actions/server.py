"""The action server: rasa-sdk's, with our actions and a check of the shared secret in front."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.endpoint import create_app as create_sdk_app
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from actions.skills import NOT_UNDERSTOOD, SKILLS, TAP
from actions.turns import TurnRunner
from backend.chat.rasa import SECRET_HEADER
from backend.database import Database
from backend.model_server import ModelServer
from backend.settings import Settings

log = logging.getLogger(__name__)


class SkillAction(Action):  # type: ignore[misc]
    """An action of the domain; the unit of work runs in a thread, not on the server's event loop."""

    def __init__(self, skill: str, runner: TurnRunner, pool: ThreadPoolExecutor) -> None:
        self._skill = skill
        self._runner = runner
        self._pool = pool

    def name(self) -> str:
        """As in the domain."""
        return f"action_{self._skill}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:  # noqa: ARG002
        """Answer the conversation's turn."""
        message = tracker.latest_message or {}
        ranking = [item["name"] for item in message.get("intent_ranking", []) if item.get("name")]
        confidence = float((message.get("intent") or {}).get("confidence") or 0.0)
        work = asyncio.get_running_loop().run_in_executor(
            self._pool, self._runner.run, tracker.sender_id, self.name(), self._skill, confidence, ranking
        )
        for reply in await work:
            dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        return []


def create_app(settings: Settings, database: Database | None = None) -> Sanic[Any, Any]:
    """The server's application. Raises ValueError without a shared secret."""
    if not settings.internal_secret:
        raise ValueError("QUARTERMASTER_INTERNAL_SECRET is not set; `quartermaster up` sets it.")
    database = database or Database(settings.database, pool=settings.database_pool)
    runner = TurnRunner(database, ModelServer(settings))
    pool = ThreadPoolExecutor(max_workers=database.pool, thread_name_prefix="action")
    executor = ActionExecutor()
    for name in (*SKILLS, TAP, NOT_UNDERSTOOD):
        executor.register_action(SkillAction(name, runner, pool))
    app: Sanic[Any, Any] = create_sdk_app(executor, cors_origins=[])
    _guard(app, settings.internal_secret)
    return app


def _guard(app: Sanic[Any, Any], secret: str) -> None:
    @app.on_request
    async def check(request: Request) -> HTTPResponse | None:
        if request.path == "/health":
            return None
        given = request.headers.get(SECRET_HEADER, "")
        if hmac.compare_digest(given.encode(), secret.encode()):
            return None
        return json_response({"error": "The shared secret is missing or wrong."}, status=401)


def actions_registered() -> Sequence[str]:
    """The names of all actions."""
    return [f"action_{name}" for name in (*SKILLS, TAP, NOT_UNDERSTOOD)]
