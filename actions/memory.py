"""What a conversation remembers between turns, as a row: open questions, what was shown, what was mentioned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Option(BaseModel):
    """Something to choose: a product, a quantity, a customer."""

    key: str
    title: str


class Question(BaseModel):
    """Something we asked and still want to know about an order line (or whom an order is for).

    ``product``: which of the options; ``quantity``: how many of ``sku``; ``customer``: whom the message is for.
    """

    kind: Literal["product", "quantity", "customer"]
    text: str
    options: list[Option] = []
    sku: str | None = None
    amount: Decimal | None = None
    unit: str | None = None
    per: int | None = None
    quantity: int | None = None
    replace: bool = False
    said: str = ""
    skill: str = ""
    reminders: int = 0


class Confirmation(BaseModel):
    """A change that waits for a yes."""

    command: str
    arguments: dict[str, Any]


class Shown(BaseModel):
    """The last list shown, by key, so that "the second one" means something."""

    kind: Literal["products", "orders", "reorder", "replenishment", "customers"]
    keys: list[str]


class Memory(BaseModel):
    """The state of a conversation. Unknown fields of older versions are dropped.

    ``purpose`` is what the cart is being put together for: an order, a quote (less a ``discount``, 0.05 is 5 %), or a
    standing order by the rule ``recurrence``.
    """

    model_config = ConfigDict(extra="ignore")

    questions: list[Question] = []
    confirmation: Confirmation | None = None
    cart_shown: str | None = None
    cart_customer: str | None = None
    purpose: Literal["order", "quote", "standing"] = "order"
    discount: Decimal | None = None
    recurrence: str | None = None
    shown: Shown | None = None
    touched: str | None = None
    product: str | None = None
    order: str | None = None
    explanation: list[str] = []
    failures: int = 0
