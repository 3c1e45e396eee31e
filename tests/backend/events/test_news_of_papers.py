"""What people are told of invoices, quotes, returns, inquiries and standing orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, Invoice
from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.database import now
from backend.identity.tables import User
from backend.quotes.tables import Inquiry, Quote
from backend.sales import service
from backend.sales.tables import Order, SalesReturn, StandingOrder
from tests.backend.events.telling import colleague, follow, happened, own, placed, tell
from tests.backend.shipping.handling import person
from tests.backend.world import TODAY, World


def invoice(world: World, number: str) -> None:
    with world.database.write() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        session.add(
            Invoice(
                number="INV-1",
                customer_id=order.customer_id,
                order_id=order.id,
                state="overdue",
                due_date=date(2026, 6, 1),
                total=Decimal("6.00"),
                paid=Decimal("1.50"),
            )
        )


def test_invoices_are_told_with_what_is_to_be_paid_and_when(small: World) -> None:
    number = placed(small)
    invoice(small, number)
    happened(small, "invoice.issued", "INV-1")
    happened(small, "invoice.overdue", "INV-1")
    assert tell(small) == {
        "customer@test": [
            f"Invoice INV-1 for your order {number}: £6.00, to be paid by 1 Jun 2026.",
            f"Invoice INV-1 for your order {number} was due on 1 Jun 2026, and £4.50 of it is still to be paid.",
        ]
    }


def quote(world: World, by: str = "rep@test", inquiry: Inquiry | None = None, order: str | None = None) -> None:
    with world.database.write() as session:
        session.add(
            Quote(
                number="QU-1",
                customer_id=world.principal("customer@test").customer_id,
                created_by_id=own(world, by),
                inquiry=inquiry,
                channel="api",
                state="sent",
                created_at=now(),
                valid_until=date(2026, 7, 1),
                total=Decimal("12.30"),
                order_number=order,
            )
        )


SENT = "Your quote QU-1 is ready: £12.30, and the prices hold until 1 Jul 2026. Ask me for QU-1 to see or accept it."


def test_a_quote_goes_to_who_asked_for_it(small: World) -> None:
    person(small, "colleague@test")
    asked = Inquiry(
        number="IQ-1", customer_id=small.principal("customer@test").customer_id, user_id=own(small, "colleague@test"),
        channel="web", text="What would 1,000 cost?",
    )  # fmt: skip
    quote(small, inquiry=asked)
    happened(small, "quote.sent", "QU-1")
    assert tell(small) == {"colleague@test": [SENT]}


def test_a_quote_that_nobody_asked_for_goes_to_all_the_customers_people(small: World) -> None:
    person(small, "colleague@test")
    quote(small)
    happened(small, "quote.sent", "QU-1")
    assert tell(small) == {"customer@test": [SENT], "colleague@test": [SENT]}


def test_who_made_a_quote_hears_what_became_of_it(small: World) -> None:
    quote(small, order="SO-7")
    happened(small, "quote.accepted", "QU-1")
    happened(small, "quote.declined", "QU-1")
    assert tell(small) == {
        "rep@test": [
            "QU-1 of Ferndale Joinery has been accepted: it is order SO-7 now.",
            "QU-1 of Ferndale Joinery has been declined.",
        ]
    }


def sales_return(world: World, resolution: str = "credit", note: str | None = None) -> None:
    with world.database.write() as session:
        who = session.get_one(User, own(world, "customer@test"))
        row = SalesReturn(
            number="RT-1", customer_id=who.customer_id, requested_by_id=who.id, resolution=resolution, note=note,
            total=Decimal(5),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            CreditNote(
                number="CN-1",
                customer_id=row.customer_id,
                return_id=row.id,
                reason="r",
                issued_at=now(),
                tax=Decimal(1),
                total=Decimal(6),
            )
        )


@pytest.mark.parametrize(
    ("kind", "resolution", "sentence"),
    [
        ("approved", "credit", "is approved. Please send the goods back to us and name RT-1 on the parcel."),
        ("rejected", "credit", "can't be taken: too late."),
        ("settled", "credit", "is settled: credit note CN-1 over £6.00."),
        ("settled", "refund", "is settled: credit note CN-1 over £6.00, which goes back the way you paid."),
    ],
)
def test_a_return_is_told_to_who_asked_for_it(small: World, kind: str, resolution: str, sentence: str) -> None:
    sales_return(small, resolution, "Too late." if kind == "rejected" else None)
    happened(small, f"return.{kind}", "RT-1")
    (told,) = tell(small)["customer@test"]
    assert told.lower() == f"your return rt-1 {sentence}".lower()


def test_a_return_that_is_asked_for_is_told_to_who_handles_returns_and_follows(small: World) -> None:
    sales_return(small)
    follow(small, "desk@test")
    follow(small, "rep@test")
    happened(small, "return.requested", "RT-1")
    sentence = "RT-1 of Ferndale Joinery has been asked for and waits for one of us to look at it."
    assert tell(small) == {"desk@test": [sentence]}


def test_an_inquiry_is_told_to_who_handles_it_and_its_answer_to_who_asked(small: World) -> None:
    follow(small, "rep@test")
    with small.database.write() as session:
        session.add(
            Inquiry(
                number="IQ-1",
                customer_id=small.principal("customer@test").customer_id,
                user_id=own(small, "customer@test"),
                channel="web",
                text="Do you\ncut cloth?",
                answer="Yes, by the metre.",
            )
        )
    happened(small, "inquiry.opened", "IQ-1")
    happened(small, "inquiry.answered", "IQ-1")
    assert tell(small) == {
        "rep@test": ["IQ-1 from Customer (Ferndale Joinery) waits for an answer: Do you cut cloth?"],
        "customer@test": ["An answer to IQ-1: Yes, by the metre."],
    }


def test_a_standing_order_tells_its_owner_and_not_twice_who_follows_orders(small: World) -> None:
    with small.database.write() as session:
        row = StandingOrder(
            number="ST-1", customer_id=small.principal("customer@test").customer_id,
            user_id=own(small, "customer@test"), rule="FREQ=WEEKLY", starts_on=TODAY,
        )  # fmt: skip
        session.add(row)
    colleague(small)
    with small.writing("customer@test", "standing") as work:
        details = service.Details(standing_order_id=1)
        wishes = [service.Wish(by_sku(work.session, "10-109"), 60)]
        number = service.place_order(work, by_code(work, "C1"), wishes, details=details).number
    happened(small, "standing_order.placed", "ST-1", order=number)
    happened(small, "standing_order.failed", "ST-1", problem="There is no price.")
    told = [
        f"Your standing order ST-1 has been placed as order {number}.",
        "Your standing order ST-1 could not be placed: There is no price. "
        "Nothing has been ordered; please have a look at it.",
    ]
    assert tell(small) == {"customer@test": told, "colleague@test": told}
