"""Taking up again: after an interruption, or when somebody comes back, what is still in the cart is said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from actions import texts_conversation
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.showing import counted
from actions.skills import NOT_UNDERSTOOD, ORDERING
from backend.chat.cards import CartCard
from backend.chat.tables import Turn
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.sales import queries as sales
from backend.settings import settings

# These leave the cart where it is, or speak of it themselves.
_NO_INTERRUPTION: Final = frozenset(
    {NOT_UNDERSTOOD, "thanks", "goodbye", "deny", "affirm", "confirm", "talk_to_human", "show_cart", "discard_cart"}
)


def was_idle(context: Context, turn: Turn) -> bool:
    """Whether the person said nothing for so long that what was on the screen is out of mind."""
    earlier = context.work.session.scalar(
        select(Turn.created_at)
        .where(Turn.conversation_id == turn.conversation_id, Turn.id < turn.id)
        .order_by(Turn.id.desc())
        .limit(1)
    )
    return earlier is not None and turn.created_at - earlier > timedelta(minutes=settings().sender_idle_minutes)


def come_back(context: Context) -> None:
    """After idle time nothing that was asked is taken for granted: a yes is asked for once more."""
    context.idle = True
    context.memory.confirmation = None
    context.memory.away, context.memory.reminded = True, False


def taken_up(context: Context, drafts: list[Draft]) -> list[Draft]:
    """The answer, with a word on the cart where it was interrupted or left behind."""
    memory = context.memory
    if any(isinstance(draft.card, CartCard) for draft in drafts):
        memory.away, memory.reminded = False, False
        return drafts
    open_cart = _open_cart(context)
    if open_cart is None or not drafts:
        return drafts
    leaves = context.intent not in _NO_INTERRUPTION and not context.undoing
    memory.away = memory.away or leaves
    waits = context.asked or memory.confirmation is not None or memory.questions
    if memory.reminded or waits or not (leaves or context.idle) or context.intent == NOT_UNDERSTOOD:
        return drafts
    memory.reminded = True
    return [*drafts[:-1], _with_a_word(context, drafts[-1], *open_cart)]


def _with_a_word(context: Context, draft: Draft, customer: Customer, lines: int) -> Draft:
    own = context.work.principal.customer_id is not None
    words = texts_conversation
    if context.idle:
        text = words.HAD_IN_CART if own else words.HAD_IN_CART_FOR
    else:
        text = words.STILL_IN_CART if own else words.STILL_IN_CART_FOR
    sentence = text.format(lines=counted(lines, "line"), customer=customer.name)
    show = Tap(words.SHOW_CART, "cart.show", {"customer": customer.code}, once=False)
    others = tuple(tap for tap in draft.taps if tap.title != show.title)  # "help" offers the cart, too
    return replace(draft, text=f"{draft.text}\n{sentence}", taps=(*others, show))


def _open_cart(context: Context) -> tuple[Customer, int] | None:
    """The cart that was shown or worked on last, and its number of lines, where it has any."""
    if context.work.principal.role not in ORDERING:
        return None
    code = context.memory.cart_customer
    customer = customers.by_code(context.work, code) if code is not None else context.customer()
    cart = sales.cart_of(context.work, customer.id) if customer is not None else None
    return (customer, len(cart.lines)) if customer is not None and cart is not None and cart.lines else None
