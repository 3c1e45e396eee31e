"""What stands on an invoice and a credit note: the lines as they were kept, never today's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.billing.tables import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from backend.catalogue.tables import Product
from backend.company.service import company
from backend.papers import wording
from backend.papers.content import Content, Fact, Row
from backend.papers.kinds import Kind
from backend.papers.sales_papers import addressee, customer_facts
from backend.sales.tables import OrderLine
from backend.work import Work


def invoice(work: Work, row: Invoice) -> Content:
    """The paper of an issued invoice. What has been paid since does not change it."""
    assert row.number is not None
    assert row.issued_at is not None
    house = company(work.session)
    head = wording.letterhead(house)
    discounted = any(line.discount for line in row.lines)
    parts, products = wording.kept_parts(row.tax_breakdown), _products(work, row.lines)
    issued = work.clock.date_of(row.issued_at)
    facts = [
        Fact("Invoice", row.number),
        Fact("Invoice date", wording.day(issued)),
        *([Fact("Due date", wording.day(row.due_date))] if row.due_date else []),
        *customer_facts(row.customer.code, row.customer_reference, row.customer_tax_number, head.tax_word),
        Fact("Order", row.order.number),
        *_shipment_facts(work, row),
    ]
    days = (row.due_date - issued).days if row.due_date else None
    due = f"Payable by {wording.day(row.due_date)}, without deduction." if row.due_date else None
    method = row.payment_method or "account"
    return Content(
        kind=Kind.INVOICE,
        number=row.number,
        dated=issued,
        letterhead=head,
        addressee=wording.address_lines(row.address, wording.home_of(house)) or addressee(work, row.customer),
        facts=tuple(facts),
        pay_to=head.bank,
        columns=wording.line_columns(head.tax_word, row.currency, discounted=discounted),
        rows=tuple(_invoiced(line, products, discounted=discounted) for line in row.lines),
        amounts=wording.less_credit(
            wording.sums(
                row.goods, row.delivery, row.tax, parts, tax_word=head.tax_word, currency=row.currency, total="To pay"
            ),
            [(part["number"], Decimal(part["amount"])) for part in row.set_off],
            row.total - row.set_off_total,
            row.currency,
        ),
        closing=(
            *wording.untaxed_note(parts, row.tax, head.tax_word),
            *wording.payment_terms(method, days),
            *((due,) if due and method == "account" else ()),
            f"Please quote {row.number} with your payment.",
        ),
    )


def _shipment_facts(work: Work, row: Invoice) -> list[Fact]:
    shipment = row.shipment
    if shipment is None:
        return []
    found = [Fact("Delivery note", shipment.number)]
    if shipment.shipped_at is not None:
        found.append(Fact("Sent on", wording.day(work.clock.date_of(shipment.shipped_at))))
    return found


def _invoiced(line: InvoiceLine, products: Mapping[int, Product], *, discounted: bool) -> Row:
    listed = line.list_price if line.list_price is not None else line.price
    return Row(
        (
            str(line.position),
            line.sku,
            line.name,
            line.quantity_text,
            wording.price(products.get(line.order_line_id or 0), listed if discounted else line.price),
            *((wording.percent(line.discount) if line.discount else "",) if discounted else ()),
            wording.percent(line.tax_rate),
            wording.amount(line.total),
        )
    )


def credit_note(work: Work, row: CreditNote) -> Content:
    """The paper of a credit note: which invoice it is for, and why."""
    house = company(work.session)
    head = wording.letterhead(house)
    parts, products = wording.kept_parts(row.tax_breakdown), _products(work, row.lines)
    credited = _credited_invoices(work, row)
    of_invoice = f" for {_said_invoices(credited)}" if credited else ""
    return Content(
        kind=Kind.CREDIT_NOTE,
        number=row.number,
        dated=work.clock.date_of(row.issued_at),
        letterhead=head,
        addressee=wording.address_lines(row.address, wording.home_of(house)) or addressee(work, row.customer),
        facts=tuple(_credit_facts(work, row, credited, head.tax_word)),
        columns=wording.line_columns(head.tax_word, row.currency, discounted=False),
        rows=tuple(_credited(line, products) for line in row.lines),
        notices=(f"Credit{of_invoice}. Reason: {row.reason}",),
        amounts=wording.sums(
            row.goods, row.delivery, row.tax, parts, tax_word=head.tax_word, currency=row.currency, total="Credited"
        ),
        closing=(
            *(wording.untaxed_note(parts, row.tax, head.tax_word) if row.lines else ()),
            "This amount is in your favour: there is nothing to pay.",
        ),
    )


def _credit_facts(work: Work, row: CreditNote, credited: Sequence[Invoice], tax_word: str) -> list[Fact]:
    first = credited[0] if credited else None
    reference, tax_number = (first.customer_reference, first.customer_tax_number) if first else (None, None)
    label = "For invoices" if len(credited) > 1 else "For invoice"
    only = first if len(credited) == 1 else None
    return [
        Fact("Credit note", row.number),
        Fact("Date", wording.day(work.clock.date_of(row.issued_at))),
        *customer_facts(row.customer.code, reference, tax_number, tax_word),
        *([Fact(label, _numbers(credited))] if credited else []),
        *([Fact("Invoice date", wording.day(_issued_on(work, only)))] if only else []),
        *([Fact("Order", row.order.number)] if row.order else []),
        *([Fact("Return", row.sales_return.number)] if row.sales_return else []),
    ]


def _numbers(invoices: Sequence[Invoice]) -> str:
    return ", ".join(one.number or "" for one in invoices)


def _said_invoices(invoices: Sequence[Invoice]) -> str:
    return f"{'invoices' if len(invoices) > 1 else 'invoice'} {_numbers(invoices)}"


def _credited_invoices(work: Work, row: CreditNote) -> list[Invoice]:
    """The invoice it is for, or those that its lines stood on."""
    if row.invoice is not None:
        return [row.invoice]
    ids = [line.invoice_line_id for line in row.lines if line.invoice_line_id is not None]
    lines = select(InvoiceLine.invoice_id).where(InvoiceLine.id.in_(ids))
    return list(work.session.scalars(select(Invoice).where(Invoice.id.in_(lines)).order_by(Invoice.id)))


def _issued_on(work: Work, row: Invoice) -> date | None:
    return work.clock.date_of(row.issued_at) if row.issued_at else None


def _credited(line: CreditNoteLine, products: Mapping[int, Product]) -> Row:
    return Row(
        (
            str(line.position),
            line.sku,
            line.name,
            line.quantity_text,
            wording.price(products.get(line.order_line_id or 0), line.price),
            wording.percent(line.tax_rate),
            wording.amount(line.total),
        )
    )


def _products(work: Work, lines: Sequence[InvoiceLine] | Sequence[CreditNoteLine]) -> dict[int, Product]:
    """By order line: for the unit a price is per, which never changes, as every quantity is counted in it."""
    ids = [line.order_line_id for line in lines if line.order_line_id is not None]
    rows = work.session.execute(
        select(OrderLine.id, Product).join(Product, OrderLine.product_id == Product.id).where(OrderLine.id.in_(ids))
    )
    return {line_id: product for line_id, product in rows}  # noqa: C416 - dict() would want plain tuples
