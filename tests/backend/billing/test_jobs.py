"""Invoices that should have been paid by now become overdue, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing import jobs
from backend.billing.jobs import mark_overdue
from backend.billing.tables import Invoice
from backend.company.tables import AuditEvent, Company
from backend.events.tables import OutboxEvent
from tests.backend.billing.trading import credited, figures, paid, worth
from tests.backend.shipping.handling import at_once, told
from tests.backend.world import World


def live_on(world: World, day: date) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).business_date = day


def test_what_is_due_today_is_not_overdue_and_tomorrow_it_is(world: World) -> None:
    open_, part, done, gone = (worth(world, "20.00") for _ in range(4))  # due on 17 July
    paid(world, "5.00", part)
    paid(world, "20.00", done)
    credited(world, gone)
    live_on(world, date(2026, 7, 17))
    assert mark_overdue(world.database) == 0
    live_on(world, date(2026, 7, 18))
    assert mark_overdue(world.database) == 2
    assert [figures(world, one)[0] for one in (open_, part, done, gone)] == ["overdue", "overdue", "paid", "credited"]
    assert mark_overdue(world.database) == 0
    assert told(world, open_) == ["invoice.issued", "invoice.overdue"]
    with world.database.read() as session:
        event = session.scalars(
            select(OutboxEvent).where(OutboxEvent.key == part, OutboxEvent.kind == "invoice.overdue")
        ).one()
        assert (event.payload["outstanding"], event.payload["due_date"]) == ("15.00", "2026-07-17")
        audit = session.scalars(
            select(AuditEvent).where(AuditEvent.subject_key == part, AuditEvent.kind == "invoice.overdue")
        ).one()
        assert (audit.user_id, audit.before["state"], audit.after["state"]) == (None, "part_paid", "overdue")


def test_an_overdue_invoice_is_paid_like_any_other(small: World) -> None:
    one = worth(small, "20.00")
    live_on(small, date(2026, 8, 1))
    mark_overdue(small.database)
    paid(small, "5.00", one)
    assert figures(small, one) == ("overdue", Decimal(5), Decimal(0))
    paid(small, "15.00", one)
    assert figures(small, one) == ("paid", Decimal(20), Decimal(0))
    assert mark_overdue(small.database) == 0


def test_many_are_marked_some_at_a_time(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for _ in range(5):
        worth(small, "1.00")
    live_on(small, date(2026, 8, 1))
    assert mark_overdue(small.database) == 5
    with small.database.read() as session:
        assert set(session.scalars(select(Invoice.state))) == {"overdue"}


def test_two_workers_mark_each_once(world: World) -> None:
    for _ in range(4):
        worth(world, "1.00")
    live_on(world, date(2026, 8, 1))
    found: list[int] = []
    job = lambda: found.append(mark_overdue(world.database))  # noqa: E731
    assert at_once(job, job) == []
    assert sum(found) == 4
    with world.database.read() as session:
        told_ = session.scalars(select(OutboxEvent.key).where(OutboxEvent.kind == "invoice.overdue")).all()
    assert len(told_) == len(set(told_)) == 4
