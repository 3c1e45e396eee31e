"""A plain model of one cart: what may be in it after a message, and what must be where all is plain.

It knows nothing of questions, packs or prices. An effect gives the carts that are possible after a message;
the first of them is the one that is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Cart = dict[str, int]  # quantities in sales units by SKU


@dataclass
class Past:
    """The carts of earlier turns, the last of them last, the lines of the last order, and all that was said so far."""

    carts: list[Cart] = field(default_factory=list)
    last_order: Cart = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


Effect = Callable[[Cart, Past], list[Cart]]


def nothing(cart: Cart, _past: Past) -> list[Cart]:
    """The cart stays as it is."""
    return [cart]


def adds(sku: str, quantity: int) -> Effect:
    """So much more of a product; where that is not plain, so much of it in all."""
    return lambda cart, _past: [{**cart, sku: cart.get(sku, 0) + quantity}, {**cart, sku: quantity}]


def sets(sku: str, quantity: int) -> Effect:
    """Another quantity of what is in the cart; what is not in it may be put in."""
    return lambda cart, _past: [{**cart, sku: quantity}] if sku in cart else [cart, {**cart, sku: quantity}]


def takes_out(sku: str) -> Effect:
    """A line less."""
    return lambda cart, _past: [_without(cart, sku)]


def repeats(cart: Cart, past: Past) -> list[Cart]:
    """The lines of the last order."""
    return [{**cart, **past.last_order}]


def sets_one(*quantities: int) -> Effect:
    """One line, which is for the bot to tell, is another quantity."""

    def effect(cart: Cart, _past: Past) -> list[Cart]:
        return [cart, *({**cart, sku: quantity} for sku in cart for quantity in quantities)]

    return effect


def takes_one(cart: Cart, _past: Past) -> list[Cart]:
    """One line, which is for the bot to tell, is gone."""
    return [cart, *(_without(cart, sku) for sku in cart)]


def undoes(cart: Cart, past: Past) -> list[Cart]:
    """As it was before the last thing that was done with it."""
    return [cart, *past.carts, *(_without(cart, sku) for sku in cart)]


def _without(cart: Cart, sku: str) -> Cart:
    return {key: quantity for key, quantity in cart.items() if key != sku}
