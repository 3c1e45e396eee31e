"""Whether what was done was right: asked seldom, answered with one tap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from backend.chat.tables import Turn
from backend.company.service import company
from backend.company.tables import AuditEvent
from backend.database import now
from backend.errors import NotFound, Stale
from backend.review.consent import may_keep
from backend.review.service import Heard, keep
from backend.review.tables import KeptMessage, Rating
from backend.work import Work

AT_MOST_EVERY: Final = timedelta(days=1)
TASKS: Final = (
    "order.placed",
    "order.changed",
    "order.cancelled",
    "order.released",
    "return.requested",
    "return.approved",
    "quote.sent",
    "quote.accepted",
    "standing_order.created",
    "standing_order.changed",
    "purchase_order.approved",
)
_LOOKED_AT: Final = 12  # audit events of one turn, at most: an order that is placed leaves three or four


def done_since(work: Work, moment: datetime) -> AuditEvent | None:
    """What the principal has had done since a moment that is worth asking about; the weightiest of it."""
    work.session.flush()
    newest = work.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.user_id == work.principal.user_id)
        .order_by(AuditEvent.id.desc())
        .limit(_LOOKED_AT)
    )
    done = [event for event in newest if event.at >= moment and event.kind in TASKS]
    return min(done, key=lambda event: TASKS.index(event.kind), default=None)


def ask(work: Work, turn: Turn, done: AuditEvent, heard: Mapping[str, Any] | None) -> Rating | None:
    """Begin a rating; None where it is not wanted, or too soon and nothing has gone wrong since the last one."""
    row = company(work.session)
    if row is None or not row.ask_ratings or not may_keep(work) or too_soon(work, turn.conversation_id):
        return None
    rating = Rating(
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        task=done.kind,
        subject_key=done.subject_key,
        heard=dict(heard) if heard else None,
    )
    work.session.add(rating)
    work.session.flush()
    return rating


def too_soon(work: Work, conversation_id: int) -> bool:
    """Whether it was asked within the last day, and nothing has gone wrong since."""
    last = work.session.scalar(
        select(Rating).where(Rating.conversation_id == conversation_id).order_by(Rating.id.desc()).limit(1)
    )
    if last is None or last.asked_at < now() - AT_MOST_EVERY:
        return False
    went_wrong = select(KeptMessage.id).where(
        KeptMessage.conversation_id == conversation_id, KeptMessage.created_at > (last.answered_at or last.asked_at)
    )
    return work.session.scalar(went_wrong.limit(1)) is None


def answer(work: Work, conversation_id: int, rating_id: int, was_right: bool) -> Rating:
    """What the person says of it. What was wrong is kept for review. NotFound, or Stale for a second answer."""
    rating = work.session.scalar(select(Rating).where(Rating.id == rating_id).with_for_update())
    if rating is None or rating.conversation_id != conversation_id:
        raise NotFound("There is nothing to rate here any more.", code="unknown_rating")
    if rating.answered_at is not None:
        raise Stale("You have told me already, thank you.", code="rated_already")
    rating.was_right, rating.answered_at = was_right, now()
    if not was_right and rating.heard is not None:
        turn = work.session.get(Turn, rating.heard["turn"])
        if turn is not None:
            heard = Heard(rating.heard["skill"], rating.heard["confidence"], rating.heard["ranking"])
            keep(work, turn, "rated_badly", heard)
    work.session.flush()
    return rating
