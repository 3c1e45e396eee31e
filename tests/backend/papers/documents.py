"""One document of each kind for Ferndale Joinery (C1), written as rows: what a paper shows is what was kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.billing.tables import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from backend.catalogue.tables import Category, Product
from backend.company.tables import Company
from backend.customers.tables import Address, Customer
from backend.identity.service import _hasher
from backend.identity.tables import User
from backend.papers.kinds import Kind
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from backend.quotes.tables import Quote, QuoteLine
from backend.sales.tables import Order, OrderLine, SalesReturn, Shipment, ShipmentLine
from tests.backend.world import PASSWORD, World

ADDRESS = {
    "name": "Ferndale Joinery",
    "line1": "12 Mill Lane",
    "line2": "Unit 3",
    "city": "Leeds",
    "postcode": "LS1 4AP",
    "country": "United Kingdom",
}
NUMBERS = {
    Kind.QUOTE: "QU-100001",
    Kind.ORDER_CONFIRMATION: "SO-100001",
    Kind.DELIVERY_NOTE: "SH-100001",
    Kind.INVOICE: "INV-100001",
    Kind.CREDIT_NOTE: "CN-100001",
    Kind.PURCHASE_ORDER: "PO-100001",
}
D = Decimal


def at(day: int, hour: int = 10) -> datetime:
    """A moment in June 2026."""
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def fill(world: World) -> None:
    """Write the documents; the order is part sent, part on back order, and at a discount."""
    with world.database.write() as session:
        _people(session)
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        bolt, cloth = (product(session, sku) for sku in ("10-109", "70-103"))
        order = _order(session, customer, bolt, cloth)
        shipment = _shipment(session, order)
        invoice = _invoice(session, order, shipment)
        _credit_note(session, order, invoice)
        _quote(session, customer, bolt, cloth)
        _purchase_order(session, bolt, cloth)


def product(session: Session, sku: str) -> Product:
    return session.scalars(select(Product).where(Product.sku == sku)).one()


def _people(session: Session) -> None:
    company = session.get_one(Company, 1)
    company.name = "Thornbury Fixings & Fabrics"
    company.address = {
        "name": company.name,
        "line1": "Unit 4, Kiln Lane Trading Estate",
        "line2": None,
        "city": "Thornbury",
        "postcode": "BS35 9ZZ",
        "country": "United Kingdom",
    }
    company.email, company.tax_number = "orders@thornbury.example", "GB 000 1234 56"
    company.bank_details = "Severn Bank, sort code 00-00-00, account 01234567"
    customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
    session.add(Address(customer_id=customer.id, kind="invoice", **{k: v for k, v in ADDRESS.items() if k != "name"}))
    session.add(User(email="manager@test", name="Margaret", role="manager", password_hash=_hasher.hash(PASSWORD)))
    session.flush()


def _order(session: Session, customer: Customer, bolt: Product, cloth: Product) -> Order:
    placed_by = session.scalars(select(User).where(User.email == "customer@test")).one()
    lines = [
        OrderLine(
            position=1, product_id=bolt.id, quantity=600, list_price=D("0.1"), discount=D("0.05"), price=D("0.095"),
            tax_rate=D("0.2"), total=D("57.00"), shipped=400, invoiced=400, back_ordered=200,
            promised_date=date(2026, 6, 25),
        ),
        OrderLine(
            position=2, product_id=cloth.id, quantity=25, list_price=D("0.8"), price=D("0.8"),
            tax_rate=D("0"), total=D("20.00"), reserved=25, promised_date=date(2026, 6, 18),
        ),
    ]  # fmt: skip
    order = Order(
        number=NUMBERS[Kind.ORDER_CONFIRMATION],
        customer_id=customer.id,
        placed_by_id=placed_by.id,
        placed_by_role="customer",
        channel="web",
        state="placed",
        placed_at=at(15),
        customer_reference="4711/B",
        delivery=D("9.50"),
        tax=D("13.30"),
        total=D("99.80"),
        delivery_address={**ADDRESS, "line1": "The Old Sawmill", "line2": None, "postcode": "LS2 8BB"},
        payment_days=30,
        lines=lines,
    )
    session.add(order)
    session.flush()
    return order


def _shipment(session: Session, order: Order) -> Shipment:
    shipment = Shipment(
        number=NUMBERS[Kind.DELIVERY_NOTE],
        order_id=order.id,
        state="shipped",
        planned_at=at(15),
        shipped_at=at(16),
        expected_date=date(2026, 6, 17),
        carrier="Northway Parcels",
        tracking_number="NP 4411 9",
        lines=[ShipmentLine(order_line_id=order.lines[0].id, quantity=400)],
    )
    session.add(shipment)
    session.flush()
    return shipment


def _invoice(session: Session, order: Order, shipment: Shipment) -> Invoice:
    invoice = Invoice(
        number=NUMBERS[Kind.INVOICE],
        customer_id=order.customer_id,
        order_id=order.id,
        shipment_id=shipment.id,
        state="issued",
        issued_at=at(16),
        due_date=date(2026, 7, 16),
        delivery=D("9.50"),
        tax=D("9.50"),
        total=D("57.00"),
        tax_breakdown=[{"rate": "0.2", "net": "47.50", "tax": "9.50"}],
        address=ADDRESS,
        customer_reference="4711/B",
        payment_method="account",
        lines=[
            InvoiceLine(
                order_line_id=order.lines[0].id, position=1, sku="10-109", name="Hex bolt M8x40 zinc, as it was called",
                quantity=400, quantity_text="400 (2 boxes of 200)", list_price=D("0.1"), discount=D("0.05"),
                price=D("0.095"), tax_rate=D("0.2"), total=D("38.00"),
            )
        ],
    )  # fmt: skip
    session.add(invoice)
    session.flush()
    return invoice


def _credit_note(session: Session, order: Order, invoice: Invoice) -> None:
    back = SalesReturn(
        number="RT-100001", customer_id=order.customer_id, state="settled", order_id=order.id, total=D("9.50")
    )
    session.add(back)
    session.flush()
    session.add(
        CreditNote(
            number=NUMBERS[Kind.CREDIT_NOTE],
            customer_id=order.customer_id,
            order_id=order.id,
            invoice_id=invoice.id,
            return_id=back.id,
            reason="100 bolts came back: threads damaged",
            issued_at=at(17),
            tax=D("1.90"),
            total=D("11.40"),
            tax_breakdown=[{"rate": "0.2", "net": "9.50", "tax": "1.90"}],
            address=ADDRESS,
            lines=[
                CreditNoteLine(
                    order_line_id=order.lines[0].id, position=1, sku="10-109", name="Hex bolt M8x40 zinc",
                    quantity=100, quantity_text="100", price=D("0.095"), tax_rate=D("0.2"), total=D("9.50"),
                )
            ],
        )
    )  # fmt: skip


def _quote(session: Session, customer: Customer, bolt: Product, cloth: Product) -> None:
    author = session.scalars(select(User).where(User.email == "rep@test")).one()
    session.add(
        Quote(
            number=NUMBERS[Kind.QUOTE],
            customer_id=customer.id,
            created_by_id=author.id,
            created_by_role="rep",
            channel="web",
            state="sent",
            created_at=at(12),
            sent_at=at(13),
            valid_until=date(2026, 6, 27),
            requested_date=date(2026, 7, 1),
            note="Samples of the linen follow by post.",
            tax=D("22.00"),
            total=D("132.00"),
            lines=[
                QuoteLine(
                    position=1, product_id=bolt.id, quantity=1000, list_price=D("0.09"), price=D("0.09"),
                    tax_rate=D("0.2"), total=D("90.00"),
                ),
                QuoteLine(
                    position=2, product_id=cloth.id, quantity=25, list_price=D("0.8"), price=D("0.8"),
                    tax_rate=D("0.2"), total=D("20.00"),
                ),
            ],
        )
    )  # fmt: skip


def _purchase_order(session: Session, bolt: Product, cloth: Product) -> None:
    supplier = session.scalars(select(Supplier).where(Supplier.code == "S1")).one()
    supplier.email = "sales@steel.example"
    terms = session.scalars(select(SupplierProduct).where(SupplierProduct.product_id == bolt.id)).one()
    terms.supplier_sku = "HB-8040-Z"
    buyer = session.scalars(select(User).where(User.email == "buyer@test")).one()
    session.add(
        PurchaseOrder(
            number=NUMBERS[Kind.PURCHASE_ORDER],
            supplier_id=supplier.id,
            state="approved",
            created_by_id=buyer.id,
            approved_by_id=buyer.id,
            ordered_at=at(17),
            expected_date=date(2026, 7, 1),
            total=D("62.00"),
            lines=[
                PurchaseOrderLine(position=1, product_id=bolt.id, quantity=2000, cost=D("0.025")),
                PurchaseOrderLine(position=2, product_id=cloth.id, quantity=30, cost=D("0.4")),
            ],
        )
    )


def long_order(session: Session, count: int, number: str = "SO-900001", **product_facts: Any) -> Order:
    """An order with many lines, each of a product of its own, at 20 %."""
    customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
    category = session.scalars(select(Category)).first()
    assert category is not None
    products = [
        Product(
            sku=f"L-{number[-3:]}-{place:03d}", category_id=category.id, **{"name": f"Part {place}", **product_facts}
        )
        for place in range(1, count + 1)
    ]
    session.add_all(products)
    session.flush()
    lines = [
        OrderLine(
            position=place, product_id=one.id, quantity=place, price=D("1.25"), tax_rate=D("0.2"),
            total=D("1.25") * place, reserved=place,
        )
        for place, one in enumerate(products, start=1)
    ]  # fmt: skip
    goods = sum((line.total for line in lines), D(0))
    tax = (goods * D("0.2")).quantize(D("0.01"))
    order = Order(
        number=number, customer_id=customer.id, channel="web", state="placed", placed_at=at(15), tax=tax,
        total=goods + tax, delivery_address=ADDRESS, payment_days=30, lines=lines,
    )  # fmt: skip
    session.add(order)
    session.flush()
    return order
