"""Whether messages may be kept: the company's switch, and each person's own word."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select

from backend.chat.tables import Conversation
from backend.company.service import company, record
from backend.identity.tables import User
from backend.review.tables import KeptMessage, Rating
from backend.work import Work

_IN_SESSION_TOO: Final = {"synchronize_session": "fetch"}


def company_keeps(work: Work) -> bool:
    """Whether the company keeps messages for review at all."""
    row = company(work.session)
    return row is not None and row.keep_messages


def person_agrees(work: Work) -> bool:
    """Whether the principal has not objected."""
    user = work.session.get(User, work.principal.user_id)
    return user is not None and user.keep_messages


def may_keep(work: Work) -> bool:
    """Whether a message of the principal's may be kept."""
    return company_keeps(work) and person_agrees(work)


def set_consent(work: Work, *, agrees: bool) -> int:
    """The principal's word: may theirs be kept? An objection deletes what was kept. Returns how much that was."""
    user = work.session.get_one(User, work.principal.user_id)
    before = user.keep_messages
    user.keep_messages = agrees
    gone = 0 if agrees else forget(work)
    if before != agrees:
        key = user.email[:80]
        record(work, "user.changed", "user", key, before={"keep_messages": before}, after={"keep_messages": agrees})
    work.session.flush()
    return gone


def forget(work: Work) -> int:
    """Delete what was kept of the principal's: messages and ratings. Returns how many."""
    mine = select(Conversation.id).where(Conversation.user_id == work.principal.user_id).scalar_subquery()
    gone = (
        work.session.execute(delete(table).where(table.conversation_id == mine), execution_options=_IN_SESSION_TOO)
        for table in (KeptMessage, Rating)
    )
    return sum(cast("CursorResult[Any]", each).rowcount for each in gone)
