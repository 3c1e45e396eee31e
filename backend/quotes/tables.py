"""What people ask before they order: inquiries, and quotes with prices that hold until a day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.database import Base, Key, now
from backend.identity.tables import User


class Inquiry(Base):
    """A question, a complaint or a wish that one of us has to look at; ``order_number`` where it is about an order."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("state IN ('open','answered','quoted','closed')", name="state"),
        CheckConstraint("kind IN ('question','quote','complaint','person','change')", name="kind"),
        Index("ix_inquiry_customer_id", "customer_id"),
        Index("ix_inquiry_state_id", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20), default="question")
    text: Mapped[str] = mapped_column(Text)
    order_number: Mapped[str | None] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20), default="open")
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer | None] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])


class Quote(Base):
    """An offer to a customer: prices that hold until ``valid_until``; accepting it places ``order_number``.

    ``destination``: where the goods are to go (line1, line2, city, postcode, country); None: the usual address.
    """

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("state IN ('draft','sent','accepted','declined','expired')", name="state"),
        CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name="amounts"),
        CheckConstraint("state <> 'accepted' OR order_number IS NOT NULL", name="accepted"),
        Index("ix_quote_customer_id_id", "customer_id", "id"),
        Index("ix_quote_state_id", "state", "id"),
        Index("ix_quote_state_valid_until", "state", "valid_until"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_role: Mapped[str | None] = mapped_column(String(20))
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiry.id"))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    valid_until: Mapped[date]
    requested_date: Mapped[date | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    destination: Mapped[dict[str, Any] | None]
    note: Mapped[str | None] = mapped_column(String(500))
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    delivery: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    order_number: Mapped[str | None] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(default=1)

    @property
    def goods(self) -> Decimal:
        """The sum of the lines, net."""
        return self.total - self.delivery - self.tax

    customer: Mapped[Customer] = relationship()
    created_by: Mapped[User | None] = relationship()
    inquiry: Mapped[Inquiry | None] = relationship()
    lines: Mapped[list[QuoteLine]] = relationship(order_by="QuoteLine.position", cascade="all, delete-orphan")


class QuoteLine(Base):
    """A product at a price per sales unit (net, ``discount`` taken off the ``list_price``)."""

    __tablename__ = "quote_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("discount >= 0 AND discount <= 10000", name="discount"),
        Index("ix_quote_line_quote_id", "quote_id"),
    )

    id: Mapped[Key]
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    list_price: Mapped[Decimal]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    price: Mapped[Decimal]
    tax_rate: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]

    product: Mapped[Product] = relationship()
