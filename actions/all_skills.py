"""Imports every skill's module, so that the registry is whole."""

from actions import (
    cart,
    change_order,
    forecast,
    ordering,
    people,
    products,
    reorder,
    replenish,
    returning,
    smalltalk,
    status,
)

MODULES = (cart, change_order, forecast, ordering, people, products, reorder, replenish, returning, smalltalk, status)
