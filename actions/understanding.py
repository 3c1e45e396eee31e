"""How messages are read, without doing anything: the skill by the assistant's model, the lines by our own reader."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from actions.catalogue import CatalogueSource
from actions.language.orders import OrderReading, ReadLine, read_order
from actions.language.references import read_document_numbers
from actions.routing import as_the_role_means_it, for_whom, is_an_order
from actions.skills import NOT_UNDERSTOOD
from backend.company.service import business_clock
from backend.database import Database
from backend.errors import NotFound, Unavailable
from backend.identity.service import principal_of
from backend.identity.tables import Role, User
from backend.sales.queries import bought
from backend.work import Work

FALLBACK = "nlu_fallback"
_PATIENCE = 600.0


@dataclass(frozen=True)
class Said:
    """A message, and the role and history of who says it (SKU -> how often it was bought)."""

    text: str
    role: Role
    bought: Mapping[str, int]


@dataclass(frozen=True)
class Understood:
    """A message as the assistant reads it when nothing was said before."""

    said: Said
    skill: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    order: OrderReading


class Assistant:
    """The classifier of a trained assistant, run in the bot's own environment; Rasa need not be up."""

    def __init__(self, root: Path, archive: Path) -> None:
        self._root = root
        self._archive = archive

    def rankings(self, said: Sequence[Said]) -> list[dict[str, Any]]:
        """``{"intent", "intent_ranking"}`` of each message. Unavailable where there is no model or no environment."""
        python = self._root / ".venv-bot" / "bin" / "python"
        if not python.exists():
            raise Unavailable("The bot's environment is missing: run `make setup`.", code="no_bot_environment")
        if not self._archive.exists():
            raise Unavailable("The assistant is not trained: run `quartermaster train nlu`.", code="not_trained")
        lines = "".join(json.dumps({"text": one.text, "role": one.role.value}) + "\n" for one in said)
        ran = subprocess.run(
            [str(python), "-m", "bot.read", str(self._archive.absolute())],
            cwd=self._root,
            input=lines,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        if ran.returncode != 0:
            raise Unavailable(f"The assistant's model can't be read: {ran.stderr[-500:]}", code="unreadable_model")
        return [json.loads(line) for line in ran.stdout.splitlines()]


def understand_all(database: Database, assistant: Assistant, messages: Sequence[Said]) -> list[Understood]:
    """Each message on its own, as if it were the first of a conversation."""
    index = CatalogueSource(database).current().index
    with database.read() as session:
        today = business_clock(session).today()
    found = []
    for said, read in zip(messages, assistant.rankings(messages), strict=True):
        order = read_order(said.text, index, today=today, bought=said.bought)
        ranking = tuple(
            (as_the_role_means_it(said.role, entry["name"]), float(entry["confidence"]))
            for entry in read["intent_ranking"]
            if entry["name"] != FALLBACK
        )
        first = read["intent"]["name"]
        skill = NOT_UNDERSTOOD if first == FALLBACK else as_the_role_means_it(said.role, first)
        confidence = float(read["intent"]["confidence"]) if skill != NOT_UNDERSTOOD else ranking[0][1]
        if is_an_order(said.role, skill, confidence, [name for name, _ in ranking], order.lines, said.text):
            skill = "place_order"
        skill = for_whom(said.role, skill, order.customer_text)
        found.append(Understood(said, skill, confidence, ranking, order))
    return found


def who_says(database: Database, text: str, role: Role, email: str | None) -> Said:
    """A message as said by somebody with an account, whose role and purchases count, or by nobody in particular."""
    if email is None:
        return Said(text, role, {})
    with database.read() as session:
        user = session.scalar(select(User).where(User.email == email.lower()))
        if user is None:
            raise NotFound(f"There is no account for {email}.", code="unknown_account")
        history: dict[str, int] = {}
        if user.customer_id is not None:
            work = Work(session, principal_of(user), business_clock(session))
            history = {sku: row.times for sku, row in bought(work, user.customer_id).items()}
        return Said(text, Role(user.role), history)


def as_data(read: Understood) -> dict[str, Any]:
    """The reading as plain data: skill, confidence, lines, entities."""
    order = read.order
    return {
        "text": read.said.text,
        "role": read.said.role.value,
        "skill": read.skill,
        "confidence": round(read.confidence, 4),
        "ranking": [{"skill": name, "confidence": round(confidence, 4)} for name, confidence in read.ranking],
        "lines": [_line(line) for line in order.lines],
        "entities": {
            "order_numbers": list(read_document_numbers(read.said.text)),
            "requested_date": order.requested_date.isoformat() if order.requested_date else None,
            "customer_reference": order.customer_reference,
            "customer": order.customer_text,
        },
    }


def _line(line: ReadLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "asked": line.asked,
        "unit": line.unit,
        "candidates": [candidate.sku for candidate in line.candidates],
        "span": list(line.span),
        "problem": line.problem,
    }
