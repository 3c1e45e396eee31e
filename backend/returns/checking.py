"""What speaks against a return that is asked for, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.errors import Conflict, Invalid
from backend.returns import exchanges
from backend.returns.returnable import Returnable
from backend.sales import carts
from backend.sales.tables import Order, OrderLine

RESOLUTIONS: Final = ("refund", "credit", "exchange")


@dataclass(frozen=True)
class Item:
    """How much of an order line comes back, why, and what is wanted instead of it (for an exchange)."""

    line: OrderLine
    quantity: int
    reason: str | None = None
    exchange: Product | None = None


def require_sense(order: Order, items: Sequence[Item], resolution: str) -> None:
    """Invalid for what makes no sense whatever was delivered, Conflict for an exchange that can't be."""
    if resolution not in RESOLUTIONS:
        raise Invalid("A return ends in a refund, a credit or an exchange.", code="unknown_resolution")
    if not items:
        raise Invalid("There is nothing to return.", code="no_lines")
    if len(items) > carts.MOST_LINES:
        raise Invalid(f"A return has at most {carts.MOST_LINES} lines.", code="too_many_lines")
    for item in items:
        if item.line.order_id != order.id:
            raise Invalid(f"That line is not one of {order.number}.", code="unknown_line")
        if item.quantity < 1:
            raise Invalid("A quantity has to be at least 1.", code="quantity_too_small")
        _require_replacement(item, resolution)


def _require_replacement(item: Item, resolution: str) -> None:
    old, new = item.line.product, item.exchange
    if resolution != "exchange":
        if new is not None:
            raise Invalid("Only an exchange names what is wanted instead.", code="exchange_unexpected", sku=old.sku)
        return
    if new is None:
        raise Invalid(f"Say what you would like instead of {old.name}.", code="exchange_missing", sku=old.sku)
    exchanges.require_exchangeable(old, new)


def require_returnable(order: Order, items: Sequence[Item], offers: Mapping[int, Returnable]) -> None:
    """Conflict for goods that were not delivered or come back already; Invalid where a replacement does not fit."""
    if not any(offer.delivered for offer in offers.values()):
        raise _not_delivered(order)
    for key, quantity in sums(items).items():
        if quantity > offers[key].quantity:
            raise _too_much(order, offers[key])
    for item in items:
        if item.exchange is not None:
            exchanges.require_fit(item.exchange, item.quantity, offers[item.line.id].quantity)


def is_late(items: Sequence[Item], offers: Mapping[int, Returnable]) -> bool:
    """Whether some of it was delivered longer ago than is taken back without asking."""
    return any(quantity > offers[key].at_once for key, quantity in sums(items).items())


def sums(items: Sequence[Item]) -> Counter[int]:
    """How much is asked for of each order line, by its key."""
    found: Counter[int] = Counter()
    for item in items:
        found[item.line.id] += item.quantity
    return found


def _not_delivered(order: Order) -> Conflict:
    if order.state == "cancelled":
        sentence = f"{order.number} was cancelled, so there is nothing to return."
    elif any(line.shipped for line in order.lines):
        sentence = f"{order.number} is on its way. Its goods can be returned once they are delivered."
    elif order.state == "in_fulfilment":
        sentence = f"{order.number} is being picked. Its goods can be returned once they are delivered."
    else:
        sentence = f"{order.number} has not been sent yet, so it can't be returned; it can be changed or cancelled."
    return Conflict(sentence, code="not_delivered", state=order.state)


def _too_much(order: Order, offer: Returnable) -> Conflict:
    product = offer.line.product
    where = f"of {product.name} in {order.number}"
    facts = {"sku": product.sku, "position": offer.line.position, "returnable": offer.quantity}
    if not offer.delivered:
        return Conflict(f"Nothing {where} has been delivered yet.", code="not_delivered", **facts)
    delivered = said(product, offer.delivered)
    if offer.quantity == offer.delivered:
        sentence = f"Only {delivered} {where} were delivered, so no more can come back."
    elif offer.quantity:
        sentence = f"Only {said(product, offer.quantity)} {where} can still come back; the others have or will."
    else:
        sentence = f"All {delivered} {where} came back already or are on their way back."
    return Conflict(sentence, code="more_than_returnable", **facts)
