"""What the file lacks, filled in: suppliers, their terms, opening stock, open purchase orders. All marked as assumed.

Every draw is a hash of what it is for and the SKU, never a random state: the same file gives the same company on
every machine, and a product keeps its supplier when others come or go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b

WORKING_DAYS_PER_WEEK = 5
COST_SHARE = (0.40, 0.60)  # of the list price
BULK_FROM_MOQS = 10  # from this many minimum orders on ...
BULK_COST = Decimal("0.95")  # ... far suppliers ask this share of the cost
FAR_LEAD_DAYS = 25
NEAR_MOQ_MULTIPLES = (1, 4)
FAR_MOQ_MULTIPLES = (3, 10)
LONGEST_MOQ_WEEKS = 8  # a minimum order is no more than this many weeks' demand, or else one multiple
MULTIPLES_WITHOUT_BOX = (1, 6, 12)

OUT_OF_STOCK = 0.03  # shares of the products with demand
LOW = 0.15  # out of stock or at the reorder point or below, nothing on its way
LOW_BUT_ORDERED = 0.19  # as low, and an open purchase order brings it back up
SAFETY = 1.8  # standard deviations of demand over lead time and review period: about 95 % of a skewed demand
CORRELATION = 0.3  # weeks that sell more than expected come together, as the forecasts' errors do
LOW_STOCK = (0.10, 0.95)  # of the reorder point
COVERED_STOCK = (
    1.5,
    3.0,
)  # of the reorder point, and one order: weekly sales are very uneven


@dataclass(frozen=True)
class AssumedSupplier:
    """A made-up supplier; lead time and review period in working days."""

    code: str
    name: str
    country: str
    lead_time_days: int
    review_days: int
    order_cost: Decimal
    minimum_value: Decimal
    weight: int


SUPPLIERS = (
    AssumedSupplier("S01", "Midland Giftware", "United Kingdom", 5, 5, Decimal(15), Decimal(100), 18),
    AssumedSupplier("S02", "Pennine Paper & Party", "United Kingdom", 8, 5, Decimal(15), Decimal(150), 14),
    AssumedSupplier("S03", "Northern Ceramics", "United Kingdom", 12, 10, Decimal(20), Decimal(250), 14),
    AssumedSupplier("S04", "Lowlands Home", "Netherlands", 15, 10, Decimal(25), Decimal(300), 12),
    AssumedSupplier("S05", "Bohemia Glass & Light", "Czech Republic", 25, 10, Decimal(35), Decimal(500), 12),
    AssumedSupplier("S06", "Aegean Textiles", "Turkey", 35, 15, Decimal(45), Decimal(750), 10),
    AssumedSupplier("S07", "Jaipur Crafts", "India", 45, 20, Decimal(60), Decimal(1000), 10),
    AssumedSupplier("S08", "Ningbo Trading", "China", 60, 20, Decimal(80), Decimal(1500), 10),
)


def draw(purpose: str, key: str) -> float:
    """A number from 0 up to 1, always the same for the same purpose and key."""
    digest = blake2b(f"{purpose}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def between(low: float, high: float, at: float) -> float:
    """The point that lies the share ``at`` of the way from low to high."""
    return low + (high - low) * at


@dataclass(frozen=True)
class Demand:
    """A product's sales units per week: what is expected soon, and how much the weeks differ."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Terms:
    """What a supplier asks for a product, in sales units."""

    supplier: AssumedSupplier
    cost: Decimal
    moq: int
    multiple: int
    price_breaks: list[dict[str, object]]


@dataclass(frozen=True)
class Opening:
    """Stock on hand, and what an open purchase order brings (0: none)."""

    on_hand: int
    on_order: int
    low: bool


def supplier_of(sku: str) -> AssumedSupplier:
    """Weighted: most of the range comes from near by."""
    at = draw("supplier", sku) * sum(supplier.weight for supplier in SUPPLIERS)
    for supplier in SUPPLIERS:
        at -= supplier.weight
        if at < 0:
            return supplier
    return SUPPLIERS[-1]


def terms_of(sku: str, price: Decimal, box: int | None, demand: Demand) -> Terms:
    """Supplier, cost, minimum order and multiple of a product."""
    supplier = supplier_of(sku)
    far = supplier.lead_time_days >= FAR_LEAD_DAYS
    cost = _cost(price * Decimal(str(round(between(*COST_SHARE, draw("cost", sku)), 4))))
    sizes = MULTIPLES_WITHOUT_BOX
    multiple = box or sizes[int(draw("multiple", sku) * len(sizes))]
    low, high = FAR_MOQ_MULTIPLES if far else NEAR_MOQ_MULTIPLES
    moq = multiple * int(between(low, high + 1, draw("moq", sku)))
    if moq > demand.mean * LONGEST_MOQ_WEEKS:
        moq = multiple
    breaks: list[dict[str, object]] = []
    if far:
        breaks.append({"from": moq * BULK_FROM_MOQS, "cost": str(_cost(cost * BULK_COST))})
    return Terms(supplier, cost, moq, multiple, breaks)


def _cost(amount: Decimal) -> Decimal:
    """To the penny from a pound on, finer below, never nothing."""
    step = Decimal("0.01") if amount >= 1 else Decimal("0.001")
    return max(amount.quantize(step, rounding=ROUND_HALF_UP), step)


def reorder_point(demand: Demand, supplier: AssumedSupplier) -> float:
    """Expected demand over lead time plus review period, and a safety stock for its spread."""
    weeks = (supplier.lead_time_days + supplier.review_days) / WORKING_DAYS_PER_WEEK
    spread = math.sqrt((1 - CORRELATION) * weeks + CORRELATION * weeks**2)
    return demand.mean * weeks + SAFETY * demand.deviation * spread


def order_size(demand: Demand, terms: Terms) -> int:
    """One usual order: a review period's demand, at least the minimum, in whole multiples."""
    wanted = max(demand.mean * terms.supplier.review_days / WORKING_DAYS_PER_WEEK, terms.moq)
    return -(-int(wanted + 0.999) // terms.multiple) * terms.multiple


def opening_of(sku: str, demand: Demand, terms: Terms) -> Opening:
    """Opening stock: a few products out of stock, about 15 % to reorder, the rest covered."""
    where, level = draw("stock", sku), draw("level", sku)
    if demand.mean <= 0:
        return Opening(int(level * terms.multiple), 0, low=False)
    point = reorder_point(demand, terms.supplier)
    size = order_size(demand, terms)
    if where < OUT_OF_STOCK:
        return Opening(0, 0, low=True)
    if where < LOW:
        return Opening(int(point * between(*LOW_STOCK, level)), 0, low=True)
    if where < LOW_BUT_ORDERED:
        on_hand = int(point * between(*LOW_STOCK, level))
        short = int(point - on_hand) + 1
        boxes = -(-short // terms.multiple) * terms.multiple
        return Opening(on_hand, max(boxes + size, terms.moq), low=False)
    return Opening(int(point * between(*COVERED_STOCK, level)) + size + 1, 0, low=False)
