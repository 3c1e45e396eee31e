"""Returns: asking for them, approving or rejecting them, taking the goods in, and what is credited for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, Invoice, Payment
from backend.catalogue.tables import TaxRate
from backend.company.tables import AuditEvent
from backend.customers.tables import Customer, PaymentMethod
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.insight.queries import daily_demand
from backend.returns import money as returns_money
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.sales import queries, service
from backend.sales.service import Details
from backend.sales.tables import OrderLine, SalesReturn
from backend.stock.tables import StockEntry
from tests.backend.billing.trading import refunded, withdraw
from tests.backend.returns.returning import (
    ask,
    at_once,
    deliver,
    delivered,
    found,
    how_many,
    left,
    receive,
    returned,
    settle,
    state,
)
from tests.backend.shipping.handling import place, shipped, told
from tests.backend.world import World

# ---- asking --------------------------------------------------------------------------------------------------------


def test_part_of_what_was_delivered_comes_back_at_the_price_that_was_paid(world: World) -> None:
    number = delivered(world, ("10-109", 200), ("30-101", 40))
    back = ask(world, number, (1, 50), reason="too many")
    with world.reading() as work:
        row = found(work, back)
        assert (row.state, row.resolution, row.reason, row.order.number) == ("approved", "credit", "too many", number)
        assert [(line.product.sku, line.quantity, line.price, line.total) for line in row.lines] == [
            ("10-109", 50, Decimal("0.09"), Decimal("4.50"))
        ]
        assert row.total == Decimal("4.50")
    assert left(world, number) == [150, 40]
    assert told(world, back) == ["return.requested", "return.approved"]
    assert returned(world, number) == [0, 0]  # nothing is here yet


def test_other_goods_of_the_order_may_be_asked_back_while_a_return_is_open(world: World) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    first, second = ask(world, number, (1, 60)), ask(world, number, (2, 10), (2, 5))
    assert (state(world, first), state(world, second)) == ("approved", "approved")
    assert left(world, number) == [0, 25]


@pytest.mark.parametrize("items", [[(1, 61)], [(1, 40), (1, 21)], [(2, 40), (1, 1_000_000)]])
def test_no_more_comes_back_than_was_delivered(world: World, items: list[tuple[int, int]]) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    with pytest.raises(Conflict) as caught:
        ask(world, number, *items)
    assert (caught.value.code, caught.value.facts["returnable"]) == ("more_than_returnable", 60)
    assert how_many(world) == (1, 0)


def test_what_comes_back_already_can_not_be_asked_back_again(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    ask(world, number, (1, 45))
    with pytest.raises(Conflict, match="Only 15 of Hex bolt M8x40 zinc"):
        ask(world, number, (1, 16))
    ask(world, number, (1, 15))
    with pytest.raises(Conflict, match="All 60 of Hex bolt M8x40 zinc"):
        ask(world, number, (1, 1))
    assert how_many(world) == (1, 2)


def test_a_pending_order_is_changed_or_cancelled_instead(small: World) -> None:
    number = place(small, ("10-109", 60))
    with pytest.raises(Conflict, match="changed or cancelled") as caught:
        ask(small, number, (1, 10))
    assert caught.value.code == "not_delivered"
    shipment = shipped(small, number)
    with pytest.raises(Conflict, match="on its way"):
        ask(small, number, (1, 10))
    deliver(small, shipment)
    assert state(small, ask(small, number, (1, 10))) == "approved"


def test_a_cancelled_order_has_nothing_to_return(small: World) -> None:
    number = place(small, ("10-109", 60))
    with small.writing() as work:
        service.cancel_order(work, queries.by_number(work, number), "changed my mind")
    with pytest.raises(Conflict, match="was cancelled") as caught:
        ask(small, number, (1, 10))
    assert caught.value.code == "not_delivered"


def test_of_a_part_delivery_only_that_part_comes_back(world: World) -> None:
    number = place(world, ("10-109", 60), ("30-101", 40))
    deliver(world, shipped(world, number, {1: 20}))
    shipped(world, number, {1: 15})
    assert left(world, number) == [20, 0]
    with pytest.raises(Conflict) as caught:
        ask(world, number, (1, 21))
    assert caught.value.code == "more_than_returnable"
    with pytest.raises(Conflict) as caught:
        ask(world, number, (2, 1))
    assert caught.value.code == "not_delivered"
    assert state(world, ask(world, number, (1, 20))) == "approved"


@pytest.mark.parametrize(
    ("items", "resolution", "code"),
    [
        ([], "credit", "no_lines"),
        ([(1, 0)], "credit", "quantity_too_small"),
        ([(1, -1)], "refund", "quantity_too_small"),
        ([(1, 1)], "money", "unknown_resolution"),
        ([(1, 1)], "exchange", "exchange_missing"),
        ([(1, 1, "30-102")], "refund", "exchange_unexpected"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(small: World, items, resolution: str, code: str) -> None:
    number = delivered(small, ("10-109", 60))
    with pytest.raises(Invalid) as caught:
        ask(small, number, *items, resolution=resolution)
    assert caught.value.code == code
    assert how_many(small) == (1, 0)


def test_a_line_of_another_order_is_refused(small: World) -> None:
    number, other = delivered(small, ("10-109", 60)), delivered(small, ("30-101", 60))
    with pytest.raises(Invalid) as caught, small.writing() as work:
        line = queries.by_number(work, other).lines[0]
        returns.request_return(work, queries.by_number(work, number), [returns.Item(line, 1)], resolution="credit")
    assert caught.value.code == "unknown_line"
    assert how_many(small) == (2, 0)


def test_nobody_returns_what_another_company_bought(small: World) -> None:
    number = delivered(small, ("10-109", 60))
    for email in ("other@test", "buyer@test"):
        with pytest.raises(NotFound):
            ask(small, number, (1, 10), email=email)
    with small.writing("other@test") as work, small.reading() as ours, pytest.raises(NotAllowed):
        order = queries.by_number(ours, number)
        returns.request_return(work, order, [returns.Item(order.lines[0], 1)], resolution="credit")
    assert how_many(small) == (1, 0)


def test_our_people_ask_for_a_customer_and_the_record_says_so(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    back = ask(world, number, (1, 10), email="rep@test")
    with world.reading() as work:
        row = found(work, back)
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "return.requested")).one()
        assert (event.subject_key, event.on_behalf_of_id) == (back, row.customer_id)
    with world.reading("other@test") as work, pytest.raises(NotFound):
        found(work, back)


def test_the_same_goods_asked_back_twice_at_once_come_back_once(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    failures = at_once(lambda: ask(world, number, (1, 60)), lambda: ask(world, number, (1, 60)))
    assert [getattr(error, "code", error) for error in failures] == ["more_than_returnable"]
    assert how_many(world) == (1, 1)


def test_many_at_once_ask_back_what_there_is_and_no_more(world: World) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    failures = at_once(*[lambda: ask(world, number, (2, 10), (1, 20)) for _ in range(6)])
    assert [getattr(error, "code", error) for error in failures] == ["more_than_returnable"] * 3
    assert left(world, number) == [0, 10]


# ---- taking the goods in -------------------------------------------------------------------------------------------


def entries(world: World, number: str) -> list[tuple[str, int, str | None]]:
    with world.database.read() as session:
        rows = session.scalars(select(StockEntry).where(StockEntry.document == number).order_by(StockEntry.id))
        return [(row.kind, row.quantity, row.reason) for row in rows]


def test_what_is_fit_goes_back_to_stock_and_what_is_not_is_scrapped(world: World) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    back = ask(world, number, (1, 50), (2, 40), reason="wrong ones")
    receive(world, back, (1, 42, 8), (2, 0, 40))
    assert (world.level("10-109"), world.level("30-101")) == ((482, 0), (360, 0))
    assert entries(world, back) == [
        ("return", 50, "wrong ones"),
        ("adjustment", -8, "Scrapped on return"),
        ("return", 40, "wrong ones"),
        ("adjustment", -40, "Scrapped on return"),
    ]
    assert returned(world, number) == [50, 40]
    assert left(world, number) == [10, 0]
    assert told(world, back)[-1] == "return.received"
    with world.reading() as work:
        row = found(work, back)
        assert (row.state, work.clock.date_of(row.returned_at)) == ("received", date(2026, 6, 17))


def test_only_what_came_is_credited_and_the_rest_may_be_asked_back_again(world: World) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    back = ask(world, number, (1, 50), (2, 40))
    receive(world, back, (1, 30, 0))
    with world.reading() as work:
        row = found(work, back)
        assert [(line.announced, line.quantity, line.total) for line in row.lines] == [
            (50, 30, Decimal("3.00")),
            (40, 0, Decimal("0.00")),
        ]
        assert row.total == Decimal("3.00")
    assert (returned(world, number), left(world, number)) == ([30, 0], [30, 40])
    settle(world, back)
    with world.database.read() as session:
        note = session.scalars(select(CreditNote)).one()
        assert (note.return_id is not None, note.total) == (True, Decimal("3.00"))
        assert [(line.sku, line.quantity, line.total) for line in note.lines] == [("10-109", 30, Decimal("3.00"))]


@pytest.mark.parametrize(
    ("came", "code"),
    [
        ([(1, 51, 0)], "more_than_announced"),
        ([(1, 26, 25)], "more_than_announced"),
        ([(1, -1, 0)], "unclear_arrival"),
        ([(1, 1, 0), (1, 1, 0)], "unclear_arrival"),
        ([(1, 0, 0)], "nothing_came"),
    ],
)
def test_what_can_not_have_come_is_refused_and_changes_nothing(
    small: World, came: list[tuple[int, int, int]], code: str
) -> None:
    number = delivered(small, ("10-109", 60))
    back = ask(small, number, (1, 50))
    with pytest.raises(Invalid) as caught:
        receive(small, back, *came)
    assert caught.value.code == code
    assert (state(small, back), returned(small, number), entries(small, back)) == ("approved", [0], [])
    assert small.level("10-109") == (440, 0)


def test_what_comes_back_fills_back_orders(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    waiting = place(world, ("10-109", 500), email="other@test", code="C2")
    back = ask(world, number, (1, 50))
    receive(world, back)
    with world.reading("other@test") as work:
        line = queries.by_number(work, waiting).lines[0]
        assert (line.reserved, line.back_ordered) == (490, 10)
    assert world.level("10-109") == (490, 490)


def test_goods_are_taken_in_once_however_often_it_is_said(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    back = ask(world, number, (1, 50))
    failures = at_once(lambda: receive(world, back), lambda: receive(world, back))
    assert [getattr(error, "code", error) for error in failures] == ["illegal_transition"]
    assert (world.level("10-109"), returned(world, number)) == ((490, 0), [50])


def test_two_returns_of_one_line_are_taken_in_at_once(world: World) -> None:
    number = delivered(world, ("10-109", 60), ("30-101", 40))
    first, second = ask(world, number, (1, 20), (2, 20)), ask(world, number, (2, 20), (1, 40))
    assert at_once(lambda: receive(world, first), lambda: receive(world, second)) == []
    assert (world.level("10-109"), returned(world, number)) == ((500, 0), [60, 40])


# ---- rejecting -----------------------------------------------------------------------------------------------------


def test_a_rejected_return_says_why_and_frees_the_goods(world: World) -> None:
    number = delivered(world, ("10-109", 60), days_ago=90)
    back = ask(world, number, (1, 60))
    with world.writing("desk@test") as work, pytest.raises(Invalid) as caught:
        returns.reject(work, found(work, back), "  ")
    assert caught.value.code == "reason_missing"
    with world.writing() as work, pytest.raises(NotAllowed):
        returns.reject(work, found(work, back), "no")
    with world.writing("desk@test") as work:
        returns.reject(work, found(work, back), "Three months are too long")
    with world.reading() as work:
        row = found(work, back)
        status = returns_queries.refund_status(work, row)
        assert (row.state, row.note, status.amount) == ("rejected", "Three months are too long", Decimal(0))
    assert left(world, number) == [60]
    assert told(world, back) == ["return.requested", "return.rejected"]


@pytest.mark.parametrize("step", ["receive", "settle"])
def test_no_step_is_left_out(small: World, step: str) -> None:
    number = delivered(small, ("10-109", 60), days_ago=90)
    back = ask(small, number, (1, 60))
    with pytest.raises(Conflict) as caught:
        {"receive": receive, "settle": settle}[step](small, back)
    assert caught.value.code == "illegal_transition"
    assert (state(small, back), small.level("10-109")) == ("requested", (440, 0))


# ---- money ---------------------------------------------------------------------------------------------------------


def test_returned_piece_by_piece_no_more_is_credited_than_was_paid(small: World) -> None:
    number = delivered(small, ("10-109", 5), email="other@test", code="C2")
    with small.database.write() as session:  # 5 × 0.045 is 0.225: 0.23 in one, 5 × 0.05 piece by piece
        line = session.scalars(select(OrderLine)).one()
        line.price = Decimal("0.045")
    backs = [ask(small, number, (1, 1), email="other@test") for _ in range(5)]
    for back in reversed(backs):
        receive(small, back)
    with small.database.read() as session:
        totals = session.scalars(select(SalesReturn.total)).all()
        assert sum(totals) == Decimal("0.23")
        assert all(total in (Decimal("0.04"), Decimal("0.05")) for total in totals)


def pay(world: World, number: str, method: str) -> None:
    """The customer pays all invoices of an order."""
    from backend.billing import payments

    with world.writing("desk@test") as work:
        order = queries.by_number(work, number)
        invoices = work.session.scalars(select(Invoice).where(Invoice.order_id == order.id)).all()
        amount = sum(invoice.total for invoice in invoices)
        payments.record_payment(work, order.customer, amount, method, invoices=invoices)


def with_card(world: World) -> None:
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add(PaymentMethod(customer_id=customer.id, kind="card", label="Visa ending 4242"))


def test_a_refund_goes_the_way_the_goods_were_paid(world: World) -> None:
    with_card(world)
    number = delivered(world, ("10-109", 60), details=Details(payment_method="Visa ending 4242"))
    pay(world, number, "Visa ending 4242")
    back = ask(world, number, (1, 50), resolution="refund")
    with world.reading() as work:
        status = returns_queries.refund_status(work, found(work, back))
        assert (status.waiting_for, status.amount, status.refunded, status.method, status.by) == (
            "goods", Decimal("5.00"), Decimal(0), "Visa ending 4242", None,
        )  # fmt: skip
    receive(world, back)
    with world.reading() as work:
        status = returns_queries.refund_status(work, found(work, back))
        assert (status.waiting_for, status.by) == ("settlement", date(2026, 6, 24))
    settle(world, back)
    with world.reading() as work:
        status = returns_queries.refund_status(work, found(work, back))
        payment = work.session.scalars(select(Payment).where(Payment.kind == "refund")).one()
        assert (payment.method, payment.amount) == ("Visa ending 4242", Decimal("5.00"))
        assert (status.refunded, status.on_account, status.method, status.payment, status.waiting_for) == (
            Decimal("5.00"), Decimal(0), "Visa ending 4242", payment.number, None,
        )  # fmt: skip
    assert told(world, back)[-1] == "return.settled"


def test_a_credit_that_is_asked_back_and_then_left_is_credited_again(world: World) -> None:
    with_card(world)
    number = delivered(world, ("10-109", 60), details=Details(payment_method="Visa ending 4242"))
    pay(world, number, "Visa ending 4242")
    back = ask(world, number, (1, 50))
    receive(world, back)
    settle(world, back)
    with world.reading() as work:
        note = work.session.scalars(select(CreditNote.number)).one()
    asked = refunded(world, note, email="customer@test")
    with world.reading() as work:
        assert returns_queries.refund_status(work, found(work, back)).status == "the refund is on its way"
    withdraw(world, asked)
    with world.reading() as work:
        assert returns_queries.refund_status(work, found(work, back)).status == "credited"


def test_a_credit_stands_on_the_account_and_no_money_moves(world: World) -> None:
    with_card(world)
    number = delivered(world, ("10-109", 60), details=Details(payment_method="Visa ending 4242"))
    pay(world, number, "Visa ending 4242")
    back = ask(world, number, (1, 50))
    receive(world, back)
    settle(world, back)
    with world.reading() as work:
        status = returns_queries.refund_status(work, found(work, back))
        assert (status.status, status.method) == ("credited", "account")
        assert (status.amount, status.refunded, status.on_account) == (Decimal("5.00"), Decimal(0), Decimal("5.00"))
        assert work.session.scalars(select(Payment).where(Payment.kind == "refund")).all() == []


def test_what_was_never_paid_is_set_off_against_its_invoice(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    back = ask(world, number, (1, 50), resolution="refund")
    receive(world, back)
    settle(world, back)
    with world.reading() as work:
        status = returns_queries.refund_status(work, found(work, back))
        assert (status.amount, status.applied, status.refunded) == (Decimal("5.00"), Decimal("5.00"), Decimal(0))
        assert work.session.scalars(select(Payment).where(Payment.kind == "refund")).all() == []


def test_what_is_said_beforehand_is_what_is_credited_to_the_penny(small: World) -> None:
    with small.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2")))
    number = delivered(small, ("10-109", 3), ("30-101", 7), ("30-102", 6))  # 0.30, 0.35, 0.36: tax of 0.202 in all
    for items in ([(1, 3)], [(2, 4), (3, 1)], [(2, 3), (3, 5)]):
        back = ask(small, number, *items)
        receive(small, back)
        with small.reading() as work:
            expected = returns_money.money(work, found(work, back))
        settle(small, back)
        with small.reading() as work:
            row = found(work, back)
            assert returns_money.money(work, row) == expected
            assert sum(line.credit for line in expected.lines) == expected.credit.net == row.total
    with small.database.read() as session:
        invoice, notes = session.scalars(select(Invoice)).one(), session.scalars(select(CreditNote)).all()
        assert sum(note.total for note in notes) == invoice.total == invoice.credited == Decimal("1.21")


def test_a_return_is_settled_once(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    back = ask(world, number, (1, 50))
    receive(world, back)
    failures = at_once(lambda: settle(world, back), lambda: settle(world, back))
    assert [getattr(error, "code", error) for error in failures] == ["illegal_transition"]
    with world.database.read() as session:
        assert len(session.scalars(select(CreditNote)).all()) == 1


@pytest.mark.parametrize("step", ["approve", "receive", "settle"])
def test_only_our_people_handle_returns(small: World, step: str) -> None:
    number = delivered(small, ("10-109", 60), days_ago=40)
    back = ask(small, number, (1, 50))
    for email in ("customer@test", "rep@test"):
        with small.writing(email) as work, pytest.raises(NotAllowed):
            getattr(returns, step)(work, found(work, back))
    assert state(small, back) == "requested"


def test_demand_is_net_of_what_has_come_back_and_of_nothing_else(world: World) -> None:
    def demand() -> float:
        with world.database.read() as session:
            return float(daily_demand(session)["y"].sum())

    number = delivered(world, ("10-109", 60))
    back = ask(world, number, (1, 50))
    assert demand() == 60
    receive(world, back, (1, 30, 10))
    assert demand() == 20
    settle(world, back)
    assert demand() == 20


# ---- withdrawing


def test_a_customer_keeps_the_goods_after_all(world: World) -> None:
    number = delivered(world, ("10-109", 60))
    asked = ask(world, number, (1, 10))
    with world.writing() as work:
        returns.withdraw(work, found(work, asked))
    with world.reading() as work:
        row = found(work, asked)
        assert (row.state, row.note) == ("rejected", "Withdrawn by the customer")
    ask(world, number, (1, 10))  # and may be asked back again


def test_what_has_arrived_can_not_be_withdrawn(world: World) -> None:
    asked = ask(world, delivered(world, ("10-109", 60)), (1, 10))
    receive(world, asked)
    with pytest.raises(Conflict), world.writing() as work:
        returns.withdraw(work, found(work, asked))
    assert state(world, asked) == "received"


def test_nobody_withdraws_for_another_company(small: World) -> None:
    asked = ask(small, delivered(small, ("10-109", 60)), (1, 10))
    with small.reading() as work:
        row = found(work, asked)
    with pytest.raises((NotAllowed, NotFound)), small.writing("other@test") as work:
        returns.withdraw(work, row)
    assert state(small, asked) == "approved"
