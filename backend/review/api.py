"""Messages kept for review, for managers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from backend.http.asking import Reading
from backend.http.bodies import NothingIn
from backend.http.idempotency import Once, OnlyOnce
from backend.http.pages import OTHERS, Limit, Page, page_of
from backend.review import queries, service
from backend.review.queries import Said
from backend.review.schemas import KeptOut, LabelIn, Reason, SaidOut, State
from backend.review.tables import KeptMessage
from backend.work import Work

router = APIRouter(prefix="/api/review", tags=["review"])
Before = Annotated[int | None, Query(ge=1, le=2**62, description="The `next` of the page before.")]
Id = Annotated[int, Path(ge=1, le=2**62)]


def shown(kept: KeptMessage, said: Sequence[Said]) -> KeptOut:
    """A kept message as the API shows it, with what was said before it."""
    return KeptOut(
        id=kept.id,
        state=kept.state,
        reason=kept.reason,
        created_at=kept.created_at,
        role=kept.role,
        channel=kept.channel,
        text=kept.text,
        skill=kept.skill,
        confidence=kept.confidence,
        ranking=kept.ranking,
        chosen=kept.chosen,
        chosen_by=kept.chosen_by,
        label=kept.label,
        decided_at=kept.decided_at,
        before=[SaidOut(author=each.author, text=each.text) for each in said],
    )


def _whole(work: Work, kept: KeptMessage) -> KeptOut:
    return shown(kept, queries.said_before(work, [kept])[kept.id])


@router.get("")
def kept_messages(
    work: Reading,
    limit: Limit = OTHERS,
    after: Before = None,
    state: Annotated[State, Query(description="By default what waits.")] = "waiting",
    reason: Reason | None = None,
) -> Page[KeptOut]:
    """Messages kept for review, newest first."""
    rows = queries.kept(work, state=state, reason=reason, before=after, limit=limit + 1)
    said = queries.said_before(work, rows[:limit])
    return page_of(rows, limit, lambda kept: shown(kept, said[kept.id]), lambda kept: kept.id)


@router.get("/{kept_id}")
def kept_message(kept_id: Id, work: Reading) -> KeptOut:
    """One kept message."""
    return _whole(work, queries.one(work, kept_id))


@router.post("/{kept_id}/label", response_model=KeptOut)
def label(kept_id: Id, body: LabelIn, once: OnlyOnce) -> JSONResponse:
    """Say what it meant; another label replaces the one before."""
    return _on(once, "label", kept_id, body, lambda work, kept: service.label(work, kept, body.skill))


@router.post("/{kept_id}/dismiss", response_model=KeptOut)
def dismiss(kept_id: Id, once: OnlyOnce) -> JSONResponse:
    """There is nothing to learn from it."""
    return _on(once, "dismiss", kept_id, NothingIn(), service.dismiss)


def _on(
    once: Once, name: str, kept_id: int, body: BaseModel, change: Callable[[Work, KeptMessage], KeptMessage]
) -> JSONResponse:
    def run(work: Work) -> KeptOut:
        return _whole(work, change(work, queries.locked(work, kept_id)))

    return once.run(f"review.{name} {kept_id}", body, run)
