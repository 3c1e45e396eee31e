"""What people are told of credit that is asked back as money."""

from __future__ import annotations

from decimal import Decimal

from backend.billing import payments, queries
from backend.billing.giving_back import give_back
from backend.customers.queries import by_code
from tests.backend.billing.trading import fail, paid, settle
from tests.backend.events.telling import colleague, follow, forget, tell
from tests.backend.world import World

REQUESTED = (
    "PAY-100002: Customer of Ferndale Joinery asks for £30.00 of their credit back by bank transfer. "
    "It waits to be paid out."
)


def ask(world: World, email: str = "customer@test") -> str:
    """Ask for £30 of what Ferndale paid too much; the refund's number."""
    paid(world, "40.00")
    with world.reading("desk@test") as work:
        customer = by_code(work, "C1")
    with world.writing(email, channel="api") as work:
        (made,) = give_back(work, customer, Decimal(30))
        return made.number


def withdraw(world: World, number: str, email: str = "customer@test") -> None:
    with world.writing(email, channel="api") as work:
        payments.withdraw(work, queries.payment(work, number))


def test_who_pays_refunds_out_and_follows_hears_of_a_request(small: World) -> None:
    for email in ("desk@test", "rep@test", "other@test"):
        follow(small, email)
    colleague(small)
    ask(small)
    assert tell(small) == {"desk@test": [REQUESTED]}


def test_a_refund_that_our_people_begin_is_no_request(small: World) -> None:
    follow(small, "desk@test")
    ask(small, "desk@test")
    assert tell(small) == {}


def test_a_request_that_is_withdrawn_before_anybody_heard_is_told_as_withdrawn_only(small: World) -> None:
    follow(small, "desk@test")
    withdraw(small, ask(small))
    assert tell(small) == {
        "customer@test": ["Your refund PAY-100002 over £30.00 is withdrawn; it stands to your credit again."],
        "desk@test": [
            "PAY-100002 over £30.00 is withdrawn by Ferndale Joinery; it is credit again and not to be paid out."
        ],
    }


def test_who_asked_hears_that_it_has_gone_out(small: World) -> None:
    number = ask(small)
    forget(small)
    settle(small, number)
    assert tell(small) == {"customer@test": ["Your refund PAY-100002 has gone out: £30.00 by bank transfer."]}


def test_who_asked_and_who_follows_hear_why_it_is_refused(small: World) -> None:
    email = colleague(small)
    number = ask(small)
    forget(small)
    fail(small, number, "The bank details are missing.")
    sentence = (
        "Your refund PAY-100002 over £30.00 is not paid out: The bank details are missing. "
        "It stands to your credit again."
    )
    assert tell(small) == {"customer@test": [sentence], email: [sentence]}


def test_money_that_bounces_is_no_refund_that_fails(small: World) -> None:
    follow(small, "desk@test")
    fail(small, paid(small, "40.00"), "bounced")
    assert tell(small) == {}
