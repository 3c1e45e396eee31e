"""What a conversation remembers between turns, as a row: open questions, what was shown, what was mentioned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from backend.chat.cards import Card

MOST_STEPS = 10  # of a buyer's own changes that can be taken back


class Option(BaseModel):
    """Something to choose: a product, a quantity, a customer."""

    key: str
    title: str


class Question(BaseModel):
    """Something we asked and still want to know about an order line (or whom an order is for).

    ``product``: which of the options; ``quantity``: how many of ``sku``; ``customer``: whom the message is for. Where
    ``quantity`` (in sales units) is known, it is that of the answer; the line ``goes`` leaves the cart for it.
    """

    kind: Literal["product", "quantity", "customer"]
    text: str
    options: list[Option] = []
    sku: str | None = None
    amount: Decimal | None = None
    unit: str | None = None
    per: int | None = None
    quantity: int | None = None
    goes: str | None = None
    replace: bool = False
    said: str = ""
    skill: str = ""
    reminders: int = 0


class KeptTap(BaseModel):
    """A button as it was offered, without its token."""

    title: str
    command: str
    arguments: dict[str, Any] = {}
    shown_hash: str | None = None
    once: bool = True


class Asked(BaseModel):
    """What a yes was asked for with, to be shown again."""

    text: str
    card: Card | None = None
    taps: list[KeptTap] = []


class Confirmation(BaseModel):
    """A change that waits for a yes; ``asked`` is the message that it was asked with."""

    command: str
    arguments: dict[str, Any]
    asked: Asked | None = None


class Shown(BaseModel):
    """The last list shown, by key, so that "the second one" means something."""

    kind: Literal["products", "orders", "reorder", "replenishment", "customers"]
    keys: list[str]


class KeptCart(BaseModel):
    """A cart as it was: what an undo puts back."""

    customer: str
    lines: list[tuple[str, int]]
    requested_date: date | None = None
    customer_reference: str | None = None
    destination: dict[str, str | None] | None = None


class Step(BaseModel):
    """The carts that a turn changed, and the open questions, as they were before it."""

    carts: list[KeptCart]
    questions: list[Question] = []


class Topic(BaseModel):
    """What was asked about last: "and for next month?" asks the same again, with one thing different. ``figures`` are
    words that ask for the same figures again, but for their span; ``beside`` names what was forecast before it, and
    ``looked_back`` says which forecast was held against what came ("1 weeks ago").
    """

    skill: str
    about: str = ""
    period: str = ""
    figures: str = ""
    beside: str = ""
    looked_back: str = ""


class Heard(BaseModel):
    """How the last message that was more than a yes or a thank-you was read, and what came of it; its words are in
    its turn. ``asked``: readings were offered to choose from.
    """

    turn: int
    skill: str
    confidence: float
    ranking: list[str] = []
    outcome: Literal["answered", "asked", "failed"] = "answered"


class Buying(BaseModel):
    """A buyer's own quantities by SKU (0: left out), and what was shown: fingerprints of all of it ("") and by
    supplier's code.

    ``supposed`` are the sentences that a supposition was made with, until something else is talked about.
    ``before`` are the quantities as they were before each of the last changes, the newest last.
    ``suppliers`` (codes) and ``urgent`` narrow the list on the screen; ``beside`` are products of it all the same,
    since they were changed meanwhile.
    """

    changes: dict[str, int] = {}
    offered: dict[str, str] = {}
    before: list[dict[str, int]] = []
    supposed: list[str] = []
    suppliers: list[str] = []
    urgent: bool = False
    beside: list[str] = []

    def change(self, quantities: Mapping[str, int | None]) -> None:
        """Keep other quantities by SKU, None for what was proposed; an undo takes all of it back at once."""
        self.before = [*self.before, dict(self.changes)][-MOST_STEPS:]
        kept = {sku: quantity for sku, quantity in self.changes.items() if sku not in quantities}
        self.changes = kept | {sku: quantity for sku, quantity in quantities.items() if quantity is not None}

    @property
    def narrowed(self) -> bool:
        """Whether only some of the proposal is on the screen."""
        return self.urgent or bool(self.suppliers)

    def narrow(self, suppliers: Sequence[str] = (), *, urgent: bool = False) -> None:
        """Have only this on the screen; everything without arguments."""
        self.suppliers, self.urgent, self.beside = list(suppliers), urgent, []

    def shows(self, sku: str, supplier: str, *, urgent: bool) -> bool:
        """Whether a line of the proposal is among what is on the screen."""
        within = (not self.suppliers or supplier in self.suppliers) and (urgent or not self.urgent)
        return within or sku in self.beside


class Memory(BaseModel):
    """The state of a conversation. Unknown fields of older versions are dropped.

    ``purpose`` is what the cart is being put together for: an order, a quote (less a ``discount``, 0.05 is 5 %), or a
    standing order by the rule ``recurrence``.

    ``away`` tells that something else was talked about since the cart was shown, ``reminded`` that we have said so.
    ``steps`` are the last edits of carts, the newest last; ``placed`` is the order that became of the cart, and
    ``done`` what else was done last, until a cart is edited again. ``failed`` are the messages that were not understood
    since one was. ``priced`` are the quantities, in sales units, whose price was told last. ``forecast_of`` are
    words that name again what was forecast last. ``goodwill`` are the words of a credit that lacks its amount or
    its reason, until the next message. ``receipt`` is the number of the purchase order on which goods are being taken
    in, and what was said of them, until that is done or another matter comes up.
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
    priced: list[tuple[str, int]] = []
    order: str | None = None
    quote: str | None = None
    explanation: list[str] = []
    failures: int = 0
    heard: Heard | None = None
    failed: list[str] = []
    topic: Topic | None = None
    forecast_of: str = ""
    away: bool = False
    reminded: bool = False
    steps: list[Step] = []
    placed: str | None = None
    done: str | None = None
    buying: Buying = Buying()
    goodwill: str = ""
    receipt: list[str] = []
