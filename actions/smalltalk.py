"""Greetings, help, yes and no without a question, and what is out of scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import explicit, reviewing, texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.lines import ask, key_hash
from actions.memory import Confirmation
from actions.registry import COMMANDS, HANDLERS, command, skill
from actions.showing import listed
from actions.skills import SKILLS
from actions.undoing import undo
from backend.identity.tables import Role
from backend.quotes import inquiries

SHORT_NO = 3
_FIRST = {
    Role.CUSTOMER: ("order_status", "reorder_customer", "show_cart"),
    Role.REP: ("forecast_product", "customer_lookup", "order_for_customer"),
    Role.DESK: ("order_for_customer", "order_status", "customer_lookup"),
    Role.BUYER: ("replenish", "forecast_product", "stock_check"),
    Role.MANAGER: ("replenish", "forecast_product", "order_status"),
}
_OFFERS = {
    Role.CUSTOMER: ("place an order", "see where an order is", "see what you should reorder", "check prices and stock"),
    Role.REP: ("forecast products", "look up customers and what they should reorder", "order for a customer"),
    Role.DESK: ("order for a customer", "see where an order is", "look up customers, prices and stock"),
    Role.BUYER: ("see what we should buy in, and order it", "forecast products", "check stock"),
    Role.MANAGER: ("see what we should buy in", "forecast products", "order for a customer and follow orders"),
}


def offer(context: Context) -> str:
    """What a role can do, in a sentence."""
    return texts.CAN_DO.format(skills=listed(_OFFERS[context.work.principal.role]))


def likely_first(role: Role) -> tuple[str, ...]:
    """What a role mostly comes for."""
    return _FIRST[role]


def skill_taps(context: Context, names: tuple[str, ...] | None = None) -> tuple[Tap, ...]:
    """Buttons that run skills, only those that the role may use and that need no more words."""
    wanted = names if names is not None else _FIRST[context.work.principal.role]
    taps = []
    for name in wanted:
        known = SKILLS.get(name)
        if known is not None and context.work.principal.role in known.roles:
            title = known.title[0].upper() + known.title[1:]
            taps.append(Tap(title, "skill.run", {"skill": name, "text": context.text}, once=False))
    return tuple(taps)


@command("skill.run")
def run(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a skill that was offered: run it with the message it was offered for."""
    name = str(arguments["skill"])
    context.text, context.intent = str(arguments.get("text", "")), name
    plain = explicit.answer(context)
    if plain is not None:
        return plain
    handler = HANDLERS.get(name)
    return handler(context) if handler else not_built(context)


@skill("greet")
def greet(context: Context) -> list[Draft]:
    """Hello, and what I can do."""
    first_name = context.work.principal.name.split(" ")[0]
    return [Draft(texts.GREETING.format(name=first_name, offer=offer(context)), taps=skill_taps(context))]


@skill("help")
def help_(context: Context) -> list[Draft]:
    """What I can do for this role, and what becomes of messages that I don't understand."""
    return [Draft(reviewing.told(context, offer(context)), taps=skill_taps(context))]


@skill("thanks")
def thanks(_context: Context) -> list[Draft]:
    """You're welcome."""
    return [Draft(texts.THANKS)]


@skill("goodbye")
def goodbye(_context: Context) -> list[Draft]:
    """Goodbye."""
    return [Draft(texts.GOODBYE)]


@skill("bot_challenge")
def bot(_context: Context) -> list[Draft]:
    """A program, and says so."""
    return [Draft(texts.BOT)]


@skill("out_of_scope")
def out_of_scope(context: Context) -> list[Draft]:
    """Not what I am here for."""
    return [Draft(f"{texts.OUT_OF_SCOPE} {offer(context)}")]


@skill("explain")
def explain(context: Context) -> list[Draft]:
    """The parts of the last figure."""
    parts = [part for part in context.memory.explanation if part]
    if not parts and context.memory.cart_shown is not None:
        return HANDLERS["show_cart"](context)
    return [Draft("\n".join(parts) if parts else texts.EXPLAIN_NOTHING)]


@skill("affirm")
def affirm(context: Context) -> list[Draft]:
    """A yes to what waits for one: a confirmation, the cart that was shown, else nothing."""
    waiting = context.memory.confirmation
    if waiting is not None:
        return _confirmed(context, waiting)
    if context.memory.questions:
        return [ask(context)]
    if context.memory.cart_shown is not None:
        return HANDLERS["confirm"](context)
    return [Draft(texts.NOTHING_TO_CONFIRM)]


def _confirmed(context: Context, waiting: Confirmation) -> list[Draft]:
    context.memory.confirmation = None
    context.settled = True
    return COMMANDS[waiting.command](context, waiting.arguments, None)


_STOPS: Final = re.compile(
    r"\b(?:wait|stop|hang\s+on|hold\s+on|hold\s+it|mistake|wrong|didn'?t\s+mean|not\s+(?:yet|that|what)|don'?t)\b",
    re.IGNORECASE,
)


@skill("deny")
def deny(context: Context) -> list[Draft]:
    """A no: nothing is done."""
    if context.memory.confirmation is not None:
        return no(context, {}, None)
    if context.memory.questions and len(context.text.split()) > SHORT_NO:
        return [ask(context, texts.NOTHING_TO_DENY)]  # "not sure, don't order yet" leaves nothing out
    if context.memory.questions:
        return COMMANDS["question.skip"](context, {}, key_hash(context.memory.questions[0].model_dump_json()))
    context.memory.cart_shown = None
    done = context.memory.done is not None or context.memory.placed is not None
    if done and not context.memory.steps and _STOPS.search(context.text):
        return undo(context)  # which says what was done, and how it may be taken back
    return [Draft(texts.NOTHING_TO_DENY)]


@command("confirmation.no")
def no(context: Context, _arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on the no of a confirmation."""
    context.memory.confirmation = None
    context.settled = True
    return [Draft(texts.NOT_DONE)]


def not_built(context: Context) -> list[Draft]:
    """An honest "not yet", passed on to our people."""
    title = SKILLS[context.intent].title if context.intent in SKILLS else "do that"
    number = inquiries.open_inquiry(context.work, context.customer(), "question", context.text or title).number
    return [Draft(texts.NOT_BUILT.format(skill=title, number=number))]
