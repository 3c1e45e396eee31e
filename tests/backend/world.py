"""The smallest company in which an order can be placed: four products, two customers, five people, one supplier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Category, Price, Product, ProductAlias, ProductPack
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.database import Database, now
from backend.identity.service import _hasher, principal_of
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from backend.sales.tables import Order
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from backend.work import Work, reading, writing

TODAY = date(2026, 6, 17)  # a Wednesday
PASSWORD = "a long password"
PEOPLE = {
    "customer@test": "customer",
    "other@test": "customer",
    "rep@test": "rep",
    "desk@test": "desk",
    "buyer@test": "buyer",
}


@dataclass(frozen=True)
class World:
    """A database with the small company in it."""

    database: Database

    @contextmanager
    def reading(self, email: str = "customer@test") -> Iterator[Work]:
        """A read-only unit of work as somebody."""
        with reading(self.database, self.principal(email)) as work:
            yield work

    @contextmanager
    def writing(self, email: str = "customer@test", channel: str = "test") -> Iterator[Work]:
        """A unit of work as somebody."""
        with writing(self.database, self.principal(email), channel) as work:
            yield work

    def principal(self, email: str):
        with self.database.read() as session:
            return principal_of(session.scalars(select(User).where(User.email == email)).one())

    def orders(self) -> int:
        with self.database.read() as session:
            return len(session.scalars(select(Order.id)).all())

    def level(self, sku: str) -> tuple[int, int]:
        """On hand and reserved."""
        with self.database.read() as session:
            row = session.scalars(select(StockLevel).join(Product).where(Product.sku == sku)).one()
            return row.on_hand, row.reserved


def build(database: Database) -> World:
    """Fill an empty, migrated database."""
    with database.write() as session:
        company = Company(id=1, name="Test & Sons", source="test", business_date=TODAY, cut_off="24:00")
        company.ask_ratings = False  # the tests of ratings switch it on
        session.add(company)
        warehouse = Warehouse(code="MAIN", name="Main")
        bolts, washers, screws, cloth = (Category(name=name) for name in ("Bolts", "Washers", "Screws", "Linen"))
        session.add_all([warehouse, bolts, washers, screws, cloth])
        session.flush()
        products = [
            _product("10-109", "Hex bolt M8x40 zinc", bolts, "0.10", packs={"box": 200}, alias="M8x40 hex bolt"),
            _product("11-109", "Hex bolt M8x40 stainless A2", bolts, "0.25", active=False),
            _product("45-103", "Flat washer M8 form A zinc", washers, "0.01", multiple=10, packs={"box": 250}),
            _product("70-103", "Linen fabric blue 150 cm", cloth, "0.80", unit="metre", units_per=10),
            _product("20-104", "Coach bolt M10x80 zinc", bolts, "0.50", moq=20, packs={"bag": 20}),
            _product("30-101", "Wood screw 4x40 zinc", screws, "0.05"),
            _product("30-102", "Wood screw 4x50 zinc", screws, "0.06"),
        ]
        session.add_all(products)
        session.flush()
        for product, on_hand in zip(products, (500, 0, 1000, 300, 60, 400, 400), strict=True):
            _stock(session, product, warehouse, on_hand)
        _people(session)
        _supply(session, products)
    return World(database)


def _product(
    sku: str,
    name: str,
    category: Category,
    price: str,
    *,
    unit: str = "each",
    units_per: int = 1,
    moq: int = 1,
    multiple: int = 1,
    packs: dict[str, int] | None = None,
    alias: str | None = None,
    active: bool = True,
) -> Product:
    amount = Decimal(price)
    return Product(
        sku=sku,
        name=name,
        category_id=category.id,
        unit=unit,
        units_per=units_per,
        sales_moq=moq,
        sales_multiple=multiple,
        active=active,
        packs=[ProductPack(name=pack, quantity=quantity) for pack, quantity in (packs or {}).items()],
        aliases=[ProductAlias(text=alias)] if alias else [],
        prices=[
            Price(min_quantity=1, price=amount),
            Price(min_quantity=200, price=amount * Decimal("0.9")),
            Price(min_quantity=1, price=amount * Decimal("0.8"), price_group="plus"),
        ],
    )


def _stock(session: Session, product: Product, warehouse: Warehouse, on_hand: int) -> None:
    session.add(StockLevel(product_id=product.id, warehouse_id=warehouse.id, on_hand=on_hand, reserved=0))
    if on_hand:
        session.add(
            StockEntry(product_id=product.id, warehouse_id=warehouse.id, quantity=on_hand, kind="opening", at=now())
        )


def _people(session: Session) -> None:
    ours = Customer(code="C1", name="Ferndale Joinery")
    other = Customer(code="C2", name="Harper & Sons", price_group="plus")
    session.add_all([ours, other])
    session.flush()
    known = _hasher.hash(PASSWORD)
    own = {"customer@test": ours.id, "other@test": other.id}
    for email, role in PEOPLE.items():
        name = email.partition("@")[0].capitalize()
        session.add(User(email=email, name=name, role=role, password_hash=known, customer_id=own.get(email)))


def _supply(session: Session, products: list[Product]) -> None:
    supplier = Supplier(code="S1", name="Steel Supplies", lead_time_days=10, review_days=14)
    session.add(supplier)
    session.flush()
    for product in products:
        session.add(
            SupplierProduct(supplier_id=supplier.id, product_id=product.id, cost=Decimal("0.02"), moq=50, multiple=10)
        )
    coming = PurchaseOrder(
        number="PO-1",
        supplier_id=supplier.id,
        state="sent",
        ordered_at=now(),
        expected_date=date(2026, 6, 24),
        total=Decimal(2),
    )
    coming.lines.append(PurchaseOrderLine(position=1, product_id=products[0].id, quantity=100, cost=Decimal("0.02")))
    session.add(coming)
