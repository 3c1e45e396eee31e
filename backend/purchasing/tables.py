"""Suppliers, what they sell us at what terms, and purchase orders."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.database import Base, Key, now


class Supplier(Base):
    """Who we buy from; the lead time is in working days, the review period in calendar days."""

    __tablename__ = "supplier"
    __table_args__ = (
        CheckConstraint("lead_time_days >= 0", name="lead_time_days"),
        CheckConstraint("review_days >= 1", name="review_days"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(60), default="United Kingdom")
    email: Mapped[str | None] = mapped_column(String(200))
    lead_time_days: Mapped[int]
    review_days: Mapped[int] = mapped_column(default=20)
    order_cost: Mapped[Decimal] = mapped_column(default=Decimal(0))
    minimum_value: Mapped[Decimal] = mapped_column(default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    assumed: Mapped[bool] = mapped_column(default=False)


class SupplierProduct(Base):
    """A supplier's terms for a product: MOQ and multiple in sales units, cost per sales unit.

    ``price_breaks`` is a list of {"from": quantity, "cost": "0.0450"} with lower costs at higher quantities.
    """

    __tablename__ = "supplier_product"
    __table_args__ = (
        UniqueConstraint("supplier_id", "product_id"),
        CheckConstraint("moq >= 1", name="moq"),
        CheckConstraint("multiple >= 1", name="multiple"),
        CheckConstraint("cost >= 0", name="cost"),
        Index("ix_supplier_product_product_id", "product_id"),
    )

    id: Mapped[Key]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    supplier_sku: Mapped[str | None] = mapped_column(String(60))
    cost: Mapped[Decimal]
    moq: Mapped[int] = mapped_column(default=1)
    multiple: Mapped[int] = mapped_column(default=1)
    price_breaks: Mapped[list[Any]] = mapped_column(default=list)
    lead_time_days: Mapped[int | None]
    preferred: Mapped[bool] = mapped_column(default=True)
    assumed: Mapped[bool] = mapped_column(default=False)

    supplier: Mapped[Supplier] = relationship()
    product: Mapped[Product] = relationship()


class PurchaseOrder(Base):
    """Our order to a supplier."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','approved','sent','part_received','received','cancelled')", name="state"),
        Index("ix_purchase_order_supplier_id", "supplier_id"),
        Index("ix_purchase_order_state", "state"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ordered_at: Mapped[datetime]
    expected_date: Mapped[date | None]
    received_at: Mapped[datetime | None]
    total: Mapped[Decimal]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    supplier: Mapped[Supplier] = relationship()
    lines: Mapped[list[PurchaseOrderLine]] = relationship(
        back_populates="purchase_order", order_by="PurchaseOrderLine.position"
    )


class PurchaseOrderLine(Base):
    """How much of a product is bought, and why: ``reason`` keeps the parts that add up to the quantity.

    ``damaged`` counts what came and was not taken in; it is still to come.
    """

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("received >= 0", name="received"),
        CheckConstraint("damaged >= 0", name="damaged"),
        Index("ix_purchase_order_line_purchase_order_id", "purchase_order_id"),
        Index("ix_purchase_order_line_product_id", "product_id"),
    )

    id: Mapped[Key]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Decimal]
    reason: Mapped[dict[str, Any] | None]

    purchase_order: Mapped[PurchaseOrder] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class ReplenishmentRun(Base):
    """What the worker proposed on a day, in figures, so that it is proposed and told once.

    ``fingerprint`` says what exactly was proposed; ``urgent`` lines run out before an order of that day arrives.
    """

    __tablename__ = "replenishment_run"

    id: Mapped[Key]
    as_of: Mapped[date] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int]
    urgent: Mapped[int]
    set_aside: Mapped[int]
    suppliers: Mapped[int]
    total: Mapped[Decimal]
    made_at: Mapped[datetime] = mapped_column(default=now)


class ReplenishmentOverride(Base):
    """That a person ordered other than was proposed: from what to what, and what that was expected to cost more.

    ``decided`` 0: the line was left out, and there may be no purchase order. ``expected_cost`` is negative where the
    person's quantity was expected to cost less.
    """

    __tablename__ = "replenishment_override"
    __table_args__ = (
        CheckConstraint("proposed >= 0 AND decided >= 0", name="quantities"),
        Index("ix_replenishment_override_product_id", "product_id"),
        Index("ix_replenishment_override_purchase_order_id", "purchase_order_id"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    purchase_order_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order.id"))
    proposed: Mapped[int]
    decided: Mapped[int]
    expected_cost: Mapped[Decimal]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    product: Mapped[Product] = relationship()
