"""Talks to the actions as Rasa would, without Rasa: the test says which skill a message was read as."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from actions.turns import TurnRunner
from backend.chat import conversations
from backend.chat.cards import Button, Reply
from backend.chat.tables import Turn
from backend.errors import Unavailable
from backend.identity.tables import User
from tests.backend.world import World


class FakeModels:
    """A model server that answers what the test lays in, or is down."""

    def __init__(self) -> None:
        self.outputs: dict[str, Any] | None = None
        self.asked: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = []

    def infer(self, model: str, inputs: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((model, inputs, parameters))
        if self.outputs is None:
            raise Unavailable("The model server isn't answering just now.", code="model_server_unavailable")
        return self.outputs


class Talk:
    """One person's conversation."""

    def __init__(self, world: World, email: str = "customer@test", models: FakeModels | None = None) -> None:
        self.world = world
        self.email = email
        self.models = models or FakeModels()
        self.runner = TurnRunner(world.database, self.models)  # type: ignore[arg-type]
        self.last: list[Reply] = []
        self._ids = itertools.count()

    def say(self, text: str, skill: str, confidence: float = 0.9) -> Reply:
        """A message that Rasa reads as ``skill``; the last reply."""
        return self._turn(text, None, skill, confidence)

    def tap(self, button: Button | str) -> Reply:
        """A tap on a button, given itself or by the start of its title."""
        if isinstance(button, str):
            button = next(b for reply in self.last for b in reply.buttons if b.title.startswith(button))
        return self._turn(None, button.token, "tap", 1.0)

    def titles(self) -> list[str]:
        """The titles of the last reply's buttons."""
        return [button.title for reply in self.last for button in reply.buttons]

    def _turn(self, text: str | None, button: str | None, skill: str, confidence: float) -> Reply:
        sender = self.claim(text, button)
        self.last = self.runner.run(sender, f"action_{skill}", skill, confidence, [skill, "help", "order_status"])
        with self.world.database.write() as session:
            for turn in session.scalars(select(Turn).where(Turn.state == "claimed")):
                turn.state = "answered"
        return self.last[-1]

    def keep(self) -> None:
        """Keep the last replies as messages, as the gateway would."""
        with self.world.database.write() as session:
            user = session.scalars(select(User).where(User.email == self.email)).one()
            row = conversations.conversation_of(session, user.id, 60)
            for reply in self.last:
                conversations.keep(session, row.id, None, "desk", reply)

    def claim(self, text: str | None, button: str | None = None) -> str:
        """Claim a turn as the gateway would; the sender id."""
        with self.world.database.write() as session:
            user = session.scalars(select(User).where(User.email == self.email)).one()
            row = conversations.conversation_of(session, user.id, 60)
            turn = conversations.claim(session, row, f"{self.email}-{next(self._ids)}", "test", text, button)
            row.turn_id = turn.id
            return row.sender
