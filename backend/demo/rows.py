"""Rows of the tables that stand still: company, people, price list, suppliers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
from argon2 import PasswordHasher
from sqlalchemy import Table

from backend.catalogue.tables import Category, Price, Product, ProductAlias, ProductFamily, ProductPack, TaxRate
from backend.company.tables import Company
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.database import Base
from backend.demo.calendar import ZONE, moment
from backend.demo.catalogue import Item
from backend.demo.company import DemoCompany
from backend.demo.people import HERO, PEOPLE, Buyer
from backend.demo.prices import PriceRow
from backend.demo.suppliers import SOURCES, Terms
from backend.identity.tables import User
from backend.purchasing.tables import Supplier, SupplierProduct
from backend.stock.tables import Warehouse

Row = dict[str, Any]
Rows = tuple[Table, list[Row]]

COMPANY: Final = "Thornbury Fixings & Fabrics"
SOURCE: Final = "demo"
PASSWORD: Final = "demo"
WAREHOUSE_ID: Final = 1
OPENS: Final = 8 * 60
VAT: Final = Decimal("0.2")
DELIVERY_CHARGE: Final = Decimal("9.50")
FREE_DELIVERY_FROM: Final = Decimal(150)
TERMS: Final[Row] = {
    "address": {
        "name": COMPANY,
        "line1": "Unit 4, Kiln Lane Trading Estate",
        "line2": None,
        "city": "Thornbury",
        "postcode": "BS35 9ZZ",
        "country": "United Kingdom",
    },
    "email": "orders@thornbury.example",
    "tax_number": "GB 000 1234 56",
    "bank_details": "Severn Bank, sort code 00-00-00, account 01234567, IBAN GB00 SEVN 0000 0001 2345 67",
    "delivery_charge": DELIVERY_CHARGE,
    "free_delivery_from": FREE_DELIVERY_FROM,
    "cut_off": "15:00",
}


def table(model: type[Base]) -> Table:
    """The table of a mapped class."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


def pounds(amount: int) -> Decimal:
    """Ten-thousandths of a pound as an amount of money."""
    return Decimal(amount).scaleb(-4)


def numbered(rows: list[Row]) -> list[Row]:
    """With primary keys from 1 on."""
    return [{"id": number, **row} for number, row in enumerate(rows, 1)]


def standing_rows(company: DemoCompany) -> Iterator[Rows]:
    """In an order in which the foreign keys hold."""
    opened = moment(company.calendar.first, OPENS)
    yield (
        table(Company),
        [
            {
                "id": 1,
                "name": COMPANY,
                "currency": "GBP",
                "zone": str(ZONE),
                "country": "GB",
                "business_date": None,
                "source": SOURCE,
                **TERMS,
            }
        ],
    )
    yield (
        table(TaxRate),
        numbered([{"country": "United Kingdom", "category": "standard", "rate": VAT, "valid_from": date(2011, 1, 4)}]),
    )
    yield table(Warehouse), [{"id": WAREHOUSE_ID, "code": "MAIN", "name": "Thornbury warehouse"}]
    yield from _people(company, opened)
    yield from _price_list(company, opened)
    yield from _suppliers(company)


def _people(company: DemoCompany, opened: datetime) -> Iterator[Rows]:
    yield table(Customer), [_customer(buyer, company, opened) for buyer in company.buyers]
    yield table(Address), numbered([row for buyer in company.buyers for row in _addresses(buyer)])
    yield table(PaymentMethod), numbered([row for buyer in company.buyers for row in _payment_methods(buyer)])
    by_name = {buyer.name: buyer.id for buyer in company.buyers}
    hashed = _password_hash(company.seed)
    yield (
        table(User),
        numbered(
            [
                {
                    "email": person.email,
                    "name": person.name,
                    "role": person.role,
                    "password_hash": hashed,
                    "customer_id": by_name[person.customer] if person.customer else None,
                    "active": True,
                    "demo": True,
                    "order_limit": None if person.limit is None else Decimal(person.limit),
                    "approver_id": _user_id(person.approver) if person.approver else None,
                    "created_at": opened,
                }
                for person in PEOPLE
            ]
        ),
    )


def _user_id(email: str) -> int:
    return next(number for number, person in enumerate(PEOPLE, 1) if person.email == email)


def _payment_methods(buyer: Buyer) -> Iterator[Row]:
    """Everybody may pay by transfer; some have a card or a direct debit with us."""
    labels = [("bank_transfer", "Bank transfer", True)]
    if buyer.name == HERO or buyer.index % 3 == 0:
        labels.append(("card", f"Visa ending {4000 + buyer.index * 7 % 1000}", False))
    if buyer.index % 4 == 1:
        labels.append(("direct_debit", "Direct debit", False))
    for kind, label, default in labels:
        yield {"customer_id": buyer.id, "kind": kind, "label": label, "is_default": default, "active": True}


def _password_hash(seed: int) -> str:
    """Cheap and the same for all: the password is printed on the page."""
    salt = np.random.default_rng([seed, 99]).bytes(16)
    return PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD, salt=salt)


