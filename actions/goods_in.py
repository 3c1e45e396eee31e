"""Goods that have come in: what is to be taken in, for a yes; corrected before it; and taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import goods_in_words, texts, texts_stock, warehouses
from actions import texts_replenish as words
from actions.context import Context
from actions.goods_in_words import Arrived
from actions.language.references import read_document_numbers
from actions.papers_at_hand import named
from actions.showing import day_text, listed
from backend.catalogue.quantities import said
from backend.errors import Invalid
from backend.purchasing import queries, receiving, service
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.stock.queries import main_warehouse, warehouse_by_code
from backend.stock.tables import Warehouse

MOST_LINES: Final = 8
CAME: Final = re.compile(
    r"\b(?:arrived|received|receive|came|(?:has|have)\s+come|turned\s+up|got\s+here|landed|delivered|is\s+here|take\s+in"
    r"|is\s+in(?=\s*(?:$|[.,;:!-]|now|today|but|and|at|with))|book(?:ed)?\s+in|goods\s+in)\b",
    re.IGNORECASE,
)
_NOT_YET: Final = re.compile(
    r"\b(?:(?:not|never|\w{2,5}n['’]?t)\s+(?:yet\s+)?(?:been\s+)?|(?:will|to|should|must)\s+(?:be|have)\s+(?:been\s+)?)"
    r"(?:arrived|received|come|came|turn(?:ed)?\s+up|delivered|landed|arrive)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|hi|hello)\W+)*(?:has|did|is|was|were|when|who|what|which|where|how|why|do|does"
    r"|have\s+(?:we|they|you|i))\b",
    re.IGNORECASE,
)
_WANTS_DONE: Final = re.compile(r"\b(?:can|could|would|will)\s+(?:you|we|i)\b|\bplease\b", re.IGNORECASE)
Told = tuple[str, dict[str, Any]]
"""What is to be taken in, as a question, and what is kept for its yes: nothing where there is nothing to agree to."""


def told(context: Context) -> Told | None:
    """What a message says has come in on the purchase order that it names; None where it says no such thing."""
    number = named(context, "PO")
    if number is None or not CAME.search(_NOT_YET.sub(" ", context.text)) or _asks(context.text):
        return None
    place, rest = warehouses.spoken_of(context)
    return _told(context, queries.by_number(context.work, number), [rest], place, says_where=rest != context.text)


def corrected(context: Context) -> Told | None:
    """What waits for its yes, or lacks a line, with what a message says of it besides: "hold on, 200 of the M8x40 are
    missing"; None for any other message.
    """
    receipt, waits = context.memory.receipt, context.memory.confirmation
    if not receipt or not context.text:
        return None
    kept = waits.arguments if waits is not None and waits.command == "house.do" else {}
    offered = kept.get("what") == "receive" and kept.get("number") == receipt[0]
    others = set(read_document_numbers(context.text)) - {receipt[0]}
    order = queries.by_number(context.work, receipt[0])
    parts = None if others or _asks(context.text) else _parts(context, order, receipt[1:], offered=offered)
    if parts is None:
        context.memory.receipt = receipt if offered else []
        return None
    main = main_warehouse(context.work.session)
    place = warehouse_by_code(context.work.session, kept["warehouse"]) if offered else main
    return _told(context, order, parts, place, says_where=place.id != main.id)


def _parts(context: Context, order: PurchaseOrder, said_before: list[str], *, offered: bool) -> list[str] | None:
    """All that has been said of a receipt, a message included; None where the message says nothing of it."""
    line = goods_in_words.names_a_line(context.text, order)
    if not offered and line is not None:
        return [*said_before[:-1], goods_in_words.in_answer(said_before[-1], context.text, line)]
    return [*said_before, context.text] if goods_in_words.tells_of_goods(context.text) else None


def _asks(text: str) -> bool:
    """Whether a message asks whether goods have come, rather than tells it or wants them taken in."""
    return _ASKS.search(text) is not None or ("?" in text and _WANTS_DONE.search(text) is None)


def _told(context: Context, order: PurchaseOrder, parts: list[str], place: Warehouse, *, says_where: bool) -> Told:
    refused = _refusal(context, order)
    if refused is not None:
        return refused, {}
    context.memory.receipt = [order.number, *parts]
    try:
        arrived = goods_in_words.read(parts, order, context.today)
    except Invalid as unclear:
        return unclear.sentence, {}
    kept = {"number": order.number, "version": order.version, "warehouse": place.code, **_arguments(arrived)}
    where = f" {texts_stock.TAKEN_IN_AT.format(place=place.name)}" if says_where else ""
    return f"{_question(order, arrived)}{where}", kept


def _refusal(context: Context, order: PurchaseOrder) -> str | None:
    """Why nothing can be taken in on a purchase order as it stands; None where it can."""
    facts = {"number": order.number, "supplier": order.supplier.name}
    if order.state == "received":
        day = context.work.clock.date_of(order.received_at) if order.received_at else None
        return words.GOODS_IN_ALREADY.format(when=f" on {day_text(day)}" if day else "", **facts)
    if order.state == "cancelled":
        return words.GOODS_IN_CANCELLED.format(**facts)
    return words.GOODS_IN_NOT_APPROVED.format(**facts) if order.state == "proposed" else None


def _question(order: PurchaseOrder, arrived: Arrived) -> str:
    """What is to be taken in, for a yes; an order that has not been marked as sent is marked so with it."""
    lines = {line.position: line for line in order.lines}
    good = arrived.quantities
    if good is None:
        less = arrived.damaged
        good = {
            key: receiving.open_quantity(line) - less.get(key, 0)
            for key, line in lines.items()
            if receiving.open_quantity(line) > less.get(key, 0)
        }
    what = "; ".join(_named(lines[key], count) for key, count in list(good.items())[:MOST_LINES] if count)
    more = f" {words.GOODS_IN_MORE.format(count=len(good) - MOST_LINES)}" if len(good) > MOST_LINES else ""
    facts = {"number": order.number, "supplier": order.supplier.name}
    text = words.GOODS_IN_ASK.format(lines=f"{what or texts.NOTHING_OPEN}{more}", **facts)
    if order.state == "approved":
        text = f"{words.GOODS_IN_NOT_SENT.format(**facts)} {text}"
    for counts, template in (
        (arrived.damaged, words.GOODS_IN_DAMAGED),
        (arrived.missing, words.GOODS_IN_GONE if arrived.last else words.GOODS_IN_MISSING),
    ):
        for key, count in counts.items():
            text += " " + template.format(what=_named(lines[key], count)) + "."
    return f"{text} {words.GOODS_IN_LAST}" if arrived.last else text


def _named(line: PurchaseOrderLine, count: int) -> str:
    return f"{said(line.product, count)} × {line.product.name}"


def _arguments(arrived: Arrived) -> dict[str, Any]:
    """What is kept until the yes comes; positions as text, as JSON has them."""
    kept = None if arrived.quantities is None else {str(key): count for key, count in arrived.quantities.items()}
    broken = {str(key): count for key, count in arrived.damaged.items()}
    return {"quantities": kept, "damaged": broken, "last": arrived.last}


def take_in(context: Context, order: PurchaseOrder, place: Warehouse, kept: Mapping[str, Any]) -> str:
    """Take it in, marked as sent first where it was not, and say what is still to come."""
    quantities = kept.get("quantities")
    if order.state == "approved":
        receiving.lock_into(context.work, order, place)
        service.send(context.work, order)
    context.memory.receipt = []
    receiving.receive(
        context.work,
        order,
        None if quantities is None else {int(key): count for key, count in quantities.items()},
        last=bool(kept.get("last")),
        warehouse=place,
        damaged={int(key): count for key, count in (kept.get("damaged") or {}).items()},
    )
    missing = [line for line in order.lines if receiving.open_quantity(line)]
    if order.state == "received" or not missing:
        return words.GOODS_IN_DONE.format(number=order.number)
    parts = _still_open(missing)
    return words.GOODS_IN_PART.format(number=order.number, lines=listed(parts))


def _still_open(lines: Sequence[PurchaseOrderLine]) -> list[str]:
    return [_named(line, receiving.open_quantity(line)) for line in lines[:MOST_LINES]]
