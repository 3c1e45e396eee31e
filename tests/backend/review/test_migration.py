"""From the schema before to this one and back, with rows in it, on both engines."""

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


def test_who_is_there_already_agrees_and_the_company_keeps_for_ninety_days(database_url: str) -> None:
    database = Database(database_url)
    to(database, "0001", up=True)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO company (id, name, currency, zone, country, source, tax_rounding, minimum_order,"
                " delivery_charge, cut_off, delivery_days, return_days, quote_days, hold_days, duplicate_minutes)"
                " VALUES (1, 'Old & Sons', 'GBP', 'Europe/London', 'GB', 'test', 'line', 0, 0, '15:00',"
                " 1, 30, 14, 5, 30)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO user_account (email, name, role, password_hash, active, demo, created_at)"
                " VALUES ('desk@old', 'Desk', 'desk', 'x', true, false, CURRENT_TIMESTAMP)"
            )
        )
    migrate(database)
    with database.engine.connect() as connection:
        company = connection.execute(text("SELECT keep_messages, keep_messages_days, ask_ratings FROM company")).one()
        agrees = connection.execute(text("SELECT keep_messages FROM user_account")).scalar_one()
    assert (bool(company[0]), company[1], bool(company[2]), bool(agrees)) == (True, 90, True, True)
    to(database, "0001", up=False)
    assert revision(database) == "0001"
    found = inspect(database.engine)
    assert {"kept_message", "rating"} & set(found.get_table_names()) == set()
    assert "keep_messages" not in {column["name"] for column in found.get_columns("user_account")}
    migrate(database)
    database.close()
