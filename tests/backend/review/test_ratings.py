"""When it is asked whether something was right, and what an answer does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.chat.tables import Turn
from backend.company.service import record
from backend.company.tables import Company
from backend.database import now
from backend.errors import NotFound, Stale
from backend.review import consent, queries, ratings
from backend.review.tables import KeptMessage, Rating
from backend.work import Work
from tests.backend.review.keeping import all_kept, keep, turn_of
from tests.backend.world import World


@pytest.fixture(autouse=True)
def asking(world: World) -> None:
    """The small company asks."""
    with world.database.write() as session:
        session.get_one(Company, 1).ask_ratings = True


def heard(turn: Turn) -> dict[str, Any]:
    return {"turn": turn.id, "skill": "place_order", "confidence": 0.7, "ranking": ["place_order", "add_item"]}


def finished(work: Work, kind: str = "order.placed", said: Turn | None = None) -> Rating | None:
    """A turn that does something, and the question about it."""
    since = now()
    turn = turn_of(work, "yes please")
    record(work, kind, "order", "SO-1")
    done = ratings.done_since(work, since)
    return ratings.ask(work, turn, done, heard(said) if said else None) if done else None


def test_it_is_asked_once_a_day(world: World) -> None:
    with world.writing() as work:
        first = finished(work)
        assert first is not None
        assert (first.task, first.subject_key, first.was_right) == ("order.placed", "SO-1", None)
        assert finished(work) is None
        first.asked_at = now() - timedelta(days=1, minutes=1)
        assert finished(work) is not None
    with world.writing("other@test") as work:
        assert finished(work) is not None


def test_it_is_asked_again_on_the_same_day_where_something_has_gone_wrong(world: World) -> None:
    with world.writing() as work:
        assert finished(work) is not None
    keep(world, "wheres me stuff", "other@test")
    with world.writing() as work:
        assert finished(work) is None
    keep(world, "wheres me stuff")
    with world.writing() as work:
        assert finished(work) is not None
        assert finished(work) is None


@pytest.mark.parametrize("kind", ["order.held", "shipment.planned", "alert.begun"])
def test_only_a_task_that_was_finished_is_asked_about(small: World, kind: str) -> None:
    with small.writing() as work:
        assert finished(work, kind) is None


def test_what_somebody_else_did_or_was_done_before_is_not_asked_about(world: World) -> None:
    with world.writing("desk@test") as work:
        record(work, "order.placed", "order", "SO-1")
    with world.writing() as work:
        record(work, "order.placed", "order", "SO-2")
        work.session.flush()
        assert ratings.done_since(work, now()) is None


@pytest.mark.parametrize("switch", ["ask_ratings", "keep_messages"])
def test_the_company_can_switch_it_off(world: World, switch: str) -> None:
    with world.database.write() as session:
        setattr(session.get_one(Company, 1), switch, False)
    with world.writing() as work:
        assert finished(work) is None


def test_who_objects_is_not_asked_and_their_ratings_go(world: World) -> None:
    with world.writing() as work:
        assert finished(work) is not None
        assert consent.set_consent(work, agrees=False) == 1
        assert finished(work) is None


def test_what_was_wrong_is_kept_with_how_it_was_read(world: World) -> None:
    with world.writing() as work:
        said = turn_of(work, "ten of the usual")
        rating = finished(work, said=said)
        assert rating is not None
        ratings.answer(work, said.conversation_id, rating.id, was_right=False)
    (kept,) = all_kept(world)
    assert (kept.text, kept.reason, kept.turn_id) == ("ten of the usual", "rated_badly", said.id)
    assert (kept.skill, kept.confidence, kept.ranking) == ("place_order", 0.7, ["place_order", "add_item"])


def test_what_was_right_is_counted_and_not_kept(managed: World) -> None:
    with managed.writing() as work:
        said = turn_of(work, "ten of the usual")
        rating = finished(work, said=said)
        assert rating is not None
        ratings.answer(work, said.conversation_id, rating.id, was_right=True)
    with managed.writing("other@test") as work:
        finished(work, "quote.sent")
    assert all_kept(managed) == []
    with managed.reading("manager@test") as work:
        assert queries.rated(work) == {
            "order.placed": {"right": 1, "wrong": 0, "unanswered": 0},
            "quote.sent": {"right": 0, "wrong": 0, "unanswered": 1},
        }


def test_a_rating_is_answered_once_and_by_nobody_else(world: World) -> None:
    with world.writing() as work:
        said = turn_of(work, "ten of the usual")
        rating = finished(work, said=said)
        assert rating is not None
        with pytest.raises(NotFound, match="There is nothing to rate here any more"):
            ratings.answer(work, said.conversation_id + 1, rating.id, was_right=False)
        ratings.answer(work, said.conversation_id, rating.id, was_right=True)
        with pytest.raises(Stale, match="You have told me already"):
            ratings.answer(work, said.conversation_id, rating.id, was_right=False)
        assert rating.was_right is True
    assert all_kept(world) == []


def test_a_bad_rating_of_who_has_objected_since_keeps_nothing(world: World) -> None:
    with world.writing() as work:
        said = turn_of(work, "ten of the usual")
        rating = finished(work, said=said)
        assert rating is not None
        work.session.get_one(Company, 1).keep_messages = False
        ratings.answer(work, said.conversation_id, rating.id, was_right=False)
        assert work.session.query(KeptMessage).count() == 0
