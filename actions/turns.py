"""One action call: one unit of work, keyed by turn and action, with the principal from the conversation's row."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions import all_skills, rating, resuming, reviewing, steering, texts, undoing, waiting
from actions.catalogue import CatalogueSource
from actions.context import Context, ModelCall, NeedsModel, NeedsReading
from actions.drafts import Draft
from actions.memory import Memory
from actions.registry import COMMANDS
from actions.showing import shortened
from actions.skills import ORDERING
from backend.chat import tokens
from backend.chat.cards import Reply
from backend.chat.tables import ActionReply, Conversation, Turn
from backend.company.service import business_clock
from backend.database import Database
from backend.errors import Refused, Unavailable
from backend.identity.permissions import Principal
from backend.identity.service import principal_of
from backend.model_server import ModelServer
from backend.work import Work, reading

log = logging.getLogger(__name__)
MOST_CALLS = 4
LONGEST_REPLY = 1_500
SKILL_MODULES = all_skills.MODULES


class UnknownSender(RuntimeError):
    """A call for a conversation that does not exist or has no turn under way."""


class TurnRunner:
    """Answers turns."""

    def __init__(self, database: Database, models: ModelServer) -> None:
        self._database = database
        self._models = models
        self._catalogue = CatalogueSource(database)

    def run(self, sender: str, action: str, intent: str, confidence: float, ranking: Sequence[str]) -> list[Reply]:
        """The replies of an action in the conversation's turn; a repeat returns the stored ones.

        Raises UnknownSender for a sender without a turn. A refusal is an answer; anything else rolls back.
        """
        catalogue = self._catalogue.current()
        fetched: list[tuple[ModelCall, dict[str, Any]]] = []
        reckoned: dict[str, Any] = {}
        for _ in range(MOST_CALLS):
            try:
                with self._database.write() as session:
                    conversation, turn = _turn_of(session, sender)
                    stored = session.get(ActionReply, (turn.id, action, 0))
                    if stored is not None:
                        return [Reply.model_validate(reply) for reply in stored.reply]
                    context = Context(
                        work=Work(session, principal_of(conversation.user), business_clock(session), turn.channel),
                        conversation=conversation,
                        memory=Memory.model_validate(conversation.state or {}),
                        text=turn.text or "",
                        catalogue=catalogue,
                        intent=intent,
                        confidence=confidence,
                        ranking=tuple(ranking),
                        fetched=fetched,
                        reckoned=reckoned,
                    )
                    return _answer(context, turn, action)
            except NeedsModel as needs:
                fetched.append((needs.call, self._fetch(needs)))
            except NeedsReading as needs:
                reckoned[needs.name] = self._reckon(needs, context.work.principal)
        raise Unavailable("The model server was asked too often.", code="model_server_unavailable")

    def _reckon(self, needs: NeedsReading, principal: Principal) -> Any:
        with reading(self._database, principal) as work:
            try:
                return needs.reckon(work)
            except Refused as error:
                return error

    def _fetch(self, needs: NeedsModel) -> dict[str, Any]:
        try:
            return self._models.infer(needs.call.model, needs.call.inputs, needs.call.parameters)
        except Unavailable as error:
            return {"unavailable": error.sentence}


def _turn_of(session: Session, sender: str) -> tuple[Conversation, Turn]:
    conversation = session.scalar(select(Conversation).where(Conversation.sender == sender).with_for_update())
    if conversation is None or conversation.turn_id is None:
        raise UnknownSender(sender)
    turn = session.get_one(Turn, conversation.turn_id)
    if turn.state != "claimed":
        raise UnknownSender(sender)
    return conversation, turn


def _answer(context: Context, turn: Turn, action: str) -> list[Reply]:
    session = context.work.session
    before = Memory.model_validate(context.memory.model_dump())
    watch = reviewing.begin(context, turn)
    orders = context.work.principal.role in ORDERING
    earlier = undoing.as_it_is(context) if orders else None
    if resuming.was_idle(context, turn):
        resuming.come_back(context)
    nested = session.begin_nested()
    try:
        button = turn.button or rating.typed(context)
        drafts = _tapped(context, turn, button) if button else steering.answer(context)
        drafts = waiting.settle(context, before.confirmation, drafts)
        if earlier is not None:
            undoing.remember(context, earlier, before)
        drafts = resuming.taken_up(context, drafts)
        nested.commit()
    except Refused as error:
        nested.rollback()
        context.memory = before
        drafts = [Draft(error.sentence)]
    except BaseException:
        nested.rollback()
        raise
    drafts = reviewing.end(context, watch, drafts)
    conversation = session.get_one(Conversation, turn.conversation_id)
    replies = [_with_tokens(context, draft) for draft in drafts or [Draft(texts.NOTHING_TO_SAY)]]
    conversation.state = context.memory.model_dump(mode="json")
    stored = [reply.model_dump(mode="json") for reply in replies]
    session.add(ActionReply(turn_id=turn.id, action=action, ordinal=0, reply=stored))
    return replies


def _tapped(context: Context, turn: Turn, button: str) -> list[Draft]:
    token = tokens.use(context.work.session, turn.conversation_id, button, turn.id)
    run = COMMANDS.get(token.command)
    if run is None:
        log.error("no command %s", token.command)
        return [Draft(texts.STALE_BUTTON)]
    waiting.tapped(context, token.command)
    return run(context, token.arguments, token.shown_hash)


def _with_tokens(context: Context, draft: Draft) -> Reply:
    buttons = [
        tokens.new_button(
            context.work.session,
            context.conversation.id,
            tap.title[:200],
            tap.command,
            tap.arguments,
            shown_hash=tap.shown_hash,
            once=tap.once,
        )
        for tap in draft.taps
    ]
    return Reply(
        text=shortened(draft.text, LONGEST_REPLY), buttons=buttons, card=draft.card, attachments=list(draft.attachments)
    )
