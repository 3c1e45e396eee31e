"""Credit is set off against the customer's next invoice: the oldest first, shown on the invoice, told and recorded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing import accounts, queries, refunds
from backend.billing.jobs import mark_overdue
from backend.billing.showing import shown_invoice
from backend.billing.tables import Invoice
from backend.company.tables import AuditEvent, Company
from backend.customers.queries import by_code
from backend.errors import NotAllowed, Refused
from backend.events.tables import OutboxEvent
from backend.papers.billing_papers import invoice as paper_of
from tests.backend.billing.trading import (
    by_hand,
    credited,
    fail,
    figures,
    given_back,
    invoice,
    note,
    numbers,
    paid,
    payment,
    refunded,
    settle,
    worth,
)
from tests.backend.shipping.handling import at_once, told
from tests.backend.world import World

D = Decimal


def credit(world: World, amount: str) -> str:
    """A credit note that leaves all of an amount: its invoice was paid before."""
    number = worth(world, amount)
    paid(world, amount, number)
    return credited(world, number)


def used(world: World, number: str) -> list[tuple[str, str, str]]:
    return [(part["kind"], part["number"], part["amount"]) for part in invoice(world, number).set_off]


def balance(world: World) -> tuple[Decimal, Decimal]:
    with world.reading("desk@test") as work:
        found = accounts.balance(work, by_code(work, "C1"))
        return found.outstanding, found.credit


# ---- the rule ------------------------------------------------------------------------------------------------------


def test_without_credit_an_invoice_is_to_be_paid_as_it_is(small: World) -> None:
    number = worth(small, "30.00")
    assert (figures(small, number), used(small, number)) == (("issued", D(0), D(0)), [])


def test_the_oldest_credit_goes_first_whatever_it_is(world: World) -> None:
    first, second = credit(world, "10.00"), paid(world, "20.00")
    by_hand(world)
    third = credit(world, "40.00")
    with world.database.write() as session:
        session.get_one(Company, 1).set_off_credit = True
    number = worth(world, "45.00")
    assert used(world, number) == [
        ("credit_note", first, "10.00"), ("payment", second, "20.00"), ("credit_note", third, "15.00"),
    ]  # fmt: skip
    assert figures(world, number) == ("paid", D(20), D(25))
    assert (note(world, first).left, payment(world, second).unallocated, note(world, third).left) == (D(0), D(0), D(25))
    assert balance(world) == (D(0), D(25))


def test_what_credit_does_not_cover_is_to_be_paid(small: World) -> None:
    spare = credit(small, "10.00")
    number = worth(small, "30.00")
    assert figures(small, number) == ("part_paid", D(0), D(10))
    assert invoice(small, number).outstanding == D(20)
    paid(small, "20.00")
    assert figures(small, number) == ("paid", D(20), D(10))
    assert note(small, spare).version == 2


def test_an_invoice_that_credit_pays_is_paid_and_not_credited(small: World) -> None:
    credit(small, "30.00")
    number = worth(small, "30.00")
    assert figures(small, number) == ("paid", D(0), D(30))
    assert told(small, number) == ["invoice.issued", "invoice.paid"]
    back = note(small, credited(small, number))
    assert (back.applied, back.left) == (D(0), D(30))


def test_what_is_left_to_pay_becomes_overdue(small: World) -> None:
    credit(small, "10.00")
    number = worth(small, "30.00")
    with small.database.write() as session:
        session.scalars(select(Invoice).where(Invoice.number == number)).one().due_date = date(2026, 1, 2)
    assert mark_overdue(small.database) == 1
    assert figures(small, number)[0] == "overdue"
    assert mark_overdue(small.database) == 0


def test_a_card_is_charged_for_the_rest_only(small: World) -> None:
    credit(small, "10.00")
    worth(small, "30.00", method="VISA 4242")
    with small.reading("desk@test") as work:
        (expected,) = queries.payments_page(work, state="pending", limit=5)
        assert (expected.amount, expected.method) == (D(20), "VISA 4242")
    credit(small, "50.00")
    assert figures(small, worth(small, "50.00", method="VISA 4242"))[0] == "paid"
    with small.reading("desk@test") as work:
        assert [one.number for one in queries.payments_page(work, state="pending", limit=5)] == [expected.number]


def test_another_customers_credit_is_not_touched(small: World) -> None:
    paid(small, "50.00", code="C2")
    assert used(small, worth(small, "30.00")) == []


def test_money_that_has_not_come_in_or_bounced_is_no_credit(small: World) -> None:
    number = paid(small, "50.00")
    fail(small, number)
    assert used(small, worth(small, "30.00")) == []


def test_a_company_may_have_it_done_by_hand(small: World) -> None:
    by_hand(small)
    spare = credit(small, "10.00")
    assert (used(small, worth(small, "30.00")), note(small, spare).left) == ([], D(10))


def test_invoices_at_once_do_not_use_credit_twice(world: World) -> None:
    spare = credit(world, "10.00")
    assert at_once(lambda: worth(world, "8.00"), lambda: worth(world, "8.00")) == []
    row = note(world, spare)
    assert (row.applied, row.left) == (D(10), D(0))
    assert balance(world) == (D(6), D(0))


# ---- where it is seen ----------------------------------------------------------------------------------------------


def test_it_is_on_the_invoice_on_its_paper_and_on_the_statement(small: World) -> None:
    spare = credit(small, "10.00")
    number = worth(small, "30.00")
    with small.reading("desk@test") as work:
        row = queries.invoice(work, number)
        assert [part.model_dump(mode="json") for part in shown_invoice(row).set_off] == [
            {"kind": "credit_note", "number": spare, "amount": "10.00"}
        ]
        last = [(one.label, one.value) for one in paper_of(work, row).amounts][-3:]
        assert last == [("Total", "£30.00"), (f"Less credit {spare}", "-10.00"), ("To pay", "£20.00")]
        entries = accounts.statement(work, by_code(work, "C1"), date(2026, 1, 1)).entries
    found = {entry.number: (entry.amount, entry.balance, entry.set_off) for entry in entries}
    assert (found[number], found[spare]) == ((D(30), D(20), D(10)), (D(-10), D(-10), None))


def test_a_paper_stays_as_it_was_whatever_is_paid_later(small: World) -> None:
    credit(small, "10.00")
    number = worth(small, "30.00")
    with small.reading("desk@test") as work:
        before = paper_of(work, queries.invoice(work, number))
    paid(small, "20.00", number)
    with small.reading("desk@test") as work:
        assert paper_of(work, queries.invoice(work, number)) == before


def test_it_is_recorded_and_told(small: World) -> None:
    spare, money = credit(small, "10.00"), paid(small, "5.00")
    number = worth(small, "30.00")
    with small.database.read() as session:
        event = session.scalars(select(OutboxEvent).where(OutboxEvent.key == number)).first()
        assert [part["number"] for part in event.payload["set_off"]] == [spare, money]
        records = session.scalars(select(AuditEvent).where(AuditEvent.subject_key.in_((spare, money))))
        found = {row.kind: (row.before, row.after) for row in records}
    assert found["credit_note.applied"] == (
        {"applied": "0.00"}, {"applied": "10.00", "invoices": {number: "10.00"}, "at_issue": True},
    )  # fmt: skip
    assert found["payment.allocated"] == ({"paid": {}}, {"paid": {number: "5.00"}, "at_issue": True})


# ---- money instead -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["desk@test", "customer@test"])
def test_what_is_asked_back_is_no_credit_any_more(small: World, email: str) -> None:
    spare = credit(small, "10.00")
    with small.writing(email) as work:
        made = refunds.refund(work, queries.credit_note(work, spare))
        assert (made.state, made.amount) == ("pending", D(10))
    assert used(small, worth(small, "30.00")) == []


def test_a_refund_that_fails_is_credit_for_the_next_invoice(small: World) -> None:
    spare = credit(small, "10.00")
    fail(small, refunded(small, spare))
    assert used(small, worth(small, "30.00")) == [("credit_note", spare, "10.00")]


@pytest.mark.parametrize("email", ["desk@test", "customer@test"])
def test_money_that_was_too_much_goes_back_too(small: World, email: str) -> None:
    number = worth(small, "30.00")
    money = paid(small, "50.00", number)
    for amount in ("20.01", "0.00"):
        with pytest.raises(Refused):
            given_back(small, money, amount, email=email)
    back = given_back(small, money, "15.00", email=email)
    row = payment(small, back)
    assert (row.kind, row.state, row.amount, row.method) == ("refund", "pending", D(15), "bank transfer")
    assert (payment(small, money).unallocated, balance(small)) == (D(5), (D(0), D(5)))
    settle(small, back)
    assert (payment(small, back).state, payment(small, money).state) == ("settled", "settled")
    other = given_back(small, money)
    fail(small, other)
    assert (payment(small, other).amount, payment(small, money).unallocated) == (D(5), D(5))
    with small.reading("desk@test") as work:
        assert accounts.statement(work, by_code(work, "C1"), date(2026, 1, 1)).closing == D(-5)


@pytest.mark.parametrize("email", ["rep@test", "buyer@test"])
def test_nobody_else_asks_for_money(small: World, email: str) -> None:
    spare, money = credit(small, "10.00"), paid(small, "20.00")
    before = numbers(small, type(payment(small, money)))
    with small.reading("desk@test") as desk:
        row, paid_in = queries.credit_note(desk, spare), queries.payment(desk, money)
    with pytest.raises(NotAllowed), small.writing(email) as work:
        refunds.refund(work, row)
    with pytest.raises(NotAllowed), small.writing(email) as work:
        refunds.refund_spare(work, paid_in)
    with pytest.raises(NotAllowed), small.writing("other@test") as work:
        refunds.refund_spare(work, paid_in)
    assert numbers(small, type(payment(small, money))) == before
