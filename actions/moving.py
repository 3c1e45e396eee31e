"""Goods that move from one of our warehouses to another, as people say it: "move 40 of 10-109 from MAIN to NORTH"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import texts_stock as texts
from actions import warehouses
from actions.context import Context
from actions.language.numbers import numeral
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.errors import NotFound
from backend.stock import queries as levels
from backend.stock import service as stock

_MOVE: Final = re.compile(
    r"\b(?:move|transfer|shift|bring)\s+(?P<count>\d[\d,]*)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_WAREHOUSE: Final = re.compile(r"\b(?:in)?to\b[^.,;]{0,60}\b(?:warehouse|depot|store)\b", re.IGNORECASE)
_SKU: Final = re.compile(r"\b[A-Za-z0-9]{1,12}-[A-Za-z0-9-]{1,20}\b|\b\d{5,6}[A-Za-z]{0,3}\b")


def question(context: Context) -> tuple[str, dict[str, Any]] | None:
    """What to ask before goods are moved, and what the yes needs; None where a message asks for no such thing.

    Without "from", goods leave the main warehouse. NotFound for a product or a warehouse that there is not.
    """
    found = _MOVE.search(context.text)
    if found is None or "?" in context.text:
        return None
    known = levels.warehouses(context.work.session)
    to, rest = warehouses.named(found["rest"], "to", known)
    if to is None:
        to, rest = warehouses.named(found["rest"], "into", known)
    from_, rest = warehouses.named(rest, "from", known)
    code = _SKU.search(rest)
    if code is None:
        return None
    if to is None and _WAREHOUSE.search(rest):
        raise NotFound(texts.NO_WAREHOUSE.format(names=warehouses.names(known)), code="unknown_warehouse")
    if to is None:
        return None
    product = catalogue.by_sku(context.work.session, code.group())
    from_ = from_ or levels.main_warehouse(context.work.session)
    count = int(numeral(found["count"]) or 0)
    text = texts.MOVE_ASK.format(quantity=said(product, count), name=product.name, here=from_.name, there=to.name)
    return text, {"sku": product.sku, "quantity": count, "from": from_.code, "to": to.code}


def move(context: Context, arguments: Mapping[str, Any]) -> str:
    """Move what was agreed to; what is said of it. The service refuses what is reserved, or is not there."""
    product = catalogue.by_sku(context.work.session, arguments["sku"])
    here, there = (levels.warehouse_by_code(context.work.session, arguments[name]) for name in ("from", "to"))
    stock.transfer(context.work, product, here, there, arguments["quantity"], texts.MOVE_REASON)
    return texts.MOVED_NOW.format(
        quantity=said(product, arguments["quantity"]), name=product.name, here=here.name, there=there.name
    )


def per_warehouse(context: Context, product_id: int) -> str:
    """Where a product lies, for who may see figures, where there are several warehouses; otherwise nothing."""
    rows = [level for level in levels.levels_of(context.work.session, product_id) if level.on_hand]
    if len(levels.warehouses(context.work.session)) < 2 or not rows:
        return ""
    places = ", ".join(f"{level.warehouse.name} {level.on_hand:,}" for level in rows)
    return texts.STOCK_PLACES.format(places=places)
