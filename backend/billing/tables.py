"""Invoices, payments and what they pay, credit notes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, type_coerce
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.customers.tables import Customer
from backend.database import Amount, Base, Key, now
from backend.identity.tables import User
from backend.sales.tables import Order, SalesReturn, Shipment

WITHDRAWN: Final = "withdrawn by the customer"


class Invoice(Base):
    """What a customer owes for a shipment. A draft has no number; issuing takes the next one, without gaps.

    ``tax_breakdown`` is a list of {"rate", "net", "tax"} as text; ``address`` is the invoice address as it was,
    as are ``customer_reference``, ``customer_tax_number`` and ``payment_method``: the order may change after it.
    ``set_off`` is what of the customer's credit paid it when it was issued, a list of {"kind", "number", "amount"}.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("state IN ('draft','issued','part_paid','paid','overdue','credited')", name="state"),
        CheckConstraint("(number IS NULL) = (state = 'draft')", name="numbered"),
        CheckConstraint("paid >= 0 AND credited >= 0 AND paid + credited <= total", name="paid"),
        CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name="amounts"),
        Index("ix_invoice_customer_id_id", "customer_id", "id"),
        Index("ix_invoice_state_due_date", "state", "due_date"),
        Index("ix_invoice_order_id", "order_id"),
    )

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    issued_at: Mapped[datetime | None]
    due_date: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    delivery: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    paid: Mapped[Decimal] = mapped_column(default=Decimal(0))
    credited: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax_breakdown: Mapped[list[Any]] = mapped_column(default=list)
    set_off: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    address: Mapped[dict[str, Any] | None]
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    customer_tax_number: Mapped[str | None] = mapped_column(String(40))
    payment_method: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def goods(self) -> Decimal:
        """The sum of the lines, net."""
        return self.total - self.delivery - self.tax

    @property
    def set_off_total(self) -> Decimal:
        """How much of the customer's credit paid it when it was issued."""
        return sum((Decimal(part["amount"]) for part in self.set_off or ()), Decimal(0))

    @property
    def set_off_notes(self) -> Decimal:
        """The part of that which came from credit notes: it counts as credited, and as paid in the state."""
        parts = (Decimal(part["amount"]) for part in self.set_off or () if part["kind"] == "credit_note")
        return sum(parts, Decimal(0))

    @hybrid_property
    def outstanding(self) -> Decimal:
        """What is still to be paid."""
        return self.total - self.paid - self.credited

    @outstanding.inplace.expression
    @classmethod
    def _outstanding(cls) -> ColumnElement[Decimal]:
        """In SQL, as an amount: the difference of two amounts alone would be read as ten-thousandths."""
        return type_coerce(cls.total - cls.paid - cls.credited, Amount)

    customer: Mapped[Customer] = relationship()
    order: Mapped[Order] = relationship()
    shipment: Mapped[Shipment | None] = relationship()
    lines: Mapped[list[InvoiceLine]] = relationship(order_by="InvoiceLine.position")


