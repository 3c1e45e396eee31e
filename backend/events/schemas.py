"""Webhooks, deliveries, events and alerts as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.events.addresses import LONGEST_URL
from backend.http.bodies import Code

Url = Annotated[
    str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://erp.example.com/hooks/quartermaster"])
]
Kinds = Annotated[
    list[Annotated[str, Field(max_length=60)]],
    Field(max_length=100, description="Kinds of events, such as `order.placed`; an empty list wants all."),
]


class WebhookIn(BaseModel):
    """A new webhook."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    kinds: Kinds = []


class WebhookChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    kinds: Kinds | None = None
    active: bool | None = None


class WebhookOut(BaseModel):
    """A webhook; its secret is shown only when it is made."""

    id: int
    url: str
    kinds: list[str]
    active: bool
    created_at: datetime
    both_secrets_until: datetime | None
    version: int


class WebhookSecretOut(WebhookOut):
    """A webhook with its secret, which is not shown again."""

    secret: str


class DeliveryOut(BaseModel):
    """An event on its way to a webhook; ``next_at`` is when it is tried next, null when it is not."""

    id: int
    event: int
    kind: str
    key: str
    state: str
    attempts: int
    next_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None


class EventOut(BaseModel):
    """Something that happened; ``published_at`` is when everybody had been told."""

    id: int
    at: datetime
    kind: str
    subject: str
    key: str
    customer: str | None
    channel: str | None
    payload: dict[str, Any]
    attempts: int
    published_at: datetime | None


class AlertIn(BaseModel):
    """What to be told from now on; ``sku`` for one product."""

    model_config = ConfigDict(extra="forbid")

    topic: Literal["orders", "back_in_stock", "stock_low"]
    sku: Code | None = None


class AlertOut(BaseModel):
    """What the person is told."""

    id: int
    topic: str
    sku: str | None
    name: str | None
    created_at: datetime


class AlertsOut(BaseModel):
    """Everything the person is told."""

    items: list[AlertOut]
    next: str | None = None
