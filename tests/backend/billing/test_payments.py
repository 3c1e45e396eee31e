"""Payments: what they pay, what is over, what fails; refunds to the way it was paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing import accounts, payments, queries
from backend.billing.tables import CreditNote, Invoice, Payment, PaymentAllocation
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.errors import Conflict, Invalid, NotAllowed, Refused
from backend.sales import queries as sales
from tests.backend.billing.trading import (
    allocate,
    apply,
    by_hand,
    credited,
    due,
    fail,
    figures,
    given_back,
    invoiced,
    invoices,
    note,
    numbers,
    ordered,
    paid,
    payment,
    refunded,
    returned,
    settle,
    withdraw,
    worth,
)
from tests.backend.shipping.handling import at_once, shipped, told
from tests.backend.world import World

D = Decimal


def parts(world: World, number: str) -> dict[str, Decimal]:
    return {str(part.invoice.number): part.amount for part in payment(world, number).allocations}


def pending(world: World) -> str:
    """The number of the only pending payment."""
    with world.reading("desk@test") as work:
        (found,) = queries.payments_page(work, state="pending", limit=5)
        return found.number


def state(world: World) -> list[tuple[object, ...]]:
    """All that a refused booking must leave as it was."""
    with world.database.read() as session:
        rows = session.execute(select(Invoice.id, Invoice.state, Invoice.paid, Invoice.credited, Invoice.version))
        money = session.execute(select(Payment.id, Payment.state, Payment.version))
        shares = session.execute(select(PaymentAllocation.payment_id, PaymentAllocation.amount))
        left = session.execute(select(CreditNote.id, CreditNote.applied, CreditNote.refunded, CreditNote.version))
        return sorted([*rows]) + sorted([*money]) + sorted([*shares]) + sorted([*left])


# ---- money that comes in -------------------------------------------------------------------------------------------


def test_money_pays_what_is_due_first_and_the_rest_is_credit(world: World) -> None:
    late, early, other = worth(world, "60.00"), worth(world, "40.00"), worth(world, "10.00", code="C2")
    due(world, early, date(2026, 6, 20))
    number = paid(world, "70.00")
    assert parts(world, number) == {early: D(40), late: D(30)}
    assert figures(world, early) == ("paid", D(40), D(0))
    assert figures(world, late) == ("part_paid", D(30), D(0))
    assert figures(world, other) == ("issued", D(0), D(0))
    second = paid(world, "50.00")
    assert (parts(world, second), payment(world, second).unallocated) == ({late: D(30)}, D(20))
    assert figures(world, late) == ("paid", D(60), D(0))
    assert told(world, early) == ["invoice.issued", "invoice.paid"]
    assert told(world, number) == ["payment.settled"]


def test_money_pays_the_invoices_it_names_in_their_order(small: World) -> None:
    first, second, third = (worth(small, "10.00") for _ in range(3))
    number = paid(small, "15.00", third, second)
    assert parts(small, number) == {third: D(10), second: D(5)}
    assert [figures(small, one)[0] for one in (first, second, third)] == ["issued", "part_paid", "paid"]
    row = payment(small, number)
    assert (row.state, row.method, row.currency, row.unallocated) == ("settled", "bank transfer", "GBP", D(0))
    assert (row.settled_at is not None, row.version) == (True, 1)


def test_money_without_an_invoice_is_credit_that_can_be_allocated_later(world: World) -> None:
    by_hand(world)
    number = paid(world, "100.00")
    assert payment(world, number).unallocated == D(100)
    one, two = worth(world, "30.00"), worth(world, "50.00")
    allocate(world, number, {one: "20.00", two: "50.00"})
    allocate(world, number, {one: "10.00"})
    assert parts(world, number) == {one: D(30), two: D(50)}
    assert payment(world, number).unallocated == D(20)
    assert [figures(world, key) for key in (one, two)] == [("paid", D(30), D(0)), ("paid", D(50), D(0))]
    with world.reading("desk@test") as work:
        kinds = work.session.scalars(select(AuditEvent.kind).where(AuditEvent.subject_key == number)).all()
    assert kinds == ["payment.settled", "payment.allocated", "payment.allocated"]


@pytest.mark.parametrize("amount", ["0", "-5", "0.005", "1E+12", "NaN"])
def test_an_amount_is_money(small: World, amount: str) -> None:
    worth(small, "10.00")
    before = state(small)
    with pytest.raises(Invalid) as caught:
        paid(small, amount)
    assert caught.value.code == "invalid_amount"
    assert state(small) == before


def test_money_says_how_it_came(small: World) -> None:
    with pytest.raises(Invalid) as caught:
        paid(small, "5.00", method="  ")
    assert caught.value.code == "method_missing"
    assert numbers(small, Payment) == []


def test_what_is_not_owed_can_not_be_paid(small: World) -> None:
    mine, theirs, done = worth(small, "10.00"), worth(small, "10.00", code="C2"), worth(small, "10.00")
    paid(small, "10.00", done)
    credit = paid(small, "15.00", mine)
    before = state(small)
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: paid(small, "5.00", theirs), "another_customers"),
        (lambda: paid(small, "5.00", done), "more_than_owed"),
        (lambda: allocate(small, credit, {theirs: "1.00"}), "another_customers"),
        (lambda: allocate(small, credit, {done: "1.00"}), "more_than_owed"),
        (lambda: allocate(small, credit, {done: "5.01"}), "more_than_left"),
        (lambda: allocate(small, credit, {done: "0.00"}), "invalid_amount"),
        (lambda: allocate(small, credit, {}), "no_lines"),
    ]
    for job, code in refused:
        with pytest.raises(Refused) as caught:
            job()
        assert caught.value.code == code
        assert state(small) == before


@pytest.mark.parametrize("email", ["customer@test", "other@test", "rep@test", "buyer@test"])
def test_only_those_who_bill_book_money(small: World, email: str) -> None:
    one = worth(small, "10.00")
    money, credit = paid(small, "5.00", one), credited(small, worth(small, "3.00"))
    before = state(small)
    with small.reading("desk@test") as desk:
        customer, found = by_code(desk, "C1"), queries.payment(desk, money)
        owed, owing = queries.invoice(desk, one), queries.credit_note(desk, credit)
    jobs: list[Callable[..., object]] = [
        lambda work: payments.record_payment(work, customer, D(5), "cash"),
        lambda work: payments.settle(work, found),
        lambda work: payments.fail(work, found, "no"),
        lambda work: payments.allocate(work, found, {owed: D(1)}),
    ]
    if email != "customer@test":  # who may ask for their own money
        jobs.append(lambda work: payments.refund(work, owing, None))
    for job in jobs:
        with pytest.raises(NotAllowed), small.writing(email) as work:
            job(work)
    assert state(small) == before


# ---- pending, and failing ------------------------------------------------------------------------------------------


def test_a_pending_payment_pays_when_it_is_settled(world: World) -> None:
    one = worth(world, "25.00", method="VISA 4242")
    expected = pending(world)
    assert figures(world, one) == ("issued", D(0), D(0))
    settle(world, expected)
    assert figures(world, one) == ("paid", D(25), D(0))
    assert (payment(world, expected).state, payment(world, expected).version) == ("settled", 2)
    assert told(world, expected) == ["payment.settled"]
    with pytest.raises(Conflict) as caught:
        settle(world, expected)
    assert caught.value.code == "illegal_transition"


def test_what_was_paid_otherwise_meanwhile_makes_a_pending_payment_credit(small: World) -> None:
    by_hand(small)
    one = worth(small, "25.00", method="VISA 4242")
    expected = pending(small)
    paid(small, "10.00", one)
    settle(small, expected)
    assert (parts(small, expected), payment(small, expected).unallocated) == ({one: D(15)}, D(10))
    two = worth(small, "5.00", method="VISA 4242")
    expected = pending(small)
    credited(small, two)
    settle(small, expected)
    assert (parts(small, expected), payment(small, expected).unallocated) == ({}, D(5))
    assert figures(small, two) == ("credited", D(0), D(5))


def test_a_pending_payment_that_fails_leaves_the_invoice_owed(small: World) -> None:
    one = worth(small, "25.00", method="VISA 4242")
    expected = pending(small)
    with pytest.raises(Invalid) as caught:
        fail(small, expected, "  ")
    assert caught.value.code == "reason_missing"
    fail(small, expected, "card declined")
    row = payment(small, expected)
    assert (row.state, row.failure, row.allocations) == ("failed", "card declined", [])
    assert figures(small, one) == ("issued", D(0), D(0))
    assert told(small, expected) == ["payment.failed"]
    with pytest.raises(Conflict):
        settle(small, expected)


def test_a_payment_that_bounces_is_taken_off_everything_it_paid(world: World) -> None:
    one, two, three = worth(world, "30.00"), worth(world, "30.00"), worth(world, "30.00")
    paid(world, "10.00", two)
    number = paid(world, "60.00", one, two)
    due(world, three, date(2026, 6, 1))
    allocate(world, number, {three: "5.00"})
    assert [figures(world, key)[0] for key in (one, two, three)] == ["paid", "paid", "overdue"]
    fail(world, number, "bounced")
    assert [figures(world, key) for key in (one, two, three)] == [
        ("issued", D(0), D(0)),
        ("part_paid", D(10), D(0)),
        ("overdue", D(0), D(0)),
    ]
    row = payment(world, number)
    assert (row.state, row.unallocated, row.allocations) == ("failed", D(0), [])
    assert told(world, one) == ["invoice.issued", "invoice.paid"]


def test_an_invoice_that_was_due_is_overdue_when_its_money_bounces(small: World) -> None:
    one = worth(small, "30.00")
    number = paid(small, "30.00")
    due(small, one, date(2026, 6, 16))
    fail(small, number, "bounced")
    assert figures(small, one) == ("overdue", D(0), D(0))
    assert told(small, one) == ["invoice.issued", "invoice.paid", "invoice.overdue"]


# ---- refunds -------------------------------------------------------------------------------------------------------


def test_a_refund_goes_back_to_the_way_it_was_paid(world: World) -> None:
    one = invoiced(world, [("10-109", 4, "10.00", "0")], method="VISA 4242")
    money = pending(world)
    settle(world, money)
    credit = credited(world, one, {1: 1})
    assert (note(world, credit).left, figures(world, one)) == (D(10), ("paid", D(40), D(0)))
    back = refunded(world, credit)
    row = payment(world, back)
    assert (row.kind, row.state, row.method, row.amount) == ("refund", "pending", "VISA 4242", D(10))
    assert (row.refund_of.number, row.credit_note.number) == (money, credit)
    assert (note(world, credit).refunded, note(world, credit).left) == (D(10), D(0))
    settle(world, back)
    assert payment(world, money).state == "settled"  # only a part of it has gone back
    assert told(world, back) == ["payment.refunded"]


def test_a_payment_that_went_back_whole_is_refunded(small: World) -> None:
    one = invoiced(small, [("10-109", 4, "10.00", "0")], method="VISA 4242")
    money = pending(small)
    settle(small, money)
    first, second = credited(small, one, {1: 1}), credited(small, one)
    settle(small, refunded(small, first))
    settle(small, refunded(small, second))
    assert payment(small, money).state == "refunded"
    with pytest.raises(Conflict) as caught:
        fail(small, money)
    assert caught.value.code == "illegal_transition"


def test_a_refund_is_bounded_by_what_is_left_and_by_the_way_it_was_paid(small: World) -> None:
    one = worth(small, "40.00", method="VISA 4242")
    settle(small, pending(small))
    credit = credited(small, one)
    before = state(small)
    for method, amount, code in (
        (None, "40.01", "more_than_left"),
        (None, "0.00", "invalid_amount"),
        ("Mastercard 1", None, "another_method"),
    ):
        with pytest.raises(Refused) as caught:
            refunded(small, credit, method, amount)
        assert caught.value.code == code
        assert state(small) == before
    refunded(small, credit, "VISA 4242", "15.00")
    refunded(small, credit, "account")
    assert note(small, credit).refunded == D(40)
    with pytest.raises(Conflict) as caught:
        refunded(small, credit)
    assert caught.value.code == "more_than_left"


def test_a_refund_of_what_several_payments_paid_goes_back_to_each(small: World) -> None:
    number = ordered(small, [("10-109", 2, "10.00", "0")], method="VISA 4242")
    for _ in range(2):
        shipped(small, number, {1: 1})
        settle(small, pending(small))
    credit = returned(small, number, {1: 2})
    first = refunded(small, credit)
    assert payment(small, first).amount == D(10)
    found = [payment(small, one.number) for one in note(small, credit).refunds]
    assert [(one.amount, one.refund_of.number) for one in found] == [(D(10), "PAY-100001"), (D(10), "PAY-100002")]
    assert note(small, credit).left == D(0)


def test_what_was_paid_with_credit_stays_credit(small: World) -> None:
    by_hand(small)
    spare = credited(small, settled(small, "30.00"))
    one = worth(small, "50.00")
    apply(small, spare, {one: "30.00"})
    paid(small, "20.00", one)
    credit = credited(small, one)
    assert note(small, credit).left == D(50)
    assert payment(small, refunded(small, credit)).amount == D(20)
    before = state(small)
    with pytest.raises(Conflict) as caught:
        refunded(small, credit)
    assert caught.value.code == "nothing_to_refund"
    assert (state(small), note(small, credit).left) == (before, D(30))


def test_money_that_bounced_is_not_refunded(small: World) -> None:
    one = worth(small, "50.00")
    money = paid(small, "50.00", one)
    credit = credited(small, one)
    fail(small, money, "bounced")
    with pytest.raises(Conflict) as caught:
        refunded(small, credit)
    assert caught.value.code == "nothing_to_refund"
    apply(small, credit, {one: "50.00"})
    assert figures(small, one) == ("credited", D(0), D(50))


def settled(world: World, amount: str) -> str:
    """An invoice that is paid."""
    number = worth(world, amount)
    paid(world, amount, number)
    return number


def test_history_without_payments_is_refunded_the_way_its_order_says(small: World) -> None:
    number = ordered(small, [("10-109", 2, "10.00", "0")], method="VISA 4242")
    with small.writing("desk@test") as work:
        for line in sales.by_number(work, number).lines:
            line.reserved, line.shipped = 0, 2
    back = refunded(small, returned(small, number, {1: 1}))
    assert (payment(small, back).method, payment(small, back).refund_of) == ("VISA 4242", None)


def test_a_refund_that_fails_is_credit_again_and_one_that_arrived_stays(world: World) -> None:
    credit = credited(world, settled(world, "40.00"))
    back = refunded(world, credit)
    fail(world, back, "account closed")
    assert (note(world, credit).left, payment(world, back).state) == (D(40), "failed")
    again = refunded(world, credit)
    settle(world, again)
    with pytest.raises(Conflict) as caught:
        fail(world, again, "came back")
    assert caught.value.code == "refund_settled"
    assert note(world, credit).left == D(0)


def requested(world: World, credit: str | None = None, *, email: str = "customer@test") -> str:
    """Ask for a credit note as money, or for £40 that was paid too much; the refund's number."""
    if credit is not None:
        return refunded(world, credit, email=email)
    return given_back(world, paid(world, "40.00"), email=email)


