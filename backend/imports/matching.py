"""Which order lines a cancellation reverses.

A cancellation line is matched to order lines of the same customer and product from before it, that still have units
which were not returned. At the same price first, at another price second; within these, a line that can take the
whole quantity before several that share it, and the latest line first, because people send back what just came.
What finds no line is a return without an order line. Cancellations without a customer are never matched: two of them
need not be the same person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

KEY = ("customer", "sku")


@dataclass(slots=True)
class Sold:
    """An order line and how many of its units have not come back."""

    n: int
    at: datetime
    price: int
    left: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cancellation line: ``sale`` is the order line it reverses, by its position in the file."""

    cancellation: int
    sale: int | None
    quantity: int
    same_price: bool


def matched(sales: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """The pieces of all cancellations: ``n`` (of the cancellation), ``sale_n``, ``quantity``, ``same_price``.

    ``sales`` and ``returns`` have n, customer, sku, price, quantity, at; the quantities of returns are negative. The
    quantities of a cancellation's pieces add up to its own, and no order line gets back more than it sold.
    """
    known = returns.filter(pl.col("customer").is_not_null()).sort("at", "n")
    sold = _sold(sales.join(known.select(KEY).unique(), on=KEY, how="semi").sort("at", "n"))
    pieces: list[Piece] = []
    for n, customer, sku, price, quantity, at in known.select("n", *KEY, "price", "quantity", "at").iter_rows():
        pieces.extend(_pieces(n, -quantity, price, [line for line in sold[customer, sku] if line.at < at]))
    unknown = returns.filter(pl.col("customer").is_null())
    pieces.extend(Piece(n, None, -quantity, False) for n, quantity in unknown.select("n", "quantity").iter_rows())
    return _frame(pieces)


def _sold(sales: pl.DataFrame) -> defaultdict[tuple[str, str], list[Sold]]:
    sold: defaultdict[tuple[str, str], list[Sold]] = defaultdict(list)
    for customer, sku, n, at, price, quantity in sales.select(*KEY, "n", "at", "price", "quantity").iter_rows():
        sold[customer, sku].append(Sold(n, at, price, quantity))
    return sold


def _pieces(n: int, quantity: int, price: int, earlier: Sequence[Sold]) -> Iterable[Piece]:
    """Takes units from the lines, latest first, and says from which."""
    latest = earlier[::-1]
    same = [line for line in latest if line.price == price]
    other = [line for line in latest if line.price != price]
    for lines, same_price in ((same, True), (other, False)):
        whole = next((line for line in lines if line.left >= quantity), None)
        for line in (whole,) if whole else lines:
            taken = min(line.left, quantity)
            if taken:
                line.left -= taken
                quantity -= taken
                yield Piece(n, line.n, taken, same_price)
        if not quantity:
            return
    yield Piece(n, None, quantity, False)


def _frame(pieces: Sequence[Piece]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "n": [piece.cancellation for piece in pieces],
            "sale_n": [piece.sale for piece in pieces],
            "quantity": [piece.quantity for piece in pieces],
            "same_price": [piece.same_price for piece in pieces],
        },
        schema={"n": pl.UInt32, "sale_n": pl.UInt32, "quantity": pl.Int64, "same_price": pl.Boolean},
    )


def outcomes(pieces: pl.DataFrame) -> dict[str, int]:
    """How many cancellation lines were matched wholly at their price, wholly at other prices, in part, or not."""
    per_line = pieces.group_by("n").agg(
        pl.col("sale_n").is_null().all().alias("none"),
        pl.col("sale_n").is_not_null().all().alias("whole"),
        pl.col("same_price").all().alias("same"),
    )
    count = per_line.select(
        (pl.col("whole") & pl.col("same")).sum().alias("same_price"),
        (pl.col("whole") & ~pl.col("same")).sum().alias("other_price"),
        (~pl.col("whole") & ~pl.col("none")).sum().alias("in_part"),
        pl.col("none").sum().alias("without_order_line"),
    )
    return {name: int(value) for name, value in count.row(0, named=True).items()}
