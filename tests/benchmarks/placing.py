"""Placing orders of ten lines from eight threads, on both engines, beside bare INSERTs of the same rows."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from sqlalchemy import Connection, insert, select, update

from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.database import now
from backend.sales import service
from backend.sales.service import Wish
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import Reservation, StockLevel
from backend.work import writing
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress
from tests.benchmarks.shop import Shop

THREADS = 8
LINES = 10
SECONDS = 6.0
PRODUCTS = 2_000
SET = {"SQLite": 60.0, "PostgreSQL": 100.0}  # orders a second through the API on two cores, the bound to come
NOTES = {"SQLite": "WAL, synchronous NORMAL", "PostgreSQL": "durable commits"}

Work = Callable[[int, random.Random], None]


def rate(work: Work) -> float:
    """Calls a second from eight threads; the first second does not count."""
    done, stop, counting = [0] * THREADS, threading.Event(), threading.Event()

    def run(thread: int) -> None:
        chance = random.Random(thread)
        while not stop.is_set():
            work(thread, chance)
            done[thread] += counting.is_set()

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(run, thread) for thread in range(THREADS)]
        time.sleep(1)
        counting.set()
        started = time.perf_counter()
        time.sleep(SECONDS)
        seconds, total = time.perf_counter() - started, sum(done)
        stop.set()
    for future in futures:
        future.result()
    return total / seconds


def placing(shop: Shop) -> Work:
    """An order as a person places it: prices, reservations, number, audit event."""
    world = shop.world
    principals = [world.principal(f"person{thread}@test") for thread in range(THREADS)]

    def work(thread: int, chance: random.Random) -> None:
        wanted = chance.sample(range(PRODUCTS), LINES)
        with writing(shop.database, principals[thread]) as unit:
            wishes = [Wish(by_sku(unit.session, shop.sku(index)), 10) for index in wanted]
            service.place_order(unit, by_code(unit, f"C{thread + 1}"), wishes)

    return work


def inserting(shop: Shop) -> Work:
    """The peer: the rows of such an order, without looking anything up."""
    numbers = count(1)

    def work(thread: int, chance: random.Random) -> None:
        products = sorted(1 + index for index in chance.sample(range(PRODUCTS), LINES))
        with shop.database._write_engine.begin() as connection:
            write_rows(connection, f"BARE-{next(numbers)}", thread + 1, products)

    return work


def write_rows(connection: Connection, number: str, customer: int, products: list[int]) -> None:
    """One order, its lines, its reservations, the levels they are taken from, an audit event."""
    order = {"number": number, "customer_id": customer, "channel": "test", "placed_at": now(), "total": 25}
    key = connection.execute(insert(Order).returning(Order.id), order).scalar_one()
    lines = [
        {"order_id": key, "position": position, "product_id": product, "quantity": 10, "price": 1, "total": 2}
        | {"reserved": 10}
        for position, product in enumerate(products, start=1)
    ]
    connection.execute(insert(OrderLine), lines)
    ids = connection.scalars(select(OrderLine.id).where(OrderLine.order_id == key).order_by(OrderLine.position)).all()
    held = [
        {"order_line_id": line, "product_id": product, "warehouse_id": 1, "quantity": 10}
        for line, product in zip(ids, products, strict=True)
    ]
    levels = StockLevel.__table__
    for product in products:
        taken = update(levels).where(levels.c.product_id == product).values(reserved=levels.c.reserved + 10)
        connection.execute(taken)
    connection.execute(insert(Reservation), held)
    event = {"kind": "order.placed", "subject": "order", "subject_key": number, "after": {}}
    connection.execute(insert(AuditEvent), event)


def main() -> None:
    """Both engines."""
    for engine, opened in (("SQLite", shops.sqlite), ("PostgreSQL", shops.postgres)):
        progress(f"placing orders on {engine}")
        with opened(pool=THREADS) as database:
            shop = shops.build(database, PRODUCTS)
            ours = rate(placing(shop))
            bare = rate(inserting(shop))
        what = f"orders of {LINES} lines, {THREADS} threads, {engine}"
        Figure(what, ours, "orders/s", "higher", SET[engine], "set for the API", NOTES[engine]).tell()
        Figure(f"the same, {engine}", ours, "orders/s", "higher", bare, "bare INSERTs of the same rows").tell()


if __name__ == "__main__":
    main()
