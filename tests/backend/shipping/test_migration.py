"""From the schema before to this one and back, with a shipment in it, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from backend.database import Database
from backend.migrations import migrate
from tests.backend.purchasing.test_migration import to

ROWS = (
    "INSERT INTO customer (id, code, name, country, payment_days, tax_exempt, active, assumed, created_at)"
    " VALUES (7, 'C7', 'Seven', 'United Kingdom', 30, false, true, '[]', CURRENT_TIMESTAMP)",
    "INSERT INTO sales_order (id, number, customer_id, channel, state, placed_at, currency, delivery, tax, total,"
    " payment_method, version)"
    " VALUES (3, 'SO-3', 7, 'test', 'placed', CURRENT_TIMESTAMP, 'GBP', 0, 0, 0, 'account', 1)",
    "INSERT INTO shipment (id, number, order_id, state, version) VALUES (1, 'SH-1', 3, 'shipped', 1)",
)


def test_shipments_learn_whose_they_are_and_keep_their_states(database_url: str) -> None:
    database = Database(database_url)
    to(database, "0009", up=True)
    with database.engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    migrate(database)
    assert _asked(database, "SELECT customer_id FROM shipment") == 7
    to(database, "0009", up=False)
    assert "customer_id" not in {column["name"] for column in inspect(database.engine).get_columns("shipment")}
    with pytest.raises(DBAPIError, match="illegal transition"), database.engine.begin() as connection:
        connection.execute(text("UPDATE shipment SET state = 'planned'"))
    migrate(database)
    assert _asked(database, "SELECT customer_id FROM shipment") == 7
    database.close()


def _asked(database: Database, question: str) -> object:
    with database.engine.connect() as connection:
        return connection.execute(text(question)).scalar_one()
