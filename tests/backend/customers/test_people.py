"""What the people of a customer may order alone, and who approves more."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.company.tables import AuditEvent
from backend.customers import people, queries
from backend.errors import Invalid, NotAllowed, NotFound, Refused
from tests.backend.shipping.handling import person, place, state_of
from tests.backend.world import World


@pytest.fixture
def staff(small: World) -> World:
    """A junior and a senior of C1, and our manager."""
    for email in ("junior@test", "senior@test"):
        person(small, email)
    person(small, "manager@test", "manager", customer=None)
    return small


def limit(world: World, who: str, amount: int | None, approver: str | None = None, email: str = "manager@test") -> None:
    with world.writing(email) as work:
        ours = queries.by_code(work, "C1")
        user = people.by_email(work, ours, who)
        assert user is not None
        wanted = Decimal(amount) if amount is not None else None
        people.set_limit(work, ours, user, wanted, people.by_email(work, ours, approver))


def limits(world: World) -> dict[str, tuple[Decimal | None, str | None]]:
    with world.reading("desk@test") as work:
        rows = people.people(work, queries.by_code(work, "C1"))
        return {one.email: (one.order_limit, one.approver.email if one.approver else None) for one in rows}


def test_a_limit_holds_what_is_above_it_and_each_buyer_has_an_own_one(staff: World) -> None:
    limit(staff, "senior@test", 50)
    limit(staff, "junior@test", 5, "senior@test")
    assert limits(staff) == {
        "customer@test": (None, None),
        "junior@test": (Decimal(5), "senior@test"),
        "senior@test": (Decimal(50), None),
    }
    states = [
        state_of(staff, place(staff, ("10-109", quantity), email=email))
        for email, quantity in (("junior@test", 50), ("junior@test", 51), ("senior@test", 51), ("customer@test", 300))
    ]
    assert states == ["placed", "on_hold", "placed", "placed"]


def test_what_was_changed_is_kept(staff: World) -> None:
    limit(staff, "junior@test", 5, "senior@test")
    limit(staff, "junior@test", 5, "senior@test")
    limit(staff, "junior@test", None)
    with staff.database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    nothing = {"person": "junior@test", "order_limit": None, "approver": None}
    five = {"person": "junior@test", "order_limit": "5.00", "approver": "senior@test"}
    assert [(one.kind, one.subject_key, one.before, one.after) for one in events] == [
        ("person.limit_changed", "C1", nothing, five),
        ("person.limit_changed", "C1", five, nothing),
    ]


@pytest.mark.parametrize("email", ["customer@test", "senior@test", "rep@test", "desk@test"])
def test_limits_are_set_by_managers_only(staff: World, email: str) -> None:
    with pytest.raises(NotAllowed):
        limit(staff, "junior@test", 1_000_000, email=email)
    assert limits(staff)["junior@test"] == (None, None)


@pytest.mark.parametrize(
    ("who", "amount", "approver", "error", "code"),
    [
        ("other@test", 5, None, NotFound, "unknown_person"),  # of another company
        ("junior@test", 5, "other@test", NotFound, "unknown_person"),
        ("junior@test", 5, "desk@test", NotFound, "unknown_person"),
        ("junior@test", 5, "junior@test", Invalid, "approver_in_circle"),
        ("senior@test", 90, "junior@test", Invalid, "approver_in_circle"),
        ("junior@test", 50, "senior@test", Invalid, "approver_too_low"),
        ("senior@test", 5, None, Invalid, "approver_too_low"),
        ("junior@test", None, "senior@test", Invalid, "approver_without_limit"),
    ],
)
def test_an_approver_is_above_and_of_the_same_company(
    staff: World, who: str, amount: int | None, approver: str | None, error: type[Refused], code: str
) -> None:
    limit(staff, "senior@test", 50)
    limit(staff, "junior@test", 5, "senior@test")
    before = limits(staff)
    with pytest.raises(error) as caught:
        limit(staff, who, amount, approver)
    assert (caught.value.code, limits(staff)) == (code, before)
