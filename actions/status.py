"""order_status, delivery_eta, order_history, cancel_order: what became of orders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions import texts, texts_addresses, texts_conversation, texts_due
from actions.context import Context
from actions.destinations import asks_where_to, where_to
from actions.drafts import Draft, Tap
from actions.language.references import read_order_numbers
from actions.memory import Confirmation, Shown
from actions.papers_at_hand import by_their_number
from actions.parties import ask_customer, asked_about
from actions.registry import command, skill
from actions.showing import behalf, day_text, order_card, orders_card
from backend.catalogue.quantities import said
from backend.errors import NotFound
from backend.sales import queries as sales
from backend.sales import service
from backend.sales.progress import said_state
from backend.sales.tables import Order

LISTED = 8
SHOWN_BY_TAP = 3
_IT = re.compile(
    r"\b(?:it|them|those|(?:that|this)(?!\s+(?:week|weekend|month|quarter|year|morning|afternoon|evening|time)\b))\b",
    re.IGNORECASE,
)

_WHERE_IS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|morning|afternoon|ok|okay|so|and|but|please|sorry|any\s+idea|do\s+you\s+know|can\s+you\s+tell\s+me)\b[\s,.!]*)*"
    r"where(?:['’]?s|\s+is|\s+are|\s+has|\s+have)?\s+(?:on\s+earth\s+)?(?:my|our|the|that|this)\s+(?:(?:last|latest|next|new|recent|other|whole)\s+)?"
    r"(?:order|delivery|deliveries|parcel|package|consignment|shipment|stuff|goods|things|lot)s?"
    r"(?:\s+(?:is|are|(?:has\s+|have\s+)?got\s+to|gone|right|now|today|then|please|at|at\s+the\s+moment|up\s+to))*\W*$",
    re.IGNORECASE,
)


def _named_order(context: Context) -> Order | None:
    """The order a message names by our number or theirs. NotFound for one of ours that isn't there or isn't theirs."""
    numbers = read_order_numbers(context.text)
    return sales.by_number(context.work, numbers[0]) if numbers else by_their_number(context)


@skill("order_status", "delivery_eta")
def status(context: Context) -> list[Draft]:
    """The state of the order named, or of what is open, or of the last one."""
    order = _named_order(context)
    if order is not None:
        return [_one(context, order)]
    if context.memory.order is not None and (_IT.search(context.text) or asks_where_to(context.text)):
        return [_one(context, sales.by_number(context.work, context.memory.order))]
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    customer_id = customer.id if customer else None
    found = sales.recent(context.work, customer_id, LISTED, open_only=True)
    if len(found) > 1:
        context.memory.order = found[0].number
        context.memory.shown = Shown(kind="orders", keys=[order.number for order in found])
        whose = "your" if context.work.principal.customer_id else "the"
        title = texts.OPEN_ORDERS.format(count=len(found), whose=whose)
        first = _state_text(context, found[0])
        return [Draft(f"{title} {first}", orders_card(context, found, "Open orders"), show_taps(found))]
    if found:
        return [_one(context, found[0])]
    last = sales.recent(context.work, customer_id, 1)
    if not last:
        return [Draft(texts.NO_ORDERS)]
    lead = texts.NO_OPEN_ORDERS.format(number=last[0].number, state=said_state(last[0]))
    return [Draft(lead, card=order_card(context, last[0]))]


def _one(context: Context, order: Order) -> Draft:
    context.memory.order = order.number
    text = _state_text(context, order)
    if asks_where_to(context.text):
        goes = where_to(context, order.customer, order.delivery_address)
        text = f"{texts_addresses.ORDER_GOES_TO.format(number=order.number, address=goes)} {text}"
    return Draft(text, card=order_card(context, order))


def asks_where_it_goes(context: Context) -> bool:
    """Whether it is asked where an order that is named, or was spoken of, is going."""
    named_one = bool(read_order_numbers(context.text)) or context.memory.order is not None
    return named_one and asks_where_to(context.text)


def asks_where_it_is(context: Context) -> bool:
    """Whether all that is asked is where what was ordered is: "where is my last delivery?"."""
    return _WHERE_IS.match(context.text) is not None


def _state_text(context: Context, order: Order) -> str:
    more = ""
    for shipment in order.shipments:
        if shipment.state == "shipped":
            more += texts.ON_ITS_WAY.format(
                carrier=shipment.carrier or "our van",
                tracking=shipment.tracking_number or "none",
                day=day_text(shipment.expected_date),
            )
    for line in order.lines:
        if line.back_ordered:
            more += texts.PROMISED.format(
                quantity=said(line.product, line.back_ordered),
                name=line.product.name,
                day=day_text(line.promised_date),
            )
    more += _due(order)
    return texts.ORDER_STATE.format(
        number=order.number,
        day=day_text(context.work.clock.date_of(order.placed_at)),
        state=said_state(order),
        more=more,
    )


def _due(order: Order) -> str:
    """When what is reserved for an order is to arrive; nothing where it waits for somebody, or is out of the house."""
    if order.state != "placed":
        return ""
    days = [line.promised_date for line in order.lines if line.reserved and line.promised_date is not None]
    if not days:
        return ""
    rest = any(line.back_ordered or line.shipped for line in order.lines)
    return (texts_due.ORDER_DUE_REST if rest else texts_due.ORDER_DUE).format(day=day_text(max(days)))


@skill("order_history")
def history(context: Context) -> list[Draft]:
    """The newest orders."""
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    found = sales.recent(context.work, customer.id if customer else None, LISTED)
    if not found:
        return [Draft(texts.NO_ORDERS)]
    context.memory.shown = Shown(kind="orders", keys=[order.number for order in found])
    name = customer.name if customer is not None else "all customers"
    return [Draft(texts.HISTORY.format(customer=name), orders_card(context, found, "Last orders"), show_taps(found))]


def show_taps(orders: Sequence[Order]) -> tuple[Tap, ...]:
    """Buttons that show the first few orders of a list."""
    return tuple(
        Tap(
            texts_conversation.SHOW_ORDER.format(number=order.number),
            "skill.run",
            {"skill": "order_status", "text": order.number},
            once=False,
        )
        for order in orders[:SHOWN_BY_TAP]
    )


@skill("cancel_order")
def cancel(context: Context) -> list[Draft]:
    """Ask for a yes before an order is cancelled."""
    order = _named_order(context)
    if order is None and context.memory.order is not None:
        order = sales.by_number(context.work, context.memory.order)
    if order is None:
        return [Draft(texts.CANCEL_WHICH)]
    if order.state not in ("placed", "on_hold") or any(line.shipped for line in order.lines):
        raise NotFound(f"Order {order.number} is {said_state(order)}, so it can't be cancelled any more.")
    arguments = {"number": order.number, "version": order.version}
    context.memory.confirmation = Confirmation(command="order.cancel", arguments=arguments)
    text = texts.CANCEL_ASK.format(
        number=order.number,
        behalf=behalf(context, order.customer),
        day=day_text(context.work.clock.date_of(order.placed_at)),
        total=context.money(order.total),
    )
    yes = Tap(texts.YES_CANCEL.format(number=order.number), "order.cancel", arguments)
    return [Draft(text, card=order_card(context, order), taps=(yes, Tap(texts.NO_CANCEL, "confirmation.no")))]


@command("order.cancel")
def cancel_now(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Cancel, if the order is still as it was shown."""
    context.memory.confirmation = None
    order = sales.by_number(context.work, arguments["number"])
    if order.version != arguments["version"]:
        return [_one(context, order)]
    service.cancel_order(context.work, order, "asked for in chat")
    return [Draft(texts.CANCELLED.format(number=order.number))]
