"""The one way into the assistant: an input channel for the gateway, behind a shared secret.

    POST /webhooks/quartermaster/webhook  {"sender", "text" | "tap": true, "metadata"?} -> [message, …]
    POST /webhooks/quartermaster/parse    {"text"} -> {"intent", "intent_ranking"}; no tracker is touched
    GET  /webhooks/quartermaster/ready    200 once a model is loaded, else 503 (no secret)
    GET  /webhooks/quartermaster/         200: the process answers (no secret)

An error is {"error": sentence, "code": stable name, "retry": whether the same message may succeed later}.
"""

import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components.action_server import ActionServerUnreachable, TurnFailed, connect
from bot.components.settings import SECRET_HEADER, Settings, SettingsError, from_environment
from bot.components.turns import LARGEST_BODY, Refused, Turn, read_text, read_turn

logger = logging.getLogger(__name__)

TAP = "tap"
_MESSAGE_PARTS = ("text", "buttons", "custom", "image", "attachment", "quick_replies", "elements")


class QuartermasterChannel(InputChannel):
    """Takes turns from the gateway and gives back what the actions said."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def name(cls) -> str:
        return "quartermaster"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "QuartermasterChannel":
        """Refuses to exist without a shared secret."""
        try:
            return cls(from_environment())
        except SettingsError as problem:
            raise RasaException(str(problem)) from problem

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, as Rasa's server mounts them."""
        routes = Blueprint("quartermaster", self.name())

        @routes.listener("before_server_start")
        async def _limit(app: Sanic, _: Any) -> None:
            app.config.REQUEST_MAX_SIZE = 2 * LARGEST_BODY
            app.config.FALLBACK_ERROR_FORMAT = "json"

        @routes.listener("after_server_start")
        async def _connect(app: Sanic, _: Any) -> None:
            connect(app.ctx.agent, self.settings)

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            is_ready = _agent(request) is not None
            return response.json({"ready": is_ready}, status=200 if is_ready else 503)

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            try:
                self._admit(request)
                turn = read_turn(request.body)
                _ready_agent(request)
                return response.json(await _answers(turn, on_new_message, self.name()))
            except Refused as refusal:
                return _error(refusal.status, refusal.code, refusal.sentence)

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            try:
                self._admit(request)
                text = read_text(request.body)
                return response.json(await _reading(text, _ready_agent(request)))
            except Refused as refusal:
                return _error(refusal.status, refusal.code, refusal.sentence)

        return routes

    def _admit(self, request: Request) -> None:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.settings.secret.encode()):
            raise Refused(401, "unauthorised", f"The header {SECRET_HEADER} is missing or wrong.")


class Replies(CollectingOutputChannel):
    """Collects each thing that an action said as one whole message.

    Rasa's own collector cuts one message into several: at blank lines, and text from card.
    """

    @classmethod
    def name(cls) -> str:
        return QuartermasterChannel.name()

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        whole = {part: message[part] for part in _MESSAGE_PARTS if message.get(part)}
        if whole:
            self.messages.append(whole)


def _agent(request: Request) -> Optional[Agent]:
    agent: Optional[Agent] = getattr(request.app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def _ready_agent(request: Request) -> Agent:
    agent = _agent(request)
    if agent is None:
        raise Refused(503, "not_ready", "The assistant has not loaded its model yet.")
    return agent


async def _answers(
    turn: Turn, on_new_message: Callable[[UserMessage], Awaitable[Any]], channel: str
) -> List[Dict[str, Any]]:
    replies = Replies()
    message = UserMessage(
        turn.text if turn.text is not None else f"/{TAP}",
        replies,
        turn.sender,
        input_channel=channel,
        metadata=turn.metadata,
        parse_data=_tapped() if turn.text is None else None,
    )
    try:
        await on_new_message(message)
    except TurnFailed as failure:
        logger.error("A turn of %s failed: %s", turn.sender, failure.reason)  # noqa: TRY400  (the reason says it all)
        if isinstance(failure, ActionServerUnreachable):
            raise Refused(503, "actions_unreachable", "The action server does not answer.") from failure
        raise Refused(502, "action_failed", "The action could not do its work.") from failure
    except LockError as problem:
        logger.error("No lock for %s: %s", turn.sender, problem)  # noqa: TRY400
        raise Refused(503, "busy", "This conversation is still busy.") from problem
    except Exception as problem:  # the boundary: whatever it was, the gateway gets JSON and no trace
        logger.exception("A turn of %s failed.", turn.sender)
        raise Refused(500, "internal", "The assistant failed.") from problem
    if not replies.messages:
        logger.error("A turn of %s was answered with nothing.", turn.sender)
        raise Refused(502, "no_reply", "The assistant had nothing to say.")
    return replies.messages


async def _reading(text: str, agent: Agent) -> Dict[str, Any]:
    try:
        read = await agent.parse_message(text)
    except Exception as problem:  # the boundary, as above
        logger.exception("A text could not be read.")
        raise Refused(500, "internal", "The assistant failed.") from problem
    return {"intent": read["intent"], "intent_ranking": read.get("intent_ranking", [])}


def _tapped() -> Dict[str, Any]:
    """What reading "/tap" would give, without the classifier's work."""
    intent = {"name": TAP, "confidence": 1.0}
    return {"text": f"/{TAP}", "intent": intent, "intent_ranking": [intent], "entities": []}


def _error(status: int, code: str, sentence: str) -> HTTPResponse:
    retry = status in (502, 503)
    return response.json({"error": sentence, "code": code, "retry": retry}, status=status)
