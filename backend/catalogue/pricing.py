"""What a product costs a customer at a quantity on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Protocol


class PriceRow(Protocol):
    """What is read of a price."""

    price_group: str | None
    customer_id: int | None
    min_quantity: int
    price: Decimal
    valid_from: date | None
    valid_to: date | None


def price_at(
    rows: Iterable[PriceRow], quantity: int, day: date, group: str | None, customer_id: int | None = None
) -> Decimal | None:
    """The lowest price per sales unit among the rows that hold: for everyone, the group or the customer, valid, at the
    quantity.

    None where no row holds (the product is not for sale at this quantity).
    """
    held = [
        row.price
        for row in rows
        if row.price_group in (None, group)
        and row.customer_id in (None, customer_id)
        and row.min_quantity <= quantity
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
    ]
    return min(held, default=None)


def breaks_of(
    rows: Iterable[PriceRow], day: date, group: str | None, customer_id: int | None = None
) -> list[tuple[int, Decimal]]:
    """(from quantity, price) where the price gets better, from the smallest quantity on."""
    rows = list(rows)
    steps: list[tuple[int, Decimal]] = []
    for quantity in sorted({row.min_quantity for row in rows}):
        price = price_at(rows, quantity, day, group, customer_id)
        if price is not None and (not steps or price < steps[-1][1]):
            steps.append((quantity, price))
    return steps
