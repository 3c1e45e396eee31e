"""Delivered orders and returns of them, as the tests of returns and exchanges need them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, Product, ProductFamily
from backend.customers.tables import Customer
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.sales import queries
from backend.sales.tables import Order, OrderLine, SalesReturn, Shipment
from backend.shipping import service as fulfilment
from tests.backend.shipping.handling import place, shipped
from tests.backend.world import World

FAMILIES = {"M8": ("10-109", "11-109", "20-104", "45-103", "70-103"), "Wood screw 4": ("30-101", "30-102")}


def deliver(world: World, shipment: str, days_ago: int = 0) -> None:
    """A shipment arrives, some days ago."""
    with world.writing("desk@test") as work:
        found = work.session.scalars(select(Shipment).where(Shipment.number == shipment)).one()
        fulfilment.deliver(work, found)
        found.delivered_at = work.clock.at_noon(work.clock.today() - timedelta(days=days_ago))


def delivered(world: World, *wishes: tuple[str, int], days_ago: int = 0, **more) -> str:
    """An order that has arrived."""
    number = place(world, *wishes, **more)
    deliver(world, shipped(world, number), days_ago)
    return number


def families(world: World) -> None:
    """Give the small company's products families; of the first, one is discontinued and one is cloth."""
    with world.database.write() as session:
        for name, skus in FAMILIES.items():
            family = ProductFamily(name=name)
            session.add(family)
            session.flush()
            for product in session.scalars(select(Product).where(Product.sku.in_(skus))):
                product.family_id = family.id


def reprice(world: World, sku: str, price: str, code: str | None = None) -> None:
    """A product costs something else from now on, for everyone or for one customer."""
    with world.database.write() as session:
        product = by_sku(session, sku)
        customer = session.scalars(select(Customer).where(Customer.code == code)).one() if code else None
        if customer is None:
            product.prices.clear()
        product.prices.append(
            Price(min_quantity=1, price=Decimal(price), customer_id=customer.id if customer else None)
        )


def ask(
    world: World,
    number: str,
    *items: tuple[int, int] | tuple[int, int, str],
    resolution: str = "credit",
    email: str = "customer@test",
    reason: str | None = None,
) -> str:
    """Ask for (position, quantity[, exchange SKU]) of an order back; the return's number."""
    with world.writing(email) as work:
        order = queries.by_number(work, number)
        wanted = [
            returns.Item(
                order.lines[item[0] - 1],
                item[1],
                exchange=by_sku(work.session, item[2]) if len(item) > 2 else None,
            )
            for item in items
        ]
        return returns.request_return(work, order, wanted, resolution=resolution, reason=reason).number


def found(work, number: str) -> SalesReturn:
    return returns_queries.by_number(work, number)


def receive(world: World, number: str, *came: tuple[int, int, int]) -> None:
    """Take in (line, restocked, scrapped), or all of it."""
    with world.writing("desk@test") as work:
        back = found(work, number)
        arrivals = [returns.Arrival(back.lines[place - 1], good, bad) for place, good, bad in came]
        returns.receive(work, back, arrivals or None)


def settle(world: World, number: str) -> None:
    with world.writing("desk@test") as work:
        returns.settle(work, found(work, number))


def left(world: World, number: str) -> list[int]:
    """How much of each line may still come back."""
    with world.reading("desk@test") as work:
        return [offer.quantity for offer in returns.returnable(work, queries.by_number(work, number))]


def state(world: World, number: str) -> str:
    with world.reading("desk@test") as work:
        return found(work, number).state


def how_many(world: World) -> tuple[int, int]:
    """Orders and returns there are."""
    with world.database.read() as session:
        return len(session.scalars(select(Order.id)).all()), len(session.scalars(select(SalesReturn.id)).all())


def returned(world: World, number: str) -> list[int]:
    """What the order's lines say came back."""
    with world.database.read() as session:
        query = select(OrderLine.returned).join(Order).where(Order.number == number).order_by(OrderLine.position)
        return list(session.scalars(query))


def at_once(*tasks: Callable[[], object]) -> list[BaseException]:
    """Run tasks at the same time, each on its own connection; what they raised."""
    gate, failures = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        gate.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
