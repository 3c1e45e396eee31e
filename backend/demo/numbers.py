"""The numbers on the documents, and those that come next."""

from __future__ import annotations

from typing import Final

from backend.company.service import PREFIXES

FIRST: Final = {
    "order": 100_001,
    "purchase_order": 50_001,
    "shipment": 80_001,
    "return": 6_001,
    "quote": 30_001,
    "invoice": 200_001,
    "payment": 300_001,
    "credit_note": 9_001,
}


def order_number(nth: int) -> str:
    """Of the nth order, from 1 on."""
    return _number("order", nth)


def purchase_number(nth: int) -> str:
    """Of the nth purchase order, from 1 on."""
    return _number("purchase_order", nth)


def shipment_number(nth: int) -> str:
    """Of the nth shipment, from 1 on."""
    return _number("shipment", nth)


def return_number(nth: int) -> str:
    """Of the nth return, from 1 on."""
    return _number("return", nth)


def _number(series: str, nth: int) -> str:
    return f"{PREFIXES[series]}-{FIRST[series] + nth - 1}"
