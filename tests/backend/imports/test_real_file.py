"""The real two years, where ../shared is there: the counts that docs/importing.md states, and the company they make."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.database import Database
from backend.imports.online_retail import import_online_retail
from backend.sales.tables import Order, OrderLine

CHECKOUT = Path(__file__).resolve().parents[3]
FILE = CHECKOUT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"
STATED = (CHECKOUT / "docs" / "importing.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not FILE.is_file(), reason=f"the data set is not at {FILE}")
def test_two_years_of_a_wholesaler(empty: Database):
    report = import_online_retail(empty, [FILE])
    assert (report.read.rows, report.read.units, report.read.money) == (1_067_370, 10_608_491, Decimal("19287232.55"))
    assert report.merged["overlap"].rows == 22_523
    assert report.merged["duplicate"].rows == 11_812
    for outcome, part in (("merged", report.merged), ("set aside", report.set_aside), ("imported", report.imported)):
        for reason, tally in part.items():
            row = next(line for line in STATED.splitlines() if line.startswith(f"| {outcome} | `{reason}` |"))
            assert row.endswith(f"| {tally.rows:,} | {tally.units:,} | {tally.money:,.2f} |")
    for name in ("same_price", "other_price", "in_part", "without_order_line"):
        assert f"{report.rules[f'cancellations_{name}']:,} " in STATED
    assert (report.made["products"], report.made["customers"], report.made["orders"]) == (4_721, 5_876, 39_516)
    assert 0.10 < report.assumed["at_or_below_reorder_point"] / report.assumed["supplier_terms"] < 0.20
    with empty.read() as session:
        birds = session.scalars(select(Product).where(Product.sku == "84879")).one()
        assert birds.name == "ASSORTED COLOUR BIRD ORNAMENT"
        assert [(price.min_quantity, price.price) for price in birds.prices] == [
            (1, Decimal("1.69")),
            (160, Decimal("1.45")),
        ]
        assert [(pack.name, pack.quantity) for pack in birds.packs] == [("box", 8), ("case", 160)]
        best = session.scalars(select(Customer).where(Customer.code == "14911")).one()
        orders = select(func.count(), func.sum(Order.total)).where(Order.customer_id == best.id)
        assert tuple(session.execute(orders).one()) == (373, Decimal("272252.79"))
        broken = select(func.count()).select_from(OrderLine).where(OrderLine.returned > OrderLine.quantity)
        assert session.scalar(broken) == 0
