"""Goods that have come in, in words: all of a purchase order, some of its lines, damaged ones, and the last of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from actions import texts
from actions import texts_replenish as words
from actions.context import Context
from actions.showing import listed
from backend.catalogue.quantities import in_sales_units, said
from backend.errors import Invalid
from backend.purchasing import receiving
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.stock.tables import Warehouse

_LAST: Final = re.compile(
    r"\bnothing\s+more\b|\bno\s+more\s+(?:is\s+)?(?:com|expected|will)|\brest\s+(?:is\s+not|isn'?t|won'?t|will\s+not)\b|"
    r"\bclose\s+(?:it|the\s+order)\b|\bthat(?:'s|\s+is|\s+was)\s+(?:all|it|the\s+last)\b|\bcancelled\s+the\s+rest\b",
    re.IGNORECASE,
)
_DAMAGED: Final = re.compile(r"\b(?:damaged|broken|crushed|faulty|bad|defective|unusable)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![\w./-])(\d{1,3}(?:,\d{3})+|\d{1,7})\s*(?:([A-Za-z]{1,12})\b)?")
_CLAUSE: Final = re.compile(r"[,;]|\band\b|\bbut\b|\bwith\b|\.\s", re.IGNORECASE)
_EACH: Final = frozenset(
    {"of", "x", "came", "were", "are", "damaged", "broken", "in", "arrived", "only", "units", "pieces"}
)


@dataclass(frozen=True)
class Arrived:
    """What came, by line position: fit for stock (None: all that is to come), and damaged; ``last``: no more will."""

    quantities: dict[int, int] | None
    damaged: dict[int, int]
    last: bool


def read(said_of_it: str, order: PurchaseOrder) -> Arrived:
    """What a message says has come in on a purchase order. Invalid where a quantity names no line of it."""
    text = re.sub(re.escape(order.number), " ", said_of_it, flags=re.IGNORECASE)
    text = re.sub(rf"\bPO[-\s#]*{order.number.removeprefix('PO-')}\b", " ", text, flags=re.IGNORECASE)
    good: dict[int, int] = {}
    damaged: dict[int, int] = {}
    spoken: PurchaseOrderLine | None = None
    for clause in _CLAUSE.split(text):
        line = _line(order, clause)
        bare = clause if line is None else re.sub(re.escape(line.product.sku), " ", clause, flags=re.IGNORECASE)
        found = _NUMBER.search(bare)
        if found is None:
            spoken = line or spoken
            continue
        line = line or spoken or (order.lines[0] if len(order.lines) == 1 else None)
        if line is None:
            skus = listed(one.product.sku for one in order.lines[:8])
            sentence = words.GOODS_IN_WHICH.format(number=order.number, text=" ".join(clause.split())[:60], skus=skus)
            raise Invalid(sentence, code="unknown_line")
        spoken = line
        into = damaged if _DAMAGED.search(clause) else good
        into[line.position] = into.get(line.position, 0) + _units(line, found)
    last = _LAST.search(said_of_it) is not None
    return Arrived(good or (None if not last or damaged else {}), damaged, last)


def _line(order: PurchaseOrder, clause: str) -> PurchaseOrderLine | None:
    lower = clause.lower()
    return next((line for line in order.lines if line.product.sku.lower() in lower), None)


def _units(line: PurchaseOrderLine, found: re.Match[str]) -> int:
    product, count = line.product, int(found[1].replace(",", ""))
    unit = (found[2] or "").lower()
    if unit and unit not in _EACH:
        units = in_sales_units(product, list(product.packs), count, unit)
        if units is not None:
            return units
    return count * product.units_per


def question(order: PurchaseOrder, arrived: Arrived) -> str:
    """What is to be taken in, for a yes."""
    lines = {line.position: line for line in order.lines}
    good = arrived.quantities
    if good is None:
        less = arrived.damaged
        good = {
            key: receiving.open_quantity(line) - less.get(key, 0)
            for key, line in lines.items()
            if receiving.open_quantity(line) > less.get(key, 0)
        }
    for position in arrived.damaged:
        assert position in lines
    parts = [
        f"{said(lines[key].product, count)} × {lines[key].product.name}"
        for key, count in list(good.items())[:8]
        if count
    ]
    what = "; ".join(parts) or texts.NOTHING_OPEN
    text = words.GOODS_IN_ASK.format(number=order.number, supplier=order.supplier.name, lines=what)
    for key, count in arrived.damaged.items():
        product = lines[key].product
        text += " " + words.GOODS_IN_DAMAGED.format(quantity=said(product, count), name=product.name) + "."
    return f"{text} {words.GOODS_IN_LAST}" if arrived.last else text


def arguments(arrived: Arrived) -> dict[str, Any]:
    """What is kept until the yes comes; positions as text, as JSON has them."""
    kept = None if arrived.quantities is None else {str(key): count for key, count in arrived.quantities.items()}
    broken = {str(key): count for key, count in arrived.damaged.items()}
    return {"quantities": kept, "damaged": broken, "last": arrived.last}


def take_in(context: Context, order: PurchaseOrder, place: Warehouse, kept: Mapping[str, Any]) -> str:
    """Take it in, and say what is still to come."""
    quantities = kept.get("quantities")
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
    parts = [f"{said(line.product, receiving.open_quantity(line))} × {line.product.name}" for line in missing[:8]]
    return words.GOODS_IN_PART.format(number=order.number, lines=listed(parts))
