"""The customer's own number, given while something is open: noted on the cart, or on the change that waits for a yes;
what was asked is asked again. With nothing open, the number of the order that was placed last.
"""

from __future__ import annotations

import re
from typing import Final

from actions import texts, waiting_orders
from actions.cart import read_cart_edits, shown_cart
from actions.change_order import ask as ask_change
from actions.context import Context
from actions.drafts import Draft
from actions.language.context import read_context
from actions.lines import Taken, answer, ask
from actions.order_changes import unpacked
from actions.ordering import read, without_particulars
from actions.registry import HANDLERS
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.changes import Changes
from backend.sales.states import OPEN
from backend.sales.tables import Order

_LONGEST: Final = 80
_SEEKS: Final = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+)?(?:where|when|what|which|who|how|has|have|did|does|do|is|are|was|why|track|find|show|status)\b"
    r"|\b(?:cancel\w*|approve\w*|reject\w*|return\w*|refund\w*|invoices?|copy|arriv\w*|shipped|status|late)\b",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether the customer's own number is all that a message gives, while a cart, a question about one or the change
    of an order is open: "and put their PO 8841 on it", "use PO TH-22 for it".
    """
    reference = _reference(context)
    if reference is None or _SEEKS.search(context.text) or waiting_orders.concerns(context):
        return False
    if any(char.isdigit() for char in without_particulars(context, context.text)) or read(context).lines:
        return False
    shown = shown_cart(context)
    if shown is not None and not all(one.problem for one in read_cart_edits(context, shown[1], None)):
        return False
    if _changes_an_order(context) or context.memory.questions or shown is not None:
        return True
    return context.memory.confirmation is None and _order_spoken_of(context) is not None


def note(context: Context) -> list[Draft]:
    """Note it, and ask again what was asked."""
    if _changes_an_order(context):
        return [_on_the_change(context)]
    if not context.memory.questions and shown_cart(context) is None:
        order = _order_spoken_of(context)
        assert order is not None
        return [ask_change(context, order, Changes(customer_reference=str(_reference(context))[:_LONGEST]))]
    if not context.memory.questions:
        return HANDLERS["place_order"](context)
    reference, question = str(_reference(context))[:_LONGEST], context.memory.questions[0]
    kept = texts.REFERENCE_KEPT.format(reference=reference)
    customer = _whose(context)
    if question.kind == "customer" or customer is None:
        said = f"{question.said}\nPO {reference}"  # which is read once it is known whose order it is
        context.memory.questions[0] = question.model_copy(update={"said": said})
        return [ask(context, kept)]
    carts.open_cart(context.work, customer).customer_reference = reference
    return answer(context, customer, Taken(), kept)


def _reference(context: Context) -> str | None:
    return read_context(context.text, context.catalogue.index, context.today).customer_reference


def _whose(context: Context) -> Customer | None:
    shown = shown_cart(context)
    return shown[0] if shown is not None else context.customer()


def _changes_an_order(context: Context) -> bool:
    waits = context.memory.confirmation
    return waits is not None and waits.command == "order.change" and "place" not in waits.arguments


def _order_spoken_of(context: Context) -> Order | None:
    """The open order that was placed or shown last: "TH-22 is our PO" is its number."""
    if context.memory.order is None or context.memory.away:
        return None
    try:
        order = sales.by_number(context.work, context.memory.order)
    except NotFound:
        return None
    return order if order.state in OPEN else None


def _on_the_change(context: Context) -> Draft:
    """The change of an order that waits for a yes, with the number as well."""
    waits = context.memory.confirmation
    assert waits is not None
    order = sales.by_number(context.work, waits.arguments["number"])
    kept = {**waits.arguments["changes"], "customer_reference": str(_reference(context))[:_LONGEST]}
    return ask_change(context, order, unpacked(context, order.customer, kept))
