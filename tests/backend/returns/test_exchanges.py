"""Exchanges: another variant of the same product, each line at its own price, with its own options."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.company.tables import Company
from backend.customers.tables import Address, Customer
from backend.errors import Conflict, Invalid, Refused
from backend.returns import exchanges
from backend.returns import money as returns_money
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.sales import queries
from backend.sales.tables import Order
from tests.backend.returns.returning import (
    ask,
    at_once,
    delivered,
    families,
    found,
    how_many,
    left,
    receive,
    reprice,
    settle,
    state,
)
from tests.backend.shipping.handling import shipped, told
from tests.backend.world import World


def lines_of(work, number: str) -> list[tuple[str, int, Decimal]]:
    return [(line.product.sku, line.quantity, line.price) for line in queries.by_number(work, number).lines]


def test_each_of_two_lines_keeps_its_own_price_and_options(world: World) -> None:
    families(world)
    with world.database.write() as session:
        for sku, length in (("30-101", 40), ("30-102", 50)):
            product = by_sku(session, sku)
            product.options = {"length": length}
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    reprice(world, "10-109", "0.90")  # what was paid is what is credited, whatever it costs today
    reprice(world, "20-104", "0.55")
    reprice(world, "30-102", "0.04")
    back = ask(world, number, (1, 60, "20-104"), (2, 30, "30-102"), resolution="exchange")
    with world.reading() as work:
        row = found(work, back)
        assert [
            (line.product.sku, line.price, line.exchange_product.sku, line.exchange_price) for line in row.lines
        ] == [
            ("10-109", Decimal("0.1"), "20-104", Decimal("0.55")),
            ("30-101", Decimal("0.05"), "30-102", Decimal("0.04")),
        ]
        assert (row.lines[1].product.options, row.lines[1].exchange_product.options) == ({"length": 40}, {"length": 50})
        money = returns_money.money(work, row)
        assert [(line.credit, line.replacement, line.difference) for line in money.lines] == [
            (Decimal("6.00"), Decimal("33.00"), Decimal("27.00")),
            (Decimal("1.50"), Decimal("1.20"), Decimal("-0.30")),
        ]
        assert money.difference == Decimal("26.70")
        assert row.state == "approved"
        assert lines_of(work, row.exchange_order.number) == [
            ("20-104", 60, Decimal("0.55")),
            ("30-102", 30, Decimal("0.04")),
        ]
        assert row.exchange_order.total == Decimal("34.20")
    assert (world.level("20-104"), world.level("30-102")) == ((60, 60), (400, 30))
    assert left(world, number) == [0, 10]


def test_the_new_goods_cost_what_this_customer_pays_today(small: World) -> None:
    families(small)
    number = delivered(small, ("30-101", 40), email="other@test", code="C2")
    reprice(small, "30-102", "0.03", code="C2")
    back = ask(small, number, (1, 40, "30-102"), resolution="exchange", email="other@test")
    with small.reading("other@test") as work:
        line = found(work, back).lines[0]
        assert (line.price, line.exchange_price) == (Decimal("0.04"), Decimal("0.03"))


def test_lines_for_the_same_product_earn_its_price_break_together(small: World) -> None:
    families(small)
    first, second = ("10-109", 150), ("20-104", 60)
    number = delivered(small, first, second)
    back = ask(small, number, (1, 150, "45-103"), (2, 60, "45-103"), resolution="exchange")
    with small.reading() as work:
        row = found(work, back)
        assert [line.exchange_price for line in row.lines] == [Decimal("0.009"), Decimal("0.009")]
        assert lines_of(work, row.exchange_order.number) == [("45-103", 210, Decimal("0.009"))]
        assert returns_money.money(work, row).replacement.total == row.exchange_order.total == Decimal("1.89")


def test_the_replacement_is_free_of_delivery_and_of_any_value_and_goes_where_the_goods_went(world: World) -> None:
    families(world)
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        addresses = [
            Address(
                customer_id=customer.id,
                line1=f"{n} Mill Lane",
                city="Thornbury",
                country="United Kingdom",
                default=n == 1,
            )
            for n in (1, 2)
        ]
        session.add_all(addresses)
        company = session.get(Company, 1)
        company.delivery_charge = Decimal("9.50")
    number = delivered(world, ("30-101", 40))
    with world.database.write() as session:
        company = session.get(Company, 1)
        company.minimum_order = Decimal(100)
        order = session.scalars(select(Order)).one()
        order.delivery_address = {**order.delivery_address, "line1": "2 Mill Lane"}
    back = ask(world, number, (1, 10, "30-102"), resolution="exchange")
    with world.reading() as work:
        replacement = found(work, back).exchange_order
        assert (replacement.delivery, replacement.total) == (Decimal(0), Decimal("0.60"))
        assert replacement.delivery_address["line1"] == "2 Mill Lane"
        assert replacement.state == "placed"


@pytest.mark.parametrize(
    ("sku", "wanted", "code"),
    [
        ("30-101", "10-109", "another_product"),
        ("10-109", "30-101", "another_product"),
        ("10-109", "11-109", "discontinued"),
        ("10-109", "10-109", "same_product"),
        ("10-109", "70-103", "another_unit"),
    ],
)
def test_what_may_not_be_had_for_it_is_refused_and_changes_nothing(
    world: World, sku: str, wanted: str, code: str
) -> None:
    families(world)
    number = delivered(world, (sku, 60))
    before = (world.level("10-109"), world.level("30-101"))
    with pytest.raises(Conflict) as caught:
        ask(world, number, (1, 60, wanted), resolution="exchange")
    assert caught.value.code == code
    assert how_many(world) == (1, 0)
    assert (world.level("10-109"), world.level("30-101")) == before


def test_products_without_a_family_can_not_be_exchanged(small: World) -> None:
    number = delivered(small, ("30-101", 60))
    with pytest.raises(Conflict) as caught:
        ask(small, number, (1, 60, "30-102"), resolution="exchange")
    assert caught.value.code == "another_product"


def test_one_line_that_can_not_be_exchanged_refuses_all(small: World) -> None:
    families(small)
    number = delivered(small, ("30-101", 60), ("10-109", 60))
    with pytest.raises(Conflict):
        ask(small, number, (1, 60, "30-102"), (2, 60, "11-109"), resolution="exchange")
    assert how_many(small) == (1, 0)
    assert small.level("30-102") == (400, 0)


@pytest.mark.parametrize(
    ("quantity", "wanted", "down", "up"),
    [(15, "45-103", 10, 20), (55, "45-103", 50, 60), (15, "20-104", None, 20), (5, "20-104", None, 20)],
)
def test_each_line_has_to_fit_how_the_new_product_is_sold(
    small: World, quantity: int, wanted: str, down: int | None, up: int
) -> None:
    families(small)
    number = delivered(small, ("10-109", 60))
    with pytest.raises(Invalid) as caught:
        ask(small, number, (1, quantity, wanted), resolution="exchange")
    assert caught.value.code == "quantity_does_not_fit"
    assert (caught.value.facts["down"], caught.value.facts["up"]) == (down, up)
    assert how_many(small) == (1, 0)


def test_no_more_is_offered_than_there_is_to_give_back(small: World) -> None:
    families(small)
    number = delivered(small, ("10-109", 15))
    with pytest.raises(Invalid) as caught:
        ask(small, number, (1, 15, "45-103"), resolution="exchange")
    assert (caught.value.facts["down"], caught.value.facts["up"]) == (10, None)


def test_a_line_is_exchanged_for_two_others(small: World) -> None:
    families(small)
    number = delivered(small, ("10-109", 60))
    back = ask(small, number, (1, 20, "45-103"), (1, 40, "20-104"), resolution="exchange")
    with small.reading() as work:
        row = found(work, back)
        assert lines_of(work, row.exchange_order.number) == [
            ("45-103", 20, Decimal("0.01")),
            ("20-104", 40, Decimal("0.5")),
        ]
        assert sum(line.total for line in row.lines) == Decimal("6.00")


def test_what_is_not_in_stock_is_back_ordered(small: World) -> None:
    families(small)
    number = delivered(small, ("10-109", 80))
    back = ask(small, number, (1, 80, "20-104"), resolution="exchange")
    with small.reading() as work:
        line = found(work, back).exchange_order.lines[0]
        assert (line.reserved, line.back_ordered) == (60, 20)


def test_a_late_exchange_is_ordered_once_it_is_approved_at_the_price_that_was_agreed(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40), days_ago=60)
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")
    with world.reading() as work:
        row = found(work, back)
        assert (row.state, row.exchange_order_id) == ("requested", None)
        assert returns_money.money(work, row).difference == Decimal("0.40")
    assert world.level("30-102") == (400, 0)
    reprice(world, "30-102", "0.99")
    with world.writing("desk@test") as work:
        returns.approve(work, found(work, back))
    with world.reading() as work:
        row = found(work, back)
        assert lines_of(work, row.exchange_order.number) == [("30-102", 40, Decimal("0.06"))]
        assert returns_money.money(work, row).difference == Decimal("0.40")
    assert world.level("30-102") == (400, 40)


def test_approved_twice_at_once_it_is_replaced_once(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40), days_ago=60)
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")

    def approve() -> None:
        with world.writing("desk@test") as work:
            returns.approve(work, found(work, back))

    failures = at_once(approve, approve)
    assert [getattr(error, "code", error) for error in failures] == ["illegal_transition"]
    assert how_many(world) == (2, 1)
    assert world.level("30-102") == (400, 40)


def test_what_is_no_longer_sold_can_not_be_approved(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40), days_ago=60)
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")
    with world.database.write() as session:
        product = by_sku(session, "30-102")
        product.active = False
    with world.writing("desk@test") as work, pytest.raises(Conflict) as caught:
        returns.approve(work, found(work, back))
    assert caught.value.code == "discontinued"
    assert state(world, back) == "requested"
    assert how_many(world) == (1, 1)


def test_a_rejected_exchange_takes_its_replacement_back(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40))
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")
    with world.writing("desk@test") as work:
        returns.reject(work, found(work, back), "The goods never came")
    with world.reading() as work:
        row = found(work, back)
        assert (row.state, row.exchange_order.state) == ("rejected", "cancelled")
    assert (world.level("30-102"), left(world, number)) == ((400, 0), [40])


def test_a_replacement_that_has_left_stays_an_order(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40))
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")
    with world.reading() as work:
        replacement = found(work, back).exchange_order.number
    shipped(world, replacement)
    with world.writing("desk@test") as work:
        returns.reject(work, found(work, back), "The goods never came")
    with world.reading() as work:
        assert queries.by_number(work, replacement).state == "in_fulfilment"


def test_the_old_goods_are_credited_once_they_are_here_as_far_as_they_came(world: World) -> None:
    families(world)
    number = delivered(world, ("30-101", 40))
    back = ask(world, number, (1, 40, "30-102"), resolution="exchange")
    receive(world, back, (1, 30, 0))
    settle(world, back)
    with world.reading() as work:
        row = found(work, back)
        money, status = returns_money.money(work, row), returns_queries.refund_status(work, row)
        assert (row.state, status.status, status.amount) == ("settled", "exchanged", Decimal("1.50"))
        assert (money.credit.total, money.replacement.total, money.difference) == (
            Decimal("1.50"), Decimal("2.40"), Decimal("0.90"),
        )  # fmt: skip
    assert told(world, back) == ["return.requested", "return.approved", "return.received", "return.settled"]


def test_the_same_goods_exchanged_twice_at_once_are_replaced_once(world: World) -> None:
    families(world)
    with world.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().credit_limit = Decimal(1000)
    number = delivered(world, ("30-101", 40), ("10-109", 20))
    failures = at_once(
        lambda: ask(world, number, (1, 40, "30-102"), (2, 20, "20-104"), resolution="exchange"),
        lambda: ask(world, number, (2, 20, "20-104"), (1, 40, "30-102"), resolution="exchange"),
    )
    assert [getattr(error, "code", error) for error in failures] == ["more_than_returnable"]
    assert how_many(world) == (2, 1)
    assert (world.level("30-102"), world.level("20-104")) == ((400, 40), (60, 20))


def test_what_may_be_had_for_a_product(small: World) -> None:
    families(small)
    with small.reading() as work:
        bolt, cloth, screw = (by_sku(work.session, sku) for sku in ("10-109", "70-103", "30-101"))
        found_for = exchanges.variants(work, [bolt, cloth, screw])
        assert {key: [other.sku for other in others] for key, others in found_for.items()} == {
            bolt.id: ["20-104", "45-103"],
            cloth.id: [],
            screw.id: ["30-102"],
        }


def test_an_exchange_above_the_credit_limit_is_held_like_any_order(small: World) -> None:
    families(small)
    number = delivered(small, ("10-109", 60))
    with small.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().credit_limit = Decimal(10)
    back = ask(small, number, (1, 60, "20-104"), resolution="exchange")
    with small.reading() as work:
        replacement = found(work, back).exchange_order
        assert (replacement.state, [hold.reason for hold in replacement.holds]) == ("on_hold", ["credit_limit"])


def test_a_product_without_a_price_can_not_be_had(small: World) -> None:
    families(small)
    number = delivered(small, ("30-101", 60))
    with small.database.write() as session:
        product = by_sku(session, "30-102")
        product.prices.clear()
    with pytest.raises(Refused) as caught:
        ask(small, number, (1, 60, "30-102"), resolution="exchange")
    assert caught.value.code == "no_price"
    assert how_many(small) == (1, 0)
