"""The day a moment falls on where the company is, in Python and in SQL, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, literal, select

from backend.clock import local_day
from backend.company.days import business_day, within_days
from backend.company.tables import Company
from backend.database import Moment
from backend.insight import queries
from backend.sales.tables import Order
from tests.backend.test_training import live_on, order
from tests.backend.world import World


def place(world: World, *moments: datetime) -> None:
    """Orders of 10 each, placed at these times."""
    live_on(world, date(2026, 6, 1))
    for moment in moments:
        number = order(world)
        with world.database.write() as session:
            session.scalars(select(Order).where(Order.number == number)).one().placed_at = moment


def move_to(world: World, zone: str) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).zone = zone


JUST_AFTER_MIDNIGHT = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)  # in London, in summer
JUST_BEFORE = datetime(2026, 6, 9, 22, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/London", [date(2026, 6, 9), date(2026, 6, 10)]),
        ("UTC", [date(2026, 6, 9), date(2026, 6, 9)]),
        ("Pacific/Auckland", [date(2026, 6, 10), date(2026, 6, 10)]),
        ("America/Los_Angeles", [date(2026, 6, 9), date(2026, 6, 9)]),
        ("Asia/Kathmandu", [date(2026, 6, 10), date(2026, 6, 10)]),
    ],
)
def test_the_day_is_the_companys(world: World, zone: str, days: list[date]) -> None:
    place(world, JUST_BEFORE, JUST_AFTER_MIDNIGHT)
    move_to(world, zone)
    day = business_day(Order.placed_at)
    with world.database.read() as session:
        assert list(session.scalars(select(day).order_by(Order.placed_at))) == days
        counted = session.execute(select(day, func.count()).group_by(day).order_by(day)).all()
        assert [tuple(row) for row in counted] == [(one, days.count(one)) for one in sorted(set(days))]
        for one in days:
            inside = within_days(session, Order.placed_at, one, date.fromordinal(one.toordinal() + 1))
            assert session.scalar(select(func.count()).where(inside)) == days.count(one)


def test_demand_falls_on_the_day_it_was_ordered(world: World) -> None:
    place(world, JUST_BEFORE, JUST_AFTER_MIDNIGHT)
    with world.database.read() as session:
        assert queries.daily_demand(session).select("ds", "y").rows() == [
            (date(2026, 6, 9), 10.0),
            (date(2026, 6, 10), 10.0),
        ]


def test_no_moment_has_no_day(world: World) -> None:
    with world.database.read() as session:
        assert session.scalar(select(business_day(func.max(Order.placed_at))).where(Order.id < 0)) is None
    assert local_day(None, "Europe/London") is None


def test_without_a_company_days_are_londons(world: World) -> None:
    with world.database.read() as session:
        session.execute(delete(Company))
        moment = literal(JUST_AFTER_MIDNIGHT, Moment())
        assert session.scalar(select(business_day(moment))) == date(2026, 6, 10)
