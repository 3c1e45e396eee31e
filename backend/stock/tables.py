"""Warehouses, the append-only stock ledger, the levels it adds up to, reservations, and when a product is low."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.database import Base, Key, now


class Warehouse(Base):
    """Where stock lies."""

    __tablename__ = "warehouse"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120))


class StockEntry(Base):
    """One movement: positive in, negative out. Never changed, never deleted."""

    __tablename__ = "stock_entry"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("kind IN ('opening','receipt','issue','return','adjustment','count','transfer')", name="kind"),
        Index("ix_stock_entry_product_id_id", "product_id", "id"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    quantity: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    document: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(200))
    assumed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class StockLevel(Base):
    """On hand and reserved, per product and warehouse; the row that is locked when stock is promised."""

    __tablename__ = "stock_level"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship()
    warehouse: Mapped[Warehouse] = relationship()


class Reservation(Base):
    """An allocation: stock promised to an order line; one that expires goes back and the line waits again."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("state IN ('active','consumed','released','expired')", name="state"),
        Index("ix_reservation_order_line_id", "order_line_id"),
        Index("ix_reservation_expires_at", "expires_at"),
        Index("ix_reservation_product_id_state", "product_id", "state"),
    )

    id: Mapped[Key]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales_order_line.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="active")
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]


class ReorderPoint(Base):
    """At or below how much available to promise a product is low, and what that rests on; made anew every day.

    ``basis``: "forecast" (demand over the lead time and a safety stock) or "sales" (what was sold lately).
    """

    __tablename__ = "reorder_point"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("basis IN ('forecast','sales')", name="basis"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int]
    basis: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=now)
