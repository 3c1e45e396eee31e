"""Orders on hold, by chat: who may, sees them and lets them go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.references import read_choice
from actions.memory import Confirmation, Shown
from actions.papers_at_hand import named
from actions.registry import command
from actions.showing import hold_notes, order_card, orders_card
from backend.errors import Stale
from backend.sales import holds
from backend.sales import queries as sales

LISTED: Final = 5
_LET_GO: Final = re.compile(
    r"\b(?:release|approve|sign\s+off|let\s+(?:(?:\S+\s+){1,3})?go|un-?hold|take\s+\S+\s+off\s+hold)\b", re.IGNORECASE
)
_HELD: Final = re.compile(
    r"\b(?:orders?|what|anything|which)\b[^.?!]*\b(?:on\s+hold|held(?:\s+up)?|stuck|blocked|frozen|(?:to|for\s+(?:me|us)\s+to|my|our)\s+(?:approve|approval|release))\b"
    r"|\bheld\s+orders\b|\bwaiting\s+for\s+(?:my|our|an|me\s+to)\s+(?:approv(?:al|e)|ok(?:ay)?|say[\s-]so|sign[\s-]?off|go[\s-]ahead)\b",
    re.IGNORECASE,
)
_WHY_HELD: Final = re.compile(
    r"\b(?:why|what)\b[^.?!]*\b(?:held|hold(?:ing|s)?|stuck|blocked|frozen|waiting|not\s+(?:gone|shipped|moving))\b",
    re.IGNORECASE,
)
_ON_STOP: Final = re.compile(
    r"\b(?:customers?|accounts?|anyone|anybody|who(?:['’]?s)?)\b[^.?!]*\b(?:on\s+(?:stop|credit\s+hold)|(?:over|above|beyond|past)\s+(?:their|the|its)\s+(?:credit\s+)?limits?)\b",
    re.IGNORECASE,
)
"""Whom nothing is sent to for now: whose orders are held."""
_PLACE: Final = re.compile(
    r"\bthe\s+(?P<place>first|second|third|fourth|fifth|last|top|bottom|\d(?:st|nd|rd|th))(?:\s+(?:one|order))?\b",
    re.IGNORECASE,
)
_LETS_IT_GO: Final = re.compile(
    r"^\W*(?:(?:ok|okay|yes|please|can|could|you|then|and|so|just|go\s+ahead)\W+)*"
    r"(?:release|approve|sign\s+off|un-?hold|let\s+(?=\w+\s+(?:one\s+)?go)|take(?=.*\soff\s+hold))\s*"
    r"(?:it|this|that)(?:\s+(?:one|order))?(?:\s+(?:go|off\s+hold|now|please|then|thanks))*\W*$",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether a message asks to let an order go, or what is held."""
    lets_go = _LET_GO.search(context.text) and _meant(context) is not None
    if named(context, "SO") is not None and _WHY_HELD.search(context.text):
        return True
    seller = context.work.principal.customer_id is None
    return bool(lets_go or _HELD.search(context.text) or (seller and _ON_STOP.search(context.text)))


def handle(context: Context) -> list[Draft]:
    """Ask before an order is let go, or list what is held."""
    number = _meant(context)
    if number is not None and _LET_GO.search(context.text):
        return [_ask(context, number)]
    if number is not None and _WHY_HELD.search(context.text):
        return [_why(context, number)]
    found = holds.held(context.work)
    if not found:
        return [Draft(texts.NOTHING_HELD)]
    context.memory.shown = Shown(kind="orders", keys=[order.number for order in found])
    taps = tuple(
        Tap(texts.RELEASE.format(number=order.number), "order.release.ask", {"number": order.number}, once=False)
        for order in found[:LISTED]
    )
    return [Draft(texts.HELD.format(count=len(found)), orders_card(context, found[:LISTED], texts.HELD_TITLE), taps)]


def _why(context: Context, number: str) -> Draft:
    order = sales.by_number(context.work, number)
    context.memory.order, context.intent = number, "order_status"
    said = " ".join(hold_notes(context, order)) or texts.NOT_HELD.format(number=number)
    return Draft(said, order_card(context, order))


def _meant(context: Context) -> str | None:
    """The order that a message names, or the held one that was shown last: "release it"."""
    number, shown = named(context, "SO") or _placed(context), context.memory.order
    waits = context.memory.confirmation is not None or context.memory.away
    if number is not None or shown is None or waits or not _LETS_IT_GO.match(context.text):
        return number
    return shown if sales.by_number(context.work, shown).state == "on_hold" else None


def _placed(context: Context) -> str | None:
    """The one of the orders listed last that is told by its place: "let the first one go"."""
    listed, place = context.memory.shown, _PLACE.search(context.text)
    if listed is None or listed.kind != "orders" or place is None:
        return None
    choice = read_choice(place["place"], listed.keys)
    return listed.keys[choice] if choice is not None else None


@command("order.release.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on an order that is held."""
    return [_ask(context, arguments["number"])]


def _ask(context: Context, number: str) -> Draft:
    order = sales.by_number(context.work, number)
    if order.state != "on_hold":
        return Draft(texts.NOT_HELD.format(number=number), order_card(context, order))
    if not holds.may_release(context.work, order):
        return Draft(texts.NOT_YOURS_TO_RELEASE.format(number=number), order_card(context, order))
    arguments = {"number": order.number, "version": order.version}
    context.memory.confirmation = Confirmation(command="order.release", arguments=arguments)
    yes = Tap(texts.YES_RELEASE.format(number=number), "order.release", arguments)
    text = texts.RELEASE_ASK.format(number=number, customer=order.customer.name, total=context.money(order.total))
    return Draft(text, order_card(context, order), (yes, Tap(texts.NO_LEAVE, "confirmation.no")))


@command("order.release")
def release(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Let it go, if it still is as it was shown."""
    context.memory.confirmation = None
    order = sales.by_number(context.work, arguments["number"])
    if order.version != arguments["version"]:
        raise Stale(texts.ORDER_MOVED.format(number=order.number), code="order_changed")
    holds.release(context.work, order)
    order = sales.by_number(context.work, order.number)
    text = texts.STILL_HELD if order.state == "on_hold" else texts.RELEASED
    return [Draft(text.format(number=order.number), order_card(context, order))]
