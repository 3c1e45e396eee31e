"""Cards: what a reply can show besides text. A closed union; every channel renders every one.

Amounts and prices travel as text with their currency sign, ready to show; quantities as integers in sales units with
a text beside them ("2 boxes of 200"). A card never carries anything its reader may not see.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of all parts: unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Button(Part):
    """A tap: ``token`` is opaque and sent back as it is."""

    title: str
    token: str


class CartLineView(Part):
    """One line of a cart or an order."""

    position: int
    sku: str
    name: str
    quantity: int
    quantity_text: str
    price: str
    total: str
    stock: str
    short: int = 0
    promised_date: date | None = None


class Fact(Part):
    """A labelled value."""

    label: str
    value: str


class CartCard(Part):
    """The cart, or what is about to be placed; ``breakdown`` are the parts that ``total`` is the sum of."""

    kind: Literal["cart"] = "cart"
    title: str
    customer: str
    lines: list[CartLineView]
    breakdown: list[Fact] = []
    total: str
    requested_date: date | None = None
    customer_reference: str | None = None
    notes: list[str] = []


class ShipmentView(Part):
    """A shipment of an order."""

    number: str
    state: str
    carrier: str | None = None
    tracking_number: str | None = None
    expected_date: date | None = None


class OrderCard(Part):
    """One order with its lines and how far it is."""

    kind: Literal["order"] = "order"
    number: str
    customer: str
    state: str
    placed_on: date
    placed_by: str
    lines: list[CartLineView]
    breakdown: list[Fact] = []
    total: str
    requested_date: date | None = None
    customer_reference: str | None = None
    address: str = ""
    shipments: list[ShipmentView] = []
    notes: list[str] = []


class RecordCard(Part):
    """Any other paper with lines: a quote, an invoice, a return, a standing order, or what a change would make."""

    kind: Literal["record"] = "record"
    title: str
    facts: list[Fact] = []
    lines: list[CartLineView] = []
    breakdown: list[Fact] = []
    total: str = ""
    notes: list[str] = []


class OrderRow(Part):
    """An order in a list."""

    number: str
    placed_on: date
    state: str
    total: str
    summary: str


class OrdersCard(Part):
    """Several orders."""

    kind: Literal["orders"] = "orders"
    title: str
    orders: list[OrderRow]


class ProductRow(Part):
    """A product in a list, with what tells it from its neighbours."""

    sku: str
    name: str
    price: str
    unit: str
    stock: str
    packs: str = ""


class ProductsCard(Part):
    """Products to choose from, or found."""

    kind: Literal["products"] = "products"
    title: str
    products: list[ProductRow]


class ReorderRow(Part):
    """A suggestion to a customer, with its reason."""

    sku: str
    name: str
    quantity: int
    quantity_text: str
    price: str
    due: str
    reason: str


class ReorderCard(Part):
    """What a customer is likely to need next."""

    kind: Literal["reorder"] = "reorder"
    title: str
    customer: str
    rows: list[ReorderRow]


class Point(Part):
    """A period of a chart; ``low`` and ``high`` bound the 80 % band."""

    period: str
    value: float
    low: float | None = None
    high: float | None = None


class ForecastSeries(Part):
    """Another forecast to lay beside the first."""

    name: str
    unit: str
    history: list[Point]
    forecast: list[Point]
    total: str


class ForecastCard(Part):
    """A forecast: history, median with its 80 % band, last year, and why.

    ``others`` are laid beside it in the same chart, and then ``name`` says which the first one is.
    """

    kind: Literal["forecast"] = "forecast"
    title: str
    unit: str
    history: list[Point]
    forecast: list[Point]
    last_year: list[Point] = []
    total: str
    drivers: list[str] = []
    accuracy: str = ""
    notes: list[str] = []
    name: str = ""
    others: list[ForecastSeries] = []


class ReplenishmentRow(Part):
    """One product to buy, with the parts that add up to the quantity.

    ``grade`` is its ABC/XYZ class, ``demand_text`` the expected demand with its interval, ``days_after`` the days of
    cover with the order, ``price_text`` what a unit costs and the step of the price list that was reached.
    """

    sku: str
    name: str
    supplier: str
    quantity: int
    quantity_text: str
    cost: str
    days_of_cover: float | None
    on_hand: int
    reserved: int
    on_order: int
    demand: float
    safety_stock: float
    period_text: str
    reason: str
    grade: str = ""
    urgency: Literal["urgent", "soon", "routine"] = "routine"
    stock_out_date: date | None = None
    days_after: float | None = None
    demand_text: str = ""
    price_text: str = ""
    note: str = ""


class ReplenishmentCard(Part):
    """What to buy, by supplier; ``exceptions`` come first, ``set_aside`` is what can't be proposed and why."""

    kind: Literal["replenishment"] = "replenishment"
    title: str
    rows: list[ReplenishmentRow]
    totals: list[str]
    more: int = 0
    exceptions: list[str] = []
    set_aside: list[str] = []


class WaterfallStep(Part):
    """A part of a quantity: how much it adds (or takes away), in units, and as people read it."""

    label: str
    value: int
    text: str


class WaterfallCard(Part):
    """How a quantity comes about: parts that add up to ``total`` exactly, and what it means."""

    kind: Literal["waterfall"] = "waterfall"
    title: str
    steps: list[WaterfallStep]
    total: WaterfallStep
    facts: list[Fact] = []
    notes: list[str] = []


class PurchaseOrderRow(Part):
    """A purchase order that was created."""

    number: str
    supplier: str
    lines: int
    total: str
    expected_date: date | None = None


class PurchaseOrdersCard(Part):
    """Purchase orders."""

    kind: Literal["purchase_orders"] = "purchase_orders"
    title: str
    orders: list[PurchaseOrderRow]


class FactsCard(Part):
    """A few labelled facts: a customer, a price, a product."""

    kind: Literal["facts"] = "facts"
    title: str
    facts: list[Fact]


class TableCard(Part):
    """Anything else with rows and columns."""

    kind: Literal["table"] = "table"
    title: str
    columns: list[str]
    rows: list[list[str]]


class DocumentCard(Part):
    """A paper to fetch."""

    kind: Literal["document"] = "document"
    title: str
    number: str
    url: str


Card = Annotated[
    CartCard
    | OrderCard
    | RecordCard
    | OrdersCard
    | ProductsCard
    | ReorderCard
    | ForecastCard
    | ReplenishmentCard
    | WaterfallCard
    | PurchaseOrdersCard
    | FactsCard
    | TableCard
    | DocumentCard,
    Field(discriminator="kind"),
]


class Attachment(Part):
    """A file that came with a reply."""

    title: str
    url: str


class Reply(Part):
    """One message of ours: text, and what belongs to it."""

    text: str
    buttons: list[Button] = []
    card: Card | None = None
    image: str | None = None
    attachments: list[Attachment] = []
