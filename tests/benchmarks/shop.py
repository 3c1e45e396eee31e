"""A shop of any size in an empty database, and the databases to put it in."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product as every
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.catalogue.tables import Category, Price, Product
from backend.company.tables import Company, NumberSeries
from backend.customers.tables import Customer
from backend.database import Database, now
from backend.identity.service import _hasher
from backend.identity.tables import User
from backend.migrations import migrate
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from tests import services
from tests.backend.world import PASSWORD, World
from tests.benchmarks.past import add_papers

TODAY = date(2026, 6, 17)
PLENTY = 1_000_000
CUSTOMERS = 8
_KINDS = "hex bolt|coach bolt|set screw|wood screw|machine screw|wing nut|lock nut|flat washer|spring washer|eye bolt"
_STUFFS = "zinc|stainless A2|stainless A4|brass|black|galvanised|nylon|copper|chrome|bronze"
_MAKERS = "Thornbury|Kestrel|Marlow|Ashby|Denholm|Oakley|Penrose|Stanton|Wexford|Yardley"
_SIZES = [f"M{d}x{length}" for d in (3, 4, 5, 6, 8, 10, 12, 14, 16, 20) for length in range(10, 210, 10)]


def product_names(count: int) -> list[str]:
    """Different names, four words each and shuffled; at most 200,000."""
    names = [
        f"{kind} {size} {stuff} {maker}"
        for maker, stuff, kind, size in every(_MAKERS.split("|"), _STUFFS.split("|"), _KINDS.split("|"), _SIZES)
    ]
    random.Random(1).shuffle(names)
    return names[:count]


@dataclass(frozen=True)
class Shop:
    """A database with products, and customers ``person0@test`` … who buy them."""

    database: Database
    names: list[str]

    @property
    def world(self) -> World:
        """For units of work as somebody."""
        return World(self.database)

    def sku(self, index: int) -> str:
        """The code of a product."""
        return sku_of(index % len(self.names))


def sku_of(index: int) -> str:
    """Codes are as long as their numbers ask."""
    return f"{10 + index // 1000}-{index % 1000:03d}"


@contextmanager
def sqlite(pool: int = 8) -> Iterator[Database]:
    """An empty database in a temporary folder, set up as the product sets it up."""
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}", pool=pool)
        migrate(database)
        yield database
        database.close()


@contextmanager
def postgres(pool: int = 8) -> Iterator[Database]:
    """An empty database on a server of its own that writes durably, other than the tests' servers."""
    services.POSTGRES_SETTINGS = ("max_connections=100", "shared_buffers=256MB")
    with services.throw_away_postgres() as server:
        database = Database(server.url(server.create()), pool=pool)
        migrate(database)
        yield database
        database.close()


def build(database: Database, products: int) -> Shop:
    """Fill an empty database: every product is in stock, for ever."""
    shop = Shop(database, product_names(products))
    with database.write() as session:
        session.add(Company(id=1, name="The Bench", source="test", business_date=TODAY))
        session.add(NumberSeries(name="order", next_number=1_000_001))
        session.add(Warehouse(id=1, code="MAIN", name="Main"))
        session.add(Category(id=1, name="Everything"))
        session.flush()
        _products(session, shop.names)
        known = _hasher.hash(PASSWORD)
        for number in range(1, CUSTOMERS + 1):
            session.add(Customer(id=number, code=f"C{number}", name=f"Customer {number}"))
            session.flush()
            email = f"person{number - 1}@test"
            session.add(User(email=email, name=email, role="customer", password_hash=known, customer_id=number))
        session.add(User(email="desk@test", name="Desk", role="desk", password_hash=known))
        session.flush()
        session.execute(sqlalchemy.text("ANALYZE"))  # as every database is that is in use, and after imports
    return shop


def _products(session: Session, names: list[str]) -> None:
    ids = range(1, len(names) + 1)
    rows: dict[type[Any], list[dict[str, Any]]] = {
        Product: [
            {"id": key, "sku": sku_of(key - 1), "name": name, "category_id": 1, "unit": "each"}
            for key, name in zip(ids, names, strict=True)
        ],
        Price: [
            {"product_id": key, "min_quantity": least, "price": price}
            for key in ids
            for least, price in ((1, Decimal("0.25")), (100, Decimal("0.22")))
        ],
        StockLevel: [{"product_id": key, "warehouse_id": 1, "on_hand": PLENTY, "reserved": 0} for key in ids],
        StockEntry: [
            {"product_id": key, "warehouse_id": 1, "quantity": PLENTY, "kind": "opening", "at": now()} for key in ids
        ],
    }
    for table, found in rows.items():
        session.execute(insert(table), found)


def add_history(shop: Shop, orders: int, lines: int) -> None:
    """Orders of the past, one a minute up to yesterday; an invoice and a shipment for every fourth, a return for every
    20th.

    The database makes them up itself: a million takes half a minute that way. All are fulfilled but the last 2,000;
    every tenth has the customer's own reference.
    """
    sqlite = shop.database.is_sqlite
    values = {
        "orders": orders,
        "lines": lines,
        "products": len(shop.names),
        "customers": CUSTOMERS,
        "open": orders - 2_000,
        "first": datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(minutes=orders),
    }
    upto = "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {0}) SELECT i FROM s) AS {1}"
    upto = upto if sqlite else "(SELECT i FROM generate_series(1, {0}) AS g(i)) AS {1}"
    at = "strftime('%Y-%m-%d %H:%M:%f000', :first, '+' || o.i || ' minutes')"
    at = at if sqlite else "CAST(:first AS timestamptz) + o.i * interval '1 minute'"
    many, few = upto.format("CAST(:orders AS integer)", "o"), upto.format("CAST(:lines AS integer)", "l")
    with shop.database.write() as session:
        if sqlite:
            values["first"] = f"{values['first']:%Y-%m-%d %H:%M:%S}"
        for statement in HISTORY:
            text = statement.replace("@at", at).replace("@orders", many).replace("@lines", few)
            wanted = {key: value for key, value in values.items() if f":{key}" in text}
            session.connection().execute(sqlalchemy.text(text), wanted)
        add_papers(session)
    if not sqlite:
        with shop.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sqlalchemy.text("VACUUM ANALYZE"))


HISTORY = (
    """
    INSERT INTO sales_order (id, number, customer_id, channel, state, placed_at, customer_reference, currency,
                             delivery, tax, total, payment_method, version)
    SELECT o.i, 'SO-' || o.i, 1 + o.i % :customers, 'test',
           CASE WHEN o.i <= :open THEN 'completed' WHEN o.i % 10 = 0 THEN 'on_hold' ELSE 'placed' END,
           @at, CASE WHEN o.i % 10 = 0 THEN 'REF-' || o.i END, 'GBP', 0, 0, 75000, 'account', 1
    FROM @orders
    """,
    """
    INSERT INTO sales_order_line (order_id, position, product_id, quantity, price, list_price, discount, tax_rate,
                                  total, reserved, back_ordered, shipped, cancelled, returned, invoiced)
    SELECT o.i, l.i, 1 + (o.i * 919 + l.i * 104729) % :products, 10, 2500, 2500, 0, 0, 25000, 0, 0, 10, 0, 0, 0
    FROM @orders CROSS JOIN @lines ORDER BY o.i, l.i
    """,
    """
    INSERT INTO sales_return (number, customer_id, state, resolution, order_id, requested_at, total, version)
    SELECT 'RT-' || o.i, 1 + o.i % :customers, 'settled', 'credit', o.i, @at, 25000, 1
    FROM @orders WHERE o.i % 20 = 0
    """,
)
