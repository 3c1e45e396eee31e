"""Looking products up for an order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event, select

from backend.catalogue.queries import families, for_ordering
from backend.catalogue.tables import Price, Product, ProductFamily
from backend.customers.tables import Customer
from backend.errors import NotFound
from tests.backend.world import World


def test_products_come_with_their_prices_by_the_sku_that_was_asked_for(world: World) -> None:
    counted: list[str] = []
    with world.database.read() as session:
        event.listen(world.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
        found = for_ordering(session, ["10-109", " 70-103 ", "10-109"])
        prices = {sku: sorted(row.price for row in product.prices) for sku, product in found.items()}
    assert prices == {
        "10-109": [Decimal("0.08"), Decimal("0.09"), Decimal("0.1")],
        "70-103": [Decimal("0.64"), Decimal("0.72"), Decimal("0.8")],
    }
    assert len([one for one in counted if one.startswith("SELECT")]) == 2


def test_another_customers_own_price_is_not_among_them(world: World) -> None:
    with world.database.write() as session:
        keys = {customer.code: customer.id for customer in session.scalars(select(Customer))}
        product = session.scalars(select(Product).where(Product.sku == "10-109")).one()
        for code, price in (("C1", "0.05"), ("C2", "0.01")):
            session.add(Price(product_id=product.id, customer_id=keys[code], price=Decimal(price)))
    with world.database.read() as session:
        (found,) = for_ordering(session, ["10-109"], customer_id=keys["C1"]).values()
        assert min(row.price for row in found.prices) == Decimal("0.05")


def test_packs_come_where_they_are_wanted(small: World) -> None:
    with small.database.read() as session:
        (found,) = for_ordering(session, ["45-103"], packs=True).values()
    assert [(pack.name, pack.quantity) for pack in found.packs] == [("box", 250)]  # after the session: it was read


def test_an_unknown_sku_is_named(small: World) -> None:
    with small.database.read() as session, pytest.raises(NotFound) as caught:
        for_ordering(session, ["10-109", "nope"])
    assert (caught.value.code, caught.value.facts["sku"]) == ("unknown_product", "nope")


def test_a_family_has_the_variants_that_are_no_longer_sold_too(world: World) -> None:
    with world.database.write() as session:
        bolts = ProductFamily(name="Hex bolt M8x40")
        session.add(bolts)
        session.flush()
        rows = {row.sku: row for row in session.scalars(select(Product))}
        rows["10-109"].family_id = rows["11-109"].family_id = bolts.id
    with world.database.read() as session:
        rows = {row.sku: row for row in session.scalars(select(Product))}
        assert [row.sku for row in families(session, [rows["10-109"], rows["30-101"]])] == ["10-109", "11-109"]
        assert families(session, [rows["30-101"]]) == []
