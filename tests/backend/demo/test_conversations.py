"""What the documented conversations lean on is there: products, customers, people, stock, and their state today."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.pricing import price_at
from backend.catalogue.tables import Category, Price, Product, ProductAlias, ProductFamily
from backend.clock import BusinessClock
from backend.customers.tables import Address, Customer
from backend.database import Database
from backend.demo.calendar import Calendar
from backend.demo.company import DemoCompany, generate
from backend.demo.history_rows import order_state
from backend.demo.people import HERO
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import StockLevel


def product(session: Session, sku: str) -> Product:
    return session.scalars(select(Product).where(Product.sku == sku)).unique().one()


def available(session: Session, sku: str) -> int:
    level = session.get(StockLevel, (product(session, sku).id, 1))
    return level.on_hand - level.reserved


def packs(found: Product) -> dict[str, int]:
    return {pack.name: pack.quantity for pack in found.packs}


def test_the_size_of_the_company(demo: Database):
    with demo.read() as session:

        def count(model: type) -> int:
            return session.scalar(select(func.count()).select_from(model)) or 0

        assert (count(Product), count(Customer), count(Supplier), count(Category)) == (303, 80, 8, 14)
        assert count(ProductFamily) == 50
        assert sorted(session.scalars(select(Supplier.lead_time_days)))[-2:] == [60, 60]


def test_m8x40_hex_bolts_are_one_product(demo: Database):
    with demo.read() as session:
        found = session.scalars(select(Product).where(Product.name.contains("M8x40"))).unique().all()
        assert [(one.sku, one.name, one.active) for one in found] == [("10-109", "Hex bolt M8x40 zinc", True)]
        bolt = found[0]
        assert (bolt.unit, bolt.units_per, bolt.sales_moq, bolt.sales_multiple) == ("each", 1, 1, 1)
        assert packs(bolt) == {"pack": 50, "box": 200}
        assert bolt.options == {"size": "M8x40", "material": "steel", "finish": "zinc"}
        assert available(session, "10-109") >= 1000


def test_20_104_moves_fast_in_tens(demo: Database, today: date):
    with demo.read() as session:
        found = product(session, "20-104")
        assert found.name == "Coach bolt M10x80 zinc"
        assert (found.sales_moq, found.sales_multiple, packs(found)) == (10, 10, {"pack": 10, "box": 100})
        assert available(session, "20-104") >= 200
        sold = session.scalars(select(OrderLine.quantity).where(OrderLine.product_id == found.id)).all()
        assert len(sold) > 300
        assert all(quantity % 10 == 0 for quantity in sold)
        assert price_at(found.prices, 40, today, None) == Decimal("0.42")
        assert price_at(found.prices, 40, today, "trade-plus") == Decimal("0.3948")


def test_m8_washers_are_the_flat_ones_among_others(demo: Database):
    with demo.read() as session:
        named = select(ProductAlias.product_id).where(ProductAlias.text == "M8 washer")
        (flat,) = session.scalars(select(Product).where(Product.id.in_(named))).unique()
        assert (flat.sku, flat.name, packs(flat)["box"]) == ("45-103", "Flat washer M8 form A zinc", 250)
        assert 500 % flat.sales_multiple == 0
        assert available(session, "45-103") >= 2000
        others = session.scalars(select(Product.name).where(Product.name.like("%washer M8%")).order_by(Product.name))
        assert list(others) == ["Flat washer M8 form A zinc", "Penny washer M8 zinc", "Spring washer M8 zinc"]


def test_blue_linen_is_sold_by_the_tenth_of_a_metre(demo: Database):
    with demo.read() as session:
        named = select(ProductAlias.product_id).where(ProductAlias.text == "blue linen")
        (linen,) = session.scalars(select(Product).where(Product.id.in_(named))).unique()
        assert (linen.sku, linen.name) == ("70-103", "Linen fabric blue 150 cm")
        assert (linen.unit, linen.units_per, packs(linen)) == ("metre", 10, {"roll": 250})
        assert available(session, linen.sku) >= 500
        navy = session.scalars(select(Product).where(Product.name == "Linen fabric navy 150 cm")).unique().one()
        assert navy.options["colour"] == "navy"
        assert "blue linen" not in [alias.text for alias in navy.aliases]


@pytest.mark.parametrize("size", ["M6x30", "M8x50", "M10x50"])
def test_some_hex_bolts_come_in_zinc_and_stainless(demo: Database, size: str):
    with demo.read() as session:
        names = session.scalars(
            select(Product.name).where(Product.name.like(f"Hex bolt {size} %"), Product.active).order_by(Product.id)
        ).all()
    assert names == [f"Hex bolt {size} zinc", f"Hex bolt {size} stainless A2"]


def test_what_is_dropped_names_its_successor(demo: Database):
    with demo.read() as session:
        dropped = session.scalars(select(Product).where(Product.active.is_(False))).unique().all()
        assert len(dropped) == 8
        assert all(session.get(Product, one.successor_id).active for one in dropped)


def test_some_products_are_out_with_goods_on_the_way(demo: Database, today: date):
    with demo.read() as session:
        for name in ("Hex bolt M12x80 zinc", "Linen fabric red 150 cm", "Satin ribbon red 25 mm x 25 m"):
            found = session.scalars(select(Product).where(Product.name == name)).unique().one()
            assert available(session, found.sku) == 0
            coming = session.execute(
                select(PurchaseOrder.expected_date, PurchaseOrderLine.quantity - PurchaseOrderLine.received)
                .join(PurchaseOrderLine)
                .where(PurchaseOrderLine.product_id == found.id, PurchaseOrder.state.in_(("sent", "part_received")))
                .order_by(PurchaseOrder.expected_date)
            ).all()
            assert coming
            assert today < coming[0][0] < today + timedelta(30)
        waiting = session.scalars(select(OrderLine).where(OrderLine.back_ordered > 0)).all()
        assert 3 <= len(waiting) <= 60
        assert all(line.promised_date > today for line in waiting)


def test_promotions_are_past_and_present_and_were_used(demo: Database, today: date):
    with demo.read() as session:
        spans = set(session.execute(select(Price.promotion, Price.valid_from, Price.valid_to)).all())
        offers = [span for span in spans if span[0]]
        current = sorted(name for name, first, last in offers if first <= today <= last)
        assert current == ["Anchor month 2026", "Ribbon stock-up 2026"]
        assert sum(last < today for _, _, last in offers) >= 10
        used = session.scalar(select(func.count()).where(OrderLine.promotion.is_not(None)))
        assert used > 500


def test_people_can_sign_in(demo: Database):
    with demo.read() as session:
        users = session.scalars(select(User).order_by(User.id)).all()
        assert [(user.email, user.role, user.demo) for user in users] == [
            ("customer@demo", "customer", True),
            ("harper@demo", "customer", True),
            ("rep@demo", "rep", True),
            ("desk@demo", "desk", True),
            ("buyer@demo", "buyer", True),
            ("manager@demo", "manager", True),
            ("workshop@demo", "customer", True),
        ]
        assert [(user.order_limit, user.approver.email) for user in users if user.approver] == [(250, "customer@demo")]
        assert [user.customer.name for user in users[:2]] == ["Ferndale Joinery & Upholstery", "Harper & Sons"]
        assert all(PasswordHasher().verify(user.password_hash, "demo") for user in users)


def test_customers_are_found_and_some_are_alike(demo: Database):
    with demo.read() as session:
        harper = session.scalars(select(Customer).where(Customer.name.contains("Harper"))).all()
        assert [(one.code, one.name, one.price_group) for one in harper] == [("C1007", "Harper & Sons", "trade-plus")]
        alike = session.scalars(select(Customer.name).where(Customer.name.like("Brook%")).order_by(Customer.name)).all()
        assert alike == ["Brook & Co", "Brooks Fabrics"]
        assert session.scalar(select(func.count()).select_from(Address)) == 160
        mine = session.scalar(select(func.count()).where(Customer.rep_email == "rep@demo"))
        assert 25 <= mine <= 55


def test_the_demo_customer_has_an_order_delivered_last_week_and_one_on_its_way(demo: Database, today: date):
    clock = BusinessClock()
    monday = today - timedelta(today.weekday())
    with demo.read() as session:
        hero = session.scalars(select(Customer).where(Customer.name == HERO)).one()
        orders = session.scalars(select(Order).where(Order.customer_id == hero.id).order_by(Order.id)).unique().all()
        before, last = orders[-2:]
        (delivered,), (coming,) = before.shipments, last.shipments
        assert (before.state, delivered.state) == ("completed", "delivered")
        assert monday - timedelta(7) <= clock.date_of(delivered.delivered_at) < monday
        assert (last.state, coming.state, coming.delivered_at) == ("in_fulfilment", "shipped", None)
        assert coming.tracking_number
        assert coming.expected_date >= today
        assert all(line.shipped == line.quantity for order in (before, last) for line in order.lines)
        assert len(orders) > 150


def test_the_demo_customer_has_things_due(demo: Database, today: date):
    clock = BusinessClock()
    bought: dict[str, list[date]] = defaultdict(list)
    with demo.read() as session:
        hero = session.scalars(select(Customer).where(Customer.name == HERO)).one()
        for name, at in session.execute(
            select(Product.name, Order.placed_at)
            .join(OrderLine, OrderLine.product_id == Product.id)
            .join(Order)
            .where(Order.customer_id == hero.id)
            .order_by(Order.placed_at)
        ):
            bought[name].append(clock.date_of(at))
    overdue = []
    for name, days in bought.items():
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        if (today - days[-1]).days >= sum(gaps) / len(gaps):
            overdue.append(name)
    assert len(bought) == 21
    assert 5 <= len(overdue) <= 9
    assert {"Linen fabric natural 150 cm", "Jute webbing 50 mm", "Hex nut M8 zinc"} <= set(overdue)


def test_a_tenth_of_the_products_wait_for_the_buyer(company: DemoCompany):
    """At or under the demand expected over lead time plus review period plus safety stock."""
    days = len(company.calendar.days)
    points = company.desk.reorder_points(days - 1)
    history = company.history
    position = [on_hand - held for on_hand, held in zip(history.on_hand, history.reserved, strict=True)]
    for purchase in history.purchases:
        for line in purchase.lines:
            position[line.item] += line.quantity - line.received
    for sale in history.sales:
        for sold in sale.lines:
            position[sold.item] -= sold.back_ordered
    due = [i for i in company.items if i.dropped is None and position[i.index] <= points[i.index]]
    assert 0.07 <= len(due) / 295 <= 0.2
    assert len({item.range.supplier for item in due}) >= 6


def test_every_product_has_a_supplier_with_terms(demo: Database):
    with demo.read() as session:
        preferred = session.execute(
            select(SupplierProduct.product_id, func.count()).where(SupplierProduct.preferred).group_by("product_id")
        ).all()
        assert len(preferred) == 303
        assert {count for _, count in preferred} == {1}
        for terms in session.scalars(select(SupplierProduct)).unique():
            assert terms.moq % terms.multiple == 0
            assert all(Decimal(step["cost"]) < terms.cost for step in terms.price_breaks) or terms.cost < Decimal(
                "0.01"
            )
            assert all(step["from"] > terms.moq for step in terms.price_breaks)


@pytest.mark.parametrize(
    "day",
    [date(2026, 12, 27), date(2028, 2, 29), date(2026, 8, 31)],
    ids=["between Christmas and New Year", "leap day", "bank holiday"],
)
def test_any_day_will_do(day: date):
    company = generate(7, day, lambda _what, _share: None)
    hero = next(buyer.index for buyer in company.buyers if buyer.name == HERO)
    before, last = [sale for sale in company.history.sales if sale.buyer == hero][-2:]
    assert (order_state(before, company.calendar), order_state(last, company.calendar)) == (
        "completed",
        "in_fulfilment",
    )
    assert company.calendar.day(company.history.sales[-1].day) == Calendar(day).days[-1] < day
    assert min(company.history.on_hand) >= 0
