"""What is asked for so plainly that no classifier is needed: by a paper's number and a verb, or in the trade's words.

The skills' vocabulary stays as it is: each of these belongs to one of its skills (holds and standing orders to
change_order, inquiries to talk_to_human), for which a message need not be worded alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from actions import (
    account_movers,
    budgets,
    change_order,
    debtors,
    documents,
    due_out,
    groups,
    held,
    house,
    house_terms,
    inquiring,
    margins,
    money,
    people,
    prices_asked,
    purchases,
    quoting,
    replenish_words,
    returning,
    reviewing,
    sold,
    standing,
    status,
    stock_worth,
    supplier_terms,
    warehouses,
    withdrawing,
)
from actions.context import Context
from actions.destinations import sends_home
from actions.drafts import Draft
from actions.order_changes import names_lines
from actions.papers_at_hand import named
from actions.registry import Handler
from actions.skills import NOT_UNDERSTOOD, ORDERING
from backend.errors import NotFound
from backend.sales import queries as sales
from backend.sales.states import OPEN
from backend.sales.tables import Order

_EDITS: Final = frozenset({"change_quantity", "remove_item", "change_order"})
_EDITING: Final = _EDITS | {"place_order", "add_item", "cancel_order", "exchange_items", NOT_UNDERSTOOD}
_CHANGES: Final = re.compile(
    r"\b(?:change|amend|alter|update|move|postpone|bring\s+forward|push\s+back|add|swap|switch)\b(?!\s+(?:of\s+)?plan)",
    re.IGNORECASE,
)
_CHANGES_IT: Final = re.compile(
    r"^\W*(?:(?:please|pls|can|could|would|you|we|i|i'd|like|want|need|to|hi|hello|ok|okay|and|so)\b[\s,.!]*)*"
    r"(?:change|amend|alter|update|postpone)\b",
    re.IGNORECASE,
)
"""To change is the first that is said, so nothing is ordered anew, whatever became of the order that is named."""
_THAT_ORDER: Final = re.compile(
    r"\b(?:on|in|of|from|to|for|off)\s+(?:that|this|my|the|our|their)\s+(?:last\s+|latest\s+|open\s+)?order\b",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a message; None for any other."""
    if not context.text:
        return None
    if reviewing.concerns(context):
        return reviewing.handle(context)
    for asked in (
        purchases.answer,
        budgets.answer,
        money.answer,
        due_out.answer,
        debtors.answer,
        sold.answer,
        groups.answer,
        account_movers.answer,
        people.rep_answer,
        stock_worth.answer,
        margins.answer,
        warehouses.answer,
        supplier_terms.answer,
        house_terms.answer,
        prices_asked.answer,
    ):
        drafts = asked(context)
        if drafts is not None:
            return drafts
    if replenish_words.concerns(context):
        return replenish_words.handle(context)
    deed = house.deed_of(context)
    if deed is not None:
        return house.ask(context, deed)
    if documents.concerns(context):
        return documents.document_request(context)
    if context.work.principal.role not in ORDERING:
        return None
    return next((handle(context) for concerns, handle in _routes() if concerns(context)), None)


def _routes() -> tuple[tuple[Callable[[Context], bool], Handler], ...]:
    """Which messages, and what answers them; the first that concerns one has it."""
    return (
        (held.concerns, held.handle),
        (inquiring.concerns, inquiring.handle),
        (standing.concerns, standing.handle),
        (quoting.concerns, quoting.quote_request),
        (_sends_an_order_home, change_order.change),
        (status.asks_where_it_goes, status.status),
        (status.asks_where_it_is, status.status),
        (withdrawing.concerns, withdrawing.handle),
        (lambda context: named(context, "RT") is not None, returning.refund_status),
        (returning.asks_for_returns, returning.refund_status),
        (documents.concerns_what_is_owed, documents.invoice_request),
        (_changes_a_named_order, change_order.change),
        (lambda context: context.intent in _EDITING and _edits_a_placed_order(context), change_order.change),
    )


def _sends_an_order_home(context: Context) -> bool:
    """Whether an open order, named or spoken of, is to go to the usual address after all."""
    number = named(context, "SO") or context.memory.order
    return number is not None and sends_home(context.text) and _open_order(context, number) is not None


def _changes_a_named_order(context: Context) -> bool:
    """Whether an open order is named and to be changed: "change the delivery date of SO-100123", "add 20 to SO-…"; or
    another one, of which it is said why it can't be.
    """
    number = named(context, "SO")
    if number is None or not _CHANGES.search(context.text):
        return False
    return _open_order(context, number) is not None or _CHANGES_IT.match(context.text) is not None


def _edits_a_placed_order(context: Context) -> bool:
    """Whether lines of an order that is placed are meant: it is named ("on that order"), or was just spoken of and
    the cart is empty ("make the bolts 80").
    """
    points = named(context, "SO") is not None or _THAT_ORDER.search(context.text) is not None
    number = named(context, "SO") or context.memory.order
    if number is None or context.memory.questions:
        return False
    customer = context.customer()
    cart = sales.cart_of(context.work, customer.id) if customer is not None else None
    if not points and (context.intent not in _EDITS or (cart is not None and cart.lines)):
        return False
    order = _open_order(context, number)
    return order is not None and names_lines(context, order)


def _open_order(context: Context, number: str) -> Order | None:
    """The order with this number where it is theirs and open; what is said of any other is its skill's business."""
    try:
        order = sales.by_number(context.work, number)
    except NotFound:
        return None
    return order if order.state in OPEN else None
