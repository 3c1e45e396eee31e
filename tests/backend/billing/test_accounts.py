"""Reading what is owed: only one's own, the balance, and the statement that leads to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.billing import accounts, queries
from backend.customers.queries import by_code
from backend.customers.tables import Customer
from backend.errors import Invalid, NotFound
from backend.sales import queries as sales
from tests.backend.billing.test_jobs import live_on
from tests.backend.billing.trading import by_hand, credited, due, invoiced, ordered, paid, refunded, settle, worth
from tests.backend.shipping.handling import at_once, shipped
from tests.backend.world import World

D = Decimal


def customer_of(world: World, code: str = "C1") -> Customer:
    with world.reading("desk@test") as work:
        return by_code(work, code)


def test_a_balance_is_what_is_owed_overdue_credit_and_on_order(world: World) -> None:
    with world.database.write() as session:
        session.get_one(Customer, customer_of(world).id).credit_limit = D(500)
    by_hand(world)
    late = worth(world, "100.00")
    paid(world, "30.00", late)
    worth(world, "50.00")
    paid(world, "0.50", worth(world, "0.25"))  # a quarter over
    order = ordered(world, [("10-109", 4, "10.00", "0.2")])
    shipped(world, order, {1: 1})
    due(world, late, date(2026, 6, 16))
    with world.reading() as work:
        found = accounts.balance(work, by_code(work, "C1"))
    assert found == accounts.Balance("GBP", D(132), D(70), D("0.25"), D(500), D(168))


def test_a_statement_tells_what_was_owed_after_each_document(world: World) -> None:
    early = worth(world, "100.00")
    live_on(world, date(2026, 7, 1))
    paid(world, "120.00", early)
    second = invoiced(world, [("10-109", 4, "10.00", "0")])
    credit = credited(world, early)
    settle(world, refunded(world, credit, amount="60.00"))
    with world.reading() as work:
        found = accounts.statement(work, by_code(work, "C1"), date(2026, 7, 1))
        whole = accounts.statement(work, by_code(work, "C1"), date(2026, 1, 1))
        balance = accounts.balance(work, by_code(work, "C1"))
    assert (found.opening, found.closing, found.since) == (D(100), D(-20), date(2026, 7, 1))
    assert [(one.day, one.kind, one.amount, one.balance) for one in found.entries] == [
        (date(2026, 7, 1), "payment", D(-120), D(-20)),
        (date(2026, 7, 1), "invoice", D(40), D(20)),
        (date(2026, 7, 1), "credit_note", D(-100), D(-80)),
        (date(2026, 7, 1), "refund", D(60), D(-20)),
    ]
    assert [one.number for one in found.entries][1:3] == [second, credit]
    assert (whole.opening, whole.closing, len(whole.entries)) == (D(0), D(-20), 5)
    assert whole.closing == balance.outstanding - balance.credit


def test_a_statement_nobody_reads_is_refused(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_ENTRIES", 1)
    worth(small, "1.00")
    worth(small, "1.00")
    with small.reading() as work, pytest.raises(Invalid) as caught:
        accounts.statement(work, by_code(work, "C1"), date(2026, 1, 1))
    assert caught.value.code == "statement_too_long"


@pytest.mark.parametrize(
    ("email", "sees"),
    [("customer@test", True), ("rep@test", True), ("desk@test", True), ("other@test", False), ("buyer@test", False)],
)
def test_what_is_not_yours_to_see_is_not_found(small: World, email: str, sees: bool) -> None:
    one = worth(small, "10.00")
    money, credit = paid(small, "4.00", one), credited(small, one)
    ours = customer_of(small)
    with small.reading(email) as work:
        reads = [
            (lambda: queries.invoice(work, one).number, one),
            (lambda: queries.payment(work, money).number, money),
            (lambda: queries.credit_note(work, credit.lower()).number, credit),
            (lambda: accounts.balance(work, ours).credit, D(4)),
            (lambda: accounts.statement(work, ours, date(2026, 1, 1)).closing, D(-4)),
        ]
        for read, expected in reads:
            if sees:
                assert read() == expected
            else:
                with pytest.raises(NotFound):
                    read()
        lists = [
            queries.invoices_page(work, limit=5),
            queries.payments_page(work, limit=5),
            queries.credit_notes_page(work, limit=5),
            queries.invoices_page(work, customer_id=ours.id, limit=5),
        ]
        assert [len(found) for found in lists] == [int(sees)] * 4


def test_unknown_numbers_are_not_found(small: World) -> None:
    with small.reading("desk@test") as work:
        for read, code in (
            (queries.invoice, "unknown_invoice"),
            (queries.payment, "unknown_payment"),
            (queries.credit_note, "unknown_credit_note"),
        ):
            with pytest.raises(NotFound) as caught:
                read(work, "XX-1")
            assert caught.value.code == code


def test_invoices_are_found_by_state_order_and_whether_they_are_late(small: World) -> None:
    late = worth(small, "10.00")
    order = ordered(small, [("10-109", 2, "10.00", "0")])
    shipped(small, order, {1: 1})
    shipped(small, order, {1: 1})
    first, second = "INV-100002", "INV-100003"
    paid(small, "10.00", first)
    due(small, late, date(2026, 6, 16))  # and nothing has marked it yet
    with small.reading("desk@test") as work:

        def found(**wanted: object) -> list[str | None]:
            return [row.number for row in queries.invoices_page(work, limit=5, **wanted)]  # type: ignore[arg-type]

        assert found() == [second, first, late]
        assert found(state="paid") == [first]
        assert found(order=order.lower()) == [second, first]
        assert found(overdue=True) == [late]
        assert found(overdue=False) == [second, first]
        assert found(before=queries.invoice(work, second).id) == [first, late]
        assert found(customer_id=-1) == []


def test_orders_placed_at_once_see_what_is_owed(world: World) -> None:
    """The credit limit counts invoices as money, not as ten-thousandths of it."""
    with world.database.write() as session:
        session.get_one(Customer, customer_of(world).id).credit_limit = D(150)
    worth(world, "100.00")
    assert at_once(*[lambda: ordered(world, [("30-101", 1, "40.00", "0")])] * 2) == []
    with world.reading("desk@test") as work:
        rows = sales.recent(work, None, 5)
        assert sorted(row.state for row in rows[:2]) == ["on_hold", "placed"]
