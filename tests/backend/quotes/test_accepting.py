"""Accepting a quote: exactly what was quoted, once, while it holds."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from backend.catalogue.tables import Product, TaxRate
from backend.customers.queries import addresses, by_code
from backend.database import now
from backend.errors import Conflict, NotAllowed, Refused
from backend.papers import sales_papers
from backend.quotes import accepting, queries, quoting
from backend.quotes.jobs import expire_quotes
from backend.quotes.quoting import Particulars
from backend.sales import queries as orders
from backend.sales.tables import Order
from tests.backend.quotes.offers import (
    asked,
    audited,
    dearer,
    drafted,
    events,
    limited,
    lived_on,
    state_of,
    tax,
    terms,
)  # fmt: skip
from tests.backend.world import World


def accepted(world: World, number: str, email: str = "customer@test", **more: str) -> str:
    with world.writing(email) as work:
        return accepting.accept(work, queries.quote(work, number), **more).number


def sent(world: World, *lines: tuple[str, int] | tuple[str, int, str], **more: object) -> str:
    number = drafted(world, *lines, **more)  # type: ignore[arg-type]
    with world.writing("rep@test") as work:
        quoting.send(work, queries.quote(work, number))
    return number


def test_an_accepted_quote_is_an_order_to_the_penny_whatever_the_lists_say_by_then(world: World) -> None:
    tax(world, "0.2")
    terms(world, delivery_charge=Decimal("4.95"), free_delivery_from=Decimal(100))
    number = sent(world, ("10-109", 133, "0.07"), ("70-103", 25), particulars=Particulars(customer_reference="PO 9"))
    with world.reading() as work:
        quote = queries.quote(work, number)
        quoted = (quote.goods, quote.delivery, quote.tax, quote.total)
        assert quoted == (Decimal("32.37"), Decimal("4.95"), Decimal("7.46"), Decimal("44.78"))
    dearer(world, "10-109", "3.00")
    tax(world, "0.175", date(2026, 6, 17))
    terms(world, delivery_charge=Decimal("9.00"), minimum_order=Decimal(500))
    order_number = accepted(world, number)
    with world.reading() as work:
        order = orders.by_number(work, order_number)
        assert (order.goods, order.delivery, order.tax, order.total) == quoted
        assert (order.state, order.customer_reference, order.placed_by_role) == ("placed", "PO 9", "customer")
        assert [(line.list_price, line.discount, line.price, line.tax_rate) for line in order.lines] == [
            (Decimal("0.1"), Decimal("0.07"), Decimal("0.093"), Decimal("0.2")),
            (Decimal("0.8"), Decimal(0), Decimal("0.8"), Decimal("0.2")),
        ]
        assert order.quote_id == queries.quote(work, number).id
    assert state_of(world, number) == ("accepted", 3, order_number)
    assert world.level("10-109") == (500, 133)
    assert events(world, "quote")[-1] == ("quote.accepted", number)
    assert events(world, "order") == [("order.placed", order_number)]
    assert audited(world, number)[-1].after == {"state": "accepted", "order": order_number}


def test_accepting_twice_is_one_order(world: World) -> None:
    number = asked(world, ("10-109", 100))
    assert accepted(world, number) == accepted(world, number) == accepted(world, number, "desk@test")
    assert world.orders() == 1
    assert [kind for kind, _ in events(world, "quote")] == ["quote.sent", "quote.accepted"]


def test_two_who_accept_at_once_have_one_order(world: World) -> None:
    number = asked(world, ("10-109", 20), ("30-101", 10))
    start, found, failures = threading.Barrier(4), [], []

    def accept(email: str) -> None:
        try:
            start.wait()
            found.append(accepted(world, number, email))
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    emails = ("customer@test", "desk@test", "customer@test", "rep@test")
    threads = [threading.Thread(target=accept, args=(email,)) for email in emails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (len(found), len(set(found)), world.orders()) == (4, 1, 1)
    assert world.level("10-109") == (500, 20)
    assert state_of(world, number) == ("accepted", 2, found[0])


def test_accepting_and_declining_at_once_is_one_of_both(world: World) -> None:
    number = asked(world, ("10-109", 20))
    start, failures = threading.Barrier(2), []

    def run(step: object) -> None:
        try:
            start.wait()
            with world.writing() as work:
                step(work, queries.quote(work, number))  # type: ignore[operator]
        except Refused as error:
            failures.append(error.code)

    threads = [threading.Thread(target=run, args=(step,)) for step in (accepting.accept, quoting.decline)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = state_of(world, number)[0]
    assert (state, failures, world.orders()) in (
        ("accepted", ["illegal_transition"], 1),
        ("declined", ["quote_declined"], 0),
    )


def test_the_database_refuses_a_second_order_of_a_quote(world: World) -> None:
    number = asked(world, ("10-109", 20))
    first = accepted(world, number)
    with world.database.read() as session:
        quote_id = session.query(Order.quote_id).filter(Order.number == first).scalar()
    with pytest.raises(IntegrityError), world.database.write() as session:
        again = {"customer_id": 1, "channel": "test", "placed_at": now(), "total": Decimal(0)}
        session.add(Order(number="SO-again", quote_id=quote_id, **again))


def test_a_quote_is_good_for_its_last_day_and_not_after_it(world: World) -> None:
    last, late = asked(world, ("10-109", 10)), asked(world, ("10-109", 10))
    lived_on(world, date(2026, 7, 1))
    accepted(world, last)
    lived_on(world, date(2026, 7, 2))
    with pytest.raises(Conflict) as caught:
        accepted(world, late)
    assert (caught.value.code, caught.value.sentence) == (
        "quote_expired", f"{late} was valid until 1 July 2026. Please ask for a new one.",
    )  # fmt: skip
    assert state_of(world, late) == ("sent", 1, None)
    assert expire_quotes(world.database) == 1
    with pytest.raises(Conflict) as caught:
        accepted(world, late)
    assert caught.value.code == "quote_expired"
    assert world.orders() == 1


@pytest.mark.parametrize(("state", "code"), [("draft", "quote_not_sent"), ("declined", "quote_declined")])
def test_what_is_not_on_offer_is_not_accepted(small: World, state: str, code: str) -> None:
    number = drafted(small, ("10-109", 10))
    if state == "declined":
        with small.writing("rep@test") as work:
            quoting.decline(work, queries.quote(work, number))
    with pytest.raises(Conflict) as caught:
        accepted(small, number, "desk@test")
    assert (caught.value.code, small.orders()) == (code, 0)


def test_nobody_accepts_for_another_company(small: World) -> None:
    number = asked(small, ("10-109", 10))
    with small.reading() as mine, small.writing("other@test") as work, pytest.raises(NotAllowed):
        accepting.accept(work, queries.quote(mine, number))
    with small.reading() as mine, small.writing("buyer@test") as work, pytest.raises(NotAllowed):
        accepting.accept(work, queries.quote(mine, number))
    assert (small.orders(), state_of(small, number)) == (0, ("sent", 1, None))


def test_we_accept_for_a_customer_and_the_record_says_so(small: World) -> None:
    number = asked(small, ("10-109", 10))
    accepted(small, number, "desk@test", customer_reference="by phone")
    event = audited(small, number)[-1]
    assert (event.kind, event.on_behalf_of_id is not None) == ("quote.accepted", True)
    with small.reading() as work:
        order = orders.recent(work, None, 1)[0]
        assert (order.customer_reference, order.placed_by_role) == ("by phone", "desk")


def test_a_customer_beyond_its_credit_has_a_held_order(world: World) -> None:
    limited(world, "C1", "5")
    number = asked(world, ("10-109", 100))
    order_number = accepted(world, number)
    with world.reading() as work:
        order = orders.by_number(work, order_number)
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["credit_limit"])
    assert state_of(world, number)[0] == "accepted"


def test_the_discount_of_a_quote_holds_no_order(world: World) -> None:
    order_number = accepted(world, sent(world, ("10-109", 100, "0.1")), "desk@test")  # the desk's own limit is 5 %
    with world.reading() as work:
        assert orders.by_number(work, order_number).state == "placed"


def test_a_delivery_date_that_has_passed_is_left_open(small: World) -> None:
    number = sent(small, ("10-109", 10), particulars=Particulars(requested_date=date(2026, 6, 18)))
    lived_on(small, date(2026, 6, 20))
    accepted(small, number)
    with small.reading() as work:
        assert orders.recent(work, None, 1)[0].requested_date is None


def test_what_is_no_longer_sold_can_be_had_while_it_lasts(world: World) -> None:
    enough, more = asked(world, ("10-109", 300)), asked(world, ("10-109", 300))
    with world.database.write() as session:
        session.execute(update(Product).where(Product.sku == "10-109").values(active=False))
    accepted(world, enough)
    with pytest.raises(Conflict) as caught:
        accepted(world, more)
    assert (caught.value.code, world.orders(), state_of(world, more)[0]) == ("discontinued", 1, "sent")


def test_totals_that_are_worked_out_otherwise_by_then_need_a_new_quote(small: World) -> None:
    tax(small, "0.25")
    number = asked(small, ("30-101", 2), ("30-102", 1), ("10-109", 1))  # tax 0.065; by the line 0.025 + 0.015 + 0.025
    with small.reading() as work:
        assert queries.quote(work, number).tax == Decimal("0.07")
    terms(small, tax_rounding="line")
    with pytest.raises(Conflict) as caught:
        accepted(small, number)
    assert (caught.value.code, small.orders(), state_of(small, number)[0]) == ("quote_terms_changed", 0, "sent")


ABROAD = {"line1": "Quai 4", "line2": None, "city": "Calais", "postcode": None, "country": "France"}


def test_a_quote_goes_where_it_was_offered_to_go_under_the_tax_of_that_country(world: World) -> None:
    tax(world, "0.2")
    with world.database.write() as session:
        session.add(TaxRate(country="France", rate=Decimal("0.1"), valid_from=date(1970, 1, 1)))
    number = sent(world, ("10-109", 100), particulars=Particulars(destination=ABROAD))
    with world.reading() as work:
        quote = queries.quote(work, number)
        assert (quote.tax, quote.total) == (Decimal("1.00"), Decimal("11.00"))
        assert "Quai 4" in sales_papers.quote(work, quote).deliver_to
    for order_number in (accepted(world, number), accepted(world, number)):
        with world.reading() as work:
            order = orders.by_number(work, order_number)
            assert (order.delivery_address["line1"], order.total) == ("Quai 4", Decimal("11.00"))
    with world.reading() as work:
        entered = [one.city for one in addresses(work, by_code(work, "C1"))]
    assert entered.count("Calais") == 1


def test_a_draft_that_is_to_go_elsewhere_is_worked_out_again(world: World) -> None:
    tax(world, "0.2")
    number = drafted(world, ("10-109", 100, "0.1"))
    for destination, total in ((ABROAD, "9.00"), (None, "10.80")):
        with world.writing("rep@test") as work:
            quote = queries.quote(work, number)
            quote = quoting.edit(
                work, quote, particulars=replace(quoting.particulars_of(quote), destination=destination)
            )
            assert (quote.total, quote.destination) == (Decimal(total), destination)
