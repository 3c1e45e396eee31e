"""Keeps what was not understood, was asked back about or was corrected, for our people to look at; and what a person
says about that.

It looks on: it never changes an answer, and where it fails the turn goes on without it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from actions import rating, texts_review, undoing
from actions.context import Context
from actions.drafts import Draft
from actions.memory import Heard
from actions.skills import NOT_UNDERSTOOD, SKILLS
from backend.chat import tokens
from backend.chat.tables import ButtonToken, Turn
from backend.company.service import company
from backend.database import now
from backend.review import consent, service

log = logging.getLogger(__name__)
STILL_ABOUT_IT: Final = timedelta(minutes=30)  # what is said later is not about the message before
OFFERED: Final = 4  # readings among which those that are offered are looked for
_SMALL_TALK: Final = frozenset({"affirm", "deny", "confirm", "greet", "thanks", "goodbye", "help", "bot_challenge"})
_CORRECTS: Final = re.compile(
    r"^\W*(?:no|nope|nah|sorry|oops|wrong)\b[\s,.;:–-]+(?=.*\b(?:i\s+(?:meant|mean|said|wanted|asked)|not\s+(?:that|this|what))\b)"
    r"|\bi\s+(?:meant|actually\s+(?:meant|wanted)|didn['’]?t\s+(?:mean|want|ask|say))\b"
    r"|\b(?:that['’]?s|that\s+is|this\s+is|it['’]?s)\s+not\s+what\s+i\b|\bnot\s+what\s+i\s+(?:meant|asked|wanted|said)\b"
    r"|\byou(?:['’]?ve|\s+have)?\s+(?:got\s+(?:that|it|me)\s+wrong|misunderst(?:ood|and))",
    re.IGNORECASE | re.DOTALL,
)
_KEEP: Final = r"(?:keep(?:ing)?|stor(?:e|ing)|sav(?:e|ing)|record(?:ing)?|hold(?:ing)?\s+on\s+to)"
_MINE: Final = (
    r"(?:any\s+of\s+)?"
    r"(?:(?:my|our|these|the)\s+(?:messages?|chats?|conversations?)|what\s+(?:i|we)\s+(?:say|write|type))"
)
_OBJECTS: Final = re.compile(
    rf"\b(?:don['’]?t|do\s+not|never|stop|must\s+not|mustn['’]?t|may\s+not|not\s+to)\s+(?:ever\s+)?{_KEEP}\s+{_MINE}",
    re.IGNORECASE,
)
_AGREES: Final = re.compile(
    rf"\b(?:you|we)\s+(?:may|can|are\s+(?:free|allowed)\s+to)\s+(?:go\s+on\s+)?{_KEEP}\s+{_MINE}", re.IGNORECASE
)
_KEEP_THEM: Final = re.compile(
    rf"\W*(?:(?:ok(?:ay)?|yes|all\s+right|fine)\W+)*you\s+(?:may|can)\s+{_KEEP}\s+them\W*", re.IGNORECASE
)
_ASKS: Final = re.compile(rf"\b(?:do|are|will)\s+you\s+{_KEEP}\s+{_MINE}", re.IGNORECASE)


@dataclass(frozen=True)
class Watch:
    """A turn as it began: how its message was read, how often we had failed by then, and when that was."""

    turn: Turn
    heard: Heard
    failures: int
    since: datetime


def begin(context: Context, turn: Turn) -> Watch:
    """Note how a turn begins, before anything is answered."""
    heard = Heard(turn=turn.id, skill=context.intent, confidence=context.confidence, ranking=list(context.ranking))
    return Watch(turn, heard, context.memory.failures, now())


def end(context: Context, watch: Watch, drafts: list[Draft]) -> list[Draft]:
    """Keep what there is to keep of a turn that has been answered; the answer, perhaps with a question about it."""
    remembered = context.memory.heard
    try:
        with context.work.session.begin_nested():
            _look(context, watch, drafts)
            return rating.asked(context, watch.turn, watch.since, drafts)
    except SQLAlchemyError:
        log.exception("turn %s was not looked at", watch.turn.id)
        context.memory.heard = remembered
        return drafts


def _look(context: Context, watch: Watch, drafts: Sequence[Draft]) -> None:
    if watch.turn.button is not None:
        _tapped(context, tokens.find(context.work.session, watch.turn.conversation_id, watch.turn.button))
        return
    earlier, outcome = _earlier(context, watch.turn), _outcome(context, watch, drafts)
    undone = undoing.concerns(context)
    corrected = undone or _CORRECTS.search(watch.turn.text or "") is not None
    if watch.heard.skill in _SMALL_TALK and outcome == "answered" and not corrected:
        return
    if earlier is not None:
        _since(context, earlier, outcome, corrected=corrected, undone=undone)
    if outcome != "answered":
        service.keep(context.work, watch.turn, "asked" if outcome == "asked" else "not_understood", _read(watch.heard))
    if not undone:
        context.memory.heard = watch.heard.model_copy(update={"outcome": outcome})


def _earlier(context: Context, turn: Turn) -> Turn | None:
    """The turn of the message that was heard before, while this one may still be about it."""
    heard = context.memory.heard
    found = context.work.session.get(Turn, heard.turn) if heard is not None else None
    return found if found is not None and turn.created_at - found.created_at <= STILL_ABOUT_IT else None


def _outcome(context: Context, watch: Watch, drafts: Sequence[Draft]) -> Any:
    if context.intent == NOT_UNDERSTOOD and context.memory.failures > watch.failures:
        return "failed"
    offered = {
        str(tap.arguments["skill"])
        for draft in drafts
        for tap in draft.taps
        if tap.command == "skill.run" and tap.arguments.get("text") == watch.turn.text
    }
    likely = set(watch.heard.ranking[:OFFERED])
    return "asked" if len(offered & likely) > 1 and context.intent not in _SMALL_TALK else "answered"


def _since(context: Context, earlier: Turn, outcome: str, *, corrected: bool, undone: bool) -> None:
    """What a message says about the one before it."""
    heard = context.memory.heard
    assert heard is not None
    skill = context.intent if outcome == "answered" and context.intent in SKILLS and not undone else None
    if corrected:
        service.keep(context.work, earlier, "corrected", _read(heard))
        service.choose(context.work, earlier.id, skill, "undo" if undone else "correction")
    elif heard.outcome != "answered" and skill not in (None, "talk_to_human"):
        service.choose(context.work, earlier.id, skill, "rephrasing")


def _tapped(context: Context, tap: ButtonToken | None) -> None:
    """A tap on a reading that was offered for the message before, or one that undoes what came of it."""
    heard = context.memory.heard
    earlier = context.work.session.get(Turn, heard.turn) if heard is not None else None
    if tap is None or heard is None or earlier is None:
        return
    if tap.command.rpartition(".")[2] == "undo":
        service.keep(context.work, earlier, "corrected", _read(heard))
        service.choose(context.work, earlier.id, None, "undo")
    elif tap.command == "skill.run" and tap.arguments.get("text") == earlier.text:
        skill = str(tap.arguments["skill"])
        if heard.outcome == "answered" and skill != heard.skill:
            service.keep(context.work, earlier, "corrected", _read(heard))
        service.choose(context.work, earlier.id, skill, "tap")
        context.memory.heard = heard.model_copy(update={"skill": skill, "outcome": "answered"})


def _read(heard: Heard) -> service.Heard:
    return service.Heard(heard.skill, heard.confidence, heard.ranking)


# ---- what a person says about it ------------------------------------------------------------------------------------


def concerns(context: Context) -> bool:
    """Whether a message is about keeping messages: "don't keep my messages", "you may keep them"."""
    return any(pattern.search(context.text) for pattern in (_OBJECTS, _AGREES, _ASKS)) or _them(context)


def _them(context: Context) -> bool:
    """Whether "you can keep them" is said of messages: by who has objected; of others it may be about goods."""
    return _KEEP_THEM.fullmatch(context.text) is not None and not consent.person_agrees(context.work)


def handle(context: Context) -> list[Draft]:
    """Do as they say, or tell how it is."""
    if _OBJECTS.search(context.text):
        consent.set_consent(context.work, agrees=False)
        return [Draft(texts_review.OBJECTED)]
    if not _ASKS.search(context.text):
        consent.set_consent(context.work, agrees=True)
        if consent.company_keeps(context.work):
            return [Draft(texts_review.AGREED.format(days=_days(context)))]
    return [Draft(_how_it_is(context))]


def told(context: Context, sentence: str) -> str:
    """The help text, with what becomes of messages that are not understood."""
    return f"{sentence} {_how_it_is(context)}" if consent.company_keeps(context.work) else sentence


def _how_it_is(context: Context) -> str:
    if not consent.company_keeps(context.work):
        return texts_review.NOBODY_KEEPS
    if not consent.person_agrees(context.work):
        return texts_review.MAY_NOT_KEEP
    return texts_review.MAY_KEEP.format(days=_days(context))


def _days(context: Context) -> int:
    row = company(context.work.session)
    return row.keep_messages_days if row is not None else 0
