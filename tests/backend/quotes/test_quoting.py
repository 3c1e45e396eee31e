"""Quotes: what they come to, who may draft, send and decline them, who sees them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from backend.quotes import queries, quoting
from backend.quotes.quoting import Particulars
from backend.sales import carts
from backend.sales.service import Wish
from tests.backend.quotes.offers import (
    asked,
    audited,
    dearer,
    drafted,
    events,
    lived_on,
    manager,
    state_of,
    tax,
    terms,
    wishes,
)  # fmt: skip
from tests.backend.world import World


def test_a_customer_has_a_quote_at_once_at_their_own_prices(world: World) -> None:
    tax(world, "0.2")
    terms(world, delivery_charge=Decimal("4.95"))
    number = asked(world, ("10-109", 200), ("70-103", 25), email="other@test", code="C2")
    with world.reading("other@test") as work:
        quote = queries.quote(work, number)
        assert (quote.state, quote.valid_until, quote.version) == ("sent", date(2026, 7, 1), 1)
        assert [(line.list_price, line.price, line.total) for line in quote.lines] == [
            (Decimal("0.08"), Decimal("0.08"), Decimal("16.00")),
            (Decimal("0.64"), Decimal("0.64"), Decimal("16.00")),
        ]
        assert (quote.goods, quote.delivery, quote.tax, quote.total) == (
            Decimal("32.00"), Decimal("4.95"), Decimal("7.39"), Decimal("44.34"),
        )  # fmt: skip
        parts = queries.breakdown(work, quote).parts
        assert [(part.rate, part.net, part.tax) for part in parts] == [
            (Decimal("0.2"), Decimal("36.95"), Decimal("7.39"))
        ]
    assert events(world, "quote") == [("quote.sent", number)]
    (event,) = audited(world, number)
    assert (event.kind, event.on_behalf_of_id) == ("quote.sent", None)
    assert world.orders() == 0
    assert world.level("10-109") == (500, 0)  # a quote reserves nothing


def test_a_quote_holds_for_as_many_days_as_the_company_says(small: World) -> None:
    terms(small, quote_days=3)
    number = asked(small, ("10-109", 1))
    with small.reading() as work:
        assert queries.quote(work, number).valid_until == date(2026, 6, 20)


@pytest.mark.parametrize(
    ("line", "error", "code"),
    [
        (("45-103", 15), Invalid, "quantity_does_not_fit"),
        (("20-104", 5), Invalid, "quantity_does_not_fit"),
        (("10-109", 0), Invalid, "quantity_too_small"),
        (("11-109", 5), Conflict, "discontinued"),
        (("99-999", 5), NotFound, "unknown_product"),
    ],
)
@pytest.mark.parametrize("by_us", [True, False], ids=["drafted", "asked for"])
def test_lines_are_what_an_order_may_have(
    small: World, line: tuple[str, int], error: type[Refused], code: str, by_us: bool
) -> None:
    with pytest.raises(error) as caught:
        drafted(small, line) if by_us else asked(small, line)
    assert caught.value.code == code
    with small.reading("rep@test") as work:
        assert queries.quotes(work, queries.Wanted()) == []


def test_a_customer_can_not_have_a_quote_below_the_minimum_order_but_we_may_make_one(small: World) -> None:
    terms(small, minimum_order=Decimal(50))
    with pytest.raises(Conflict) as caught:
        asked(small, ("10-109", 100))
    assert (caught.value.code, caught.value.sentence) == (
        "below_minimum", "The minimum order is £50.00 of goods; £40.00 is missing.",
    )  # fmt: skip
    drafted(small, ("10-109", 100))


def test_nobody_asks_for_another_company_and_customers_draft_nothing(small: World) -> None:
    with small.reading("desk@test") as desk:
        other = by_code(desk, "C2")
    with small.writing() as work, pytest.raises(NotAllowed):
        quoting.ask_for_quote(work, other, wishes(work, ("10-109", 1)))
    with small.writing() as work, pytest.raises(NotAllowed):
        quoting.draft_quote(work, by_code(work, "C1"), wishes(work, ("10-109", 1)))
    with small.writing("buyer@test") as work, pytest.raises(NotAllowed):
        quoting.draft_quote(work, other, wishes(work, ("10-109", 1)))
    with small.writing() as work, pytest.raises(NotAllowed, match="sales people"):
        quoting.ask_for_quote(work, by_code(work, "C1"), wishes(work, ("10-109", 100, "0.5")))
    with small.reading("rep@test") as work:
        assert queries.quotes(work, queries.Wanted()) == []


def test_a_draft_is_ours_until_it_is_sent(world: World) -> None:
    number = drafted(world, ("10-109", 100, "0.05"))
    with world.reading() as work, pytest.raises(NotFound):
        queries.quote(work, number)
    assert events(world, "quote") == []
    with world.writing("rep@test") as work:
        quoting.send(work, queries.quote(work, number))
    with world.reading() as work:
        quote = queries.quote(work, number)
        assert (quote.state, quote.version, quote.created_by_role) == ("sent", 2, "rep")
        line = quote.lines[0]
        assert (line.list_price, line.discount, line.price, line.total) == (
            Decimal("0.1"), Decimal("0.05"), Decimal("0.095"), Decimal("9.50"),
        )  # fmt: skip
    assert events(world, "quote") == [("quote.sent", number)]
    assert [(event.kind, event.on_behalf_of_id is not None) for event in audited(world, number)] == [
        ("quote.drafted", True), ("quote.sent", True),
    ]  # fmt: skip


def test_another_customers_quote_is_not_found(world: World) -> None:
    number = asked(world, ("10-109", 1))
    for stranger in ("other@test", "buyer@test"):
        with world.reading(stranger) as work:
            with pytest.raises(NotFound):
                queries.quote(work, number)
            assert queries.quotes(work, queries.Wanted()) == []
    with world.reading("desk@test") as work:
        assert [quote.number for quote in queries.quotes(work, queries.Wanted(state="sent"))] == [number]


@pytest.mark.parametrize(("email", "within", "above"), [("rep@test", "0.1", "0.11"), ("desk@test", "0.05", "0.06")])
def test_a_discount_above_the_senders_limit_needs_a_manager(world: World, email: str, within: str, above: str) -> None:
    boss = manager(world)
    fine, large = drafted(world, ("10-109", 100, within)), drafted(world, ("10-109", 100, above), ("30-101", 5))
    with world.writing(email) as work:
        quoting.send(work, queries.quote(work, fine))
    with world.writing(email) as work, pytest.raises(NotAllowed) as caught:
        quoting.send(work, queries.quote(work, large))
    assert caught.value.code == "discount_above_limit"
    assert state_of(world, large) == ("draft", 1, None)
    assert events(world, "quote") == [("quote.sent", fine)]
    with world.writing(boss) as work:
        quoting.send(work, queries.quote(work, large))
    assert state_of(world, large)[0] == "sent"


def test_editing_a_draft_prices_it_again(world: World) -> None:
    number = drafted(world, ("10-109", 100), ("30-101", 10))
    dearer(world, "10-109", "0.20")
    with world.writing("rep@test") as work:
        quote = quoting.edit(work, queries.quote(work, number), particulars=Particulars(note="As on the phone"))
        assert quote.lines[0].price == Decimal("0.1")  # a note is no reason for other prices
    with world.writing("rep@test") as work:
        quoting.edit(work, queries.quote(work, number), wishes=wishes(work, ("10-109", 100, "0.1"), ("30-102", 20)))
    with world.writing("desk@test") as work:
        quoting.edit(work, queries.quote(work, number), discount=Decimal("0.02"))
    with world.reading("rep@test") as work:
        quote = queries.quote(work, number)
        assert [(line.product.sku, line.quantity, line.discount, line.price) for line in quote.lines] == [
            ("10-109", 100, Decimal("0.02"), Decimal("0.196")),
            ("30-102", 20, Decimal("0.02"), Decimal("0.0588")),
        ]
        assert (quote.total, quote.note, quote.version) == (Decimal("20.78"), "As on the phone", 4)
    changes = [event for event in audited(world, number) if event.kind == "quote.changed"]
    assert [(event.before["total"], event.after["total"]) for event in changes] == [
        ("10.50", "10.50"), ("10.50", "19.20"), ("19.20", "20.78"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("particulars", "code"),
    [
        (Particulars(valid_until=date(2026, 6, 16)), "valid_until_past"),
        (Particulars(valid_until=date(2028, 6, 16)), "valid_until_too_late"),
        (Particulars(requested_date=date(2026, 6, 16)), "date_in_past"),
    ],
)
def test_dates_that_make_no_sense_are_refused(small: World, particulars: Particulars, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        drafted(small, ("10-109", 1), particulars=particulars)
    assert caught.value.code == code
    number = drafted(small, ("10-109", 1))
    with small.writing("rep@test") as work, pytest.raises(Invalid):
        quoting.edit(work, queries.quote(work, number), particulars=particulars)
    assert state_of(small, number) == ("draft", 1, None)


def test_a_draft_whose_day_has_passed_is_not_sent(small: World) -> None:
    number = drafted(small, ("10-109", 1), particulars=Particulars(valid_until=date(2026, 6, 18)))
    lived_on(small, date(2026, 6, 19))
    with small.writing("rep@test") as work, pytest.raises(Invalid) as caught:
        quoting.send(work, queries.quote(work, number))
    assert caught.value.code == "valid_until_past"
    with small.writing("rep@test") as work:
        quote = queries.quote(work, number)
        quoting.edit(work, quote, particulars=Particulars(valid_until=date(2026, 6, 19)))
        assert quoting.send(work, quote).state == "sent"


def test_what_has_been_sent_is_not_edited(small: World) -> None:
    number = asked(small, ("10-109", 100))
    with small.writing("rep@test") as work, pytest.raises(Conflict) as caught:
        quoting.edit(work, queries.quote(work, number), discount=Decimal("0.05"))
    assert caught.value.code == "quote_not_draft"
    with small.writing() as work, pytest.raises(NotAllowed):
        quoting.edit(work, queries.quote(work, number), discount=Decimal("0.05"))
    with small.writing() as work, pytest.raises(NotAllowed):
        quoting.send(work, queries.quote(work, number))
    with small.reading() as work:
        assert queries.quote(work, number).total == Decimal("10.00")


def test_a_quote_is_declined_once_by_those_it_is_for_or_by_us(world: World) -> None:
    mine, ours, draft = asked(world, ("10-109", 1)), asked(world, ("10-109", 2)), drafted(world, ("10-109", 3))
    with world.writing() as work:
        quoting.decline(work, queries.quote(work, mine), "too dear")
    with world.writing("rep@test") as work:
        quoting.decline(work, queries.quote(work, ours))
        quoting.decline(work, queries.quote(work, draft))
    assert [state_of(world, number)[:2] for number in (mine, ours, draft)] == [("declined", 2)] * 3
    assert events(world, "quote")[2:] == [("quote.declined", mine), ("quote.declined", ours)]
    with world.writing() as work, pytest.raises(Conflict) as caught:
        quoting.decline(work, queries.quote(work, mine))
    assert caught.value.code == "illegal_transition"
    with world.reading() as work, pytest.raises(NotFound):
        queries.quote(work, draft)  # a draft that was dropped was never theirs to see


def test_a_cart_becomes_a_quote_and_stays(small: World) -> None:
    with small.writing() as work:
        cart = carts.open_cart(work, by_code(work, "C1"))
        carts.put(work, cart, by_sku(work.session, "10-109"), 60, add=False)
        cart.customer_reference, cart.requested_date = "PO 77", date(2026, 6, 30)
        quote = quoting.quote_cart(work, cart)
        assert (quote.state, quote.customer_reference, quote.requested_date) == ("sent", "PO 77", date(2026, 6, 30))
        assert ([line.quantity for line in quote.lines], len(cart.lines)) == ([60], 1)
    with small.writing("desk@test") as work:
        cart = carts.open_cart(work, by_code(work, "C1"))
        carts.put(work, cart, by_sku(work.session, "10-109"), 60, add=False)
        assert quoting.quote_cart(work, cart).state == "draft"
    with small.writing() as work, pytest.raises(Invalid) as caught:
        cart = carts.open_cart(work, by_code(work, "C1"))
        carts.clear(work, cart)
        quoting.quote_cart(work, cart)
    assert caught.value.code == "no_lines"


def test_the_same_product_twice_is_one_line(small: World) -> None:
    number = asked(small, ("10-109", 150), ("10-109", 50))
    with small.reading() as work:
        assert [(line.quantity, line.price) for line in queries.quote(work, number).lines] == [(200, Decimal("0.09"))]


def test_a_quotes_prices_come_from_the_list_alone(small: World) -> None:
    with small.writing() as work:
        wish = Wish(by_sku(work.session, "10-109"), 100, agreed=Decimal("0.01"), tax_rate=Decimal(0))
        assert quoting.ask_for_quote(work, by_code(work, "C1"), [wish]).lines[0].price == Decimal("0.1")
