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
from tests.backend.billing import trading
from tests.backend.world import TODAY, World
from tests.soak.size import SOAK, reduced_or_full

D = Decimal
ZERO = D(0)
UNIT = D("3.33")


@dataclass
class Owed:
    """An invoice of so many units; what of it is credited."""

    units: int
    due: date
    credited_units: int = 0
    credited: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.units * UNIT


@dataclass
class Money:
    """A payment: what it pays (or, pending, is meant to pay)."""

    amount: Decimal
    state: str
    pays: dict[str, Decimal] = field(default_factory=dict)


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
    """A refund of a credit note to a payment, where there is one."""

    note: str
    of: str | None
    amount: Decimal
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
        return one.amount - sum(one.pays.values(), ZERO) if one.state in ("settled", "refunded") else ZERO

    def state(self, number: str) -> str:
        one = self.owed[number]
        if self.open(number) == 0:
            return "credited" if one.credited == one.total else "paid"
        return "overdue" if one.due < self.today else "part_paid" if self.paid(number) else "issued"

    def refundable(self, payment: str, invoice: str) -> Decimal:
        gone = (
            one.amount
            for one in self.backs.values()
            if one.of == payment and one.state != "failed" and self.credits[one.note].invoice == invoice
        )
        return self.money[payment].pays.get(invoice, ZERO) - sum(gone, ZERO)

    def pick(self, found: dict[str, object], at: int) -> str:
        return sorted(found)[at % len(found)]

    # ---- what people do ----

    @initialize()
    def first(self) -> None:
        self.sell(3, False)

    @rule(units=st.integers(1, 4), card=st.booleans())
    def sell(self, units: int, card: bool) -> None:
        method = "VISA 4242" if card else "account"
        order = trading.ordered(self.world, [("30-101", units, str(UNIT), "0")], method=method)
        number = trading.hand_over(self.world, order, {1: units})
        assert number is not None
        self.owed[number] = Owed(units, self.today + timedelta(days=30))
        if card:
            (pending,) = {str(row.number) for row in self.rows(Payment)} - {*self.money, *self.backs}
            self.money[pending] = Money(units * UNIT, "pending", {number: units * UNIT})

    @rule(pennies=st.integers(1, 2_500), named=st.booleans(), at=st.integers(0, 9))
    def pay(self, pennies: int, named: bool, at: int) -> None:
        amount = D(pennies) / 100
        due = sorted((key for key in self.owed if self.open(key)), key=lambda key: (self.owed[key].due, key))
        if named and due:
            due = [due[at % len(due)]]
        number = trading.paid(self.world, str(amount), *(due if named else ()))
        self.money[number] = Money(amount, "settled")
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

    @precondition(lambda self: self.of_state("settled", "refunded", "failed"))
    @rule(at=st.integers(0, 9), where=st.integers(0, 9), pennies=st.integers(1, 900))
    def allocate(self, at: int, where: int, pennies: int) -> None:
        number, key = self.pick(self.of_state("settled", "refunded", "failed"), at), self.pick(dict(self.owed), where)
        amount, one = D(pennies) / 100, self.money[number]
        fits = one.state == "settled" and amount <= min(self.spare(number), self.open(key))
        if self.does(lambda: trading.allocate(self.world, number, {key: str(amount)}), fits):
            one.pays[key] = one.pays.get(key, ZERO) + amount

    @rule(at=st.integers(0, 9), units=st.integers(1, 4))
    def credit(self, at: int, units: int) -> None:
        key = self.pick(dict(self.owed), at)
        one, made = self.owed[key], []
        fits = one.credited_units + units <= one.units
        if self.does(lambda: made.append(trading.credited(self.world, key, {1: units})), fits):
            one.credited_units += units
            found = Credit(key, units * UNIT)
            found.applied = min(found.total, self.open(key))
            one.credited += found.applied
            self.credits[made[0]] = found

    @precondition(lambda self: self.credits)
    @rule(at=st.integers(0, 9), where=st.integers(0, 9), pennies=st.integers(1, 900))
    def apply(self, at: int, where: int, pennies: int) -> None:
        number, key, amount = self.pick(dict(self.credits), at), self.pick(dict(self.owed), where), D(pennies) / 100
        fits = amount <= min(self.credits[number].left, self.open(key))
        if self.does(lambda: trading.apply(self.world, number, {key: str(amount)}), fits):
            self.credits[number].applied += amount
            self.owed[key].credited += amount

    @precondition(lambda self: self.credits)
    @rule(at=st.integers(0, 9), pennies=st.one_of(st.none(), st.integers(1, 900)))
    def refund(self, at: int, pennies: int | None) -> None:
        number = self.pick(dict(self.credits), at)
        note = self.credits[number]
        wanted = note.left if pennies is None else D(pennies) / 100
        before = {*self.money, *self.backs}
        amount = None if pennies is None else str(wanted)
        if not self.does(lambda: trading.refunded(self.world, number, amount=amount), 0 < wanted <= note.left):
            return
        most = {key: self.refundable(key, note.invoice) for key in self.of_state("settled", "refunded")}
        made = [row for row in self.rows(Payment) if row.number not in before]
        numbers = {row.id: str(row.number) for row in self.rows(Payment)}
        for row in made:
            of = numbers[row.refund_of_id] if row.refund_of_id else None
            assert of is None or row.amount <= most[of]
            self.backs[str(row.number)] = Back(number, of, row.amount)
        together = sum((row.amount for row in made), ZERO)
        assert together == (min(wanted, sum(most.values(), ZERO)) or wanted)
        note.refunded += together

    @precondition(lambda self: self.backs)
    @rule(at=st.integers(0, 9), arrives=st.booleans())
    def finish_refund(self, at: int, arrives: bool) -> None:
        number = self.pick(dict(self.backs), at)
        back = self.backs[number]
        act = trading.settle if arrives else trading.fail
        if not self.does(lambda: act(self.world, number), back.state == "pending"):
            return
        back.state = "settled" if arrives else "failed"
        if not arrives:
            self.credits[back.note].refunded -= back.amount
        if back.of is not None:
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
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_what_is_owed_is_what_the_model_says(small: World) -> None:
    """From the smallest company on, copied for each sequence."""
    with copied(small) as template:
        MoneyMachine.template = template
        run_state_machine_as_test(
            MoneyMachine,
            settings=settings(
                max_examples=reduced_or_full(8, 300),
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
