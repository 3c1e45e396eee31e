"""What to buy in: asks for the decision over what was gathered, and reads the answer.

Three steps, so that no transaction spans the network call: ``gather`` (reading), ``ModelServer.infer``, ``proposals``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from backend.catalogue import pricing
from backend.money import rounded
from backend.purchasing import reckoning
from backend.purchasing.candidates import SERVICE_LEVEL, Candidate, Gathered, SetAside, gather, lock_suppliers
from backend.purchasing.reckoning import MARGIN_ASSUMED, Batch, Need, Urgency
from models.inventory import choose_quantity

__all__ = [
    "MODEL", "SERVICE_LEVEL", "Candidate", "Gathered", "Proposal", "SetAside", "decided", "fingerprint", "gather",
    "in_order", "lock_suppliers", "proposals", "request", "total_of", "with_quantity",
]  # fmt: skip

MODEL: Final = "order-quantity"
DECIMALS: Final = 3
LONGEST_FOR_PRICE: Final = 120  # days of cover: no lower price is worth more than that on the shelf
_RANK: Final[dict[Urgency, int]] = {"urgent": 0, "soon": 1, "routine": 2}


@dataclass(frozen=True)
class Proposal:
    """A product to buy, with the parts that add up to the quantity (sales units; days are calendar days).

    quantity = forecast + safety_stock - position + rounding, where position = on hand - reserved - back-ordered + on
    order. ``rounding`` is what whole lots, the least order, ``for_batch`` (units that make up an economic batch),
    ``for_price`` (units bought for a lower price), ``for_minimum`` (for the supplier's minimum order value; below 0:
    held back for it) and ``for_budget`` (cut by the budget, below 0) add. ``order_up_to``, forecast and safety stock,
    is the reorder point: nothing is ordered unless the position is below it, and with the order it is at least there.
    ``proposed`` is the quantity before a person changed it. ``forecast_low``, ``forecast_high``: the 80 % interval.
    ``beside``: the lines that are needed of the supplier, which share the cost of an order; at least 1.
    """

    candidate: Candidate
    quantity: int
    proposed: int
    for_price: int
    cost: Decimal
    total: Decimal
    forecast: float
    forecast_low: float | None
    forecast_high: float | None
    safety_stock: float
    order_up_to: float
    position: int
    raw_need: float
    surplus: float
    rounding: float
    days_of_cover: float | None
    protection_days: int
    network_quantity: int
    out_on: date | None
    urgency: Urgency
    for_minimum: int = 0
    for_budget: int = 0
    for_batch: int = 0
    beside: int = 1

    @property
    def needed(self) -> int:
        """What would be proposed if suppliers asked for no minimum and there were no budget."""
        return self.proposed - self.for_minimum - self.for_budget

    @property
    def days_after(self) -> float | None:
        """Days that stock, what is on order and this quantity last together."""
        daily = self.forecast / max(1, self.protection_days)
        return max(0, self.position + self.quantity) / daily if daily > 0 else None

    @property
    def price_step(self) -> int | None:
        """The quantity of the supplier's price list from which the cost holds; None for the plain cost."""
        reached = [step.quantity for step in self.candidate.reckoned().breaks if self.quantity >= step.quantity]
        return max(reached, default=None)

    @property
    def changed(self) -> bool:
        """Whether a person wants another quantity than was proposed."""
        return self.quantity != self.proposed

    def need(self) -> Need:
        """What the quantity is measured against; the margin by the price that anybody pays for one."""
        product, cost = self.candidate.product, self.candidate.reckoned().cost
        price = pricing.price_at(product.prices, max(1, product.sales_moq), self.candidate.today, None)
        margin = price - cost if price is not None and price > cost else cost * MARGIN_ASSUMED
        return Need(
            self.forecast, self.safety_stock, self.candidate.service_level, self.position, self.protection_days, margin
        )

    def batch(self) -> Batch:
        """What the order was made up to before a lower price, the supplier's minimum and the budget."""
        whole = self.needed - self.for_price
        return Batch(whole - self.for_batch, whole, self.candidate.terms.supplier.order_cost / self.beside)

    def parts(self) -> dict[str, int]:
        """The parts as whole units, by name; they add up to the quantity exactly."""
        position = self.candidate.position
        exact = {
            "on_hand": -position.on_hand,
            "reserved": self.candidate.reserved,
            "on_order": -self.candidate.on_order,
            "for_batch": self.for_batch,
            "for_price": self.for_price,
            "for_minimum": self.for_minimum,
            "for_budget": self.for_budget,
            "changed": self.quantity - self.proposed,
        }
        demand, safety, rest = reckoning.whole_parts(
            [self.forecast, self.safety_stock], self.quantity - sum(exact.values())
        )
        return {"demand": demand, "safety_stock": safety, **exact, "rounding": rest}

    def reason(self) -> dict[str, Any]:
        """The parts, as they are kept with the purchase order line."""
        return {
            "forecast": self.forecast,
            "safety_stock": self.safety_stock,
            "position": self.position,
            "rounding": self.rounding,
            "for_batch": self.for_batch,
            "for_price": self.for_price,
            "for_minimum": self.for_minimum,
            "for_budget": self.for_budget,
            "proposed": self.proposed,
            "days_of_cover": self.days_of_cover,
            "protection_days": self.protection_days,
            "lead_time_days": self.candidate.lead_time_days,
            "lead_time_deviation": round(self.candidate.lead.deviation, 1),
            "service_level": self.candidate.service_level,
            "network_quantity": self.network_quantity,
        }


