"""Not understood: three likely skills; then what was read of it and the three by name; then a person."""

from __future__ import annotations

from typing import Final

from actions import texts, texts_conversation
from actions.context import Context
from actions.drafts import Draft
from actions.language.references import read_order_numbers
from actions.ordering import read
from actions.showing import listed
from actions.skills import NOT_UNDERSTOOD, ORDERING, SKILLS
from actions.smalltalk import likely_first, skill_taps

READINGS: Final = 3
KEPT: Final = 5
_SMALL_TALK: Final = frozenset({"affirm", "deny", "out_of_scope", "greet", "thanks", "goodbye", "bot_challenge"})
_PERSON: Final = ("talk_to_human",)
_TWICE: Final = 2


def not_understood(context: Context) -> list[Draft]:
    """The answer to the first, the second and any further message in a row that is not understood."""
    context.intent = NOT_UNDERSTOOD
    memory = context.memory
    memory.failures += 1
    memory.failed = [*memory.failed, context.text][-KEPT:]
    likely = _likely(context)
    if memory.failures > _TWICE:
        return [Draft(texts_conversation.NOT_UNDERSTOOD_THRICE, taps=skill_taps(context, (*_PERSON, *likely[:2])))]
    what = _understood(context)
    partly = texts_conversation.PARTLY.format(what=what) if what else ""
    if memory.failures == _TWICE:
        titles = _either([SKILLS[name].title for name in likely])
        text = texts_conversation.NOT_UNDERSTOOD_TWICE.format(titles=titles)
        return [Draft(f"{partly} {text}".strip(), taps=skill_taps(context, likely))]
    return [Draft(texts.NOT_UNDERSTOOD, taps=skill_taps(context, likely))]


def understood(context: Context) -> None:
    """A message that was understood ends the row of failures; who then asks for a person takes them along."""
    context.memory.failures = 0
    if context.intent not in (*_PERSON, "complaint"):
        context.memory.failed = []


def _likely(context: Context) -> tuple[str, ...]:
    """Three skills that the role may use: the classifier's next best, then what the role mostly does."""
    role = context.work.principal.role
    usable = [
        name
        for name in dict.fromkeys((*context.ranking, *likely_first(role), "help"))
        if name in SKILLS and name not in _SMALL_TALK and role in SKILLS[name].roles and name not in _PERSON
    ]
    return tuple(usable[:READINGS])


def _understood(context: Context) -> str:
    """What of a message could be read: products, quantities, an order's number."""
    numbers = [texts_conversation.READ_ORDER.format(number=number) for number in read_order_numbers(context.text)[:2]]
    if context.work.principal.role not in ORDERING:
        return listed(numbers)
    lines = read(context).lines
    known = [entry.name for line in lines if line.sku and (entry := context.catalogue.index.get(line.sku))]
    names = [texts_conversation.READ_PRODUCT.format(name=name) for name in known[:READINGS]]
    amounts = [texts_conversation.READ_QUANTITY.format(amount=f"{line.amount:f}") for line in lines if line.amount][:1]
    return listed([*names, *([] if names else amounts), *numbers])


def _either(titles: list[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"
