"""Deleting a person's conversation: everything said in it, and what was kept of it for review."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.chat.tables import ActionReply, ButtonToken, Conversation, Message, Turn


def forget_conversation(session: Session, user_id: int) -> bool:
    """Delete it; the next message begins a new one. Orders, inquiries and the audit trail stay. False: there is none.

    Messages kept for review and ratings go with it, as the database has it.
    """
    row = session.scalar(select(Conversation).where(Conversation.user_id == user_id).with_for_update())
    if row is None:
        return False
    turns = select(Turn.id).where(Turn.conversation_id == row.id)
    for statement in (
        delete(ActionReply).where(ActionReply.turn_id.in_(turns)),
        delete(ButtonToken).where(ButtonToken.conversation_id == row.id),
        delete(Message).where(Message.conversation_id == row.id),
        delete(Turn).where(Turn.conversation_id == row.id),
        delete(Conversation).where(Conversation.id == row.id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
    return True
