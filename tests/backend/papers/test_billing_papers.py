"""What stands on an invoice and a credit note: what was kept, whatever has changed since."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from backend.catalogue.tables import Price, Product
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.papers import service
from backend.papers.kinds import Kind
from tests.backend.papers.documents import NUMBERS
from tests.backend.papers.reading import facts, lines, printed
from tests.backend.world import World


def test_an_invoice(filled: World) -> None:
    assert facts(filled, Kind.INVOICE) == {
        "Invoice": "INV-100001",
        "Invoice date": "16 June 2026",
        "Due date": "16 July 2026",
        "Customer": "C1",
        "Your reference": "4711/B",
        "Order": "SO-100001",
        "Delivery note": "SH-100001",
        "Sent on": "16 June 2026",
    }
    assert printed(filled, Kind.INVOICE) == [
        "Invoice INV-100001",
        *("Pos", "SKU", "Description", "Quantity", "Price GBP", "Disc.", "VAT", "Amount GBP"),
        *("1", "10-109", "Hex bolt M8x40 zinc, as it was", "called", "400", "(2 boxes of 200)"),
        *("0.10", "5 %", "20 %", "38.00"),
        *("Pay to", "Severn Bank", "sort code 00-00-00", "account 01234567"),
        *("Goods", "38.00"),
        *("Delivery", "9.50"),
        *("Net total", "47.50"),
        *("VAT 20 % on 47.50", "9.50"),
        *("To pay", "£57.00"),
        "Payment within 30 days of the invoice date.",
        "Payable by 16 July 2026, without deduction.",
        "Please quote INV-100001 with your payment.",
    ]


def test_an_invoice_is_what_was_issued_whatever_happens_later(filled: World) -> None:
    with filled.reading("customer@test") as work:
        before = service.paper(work, Kind.INVOICE, NUMBERS[Kind.INVOICE])
    with filled.database.write() as session:
        for product in session.scalars(select(Product)):
            product.name = "renamed"
        for price in session.scalars(select(Price)):
            price.price = Decimal(99)
        session.scalars(select(Customer).where(Customer.code == "C1")).one().addresses[0].line1 = "moved"
        row = session.scalars(select(Invoice)).one()
        row.paid, row.state, row.version = Decimal(20), "part_paid", 2
        row.order.customer_reference, row.order.payment_method, row.order.payment_days = "9999", "card", 90
    with filled.reading("customer@test") as work:
        assert service.paper(work, Kind.INVOICE, NUMBERS[Kind.INVOICE]) == before


def test_no_tax_is_explained(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Invoice)).one()
        row.tax, row.total = Decimal(0), Decimal("47.50")
        row.tax_breakdown = [{"rate": "0", "net": "47.50", "tax": "0.00"}]
        row.lines[0].tax_rate = Decimal(0)
    found = printed(filled, Kind.INVOICE)
    at = found.index("VAT 0 % on 47.50")
    assert found[at : at + 4] == ["VAT 0 % on 47.50", "0.00", "To pay", "£47.50"]
    assert "No VAT is charged: the supply is zero-rated, exempt, or delivered where we charge none." in found


def test_rates_are_broken_down_the_highest_first(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Invoice)).one()
        row.tax_breakdown = [
            {"rate": "0.05", "net": "10.00", "tax": "0.50"},
            {"rate": "0.175", "net": "37.50", "tax": "6.56"},
        ]
        row.tax, row.total = Decimal("7.06"), Decimal("54.56")
    found = printed(filled, Kind.INVOICE)
    at = found.index("Net total")
    assert found[at : at + 8] == [
        "Net total", "47.50", "VAT 17.5 % on 37.50", "6.56", "VAT 5 % on 10.00", "0.50", "To pay", "£54.56",
    ]  # fmt: skip


def test_an_invoice_without_an_address_or_a_shipment_goes_where_letters_go(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Invoice)).one()
        row.address, row.shipment_id, row.due_date = None, None, None
    assert "Delivery note" not in facts(filled, Kind.INVOICE)
    with filled.reading("customer@test") as work:
        found = lines(service.paper(work, Kind.INVOICE, NUMBERS[Kind.INVOICE]).content)
    assert "12 Mill Lane" in found
    assert [line for line in found if line.startswith("Payable by")] == []


def test_a_draft_is_no_invoice(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Invoice)).one()
        session.add(Invoice(customer_id=row.customer_id, order_id=row.order_id, total=Decimal(1)))
    with filled.reading("manager@test") as work:
        entries, _ = service.list_papers(work, kind=Kind.INVOICE)
        assert [entry.number for entry in entries] == ["INV-100001"]
        with pytest.raises(NotFound):
            service.paper(work, Kind.INVOICE, "None")


def test_a_credit_note_names_its_invoice_and_the_reason(filled: World) -> None:
    assert facts(filled, Kind.CREDIT_NOTE) == {
        "Credit note": "CN-100001",
        "Date": "17 June 2026",
        "Customer": "C1",
        "Your reference": "4711/B",
        "For invoice": "INV-100001",
        "Invoice date": "16 June 2026",
        "Order": "SO-100001",
        "Return": "RT-100001",
    }
    assert printed(filled, Kind.CREDIT_NOTE) == [
        "Credit note CN-100001",
        "Credit for invoice INV-100001. Reason: 100 bolts came back: threads damaged",
        *("Pos", "SKU", "Description", "Quantity", "Price GBP", "VAT", "Amount GBP"),
        *("1", "10-109", "Hex bolt M8x40 zinc", "100", "0.095", "20 %", "9.50"),
        *("Goods", "9.50"),
        *("VAT 20 % on 9.50", "1.90"),
        *("Credited", "£11.40"),
        "This amount is in your favour: there is nothing to pay.",
    ]


def test_a_credit_note_for_lines_of_several_invoices_names_them_all(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(CreditNote)).one()
        first = session.scalars(select(Invoice)).one()
        second = Invoice(
            number="INV-100002", customer_id=first.customer_id, order_id=first.order_id, state="issued",
            issued_at=first.issued_at, total=Decimal("1.00"),
            lines=[
                InvoiceLine(
                    position=1, sku="S", name="N", quantity=1, quantity_text="1", price=Decimal(1), total=Decimal(1)
                )
            ],
        )  # fmt: skip
        session.add(second)
        session.flush()
        row.invoice_id, row.lines[0].invoice_line_id = None, first.lines[0].id
        row.lines.append(
            CreditNoteLine(
                invoice_line_id=second.lines[0].id, position=2, sku="S", name="N", quantity=1, quantity_text="1",
                price=Decimal(1), total=Decimal(1),
            )
        )  # fmt: skip
    found = facts(filled, Kind.CREDIT_NOTE)
    assert (found["For invoices"], "Invoice date" in found) == ("INV-100001, INV-100002", False)
    assert printed(filled, Kind.CREDIT_NOTE)[1].startswith("Credit for invoices INV-100001, INV-100002. Reason: ")


def test_an_invoice_that_is_paid_otherwise_says_how(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(Invoice)).one()
        row.payment_method, row.customer_tax_number = "Visa ending 4001", "GB 77"
    found = printed(filled, Kind.INVOICE)
    assert "Payment: Visa ending 4001." in found
    assert [line for line in found if line.startswith("Payable by")] == []
    assert facts(filled, Kind.INVOICE)["Your VAT number"] == "GB 77"


def test_a_credit_note_of_its_own_names_none(filled: World) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(CreditNote)).one()
        row.invoice_id, row.order_id, row.return_id = None, None, None
        row.issued_at += timedelta(days=1)
    assert facts(filled, Kind.CREDIT_NOTE) == {"Credit note": "CN-100001", "Date": "18 June 2026", "Customer": "C1"}
    assert printed(filled, Kind.CREDIT_NOTE)[1] == "Credit. Reason: 100 bolts came back: threads damaged"
