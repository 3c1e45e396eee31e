"""What is kept of a message, for what reason, and what is decided about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.skills import SKILLS as SPOKEN
from backend.chat.forgetting import forget_conversation
from backend.chat.tables import Conversation, Message, Turn
from backend.company.tables import AuditEvent, Company
from backend.database import now
from backend.errors import Conflict, Invalid, NotAllowed
from backend.identity.tables import User
from backend.review import consent, queries, service
from backend.review.jobs import delete_kept
from backend.review.tables import KeptMessage, Rating
from backend.review.vocabulary import SKILLS
from tests.backend.review.keeping import READ, all_kept, keep, say, turn_of
from tests.backend.world import World


def test_a_message_is_labelled_with_the_skills_that_there_are() -> None:
    assert set(SKILLS) == set(SPOKEN)


def test_a_message_is_kept_with_how_it_was_read_and_what_was_said_before(world: World) -> None:
    with world.writing() as work:
        first = turn_of(work, "hello")
        say(work, first, "Hello.")
        turn = turn_of(work, "wheres me stuff")
        kept = service.keep(work, turn, "not_understood", READ)
    (row,) = all_kept(world)
    assert kept is not None
    assert (row.text, row.role, row.channel, row.reason) == ("wheres me stuff", "customer", "web", "not_understood")
    assert (row.skill, row.confidence, row.ranking) == ("complaint", 0.4, ["complaint", "order_status", "delivery_eta"])
    assert (row.state, row.label, row.chosen, row.turn_id) == ("waiting", None, None, turn.id)
    with world.database.read() as session:
        said = [
            (session.get_one(Message, key).author, session.get_one(Message, key).body["text"]) for key in row.before
        ]
    assert said == [("person", "hello"), ("desk", "Hello.")]


def test_a_turn_is_kept_once_and_the_gravest_reason_stays(world: World) -> None:
    with world.writing() as work:
        turn = turn_of(work, "wheres me stuff")
        for reason in ("asked", "rated_badly", "corrected"):
            service.keep(work, turn, reason, READ)  # type: ignore[arg-type]
    assert [row.reason for row in all_kept(world)] == ["rated_badly"]


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_what_has_no_words_is_not_kept(small: World, text: str | None) -> None:
    with small.writing() as work:
        assert service.keep(work, turn_of(work, text, "token"), "corrected", READ) is None
    assert all_kept(small) == []


def test_what_the_person_chose_is_noted_and_a_tap_counts_for_more_than_words(small: World) -> None:
    with small.writing() as work:
        kept = service.keep(work, turn_of(work, "wheres me stuff"), "asked", READ)
        assert kept is not None
        service.choose(work, kept.turn_id, "order_history", "rephrasing")
        service.choose(work, kept.turn_id, "order_status", "tap")
        service.choose(work, kept.turn_id, "complaint", "rephrasing")
        service.choose(work, kept.turn_id + 1, "complaint", "tap")
    assert [(row.chosen, row.chosen_by) for row in all_kept(small)] == [("order_status", "tap")]


# ---- deciding ------------------------------------------------------------------------------------------------------


def test_a_manager_labels_a_message_and_may_think_again(managed: World) -> None:
    key = keep(managed, "wheres me stuff")
    with managed.writing("manager@test") as work:
        kept = service.label(work, queries.locked(work, key), "order_status")
        service.label(work, kept, "order_status")
        service.label(work, kept, "delivery_eta")
        service.dismiss(work, kept)
        assert (kept.state, kept.label) == ("dismissed", None)
        service.label(work, kept, "delivery_eta")
    (row,) = all_kept(managed)
    assert (row.state, row.label, row.decided_by_id) == (
        "labelled",
        "delivery_eta",
        managed.principal("manager@test").user_id,
    )
    with managed.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject == "kept_message")).all()
    assert [event.after for event in events] == [
        {"state": "labelled", "label": "order_status"},
        {"state": "labelled", "label": "delivery_eta"},
        {"state": "dismissed", "label": None},
        {"state": "labelled", "label": "delivery_eta"},
    ]


def test_a_decision_is_not_taken_back(small: World) -> None:
    key = keep(small, "wheres me stuff")
    with small.database.write() as session:
        row = session.get_one(KeptMessage, key)
        row.state, row.label = "labelled", "order_status"
        with pytest.raises(Conflict, match="A kept message that is labelled can't become waiting"):
            row.state = "waiting"


def test_a_skill_that_there_is_not_is_refused(small_managed: World) -> None:
    key = keep(small_managed, "wheres me stuff")
    with (
        small_managed.writing("manager@test") as work,
        pytest.raises(Invalid, match="There is no skill 'not_understood'"),
    ):
        service.label(work, queries.locked(work, key), "not_understood")
    assert [(row.state, row.label) for row in all_kept(small_managed)] == [("waiting", None)]


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "desk@test", "buyer@test"])
def test_only_managers_read_what_is_kept(small: World, email: str) -> None:
    key = keep(small, "wheres me stuff")
    with small.writing(email) as work:
        for ask in (lambda: queries.kept(work), lambda: queries.locked(work, key), lambda: queries.rated(work)):
            with pytest.raises(NotAllowed, match="Messages are reviewed by our managers"):
                ask()


# ---- consent and retention -------------------------------------------------------------------------------------------


def test_of_who_objects_nothing_is_kept_and_what_was_is_deleted(world: World) -> None:
    keep(world, "wheres me stuff")
    keep(world, "what about mine", "other@test")
    with world.writing() as work:
        assert consent.set_consent(work, agrees=False) == 1
        assert service.keep(work, turn_of(work, "and now"), "not_understood", READ) is None
    assert [row.text for row in all_kept(world)] == ["what about mine"]
    with world.writing() as work:
        assert consent.set_consent(work, agrees=True) == 0
        assert service.keep(work, turn_of(work, "and now again"), "not_understood", READ) is not None
    with world.database.read() as session:
        changes = session.scalars(select(AuditEvent).where(AuditEvent.kind == "user.changed")).all()
    assert [(event.subject_key, event.before, event.after) for event in changes] == [
        ("customer@test", {"keep_messages": True}, {"keep_messages": False}),
        ("customer@test", {"keep_messages": False}, {"keep_messages": True}),
    ]


def test_where_the_company_keeps_nothing_nothing_is_kept_and_the_rest_goes(world: World) -> None:
    keep(world, "wheres me stuff")
    with world.database.write() as session:
        session.get_one(Company, 1).keep_messages = False
    with world.writing() as work:
        assert service.keep(work, turn_of(work, "and now"), "not_understood", READ) is None
    assert delete_kept(world.database) == 1
    assert all_kept(world) == []


def test_what_is_kept_is_deleted_after_the_companys_days(world: World) -> None:
    old, new = keep(world, "an old one"), keep(world, "a new one")
    with world.database.write() as session:
        session.get_one(KeptMessage, old).created_at = now() - timedelta(days=90, minutes=1)
        session.get_one(KeptMessage, new).created_at = now() - timedelta(days=89)
    assert delete_kept(world.database) == 1
    assert [row.text for row in all_kept(world)] == ["a new one"]
    with world.database.write() as session:
        session.get_one(Company, 1).keep_messages_days = 30
    assert delete_kept(world.database) == 1


def test_an_empty_database_keeps_nothing(database_url: str) -> None:
    from backend.database import Database
    from backend.migrations import migrate

    database = Database(database_url)
    migrate(database)
    assert delete_kept(database) == 0
    database.close()


def test_what_was_kept_goes_with_the_conversation(world: World) -> None:
    keep(world, "wheres me stuff")
    keep(world, "what about mine", "other@test")
    user_id = world.principal("customer@test").user_id
    with world.database.write() as session:
        turn = session.scalars(select(Turn).order_by(Turn.id)).first()
        session.add(Rating(conversation_id=turn.conversation_id, turn_id=turn.id, task="order.placed", subject_key="1"))
    with world.database.write() as session:
        assert forget_conversation(session, user_id)
    with world.database.write() as session:
        assert not forget_conversation(session, user_id)
    with world.database.read() as session:
        others = session.scalars(select(Conversation.user_id)).all()
        assert others == [world.principal("other@test").user_id]
        assert session.scalars(select(Rating.id)).all() == []
        assert [turn.text for turn in session.scalars(select(Turn))] == ["what about mine"]
        assert session.get(User, user_id) is not None
    assert [row.text for row in all_kept(world)] == ["what about mine"]
