"""Stands in for Rasa inside the process: the caller says which skill a text is, the actions are the real ones."""

from __future__ import annotations

from collections.abc import Callable

from actions.turns import TurnRunner
from backend.chat.cards import Reply
from backend.chat.gateway import Gateway
from backend.chat.locks import Limits, LocalLocks
from backend.database import Database
from backend.errors import Unavailable
from backend.settings import Settings

Understand = Callable[[str], str]


class NoModels:
    """A model server that is down."""

    def infer(self, model: str, inputs: object, parameters: object) -> dict[str, object]:
        """Never answers."""
        raise Unavailable("The model server isn't answering just now.", code="model_server_unavailable")


class InProcessAssistant:
    """Takes the place of ``RasaClient``: understands by ``understand``, then runs the action as the SDK would."""

    def __init__(self, database: Database, understand: Understand) -> None:
        self.runner = TurnRunner(database, NoModels())  # type: ignore[arg-type]
        self._understand = understand

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        """See ``RasaClient.say``."""
        skill = "tap" if text is None else self._understand(text)
        return self.run(sender, skill)

    def run(self, sender: str, skill: str) -> list[Reply]:
        """One call of an action."""
        return self.runner.run(sender, f"action_{skill}", skill, 0.9, [skill])


def gateway_with(database: Database, assistant: InProcessAssistant) -> Gateway:
    """The real gateway before the assistant; nobody is too fast for it."""
    chosen = Settings(turns_per_minute=10_000_000)
    return Gateway(database, assistant, LocalLocks(), Limits(chosen), chosen)  # type: ignore[arg-type]


def ordering(text: str) -> str:
    """Enough understanding to order: a yes, a no, or order lines."""
    return {"yes": "affirm", "no, wait": "deny"}.get(text, "place_order")
