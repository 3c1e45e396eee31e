"""Rasa's way to the action server, except that a failed call ends the turn.

Rasa 3.6 swallows whatever an action raises: it logs, records the action as done, saves the tracker
and answers with nothing. The person would wait for ever, and a repeat of the message would meet a
tracker that says it was served. Here a failed call raises past that handler, so that the turn leaves
no trace and the gateway can apologise and try again.
"""

import asyncio
import logging
from typing import Any, Optional

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.shared.core.events import deserialise_events
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.components.settings import SECRET_HEADER, Settings

logger = logging.getLogger(__name__)

_TRY_LATER = frozenset({502, 503, 504})


class TurnFailed(BaseException):
    """An action could not do its work. Not an Exception on purpose: Rasa's "bot will continue"
    handler around every action catches those. It is caught in the channel, always."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ActionServerUnreachable(TurnFailed):
    """Nothing answered, or not in time: the same message may well succeed later."""


class ActionFailed(TurnFailed):
    """The action server answered, but with an error or with something Rasa can't use."""


class ActionServer(EndpointConfig):
    """The endpoint that Rasa posts each action to, with our secret and a deadline."""

    def __init__(self, url: str, secret: str, seconds: float) -> None:
        super().__init__(url=url, headers={SECRET_HEADER: secret})
        self.seconds = seconds
        form = RemoteAction.action_response_format_spec()
        self._form = validator_for(form)(form)

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Calls the action server. Raises TurnFailed whatever goes wrong."""
        kwargs["timeout"] = aiohttp.ClientTimeout(total=self.seconds)
        try:
            answer = await super().request(method, subpath, content_type, compress, **kwargs)
        except ClientResponseError as problem:
            failure = ActionServerUnreachable if problem.status in _TRY_LATER else ActionFailed
            raise failure(f"the action server answered {problem.status}") from problem
        except asyncio.TimeoutError as problem:
            raise ActionServerUnreachable(f"no answer in {self.seconds:g} seconds") from problem
        except (aiohttp.ClientConnectionError, OSError) as problem:
            raise ActionServerUnreachable(f"no connection: {problem}") from problem
        except (aiohttp.ClientError, ValueError) as problem:
            raise ActionFailed(f"an unreadable answer: {problem}") from problem
        self._check(answer)
        return answer

    def _check(self, answer: Any) -> None:
        """Refuses what Rasa would only stumble over later, where the failure would be swallowed."""
        try:
            self._form.validate(answer)
            deserialise_events(answer.get("events", []))
        except Exception as problem:  # a ValidationError, or whatever Rasa's events raise
            raise ActionFailed(f"an answer that Rasa can't use: {type(problem).__name__}") from problem


def connect(agent: Agent, settings: Settings) -> None:
    """Puts our endpoint in the place of the one that Rasa made from endpoints.yml.

    Raises RuntimeError without a model: Rasa would log it and stay up, answering nobody.
    """
    if not agent.processor:
        raise RuntimeError("The assistant has no model to load: train one first (quartermaster train nlu).")
    configured = agent.action_endpoint
    url = settings.actions_url or (configured.url if configured else None)
    if not url:
        raise RuntimeError("endpoints.yml names no action_endpoint, nor does QUARTERMASTER_ACTIONS_URL")
    agent.action_endpoint = ActionServer(url, settings.secret, settings.action_seconds)
    agent.processor.action_endpoint = agent.action_endpoint
    # Rasa checks each answer again, and each time first whether its own schema is a schema: that was
    # nine tenths of the work of a turn (23 of 25 ms). The answer has been checked just before.
    RemoteAction._validate_action_result = lambda *_: True  # noqa: SLF001
    logger.info("Actions are called at %s", url)
