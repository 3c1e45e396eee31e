"""The house's own work by chat: sending orders, taking goods in, counting stock, returns and payments.

"ship SO-100123 with Northway, tracking NP1", "PO-50012 has arrived", "we counted 480 of 10-109", "INV-200017 was paid":
a paper's number and a verb, or a SKU and a figure. Each is shown first and done on a yes; who may, services decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from actions import goods_in, moving, texts, texts_stock, warehouses
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.numbers import numeral
from actions.memory import Confirmation
from actions.papers_at_hand import named
from actions.reasons import split_reason
from actions.registry import command
from actions.showing import order_card
from backend.billing import payments
from backend.billing import queries as billing
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.chat.cards import Card
from backend.errors import Stale
from backend.identity.permissions import Permission
from backend.purchasing import queries as purchasing
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.sales import queries as sales
from backend.sales.tables import Order, Shipment
from backend.shipping import queries as shipments_queries
from backend.shipping import service as fulfilment
from backend.stock import service as stock
from backend.stock.queries import warehouse_by_code
from backend.stock.tables import Warehouse

_SHIP: Final = re.compile(
    r"\b(?:ship|despatch|dispatch|send\s+out|shipped|despatched|dispatched|gone\s+out|has\s+left)\b", re.IGNORECASE
)
_PICK: Final = re.compile(r"\b(?:pick|pack|picked|packed|plan)\b", re.IGNORECASE)
_DELIVERED: Final = re.compile(r"\b(?:delivered|arrived|got\s+there)\b", re.IGNORECASE)
_LOST: Final = re.compile(r"\b(?:lost|went\s+missing|never\s+arrived|disappeared)\b", re.IGNORECASE)
_PAID: Final = re.compile(r"\b(?:paid|payment|settled)\b", re.IGNORECASE)
_COUNTED: Final = re.compile(r"\bcount(?:ed)?\b[^\d]{0,40}(?P<counted>\d[\d,]*)", re.IGNORECASE)
_WRITE_OFF: Final = re.compile(
    r"\bwrite\s+off\s+(?P<count>\d[\d,]*)\b(?P<rest>.*?)(?:\s*[,;:(]\s*|\s+because\s+|\s+as\s+)(?P<why>[^)]+)",
    re.IGNORECASE,
)
_SKU: Final = re.compile(r"\b[A-Za-z0-9]{1,12}-[A-Za-z0-9-]{1,20}\b|\b\d{5,6}[A-Za-z]{0,3}\b")
_CARRIER: Final = re.compile(
    r"\b(?:with|by|via|using)\s+(?P<carrier>[A-Z][\w&' .-]{1,40}?)(?=\s*(?:,|;|\.|$|\btracking\b|\bunder\b))"
)
_TRACKING: Final = re.compile(
    r"\btracking(?:\s+(?:number|no\.?|code))?\s*(?:is\s+|:\s*)?(?P<number>[A-Za-z0-9-]{3,60})", re.IGNORECASE
)
_AMOUNT: Final = re.compile(r"[£$€]\s?(?P<amount>\d[\d,]*(?:\.\d{1,2})?)")


@dataclass(frozen=True)
class Deed:
    """What is to be done: the question, what belongs to it, and its arguments for when the yes comes."""

    what: str
    text: str
    arguments: dict[str, Any]
    card: Card | None = None


def deed_of(context: Context) -> Deed | None:
    """What of the house's work a message asks for; None for any other message, and for who has none of it to do."""
    may = context.work.principal.may
    if may(Permission.FULFIL):
        found = _shipping(context)
        if found is not None:
            return found
    if may(Permission.HANDLE_RETURNS) and named(context, "RT") is not None:
        return _return(context)
    if may(Permission.BILL) and named(context, "INV") is not None and _PAID.search(context.text):
        return _payment(context)
    if named(context, "PO") is not None and (may(Permission.ADJUST_STOCK) or may(Permission.APPROVE_PURCHASES)):
        return _purchase(context)
    return _stock(context) if may(Permission.ADJUST_STOCK) else None


