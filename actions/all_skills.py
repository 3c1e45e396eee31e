"""Imports every skill's module, so that the registry is whole."""

from actions import cart, forecast, ordering, people, products, reorder, replenish, smalltalk, status

MODULES = (cart, forecast, ordering, people, products, reorder, replenish, smalltalk, status)
