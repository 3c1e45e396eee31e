"""Orders of the past: one row per line, all lines of an order under its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.catalogue.tables import Product
from backend.company.service import business_clock, currency
from backend.customers.tables import Customer
from backend.imports.csv_kinds.cells import Row
from backend.imports.csv_kinds.kind import Change, Column, loaded
from backend.money import line_total
from backend.sales.tables import Order, OrderLine

CHANNEL = "import"
STATES = ("completed", "cancelled")
SHARED = ("customer", "placed_at", "state", "requested_date", "customer_reference")


class Orders:
    """New orders that are completed or cancelled. One that is in the database already must be the same there."""

    name = "orders"
    columns = (
        Column("number", "the order's number", key=True),
        Column("customer", "the code of a customer that exists", key=True),
        Column("placed_at", "such as 2011-12-09 12:50, in the company's zone where it names none", key=True),
        Column("sku", "a product that exists", key=True),
        Column("quantity", "in sales units", key=True),
        Column("price", "per sales unit", key=True),
        Column("state", "completed (also where it is blank) or cancelled; open orders belong to the order desk"),
        Column("requested_date", ""),
        Column("customer_reference", "the customer's own number"),
    )

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._customers: dict[str, Customer] = {}
        self._products: dict[str, Product] = {}
        self._zone = "UTC"
        self._currency = "GBP"

    def key(self, row: Row) -> str:
        """The order's number."""
        return row.needed("number", longest=30)

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """Orders, customers and products named."""

        def cells(name: str) -> set[str]:
            return {row.cells.get(name, "").strip() for row in rows}

        self._zone, self._currency = business_clock(session).zone, currency(session)
        lines = selectinload(Order.lines).joinedload(OrderLine.product)
        self._orders = loaded(session, Order.number, cells("number"), lines, selectinload(Order.customer))
        self._customers = loaded(session, Customer.code, cells("customer"))
        self._products = loaded(session, Product.sku, cells("sku"))

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Create one order, or find it there as it is."""
        number = self.key(rows[0])
        head = self._head(rows)
        lines = [self._line(row, cancelled=head["state"] == "cancelled") for row in rows]
        present = self._orders.get(number)
        if present is not None:
            if not _same(present, head, lines):
                raise rows[0].wrong("number", f"is '{number}'; this order is in the database already and differs")
            return Change.UNCHANGED
        session.add(
            Order(
                number=number,
                channel=CHANNEL,
                currency=self._currency,
                total=sum((line["total"] for line in lines), Decimal(0)),
                lines=[OrderLine(position=position, **line) for position, line in enumerate(lines, 1)],
                **head,
            )
        )
        return Change.CREATED

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every order line, in the order in which they were placed."""
        query = (
            select(Order, Customer.code, Product.sku, OrderLine)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .join(Customer, Order.customer_id == Customer.id)
            .join(Product, OrderLine.product_id == Product.id)
            .order_by(Order.placed_at, Order.id, OrderLine.position)
            .execution_options(yield_per=5_000)
        )
        for order, customer, sku, line in session.execute(query):
            names = ("number", "placed_at", "state", "requested_date", "customer_reference")
            yield {
                **{name: getattr(order, name) for name in names},
                "customer": customer,
                "sku": sku,
                "quantity": line.quantity,
                "price": line.price,
            }

    def _head(self, rows: Sequence[Row]) -> dict[str, Any]:
        row = rows[0]
        for other in rows[1:]:
            for name in SHARED:
                if other.text(name) != row.text(name):
                    raise other.wrong(name, f"differs from row {row.number} of the same order")
        code = row.needed("customer", longest=40)
        if code not in self._customers:
            raise row.wrong("customer", f"is '{code}'; there is no such customer")
        placed = row.moment("placed_at", self._zone)
        if placed is None:
            raise row.wrong("placed_at", "is empty")
        state = row.text("state") or STATES[0]
        if state not in STATES:
            raise row.wrong("state", f"is '{state[:40]}'; expected completed or cancelled")
        return {
            "customer": self._customers[code],
            "placed_at": placed,
            "state": state,
            "requested_date": row.day("requested_date"),
            "customer_reference": row.text("customer_reference", longest=80),
        }

    def _line(self, row: Row, *, cancelled: bool) -> dict[str, Any]:
        sku = row.needed("sku", longest=40)
        if sku not in self._products:
            raise row.wrong("sku", f"is '{sku}'; there is no such product")
        quantity, price = row.integer("quantity", least=1), row.amount("price")
        if quantity is None or price is None:
            raise row.wrong("quantity" if quantity is None else "price", "is empty")
        return {
            "product": self._products[sku],
            "quantity": quantity,
            "price": price,
            "total": line_total(price, quantity),
            "cancelled" if cancelled else "shipped": quantity,
        }


def _same(order: Order, head: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bool:
    if any(getattr(order, name) != value for name, value in head.items()):
        return False
    return [(line.product, line.quantity, line.price) for line in order.lines] == [
        (line["product"], line["quantity"], line["price"]) for line in lines
    ]
