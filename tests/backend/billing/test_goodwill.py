"""Goodwill credits: within a limit at once, above it by a manager; never money, never more than was said."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from backend.billing import goodwill, queries, refunds
from backend.billing.tables import CreditNote, Goodwill
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.errors import Conflict, NotAllowed, NotFound, Refused
from backend.papers.billing_papers import credit_note as paper_of
from backend.sales import queries as sales
from tests.backend.billing.trading import figures, invoices, manager, note, ordered, worth
from tests.backend.shipping.handling import at_once, shipped, told
from tests.backend.world import World

D = Decimal


def ask(world: World, amount: str, *, email: str = "desk@test", order: str | None = None, code: str = "C1") -> str:
    """Ask for one; its number."""
    with world.writing(email) as work:
        of = sales.by_number(work, order) if order else None
        return goodwill.ask(work, by_code(work, code), D(amount), "late delivery", of).number


def found(world: World, number: str) -> Goodwill:
    with world.reading("desk@test") as work:
        row = goodwill.by_number(work, number)
        assert row.credit_note is None or row.credit_note.number
        return row


def credit_of(world: World, number: str) -> CreditNote:
    row = found(world, number)
    assert row.credit_note is not None
    return note(world, row.credit_note.number)


def decide(world: World, number: str, email: str, act: Callable[..., Goodwill], *more: str) -> None:
    with world.writing(email) as work:
        act(work, goodwill.by_number(work, number), *more)


def counted(world: World) -> tuple[int, int]:
    with world.database.read() as session:
        counts = (session.scalar(select(func.count()).select_from(table)) for table in (Goodwill, CreditNote))
        first, second = counts
        return first or 0, second or 0


# ---- what can't be -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "buyer@test"])
def test_only_those_who_bill_ask_for_it_and_see_it(small: World, email: str) -> None:
    number = ask(small, "10.00")
    before = counted(small)
    with small.reading("desk@test") as desk:
        customer = by_code(desk, "C1")
    with pytest.raises(NotAllowed), small.writing(email) as work:
        goodwill.ask(work, customer, D(5), "please")
    with small.reading(email) as work:
        assert goodwill.page(work, limit=5) == []
        with pytest.raises(NotFound):
            goodwill.by_number(work, number)
    assert counted(small) == before


def test_what_makes_no_sense_is_refused(small: World) -> None:
    theirs = ordered(small, code="C2")
    for job, code in (
        (lambda: ask(small, "0"), "invalid_amount"),
        (lambda: ask(small, "0.001"), "invalid_amount"),
        (lambda: ask(small, "5.00", order=theirs), "another_customers"),
    ):
        with pytest.raises(Refused) as caught:
            job()
        assert caught.value.code == code
    with pytest.raises(Refused) as caught, small.writing("desk@test") as work:
        goodwill.ask(work, by_code(work, "C1"), D(5), "  ")
    assert (caught.value.code, counted(small)) == ("reason_missing", (0, 0))


def test_a_goodwill_credit_is_not_paid_out(small: World) -> None:
    number = credit_of(small, ask(small, "10.00")).number
    with pytest.raises(Conflict) as caught, small.writing("desk@test") as work:
        refunds.refund(work, queries.credit_note(work, number))
    assert (caught.value.code, note(small, number).left) == ("nothing_to_refund", D(10))


# ---- within the limit ----------------------------------------------------------------------------------------------


def test_within_the_limit_it_is_a_credit_note_at_once(small: World) -> None:
    number = ask(small, "50.00")
    row, made = found(small, number), credit_of(small, number)
    assert (row.state, row.asked_by_id, row.amount) == ("granted", row.decided_by_id, D(50))
    assert (made.goods, made.tax, made.delivery, made.total, made.left) == (D(50), D(0), D(0), D(50), D(50))
    assert (made.lines, made.reason, made.order) == ([], "late delivery", None)
    assert (told(small, number), told(small, made.number)) == (["goodwill.granted"], ["credit_note.issued"])
    with small.database.read() as session:
        record = session.scalars(select(AuditEvent).where(AuditEvent.subject == "goodwill")).one()
        assert (record.kind, record.before, record.after["reason"]) == ("goodwill.granted", None, "late delivery")
    assert figures(small, worth(small, "80.00")) == ("part_paid", D(0), D(50))


def test_it_is_set_off_against_what_is_owed_for_its_order_first(small: World) -> None:
    other = worth(small, "99.00")
    order = ordered(small, [("10-109", 1, "30.00", "0")])
    shipped(small, order)
    made = credit_of(small, ask(small, "40.00", order=order))
    assert (made.applied, made.left, made.order.number) == (D(30), D(10), order)
    assert figures(small, str(invoices(small, order)[0].number)) == ("credited", D(0), D(30))
    assert figures(small, other) == ("issued", D(0), D(0))


def test_its_paper_has_no_lines_and_says_why(small: World) -> None:
    number = credit_of(small, ask(small, "10.00")).number
    with small.reading("desk@test") as work:
        paper = paper_of(work, queries.credit_note(work, number))
    assert (paper.rows, paper.notices) == ((), ("Credit. Reason: late delivery",))
    assert [(one.label, one.value) for one in paper.amounts][-1] == ("Credited", "£10.00")
    assert paper.closing == ("This amount is in your favour: there is nothing to pay.",)


# ---- above the limit -----------------------------------------------------------------------------------------------


def test_above_the_limit_it_waits_for_a_manager(small: World) -> None:
    manager(small)
    number = ask(small, "50.01")
    assert (found(small, number).state, counted(small)) == ("requested", (1, 0))
    with pytest.raises(NotAllowed):
        decide(small, number, "desk@test", goodwill.grant)
    decide(small, number, "manager@test", goodwill.grant)
    assert (found(small, number).state, credit_of(small, number).total) == ("granted", D("50.01"))
    assert told(small, number) == ["goodwill.requested", "goodwill.granted"]
    for act, more in ((goodwill.grant, ()), (goodwill.refuse, ("no",))):
        with pytest.raises(Conflict) as caught:
            decide(small, number, "manager@test", act, *more)
        assert caught.value.code == "illegal_transition"
    assert counted(small) == (1, 1)


def test_a_manager_may_say_no_with_a_reason(small: World) -> None:
    manager(small)
    number = ask(small, "60.00")
    with pytest.raises(Refused) as caught:
        decide(small, number, "manager@test", goodwill.refuse, " ")
    assert caught.value.code == "reason_missing"
    decide(small, number, "manager@test", goodwill.refuse, "it came in time")
    row = found(small, number)
    assert (row.state, row.refusal, row.credit_note_id) == ("refused", "it came in time", None)
    assert (told(small, number), counted(small)) == (["goodwill.requested", "goodwill.refused"], (1, 0))


def test_small_steps_do_not_pass_the_limit(small: World) -> None:
    assert [found(small, ask(small, "25.00")).state for _ in range(3)] == ["granted", "granted", "requested"]
    assert found(small, ask(small, "25.00", code="C2")).state == "granted"
    with small.database.write() as session:
        for row in session.scalars(select(Goodwill)):
            row.asked_at -= goodwill.COUNTED_TOGETHER
    assert found(small, ask(small, "25.00")).state == "granted"


def test_a_managers_own_has_no_limit(small: World) -> None:
    manager(small)
    assert found(small, ask(small, "5000.00", email="manager@test")).state == "granted"


def test_two_at_once_stay_within_the_limit_and_are_decided_once(world: World) -> None:
    manager(world)
    assert at_once(lambda: ask(world, "30.00"), lambda: ask(world, "30.00")) == []
    with world.reading("desk@test") as work:
        rows = goodwill.page(work, limit=5)
        assert sorted(row.state for row in rows) == ["granted", "requested"]
        waiting = next(row.number for row in rows if row.state == "requested")
    assert at_once(*[lambda: decide(world, waiting, "manager@test", goodwill.grant)] * 2) == []
    assert counted(world) == (2, 2)
