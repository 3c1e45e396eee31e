"""What a changed order comes to, and what holds it or lets it go."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import TaxRate
from backend.customers.queries import by_code
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Conflict, NotAllowed, NotFound
from backend.sales import changing, queries, service
from backend.sales.service import Details, Wish
from backend.sales.tables import Order
from backend.stock.tables import Reservation
from tests.backend.sales.changes import address, change, changed, customer, read, refused, terms
from tests.backend.shipping.handling import person, place, state_of, told
from tests.backend.world import World
from tests.soak.invariants import broken

# ---- what it comes to ----------------------------------------------------------------------------------------------


def test_delivery_follows_the_goods(small: World) -> None:
    terms(small, delivery_charge=Decimal(5), free_delivery_from=Decimal(20))
    number = place(small, ("10-109", 100))
    assert read(small, number, "delivery", "total") == [Decimal(5), Decimal(15)]
    change(small, number, quantities={1: 300})
    assert read(small, number, "delivery", "total") == [Decimal(0), Decimal(27)]
    change(small, number, quantities={1: 150})
    assert read(small, number, "delivery", "total") == [Decimal(5), Decimal(20)]


def test_a_delivery_charge_that_was_agreed_stays(small: World) -> None:
    terms(small, delivery_charge=Decimal(5), free_delivery_from=Decimal(20))
    with small.writing() as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100)]
        number = service.place_order(
            work, by_code(work, "C1"), wishes, details=Details(delivery_charge=Decimal(2))
        ).number
    change(small, number, quantities={1: 300})
    assert read(small, number, "delivery", "total") == [Decimal(2), Decimal(29)]


def test_below_the_minimum_is_refused_and_so_is_going_further_below(small: World) -> None:
    number = place(small, ("10-109", 100), ("30-101", 10))
    terms(small, minimum_order=Decimal(20))
    refused(small, number, Conflict, "below_minimum", quantities={1: 99})
    change(small, number, quantities={1: 110})  # still below, but better than before
    change(small, number, customer_reference="4711")
    assert read(small, number, "total", "customer_reference") == [Decimal("11.50"), "4711"]


def test_another_country_is_another_tax(world: World) -> None:
    with world.database.write() as session:
        session.add_all(
            [TaxRate(country="United Kingdom", rate=Decimal("0.2")), TaxRate(country="France", rate=Decimal("0.1"))]
        )
    number = place(world, ("10-109", 100))
    assert read(world, number, "tax", "total") == [Decimal(2), Decimal(12)]
    where = address(world, "France")
    with changed(world, number) as (work, order):
        changing.change_address(work, order, work.session.get_one(Address, where))
    assert read(world, number, "tax", "total") == [Decimal(1), Decimal(11)]
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert order.delivery_address == {
            "name": "Ferndale Joinery", "line1": "2 Mill Lane", "line2": None, "city": "Leeds", "postcode": None,
            "country": "France",
        }  # fmt: skip
        assert order.lines[0].tax_rate == Decimal("0.1")


@pytest.mark.parametrize("of", [{"code": "C2"}, {"kind": "invoice"}])
def test_goods_go_to_the_customers_own_delivery_addresses_only(small: World, of: dict[str, str]) -> None:
    number = place(small, ("10-109", 100))
    with small.database.read() as session:
        other = session.get_one(Address, address(small, **of))
    refused(small, number, NotFound, "unknown_address", address=other)


def test_date_reference_and_payment_change_without_touching_the_money(small: World) -> None:
    with small.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add(PaymentMethod(customer_id=owner.id, kind="card", label="Visa ending 4242"))
    number = place(small, ("10-109", 560))
    total = read(small, number, "total")
    wanted = {"requested_date": date(2026, 7, 20), "customer_reference": "4711", "payment_method": "visa ending 4242"}
    change(small, number, **wanted)
    assert read(small, number, "requested_date", "customer_reference", "payment_method") == [
        date(2026, 7, 20), "4711", "Visa ending 4242",
    ]  # fmt: skip
    assert read(small, number, "total") == total
    with small.reading() as work:
        assert queries.by_number(work, number).lines[0].promised_date == date(2026, 7, 20)
    change(small, number, requested_date=None, customer_reference=None, payment_method="account")
    assert read(small, number, "requested_date", "customer_reference", "payment_method") == [None, None, "account"]
    with small.reading() as work:
        assert queries.by_number(work, number).lines[0].promised_date == date(2026, 6, 25)


def test_payment_terms_are_set_by_managers(small: World) -> None:
    number = place(small, ("10-109", 10))
    refused(small, number, NotAllowed, "not_allowed", "desk@test", payment_days=60)
    change(small, number, person(small, "manager@test", "manager", customer=None), payment_days=60)
    assert read(small, number, "payment_days") == [60]


# ---- holds ---------------------------------------------------------------------------------------------------------


def test_passing_the_credit_limit_holds_the_order_and_keeping_within_it_lets_it_go(world: World) -> None:
    customer(world, credit_limit=Decimal(20))
    number = place(world, ("10-109", 100))
    change(world, number, quantities={1: 300})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["credit_limit"])
        assert all(row.expires_at for row in work.session.scalars(select(Reservation)))
    assert told(world, number) == ["order.placed", "order.changed", "order.held"]
    change(world, number, quantities={1: 150})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.released_at is None for hold in order.holds]) == ("placed", [False])
        active = work.session.scalars(select(Reservation).where(Reservation.state == "active")).all()
        assert sum(row.quantity for row in active) == 150
        assert {row.expires_at for row in active} == {None}
    assert told(world, number)[3:] == ["order.changed", "order.released"]
    assert broken(world.database) == []


def test_other_orders_count_towards_the_credit_limit_and_the_order_itself_only_once(small: World) -> None:
    customer(small, credit_limit=Decimal(20))
    number = place(small, ("10-109", 100))
    place(small, ("10-109", 50))
    change(small, number, quantities={1: 150})  # 15 and 5 are just 20
    assert state_of(small, number) == "placed"
    change(small, number, quantities={1: 151})
    assert state_of(small, number) == "on_hold"


def test_a_released_order_is_not_held_again_for_what_does_not_cost_more(small: World) -> None:
    customer(small, credit_limit=Decimal(20))
    number = place(small, ("10-109", 300))
    assert state_of(small, number) == "on_hold"
    with small.database.write() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        order.state, order.holds[0].released_at = "placed", order.placed_at
    change(small, number, customer_reference="4711")
    change(small, number, quantities={1: 299})
    assert state_of(small, number) == "placed"
    change(small, number, quantities={1: 301})
    assert state_of(small, number) == "on_hold"


def test_each_buyer_has_an_own_limit(world: World) -> None:
    person(world, "junior@test", limit=15)
    number = place(world, ("10-109", 100))
    change(world, number, quantities={1: 160})  # no limit of this buyer's own
    assert state_of(world, number) == "placed"
    change(world, number, "junior@test", customer_reference="4711")  # costs nothing
    assert state_of(world, number) == "placed"
    change(world, number, "junior@test", quantities={1: 170})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["buyer_limit"])


def test_a_hold_for_a_buyers_limit_ends_within_it_whoever_changes_the_order(small: World) -> None:
    person(small, "junior@test", limit=15)
    number = place(small, ("10-109", 180), email="junior@test")
    assert state_of(small, number) == "on_hold"
    change(small, number, "desk@test", quantities={1: 170})
    assert state_of(small, number) == "on_hold"
    change(small, number, "desk@test", quantities={1: 150})
    assert state_of(small, number) == "placed"


def test_a_hold_of_another_kind_stays(small: World) -> None:
    with small.writing("desk@test") as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100, Decimal("0.5"))]
        number = service.place_order(work, by_code(work, "C1"), wishes).number
    assert state_of(small, number) == "on_hold"
    change(small, number, quantities={1: 10})
    assert state_of(small, number) == "on_hold"
