"""A customer's credit given back as money: all of it that may, or a part, the oldest first; never more."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.billing import goodwill, queries
from backend.billing.giving_back import give_back
from backend.customers.queries import by_code
from backend.errors import Conflict, NotAllowed, Refused
from tests.backend.billing.trading import credited, note, paid, payment, worth
from tests.backend.world import World

D = Decimal


def back(world: World, amount: str | None = None, *, email: str = "customer@test") -> list[tuple[str, Decimal]]:
    """Give Ferndale's credit back; which documents it came from, and how much of each."""
    with world.reading("desk@test") as work:
        customer = by_code(work, "C1")
    with world.writing(email) as work:
        made = give_back(work, customer, None if amount is None else D(amount))
        return [(str(one.reference), one.amount) for one in made]


def credit(world: World) -> Decimal:
    with world.reading("desk@test") as work:
        return queries.balance(work, by_code(work, "C1")).credit


def with_credit(world: World) -> tuple[str, str]:
    """A credit note over £30 that was paid, then £40 too much; their numbers."""
    invoice = worth(world, "30.00")
    paid(world, "30.00", invoice)
    return credited(world, invoice), paid(world, "40.00", method="Visa ending 4242")


@pytest.mark.parametrize("email", ["other@test", "rep@test", "buyer@test"])
def test_only_their_own_people_and_the_desk_ask_for_it(small: World, email: str) -> None:
    paid(small, "40.00")
    with pytest.raises(NotAllowed):
        back(small, email=email)
    assert credit(small) == D(40)


@pytest.mark.parametrize(
    ("amount", "code"), [("70.01", "more_than_left"), ("0", "invalid_amount"), ("0.001", "invalid_amount")]
)
def test_never_more_than_there_is(small: World, amount: str, code: str) -> None:
    with_credit(small)
    with pytest.raises(Refused) as caught:
        back(small, amount)
    assert (caught.value.code, credit(small)) == (code, D(70))


def test_goodwill_stays_credit(small: World) -> None:
    with small.writing("desk@test") as work:
        goodwill.ask(work, by_code(work, "C1"), D(15), "late")
    with pytest.raises(Conflict) as caught:
        back(small)
    assert caught.value.code == "nothing_to_refund"
    number = paid(small, "40.00")
    assert (back(small), credit(small)) == ([(number, D(40))], D(15))


def test_all_of_it_goes_back_the_oldest_first(small: World) -> None:
    older, spare = with_credit(small)
    assert back(small) == [(older, D(30)), (spare, D(40))]
    assert (credit(small), note(small, older).left, payment(small, spare).unallocated) == (D(0), D(0), D(0))


def test_a_part_is_taken_from_the_oldest(small: World) -> None:
    older, spare = with_credit(small)
    assert back(small, "12.50") == [(older, D("12.50"))]
    assert back(small, "20", email="desk@test") == [(older, D("17.50")), (spare, D("2.50"))]
    assert credit(small) == D("37.50")


def test_what_was_never_paid_in_money_does_not_go_back(small: World) -> None:
    invoice = worth(small, "30.00")
    paid(small, "20.00", invoice)
    credited(small, invoice)
    assert back(small) == [("CN-100001", D(20))]
    with pytest.raises(Conflict):
        back(small)
