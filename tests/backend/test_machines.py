"""A document changes its state only by a step of its table: not through the ORM, not by SQL from elsewhere."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from backend.database import Database
from backend.errors import Conflict
from backend.machines import Machine, append_only, triggers
from backend.migrations import migrate
from backend.sales.states import ORDER
from backend.sales.tables import Order
from backend.states import APPEND_ONLY, MACHINES
from backend.tables import metadata

STEPS = [
    pytest.param(machine, before, after, id=f"{machine.table}-{before}-{after}")
    for machine in MACHINES
    for before, after in itertools.product(machine.transitions, repeat=2)
    if before != after
]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.table)
def test_every_step_leads_to_a_known_state_that_the_table_admits(machine: Machine):
    known = set(machine.transitions)
    assert set().union(*machine.transitions.values()) <= known
    checks = [
        str(c.sqltext) for c in metadata.tables[machine.table].constraints if getattr(c, "sqltext", None) is not None
    ]
    listed = next(check for check in checks if check.startswith("state IN"))
    assert sorted(known) == sorted(listed.removeprefix("state IN (").rstrip(")").replace("'", "").split(","))


@pytest.mark.parametrize(("machine", "before", "after"), STEPS)
def test_only_the_steps_of_the_table_are_taken(machine: Machine, before: str, after: str):
    if after in machine.transitions[before]:
        assert machine.require(before, after) == after
        return
    with pytest.raises(Conflict) as refused:
        machine.require(before, after)
    assert refused.value.code == "illegal_transition"


def test_setting_a_state_goes_through_the_table():
    order = Order(state="placed")
    order.state = "in_fulfilment"
    with pytest.raises(Conflict, match="An order that is in fulfilment can't become cancelled"):
        order.state = "cancelled"
    assert order.state == "in_fulfilment"


def test_a_document_may_begin_in_any_state():
    assert Order(state="completed").state == "completed"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def bare(request: pytest.FixtureRequest):
    """Tables of nothing but a state, with the triggers: an engine, of either kind."""
    if request.param == "sqlite":
        engine = create_engine("sqlite://")
    else:
        server = request.getfixturevalue("postgres_server")
        engine = Database(server.url(server.create())).engine
    with engine.begin() as connection:
        for machine in MACHINES:
            connection.execute(text(f"CREATE TABLE {machine.table} (state VARCHAR(20))"))
            for statement in triggers(machine, request.param):
                connection.exec_driver_sql(statement)
        for table in APPEND_ONLY:
            connection.execute(text(f"CREATE TABLE {table} (quantity INTEGER)"))
            for statement in append_only(table, request.param):
                connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.table)
def test_the_database_refuses_every_other_step(bare, machine: Machine):
    for before, after in itertools.permutations(machine.transitions, 2):
        with bare.connect() as connection:
            connection.execute(text(f"INSERT INTO {machine.table} VALUES ('{before}')"))
            change = text(f"UPDATE {machine.table} SET state = '{after}'")
            if after in machine.transitions[before]:
                connection.execute(change)
            else:
                with pytest.raises(DBAPIError, match="illegal transition"):
                    connection.execute(change)
            connection.rollback()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_database_refuses_to_change_a_ledger(bare, table: str):
    with bare.connect() as connection:
        connection.execute(text(f"INSERT INTO {table} VALUES (1)"))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(f"UPDATE {table} SET quantity = 2"))
        connection.rollback()


def test_a_migrated_database_has_the_triggers_that_the_tables_ask_for(database_url: str):
    database = Database(database_url)
    migrate(database)
    sqlite = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    postgres = "SELECT DISTINCT trigger_name FROM information_schema.triggers"
    with database.engine.connect() as connection:
        found = connection.scalars(text(sqlite if database.is_sqlite else postgres)).all()
    database.close()
    if database.is_sqlite:
        wanted = [each for machine in MACHINES for each in triggers(machine, "sqlite")]
        wanted += [each for table in APPEND_ONLY for each in append_only(table, "sqlite")]
        assert sorted(found) == sorted(wanted)
    else:
        wanted = [f"{machine.table}_state" for machine in MACHINES] + [f"{table}_kept" for table in APPEND_ONLY]
        assert sorted(found) == sorted(wanted)


def test_the_diagram_shows_every_step():
    assert "placed --> in_fulfilment" in ORDER.diagram()
    assert "cancelled --> [*]" in ORDER.diagram()
    assert ORDER.diagram().count("-->") == sum(len(after) or 1 for after in ORDER.transitions.values())
