"""The company itself: its profile, its number series, its audit trail."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import DEFAULT_ZONE
from backend.database import Base, Key, now


class Company(Base):
    """One row: who the wholesaler is, which day it lives in (``business_date`` None = today), and its terms.

    Amounts are net. Orders placed before ``cut_off`` (local time) leave the same working day and arrive
    ``delivery_days`` working days later. Goods may come back for ``return_days`` calendar days, a quote holds for
    ``quote_days``, stock stays reserved for a held order for ``hold_days``. ``tax_rounding``: per line or document.
    Messages that were not understood are kept for review for ``keep_messages_days``, unless ``keep_messages`` is off.
    ``purchase_budget``: the most that purchase orders may come to in a calendar month; None for no such limit.
    ``set_off_credit``: what stands to a customer's credit is set off against their next invoice.
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("tax_rounding IN ('line','document')", name="tax_rounding"),
        CheckConstraint("minimum_order >= 0 AND delivery_charge >= 0", name="charges"),
        CheckConstraint("purchase_budget >= 0", name="purchase_budget"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    zone: Mapped[str] = mapped_column(String(64), default=DEFAULT_ZONE)
    country: Mapped[str] = mapped_column(String(2), default="GB")
    business_date: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(40))
    address: Mapped[dict[str, Any] | None]
    email: Mapped[str | None] = mapped_column(String(200))
    tax_number: Mapped[str | None] = mapped_column(String(40))
    bank_details: Mapped[str | None] = mapped_column(String(300))
    tax_rounding: Mapped[str] = mapped_column(String(10), default="document")
    minimum_order: Mapped[Decimal] = mapped_column(default=Decimal(0))
    delivery_charge: Mapped[Decimal] = mapped_column(default=Decimal(0))
    free_delivery_from: Mapped[Decimal | None]
    cut_off: Mapped[str] = mapped_column(String(5), default="15:00")
    delivery_days: Mapped[int] = mapped_column(default=1)
    return_days: Mapped[int] = mapped_column(default=30)
    quote_days: Mapped[int] = mapped_column(default=14)
    hold_days: Mapped[int] = mapped_column(default=5)
    duplicate_minutes: Mapped[int] = mapped_column(default=30)
    keep_messages: Mapped[bool] = mapped_column(default=True)
    keep_messages_days: Mapped[int] = mapped_column(default=90)
    ask_ratings: Mapped[bool] = mapped_column(default=True)
    purchase_budget: Mapped[Decimal | None]
    set_off_credit: Mapped[bool] = mapped_column(default=True, server_default=true())


class NumberSeries(Base):
    """The next number of a kind of document; locked while one is taken."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_number: Mapped[int]


class AuditEvent(Base):
    """What changed, by whom, on whose behalf, from what to what. Append-only."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject", "subject_key"),
        Index("ix_audit_event_subject_id", "subject", "id"),
        Index("ix_audit_event_user_id_id", "user_id", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_key: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    note: Mapped[str | None] = mapped_column(Text)


class IdempotencyRecord(Base):
    """The answer once given to a request with an Idempotency-Key, kept for its repeats."""

    __tablename__ = "idempotency_record"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
