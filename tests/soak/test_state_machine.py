"""Carts, stock, orders and cancellations in any order, against a plain model of them.

The model knows four products, one cart and the orders; after every step the database must say just the same, and every
invariant must hold.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.database import Database
from backend.errors import Conflict, Invalid, Stale
from backend.migrations import migrate
from backend.sales import carts, queries, service, states
from backend.sales.back_orders import FILLED
from backend.sales.service import Wish
from backend.sales.tables import Order
from backend.stock import service as stock
from backend.stock.queries import main_warehouse
from tests.backend.world import World, build
from tests.soak.invariants import broken
from tests.soak.size import SOAK, reduced_or_full

STOCK = {"10-109": 500, "45-103": 1000, "20-104": 60, "30-101": 400}
MULTIPLE = {"45-103": 10}
LEAST = {"45-103": 10, "20-104": 20}
SKUS = st.sampled_from(sorted(STOCK))
QUANTITIES = st.one_of(st.integers(-2, 60), st.sampled_from([100, 250, 500, 1000]))
WISHES = st.lists(st.tuples(SKUS, QUANTITIES), min_size=0, max_size=5)


@dataclass
class Line:
    """What is promised from stock, and what waits."""

    reserved: int
    waiting: int


@dataclass
class PlainOrder:
    """An order of the model."""

    lines: dict[str, Line]
    state: str = "placed"


@dataclass
class Plain:
    """The model: what lies on the shelf, what is in the cart, what was ordered."""

    on_hand: dict[str, int] = field(default_factory=lambda: dict(STOCK))
    cart: dict[str, int] = field(default_factory=dict)
    orders: dict[str, PlainOrder] = field(default_factory=dict)

    def reserved(self, sku: str) -> int:
        return sum(order.lines[sku].reserved for order in self.orders.values() if sku in order.lines)

    def cover(self, wishes: dict[str, int]) -> dict[str, Line]:
        free = {sku: min(quantity, self.on_hand[sku] - self.reserved(sku)) for sku, quantity in wishes.items()}
        return {sku: Line(free[sku], quantity - free[sku]) for sku, quantity in wishes.items()}

    def fill(self, sku: str) -> None:
        """What is free goes to those who wait, first come first; held orders are passed over."""
        for order in self.orders.values():
            line = order.lines.get(sku)
            if line is not None and order.state in FILLED:
                taken = min(line.waiting, self.on_hand[sku] - self.reserved(sku))
                line.reserved, line.waiting = line.reserved + taken, line.waiting - taken


def fits(sku: str, quantity: int) -> bool:
    return quantity >= LEAST.get(sku, 1) and quantity % MULTIPLE.get(sku, 1) == 0


def summed(wishes: list[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for sku, quantity in wishes:
        total[sku] = total.get(sku, 0) + quantity
    return total


@cache
def fresh_database() -> Path:
    """A file with the small company in it, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="qm-machine-")) / "fresh.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    build(database)
    database.close()
    return path


