"""What may stand in for a product: the ranking, and then only what is there, sold, and has a price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from backend.catalogue.queries import by_sku
from backend.catalogue.substitutes import Candidate, for_product, ranked
from backend.catalogue.tables import Price, Product, ProductFamily
from backend.customers.queries import by_code
from backend.stock.tables import StockLevel
from tests.backend.world import World

ZINC, STEEL = {"material": "steel", "finish": "zinc"}, {"material": "A2"}
BOLT = {"size": "M8x40", **ZINC}


def candidate(
    key: int, options: dict[str, Any], *, family: int | None = 1, category: int = 1, unit: str = "each"
) -> Candidate:
    return Candidate(key, f"S{key:03}", family, category, options, unit, 1)


PRODUCT = candidate(1, BOLT)


def test_the_successor_comes_first_whatever_it_is() -> None:
    others = [candidate(2, BOLT), candidate(3, {}, family=None, category=9, unit="metre")]
    assert ranked(PRODUCT, others, successor_id=3) == [3, 2]


def test_the_family_comes_before_the_category_and_others_not_at_all() -> None:
    others = [
        candidate(2, BOLT, family=2),
        candidate(3, {"size": "M10x40", **STEEL}),
        candidate(4, BOLT, family=None, category=2),
        candidate(5, {"size": "M8x40", **STEEL}, family=2),
    ]
    assert ranked(PRODUCT, others) == [3, 2]


def test_in_the_family_most_equal_options_come_first_then_those_that_begin_most_alike() -> None:
    others = [
        candidate(2, {"size": "M8x40", **STEEL}),
        candidate(3, {"size": "M10x40", **ZINC}),
        candidate(4, {"size": "M8x50", **ZINC}),
        candidate(5, {"size": "M8x45", **ZINC}),
        candidate(6, {"size": "M12x60", **STEEL}),
    ]
    assert ranked(PRODUCT, others) == [5, 4, 3, 2, 6]


def test_likes_are_in_sku_order() -> None:
    assert ranked(PRODUCT, [candidate(4, BOLT), candidate(2, BOLT)]) == [2, 4]


def test_nothing_stands_in_for_itself_or_is_sold_in_another_unit() -> None:
    assert ranked(PRODUCT, [PRODUCT, candidate(2, BOLT, unit="metre")]) == []


def test_no_options_are_no_likeness() -> None:
    plain = candidate(1, {}, family=None)
    assert ranked(plain, [candidate(2, {}, family=None)]) == []


# ---- in the database -----------------------------------------------------------------------------------------------


@pytest.fixture
def shop(world: World) -> World:
    """Seven bolts of one family, 100 of each on hand; the first is discontinued twice over."""
    with world.database.write() as session:
        model = by_sku(session, "10-109")
        family = ProductFamily(name="Hex bolt")
        session.add(family)
        session.flush()
        made = []
        for number, size in enumerate(("M8x40", "M8x45", "M8x50", "M8x60", "M8x70", "M10x40", "M12x40")):
            product = Product(
                sku=f"B-{number}",
                name=f"Bolt {size}",
                category_id=model.category_id,
                family_id=family.id,
                options={"size": size, **ZINC},
                prices=[Price(min_quantity=1, price=Decimal("0.10"))],
            )
            session.add(product)
            session.flush()
            session.add(StockLevel(product_id=product.id, warehouse_id=1, on_hand=100, reserved=0))
            made.append(product)
        made[0].active = False
        made[0].successor_id = by_sku(session, "11-109").id  # which is not sold any more either
        by_sku(session, "11-109").successor_id = made[6].id
    return world


def stand_ins(world: World, sku: str, quantity: int, customer: str | None = None) -> list[str]:
    with world.reading("desk@test") as work:
        buyer = by_code(work, customer) if customer else None
        return [row.sku for row in for_product(work, by_sku(work.session, sku), quantity, buyer)]


def test_at_most_five_and_the_successor_s_successor_first(shop: World) -> None:
    assert stand_ins(shop, "B-0", 20) == ["B-6", "B-1", "B-2", "B-3", "B-4"]


def test_only_what_can_be_promised_in_full(shop: World) -> None:
    with shop.database.write() as session:
        for level in session.query(StockLevel).join(Product).where(Product.sku.in_(("B-1", "B-6"))):
            level.reserved = 90
    assert stand_ins(shop, "B-0", 10) == ["B-6", "B-1", "B-2", "B-3", "B-4"]
    assert stand_ins(shop, "B-0", 11) == ["B-2", "B-3", "B-4", "B-5"]
    assert stand_ins(shop, "B-0", 101) == []


def test_the_quantity_is_rounded_to_what_may_be_ordered(shop: World) -> None:
    with shop.database.write() as session:
        by_sku(session, "B-1").sales_multiple = 60
        by_sku(session, "B-2").sales_moq = 101
    assert stand_ins(shop, "B-0", 61) == ["B-6", "B-3", "B-4", "B-5"]
    assert stand_ins(shop, "B-0", 60) == ["B-6", "B-1", "B-3", "B-4", "B-5"]


def test_only_what_has_a_price_for_the_customer(shop: World) -> None:
    with shop.database.write() as session:
        by_sku(session, "B-1").prices[0].price_group = "plus"
    assert stand_ins(shop, "B-0", 5, "C1")[:2] == ["B-6", "B-2"]
    assert stand_ins(shop, "B-0", 5, "C2")[:2] == ["B-6", "B-1"]
    assert stand_ins(shop, "B-0", 5)[:2] == ["B-6", "B-2"]


def test_a_product_that_is_short_is_stood_in_for_too_and_never_by_itself(shop: World) -> None:
    assert stand_ins(shop, "B-3", 5) == ["B-1", "B-2", "B-4", "B-5", "B-6"]


def test_a_circle_of_successors_ends(shop: World) -> None:
    with shop.database.write() as session:
        by_sku(session, "11-109").successor_id = by_sku(session, "B-0").id
    assert stand_ins(shop, "B-0", 5) == ["B-1", "B-2", "B-3", "B-4", "B-5"]


def test_a_product_of_no_family_and_without_options_has_none(shop: World) -> None:
    assert stand_ins(shop, "10-109", 5) == []
