"""What waits for a yes: kept as it was asked, shown again where a yes is doubtful, dropped for a newer question.

A yes answers the question that was shown last. So where a cart or a question is put after something that waits for a
yes, that no longer waits; and where a message is only perhaps a yes, nothing is done, and what waits is shown again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from actions import texts_waiting as words
from actions.cart import ORDERS_BY_A_YES, shown_cart
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.agreeing import begins_as_no, is_yes, says_how
from actions.lines import ask, show_cart
from actions.memory import Asked, Confirmation, KeptTap
from actions.routing import CERTAIN

_AGREEING: Final = frozenset({"affirm", "confirm"})
_PLACES_THE_CART: Final = re.compile(
    r"\b(?:place|submit|put\s+through)\s+(?:the|my|our|this|that)\s+(?:order|cart|basket)\b|\bcheck\s?out\b",
    re.IGNORECASE,
)
_OF_THE_CART: Final = frozenset({"cart.empty", "cart.without"})
_ASKS: Final = re.compile(
    r"^\W*(?:(?:oh|ok|okay|right|so|and|yes|yeah|yep|aye|great|fine|good|sure|lovely|perfect|thanks|well|cool)\W+)*"
    r"(?:(?:what|how|when|where|which|who)(?:['’]?s|['’]?ll|['’]?d|['’]?re)?|why(?!\s+not)|(?:is|are|was|does|has)\s+(?:it|that|this"
    r"|they|the|there|my|our)|do\s+(?:you|i|we|they)|have\s+you|(?:can|could|may|shall)\s+i)\b",
    re.IGNORECASE,
)
_NOT_OF_THE_DEED: Final = frozenset({"no", "not", "don't", "keep", "leave"})


def is_doubtful(context: Context) -> bool:
    """Whether a message is read as a yes to something that waits, but may well be none.

    A bare yes by our own reading is one; so is what Rasa is sure of, unless it is a refusal or a yes with a condition.
    """
    memory = context.memory
    if context.intent not in _AGREEING or (memory.confirmation is None and memory.cart_shown is None):
        return False
    if is_yes(context.text):
        return False
    return context.confidence < CERTAIN or begins_as_no(context.text) or _has_a_condition(context.text)


def _has_a_condition(text: str) -> bool:
    """Whether it begins as a yes and goes on as something else: "yes, but make it 40", "yes, send it to Cork", "ok
    what's the total".
    """
    if says_how(text):
        return True
    if _ASKS.search(text):
        return True
    first = re.split(r"[\s,.;:]", text.strip(), maxsplit=1)[0]
    return is_yes(first) and bool(re.search(r"\b(?:but|except|unless|if|instead)\b|\?", text, re.IGNORECASE))


def asks_to_place_the_cart(context: Context) -> bool:
    """Whether it is "place the order" while something that is no order waits for a yes."""
    waits = context.memory.confirmation
    if waits is None or waits.command in ORDERS_BY_A_YES:
        return False
    return _PLACES_THE_CART.search(context.text) is not None and is_yes(context.text)


def drop(context: Context) -> None:
    """Another matter came up: what waited for a yes no longer does, nor does a cart that was shown before it."""
    if context.memory.confirmation is not None:
        context.memory.confirmation = context.memory.cart_shown = None


def words_of_the_deed(context: Context) -> frozenset[str]:
    """The words on the button that does what waits for a yes: who repeats them after a yes agrees. A button beside it
    that does some of it only ("only Porto Linhas") is another answer.
    """
    waits = context.memory.confirmation
    if waits is None or waits.asked is None:
        return frozenset()
    same = [tap for tap in waits.asked.taps if tap.command == waits.command and tap.arguments == waits.arguments]
    titles = " ".join(tap.title.lower() for tap in same)
    return frozenset(re.findall(r"[a-z']+", titles)) - _NOT_OF_THE_DEED


def shown_again(context: Context) -> list[Draft]:
    """What waits for a yes, once more; nothing is done."""
    memory = context.memory
    if memory.confirmation is not None:
        return [_asked_again(memory.confirmation)]
    if memory.questions:
        return [ask(context)]
    found = shown_cart(context)
    if found is None or not found[1].lines:
        memory.cart_shown = None
        return [Draft(words.ASK_AGAIN_BARE)]
    return [show_cart(context, found[1], words.ASK_AGAIN)]


def _asked_again(waits: Confirmation) -> Draft:
    if waits.asked is None:
        return Draft(words.ASK_AGAIN_BARE)
    taps = tuple(Tap(tap.title, tap.command, tap.arguments, tap.shown_hash, tap.once) for tap in waits.asked.taps)
    return Draft(f"{words.ASK_AGAIN} {waits.asked.text}", waits.asked.card, taps)


def tapped(context: Context, command: str) -> None:
    """Note a tap that answers what waits for a yes."""
    waits = context.memory.confirmation
    asked = waits.asked if waits is not None else None
    answers = asked is not None and any(tap.command == command for tap in asked.taps)
    context.settled = answers or (waits is not None and waits.command == command)


def settle(context: Context, was: Confirmation | None, drafts: list[Draft]) -> list[Draft]:
    """After an answer: keep how a yes was asked for; drop what waited before, and say so, where it asks anew."""
    now = context.memory.confirmation
    asks_this = None if now is None else next((draft for draft in drafts if _offers(draft, now.command)), None)
    if now is not None and asks_this is None and _same(now, was) and _asks(context, drafts):
        now = context.memory.confirmation = None
    if now is not None and asks_this is not None and not (_same(now, was) and now.asked is not None):
        now.asked = _kept(asks_this)
    if was is None or context.settled or was.command in _OF_THE_CART or not drafts:
        return drafts
    if now is not None and now.command == was.command:
        return drafts
    if now is None and not _asks(context, drafts):
        return drafts
    left = words.LEFT.format(what=words.WHAT_WAITED.get(was.command, "that"))
    return [replace(drafts[0], text=f"{left} {drafts[0].text}"), *drafts[1:]]


def _same(now: Confirmation, was: Confirmation | None) -> bool:
    return was is not None and (now.command, now.arguments) == (was.command, was.arguments)


def _offers(draft: Draft, command: str) -> bool:
    return any(tap.command == command for tap in draft.taps)


def _asks(context: Context, drafts: Sequence[Draft]) -> bool:
    """Whether an answer asks for a yes to the cart, or puts an open question."""
    return context.asked or any(_offers(draft, "cart.place") for draft in drafts)


def _kept(draft: Draft) -> Asked:
    taps = [
        KeptTap(
            title=tap.title,
            command=tap.command,
            arguments=dict(tap.arguments),
            shown_hash=tap.shown_hash,
            once=tap.once,
        )
        for tap in draft.taps
    ]
    return Asked(text=draft.text, card=draft.card, taps=taps)
