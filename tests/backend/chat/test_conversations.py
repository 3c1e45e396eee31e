"""Messages of a conversation that several processes write to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.chat import conversations
from backend.chat.cards import Reply
from backend.chat.tables import Conversation, Message
from backend.database import Database, now
from backend.migrations import migrate
from tests.backend.world import World, build


def conversation(session: Session, world: World) -> Conversation:
    user_id = world.principal("customer@test").user_id
    return conversations.conversation_of(session, user_id, 60)


@pytest.mark.postgres
def test_a_message_waits_for_the_one_before_it_so_that_no_reader_sees_a_gap(postgres_url: str) -> None:
    """Ids are drawn before they are committed: 42 must not be seen while 41 is still to come."""
    database = Database(postgres_url)
    migrate(database)
    world = build(database)
    with database.write() as session:
        key = conversation(session, world).id
    with database.write() as first:
        earlier = conversations.keep(first, key, None, "desk", Reply(text="41"))
        with pytest.raises(OperationalError, match="lock timeout"), database.write() as second:
            second.execute(text("SET LOCAL lock_timeout = '20ms'"))
            conversations.keep(second, key, None, "desk", Reply(text="42"))
    with database.write() as session:
        later = conversations.keep(session, key, None, "desk", Reply(text="42"))
    assert earlier.id < later.id
    database.close()


def test_what_nobody_asked_for_is_told_without_waking_the_conversation(world: World) -> None:
    long_ago = now() - timedelta(days=3)
    with world.database.write() as session:
        row = conversation(session, world)
        row.active_at, sender = long_ago, row.sender
    user_id = world.principal("customer@test").user_id
    with world.database.write() as session:
        said = conversations.tell(session, user_id, Reply(text="Your order has left us."))
    assert (said.author, said.turn_id, said.message_id) == ("desk", None, None)
    with world.database.read() as session:
        row = session.scalars(select(Conversation)).one()
        assert (row.active_at, row.sender) == (long_ago, sender)
        assert [found.id for found in conversations.after(session, row.id, 0)] == [said.id]


def test_who_has_never_said_anything_can_be_told_something(world: World) -> None:
    user_id = world.principal("customer@test").user_id
    for sentence in ("One.", "Two."):
        with world.database.write() as session:
            conversations.tell(session, user_id, Reply(text=sentence))
    with world.database.read() as session:
        assert len(session.scalars(select(Conversation)).all()) == 1
        assert [row.body["text"] for row in session.scalars(select(Message).order_by(Message.id))] == ["One.", "Two."]
