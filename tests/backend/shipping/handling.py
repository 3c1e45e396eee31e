"""Orders on their way through the house: what the tests of shipments, holds and back orders do again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.database import now
from backend.errors import Refused
from backend.events.tables import OutboxEvent
from backend.identity.service import _hasher
from backend.identity.tables import User
from backend.sales import queries, service
from backend.sales.service import Wish
from backend.sales.tables import OrderHold, OrderLine
from backend.shipping import queries as shipments_queries
from backend.shipping import service as fulfilment
from backend.stock.queries import warehouse_by_code
from backend.stock.service import adjust
from backend.stock.tables import Reservation, StockEntry, StockLevel, Warehouse
from backend.work import Work
from tests.backend.world import PASSWORD, World

SOON = date(2026, 6, 18)  # the day after the world's own
_KNOWN = _hasher.hash(PASSWORD)
Parts = tuple[int, int, int, int]


def place(
    world: World, *wishes: tuple[str, int], email: str = "customer@test", code: str = "C1", **more: object
) -> str:
    """Place an order; its number."""
    with world.writing(email) as work:
        lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
        return service.place_order(work, by_code(work, code), lines, **more).number  # type: ignore[arg-type]


def person(
    world: World,
    email: str,
    role: str = "customer",
    *,
    customer: str | None = "C1",
    limit: int | None = None,
    approver: str | None = None,
) -> str:
    """Another person; their address."""
    with world.database.write() as session:
        people = {user.email: user.id for user in session.scalars(select(User))}
        ours = {"C1": people["customer@test"], "C2": people["other@test"]}
        company = session.get_one(User, ours[customer]).customer_id if customer and role == "customer" else None
        session.add(
            User(
                email=email,
                name=email.partition("@")[0].capitalize(),
                role=role,
                password_hash=_KNOWN,
                customer_id=company,
                order_limit=None if limit is None else Decimal(limit),
                approver_id=people[approver] if approver else None,
            )
        )
    return email


def plan(world: World, number: str, lines: dict[int, int] | None = None, warehouse: str | None = None) -> str:
    """Plan a shipment of an order; its number."""
    with world.writing("desk@test") as work:
        place_ = warehouse_by_code(work.session, warehouse) if warehouse else None
        return fulfilment.plan_shipment(work, queries.by_number(work, number), lines, place_).number


def pick(world: World, shipment: str) -> None:
    with world.writing("desk@test") as work:
        fulfilment.pick(work, shipments_queries.by_number(work, shipment))


def ship(world: World, shipment: str, carrier: str = "Parcel Co") -> None:
    """Ship what is picked."""
    with world.writing("desk@test") as work:
        found = shipments_queries.by_number(work, shipment)
        fulfilment.ship(work, found, carrier=carrier, tracking_number="PC1")


def deliver(world: World, shipment: str) -> None:
    with world.writing("desk@test") as work:
        fulfilment.deliver(work, shipments_queries.by_number(work, shipment))


def lose(world: World, shipment: str, remedy: fulfilment.Remedy) -> None:
    with world.writing("desk@test") as work:
        fulfilment.lose(work, shipments_queries.by_number(work, shipment), remedy)


def cancel(world: World, shipment: str) -> None:
    with world.writing("desk@test") as work:
        fulfilment.cancel_shipment(work, shipments_queries.by_number(work, shipment))


def shipped(world: World, number: str, lines: dict[int, int] | None = None) -> str:
    """Plan, pick and ship; the shipment's number."""
    shipment = plan(world, number, lines)
    pick(world, shipment)
    ship(world, shipment)
    return shipment


def state_of(world: World, number: str) -> str:
    with world.reading("desk@test") as work:
        return queries.by_number(work, number).state


def parts(world: World, number: str) -> list[Parts]:
    """Reserved, back-ordered, shipped, cancelled of each line."""
    with world.reading("desk@test") as work:
        lines = queries.by_number(work, number).lines
        return [(line.reserved, line.back_ordered, line.shipped, line.cancelled) for line in lines]


def arrive(world: World, sku: str, quantity: int, warehouse: str = "MAIN") -> None:
    """So much more lies in a warehouse; whoever waits for it is served."""
    with world.writing("desk@test") as work:
        where = warehouse_by_code(work.session, warehouse)
        adjust(work, by_sku(work.session, sku), where, quantity, "found")


def second_warehouse(world: World, sku: str, on_hand: int) -> str:
    """A warehouse NORTH with some stock; its code."""
    with world.database.write() as session:
        north = Warehouse(code="NORTH", name="North")
        session.add(north)
        session.flush()
        product = session.scalars(select(Product).where(Product.sku == sku)).one()
        session.add(StockLevel(product_id=product.id, warehouse_id=north.id, on_hand=on_hand, reserved=0))
        session.add(
            StockEntry(product_id=product.id, warehouse_id=north.id, quantity=on_hand, kind="opening", at=now())
        )
    return "NORTH"


def held_for(world: World, number: str, *reasons: str) -> None:
    """Hold an order for reasons that placing it would have found."""
    with world.writing("desk@test") as work:
        order = queries.by_number(work, number)
        order.state = "on_hold"
        for reason in reasons:
            order.holds.append(OrderHold(reason=reason, detail="as placed"))


def allocations(world: World, number: str) -> list[tuple[str, int]]:
    """State and quantity of an order's allocations, the oldest first."""
    with world.reading("desk@test") as work:
        order_id = queries.by_number(work, number).id
        query = (
            select(Reservation.state, Reservation.quantity)
            .join(OrderLine, OrderLine.id == Reservation.order_line_id)
            .where(OrderLine.order_id == order_id)
            .order_by(Reservation.id)
        )
        return [(state, quantity) for state, quantity in work.session.execute(query)]


def told(world: World, key: str) -> list[str]:
    """The kinds of events published about a document, in order."""
    with world.reading("desk@test") as work:
        return list(
            work.session.scalars(select(OutboxEvent.kind).where(OutboxEvent.key == key).order_by(OutboxEvent.id))
        )


def fingerprint(world: World) -> dict[str, object]:
    """All that a refused action must leave as it was."""
    with world.database.read() as session:
        lines = session.execute(
            select(
                OrderLine.id, OrderLine.reserved, OrderLine.back_ordered, OrderLine.shipped, OrderLine.promised_date
            ).order_by(OrderLine.id)
        )
        levels = session.execute(select(StockLevel.product_id, StockLevel.on_hand, StockLevel.reserved))
        counts = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (Reservation, StockEntry, OutboxEvent, AuditEvent)
        }
        return {"lines": list(lines), "levels": sorted(levels), **counts}


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Do jobs at the same moment, each on its own connection; what was refused is no failure. The failures."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            job()
        except Refused:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def again_and_again(jobs: Sequence[Callable[[], object]]) -> Callable[[], None]:
    """Do one after the other; what is refused is left out."""

    def run() -> None:
        for job in jobs:
            try:
                job()
            except Refused:
                continue

    return run


def orders_of(work: Work, numbers: Sequence[str]) -> list[str]:
    """The states of orders."""
    return [queries.by_number(work, number).state for number in numbers]
