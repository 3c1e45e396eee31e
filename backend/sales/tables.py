"""Carts, orders with their lines and holds, shipments, returns, and standing orders."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, UniqueConstraint, event, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.database import Base, Key, now
from backend.identity.tables import User


class Cart(Base):
    """What a person is putting together for a customer; one per person and customer.

    ``destination``: where this order is to go (line1, line2, city, postcode, country); None: the usual address.
    """

    __tablename__ = "cart"
    __table_args__ = (UniqueConstraint("user_id", "customer_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    requested_date: Mapped[date | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    destination: Mapped[dict[str, Any] | None]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    customer: Mapped[Customer] = relationship()
    lines: Mapped[list[CartLine]] = relationship(order_by="CartLine.position", cascade="all, delete-orphan")


class CartLine(Base):
    """A product and how many sales units of it."""

    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("cart_id", "product_id"), CheckConstraint("quantity >= 1", name="quantity"))

    id: Mapped[Key]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    position: Mapped[int]

    product: Mapped[Product] = relationship()


class Order(Base):
    """An order a customer placed, or the desk placed for it (``placed_by``'s role says which).

    ``total`` is what is to be paid: the lines (net), ``delivery`` (net) and ``tax``. ``payment_method`` is "account"
    or the label of one of the customer's payment methods. ``version`` counts changes.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        CheckConstraint("state IN ('placed','on_hold','in_fulfilment','completed','cancelled')", name="state"),
        CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name="amounts"),
        Index("ix_sales_order_customer_id_placed_at", "customer_id", "placed_at"),
        Index("ix_sales_order_customer_id_id", "customer_id", "id"),
        Index("ix_sales_order_state_id", "state", "id"),
        Index("ix_sales_order_placed_at_id", "placed_at", "id"),
        Index(
            "ix_sales_order_customer_reference",
            "customer_reference",
            "id",
            sqlite_where=text("customer_reference IS NOT NULL"),
            postgresql_where=text("customer_reference IS NOT NULL"),
        ),
        Index(
            "uq_sales_order_quote_id",  # a quote is ordered once
            "quote_id",
            unique=True,
            sqlite_where=text("quote_id IS NOT NULL"),
            postgresql_where=text("quote_id IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    placed_by_role: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="placed")
    placed_at: Mapped[datetime]
    requested_date: Mapped[date | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    delivery: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    delivery_address: Mapped[dict[str, Any] | None]
    payment_method: Mapped[str] = mapped_column(String(60), default="account")
    payment_days: Mapped[int | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"))
    standing_order_id: Mapped[int | None] = mapped_column(ForeignKey("standing_order.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def goods(self) -> Decimal:
        """The sum of the lines, net."""
        return goods_of(self)

    customer: Mapped[Customer] = relationship()
    placed_by: Mapped[User | None] = relationship()
    holds: Mapped[list[OrderHold]] = relationship(back_populates="order", order_by="OrderHold.id")
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.position")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order", order_by="Shipment.id")


def goods_of(order: Any) -> Decimal:
    """The sum of an order's lines, net, by its totals."""
    goods: Decimal = order.total - order.delivery - order.tax
    return goods


class OrderLine(Base):
    """One product of an order. ``reserved`` is promised from stock; ``back_ordered`` waits for it.

    ``price`` (net, per sales unit) is what is charged: ``list_price`` less ``discount`` (0.05 is 5 %).
    """

    __tablename__ = "sales_order_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("reserved >= 0 AND back_ordered >= 0 AND shipped >= 0 AND cancelled >= 0", name="parts"),
        CheckConstraint("reserved + back_ordered + shipped + cancelled = quantity", name="sum"),
        CheckConstraint("returned >= 0 AND returned <= shipped", name="returned"),
        CheckConstraint("invoiced >= 0 AND invoiced <= shipped", name="invoiced"),
        CheckConstraint("discount >= 0 AND discount <= 10000", name="discount"),
        Index("ix_sales_order_line_order_id", "order_id"),
        Index("ix_sales_order_line_product_id_order_id", "product_id", "order_id"),
        Index(
            "ix_sales_order_line_back_ordered",
            "product_id",
            sqlite_where=text("back_ordered > 0"),
            postgresql_where=text("back_ordered > 0"),
        ),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    price: Mapped[Decimal]
    list_price: Mapped[Decimal | None]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax_rate: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    reserved: Mapped[int] = mapped_column(default=0)
    back_ordered: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    invoiced: Mapped[int] = mapped_column(default=0)
    promised_date: Mapped[date | None]
    promotion: Mapped[str | None] = mapped_column(String(120))

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class OrderHold(Base):
    """Why an order is held, and who let it go."""

    __tablename__ = "order_hold"
    __table_args__ = (
        CheckConstraint("reason IN ('credit_limit','overdue','discount','buyer_limit','manual')", name="reason"),
        Index("ix_order_hold_order_id", "order_id"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    reason: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    order: Mapped[Order] = relationship(back_populates="holds")


class Shipment(Base):
    """Goods on their way to a customer, who is the order's and is kept here for lists to be read by index."""

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint("state IN ('planned','picked','shipped','delivered','lost','cancelled')", name="state"),
        Index("ix_shipment_order_id", "order_id"),
        Index("ix_shipment_state_id", "state", "id"),
        Index("ix_shipment_customer_id_id", "customer_id", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("warehouse.id"))
    state: Mapped[str] = mapped_column(String(20), default="planned")
    planned_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    expected_date: Mapped[date | None]
    carrier: Mapped[str | None] = mapped_column(String(60))
    tracking_number: Mapped[str | None] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))

    order: Mapped[Order] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(order_by="ShipmentLine.id")


@event.listens_for(Shipment, "before_insert")
def _of_the_orders_customer(_mapper: Any, connection: Connection, shipment: Shipment) -> None:
    owner = select(Order.customer_id).where(Order.id == shipment.order_id)
    shipment.customer_id = connection.scalar(owner)


class ShipmentLine(Base):
    """How much of an order line is in a shipment."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        Index("ix_shipment_line_shipment_id", "shipment_id"),
    )

    id: Mapped[Key]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales_order_line.id"))
    quantity: Mapped[int]

    order_line: Mapped[OrderLine] = relationship()


class SalesReturn(Base):
    """Goods taken back and credited, or exchanged; the order it reverses, where that is known.

    ``resolution``: "refund" to the way it was paid, "credit" on account, or "exchange", whose replacement is
    ``exchange_order``. ``returned_at`` is when the goods came back; ``total`` is net, the sum of the lines.
    """

    __tablename__ = "sales_return"
    __table_args__ = (
        CheckConstraint("state IN ('requested','approved','received','settled','rejected')", name="state"),
        CheckConstraint("resolution IN ('refund','credit','exchange')", name="resolution"),
        Index("ix_sales_return_customer_id_id", "customer_id", "id"),
        Index("ix_sales_return_state_id", "state", "id"),
        Index("ix_sales_return_order_id", "order_id"),
        Index("ix_sales_return_exchange_order_id", "exchange_order_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(String(20), default="requested")
    reason: Mapped[str | None] = mapped_column(String(200))
    resolution: Mapped[str] = mapped_column(String(20), default="credit")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    exchange_order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime] = mapped_column(default=now)
    returned_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(300))
    total: Mapped[Decimal]
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship()
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])
    exchange_order: Mapped[Order | None] = relationship(foreign_keys=[exchange_order_id])
    lines: Mapped[list[SalesReturnLine]] = relationship(order_by="SalesReturnLine.id")


class SalesReturnLine(Base):
    """How much of what came back, at what price it is credited, and what is sent instead at what price.

    Once the goods are here ``quantity`` is what came (0 where nothing did), ``announced`` what was said to come, and
    ``scrapped`` how much of what came is not fit for stock.
    """

    __tablename__ = "sales_return_line"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("announced IS NULL OR announced >= quantity", name="announced"),
        CheckConstraint("scrapped >= 0 AND scrapped <= quantity", name="scrapped"),
        Index("ix_sales_return_line_return_id", "return_id"),
        Index("ix_sales_return_line_order_line_id", "order_line_id"),
        Index("ix_sales_return_line_product_id", "product_id"),
    )

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("sales_return.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    price: Mapped[Decimal]
    total: Mapped[Decimal]
    reason: Mapped[str | None] = mapped_column(String(200))
    announced: Mapped[int | None]
    scrapped: Mapped[int] = mapped_column(default=0)
    exchange_product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    exchange_price: Mapped[Decimal | None]

    product: Mapped[Product] = relationship(foreign_keys=[product_id])
    order_line: Mapped[OrderLine | None] = relationship()
    exchange_product: Mapped[Product | None] = relationship(foreign_keys=[exchange_product_id])


class StandingOrder(Base):
    """An order that places itself; ``rule`` is an iCalendar recurrence rule (RFC 5545): FREQ=MONTHLY;BYDAY=1MO."""

    __tablename__ = "standing_order"
    __table_args__ = (
        CheckConstraint("state IN ('active','paused','ended')", name="state"),
        Index("ix_standing_order_state_next_date", "state", "next_date"),
        Index("ix_standing_order_customer_id", "customer_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(20), default="active")
    rule: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    next_date: Mapped[date | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship()
    user: Mapped[User] = relationship()
    lines: Mapped[list[StandingOrderLine]] = relationship(
        order_by="StandingOrderLine.position", cascade="all, delete-orphan"
    )


class StandingOrderLine(Base):
    """A product of a standing order and how many sales units of it."""

    __tablename__ = "standing_order_line"
    __table_args__ = (
        UniqueConstraint("standing_order_id", "product_id"),
        CheckConstraint("quantity >= 1", name="quantity"),
    )

    id: Mapped[Key]
    standing_order_id: Mapped[int] = mapped_column(ForeignKey("standing_order.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]

    product: Mapped[Product] = relationship()


class StandingOrderRun(Base):
    """What came of a standing order on a day; the key makes a second run of that day impossible."""

    __tablename__ = "standing_order_run"

    standing_order_id: Mapped[int] = mapped_column(ForeignKey("standing_order.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    problem: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(default=now)
