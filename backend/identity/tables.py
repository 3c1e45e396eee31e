"""People, their sign-ins, and their Telegram accounts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.customers.tables import Customer
from backend.database import Base, Key, now


class Role(StrEnum):
    """Who a person is to the company."""

    CUSTOMER = "customer"
    REP = "rep"
    DESK = "desk"
    BUYER = "buyer"
    MANAGER = "manager"


class User(Base):
    """A person who may sign in; a customer's person belongs to that customer.

    ``order_limit`` is the most (in total) such a person may order alone; above it ``approver`` has to agree.
    ``purchase_budget``: the most that a buyer's purchase orders may come to in a calendar month; None for no limit.
    ``keep_messages`` is false for who objects to messages being kept for review.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("role IN ('customer','rep','desk','buyer','manager')", name="role"),
        CheckConstraint("(role = 'customer') = (customer_id IS NOT NULL)", name="customer_of_customer"),
        CheckConstraint("order_limit IS NULL OR order_limit >= 0", name="order_limit"),
        CheckConstraint("purchase_budget >= 0", name="purchase_budget"),
    )

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    order_limit: Mapped[Decimal | None]
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    keep_messages: Mapped[bool] = mapped_column(default=True)
    purchase_budget: Mapped[Decimal | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    approver: Mapped[User | None] = relationship(remote_side="User.id")


class AccessToken(Base):
    """A bearer token; only its hash is kept."""

    __tablename__ = "access_token"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()


class TelegramLink(Base):
    """A Telegram account that speaks for a user; ``told_id`` is the last unasked message that it was sent."""

    __tablename__ = "telegram_link"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    telegram_user_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    told_id: Mapped[int] = mapped_column(BigInteger, default=0)
    linked_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()


class LinkCode(Base):
    """A one-time code inside a Telegram deep link; only its hash is kept."""

    __tablename__ = "link_code"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
