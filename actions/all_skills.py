"""Imports every skill's module, so that the registry is whole."""

from importlib import import_module

_NAMES = """
    addresses alerts cart change_order documents forecast forecast_movers held house inquiring ordering people
    products quoting reorder repeating replenish returning smalltalk standing status waiting_orders what_if
    withdrawing
"""
MODULES = tuple(import_module(f"actions.{name}") for name in _NAMES.split())
