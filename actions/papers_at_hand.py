"""Which order, quote, invoice or return is meant: the one named, the one spoken of, or a choice with buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from actions import texts
from actions.catalogue import entry_of
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.catalogue import CatalogueIndex
from actions.language.context import read_context
from actions.language.references import read_document_numbers
from actions.parties import ask_customer, asked_about
from actions.showing import day_text, orders_card
from actions.skills import BUYERS
from backend.catalogue.tables import Product
from backend.sales import queries as sales
from backend.sales.progress import said_state
from backend.sales.tables import Order

MOST_CHOICES = 5
RECENT = 25


def named(context: Context, prefix: str) -> str | None:
    """The number of a kind of paper ("SO", "QU", "INV", "RT", "ST" …) that the message names, if any.

    A purchase order is ours only to those who buy; anybody else's "PO 7741" is the customer's own number.
    """
    if prefix == "PO" and context.work.principal.role not in BUYERS:
        return None
    return next((number for number in read_document_numbers(context.text) if number.startswith(f"{prefix}-")), None)


def by_their_number(context: Context) -> Order | None:
    """The newest order with the customer's own number that the message names: "where is our PO 7741"."""
    said = read_context(context.text, context.catalogue.index, context.today).customer_reference
    if said is None:
        return None
    bare = re.sub(r"^po\W*", "", said, flags=re.IGNORECASE)
    for reference in dict.fromkeys((said, bare, f"PO {bare}", f"PO-{bare}", f"PO{bare}")):
        keys = sales.keys_page(context.work, before=None, limit=1, sought=sales.Sought(customer_reference=reference))
        found = sales.whole(context.work, keys)
        if found:
            return found[0]
    return None


def which_order(
    context: Context, suits: Callable[[Order], bool], *, what: str, spoken_of: bool = True
) -> tuple[Order | None, list[Draft]]:
    """The order a message is about: named by its number, else the one just spoken of, else the only one that suits,
    else a question with buttons, each of which says the message again with that order's number.

    ``what`` completes "Which order do you want to {what}?". An order that is named is returned whether it suits or
    not, so that the service can say why not. NotFound for a number that isn't there or isn't theirs.
    """
    number = named(context, "SO")
    if number is not None:
        return _remembered(context, sales.by_number(context.work, number)), []
    theirs = by_their_number(context)
    if theirs is not None:
        return _remembered(context, theirs), []
    if spoken_of and context.memory.order is not None:
        order = sales.by_number(context.work, context.memory.order)
        if suits(order):
            return order, []
    customer, question = asked_about(context)
    if question is not None:
        return None, [ask_customer(context, question, context.text)]
    found = [order for order in sales.recent(context.work, customer.id if customer else None, RECENT) if suits(order)]
    if len(found) == 1:
        return _remembered(context, found[0]), []
    if not found:
        return None, [Draft(texts.NO_ORDER_TO.format(what=what))]
    return None, [_ask_which(context, found[:MOST_CHOICES], what)]


def _remembered(context: Context, order: Order) -> Order:
    context.memory.order = order.number
    return order


def _ask_which(context: Context, found: Sequence[Order], what: str) -> Draft:
    taps = tuple(
        Tap(
            f"{order.number}, {day_text(context.work.clock.date_of(order.placed_at))}, {said_state(order)}"[:200],
            "skill.run",
            {"skill": context.intent, "text": f"{context.text} {order.number}"},
        )
        for order in found
    )
    card = orders_card(context, found, texts.WHICH_OF_THESE)
    return Draft(texts.WHICH_ORDER_TO.format(what=what), card=card, taps=taps)


def index_of(order: Order) -> CatalogueIndex:
    """A search index over the products of one order, so that "the bolts" are the bolts in it, on sale or not."""
    return index_over(line.product for line in order.lines)


def index_over(products: Iterable[Product]) -> CatalogueIndex:
    """A search index over a few products."""
    return CatalogueIndex([replace(entry_of(product), active=True) for product in products])
