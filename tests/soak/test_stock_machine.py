"""Stock from receipt to shipment in any order of events, against a plain model.

Two warehouses, three products, one customer: orders are placed, held, released, cancelled, packed and sent; goods come
in, are adjusted, counted and moved; reservations expire. After every step the database must say just what the model
says, and the ledger must add up to it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product
from backend.customers.queries import by_code
from backend.database import Database, now
from backend.errors import Conflict, Invalid
from backend.identity.permissions import SYSTEM
from backend.identity.service import principal_of
from backend.identity.tables import User
from backend.migrations import migrate
from backend.purchasing import queries as purchases
from backend.purchasing import receiving
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.sales import holds, queries, service
from backend.sales.jobs import expire_reservations
from backend.sales.service import Wish
from backend.sales.tables import Order, OrderLine, Shipment
from backend.shipping import service as fulfilment
from backend.stock import service as stock
from backend.stock.queries import warehouse_by_code
from backend.stock.tables import Reservation, StockEntry, StockLevel, Warehouse
from backend.work import Work, writing
from tests.backend.world import World, build
from tests.soak import plain_stock
from tests.soak.invariants import broken
from tests.soak.plain_stock import SERVED, WAREHOUSES, PlainStock
from tests.soak.size import SOAK, reduced_or_full

STOCK = {"10-109": 500, "30-101": 400, "30-102": 400}
SKUS = st.sampled_from(sorted(STOCK))
PLACES = st.sampled_from(WAREHOUSES)
QUANTITIES = st.one_of(st.integers(1, 60), st.sampled_from([150, 400, 500]))
WISHES = st.dictionaries(SKUS, QUANTITIES, min_size=1, max_size=3)


@cache
def fresh_database() -> Path:
    """A file with the small company and its second warehouse in it, to be copied; nothing is on its way."""
    path = Path(tempfile.mkdtemp(prefix="qm-stock-")) / "fresh.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    world = build(database)
    with world.writing("desk@test") as work:
        stock.create_warehouse(work, "SHOP", "The shop")
        receiving.receive(work, purchases.by_number(work, "PO-1"))
        stock.count(work, by_sku(work.session, "10-109"), warehouse_by_code(work.session, "MAIN"), 500, "as it was")
    database.close()
    return path


class Desk(RuleBasedStateMachine):
    """One customer, three products, two warehouses."""

    orders: Bundle[str] = Bundle("orders")
    shipments: Bundle[str] = Bundle("shipments")
    bought: Bundle[str] = Bundle("bought")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="qm-stock-"))
        shutil.copy(fresh_database(), self.folder / "test.db")
        self.world = World(Database(f"sqlite:///{self.folder / 'test.db'}"))
        with self.world.database.read() as session:
            user = session.scalars(select(User).where(User.email == "desk@test")).one()
            self.desk = principal_of(user)
        self.before = self.ledger()
        self.plain = PlainStock({(sku, place): STOCK[sku] * (place == "MAIN") for sku in STOCK for place in WAREHOUSES})

    def teardown(self) -> None:
        self.world.database.close()
        shutil.rmtree(self.folder)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        with writing(self.world.database, self.desk, "test") as work:
            yield work

    def agree(self, expected: bool, change: Callable[[Work], object]) -> None:
        """Do what the model has done, or be refused what it has refused."""
        if expected:
            with self.writing() as work:
                change(work)
            return
        with pytest.raises((Conflict, Invalid)), self.writing() as work:
            change(work)

    def ledger(self) -> dict[str, int]:
        with self.world.database.read() as session:
            rows = session.execute(select(StockEntry.kind, func.sum(StockEntry.quantity)).group_by(StockEntry.kind))
            return {kind: int(quantity) for kind, quantity in rows}

    @initialize()
    def open_for_business(self) -> None:
        assert broken(self.world.database) == []

    # ---- orders ----------------------------------------------------------------------------------------------------

    @rule(target=orders, wishes=WISHES)
    def place(self, wishes: dict[str, int]) -> str:
        with self.writing() as work:
            lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes.items()]
            number = service.place_order(work, by_code(work, "C1"), lines).number
        self.plain.place(number, wishes)
        return number

    @rule(number=orders)
    def cancel(self, number: str) -> None:
        self.agree(
            self.plain.cancel(number), lambda work: service.cancel_order(work, queries.by_number(work, number), "no")
        )

    @rule(number=orders)
    def hold(self, number: str) -> None:
        self.agree(self.plain.hold(number), lambda work: holds.hold(work, queries.by_number(work, number), "ask first"))

    @rule(number=orders)
    def release(self, number: str) -> None:
        expected = self.plain.release(number)

        def change(work: Work) -> None:
            manager = Work(work.session, SYSTEM, work.clock)
            holds.release(manager, queries.by_number(work, number))

        self.agree(expected, change)

    @rule(number=orders)
    def expire(self, number: str) -> None:
        """The days that stock is kept for a held order are over; one that is not held keeps it."""
        with self.world.database.write() as session:
            held = session.scalars(
                select(Reservation)
                .join(OrderLine, OrderLine.id == Reservation.order_line_id)
                .join(Order, Order.id == OrderLine.order_id)
                .where(Order.number == number, Reservation.expires_at.is_not(None), Reservation.state == "active")
            ).all()
            for one in held:
                one.expires_at = now() - timedelta(seconds=1)
        expected = len(held) if self.plain.orders[number].state == "on_hold" else 0
        if expected:
            self.plain.expire(number)
        assert expire_reservations(self.world.database) == expected

    # ---- shipments -------------------------------------------------------------------------------------------------

    @rule(target=shipments, number=orders)
    def plan(self, number: str) -> object:
        expected, found = self.plain.plan(number), []

        def change(work: Work) -> None:
            found.append(fulfilment.plan_shipment(work, queries.by_number(work, number)).number)

        self.agree(expected is not None, change)
        if expected is None:
            return multiple()
        self.plain.shipments[found[0]] = expected
        return found[0]

    @rule(number=shipments)
    def send(self, number: str) -> None:
        def change(work: Work) -> None:
            shipment = self._shipment(work, number)
            fulfilment.pick(work, shipment)
            fulfilment.ship(work, shipment, carrier="Parcel", tracking_number=None)
            fulfilment.deliver(work, shipment)

        self.agree(self.plain.send(self.plain.shipments[number]), change)

    @rule(number=shipments)
    def unpack(self, number: str) -> None:
        self.agree(
            self.plain.unpack(self.plain.shipments[number]),
            lambda work: fulfilment.cancel_shipment(work, self._shipment(work, number)),
        )

    def _shipment(self, work: Work, number: str) -> Shipment:
        return work.session.scalars(select(Shipment).where(Shipment.number == number)).one()

    # ---- goods -----------------------------------------------------------------------------------------------------

    @rule(target=bought, sku=SKUS, quantity=st.integers(10, 300))
    def buy(self, sku: str, quantity: int) -> str:
        number = f"PO-{1000 + len(self.plain.purchases)}"
        with self.world.database.write() as session:
            line = PurchaseOrderLine(position=1, product=by_sku(session, sku), quantity=quantity, cost=Decimal(1))
            session.add(
                PurchaseOrder(
                    number=number,
                    supplier=session.scalars(select(Supplier)).one(),
                    state="sent",
                    ordered_at=now(),
                    expected_date=date(2026, 6, 24),
                    total=Decimal(1),
                    lines=[line],
                )
            )
        self.plain.purchases[number] = plain_stock.Purchase(sku, quantity)
        return number

    @rule(number=bought, quantity=st.integers(1, 200), place=PLACES, over=st.booleans())
    def receive(self, number: str, quantity: int, place: str, over: bool) -> None:
        expected = self.plain.receive(number, quantity, place, over=over)

        def change(work: Work) -> None:
            order, warehouse = purchases.by_number(work, number), warehouse_by_code(work.session, place)
            receiving.receive(work, order, {1: quantity}, warehouse, over=over)

        self.agree(expected, change)

    @rule(sku=SKUS, place=PLACES, change=st.integers(-300, 300).filter(bool))
    def adjust(self, sku: str, place: str, change: int) -> None:
        expected = self.plain.set_to(sku, place, self.plain.on_hand[sku, place] + change, "adjustment")
        self.agree(expected, lambda work: stock.adjust(work, *self._where(work, sku, place), change, "broken"))

    @rule(sku=SKUS, place=PLACES, counted=st.one_of(st.integers(0, 60), st.integers(0, 600)))
    def count(self, sku: str, place: str, counted: int) -> None:
        expected = self.plain.set_to(sku, place, counted, "count")
        self.agree(expected, lambda work: stock.count(work, *self._where(work, sku, place), counted, "counted"))

    @rule(sku=SKUS, out=PLACES, quantity=st.integers(1, 300))
    def transfer(self, sku: str, out: str, quantity: int) -> None:
        into = next(place for place in WAREHOUSES if place != out)
        expected = self.plain.transfer(sku, out, into, quantity)

        def change(work: Work) -> None:
            product, source = self._where(work, sku, out)
            stock.transfer(work, product, source, warehouse_by_code(work.session, into), quantity, "moved")

        self.agree(expected, change)

    @rule(sku=SKUS, place=PLACES)
    def adjust_in_a_turn_that_fails(self, sku: str, place: str) -> None:
        """What was done is undone with the transaction."""
        with pytest.raises((ZeroDivisionError, Conflict)), self.writing() as work:
            stock.adjust(work, *self._where(work, sku, place), -self.plain.on_hand[sku, place] or 50, "broken")
            raise ZeroDivisionError

    def _where(self, work: Work, sku: str, place: str) -> tuple[Product, Warehouse]:
        return by_sku(work.session, sku), warehouse_by_code(work.session, place)

    # ---- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def the_shelves_are_as_in_the_model(self) -> None:
        with self.world.database.read() as session:
            rows = session.execute(
                select(Product.sku, Warehouse.code, StockLevel.on_hand, StockLevel.reserved)
                .join(Product, Product.id == StockLevel.product_id)
                .join(Warehouse, Warehouse.id == StockLevel.warehouse_id)
                .where(Product.sku.in_(STOCK))
            )
            found = {(sku, place): (on_hand, reserved) for sku, place, on_hand, reserved in rows}
        for (sku, place), on_hand in self.plain.on_hand.items():
            assert found.get((sku, place), (0, 0)) == (on_hand, self.plain.reserved(sku, place))

    @invariant()
    def the_orders_are_as_in_the_model(self) -> None:
        with self.world.reading("desk@test") as work:
            found = queries.recent(work, None, 1_000)
            assert {order.number: order.state for order in found} == {
                number: order.state for number, order in self.plain.orders.items()
            }
            for order in found:
                lines = {
                    line.product.sku: (line.reserved, line.back_ordered, line.shipped, line.cancelled)
                    for line in order.lines
                }
                expected = self.plain.orders[order.number].lines
                assert lines == {sku: line.parts() for sku, line in expected.items()}

    @invariant()
    def nothing_is_made_and_nothing_is_lost(self) -> None:
        """The ledger says of each kind of movement what the model says; what was moved about is nothing in all."""
        found = {kind: quantity - self.before.get(kind, 0) for kind, quantity in self.ledger().items()}
        assert {kind: quantity for kind, quantity in found.items() if quantity} == {
            kind: quantity for kind, quantity in self.plain.moved.items() if quantity
        }
        assert found.get("transfer", 0) == 0
        with self.world.database.read() as session:
            bought = session.scalar(select(func.sum(PurchaseOrderLine.received)).where(PurchaseOrderLine.id > 1)) or 0
            shipped = session.scalar(select(func.sum(OrderLine.shipped))) or 0
        assert (found.get("receipt", 0), -found.get("issue", 0)) == (bought, shipped)

    @invariant()
    def nobody_waits_for_what_is_there(self) -> None:
        for sku in STOCK:
            if self.plain.free(sku) > 0:
                waiting = [line.waiting for order, line in self.plain.lines(sku) if order.state in SERVED]
                assert sum(waiting) == 0

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken(self.world.database) == []


@pytest.mark.soak
@pytest.mark.timeout(3_600 if SOAK else 600)
def test_stock_agrees_with_the_plain_model_whatever_happens() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=reduced_or_full(10, 300),
            stateful_step_count=reduced_or_full(25, 60),
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
