"""From the schema before to this one and back, with a purchase order in it, on both engines."""

from __future__ import annotations

from alembic import command
from sqlalchemy import inspect, text

from backend.database import Database
from backend.migrations import configuration, migrate, revision


def to(database: Database, wanted: str, *, up: bool) -> None:
    config = configuration()
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, wanted)


def test_damaged_goods_and_overrides_come_and_can_be_taken_back(database_url: str) -> None:
    database = Database(database_url)
    to(database, "0002", up=True)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO supplier (id, code, name, country, lead_time_days, review_days, order_cost, minimum_value,"
                " currency, assumed) VALUES (1, 'S1', 'Steel', 'United Kingdom', 10, 14, 0, 0, 'GBP', false)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO purchase_order (id, number, supplier_id, state, ordered_at, total, version, created_at)"
                " VALUES (1, 'PO-1', 1, 'sent', CURRENT_TIMESTAMP, 0, 1, CURRENT_TIMESTAMP)"
            )
        )
    migrate(database)
    found = inspect(database.engine)
    assert {"replenishment_run", "replenishment_override"} <= set(found.get_table_names())
    assert "damaged" in {column["name"] for column in found.get_columns("purchase_order_line")}
    to(database, "0002", up=False)
    assert revision(database) == "0002"
    found = inspect(database.engine)
    assert {"replenishment_run", "replenishment_override"} & set(found.get_table_names()) == set()
    assert "damaged" not in {column["name"] for column in found.get_columns("purchase_order_line")}
    migrate(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT number FROM purchase_order")).scalar_one() == "PO-1"
    database.close()
