"""Credit notes: at the price that was paid, never more than was invoiced, set off against what is owed first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.billing import credits as crediting
from backend.billing import queries
from backend.billing.tables import CreditNote
from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.errors import Conflict, NotAllowed, Refused
from backend.events.tables import OutboxEvent
from backend.sales import queries as sales
from backend.sales.tables import SalesReturn, SalesReturnLine
from backend.shipping import queries as shipments_queries
from tests.backend.billing.trading import (
    AWKWARD,
    apply,
    came_back,
    credited,
    figures,
    hand_over,
    invoice,
    invoiced,
    invoices,
    note,
    numbers,
    ordered,
    paid,
    returned,
    rounding,
    worth,
)
from tests.backend.shipping.handling import at_once, lose, shipped, told
from tests.backend.world import World

D = Decimal


def refused(job: Callable[[], object]) -> str:
    """The code that a job is refused with."""
    with pytest.raises(Refused) as caught:
        job()
    return caught.value.code


def money(row: CreditNote) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return row.goods, row.delivery, row.tax, row.total


# ---- invoices ------------------------------------------------------------------------------------------------------


def test_an_invoice_is_credited_whole_with_its_delivery(world: World) -> None:
    number = invoiced(world, delivery="9.50")
    whole = invoice(world, number)
    found = note(world, credited(world, number))
    assert money(found) == (whole.goods, whole.delivery, whole.tax, whole.total)
    assert found.tax_breakdown == whole.tax_breakdown
    assert (found.applied, found.left, found.invoice.number) == (whole.total, D(0), number)
    assert figures(world, number) == ("credited", D(0), whole.total)
    assert [(line.sku, line.quantity, line.total) for line in found.lines] == [
        (line.sku, line.quantity, line.total) for line in whole.lines
    ]
    assert told(world, found.number) == ["credit_note.issued"]
    with world.reading("desk@test") as work:
        event = work.session.scalars(select(OutboxEvent).where(OutboxEvent.key == found.number)).one()
        assert (event.customer_id, event.payload["total"]) == (found.customer_id, "22.80")
        kinds = select(AuditEvent.kind).where(AuditEvent.subject_key.in_((found.number, number)))
        assert work.session.scalars(kinds.order_by(AuditEvent.id)).all() == [
            "invoice.issued", "invoice.credited", "credit_note.issued",
        ]  # fmt: skip


@pytest.mark.parametrize("rule", ["line", "document"])
def test_credits_piece_by_piece_come_to_the_invoice_to_the_penny(world: World, rule: str) -> None:
    rounding(world, rule)
    number = invoiced(world, delivery="4.99")
    whole = invoice(world, number)
    found = [credited(world, number, {1: 2, 3: 1}), credited(world, number, {1: 4, 2: 3}), credited(world, number)]
    rows = [note(world, one) for one in found]
    assert [row.delivery for row in rows] == [D(0), D(0), D("4.99")]
    assert sum(row.total for row in rows) == whole.total
    assert sum(row.tax for row in rows) == whole.tax
    assert figures(world, number) == ("credited", D(0), whole.total)
    assert refused(lambda: credited(world, number)) == "nothing_to_credit"
    assert refused(lambda: credited(world, number, {2: 1})) == "more_than_invoiced"


def test_credits_that_make_no_sense_are_refused_and_change_nothing(small: World) -> None:
    number = invoiced(small)
    before = figures(small, number)
    for lines, code in (
        ({}, "no_lines"),
        ({4: 1}, "unknown_line"),
        ({1: 0}, "quantity_too_small"),
        ({1: 8}, "more_than_invoiced"),
    ):
        assert refused(lambda lines=lines: credited(small, number, lines)) == code
    with small.writing("desk@test") as work:
        found = queries.invoice(work, number)
        assert refused(lambda: crediting.credit_invoice(work, found, "  ")) == "reason_missing"
    assert figures(small, number) == before
    assert numbers(small, CreditNote) == []


def test_what_is_paid_already_is_credit_and_can_be_set_off_later(world: World) -> None:
    first, second = worth(world, "30.00"), worth(world, "50.00")
    paid(world, "20.00", first)
    spare = credited(world, first)
    assert (note(world, spare).applied, note(world, spare).left) == (D(10), D(20))
    assert figures(world, first) == ("paid", D(20), D(10))
    apply(world, spare, {second: "15.00"})
    assert figures(world, second) == ("issued", D(0), D(15))
    assert (note(world, spare).left, note(world, spare).version) == (D(5), 2)
    theirs = worth(world, "5.00", code="C2")
    for parts, code in (
        ({second: "5.01"}, "more_than_left"),
        ({first: "1.00"}, "more_than_owed"),
        ({theirs: "1.00"}, "another_customers"),
        ({}, "no_lines"),
        ({second: "0.001"}, "invalid_amount"),
    ):
        assert refused(lambda parts=parts: apply(world, spare, parts)) == code
    assert (note(world, spare).left, figures(world, theirs)) == (D(5), ("issued", D(0), D(0)))


# ---- returns -------------------------------------------------------------------------------------------------------


def test_what_came_back_is_credited_at_what_was_paid_for_it(world: World) -> None:
    order = ordered(world, delivery="9.50")
    shipped(world, order)
    whole = invoices(world, order)[0]
    found = note(world, returned(world, order, {1: 2, 3: 7}))
    assert [(line.sku, line.quantity, line.price, line.total, line.tax) for line in found.lines] == [
        ("10-109", 2, D("0.3333"), D("0.67"), D("0.13")),
        ("30-102", 7, D("1.005"), D("7.04"), D("0.35")),
    ]
    assert money(found) == (D("7.71"), D(0), D("0.48"), D("8.19"))
    assert (found.sales_return.number, found.order.number, found.invoice.number) == ("RT-1", order, whole.number)
    assert (found.reason, found.applied) == ("damaged", D("8.19"))
    assert figures(world, str(whole.number)) == ("issued", D(0), D("8.19"))


def test_returns_of_several_shipments_never_come_to_more_than_was_invoiced(world: World) -> None:
    order = ordered(world)
    shipped(world, order, {1: 3, 2: 1})
    shipped(world, order, {1: 4, 2: 6, 3: 7})
    parts = ({1: 2, 2: 2}, {1: 3, 3: 4}, {1: 2, 2: 5, 3: 3})
    rows = [note(world, returned(world, order, part, number=f"RT-{at}")) for at, part in enumerate(parts)]
    found = invoices(world, order)
    assert sum(row.goods for row in rows) == sum(one.goods for one in found)
    assert sum(row.tax for row in rows) == sum(one.tax for one in found)
    assert [one.state for one in found] == ["credited", "credited"]
    assert rows[0].invoice is None  # two invoices' lines came back
    assert refused(lambda: returned(world, order, {}, number="RT-9")) == "nothing_to_credit"
    with pytest.raises(Conflict) as caught, world.writing("desk@test") as work:
        crediting.credit_return(work, again(work, order))
    assert caught.value.code == "more_than_invoiced"
    assert len(numbers(world, CreditNote)) == 3


def again(work, order: str) -> SalesReturn:
    """A return of goods that have come back already."""
    row = sales.by_number(work, order)
    line = row.lines[0]
    part = SalesReturnLine(order_line=line, product=line.product, quantity=1, price=line.price, total=D(0))
    back = SalesReturn(
        number="RT-X", customer=row.customer, order=row, state="received", total=D(0), lines=[part], returned_at=None
    )
    work.session.add(back)
    work.session.flush()
    return back


def test_a_return_is_set_off_against_what_is_owed_for_its_order_first(small: World) -> None:
    order = ordered(small, [("10-109", 4, "10.00", "0")])
    for _ in range(2):
        shipped(small, order, {1: 2})
    first, second = (str(one.number) for one in invoices(small, order))
    other = worth(small, "99.00")
    paid(small, "20.00", first)
    found = note(small, returned(small, order, {1: 3}))
    assert (found.total, found.applied, found.left) == (D(30), D(20), D(10))
    assert figures(small, first) == ("paid", D(20), D(0))
    assert figures(small, second) == ("credited", D(0), D(20))
    assert figures(small, other) == ("issued", D(0), D(0))


def test_a_return_is_credited_once(world: World) -> None:
    order = ordered(world)
    shipped(world, order)
    with world.writing("desk@test") as work:
        key = came_back(work, order, {1: 1}, "RT-1").id

    def credit() -> None:
        with world.writing("desk@test") as work:
            crediting.credit_return(work, work.session.get_one(SalesReturn, key))

    assert at_once(credit, credit, credit) == []
    assert refused(credit) == "already_credited"
    assert numbers(world, CreditNote) == [100_001]


def test_a_line_that_did_not_come_is_not_credited(small: World) -> None:
    order = ordered(small)
    shipped(small, order)
    with small.writing("desk@test") as work:
        back = came_back(work, order, {1: 1, 2: 1}, "RT-1")
        back.lines[1].quantity = 0
        assert [line.sku for line in crediting.credit_return(work, back).lines] == ["10-109"]


def test_goods_sold_before_there_were_invoices_are_credited_at_their_orders_prices(small: World) -> None:
    order = ordered(small)
    with small.writing("desk@test") as work:
        for line in sales.by_number(work, order).lines:
            line.shipped, line.reserved = line.quantity, 0
    rows = [note(small, returned(small, order, {1: quantity}, number=f"RT-{quantity}")) for quantity in (3, 4)]
    assert [row.goods for row in rows] == [D("1.00"), D("1.33")]
    assert sum(row.tax for row in rows) == D("0.47")
    assert [(row.applied, row.left, row.invoice) for row in rows] == [(D(0), row.total, None) for row in rows]
    with pytest.raises(Conflict) as caught, small.writing("desk@test") as work:
        crediting.credit_return(work, again(work, order))
    assert caught.value.code == "more_than_invoiced"


def test_goods_of_no_known_order_are_credited_at_the_price_agreed(small: World) -> None:
    with small.writing("desk@test") as work:
        product, customer = by_sku(work.session, "10-109"), by_code(work, "C1")
        line = SalesReturnLine(product=product, quantity=3, price=D("0.3333"), total=D("1.00"))
        back = SalesReturn(number="RT-1", customer=customer, state="received", total=D("1.00"), lines=[line])
        work.session.add(back)
        work.session.flush()
        number = crediting.credit_return(work, back).number
    assert money(note(small, number)) == (D("1.00"), D(0), D(0), D("1.00"))


# ---- shipments -----------------------------------------------------------------------------------------------------


def test_a_lost_shipment_is_credited_with_its_delivery(world: World) -> None:
    order = ordered(world, delivery="9.50")
    shipment = shipped(world, order, {1: 3})
    shipped(world, order, {1: 4})
    lose(world, shipment, "credit")
    first, second = invoices(world, order)
    with world.reading("desk@test") as work:
        (found,) = queries.credit_notes_page(work, order=order, limit=5)
    assert (found.total, found.delivery, found.invoice.number) == (first.total, D("9.50"), first.number)
    assert found.reason == f"Lost on its way: {shipment}"
    assert (first.state, second.state) == ("credited", "issued")


def test_a_lost_shipment_without_an_invoice_is_credited_at_its_orders_prices(small: World) -> None:
    order = ordered(small)
    shipment = shipped(small, order, {1: 3})
    with small.writing("desk@test") as work:
        row = shipments_queries.by_number(work, shipment)
        number = invoices(small, order)[0].id
        found = work.session.get_one(type(invoices(small, order)[0]), number)
        found.shipment_id = None  # as history is
        for line in found.lines:
            work.session.delete(line)
        row.order.lines[0].invoiced = 0
        work.session.flush()
        made = crediting.credit_shipment(work, row, "lost")
        assert (made.goods, made.tax, made.delivery) == (D("1.00"), D("0.20"), D(0))
        with pytest.raises(Conflict) as caught:
            crediting.credit_shipment(work, row, "lost")
        assert caught.value.code == "nothing_to_credit"


# ---- in general ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "buyer@test"])
def test_only_those_who_bill_credit(small: World, email: str) -> None:
    order = ordered(small)
    shipment = shipped(small, order)
    one = str(invoices(small, order)[0].number)
    with small.writing("desk@test") as work:
        back = came_back(work, order, {1: 1}, "RT-1").id
    with small.reading("desk@test") as desk:
        owed, sent = queries.invoice(desk, one), shipments_queries.by_number(desk, shipment)
        came = desk.session.get_one(SalesReturn, back)
    jobs: list[Callable[..., object]] = [
        lambda work: crediting.credit_invoice(work, owed, "no"),
        lambda work: crediting.credit_shipment(work, sent, "no"),
        lambda work: crediting.credit_return(work, came),
    ]
    for job in jobs:
        with pytest.raises(NotAllowed), small.writing(email) as work:
            job(work)
    assert (numbers(small, CreditNote), figures(small, one)[2]) == ([], D(0))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(1, 99_999), min_size=2, max_size=2),
    st.lists(st.tuples(st.sampled_from(["return", "first", "second"]), st.integers(1, 3)), min_size=1, max_size=6),
    st.sampled_from(["line", "document"]),
)
def test_whatever_is_credited_in_whatever_way_stays_within_the_invoices(
    small: World, prices: list[int], steps: list[tuple[str, int]], rule: str
) -> None:
    """Two invoices of an order of two lines; returns and credits of parts until nothing is left."""
    rounding(small, rule)
    lines = [(AWKWARD[at][0], 6, str(D(price) / 10_000), AWKWARD[at][3]) for at, price in enumerate(prices)]
    order = ordered(small, lines, delivery="1.11")
    hand_over(small, order, {1: 2, 2: 5})
    hand_over(small, order, {1: 4, 2: 1})
    first, second = (str(one.number) for one in invoices(small, order))
    at_theirs = 6  # of the first line: more than was sent cannot come back
    for at, (kind, quantity) in enumerate(steps):
        with suppress(Refused):
            if kind == "return":
                back = min(quantity, at_theirs)
                returned(small, order, {1: back, 2: 1} if back else {2: 1}, number=f"{order}-{at}")
                at_theirs -= back
            else:
                credited(small, first if kind == "first" else second, {1: quantity})
    for number in (first, second):
        with suppress(Refused):
            credited(small, number)
    with small.reading("desk@test") as work:
        notes = queries.credit_notes_page(work, order=order, limit=50)
    found = invoices(small, order)
    for part in ("goods", "delivery", "tax", "total"):
        assert sum(getattr(row, part) for row in notes) == sum(getattr(row, part) for row in found)
    assert [one.outstanding for one in found] == [0, 0]
    assert all(row.left == 0 for row in notes)


def test_numbers_have_no_gaps_while_many_credit_and_some_fail(world: World) -> None:
    keys = [worth(world, "5.00") for _ in range(8)]

    def credit(number: str, *, breaks: bool) -> Callable[[], None]:
        def job() -> None:
            if breaks:
                with pytest.raises(RuntimeError), world.writing("desk@test") as work:
                    crediting.credit_invoice(work, queries.invoice(work, number), "wrong")
                    raise RuntimeError("the connection is gone")
            credited(world, number)

        return job

    jobs = [credit(number, breaks=at % 2 == 0) for at, number in enumerate(keys)]
    assert at_once(*jobs[:4]) == []
    assert at_once(*jobs[4:]) == []
    assert numbers(world, CreditNote) == list(range(100_001, 100_009))
