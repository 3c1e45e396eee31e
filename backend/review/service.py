"""Keeping messages for review, and deciding what they meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select

from backend.chat.tables import Message, Turn
from backend.company.service import record
from backend.database import now
from backend.errors import Invalid
from backend.review.consent import may_keep
from backend.review.queries import kept_of
from backend.review.tables import KeptMessage
from backend.review.vocabulary import SKILLS
from backend.work import Work

Reason = Literal["asked", "not_understood", "corrected", "rated_badly"]
ChosenBy = Literal["tap", "rephrasing", "correction", "undo"]
GRAVITY: Final[tuple[Reason, ...]] = ("asked", "not_understood", "corrected", "rated_badly")
BEFORE: Final = 6  # messages of the conversation that are named beside a kept one


@dataclass(frozen=True)
class Heard:
    """How a message was read: the skill, how sure that was, and the likely skills in their order."""

    skill: str
    confidence: float
    ranking: Sequence[str]


def keep(work: Work, turn: Turn, reason: Reason, heard: Heard) -> KeptMessage | None:
    """Keep a turn's message; None where it has no words or may not be kept. The gravest reason stays."""
    kept = kept_of(work, turn.id)
    if kept is not None:
        if GRAVITY.index(reason) > GRAVITY.index(kept.reason):
            kept.reason = reason
        return kept
    if not turn.text or not turn.text.strip() or not may_keep(work):
        return None
    kept = KeptMessage(
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        text=turn.text,
        role=work.principal.role.value,
        channel=turn.channel,
        reason=reason,
        skill=heard.skill[:60],
        confidence=heard.confidence,
        ranking=list(heard.ranking),
        before=_before(work, turn),
        state="waiting",
    )
    work.session.add(kept)
    work.session.flush()
    return kept


def choose(work: Work, turn_id: int, skill: str | None, how: ChosenBy) -> None:
    """What the person chose after a message that was kept, if it was and nothing has been chosen since."""
    kept = kept_of(work, turn_id)
    if kept is None or kept.chosen_by in (how, "tap"):
        return
    kept.chosen, kept.chosen_by = (skill if skill in SKILLS else None), how


def _before(work: Work, turn: Turn) -> list[int]:
    """The ids of the last messages before the turn's own, oldest first."""
    found = work.session.execute(
        select(Message.id, Message.turn_id)
        .where(Message.conversation_id == turn.conversation_id)
        .order_by(Message.id.desc())
        .limit(BEFORE * 2)
    )
    earlier = [message_id for message_id, turn_id in found if turn_id is None or turn_id < turn.id]
    return sorted(earlier[:BEFORE])


def label(work: Work, kept: KeptMessage, skill: str) -> KeptMessage:
    """Say what a message meant. Invalid for a skill that there is not."""
    if skill not in SKILLS:
        raise Invalid(f"There is no skill {skill[:40]!r}.", code="unknown_skill")
    return _decided(work, kept, "labelled", skill)


def dismiss(work: Work, kept: KeptMessage) -> KeptMessage:
    """There is nothing to learn from it."""
    return _decided(work, kept, "dismissed", None)


def _decided(work: Work, kept: KeptMessage, state: str, skill: str | None) -> KeptMessage:
    before = {"state": kept.state, "label": kept.label}
    if before == {"state": state, "label": skill}:
        return kept
    kept.state, kept.label, kept.exported_at = state, skill, None
    kept.decided_by_id, kept.decided_at = work.principal.user_id or None, now()
    work.session.flush()
    record(
        work,
        f"kept_message.{state}",
        "kept_message",
        str(kept.id),
        before=before,
        after={"state": state, "label": kept.label},
    )
    return kept