def request(candidates: Sequence[Candidate], today: date) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The inputs and parameters of the order-quantity model."""
    count, horizon = len(candidates), len(candidates[0].forecast.mean)
    means = [max(0.0, round(x * c.demand, DECIMALS)) for c in candidates for x in c.forecast.mean]
    quantiles = [
        max(0.0, round(x * c.demand, DECIMALS)) for c in candidates for step in c.forecast.quantiles for x in step
    ]
    numbers: dict[str, list[int]] = {
        "on_hand": [c.position.on_hand for c in candidates],
        "reserved": [c.reserved for c in candidates],
        "on_order": [c.on_order for c in candidates],
        "lead_time_days": [c.lead_time_days for c in candidates],
        "review_days": [c.terms.supplier.review_days for c in candidates],
        "moq": [c.terms.moq for c in candidates],
        "multiple": [c.terms.multiple for c in candidates],
    }
    amounts = {
        "service_level": [c.service_level for c in candidates],
        "unit_cost": [float(c.terms.cost * c.price) for c in candidates],
        "order_cost": [float(c.terms.supplier.order_cost) for c in candidates],
        "lead_time_deviation": [round(c.lead.deviation, DECIMALS) for c in candidates],
    }
    inputs = [
        {"name": "mean", "shape": [count, horizon], "datatype": "FP64", "data": means},
        {"name": "quantiles", "shape": [count, horizon, 9], "datatype": "FP64", "data": quantiles},
        *({"name": n, "shape": [count], "datatype": "INT64", "data": data} for n, data in numbers.items()),
        *({"name": n, "shape": [count], "datatype": "FP64", "data": values} for n, values in amounts.items()),
    ]
    return inputs, {"freq": "W", "as_of": today.isoformat()}


def decided(candidates: Sequence[Candidate], outputs: Mapping[str, Any], start: int = 0) -> list[Proposal]:
    """What was decided on every candidate, also where nothing is to be ordered; in the answer from row ``start`` on.

    A supplier's cost of an order is shared by its lines that are below their reorder points; how many these are does
    not depend on how much is ordered of them.
    """
    rows = [
        {name: output["data"][start + index] for name, output in outputs.items()} for index in range(len(candidates))
    ]
    both = list(zip(candidates, rows, strict=True))
    lines = Counter(candidate.terms.supplier_id for candidate, parts in both if int(parts["quantity"]) > 0)
    return [_proposal(candidate, parts, max(1, lines[candidate.terms.supplier_id])) for candidate, parts in both]


def proposals(candidates: Sequence[Candidate], outputs: Mapping[str, Any], start: int = 0) -> list[Proposal]:
    """What should be ordered now: what runs out before it could arrive first, then the least covered."""
    return in_order(one for one in decided(candidates, outputs, start) if one.quantity > 0)


def in_order(found: Iterable[Proposal]) -> list[Proposal]:
    """The most urgent first, then the least covered."""
    return sorted(found, key=_urgent_first)


def _urgent_first(one: Proposal) -> tuple[int, bool, float, str]:
    return _RANK[one.urgency], one.days_of_cover is None, one.days_of_cover or 0.0, one.candidate.product.sku


def _proposal(candidate: Candidate, parts: Mapping[str, Any], beside: int) -> Proposal:
    needed = int(parts["quantity"])
    forecast, protection = float(parts["forecast"]), int(parts["protection_days"])
    terms, position = candidate.reckoned(), int(parts["position"])
    daily = forecast / max(1, protection)
    made_up = max(needed, reckoning.batch_of(daily * reckoning.YEAR, terms, beside)) if needed else 0
    offer = choose_quantity(
        made_up,
        terms.rules,
        terms.cost,
        terms.breaks,
        holding_rate=reckoning.HOLDING_RATE,
        annual_demand=daily * reckoning.YEAR,
    )
    too_long = offer.quantity > made_up and position + offer.quantity > daily * LONGEST_FOR_PRICE
    quantity = made_up if too_long or not needed else max(made_up, offer.quantity)
    cost, cover = terms.cost_at(quantity), parts["cover_days"]
    available = candidate.position.on_hand - candidate.reserved
    out_on = reckoning.runs_out(available, candidate.coming, candidate.weekly, candidate.first_week, candidate.today)
    until = candidate.today + timedelta(days=protection)
    return Proposal(
        candidate=candidate,
        quantity=quantity,
        proposed=quantity,
        for_price=quantity - made_up,
        cost=cost,
        total=rounded(cost * quantity),
        forecast=forecast,
        forecast_low=_given(parts.get("expected_demand_low")),
        forecast_high=_given(parts.get("expected_demand_high")),
        safety_stock=float(parts["safety_stock"]),
        order_up_to=float(parts["order_up_to"]),
        position=position,
        raw_need=float(parts["raw_need"]),
        surplus=max(0.0, position - float(parts["order_up_to"])),
        rounding=float(parts["rounding"]) + quantity - needed,
        days_of_cover=None if cover is None or cover < 0 else float(cover),
        protection_days=protection,
        network_quantity=int(parts["network_quantity"]),
        out_on=out_on,
        urgency=reckoning.urgency(out_on, candidate.arrives, until),
        for_batch=made_up - needed,
        beside=beside,
    )


def _given(value: Any) -> float | None:
    return None if value is None else float(value)


def with_quantity(one: Proposal, quantity: int) -> Proposal:
    """The line with a quantity that a person wants."""
    cost = one.candidate.reckoned().cost_at(quantity)
    return replace(one, quantity=quantity, cost=cost, total=rounded(cost * quantity))


def total_of(found: Sequence[Proposal]) -> Decimal:
    """What lines come to."""
    return sum((one.total for one in found), Decimal(0))


def fingerprint(found: Sequence[Proposal]) -> str:
    """A hash of what a buyer agrees to: products, suppliers, quantities, costs, and the stock they rest on."""
    agreed = [
        [one.candidate.product.sku, one.candidate.terms.supplier.code, one.quantity, str(one.cost), one.position]
        for one in found
    ]
    return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()
