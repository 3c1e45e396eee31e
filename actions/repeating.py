"""repeat_last_order: an earlier order once more, also for somebody else and with changes ("but 5 of the red")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from actions import failing, texts
from actions.cart import apply_edits, read_cart_edits
from actions.context import Context
from actions.drafts import Draft
from actions.lines import Taken, answer, put
from actions.ordering import read
from actions.papers_at_hand import named
from actions.parties import ask_customer, match_customer, resolve_customer
from actions.registry import skill
from actions.showing import day_text
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.tables import Cart, Order

_RECENT: Final = 10
_BUT: Final = re.compile(
    r"\b(?P<word>but|except(?:\s+for)?|only|without|minus)\b(?P<what>.+)$", re.IGNORECASE | re.DOTALL
)
_ONCE_MORE: Final = re.compile(
    r"\b(?:orders?|ordered|ordering|same|again|repeat\w*|replicat\w+|usual\w*|last\s+(?:time|one|lot|weeks?|months?|week'?s|month'?s)"
    r"|as\s+(?:always|ever|normal|before|previous\w*|per)|previous\s+(?:one|lot|basket|cart)|copy|clone|duplicate|redo|re-?run|re-?book|re-?order\w*"
    r"|another|one\s+(?:time\s+)?more|once\s+more|more\s+of|stuff|lot|list|regular|normal|standard|ditto|identical|deliver(?:y|ed)"
    r"|what\s+(?:i|we|they)\s+(?:had|got|took|bought|always)|the\s+one\s+(?:we|i|they))\b",
    re.IGNORECASE,
)
"""Words for an order that was before, or for having something once more."""
_SAME: Final = re.compile(r"\bsame\b", re.IGNORECASE)
_REMOVES: Final = ("except", "without", "minus")


@skill("repeat_last_order")
def repeat(context: Context) -> list[Draft]:
    """Put the lines of an earlier order into the cart: the one named, the one spoken of, or the customer's last one."""
    if named(context, "SO") is None and not _ONCE_MORE.search(context.text):
        return failing.not_understood(context)  # "and the month before" asks for figures
    customer, question = resolve_customer(context, _whom(context))
    if customer is None:
        return [ask_customer(context, question, context.text)]
    order = _meant(context, customer)
    if order is None:
        return [Draft(texts.NO_LAST_ORDER)]
    cart = carts.open_cart(context.work, customer)
    taken, gone = Taken(), []
    for line in order.lines:
        product = line.product
        if not product.active:
            gone.append(product.name)
            continue
        one = put(context, cart, product, line.quantity, replace=True, said_as=product.name)
        taken.questions += one.questions
        taken.remarks += one.remarks
    day = day_text(context.work.clock.date_of(order.placed_at))
    lead = texts.REPEATED.format(number=order.number, day=day)
    if gone:
        lead += " " + texts.SKIPPED.format(names=", ".join(gone))
    return _changed(context, customer, cart, lead) or answer(context, customer, taken, lead)


def _whom(context: Context) -> str | None:
    """The customer that our people name: "same again for Brook & Co"."""
    if context.work.principal.customer_id is not None or context.chosen is not None:
        return None
    said = read(context).customer_text
    if said is not None:
        return said
    head = _BUT.split(context.text)[0]
    return head if match_customer(context, head)[0] is not None else None


def _meant(context: Context, customer: Customer) -> Order | None:
    number = named(context, "SO")
    if number is None and context.memory.order is not None and _SAME.search(context.text):
        number = _of_another(context, context.memory.order, customer)
    if number is not None:
        return sales.by_number(context.work, number)
    orders = sales.recent(context.work, customer.id, _RECENT)
    return next((order for order in orders if order.state != "cancelled"), None)


def _of_another(context: Context, number: str, customer: Customer) -> str | None:
    """The order just spoken of, where it was somebody else's: "the same for Brook"."""
    try:
        order = sales.by_number(context.work, number)
    except NotFound:
        return None
    return number if order.customer_id != customer.id else None


def _changed(context: Context, customer: Customer, cart: Cart, lead: str) -> list[Draft] | None:
    """With what was said after "but", where it can be read."""
    but = _BUT.search(context.text)
    if but is None:
        return None
    removes = but["word"].lower().startswith(_REMOVES)
    edits = read_cart_edits(context, cart, "remove" if removes else "set", but["what"].strip())
    if not edits or any(one.sku is None and not one.candidates for one in edits):
        return None
    first, *others = apply_edits(context, customer, cart, list(edits))
    return [replace(first, text=f"{lead} {first.text}"), *others]
