"""Placing orders of ten lines through the API over HTTP, eight clients at once, both engines, beside bare INSERTs."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Connection, insert, select, update

from backend.company.tables import AuditEvent
from backend.database import Database, now
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import Reservation, StockLevel
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress
from tests.benchmarks.serving import Client, Served, gateway, token_of
from tests.benchmarks.shop import Shop
from tests.services import throw_away_redis

CLIENTS = 8
LINES = 10
SECONDS = 6.0
PRODUCTS = 2_000
SET = {"SQLite": 60.0, "PostgreSQL": 100.0}  # orders a second through the API on two cores, the bound to come
NOTES = {"SQLite": "WAL, synchronous NORMAL", "PostgreSQL": "durable commits"}

Work = Callable[[int, random.Random], None]


@dataclass(frozen=True)
class Rate:
    """How fast it went, and how many times in all."""

    per_second: float
    done_in_all: int


def rate(work: Work) -> Rate:
    """Calls a second from eight threads; the first second does not count."""
    done, warm, stop, counting = [0] * CLIENTS, [0] * CLIENTS, threading.Event(), threading.Event()

    def run(thread: int) -> None:
        chance = random.Random(thread)
        while not stop.is_set():
            counted = counting.is_set()
            work(thread, chance)
            (done if counted else warm)[thread] += 1

    with ThreadPoolExecutor(CLIENTS) as pool:
        futures = [pool.submit(run, thread) for thread in range(CLIENTS)]
        time.sleep(1)
        counting.set()
        started = time.perf_counter()
        time.sleep(SECONDS)
        seconds, total = time.perf_counter() - started, sum(done)
        stop.set()
    for future in futures:
        future.result()
    return Rate(total / seconds, sum(done) + sum(warm))


def asking(shop: Shop, served: Served) -> Work:
    """An order as another system places it: signed in, with a key, each client for a customer of its own."""
    clients = [Client(served.port, token_of(shop.database, f"person{number}@test")) for number in range(CLIENTS)]
    keys = count(1)

    def work(number: int, chance: random.Random) -> None:
        wanted = chance.sample(range(PRODUCTS), LINES)
        body = {"lines": [{"sku": shop.sku(index), "quantity": 10} for index in wanted]}
        clients[number].post("/api/orders", body, f"bench-{next(keys)}")

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
    """Both engines; the gateway is one process on SQLite, and one and then two on PostgreSQL."""
    place("SQLite", shops.sqlite)
    place("PostgreSQL", shops.postgres)
    with throw_away_redis() as redis:
        place("PostgreSQL", shops.postgres, QUARTERMASTER_GATEWAY_WORKERS="2", REDIS_URL=redis)


def place(engine: str, opened: Callable[..., AbstractContextManager[Database]], **settings: str) -> None:
    """The rate on an engine, through the API and bare."""
    progress(f"placing orders on {engine}")
    with opened(pool=CLIENTS) as database:
        shop = shops.build(database, PRODUCTS)
        with gateway(database, **settings) as served:
            before = served.seconds()
            ours = rate(asking(shop, served))
            spent = 1000 * (served.seconds() - before) / (ours.done_in_all or 1)
        bare = rate(inserting(shop))
    workers = f", {count_of(settings)} gateway processes" if count_of(settings) > 1 else ""
    what = f"orders of {LINES} lines through the API, {CLIENTS} clients, {engine}{workers}"
    note = f"{NOTES[engine]}; {spent:.1f} ms of the gateway's processor time an order"
    Figure(what, ours.per_second, "orders/s", "higher", SET[engine], "the bound set", note).tell()
    Figure(
        f"the same, {engine}", ours.per_second, "orders/s", "higher", bare.per_second, "bare INSERTs of the same rows"
    ).tell()


def count_of(settings: Mapping[str, str]) -> int:
    """How many processes serve the port."""
    return int(settings.get("QUARTERMASTER_GATEWAY_WORKERS", "1"))


if __name__ == "__main__":
    main()
