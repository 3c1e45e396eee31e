"""Repeating an old order at today's prices: what can be ordered again, and what can't, with what took its place."""

from __future__ import annotations

from dataclasses import dataclass

from backend.catalogue.service import price_for
from backend.errors import Refused
from backend.sales import carts
from backend.sales.service import Wish
from backend.sales.tables import Order, OrderLine
from backend.work import Work


@dataclass(frozen=True)
class LeftOut:
    """A line that can't be ordered as it was: why, and what could be ordered instead.

    ``successor`` is the SKU that took the product's place, ``up`` and ``down`` the nearest quantities that fit.
    """

    sku: str
    name: str
    quantity: int
    code: str
    sentence: str
    successor: str | None = None
    up: int | None = None
    down: int | None = None


def wishes_of(work: Work, order: Order) -> tuple[list[Wish], list[LeftOut]]:
    """What a repeat of an order asks for, and what it has to leave out.

    Lines that were cancelled one by one are not repeated, those of an order that was cancelled as a whole are.
    """
    wishes: list[Wish] = []
    left_out: list[LeftOut] = []
    for line in order.lines:
        quantity = line.quantity if order.state == "cancelled" else line.quantity - line.cancelled
        if not quantity:
            continue
        try:
            carts.require_sold(line.product)
            carts.check_quantity(line.product, quantity)
            price_for(work, line.product, quantity, order.customer)
        except Refused as refusal:
            left_out.append(_left_out(line, quantity, refusal))
        else:
            wishes.append(Wish(line.product, quantity))
    return wishes, left_out


def _left_out(line: OrderLine, quantity: int, refusal: Refused) -> LeftOut:
    successor, up, down = (refusal.facts.get(name) for name in ("successor", "up", "down"))
    return LeftOut(
        sku=line.product.sku,
        name=line.product.name,
        quantity=quantity,
        code=refusal.code,
        sentence=refusal.sentence,
        successor=successor if isinstance(successor, str) else None,
        up=up if isinstance(up, int) else None,
        down=down if isinstance(down, int) else None,
    )