def test_a_request_that_is_withdrawn_is_credit_again_and_can_not_be_paid_out(world: World) -> None:
    credit = credited(world, settled(world, "40.00"))
    back = requested(world, credit)
    assert note(world, credit).left == D(0)
    withdraw(world, back)
    found = payment(world, back)
    assert (found.state, found.failure, found.withdrawn, note(world, credit).left) == (
        "failed", "withdrawn by the customer", True, D(40),
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        settle(world, back)
    assert (caught.value.code, payment(world, back).state) == ("illegal_transition", "failed")


def test_several_are_withdrawn_or_none(small: World) -> None:
    first, second = requested(small), requested(small)
    with small.writing() as work:
        payments.withdraw_all(work, [queries.payment(work, number) for number in (second, first)])
    assert [payment(small, number).withdrawn for number in (first, second)] == [True, True]
    third, gone = requested(small), requested(small)
    settle(small, gone)
    with pytest.raises(Conflict), small.writing() as work:
        payments.withdraw_all(work, [queries.payment(work, number) for number in (third, gone)])
    assert payment(small, third).state == "pending"


def test_what_was_paid_too_much_and_asked_back_is_credit_again_when_withdrawn(small: World) -> None:
    back = requested(small)
    withdraw(small, back)
    original = payment(small, str(payment(small, back).reference))
    assert (original.given_back, original.unallocated) == (D(0), D(40))


def test_only_what_waits_and_was_asked_for_can_be_withdrawn(small: World) -> None:
    credit, money = credited(small, settled(small, "40.00")), paid(small, "40.00")
    gone, ours, twice = requested(small), refunded(small, credit), requested(small)
    settle(small, gone)
    withdraw(small, twice)
    refused = requested(small)
    fail(small, refused, "no bank details")
    before = state(small)
    for number, code in (
        (money, "not_a_refund"),
        (gone, "refund_decided"),
        (refused, "refund_decided"),
        (ours, "not_requested"),
        (twice, "refund_withdrawn"),
    ):
        with pytest.raises(Conflict) as caught:
            withdraw(small, number)
        assert (caught.value.code, state(small)) == (code, before)


@pytest.mark.parametrize("email", ["rep@test", "other@test", "buyer@test"])
def test_only_their_own_people_and_the_desk_withdraw_it(small: World, email: str) -> None:
    back = requested(small)
    with small.reading("desk@test") as work:
        found = queries.payment(work, back)
    with pytest.raises(NotAllowed), small.writing(email) as work:
        payments.withdraw(work, found)
    assert payment(small, back).state == "pending"
    withdraw(small, back, "desk@test")
    assert payment(small, back).withdrawn


def test_a_payment_may_bounce_after_a_part_of_it_was_refunded(small: World) -> None:
    one = invoiced(small, [("10-109", 4, "10.00", "0")])
    money = paid(small, "40.00", one)
    settle(small, refunded(small, credited(small, one, {1: 1})))
    fail(small, money, "bounced")
    assert figures(small, one) == ("issued", D(0), D(0))  # the goods that were kept, and the ten that were refunded
    with small.reading("desk@test") as work:
        assert accounts.balance(work, by_code(work, "C1")).outstanding == D(40)


# ---- at once -------------------------------------------------------------------------------------------------------


def test_many_payments_at_once_never_pay_more_than_was_invoiced(world: World) -> None:
    keys = [worth(world, "30.00") for _ in range(4)]
    jobs = [lambda: paid(world, "50.00"), lambda: paid(world, "50.00", *keys)] * 2
    assert at_once(*jobs) == []
    rows = [figures(world, key) for key in keys]
    assert all(paid_ <= 30 for _, paid_, _ in rows)
    given = len(numbers(world, Payment))  # who named invoices that were paid in the meantime was refused
    assert given >= 2
    assert sum(paid_ for _, paid_, _ in rows) == min(50 * given, 120)
    with world.reading("desk@test") as work:
        assert accounts.balance(work, by_code(work, "C1")).credit == max(50 * given - 120, 0)


def test_paying_crediting_and_bouncing_at_once_add_up(world: World) -> None:
    keys = [invoiced(world, [("10-109", 3, "10.00", "0")]) for _ in range(3)]
    spare = paid(world, "30.00", *keys)
    jobs: list[Callable[[], object]] = [
        lambda: fail(world, spare),
        lambda: paid(world, "75.00"),
        lambda: [credited(world, key, {1: 1}) for key in reversed(keys)],
        lambda: [credited(world, key, {1: 2}) for key in keys],
    ]
    assert at_once(*jobs) == []
    with world.reading("desk@test") as work:
        rows = [queries.invoice(work, key) for key in keys]
        allocated = work.session.scalars(select(PaymentAllocation)).all()
        for row in rows:
            assert row.paid == sum(part.amount for part in allocated if part.invoice_id == row.id)
            assert 0 <= row.outstanding <= 30
        found = accounts.balance(work, by_code(work, "C1"))
        statement = accounts.statement(work, by_code(work, "C1"), date(2026, 1, 1))
        assert statement.closing == found.outstanding - found.credit == D(90) - D(90) - D(75)  # the thirty bounced


def test_a_credit_note_is_refunded_once_whoever_asks(world: World) -> None:
    credit = credited(world, settled(world, "40.00"))
    assert at_once(*[lambda: refunded(world, credit, None, "30.00")] * 4) == []
    assert (note(world, credit).refunded, note(world, credit).left) == (D(30), D(10))
    assert len(note(world, credit).refunds) == 1


def test_a_refund_is_paid_out_or_withdrawn_and_never_both(world: World) -> None:
    back = requested(world)
    assert at_once(lambda: settle(world, back), lambda: withdraw(world, back)) == []
    found = payment(world, back)
    with world.reading("desk@test") as work:
        left = accounts.balance(work, by_code(work, "C1")).credit
    assert (found.state, left) in {("settled", D(0)), ("failed", D(40))}


def test_a_shipment_may_leave_while_money_comes_in(world: World) -> None:
    """Invoicing holds an order, paying holds the customer: neither waits for the other in a circle."""
    number = ordered(world, [("10-109", 6, "10.00", "0")], method="VISA 4242")
    worth(world, "10.00")
    jobs = [lambda: shipped(world, number, {1: 2}), lambda: paid(world, "10.00")]
    assert at_once(*jobs, *jobs[1:]) == []
    assert [one.total for one in invoices(world, number)] == [D(20)]
