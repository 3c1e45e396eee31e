"""Has the model server decide, outside any transaction, and makes sure that what it was asked still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from backend.database import Database
from backend.errors import Stale
from backend.identity.permissions import Principal
from backend.purchasing import limits, replenishment
from backend.purchasing.replenishment import Gathered, Proposal
from backend.purchasing.scenario import AS_IT_IS, Scenario
from backend.work import Work, reading


class Models(Protocol):
    """Whoever runs the models."""

    def infer(self, model: str, inputs: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        """Outputs by name."""
        ...


@dataclass(frozen=True)
class Question:
    """What the model was asked, of things as they are and, after those rows, as a scenario supposes; its answer."""

    scenario: Scenario
    inputs: list[dict[str, Any]]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Decided:
    """What was gathered and decided as things are, and as a scenario supposes (the same where none was given)."""

    gathered: Gathered
    found: list[Proposal]
    supposed_gathered: Gathered
    supposed: list[Proposal]


def ask(database: Database, principal: Principal, models: Models, scenario: Scenario = AS_IT_IS) -> Question:
    """Gather, and have it decided; one call for both. Raises Unavailable where the model server does not answer."""
    with reading(database, principal) as work:
        both = gathered(work, scenario)
        called = call_for(work, *both)
    if called is None:
        return Question(scenario, [], {})
    return Question(scenario, called[0], models.infer(replenishment.MODEL, *called))


def gathered(work: Work, scenario: Scenario) -> tuple[Gathered, Gathered]:
    """What there is, as it is and as a scenario supposes."""
    now = replenishment.gather(work)
    return now, now if scenario == AS_IT_IS else replenishment.gather(work, scenario)


def call_for(work: Work, now: Gathered, supposed: Gathered) -> tuple[list[dict[str, Any]], dict[str, Any]] | None:
    """The inputs and parameters of the one call; None where there is nothing to decide."""
    rows = [*now.candidates, *(supposed.candidates if supposed is not now else [])]
    return replenishment.request(rows, work.clock.today()) if rows else None


def read(work: Work, question: Question) -> Decided:
    """The answer, on what there is now. Stale where that is no longer what the model was asked."""
    now, supposed = gathered(work, question.scenario)
    called = call_for(work, now, supposed)
    if (called[0] if called else []) != question.inputs:
        raise Stale("Stock, orders or forecasts have changed since this was worked out.", code="replenishment_changed")
    return answered(now, supposed, question.outputs)


def answered(now: Gathered, supposed: Gathered, outputs: dict[str, Any]) -> Decided:
    """The model's answer to one call, as decisions that keep suppliers' minimums and the budget."""
    found = limits.respected(replenishment.decided(now.candidates, outputs) if outputs else [], now.left)
    if supposed is now:
        return Decided(now, found, now, found)
    again = replenishment.decided(supposed.candidates, outputs, len(now.candidates)) if outputs else []
    return Decided(now, found, supposed, limits.respected(again, supposed.left))
