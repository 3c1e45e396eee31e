"""What is looked for in a shop with a past, and the real past, repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import String, Table, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from backend.billing.tables import Invoice, InvoiceLine
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.database import Base, Database
from backend.identity.service import _hasher
from backend.identity.tables import User
from backend.imports.online_retail import import_online_retail
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from tests.backend.world import PASSWORD

CUSTOMER = "14911"  # who has ordered most often of those with an account
PERSON = "person0@test"
SKUS = ("85123A", "85099B", "22423", "21212", "20725")  # sold most often
WEEK = date(2011, 11, 14)


@dataclass(frozen=True)
class Wanted:
    """What is asked for, a little different each time."""

    orders: int
    customer: str
    person: str
    numbers: tuple[str, ...]
    skus: tuple[str, ...]
    words: str
    name: str
    monday: date

    def filled(self, path: str, count: int) -> str:
        """A path with what is looked for the ``count``-th time."""
        values = asdict(self) | {
            "number": self.numbers[count % len(self.numbers)],
            "sku": self.skus[count % len(self.skus)],
            "reference": 10 * count + 10,
            "middle": self.orders // 2,
            "week": f"placed_from={self.monday}&placed_to={self.monday + timedelta(days=6)}",
        }
        return path.format_map(values)


def repeat(database: Database, file: Path, orders: int) -> Wanted:
    """Fill an empty database with the real orders and returns, and repeat them under further numbers until there are
    ``orders`` or a few more. What the file has not is added: people who sign in, an invoice for every fourth order.
    """
    import_online_retail(database, [file])
    with database.write() as session:
        made = _repeated(session, orders)
        add_papers(session)
        known = _hasher.hash(PASSWORD)
        customer = session.scalars(select(Customer).where(Customer.code == CUSTOMER)).one()
        session.add(User(email="desk@test", name="Desk", role="desk", password_hash=known))
        session.add(User(email=PERSON, name="Person", role="customer", password_hash=known, customer_id=customer.id))
        numbers = session.scalars(select(Order.number).where(Order.customer_id == customer.id).limit(100)).all()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))
    return Wanted(made, CUSTOMER, PERSON, tuple(numbers), SKUS, "heart", "Customer%2014", WEEK)


def _repeated(session: Session, orders: int) -> int:
    """How many orders there are then."""
    last = {table: session.scalar(select(func.max(table.id))) or 0 for table in (Order, SalesReturn)}
    copies = -(-orders // last[Order]) - 1
    for copy in range(1, copies + 1):
        order, back = copy * last[Order], copy * last[SalesReturn]
        _copy(session, Order, Order.id <= last[Order], number=f"-{copy}", id=order)
        _copy(session, OrderLine, OrderLine.order_id <= last[Order], order_id=order)
        _copy(session, SalesReturn, SalesReturn.id <= last[SalesReturn], number=f"-{copy}", id=back, order_id=order)
        _copy(session, SalesReturnLine, SalesReturnLine.return_id <= last[SalesReturn], return_id=back)
    return last[Order] * (copies + 1)


def _copy(session: Session, kind: type[Base], which: Any, **added: Any) -> None:
    """Rows once more, with something added to some of their columns; keys count on where nothing is said of them."""
    table = kind.__table__
    assert isinstance(table, Table)
    columns = [column for column in table.c if column.name != "id" or "id" in added]
    chosen = [column + literal(added[column.name]) if column.name in added else column for column in columns]
    session.execute(insert(table).from_select(columns, select(*chosen).where(which).order_by(table.c.id)))


def add_papers(session: Session) -> None:
    """For every fourth order an invoice that is paid and a shipment that was delivered, with all its lines."""
    _insert(
        session,
        {
            Shipment.id: Order.id,
            Shipment.number: literal("SH-") + Order.number,
            Shipment.order_id: Order.id,
            Shipment.customer_id: Order.customer_id,
            Shipment.state: literal("delivered"),
            Shipment.version: literal(1),
        },
        Order.id % 4 == 0,
    )
    parts = {
        ShipmentLine.shipment_id: OrderLine.order_id,
        ShipmentLine.order_line_id: OrderLine.id,
        ShipmentLine.quantity: OrderLine.quantity,
    }
    _insert(session, parts, OrderLine.order_id % 4 == 0)
    _invoices(session)


def _invoices(session: Session) -> None:
    facts = {
        Invoice.id: Order.id,
        Invoice.number: literal("INV-") + Order.number,
        Invoice.customer_id: Order.customer_id,
        Invoice.order_id: Order.id,
        Invoice.state: literal("paid"),
        Invoice.issued_at: Order.placed_at,
        Invoice.due_date: literal(WEEK),
        Invoice.currency: Order.currency,
        Invoice.delivery: Order.delivery,
        Invoice.tax: Order.tax,
        Invoice.total: Order.total,
        Invoice.paid: Order.total,
        Invoice.credited: literal(0),
        Invoice.tax_breakdown: literal([], Invoice.tax_breakdown.type),
        Invoice.created_at: Order.placed_at,
        Invoice.version: literal(1),
    }
    _insert(session, facts, Order.id % 4 == 0)
    parts = {
        InvoiceLine.invoice_id: OrderLine.order_id,
        InvoiceLine.order_line_id: OrderLine.id,
        InvoiceLine.position: OrderLine.position,
        InvoiceLine.sku: Product.sku,
        InvoiceLine.name: Product.name,
        InvoiceLine.quantity: OrderLine.quantity,
        InvoiceLine.quantity_text: cast(OrderLine.quantity, String),
        InvoiceLine.price: OrderLine.price,
        InvoiceLine.discount: literal(0),
        InvoiceLine.tax_rate: literal(0),
        InvoiceLine.tax: literal(0),
        InvoiceLine.total: OrderLine.total,
    }
    _insert(session, parts, OrderLine.order_id % 4 == 0, OrderLine.product_id == Product.id)


def _insert(session: Session, facts: Mapping[Any, Any], *which: Any) -> None:
    (table,) = {column.class_ for column in facts}
    asked = select(*facts.values()).where(*which)
    session.execute(insert(table).from_select([column.key for column in facts], asked))
