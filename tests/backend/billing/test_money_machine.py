"""Any sequence of invoices, payments, failures, credits and refunds, against a plain model of what is owed.

Paid and credited never come to more than was invoiced, and every figure is what the model says.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from backend.billing import accounts
from backend.billing.jobs import mark_overdue
from backend.billing.tables import CreditNote, Invoice, Payment
from backend.company.tables import Company
from backend.customers.queries import by_code
from backend.database import Database
from backend.errors import Refused
from backend.money import rounded
from tests.backend.billing import trading
from tests.backend.world import TODAY, World
from tests.soak.size import SOAK, reduced_or_full

D = Decimal
ZERO = D(0)
UNIT = D("3.33")
BY = {True: "customer@test", False: "desk@test"}


@dataclass
class Owed:
    """An invoice of so many units; what of it is credited."""

    units: int
    due: date
    credited_units: int = 0
    credited: Decimal = ZERO
    elsewhere: Decimal = ZERO  # of that, credit of other invoices that was set off when this one was issued

    @property
    def total(self) -> Decimal:
        return self.units * UNIT


@dataclass
class Money:
    """A payment: what it pays (or, pending, is meant to pay)."""

    amount: Decimal
    state: str
    pays: dict[str, Decimal] = field(default_factory=dict)
    given_back: Decimal = ZERO


@dataclass
class Credit:
    """A credit note of an invoice."""

    invoice: str
    total: Decimal
    applied: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.total - self.applied - self.refunded


@dataclass
class Back:
    """A refund to a payment, of a credit note or (None) of what the payment left over."""

    note: str | None
    of: str
    amount: Decimal
    asked: bool  # by the customer's own people
    state: str = "pending"


class MoneyMachine(RuleBasedStateMachine):
    """One customer's account; documents are named by their numbers, and picked by how old they are."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(mkdtemp(prefix="money"))
        shutil.copy(self.template, self.place / "money.db")
        self.database = Database(f"sqlite:///{self.place / 'money.db'}")
        self.world = World(self.database)
        self.today = TODAY
        self.owed: dict[str, Owed] = {}
        self.money: dict[str, Money] = {}
        self.credits: dict[str, Credit] = {}
        self.backs: dict[str, Back] = {}
        self.since: list[str] = []  # what has become credit, the oldest first

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.place)

    # ---- the model ----

    def paid(self, number: str) -> Decimal:
        return sum((one.pays.get(number, ZERO) for one in self.money.values() if one.state != "pending"), ZERO)

    def open(self, number: str) -> Decimal:
        return self.owed[number].total - self.paid(number) - self.owed[number].credited

    def spare(self, number: str) -> Decimal:
        one = self.money[number]
        there = one.state in ("settled", "refunded")
        return one.amount - one.given_back - sum(one.pays.values(), ZERO) if there else ZERO

    def state(self, number: str) -> str:
        one = self.owed[number]
        if self.open(number) == 0:
            return "credited" if one.credited - one.elsewhere == one.total else "paid"
        return "overdue" if one.due < self.today else "part_paid" if self.paid(number) + one.elsewhere else "issued"

    def refundable(self, payment: str, invoice: str) -> Decimal:
        gone = (
            one.amount
            for one in self.backs.values()
            if one.of == payment
            and one.state != "failed"
            and one.note is not None
            and self.credits[one.note].invoice == invoice
        )
        return self.money[payment].pays.get(invoice, ZERO) - sum(gone, ZERO)

    def pick(self, found: dict[str, object], at: int) -> str:
        return sorted(found)[at % len(found)]

    def part(self, most: Decimal, quarters: int) -> Decimal:
        """So many quarters of an amount, in pennies; five are more than there is."""
        return max(D("0.01"), rounded(most * quarters / 4))

    # ---- what people do ----

    @initialize(units=st.integers(1, 4))
    def first(self, units: int) -> None:
        self.sell(units, False)
        self.sell(2, True)
        self.pay(3, False, 0)

    @rule(units=st.integers(1, 4), card=st.booleans())
    def sell(self, units: int, card: bool) -> None:
        method = "VISA 4242" if card else "account"
        order = trading.ordered(self.world, [("30-101", units, str(UNIT), "0")], method=method)
        number = trading.hand_over(self.world, order, {1: units})
        assert number is not None
        self.owed[number] = Owed(units, self.today + timedelta(days=30))
        self.use_credit(number)
        left = self.open(number)
        if card and left:
            (pending,) = {str(row.number) for row in self.rows(Payment)} - {*self.money, *self.backs}
            self.money[pending] = Money(left, "pending", {number: left})

    def use_credit(self, number: str) -> None:
        """The oldest credit first."""
        for key in self.since:
            if key in self.credits:
                part = min(self.credits[key].left, self.open(number))
                self.credits[key].applied += part
                self.owed[number].credited += part
                self.owed[number].elsewhere += part
            elif self.money[key].state == "settled":
                part = min(self.spare(key), self.open(number))
                if part:
                    self.money[key].pays[number] = part

    @rule(quarters=st.integers(1, 6), named=st.booleans(), at=st.integers(0, 9))
    def pay(self, quarters: int, named: bool, at: int) -> None:
        due = sorted((key for key in self.owed if self.open(key)), key=lambda key: (self.owed[key].due, key))
        if named and due:
            due = [due[at % len(due)]]
        amount = self.part(sum((self.open(key) for key in due), ZERO) or UNIT, quarters)
        number = trading.paid(self.world, str(amount), *(due if named else ()))
        self.money[number] = Money(amount, "settled")
        self.since.append(number)
        for key in due:
            part = min(self.open(key), self.spare(number))
            if part:
                self.money[number].pays[key] = part

    def of_state(self, *states: str) -> dict[str, object]:
        return {key: one for key, one in self.money.items() if one.state in states}

    @precondition(lambda self: self.of_state("pending"))
    @rule(at=st.integers(0, 9))
    def settle(self, at: int) -> None:
        number = self.pick(self.of_state("pending"), at)
        trading.settle(self.world, number)
        one = self.money[number]
        meant, one.pays, one.state = one.pays, {}, "settled"
        self.since.append(number)
        for key, amount in meant.items():
            part = min(amount, self.open(key))
            if part:
                one.pays[key] = part

    @precondition(lambda self: self.of_state("pending", "settled"))
    @rule(at=st.integers(0, 9))
    def fail(self, at: int) -> None:
        number = self.pick(self.of_state("pending", "settled"), at)
        trading.fail(self.world, number)
        self.money[number].state, self.money[number].pays = "failed", {}

    def with_spare(self) -> dict[str, object]:
        return {key: one for key, one in self.money.items() if self.spare(key)}

    def still_open(self) -> dict[str, object]:
        return {key: one for key, one in self.owed.items() if self.open(key)}

    def with_left(self) -> dict[str, object]:
        return {key: one for key, one in self.credits.items() if one.left}

    @precondition(lambda self: self.with_spare() and self.still_open())
    @rule(at=st.integers(0, 9), where=st.integers(0, 9), quarters=st.integers(1, 5))
    def allocate(self, at: int, where: int, quarters: int) -> None:
        number, key = self.pick(self.with_spare(), at), self.pick(self.still_open(), where)
        one, most = self.money[number], min(self.spare(number), self.open(key))
        amount = self.part(most, quarters)
        if self.does(lambda: trading.allocate(self.world, number, {key: str(amount)}), amount <= most):
            one.pays[key] = one.pays.get(key, ZERO) + amount

    @precondition(lambda self: any(one.credited_units < one.units for one in self.owed.values()))
    @rule(at=st.integers(0, 9), quarters=st.integers(1, 5))
    def credit(self, at: int, quarters: int) -> None:
        key = self.pick({key: one for key, one in self.owed.items() if one.credited_units < one.units}, at)
        one, made = self.owed[key], []
        most = one.units - one.credited_units
        units = max(1, most * quarters // 4) if quarters < 5 else most + 1
        if self.does(lambda: made.append(trading.credited(self.world, key, {1: units})), units <= most):
            one.credited_units += units
            found = Credit(key, units * UNIT)
            found.applied = min(found.total, self.open(key))
            one.credited += found.applied
            self.credits[made[0]] = found
            self.since.append(made[0])

    @precondition(lambda self: self.with_left() and self.still_open())
    @rule(at=st.integers(0, 9), where=st.integers(0, 9), quarters=st.integers(1, 5))
    def apply(self, at: int, where: int, quarters: int) -> None:
        number, key = self.pick(self.with_left(), at), self.pick(self.still_open(), where)
        most = min(self.credits[number].left, self.open(key))
        amount = self.part(most, quarters)
        if self.does(lambda: trading.apply(self.world, number, {key: str(amount)}), amount <= most):
            self.credits[number].applied += amount
            self.owed[key].credited += amount

    @precondition(lambda self: self.with_left())
    @rule(at=st.integers(0, 9), quarters=st.integers(0, 5), asked=st.booleans())
    def refund(self, at: int, quarters: int, asked: bool) -> None:
        """All that is left, or a part of it."""
        number = self.pick(self.with_left(), at)
        note = self.credits[number]
        wanted = self.part(note.left, quarters) if quarters else note.left
        amount = str(wanted) if quarters else None
        before = {*self.money, *self.backs}
        most = {key: self.refundable(key, note.invoice) for key in self.of_state("settled", "refunded")}
        paid = sum(most.values(), ZERO)
        fits = wanted <= note.left and paid > 0
        if not self.does(lambda: trading.refunded(self.world, number, amount=amount, email=BY[asked]), fits):
            return
        numbers = {row.id: str(row.number) for row in self.rows(Payment)}
        made = [row for row in self.rows(Payment) if row.number not in before]
        for row in made:
            of = numbers[row.refund_of_id]
            assert row.amount <= most[of]
            self.backs[str(row.number)] = Back(number, of, row.amount, asked)
        together = sum((row.amount for row in made), ZERO)
        assert together == min(wanted, paid)
        note.refunded += together

    @precondition(lambda self: self.with_spare())
    @rule(at=st.integers(0, 9), quarters=st.integers(0, 5), asked=st.booleans())
    def give_back(self, at: int, quarters: int, asked: bool) -> None:
        """All that a payment left over, or a part of it."""
        number = self.pick(self.with_spare(), at)
        spare = self.spare(number)
        wanted, made = self.part(spare, quarters) if quarters else spare, []
        amount = str(wanted) if quarters else None
        fits = wanted <= spare and self.money[number].state == "settled"
        if self.does(lambda: made.append(trading.given_back(self.world, number, amount, email=BY[asked])), fits):
            self.money[number].given_back += wanted
            self.backs[made[0]] = Back(None, number, wanted, asked)

    @precondition(lambda self: any(one.state == "pending" for one in self.backs.values()))
    @rule(at=st.integers(0, 9), act=st.sampled_from((trading.settle, trading.fail, trading.withdraw)))
    def finish_refund(self, at: int, act: Callable[[World, str], None]) -> None:
        number = self.pick(dict(self.backs), at)
        back, arrives = self.backs[number], act is trading.settle
        fits = back.state == "pending" and (back.asked or act is not trading.withdraw)
        if not self.does(lambda: act(self.world, number), fits):
            return
        back.state = "settled" if arrives else "failed"
        if not arrives and back.note is not None:
            self.credits[back.note].refunded -= back.amount
        elif not arrives:
            self.money[back.of].given_back -= back.amount
        gone = [one.amount for one in self.backs.values() if one.of == back.of and one.state == "settled"]
        if arrives and self.money[back.of].state == "settled" and sum(gone, ZERO) == self.money[back.of].amount:
            self.money[back.of].state = "refunded"

    @rule(days=st.integers(1, 25))
    def days_pass(self, days: int) -> None:
        late = {key for key in self.owed if self.state(key) == "overdue"}
        self.today += timedelta(days=days)
        with self.database.write() as session:
            session.get_one(Company, 1).business_date = self.today
        newly = {key for key in self.owed if self.state(key) == "overdue"} - late
        assert mark_overdue(self.database) == len(newly)
        assert mark_overdue(self.database) == 0

    def does(self, job: Callable[[], object], fits: bool) -> bool:
        """Do it if the model says that it can be; see it refused otherwise."""
        if fits:
            job()
            return True
        with pytest.raises(Refused):
            job()
        return False

    # ---- what always holds ----

    def rows(self, table: type[Invoice | Payment | CreditNote]) -> list[Invoice | Payment | CreditNote]:
        with self.database.read() as session:
            return list(session.scalars(select(table)))

    @invariant()
    def the_books_are_the_model(self) -> None:
        found = {row.number: (row.state, row.paid, row.credited) for row in self.rows(Invoice)}
        expected = {key: (self.state(key), self.paid(key), one.credited) for key, one in self.owed.items()}
        assert found == expected
        assert all(paid + credited <= self.owed[key].total for key, (_, paid, credited) in found.items())
        states = {row.number: row.state for row in self.rows(Payment)}
        assert states == {key: one.state for key, one in [*self.money.items(), *self.backs.items()]}
        notes = {row.number: (row.total, row.applied, row.refunded) for row in self.rows(CreditNote)}
        assert notes == {key: (one.total, one.applied, one.refunded) for key, one in self.credits.items()}

    @invariant()
    def the_account_adds_up(self) -> None:
        with self.world.reading("desk@test") as work:
            customer = by_code(work, "C1")
            balance, statement = accounts.balance(work, customer), accounts.statement(work, customer, date(2026, 1, 1))
            recent = accounts.statement(work, customer, self.today)
        assert balance.outstanding == sum((self.open(key) for key in self.owed), ZERO)
        assert balance.overdue == sum((self.open(key) for key in self.owed if self.state(key) == "overdue"), ZERO)
        spare = sum((self.spare(key) for key in self.money), ZERO)
        assert balance.credit == spare + sum((one.left for one in self.credits.values()), ZERO)
        assert statement.closing == recent.closing == balance.outstanding - balance.credit


@pytest.mark.soak
@pytest.mark.timeout(3_600 if SOAK else 600)
def test_what_is_owed_is_what_the_model_says(small: World) -> None:
    """From the smallest company on, copied for each sequence."""
    with copied(small) as template:
        MoneyMachine.template = template
        run_state_machine_as_test(
            MoneyMachine,
            settings=settings(
                max_examples=reduced_or_full(20, 400),
                stateful_step_count=reduced_or_full(25, 60),
                deadline=None,
                derandomize=not SOAK,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@contextmanager
def copied(world: World) -> Iterator[Path]:
    """The database's file, whole."""
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield Path(str(world.database.url.database))