def _customer(buyer: Buyer, company: DemoCompany, opened: datetime) -> Row:
    return {
        "id": buyer.id,
        "code": buyer.code,
        "name": buyer.name,
        "email": f"orders@{buyer.domain}",
        "phone": f"01632 960{100 + buyer.index:03d}",
        "country": buyer.country,
        "region": buyer.region,
        "price_group": buyer.price_group,
        "rep_email": buyer.rep,
        "payment_days": buyer.payment_days,
        "credit_limit": Decimal(buyer.credit_limit),
        "minimum_order": Decimal(150) if buyer.country not in ("United Kingdom", "Ireland") else None,
        "active": True,
        "assumed": [],
        "created_at": opened if buyer.since is None else _days_ago(company, buyer.since),
    }


def _days_ago(company: DemoCompany, age: int) -> datetime:
    """Opening time, as many calendar days before today."""
    return moment(company.calendar.today - timedelta(age), OPENS)


def _addresses(buyer: Buyer) -> Iterator[Row]:
    for kind, second in (("delivery", None), ("invoice", "Accounts")):
        yield {
            "customer_id": buyer.id,
            "kind": kind,
            "line1": buyer.street,
            "line2": second,
            "city": buyer.city,
            "postcode": buyer.postcode,
            "country": buyer.country,
            "is_default": True,
        }


def _price_list(company: DemoCompany, opened: datetime) -> Iterator[Rows]:
    items = company.items
    categories = {name: n for n, name in enumerate(sorted({item.range.category for item in items}), 1)}
    families = {name: n for n, name in enumerate(sorted({item.range.family for item in items}), 1)}
    yield table(Category), [{"id": n, "name": name} for name, n in categories.items()]
    yield table(ProductFamily), [{"id": n, "name": name} for name, n in families.items()]
    products = [_product(item, company, opened) for item in items]
    for row, item in zip(products, items, strict=True):
        row["category_id"] = categories[item.range.category]
        row["family_id"] = families[item.range.family]
    # What replaces others first, so that the successors' keys exist.
    yield table(Product), sorted(products, key=lambda row: (row["successor_id"] is not None, row["id"]))
    packs = [(item.id, name, size) for item in items for name, size in item.range.packs]
    yield (
        table(ProductPack),
        numbered(
            [{"product_id": product, "name": name, "quantity": size, "assumed": False} for product, name, size in packs]
        ),
    )
    aliases = [(item.id, alias) for item in items for alias in item.aliases]
    yield table(ProductAlias), numbered([{"product_id": product, "text": alias} for product, alias in aliases])
    yield table(Price), numbered([_price(row, company) for row in company.prices])


def _product(item: Item, company: DemoCompany, opened: datetime) -> Row:
    successors = {other.name: other.id for other in company.items}
    launched = opened if item.launched is None else _days_ago(company, item.launched)
    changed = launched if item.dropped is None else _days_ago(company, item.dropped)
    return {
        "id": item.id,
        "sku": item.sku,
        "name": item.name,
        "description": None,
        "category_id": 0,
        "family_id": 0,
        "options": item.options,
        "unit": item.range.unit,
        "units_per": item.range.units_per,
        "sales_moq": item.range.moq,
        "sales_multiple": item.range.multiple,
        "active": item.dropped is None,
        "successor_id": successors[item.successor] if item.successor else None,
        "assumed": [],
        "created_at": launched,
        "changed_at": changed,
    }


def _price(row: PriceRow, company: DemoCompany) -> Row:
    offer = row.promotion
    return {
        "product_id": company.items[row.item].id,
        "price_group": row.group,
        "min_quantity": row.minimum,
        "price": pounds(row.price),
        "valid_from": offer.first if offer else None,
        "valid_to": offer.last if offer else None,
        "promotion": offer.name if offer else None,
    }


def _suppliers(company: DemoCompany) -> Iterator[Rows]:
    yield (
        table(Supplier),
        [
            {
                "id": source.id,
                "code": source.code,
                "name": source.name,
                "country": source.country,
                "email": source.email,
                "lead_time_days": source.lead,
                "review_days": source.review * 7 // 5,  # working days, kept as calendar days
                "order_cost": Decimal(source.order_cost),
                "minimum_value": Decimal(source.minimum),
                "currency": "GBP",
                "assumed": False,
            }
            for source in SOURCES
        ],
    )
    yield table(SupplierProduct), numbered([_terms(term) for term in company.terms])


def _terms(term: Terms) -> Row:
    return {
        "supplier_id": term.source.id,
        "product_id": term.item.id,
        "supplier_sku": term.supplier_sku,
        "cost": pounds(term.cost),
        "moq": term.moq,
        "multiple": term.multiple,
        "price_breaks": [{"from": least, "cost": str(pounds(cost))} for least, cost in term.breaks],
        "lead_time_days": None,
        "preferred": term.preferred,
        "assumed": False,
    }
