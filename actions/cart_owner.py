"""Whom the cart on the screen is for: "for Brook, not Harper", "stop, wrong customer"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import texts_conversation as words
from actions.cart import shown_cart
from actions.context import Context
from actions.drafts import Draft
from actions.language.people import standing_in
from actions.lines import Taken, answer
from actions.memory import Question
from actions.parties import ask_customer, match_customer
from actions.registry import command
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.identity.tables import Role
from backend.sales import carts

_FOR: Final = re.compile(
    r"^(?:(?:no|oh|sorry|wait|actually|oops|yes|but|and|ok|okay|hang\s+on)[\s,.]+)*"
    r"(?:(?:it'?s|that'?s|this\s+is|that\s+is|it\s+is|i\s+meant?|make\s+(?:it|that)|(?:it|that|this)\s+(?:should\s+be|was|goes)|"
    r"put\s+(?:it|that)\s+(?:through|down))\s+)?(?:all\s+)?for\s+(?P<who>(?!the\s|next\s|this\s|now\b|\d).{2,60}?)"
    r"(?:\s*,?\s*(?:and\s+)?(?:not|instead\s+of|rather\s+than)\s+(?:for\s+)?(?P<other>.+?))?(?:\s+(?:instead|please))*[\s.!]*$",
    re.IGNORECASE,
)
_OR_NOT: Final = re.compile(
    r"^(?:no[\s,.]+)?not\s+(?:for\s+)?(?P<other>.+?)\s*[,;.]\s*(?:but\s+)?for\s+(?P<who>.+?)[\s.!]*$", re.IGNORECASE
)
_TO: Final = re.compile(
    r"^(?:(?:no|oh|sorry|wait|actually|oops|yes|but|and|ok|okay|hang\s+on|please|can\s+you|could\s+you)[\s,.]+)*"
    r"(?:change|switch|move|swap|put)\s+(?:it|that|this|them|everything|(?:the|this|that)\s+(?:order|cart|lot|whole\s+\w+))"
    r"(?:\s+(?:all|over|across))*\s+(?:(?:in)?to|on|under)\s+(?P<who>[^\d]{2,60}?)(?:['’]s)?(?:\s+(?:account|instead|please))*[\s.!]*$",
    re.IGNORECASE,
)
_WRONG_CUSTOMER: Final = re.compile(
    r"^(?:(?:no|nope|stop|wait|oh|oops|sorry|hang\s+on|actually|that['’]?s|it['’]?s|this\s+is|i\s+have|i['’]?ve\s+(?:got|picked)|the)[\s,.!]+)*"
    r"(?:(?:for\s+)?the\s+)?(?:wrong|not\s+(?:the\s+right|this|that))\s+(?:customer|account|company|client|name)[\s.!]*$",
    re.IGNORECASE,
)


def _other_customer(context: Context) -> Customer | None:
    """The customer that a message names in order to say whom it is for."""
    if context.work.principal.customer_id is not None:
        return None
    text = context.text.strip()
    found = _OR_NOT.match(text) or _FOR.match(text) or _TO.match(text)
    if found is None or (found.re is _TO and not standing_in(found["who"], customers.names(context.work))):
        return None  # "change it to the zinc ones"
    customer, _ = match_customer(context, found["who"])
    return customer


def is_for_another(context: Context) -> bool:
    """Whether a message names the customer whom the cart is for, or is to be for."""
    waits = context.memory.questions and context.memory.questions[0].kind == "customer"
    if waits or context.work.principal.role is Role.BUYER:
        return False
    if context.memory.topic is not None and (context.memory.away or shown_cart(context) is None):
        return False  # "for Brook?" after a question about Harper asks the same of Brook
    return _other_customer(context) is not None


def move(context: Context) -> list[Draft]:
    """Whom the desk is ordering for changes, and what is in the cart goes with it."""
    customer = _other_customer(context)
    assert customer is not None
    return _moved_to(context, customer)


def names_the_wrong_one(context: Context) -> bool:
    """Whether the cart is said to be for the wrong customer, and not for whom instead."""
    if context.work.principal.customer_id is not None or context.memory.cart_shown is None:
        return False
    return _WRONG_CUSTOMER.match(context.text.strip()) is not None


def ask_whose(context: Context) -> list[Draft]:
    """Ask whom the cart is for."""
    question = Question(kind="customer", text=words.WHOSE_THEN)
    context.memory.confirmation = None
    context.intent = "cart.move"
    drafts = [ask_customer(context, question, context.text)]
    context.intent = "order_for_customer"
    return drafts


@command("cart.move")
def move_to(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Whom it is for was asked and answered: what is in the cart goes there."""
    return _moved_to(context, customers.by_code(context.work, arguments["customer"]))


def _moved_to(context: Context, customer: Customer) -> list[Draft]:
    old = shown_cart(context)
    context.conversation.customer_id = customer.id
    if old is None or not old[1].lines or old[0].id == customer.id:
        context.memory.cart_customer = customer.code
        now = carts.open_cart(context.work, customer)
        if now.lines:
            return answer(context, customer, Taken())
        return [Draft(words.FOR_NOW.format(customer=customer.name))]
    before, cart = old
    new = carts.open_cart(context.work, customer)
    for line in list(cart.lines):
        carts.put(context.work, new, line.product, line.quantity, add=True)
    new.requested_date = new.requested_date or cart.requested_date
    new.customer_reference = new.customer_reference or cart.customer_reference
    carts.clear(context.work, cart)
    context.memory.cart_customer = customer.code
    return answer(context, customer, Taken(), words.MOVED.format(customer=customer.name, before=before.name))
