"""Customers, their addresses, and how they pay."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Key, now

ANONYMOUS = "CASH"  # the account of sales whose customer is not known: many people, with no rhythm of their own


class Customer(Base):
    """A company that buys from us; ``rep_email`` names the sales rep who looks after it.

    ``credit_limit`` bounds what it owes and has on order, None is no bound; ``minimum_order`` None is the company's.
    """

    __tablename__ = "customer"
    __table_args__ = (CheckConstraint("credit_limit IS NULL OR credit_limit >= 0", name="credit_limit"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(60), default="United Kingdom")
    region: Mapped[str | None] = mapped_column(String(60))
    price_group: Mapped[str | None] = mapped_column(String(40))
    rep_email: Mapped[str | None] = mapped_column(String(200))
    payment_days: Mapped[int] = mapped_column(default=30)
    credit_limit: Mapped[Decimal | None]
    minimum_order: Mapped[Decimal | None]
    tax_number: Mapped[str | None] = mapped_column(String(40))
    tax_exempt: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    assumed: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)

    addresses: Mapped[list[Address]] = relationship(back_populates="customer", order_by="Address.id")


class Address(Base):
    """Where goods or invoices go."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("kind IN ('delivery','invoice')", name="kind"),
        Index("ix_address_customer_id", "customer_id"),
    )

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(String(20), default="delivery")
    line1: Mapped[str] = mapped_column(String(200))
    line2: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(100))
    postcode: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(60))
    default: Mapped[bool] = mapped_column("is_default", default=True)

    customer: Mapped[Customer] = relationship(back_populates="addresses")


class PaymentMethod(Base):
    """A way a customer has agreed with us to pay; no card number or account is kept, only its label."""

    __tablename__ = "payment_method"
    __table_args__ = (
        CheckConstraint("kind IN ('account','card','bank_transfer','direct_debit')", name="kind"),
        UniqueConstraint("customer_id", "label"),
    )

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(60))
    default: Mapped[bool] = mapped_column("is_default", default=False)
    active: Mapped[bool] = mapped_column(default=True)
