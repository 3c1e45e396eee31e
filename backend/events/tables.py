"""What happened, for others to hear: the outbox, what consumers have handled, webhooks, and people's alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.database import Base, Key, now
from backend.identity.tables import User


class OutboxEvent(Base):
    """An event, written in the transaction of what it tells of; a consumer leases it, handles it, marks it published.

    ``customer_id`` says whose it is (None: nobody's but ours); ``key`` is the document's number or the SKU. ``user_id``
    and ``channel`` say who did it and where. Each lease counts as an attempt, so that ``attempts`` also tells an old
    lease from a new one.
    """

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index(
            "ix_outbox_event_unpublished",
            "id",
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
        Index("ix_outbox_event_published_at", "published_at"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[str | None] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]


class InboxEntry(Base):
    """That a consumer has handled an event; the key makes a second time impossible."""

    __tablename__ = "inbox_entry"
    __table_args__ = (Index("ix_inbox_entry_event_id", "event_id"),)

    consumer: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_event.id"), primary_key=True)
    handled_at: Mapped[datetime] = mapped_column(default=now)


class Webhook(Base):
    """Another system's address, which kinds of events it wants (none named: all), and the secret they are signed with.

    After a change of secret both sign until ``previous_until``, so that the other system can change at its own time.
    """

    __tablename__ = "webhook"

    id: Mapped[Key]
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(100))
    previous_secret: Mapped[str | None] = mapped_column(String(100))
    previous_until: Mapped[datetime | None]
    kinds: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)


class WebhookDelivery(Base):
    """One event on its way to one webhook, tried until it is taken or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        CheckConstraint("state IN ('pending','delivered','dead')", name="state"),
        Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
        Index("ix_webhook_delivery_event_id", "event_id"),
        Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
    )

    id: Mapped[Key]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_event.id"))
    state: Mapped[str] = mapped_column(String(20), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    delivered_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()
    event: Mapped[OutboxEvent] = relationship()


class AlertSubscription(Base):
    """What a person wants to be told: ``topic`` orders, back_in_stock, stock_low; of one product where it is given."""

    __tablename__ = "alert_subscription"
    __table_args__ = (
        CheckConstraint("topic IN ('orders','back_in_stock','stock_low')", name="topic"),
        Index("ix_alert_subscription_user_id", "user_id"),
        Index("ix_alert_subscription_topic_product_id", "topic", "product_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    topic: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()
    product: Mapped[Product | None] = relationship()
