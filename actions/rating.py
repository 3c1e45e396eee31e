"""Asks whether what was done was right: below the answer, with two buttons, seldom, and never while anything waits.

So a yes or no typed after it can mean nothing else; where something is open all the same, that is what it answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions import texts_review
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.registry import command
from backend.chat import tokens
from backend.chat.tables import Turn
from backend.review import ratings


def asked(context: Context, turn: Turn, since: datetime, drafts: list[Draft]) -> list[Draft]:
    """The answer, with the question below it where a task was finished in this turn and it is time to ask."""
    memory = context.memory
    if not drafts or _is_open(context) or any(draft.text.rstrip().endswith("?") for draft in drafts):
        return drafts
    done = ratings.done_since(context.work, since)
    if done is None:
        return drafts
    heard = memory.heard.model_dump(mode="json") if memory.heard is not None else None
    rating = ratings.ask(context.work, turn, done, heard)
    if rating is None:
        return drafts
    place = next((place for place, draft in enumerate(drafts) if draft.card is not None), 0)
    return [_with_question(draft, rating.id) if at == place else draft for at, draft in enumerate(drafts)]


def _is_open(context: Context) -> bool:
    """Whether a yes or no would answer something else: a question, a change that waits, a cart on the screen."""
    memory = context.memory
    waits = memory.confirmation is not None or memory.cart_shown is not None
    return waits or bool(memory.questions or memory.goodwill) or context.asked


def typed(context: Context) -> str | None:
    """The token of the button whose title was typed; none of a rating's while anything else is open."""
    session, conversation = context.work.session, context.conversation.id
    token = tokens.named(session, conversation, context.text)
    row = tokens.find(session, conversation, token) if token is not None else None
    rates = row is not None and row.command == "rating.answer"
    return None if rates and _is_open(context) else token


def _with_question(draft: Draft, rating_id: int) -> Draft:
    taps = (
        Tap(texts_review.RIGHT, "rating.answer", {"rating": rating_id, "right": True}),
        Tap(texts_review.WRONG, "rating.answer", {"rating": rating_id, "right": False}),
    )
    return replace(draft, text=f"{draft.text}\n\n{texts_review.WAS_THAT_RIGHT}", taps=(*draft.taps, *taps))


@command("rating.answer")
def answer(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on yes or no; the second one of either is refused."""
    right = bool(arguments["right"])
    rated = ratings.answer(context.work, context.conversation.id, int(arguments["rating"]), right)
    text = texts_review.RATED_RIGHT if right else texts_review.RATED_WRONG
    return [Draft(text.format(what=rated.subject_key))]
