"""Changing orders: what the tests of it do again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product, ProductFamily, TaxRate
from backend.company.tables import Company
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Refused
from backend.sales import changing, queries
from backend.sales.changes import Changes
from backend.sales.tables import Order
from backend.work import Work
from tests.backend.shipping.handling import fingerprint
from tests.backend.world import World


@contextmanager
def changed(world: World, number: str, email: str = "customer@test") -> Iterator[tuple[Work, Order]]:
    """A unit of work as somebody, and the order."""
    with world.writing(email) as work:
        yield work, queries.by_number(work, number)


def change(world: World, number: str, email: str = "customer@test", **named: Any) -> None:
    """Change an order; products are named by their SKU."""
    with changed(world, number, email) as (work, order):
        if "swaps" in named:
            named["swaps"] = {at: by_sku(work.session, sku) for at, sku in named["swaps"].items()}
        if "add" in named:
            named["add"] = [(by_sku(work.session, sku), quantity) for sku, quantity in named["add"]]
        changing.change(work, order, Changes(**named))


def lines(world: World, number: str) -> list[tuple[str, int, Decimal, Decimal]]:
    """SKU, quantity net of what is cancelled, price, total."""
    with world.reading("desk@test") as work:
        found = queries.by_number(work, number).lines
        return [(one.product.sku, one.quantity - one.cancelled, one.price, one.total) for one in found]


def read(world: World, number: str, *names: str) -> list[Any]:
    with world.reading("desk@test") as work:
        order = queries.by_number(work, number)
        return [getattr(order, name) for name in names]


def terms(world: World, **values: Any) -> None:
    """Other terms of the company."""
    with world.database.write() as session:
        row = session.get_one(Company, 1)
        for name, value in values.items():
            setattr(row, name, value)


def customer(world: World, **values: Any) -> None:
    """Other terms of C1."""
    with world.database.write() as session:
        row = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        for name, value in values.items():
            setattr(row, name, value)


def family(world: World, *skus: str) -> None:
    with world.database.write() as session:
        one = ProductFamily(name=f"Family of {skus[0]}")
        session.add(one)
        session.flush()
        for product in session.scalars(select(Product).where(Product.sku.in_(skus))):
            product.family_id = one.id


def address(world: World, country: str = "United Kingdom", kind: str = "delivery", code: str = "C1") -> int:
    with world.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == code)).one()
        one = Address(
            customer_id=owner.id, kind=kind, line1="2 Mill Lane", city="Leeds", country=country, default=False
        )
        session.add(one)
        session.flush()
        return one.id


def refused(
    world: World, number: str, error: type[Refused], code: str, email: str = "customer@test", **named: Any
) -> Refused:
    """That a change is refused with a code, and nothing has changed."""
    before = fingerprint(world), read(world, number, "version", "total", "state"), lines(world, number)
    with pytest.raises(error) as caught:
        change(world, number, email, **named)
    assert caught.value.code == code
    assert (fingerprint(world), read(world, number, "version", "total", "state"), lines(world, number)) == before
    return caught.value


def body(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines], **more}


def details(world: World, code: str = "C1") -> dict[str, Any]:
    """An address in Leeds and a card of a customer."""
    with world.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == code)).one()
        address = Address(
            customer_id=owner.id, line1="2 Mill Lane", city="Leeds", country="United Kingdom", default=False
        )
        session.add_all([address, PaymentMethod(customer_id=owner.id, kind="card", label="Visa ending 4242")])
        session.flush()
        return {"address_id": address.id, "payment_method": "Visa ending 4242"}


def taxed(world: World, **terms: Any) -> None:
    with world.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2")))
        row = session.get_one(Company, 1)
        for name, value in terms.items():
            setattr(row, name, value)
