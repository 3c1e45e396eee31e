"""List and search endpoints over HTTP beside a million orders of as many lines as the real ones have, on both engines.

`python -m tests.benchmarks.listing 100000 SQLite` measures with fewer orders, or on one engine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress, timed
from tests.benchmarks.serving import Client, gateway, token_of
from tests.benchmarks.shop import TODAY, Shop

PRODUCTS = 5_000
ORDERS = 1_000_000
LINES = 25  # the mean of the 39,516 orders of Online Retail II
SET = 20.0  # ms, the bound set
ENGINES = {"SQLite": shops.sqlite, "PostgreSQL": shops.postgres}
WEEK = f"placed_from={TODAY.replace(day=8)}&placed_to={TODAY.replace(day=14)}"
CUSTOMERS = {
    "products": "/api/products",
    "products by name": "/api/products?search=M8x40",
    "a customer's newest orders": "/api/orders",
    "one order": "/api/orders/SO-{number}",
    "a customer's newest invoices": "/api/invoices",
    "a customer's newest returns": "/api/returns",
}
DESKS = {
    "the newest orders of all": "/api/orders",
    "orders further back": "/api/orders?after=500000",
    "orders on hold": "/api/orders?state=on_hold",
    "completed orders": "/api/orders?state=completed",
    "orders by the customer's reference": "/api/orders?customer_reference=REF-{reference}",
    "orders with a product": "/api/orders?sku=11-0{digits}",
    "orders of a week": f"/api/orders?{WEEK}",
    "orders of a customer in a week": f"/api/orders?customer=C3&{WEEK}",
    "the newest invoices of all": "/api/invoices",
    "the newest returns of all": "/api/returns",
    "products in stock": "/api/stock",
    "a customer by name": "/api/customers?search=Customer%205",
}


def main(arguments: Sequence[str]) -> None:
    """Each endpoint as a customer or as the desk."""
    orders = next((int(word) for word in arguments if word.isdigit()), ORDERS)
    for engine, opened in ENGINES.items():
        if not {*ENGINES} & {*arguments} or engine in arguments:
            progress(f"building {orders:,} orders on {engine}")
            with opened() as database:
                shop = shops.build(database, PRODUCTS)
                started = time.monotonic()
                shops.add_history(shop, orders, LINES)
                progress(f"built in {time.monotonic() - started:.0f} s; asking")
                measure(shop, engine, orders)


def measure(shop: Shop, engine: str, orders: int) -> None:
    """The times of the endpoints, and of one that does next to nothing."""
    with gateway(shop.database) as served:
        anyone = Client(served.port, token_of(shop.database, "desk@test"))
        alive = timed(lambda _: anyone.get("/healthz"), calls=60)
        Figure(
            f"GET /healthz over HTTP, the price of asking, {engine}", alive.median_ms, "ms", note=alive.spread
        ).tell()
        for email, paths in (("person0@test", CUSTOMERS), ("desk@test", DESKS)):
            client = Client(served.port, token_of(shop.database, email))  # the server ends a connection left idle
            for name, path in paths.items():
                before = served.seconds()
                times = timed(lambda number, client=client, path=path: client.get(filled(path, number)), calls=30)
                busy = 1000 * (served.seconds() - before) / (len(times.seconds) + 2)
                note = f"{times.spread}; {busy:.1f} ms of processor time"
                what = f"GET {name}, {orders:,} orders, {engine}"
                Figure(what, times.median_ms, "ms", "lower", SET, "the bound set", note).tell()


def filled(path: str, number: int) -> str:
    """Another one each time; every eighth order is the customer's."""
    return path.format(number=8 * number + 8, reference=10 * number + 10, digits=f"{number % 100:02d}")


if __name__ == "__main__":
    main(sys.argv[1:])
