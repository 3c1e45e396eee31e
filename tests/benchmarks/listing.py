"""List and search endpoints over HTTP at a million orders on both engines: the real file's, repeated, where it is here,
and made up, with as many lines each, where it is not.

`python -m tests.benchmarks.listing 100000 SQLite invented` measures with fewer orders, on one engine, or made-up ones.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from backend.database import Database
from tests.backend.imports.test_real_file import FILE
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress, timed
from tests.benchmarks.past import Wanted, repeat
from tests.benchmarks.serving import Client, gateway, token_of

PRODUCTS = 5_000
ORDERS = 1_000_000
LINES = 25  # the mean of the 39,516 orders of Online Retail II
SET = 20.0  # ms, the bound set
ENGINES = {"SQLite": shops.sqlite, "PostgreSQL": shops.postgres}
INVENTED = Wanted(
    orders=ORDERS,
    customer="C3",
    person="person0@test",
    numbers=tuple(f"SO-{8 * count + 8}" for count in range(100)),
    skus=tuple(f"11-0{count:02d}" for count in range(100)),
    words="M8x40",
    name="Customer%205",
    monday=shops.TODAY.replace(day=8),
)
OWN = {
    "products": "/api/products",
    "products by name": "/api/products?search={words}",
    "a customer's newest orders": "/api/orders",
    "one order": "/api/orders/{number}",
    "a customer's newest invoices": "/api/invoices",
    "a customer's newest shipments": "/api/shipments",
    "a customer's newest returns": "/api/returns",
}
DESKS = {
    "the newest orders of all": "/api/orders",
    "orders further back": "/api/orders?after={middle}",
    "orders on hold": "/api/orders?state=on_hold",
    "completed orders": "/api/orders?state=completed",
    "orders by the customer's reference": "/api/orders?customer_reference=REF-{reference}",
    "orders with a product": "/api/orders?sku={sku}",
    "orders of a week": "/api/orders?{week}",
    "orders of a customer in a week": "/api/orders?customer={customer}&{week}",
    "the newest invoices of all": "/api/invoices",
    "the newest shipments of all": "/api/shipments",
    "the newest returns of all": "/api/returns",
    "products in stock": "/api/stock",
    "a customer by name": "/api/customers?search={name}",
}


def main(arguments: Sequence[str]) -> None:
    """Each endpoint as a customer or as the desk."""
    orders = next((int(word) for word in arguments if word.isdigit()), ORDERS)
    real = FILE.is_file() and "invented" not in arguments
    for engine, opened in ENGINES.items():
        if not {*ENGINES} & {*arguments} or engine in arguments:
            progress(f"building {orders:,} {'real' if real else 'made-up'} orders on {engine}")
            with opened() as database:
                started = time.monotonic()
                if real:
                    wanted = repeat(database, FILE, orders)
                else:
                    shops.add_history(shops.build(database, PRODUCTS), orders, LINES)
                    wanted = replace(INVENTED, orders=orders)
                progress(f"built in {time.monotonic() - started:.0f} s; asking")
                measure(database, wanted, engine)


def _got(client: Client, wanted: Wanted, path: str, count: int) -> bytes:
    return client.get(wanted.filled(path, count))


def measure(database: Database, wanted: Wanted, engine: str) -> None:
    """The times of the endpoints, and of one that does next to nothing."""
    with gateway(database) as served:
        anyone = Client(served.port, token_of(database, "desk@test"))
        alive = timed(lambda _: anyone.get("/healthz"), calls=60)
        Figure(
            f"GET /healthz over HTTP, the price of asking, {engine}", alive.median_ms, "ms", note=alive.spread
        ).tell()
        for email, paths in ((wanted.person, OWN), ("desk@test", DESKS)):
            client = Client(served.port, token_of(database, email))  # the server ends a connection left idle
            for name, path in paths.items():
                before = served.seconds()
                times = timed(partial(_got, client, wanted, path), calls=30)
                busy = 1000 * (served.seconds() - before) / (len(times.seconds) + 2)
                note = f"{times.spread}; {busy:.1f} ms of processor time"
                what = f"GET {name}, {wanted.orders:,} orders, {engine}"
                Figure(what, times.median_ms, "ms", "lower", SET, "the bound set", note).tell()


if __name__ == "__main__":
    main(sys.argv[1:])
