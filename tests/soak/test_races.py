"""Many at once for the last units: nothing is promised twice, nothing is left over, and nobody sees a deadlock."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Category, Price, Product
from backend.customers.queries import by_code
from backend.database import now
from backend.errors import Conflict
from backend.locks import lock_levels
from backend.sales import queries, service
from backend.sales.service import Wish
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from tests.backend.world import World
from tests.soak.invariants import broken
from tests.soak.size import reduced_or_full

pytestmark = pytest.mark.soak

RACES = reduced_or_full(150, 10_000)
LONGEST = reduced_or_full(15, 2_700)  # seconds; a slow machine runs fewer races and says how many
RACES_PER_TRIO = 25  # then other products are raced for, so that their lists of back orders stay short
LAST = (7, 5, 3)  # units that arrive for each race

Placed = tuple[str, dict[str, tuple[int, int]]]


@dataclass
class Hall:
    """Where races are run: threads that start together, each with its own connection."""

    world: World
    threads: int = 4
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads)
        self._start = threading.Barrier(self.threads)

    def race(self, *runners: Callable[[], Placed | None]) -> list[Placed]:
        """Let all go at once; only a conflict, which is told in a sentence, may come back, and it is noted."""

        def run(runner: Callable[[], Placed | None]) -> Placed | None:
            self._start.wait(60)
            try:
                return runner()
            except Conflict as error:
                self.refused.append(error.code)
                return None

        results = [future.result(120) for future in [self._pool.submit(run, runner) for runner in runners]]
        return [result for result in results if result is not None]

    def order(self, *wishes: tuple[str, int]) -> Callable[[], Placed]:
        """A runner that places an order: its number, and by SKU what it was promised and what waits."""

        def run() -> Placed:
            with self.world.writing() as work:
                lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
                order = service.place_order(work, by_code(work, "C1"), lines)
                return order.number, {line.product.sku: (line.reserved, line.back_ordered) for line in order.lines}

        return run

    def cancel(self, number: str) -> Callable[[], None]:
        """A runner that cancels an order."""

        def run() -> None:
            with self.world.writing() as work:
                service.cancel_order(work, queries.by_number(work, number), "changed my mind")

        return run


def make_products(world: World, name: str, count: int = 3) -> list[str]:
    """New products with an empty shelf."""
    skus = [f"{name}-{number}" for number in range(count)]
    with world.database.write() as session:
        category = session.scalars(select(Category)).first()
        warehouse = session.scalars(select(Warehouse)).one()
        assert category is not None
        for sku in skus:
            product = Product(sku=sku, name=f"Raced for {sku}", category_id=category.id, unit="each")
            product.prices = [Price(min_quantity=1, price=Decimal("0.25"))]
            session.add(product)
            session.flush()
            session.add(StockLevel(product_id=product.id, warehouse_id=warehouse.id, on_hand=0, reserved=0))
    return skus


def arrive(world: World, goods: dict[str, int]) -> None:
    """Goods come in: a ledger entry each, and the level with it."""
    with world.database.write() as session:
        rows = session.execute(select(Product.id, Product.sku).where(Product.sku.in_(goods)))
        ids = {product_id: sku for product_id, sku in rows}  # noqa: C416
        for product_id, (level,) in lock_levels(session, ids).items():
            units = goods[ids[product_id]]
            level.on_hand += units
            session.add(
                StockEntry(
                    product_id=product_id, warehouse_id=level.warehouse_id, quantity=units, kind="receipt", at=now()
                )
            )


def available(world: World, skus: list[str]) -> dict[str, int]:
    with world.database.read() as session:
        rows = session.execute(
            select(Product.sku, StockLevel.on_hand - StockLevel.reserved).join(Product).where(Product.sku.in_(skus))
        )
        return {sku: free for sku, free in rows}  # noqa: C416


def bundles(skus: list[str]) -> list[list[tuple[str, int]]]:
    """Four orders for more than there is: the same products in opposite order, one of them on two lines."""
    a, b, c = skus
    return [[(a, 3), (b, 2), (c, 1)], [(c, 2), (b, 2), (a, 2)], [(b, 1), (a, 1), (b, 2)], [(c, 1), (a, 4), (c, 1)]]


def wanted(orders: list[list[tuple[str, int]]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for order in orders:
        for sku, quantity in order:
            total[sku] += quantity
    return total


def run_one(hall: Hall, skus: list[str]) -> list[Placed]:
    """One race: all of what is there is promised, once, and what is short is on back order to the unit."""
    before = available(hall.world, skus)
    orders = bundles(skus)
    placed = hall.race(*(hall.order(*order) for order in orders))
    assert len(placed) == len(orders)
    for sku, quantity in wanted(orders).items():
        promised = sum(lines[sku][0] for _, lines in placed if sku in lines)
        waiting = sum(lines[sku][1] for _, lines in placed if sku in lines)
        assert promised == min(before[sku], quantity)
        assert promised + waiting == quantity
    return placed


def test_the_last_units_are_promised_once(world: World) -> None:
    hall, started, done = Hall(world), time.monotonic(), 0
    skus: list[str] = []
    while done < RACES and (time.monotonic() - started < LONGEST or done < 10):
        if done % RACES_PER_TRIO == 0:
            assert broken(world.database) == []
            skus = make_products(world, f"R{done}")
        arrive(world, dict(zip(skus, LAST, strict=True)))
        run_one(hall, skus)
        done += 1
    assert broken(world.database) == []
    assert hall.refused == []
    print(f"{done} races of {len(bundles(['', '', '']))} orders in {time.monotonic() - started:.0f} s")


def test_what_a_cancellation_frees_is_promised_once_too(world: World) -> None:
    """Two cancel the same order while two others want what it holds: one cancels, one is told that it is too late."""
    hall, started, done = Hall(world), time.monotonic(), 0
    skus = make_products(world, "C0")
    while done < RACES // 10 and (time.monotonic() - started < LONGEST / 3 or done < 5):
        arrive(world, dict.fromkeys(skus, 4))
        number, _ = hall.order(*((sku, 4) for sku in skus))()
        refused = len(hall.refused)
        stop = hall.cancel(number)
        hall.race(stop, stop, hall.order((skus[2], 3), (skus[0], 3)), hall.order((skus[0], 2), (skus[2], 2)))
        assert hall.refused[refused:] == ["illegal_transition"]
        done += 1
        if done % RACES_PER_TRIO == 0:
            skus = make_products(world, f"C{done}")
    assert broken(world.database) == []


def test_the_very_first_orders_of_a_company_may_come_at_once(world: World) -> None:
    """They have no product in common, so that nothing but the series of order numbers makes them wait."""
    hall = Hall(world)
    placed = hall.race(*(hall.order((sku, 10)) for sku in ("10-109", "45-103", "70-103", "30-101")))
    assert len({number for number, _ in placed}) == 4
    assert broken(world.database) == []
