"""Loading: the same every time, all or nothing, and never over somebody's data."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.clock import BusinessClock
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.database import Base, Database
from backend.demo import load, load_demo_company
from backend.demo.company import DemoCompany
from backend.errors import Conflict, Refused
from backend.sales.tables import Order, OrderLine


def digest(database: Database) -> dict[str, str]:
    """A hash of every table's rows, by table."""
    found: dict[str, str] = {}
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return found


def test_a_seed_and_a_date_give_the_same_company(demo_sqlite: Database, empty: Database, today: date):
    shares: list[float] = []
    report = load_demo_company(empty, seed=7, today=today, progress=lambda _, share: shares.append(share))
    assert digest(empty) == digest(demo_sqlite)

    assert (report.loaded, report.rows["product"]) == (True, 303)
    assert report.rows["sales_order"] > 10_000
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.1
    assert shares[-1] == 1.0


@pytest.mark.postgres
def test_both_engines_hold_the_same(demo_sqlite: Database, demo_postgres: Database):
    assert digest(demo_postgres) == digest(demo_sqlite)


def test_a_demo_company_is_kept_unless_it_is_to_be_replaced(demo_sqlite: Database, tmp_path: Path, today: date):
    with closing(sqlite3.connect(str(demo_sqlite.url.database))) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")

    again = load_demo_company(copy, seed=8, today=today)
    assert not again.loaded
    assert "already" in again.sentence
    before = lines_of(copy)
    assert before == lines_of(demo_sqlite)

    replaced = load_demo_company(copy, seed=8, today=today, replace=True)
    assert replaced.loaded
    assert lines_of(copy) != before
    copy.close()


def lines_of(database: Database) -> tuple[int, int]:
    with database.read() as session:
        count, total = session.execute(select(func.count(), func.sum(OrderLine.quantity))).one()
        return count, total


def test_another_company_is_refused_and_kept(empty: Database, today: date):
    with empty.write() as session:
        session.add(Company(id=1, name="Giftware Ltd", source="online-retail"))
    for replace in (False, True):
        with pytest.raises(Refused) as refused:
            load_demo_company(empty, today=today, replace=replace)
        assert refused.value.code == "another_company"
        assert "Giftware Ltd" in refused.value.sentence
    with empty.read() as session:
        assert session.scalars(select(Company.name)).all() == ["Giftware Ltd"]


def test_a_database_with_customers_but_no_company_is_refused(empty: Database, today: date):
    with empty.write() as session:
        session.add(Customer(code="X1", name="Somebody"))
    with pytest.raises(Conflict) as refused:
        load_demo_company(empty, today=today)
    assert refused.value.code == "not_empty"


def test_an_interrupted_load_leaves_nothing(
    empty: Database, company: DemoCompany, today: date, monkeypatch: pytest.MonkeyPatch
):
    def interrupt(what: str, share: float) -> None:
        if what == "Writing stock_level":
            raise KeyboardInterrupt

    monkeypatch.setattr(load, "generate", lambda *_: company)
    with pytest.raises(KeyboardInterrupt):
        load_demo_company(empty, today=today, progress=interrupt)
    with empty.read() as session:
        for table in Base.metadata.sorted_tables:
            assert session.scalar(select(func.count()).select_from(table)) == 0, table.name


def test_new_rows_get_new_keys(demo: Database, today: date):
    with demo.write() as session:
        last = session.scalar(select(func.max(Customer.id)))
        customer = Customer(code="NEW", name="New customer")
        session.add(customer)
        session.flush()
        assert customer.id == last + 1
        last_order = session.scalar(select(func.max(Order.id)))
        session.add(
            order := Order(
                number="SO-1", customer_id=1, channel="web", placed_at=BusinessClock().at_noon(today), total=0
            )
        )
        session.flush()
        assert order.id == last_order + 1
        session.rollback()
