"""What stands on a quote, an order confirmation and a delivery note."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Price
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.papers import service
from backend.papers.kinds import Kind
from backend.quotes.tables import Quote
from backend.sales.tables import Order, OrderLine, Shipment
from tests.backend.papers.documents import NUMBERS, product
from tests.backend.papers.reading import facts, lines, printed
from tests.backend.world import World


def test_a_quote(filled: World) -> None:
    assert facts(filled, Kind.QUOTE) == {
        "Quote": "QU-100001",
        "Date": "13 June 2026",
        "Valid until": "27 June 2026",
        "Customer": "C1",
        "Delivery wanted": "1 July 2026",
        "Prepared by": "Rep",
    }
    assert printed(filled, Kind.QUOTE) == [
        "Quote QU-100001",
        "Samples of the linen follow by post.",
        *("Pos", "SKU", "Description", "Quantity", "Price GBP", "VAT", "Amount GBP"),
        *("1", "10-109", "Hex bolt M8x40 zinc", "1,000", "(5 boxes of 200)", "0.09", "20 %", "90.00"),
        *("2", "70-103", "Linen fabric blue 150 cm", "2.5 m", "0.80 per 0.1 m", "20 %", "20.00"),
        *("Goods", "110.00"),
        *("VAT 20 % on 110.00", "22.00"),
        *("Total", "£132.00"),
        "The prices hold until 27 June 2026. Goods are offered subject to stock.",
        "Payment within 30 days of the invoice date.",
        "To accept, tell us, or sign and return this quote.",
        *("Name", "Date", "Signature"),
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "Draft: this quote has not been sent yet and binds nobody."),
        ("accepted", "Accepted as order SO-100001."),
        ("declined", "This quote was declined."),
        ("expired", "This quote expired on 27 June 2026."),
    ],
)
def test_a_quote_says_what_became_of_it(filled: World, state: str, said: str) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Quote)).one()
        first = Quote(
            number="QU-2", customer_id=row.customer_id, channel="web", state=state, created_at=row.created_at,
            valid_until=row.valid_until, total=Decimal(0), order_number="SO-100001", lines=[],
        )  # fmt: skip
        session.add(first)
    assert said in printed(filled, Kind.QUOTE, "rep@test", "QU-2")
    assert ("Signature" in printed(filled, Kind.QUOTE, "rep@test", "QU-2")) is (state == "draft")


def test_a_customer_does_not_get_a_draft(filled: World) -> None:
    with filled.database.write() as session:
        session.scalars(select(Quote)).one().sent_at = None
    with filled.reading("customer@test") as work, pytest.raises(NotFound):
        service.paper(work, Kind.QUOTE, NUMBERS[Kind.QUOTE])
    with filled.reading("rep@test") as work:
        assert service.paper(work, Kind.QUOTE, NUMBERS[Kind.QUOTE]).filename == "quote-qu-100001.pdf"


def test_an_order_confirmation_with_discount_back_order_and_two_rates(filled: World) -> None:
    assert facts(filled, Kind.ORDER_CONFIRMATION) == {
        "Order": "SO-100001",
        "Order date": "15 June 2026",
        "Customer": "C1",
        "Your reference": "4711/B",
        "Placed by": "Customer",
    }
    assert printed(filled, Kind.ORDER_CONFIRMATION) == [
        "Order confirmation SO-100001",
        *("Deliver to", "Ferndale Joinery, The Old Sawmill, Leeds LS2 8BB"),
        *("Pos", "SKU", "Description", "Quantity", "Price GBP", "Disc.", "VAT", "Amount GBP"),
        *("1", "10-109", "Hex bolt M8x40 zinc"),
        *("400 sent", "200 on back order, promised for 25", "June 2026"),
        *("600", "(3 boxes of 200)", "0.10", "5 %", "20 %", "57.00"),
        *("2", "70-103", "Linen fabric blue 150 cm", "in stock, promised for 18 June 2026"),
        *("2.5 m", "0.80 per 0.1 m", "0 %", "20.00"),
        *("Goods", "77.00"),
        *("Delivery", "9.50"),
        *("Net total", "86.50"),
        *("VAT 20 % on 66.50", "13.30"),
        *("VAT 0 % on 20.00", "0.00"),
        *("Total", "£99.80"),
        "Lines at 0 % are zero-rated: no VAT is charged on them.",
        "Payment within 30 days of the invoice date.",
        "Please tell us at once if anything is not as you ordered it.",
    ]


def test_the_address_is_the_invoice_address_and_the_head_is_the_company(filled: World) -> None:
    with filled.reading("manager@test") as work:
        found = lines(service.paper(work, Kind.ORDER_CONFIRMATION, NUMBERS[Kind.ORDER_CONFIRMATION]).content)
    at = found.index("Ferndale Joinery")
    assert found[at : at + 4] == ["Ferndale Joinery", "12 Mill Lane", "Unit 3", "Leeds LS1 4AP"]
    assert found[0] == "Thornbury Fixings & Fabrics"
    assert "orders@thornbury.example · VAT number GB 000 1234 56" in found
    assert found[-1] == "Page 1 of 1"


def test_a_confirmation_shows_what_was_agreed_and_not_todays_price(filled: World) -> None:
    before = printed(filled, Kind.ORDER_CONFIRMATION)
    with filled.database.write() as session:
        for price in session.scalars(select(Price)):
            price.price = Decimal(99)
        session.scalars(select(Company)).one().delivery_charge = Decimal(50)
    assert printed(filled, Kind.ORDER_CONFIRMATION) == before


def test_a_held_order_promises_nothing(filled: World) -> None:
    with filled.database.write() as session:
        session.scalars(select(Order)).one().state = "on_hold"
    found = printed(filled, Kind.ORDER_CONFIRMATION)
    assert "This order is on hold and not confirmed yet. Dates are promised once it is released." in found
    assert [line for line in found if "promised for" in line] == []


def test_a_cancelled_order_says_so_and_why_and_shows_what_it_was(filled: World) -> None:
    with filled.database.write() as session:
        order = session.scalars(select(Order)).one()
        for line in order.lines:
            line.shipped = line.invoiced = line.reserved = line.back_ordered = 0
            line.cancelled = line.quantity
        order.state, order.cancel_reason = "cancelled", "no longer needed"
    found = printed(filled, Kind.ORDER_CONFIRMATION)
    assert "This order was cancelled: no longer needed." in found
    at = found.index("1")
    assert found[at : at + 5] == ["1", "10-109", "Hex bolt M8x40 zinc", "600", "(3 boxes of 200)"]
    assert found[found.index("Total") + 1] == "£99.80"


def test_what_was_cancelled_of_an_order_is_said_and_not_counted(filled: World) -> None:
    with filled.database.write() as session:
        order = session.scalars(select(Order)).one()
        bolt, cloth = order.lines
        bolt.back_ordered, bolt.cancelled, bolt.total = 0, 200, Decimal("38.00")
        cloth.reserved, cloth.cancelled, cloth.total = 0, 25, Decimal(0)
        order.tax, order.total = Decimal("9.50"), Decimal("57.00")
    found = printed(filled, Kind.ORDER_CONFIRMATION)
    at = found.index("1")
    assert found[at : at + 17] == [
        *("1", "10-109", "Hex bolt M8x40 zinc", "sent", "200 cancelled"),
        *("400", "(2 boxes of 200)", "0.10", "5 %", "20 %", "38.00"),
        *("2", "70-103", "Linen fabric blue 150 cm", "2.5 m cancelled", "0 m", "0.80 per 0.1 m"),
    ]
    at = found.index("Goods")
    assert found[at : at + 10] == [
        "Goods", "38.00", "Delivery", "9.50", "Net total", "47.50", "VAT 20 % on 47.50", "9.50", "Total", "£57.00",
    ]  # fmt: skip


def test_an_order_without_a_house_or_an_address_still_prints(filled: World) -> None:
    with filled.database.write() as session:
        order = session.scalars(select(Order)).one()
        order.delivery_address, order.payment_days, order.placed_by_id = None, None, None
        order.payment_method = "Visa ending 4001"
        session.scalars(select(Customer).where(Customer.code == "C1")).one().addresses[0].kind = "delivery"
        company = session.scalars(select(Company)).one()
        company.address = company.email = company.tax_number = company.bank_details = None
        session.execute(OrderLine.__table__.update().values(list_price=None, promised_date=None))
    found = printed(filled, Kind.ORDER_CONFIRMATION)
    assert "Payment: Visa ending 4001." in found
    assert "200 on back order" in found


def test_a_tax_that_its_lines_do_not_explain_is_one_sum(filled: World) -> None:
    with filled.database.write() as session:
        order = session.scalars(select(Order)).one()
        order.tax, order.total = Decimal("13.31"), Decimal("99.81")
    found = printed(filled, Kind.ORDER_CONFIRMATION)
    at = found.index("Net total")
    assert found[at : at + 6] == ["Net total", "86.50", "VAT", "13.31", "Total", "£99.81"]


def test_a_delivery_note_names_no_price(filled: World) -> None:
    assert facts(filled, Kind.DELIVERY_NOTE) == {
        "Delivery note": "SH-100001",
        "Date": "16 June 2026",
        "Order": "SO-100001",
        "Order date": "15 June 2026",
        "Customer": "C1",
        "Your reference": "4711/B",
        "Expected": "17 June 2026",
        "Carrier": "Northway Parcels",
        "Tracking": "NP 4411 9",
    }
    found = printed(filled, Kind.DELIVERY_NOTE)
    assert found == [
        "Delivery note SH-100001",
        *("Pos", "SKU", "Description", "Ordered", "Delivered"),
        *("1", "10-109", "Hex bolt M8x40 zinc", "600", "400 (2 boxes of 200)"),
        "Please check the goods on arrival and tell us at once of any damage or shortage. What is not needed may come "
        "back within 30",
        "days.",
        *("Received by", "Date", "Signature"),
    ]
    assert "£" not in "".join(found)
    assert "Price" not in " ".join(found)


@pytest.mark.parametrize("state", ["picked", "shipped", "delivered", "lost"])
def test_goods_that_left_the_shelf_have_a_delivery_note(filled: World, state: str) -> None:
    number = _shipment(filled, state)
    with filled.reading("customer@test") as work:
        assert service.paper(work, Kind.DELIVERY_NOTE, number).filename == "delivery-note-sh-7.pdf"
        assert number in {entry.number for entry in service.list_papers(work)[0]}


@pytest.mark.parametrize(("state", "sentence"), [("planned", "not been picked yet"), ("cancelled", "was cancelled")])
def test_goods_on_the_shelf_have_none(filled: World, state: str, sentence: str) -> None:
    number = _shipment(filled, state)
    with filled.reading("customer@test") as work:
        with pytest.raises(NotFound, match=sentence) as caught:
            service.paper(work, Kind.DELIVERY_NOTE, number)
        assert caught.value.code == "no_paper_yet"
        assert number not in {entry.number for entry in service.list_papers(work)[0]}


def _shipment(world: World, state: str) -> str:
    with world.database.write() as session:
        order = session.scalars(select(Order)).one()
        session.add(Shipment(number="SH-7", order_id=order.id, state=state, lines=[]))
    return "SH-7"


def test_a_promotion_is_named_on_its_line(filled: World) -> None:
    with filled.database.write() as session:
        bolt = product(session, "10-109")
        line = session.scalars(select(OrderLine).where(OrderLine.product_id == bolt.id)).one()
        line.promotion, line.promised_date = "Spring offer", date(2026, 6, 24)
    assert "Spring offer" in printed(filled, Kind.ORDER_CONFIRMATION)
