"""The small company, and people to talk as."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions import documents
from backend.purchasing.tables import PurchaseOrder
from backend.settings import Settings
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan
from tests.backend.world import World


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to papers are signed with the installation's secret."""
    monkeypatch.setattr(documents, "settings", lambda: Settings(internal_secret="known"))


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite."""
    return small


@pytest.fixture
def talk(world: World) -> Talk:
    """A customer's conversation."""
    return Talk(world)


@pytest.fixture
def desk(world: World) -> Talk:
    """The order desk's conversation."""
    return Talk(world, "desk@test")


@pytest.fixture
def plan(world: World) -> Plan:
    """540 coach bolts and 710 hex bolts are to be ordered; 100 hex bolts come with PO-10001."""
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-10001"
    return Plan(world).forecast(s20_104=100, s10_109=218).manager()


@pytest.fixture
def buyer(plan: Plan) -> Talk:
    """A buyer who has been shown the proposal."""
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    return talk