def ask(context: Context, deed: Deed) -> list[Draft]:
    """Ask for a yes; where there is nothing to agree to, it is only said."""
    if not deed.arguments:
        context.memory.confirmation = None
        return [Draft(deed.text)]
    arguments = {"what": deed.what, **deed.arguments}
    context.memory.confirmation = Confirmation(command="house.do", arguments=arguments)
    taps = (Tap(texts.HOUSE_YES, "house.do", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return [Draft(deed.text, deed.card, taps)]


@command("house.do")
def do(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to; the services refuse what can't be done any more."""
    context.memory.confirmation = None
    return [_DEEDS[arguments["what"]](context, arguments)]


# ---- sending -------------------------------------------------------------------------------------------------------


def _shipping(context: Context) -> Deed | None:
    text = context.text
    number, order_number = named(context, "SH"), named(context, "SO")
    if number is None and order_number is None:
        return None
    if _LOST.search(text) and number is not None:
        return _of_shipment(context, number, "lose", texts.LOSE_ASK)
    if _DELIVERED.search(text) and "?" not in text and number is not None:
        return _of_shipment(context, number, "deliver", texts.DELIVER_ASK)
    if _SHIP.search(text) and "?" not in text:
        carrier, tracking = _CARRIER.search(text), _TRACKING.search(text)
        more = {
            "carrier": carrier["carrier"].strip() if carrier else None,
            "tracking": tracking["number"] if tracking else None,
        }
        if number is not None:
            return _of_shipment(context, number, "ship", texts.SHIP_ASK, more)
        order = sales.by_number(context.work, order_number or "")
        return Deed(
            "ship",
            texts.SHIP_ASK.format(number=order.number),
            {"order": order.number, **more},
            order_card(context, order),
        )
    if _PICK.search(text) and "?" not in text and order_number is not None:
        order = sales.by_number(context.work, order_number)
        return Deed(
            "pick", texts.PICK_ASK.format(number=order.number), {"order": order.number}, order_card(context, order)
        )
    return None


def _of_shipment(context: Context, number: str, what: str, text: str, more: dict[str, Any] | None = None) -> Deed:
    shipment = shipments_queries.by_number(context.work, number)
    arguments = {"shipment": shipment.number, "version": shipment.version, **(more or {})}
    return Deed(what, text.format(number=shipment.number), arguments, order_card(context, shipment.order))


def _shipment(context: Context, arguments: Mapping[str, Any]) -> Shipment:
    shipment = shipments_queries.by_number(context.work, arguments["shipment"])
    if shipment.version != arguments["version"]:
        raise Stale(texts.ORDER_MOVED.format(number=shipment.number), code="shipment_changed")
    return shipment


def _ready(context: Context, order: Order) -> Shipment:
    """The shipment of an order that waits to be sent, or a new one of all that is reserved."""
    waiting = next((one for one in order.shipments if one.state in ("planned", "picked")), None)
    return waiting or fulfilment.plan_shipment(context.work, order)


def _do_ship(context: Context, arguments: Mapping[str, Any]) -> Draft:
    if "order" in arguments:
        shipment = _ready(context, sales.by_number(context.work, arguments["order"]))
    else:
        shipment = _shipment(context, arguments)
    if shipment.state == "planned":
        fulfilment.pick(context.work, shipment)
    carrier = arguments.get("carrier") or shipment.carrier or texts.OWN_VAN
    fulfilment.ship(context.work, shipment, carrier=carrier, tracking_number=arguments.get("tracking"))
    return _order_now(context, shipment, texts.SHIPPED_NOW)


def _do_pick(context: Context, arguments: Mapping[str, Any]) -> Draft:
    shipment = _ready(context, sales.by_number(context.work, arguments["order"]))
    fulfilment.pick(context.work, shipment)
    return _order_now(context, shipment, texts.PICKED_NOW)


def _do_deliver(context: Context, arguments: Mapping[str, Any]) -> Draft:
    shipment = fulfilment.deliver(context.work, _shipment(context, arguments))
    return _order_now(context, shipment, texts.DELIVERED_NOW)


def _do_lose(context: Context, arguments: Mapping[str, Any]) -> Draft:
    shipment = fulfilment.lose(context.work, _shipment(context, arguments), "replace")
    return _order_now(context, shipment, texts.LOST_NOW)


def _order_now(context: Context, shipment: Shipment, text: str) -> Draft:
    order = sales.by_number(context.work, shipment.order.number)
    context.memory.order = order.number
    return Draft(text.format(number=shipment.number, order=order.number), order_card(context, order))


# ---- returns, payments ---------------------------------------------------------------------------------------------

_RETURN_STEPS: Final = (
    ("approve", re.compile(r"\b(?:approve|accept|agree)\b", re.IGNORECASE), texts.RETURN_APPROVE_ASK),
    ("reject", re.compile(r"\b(?:reject|refuse|decline)\b", re.IGNORECASE), texts.RETURN_REJECT_ASK),
    ("receive", goods_in.CAME, texts.RETURN_RECEIVE_ASK),
    ("settle", re.compile(r"\b(?:settle|credit|refund)\b", re.IGNORECASE), texts.RETURN_SETTLE_ASK),
)


def _return(context: Context) -> Deed | None:
    number = named(context, "RT") or ""
    step = next(((what, text) for what, pattern, text in _RETURN_STEPS if pattern.search(context.text)), None)
    if step is None or "?" in context.text:
        return None
    row = returns_queries.by_number(context.work, number)
    _, reason = split_reason(context.text)
    arguments = {"number": row.number, "version": row.version, "step": step[0], "reason": reason}
    return Deed("return", step[1].format(number=row.number, customer=row.customer.name), arguments)


def _do_return(context: Context, arguments: Mapping[str, Any]) -> Draft:
    row = returns_queries.by_number(context.work, arguments["number"])
    if row.version != arguments["version"]:
        raise Stale(texts.ORDER_MOVED.format(number=row.number), code="return_changed")
    step = arguments["step"]
    if step == "approve":
        returns.approve(context.work, row)
    elif step == "reject":
        returns.reject(context.work, row, arguments["reason"] or texts.NO_REASON)
    elif step == "receive":
        returns.receive(context.work, row)
    else:
        returns.settle(context.work, row)
    status = returns_queries.refund_status(context.work, returns_queries.by_number(context.work, row.number))
    return Draft(
        texts.REFUND_STATE.format(number=row.number, status=status.status, amount=context.money(status.amount))
    )


def _payment(context: Context) -> Deed | None:
    if "?" in context.text:
        return None
    invoice = billing.invoice(context.work, named(context, "INV") or "")
    found = _AMOUNT.search(context.text)
    amount = Decimal(found["amount"].replace(",", "")) if found else invoice.outstanding
    arguments = {"number": invoice.number, "amount": str(amount), "version": invoice.version}
    text = texts.PAYMENT_ASK.format(
        amount=context.money(amount),
        customer=invoice.customer.name,
        number=invoice.number,
        open=context.money(invoice.outstanding),
    )
    return Deed("payment", text, arguments)


def _do_payment(context: Context, arguments: Mapping[str, Any]) -> Draft:
    invoice = billing.invoice(context.work, arguments["number"])
    if invoice.version != arguments["version"]:
        raise Stale(texts.ORDER_MOVED.format(number=invoice.number), code="invoice_changed")
    made = payments.record_payment(
        context.work, invoice.customer, Decimal(arguments["amount"]), "Bank transfer", invoices=[invoice]
    )
    invoice = billing.invoice(context.work, arguments["number"])
    return Draft(
        texts.PAYMENT_MADE.format(
            number=made.number,
            invoice=invoice.number,
            state=invoice.state.replace("_", " "),
            open=context.money(invoice.outstanding),
        )
    )


# ---- goods in, stock -----------------------------------------------------------------------------------------------


def _purchase(context: Context) -> Deed | None:
    told = goods_in.told(context)
    return None if told is None else Deed("receive", *told)


def corrected(context: Context) -> list[Draft] | None:
    """A receipt that waits for its yes, with what a message says of it besides; None for any other message."""
    told = goods_in.corrected(context)
    return None if told is None else ask(context, Deed("receive", *told))


def _do_receive(context: Context, arguments: Mapping[str, Any]) -> Draft:
    order = purchasing.by_number(context.work, arguments["number"])
    if order.version != arguments["version"]:
        raise Stale(texts.ORDER_MOVED.format(number=order.number), code="purchase_order_changed")
    return Draft(goods_in.take_in(context, order, _place(context, arguments), arguments))


def _stock(context: Context) -> Deed | None:
    opened, moved = warehouses.opening(context), moving.question(context)
    if opened is not None:
        return Deed("open_warehouse", *opened)
    if moved is not None:
        return Deed("move", *moved)
    counted, off = _COUNTED.search(context.text), _WRITE_OFF.search(context.text)
    if (counted is None and off is None) or "?" in context.text:
        return None
    place, rest = warehouses.spoken_of(context)
    off = _WRITE_OFF.search(rest) or off
    code = _SKU.search(rest)
    if code is None:
        return None
    product = catalogue.by_sku(context.work.session, code.group())
    kept = {"sku": product.sku, "warehouse": place.code}
    if off is not None:
        count, why = int(numeral(off["count"]) or 0), off["why"].strip()
        quantity = said(product, count)
        text = texts_stock.WRITE_OFF_ASK.format(quantity=quantity, name=product.name, place=place.name, reason=why)
        return Deed("adjust", text, {**kept, "change": -count, "reason": why})
    assert counted is not None
    figure = int(counted["counted"].replace(",", ""))
    text = texts_stock.COUNT_ASK.format(quantity=said(product, figure), name=product.name, place=place.name)
    return Deed("count", text, {**kept, "counted": figure})


def _place(context: Context, arguments: Mapping[str, Any]) -> Warehouse:
    return warehouse_by_code(context.work.session, arguments["warehouse"])


def _do_count(context: Context, arguments: Mapping[str, Any]) -> Draft:
    product, place = catalogue.by_sku(context.work.session, arguments["sku"]), _place(context, arguments)
    stock.count(context.work, product, place, arguments["counted"], texts_stock.COUNT_REASON)
    quantity = said(product, arguments["counted"])
    return Draft(texts_stock.COUNTED_NOW.format(quantity=quantity, name=product.name, place=place.name))


def _do_adjust(context: Context, arguments: Mapping[str, Any]) -> Draft:
    product, place = catalogue.by_sku(context.work.session, arguments["sku"]), _place(context, arguments)
    moved = stock.adjust(context.work, product, place, arguments["change"], arguments["reason"])
    quantity = said(product, moved.level.on_hand)
    return Draft(texts_stock.ADJUSTED_NOW.format(quantity=quantity, name=product.name, place=place.name))


def _do_open_warehouse(context: Context, arguments: Mapping[str, Any]) -> Draft:
    return Draft(warehouses.open_one(context, arguments))


def _do_move(context: Context, arguments: Mapping[str, Any]) -> Draft:
    return Draft(moving.move(context, arguments))


_DEEDS: Final[dict[str, Callable[[Context, Mapping[str, Any]], Draft]]] = {
    "ship": _do_ship,
    "pick": _do_pick,
    "deliver": _do_deliver,
    "lose": _do_lose,
    "return": _do_return,
    "payment": _do_payment,
    "receive": _do_receive,
    "count": _do_count,
    "adjust": _do_adjust,
    "move": _do_move,
    "open_warehouse": _do_open_warehouse,
}
