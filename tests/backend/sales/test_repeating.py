"""Repeating an old order at today's prices, without what can't be had any more."""

from __future__ import annotations

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.sales import cancelling, queries, repeating
from tests.backend.shipping.handling import place
from tests.backend.world import World


def wishes(world: World, number: str) -> tuple[list[tuple[str, int]], list[tuple[str, int, str, str | None]]]:
    with world.reading() as work:
        found, left_out = repeating.wishes_of(work, queries.by_number(work, number))
        assert all(wish.agreed is None and not wish.discount for wish in found)
        return (
            [(wish.product.sku, wish.quantity) for wish in found],
            [(one.sku, one.quantity, one.code, one.successor) for one in left_out],
        )


def change(world: World, sku: str, **values: object) -> None:
    with world.database.write() as session:
        product = session.scalars(select(Product).where(Product.sku == sku)).one()
        for name, value in values.items():
            setattr(product, name, value)


def test_everything_again(small: World) -> None:
    assert wishes(small, place(small, ("10-109", 60), ("45-103", 100))) == ([("10-109", 60), ("45-103", 100)], [])


def test_what_is_no_longer_sold_is_left_out_with_its_successor(small: World) -> None:
    number = place(small, ("10-109", 60), ("30-101", 10), ("45-103", 100), ("20-104", 20), ("70-103", 5))
    with small.database.read() as session:
        after = session.scalars(select(Product.id).where(Product.sku == "30-102")).one()
    change(small, "30-101", active=False, successor_id=after)
    change(small, "45-103", active=False)
    change(small, "20-104", sales_moq=40)
    change(small, "70-103", prices=[])
    assert wishes(small, number) == (
        [("10-109", 60)],
        [
            ("30-101", 10, "discontinued", "30-102"),
            ("45-103", 100, "discontinued", None),
            ("20-104", 20, "quantity_does_not_fit", None),
            ("70-103", 5, "no_price", None),
        ],
    )


def test_a_line_that_was_cancelled_is_not_repeated_an_order_that_was_is(small: World) -> None:
    number = place(small, ("10-109", 60), ("30-101", 10))
    with small.writing() as work:
        cancelling.cancel_lines(work, queries.by_number(work, number), [1], "no longer needed")
    assert wishes(small, number) == ([("30-101", 10)], [])
    with small.writing() as work:
        cancelling.cancel(work, queries.by_number(work, number), "none of it")
    assert wishes(small, number) == ([("10-109", 60), ("30-101", 10)], [])