class Shop(RuleBasedStateMachine):
    """One customer, one cart, four products."""

    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.plain = Plain()
        self.folder = Path(tempfile.mkdtemp(prefix="qm-machine-"))
        shutil.copy(fresh_database(), self.folder / "shop.db")
        self.world = World(Database(f"sqlite:///{self.folder / 'shop.db'}"))

    def teardown(self) -> None:
        self.world.database.close()
        shutil.rmtree(self.folder)

    @initialize()
    def open_for_business(self) -> None:
        assert broken(self.world.database) == []

    @rule(sku=SKUS, quantity=QUANTITIES, add=st.booleans())
    def put(self, sku: str, quantity: int, add: bool) -> None:
        wanted = quantity + (self.plain.cart.get(sku, 0) if add else 0)
        with self.world.writing() as work:
            cart = carts.open_cart(work, by_code(work, "C1"))
            if not fits(sku, wanted):
                with pytest.raises(Invalid):
                    carts.put(work, cart, by_sku(work.session, sku), quantity, add=add)
                return
            carts.put(work, cart, by_sku(work.session, sku), quantity, add=add)
        self.plain.cart[sku] = wanted

    @rule(sku=SKUS)
    def take_out(self, sku: str) -> None:
        with self.world.writing() as work:
            there = carts.remove(work, carts.open_cart(work, by_code(work, "C1")), sku)
        assert there == (self.plain.cart.pop(sku, None) is not None)

    @precondition(lambda self: self.plain.cart)
    @rule(target=numbers)
    def place_the_cart(self) -> str:
        with self.world.writing() as work:
            cart = carts.open_cart(work, by_code(work, "C1"))
            number = service.place_cart(work, cart, carts.priced(work, cart).fingerprint).number
        self.plain.orders[number] = PlainOrder(self.plain.cover(self.plain.cart))
        self.plain.cart = {}
        return number

    @precondition(lambda self: self.plain.cart)
    @rule(sku=SKUS)
    def place_the_cart_as_it_was_before(self, sku: str) -> None:
        with self.world.writing() as work:
            cart = carts.open_cart(work, by_code(work, "C1"))
            shown = carts.priced(work, cart).fingerprint
            if carts.remove(work, cart, sku):
                del self.plain.cart[sku]
            else:
                carts.put(work, cart, by_sku(work.session, sku), 100, add=False)
                self.plain.cart[sku] = 100
        with pytest.raises(Stale), self.world.writing() as work:
            service.place_cart(work, carts.open_cart(work, by_code(work, "C1")), shown)

    @rule(target=numbers, wishes=WISHES)
    def place(self, wishes: list[tuple[str, int]]) -> Any:
        total = summed(wishes)
        if not total or not all(fits(sku, quantity) for sku, quantity in total.items()):
            with pytest.raises(Invalid):
                self._place(wishes)
            return multiple()
        number = self._place(wishes)
        self.plain.orders[number] = PlainOrder(self.plain.cover(total))
        return number

    def _place(self, wishes: list[tuple[str, int]]) -> str:
        with self.world.writing() as work:
            lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
            return service.place_order(work, by_code(work, "C1"), lines).number

    @rule(number=numbers)
    def cancel(self, number: str) -> None:
        order = self.plain.orders[number]
        if "cancelled" not in states.ORDER.transitions[order.state]:
            with pytest.raises(Conflict):
                self._cancel(number)
            return
        self._cancel(number)
        freed = [sku for sku, line in order.lines.items() if line.reserved]
        order.state, order.lines = "cancelled", {sku: Line(0, 0) for sku in order.lines}
        for sku in freed:
            self.plain.fill(sku)

    @rule(number=consumes(numbers))
    def cancel_in_a_turn_that_fails(self, number: str) -> None:
        """What was done is undone with the transaction."""
        if "cancelled" in states.ORDER.transitions[self.plain.orders[number].state]:
            with pytest.raises(ZeroDivisionError), self.world.writing() as work:
                service.cancel_order(work, queries.by_number(work, number), "changed my mind")
                raise ZeroDivisionError

    def _cancel(self, number: str) -> None:
        with self.world.writing() as work:
            service.cancel_order(work, queries.by_number(work, number), "changed my mind")

    @rule(number=numbers, wanted=st.sampled_from(sorted(set(states.ORDER.transitions) - {"cancelled"})))
    def move(self, number: str, wanted: str) -> None:
        """Holding and fulfilling, as the warehouse will do it; cancelling has a rule of its own."""
        order = self.plain.orders[number]
        with self.world.database.write() as session:
            row = session.scalars(select(Order).where(Order.number == number)).one()
            if wanted not in states.ORDER.transitions[order.state]:
                with pytest.raises(Conflict):
                    states.ORDER.require(row.state, wanted)
                return
            row.state = states.ORDER.require(row.state, wanted)
        order.state = wanted

    @rule(sku=SKUS, units=st.integers(1, 200))
    def arrive(self, sku: str, units: int) -> None:
        with self.world.writing("desk@test") as work:
            stock.adjust(work, by_sku(work.session, sku), main_warehouse(work.session), units, "goods came in")
        self.plain.on_hand[sku] += units
        self.plain.fill(sku)

    @invariant()
    def the_shelf_is_as_in_the_model(self) -> None:
        for sku, on_hand in self.plain.on_hand.items():
            assert self.world.level(sku) == (on_hand, self.plain.reserved(sku))

    @invariant()
    def the_cart_is_as_in_the_model(self) -> None:
        with self.world.writing() as work:
            cart = carts.open_cart(work, by_code(work, "C1"))
            assert {line.product.sku: line.quantity for line in cart.lines} == self.plain.cart
            assert [line.position for line in cart.lines] == list(range(1, len(cart.lines) + 1))

    @invariant()
    def the_orders_are_as_in_the_model(self) -> None:
        with self.world.reading() as work:
            found = queries.recent(work, None, 1_000)
            assert {order.number: order.state for order in found} == {
                number: order.state for number, order in self.plain.orders.items()
            }
            for order in found:
                lines = {line.product.sku: Line(line.reserved, line.back_ordered) for line in order.lines}
                assert lines == self.plain.orders[order.number].lines

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken(self.world.database) == []


@pytest.mark.soak
@pytest.mark.timeout(3_600 if SOAK else 600)
def test_any_order_of_events_agrees_with_the_plain_model() -> None:
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=reduced_or_full(12, 1_000),
            stateful_step_count=reduced_or_full(20, 50),
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