class InvoiceLine(Base):
    """A line as it is printed: what was called what, at which price, is kept as it was.

    ``price`` is ``list_price`` less ``discount``, as on the order line it bills. ``tax`` is the line's share of the
    invoice's tax; the rest of that is the tax on delivery.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("total >= 0 AND tax >= 0", name="amounts"),
        Index("ix_invoice_line_invoice_id", "invoice_id"),
        Index("ix_invoice_line_order_line_id", "order_line_id"),
    )

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    quantity_text: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal]
    list_price: Mapped[Decimal | None]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax_rate: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]


class Payment(Base):
    """Money that came in, or went back (``kind`` refund); ``method`` is "account" or a payment method's label.

    ``given_back`` is how much of money that came in and paid nothing has gone back, or is about to.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("state IN ('pending','settled','failed','refunded')", name="state"),
        CheckConstraint("kind IN ('payment','refund')", name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("given_back >= 0", name="given_back"),
        Index("ix_payment_customer_id_id", "customer_id", "id"),
        Index("ix_payment_state_id", "state", "id"),
        Index("ix_payment_credit_note_id", "credit_note_id"),
        Index("ix_payment_refund_of_id", "refund_of_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(String(10), default="payment")
    method: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Decimal]
    given_back: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    state: Mapped[str] = mapped_column(String(20), default="pending")
    reference: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(String(200))
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    credit_note_id: Mapped[int | None] = mapped_column(ForeignKey("credit_note.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def withdrawn(self) -> bool:
        """Whether it is a refund that who had asked for it would rather have as credit after all."""
        return self.kind == "refund" and self.state == "failed" and self.failure == WITHDRAWN

    @property
    def unallocated(self) -> Decimal:
        """What of money that came in pays no invoice (yet): it stands to the customer's credit."""
        if self.kind != "payment" or self.state not in ("settled", "refunded"):
            return Decimal(0)
        return self.amount - (self.given_back or 0) - sum((part.amount for part in self.allocations), Decimal(0))

    customer: Mapped[Customer] = relationship()
    refund_of: Mapped[Payment | None] = relationship(remote_side="Payment.id")
    credit_note: Mapped[CreditNote | None] = relationship(back_populates="refunds")
    allocations: Mapped[list[PaymentAllocation]] = relationship(
        order_by="PaymentAllocation.id", cascade="all, delete-orphan"
    )


class PaymentAllocation(Base):
    """How much of a payment pays which invoice; of a pending one, what it is meant to pay and does not pay yet."""

    __tablename__ = "payment_allocation"
    __table_args__ = (
        UniqueConstraint("payment_id", "invoice_id"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_payment_allocation_invoice_id", "invoice_id"),
    )

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal]

    invoice: Mapped[Invoice] = relationship()


class CreditNote(Base):
    """What we owe back: ``applied`` to invoices, ``refunded`` as money; the rest stands to the customer's credit."""

    __tablename__ = "credit_note"
    __table_args__ = (
        CheckConstraint("applied >= 0 AND refunded >= 0 AND applied + refunded <= total", name="used"),
        CheckConstraint("delivery >= 0 AND tax >= 0 AND total >= delivery + tax", name="amounts"),
        Index("ix_credit_note_customer_id_id", "customer_id", "id"),
        Index("ix_credit_note_order_id", "order_id"),
        Index("ix_credit_note_invoice_id", "invoice_id"),
        Index("ix_credit_note_return_id", "return_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    return_id: Mapped[int | None] = mapped_column(ForeignKey("sales_return.id"))
    reason: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    delivery: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    applied: Mapped[Decimal] = mapped_column(default=Decimal(0))
    refunded: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax_breakdown: Mapped[list[Any]] = mapped_column(default=list)
    address: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def goods(self) -> Decimal:
        """The sum of the lines, net."""
        return self.total - self.delivery - self.tax

    @hybrid_property
    def left(self) -> Decimal:
        """What still stands to the customer's credit."""
        return self.total - self.applied - self.refunded

    @left.inplace.expression
    @classmethod
    def _left(cls) -> ColumnElement[Decimal]:
        """In SQL, as an amount."""
        return type_coerce(cls.total - cls.applied - cls.refunded, Amount)

    customer: Mapped[Customer] = relationship()
    order: Mapped[Order | None] = relationship()
    invoice: Mapped[Invoice | None] = relationship()
    sales_return: Mapped[SalesReturn | None] = relationship()
    lines: Mapped[list[CreditNoteLine]] = relationship(order_by="CreditNoteLine.position")
    refunds: Mapped[list[Payment]] = relationship(back_populates="credit_note", order_by="Payment.id")


class CreditNoteLine(Base):
    """A line of a credit note, kept as it was printed.

    ``invoice_line_id`` is what it takes back; None for goods that left before there were invoices here.
    """

    __tablename__ = "credit_note_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("total >= 0 AND tax >= 0", name="amounts"),
        Index("ix_credit_note_line_credit_note_id", "credit_note_id"),
        Index("ix_credit_note_line_order_line_id", "order_line_id"),
        Index("ix_credit_note_line_invoice_line_id", "invoice_line_id"),
    )

    id: Mapped[Key]
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"))
    invoice_line_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_line.id"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    quantity_text: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal]
    tax_rate: Mapped[Decimal] = mapped_column(default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]


class Goodwill(Base):
    """A credit that is owed to nobody and given all the same: asked for with a reason, granted as a credit note."""

    __tablename__ = "goodwill"
    __table_args__ = (
        CheckConstraint("state IN ('requested','granted','refused')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(credit_note_id IS NOT NULL) = (state = 'granted')", name="credited"),
        Index("ix_goodwill_customer_id_id", "customer_id", "id"),
        Index("ix_goodwill_state_id", "state", "id"),
        Index("ix_goodwill_credit_note_id", "credit_note_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    credit_note_id: Mapped[int | None] = mapped_column(ForeignKey("credit_note.id"))
    state: Mapped[str] = mapped_column(String(20), default="requested")
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    reason: Mapped[str] = mapped_column(String(200))
    refusal: Mapped[str | None] = mapped_column(String(200))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship()
    order: Mapped[Order | None] = relationship()
    credit_note: Mapped[CreditNote | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
