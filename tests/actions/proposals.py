"""What a buyer is shown, for tests."""

from __future__ import annotations

from backend.chat.cards import ReplenishmentCard
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan


def manager(plan: Plan) -> Talk:
    return Talk(plan.world, "manager@test", plan.models)  # type: ignore[arg-type]


def rows(talk: Talk) -> dict[str, int]:
    card = talk.last[-1].card
    assert isinstance(card, ReplenishmentCard)
    return {row.sku: row.quantity for row in card.rows}
