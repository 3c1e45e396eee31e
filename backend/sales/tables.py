"""Carts, orders with their lines, shipments, and returns."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.database import Base, Key, now
from backend.identity.tables import User


class Cart(Base):
    """What a person is putting together for a customer; one per person and customer."""

    __tablename__ = "cart"
    __table_args__ = (UniqueConstraint("user_id", "customer_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    requested_date: Mapped[date | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
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
    """An order a customer placed, or the desk placed for it (``placed_by``'s role says which)."""

    __tablename__ = "sales_order"
    __table_args__ = (
        CheckConstraint("state IN ('placed','on_hold','in_fulfilment','completed','cancelled')", name="state"),
        Index("ix_sales_order_customer_id_placed_at", "customer_id", "placed_at"),
        Index("ix_sales_order_placed_at", "placed_at"),
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
    total: Mapped[Decimal]
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship()
    placed_by: Mapped[User | None] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.position")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order", order_by="Shipment.id")


class OrderLine(Base):
    """One product of an order. ``reserved`` is promised from stock; ``back_ordered`` waits for it."""

    __tablename__ = "sales_order_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("reserved >= 0 AND back_ordered >= 0 AND shipped >= 0 AND cancelled >= 0", name="parts"),
        CheckConstraint("reserved + back_ordered + shipped + cancelled = quantity", name="sum"),
        CheckConstraint("returned >= 0 AND returned <= shipped", name="returned"),
        Index("ix_sales_order_line_order_id", "order_id"),
        Index("ix_sales_order_line_product_id", "product_id"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    price: Mapped[Decimal]
    total: Mapped[Decimal]
    reserved: Mapped[int] = mapped_column(default=0)
    back_ordered: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    promised_date: Mapped[date | None]
    promotion: Mapped[str | None] = mapped_column(String(120))

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Shipment(Base):
    """Goods on their way to a customer."""

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint("state IN ('planned','picked','shipped','delivered','lost')", name="state"),
        Index("ix_shipment_order_id", "order_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    state: Mapped[str] = mapped_column(String(20), default="planned")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    expected_date: Mapped[date | None]
    carrier: Mapped[str | None] = mapped_column(String(60))
    tracking_number: Mapped[str | None] = mapped_column(String(60))

    order: Mapped[Order] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(order_by="ShipmentLine.id")


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
    """Goods taken back and credited; the order it reverses, where that is known."""

    __tablename__ = "sales_return"
    __table_args__ = (
        CheckConstraint("state IN ('requested','approved','received','settled','rejected')", name="state"),
        Index("ix_sales_return_customer_id", "customer_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(String(20), default="requested")
    reason: Mapped[str | None] = mapped_column(String(200))
    returned_at: Mapped[datetime]
    total: Mapped[Decimal]

    lines: Mapped[list[SalesReturnLine]] = relationship(order_by="SalesReturnLine.id")


class SalesReturnLine(Base):
    """How much of what came back, at what price it is credited."""

    __tablename__ = "sales_return_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
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

    product: Mapped[Product] = relationship()
