"""What to buy in: gathers what the decision needs, has the model server decide, and reads the answer.

Three steps, so that no transaction spans the network call: ``gather`` (reading), ``ModelServer.infer``, ``proposals``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.insight import queries as insight
from backend.insight.tables import ForecastRow
from backend.money import rounded
from backend.purchasing.tables import SupplierProduct
from backend.stock.queries import Position, positions
from backend.work import Work

MODEL = "order-quantity"
SERVICE_LEVEL = 0.95
DECIMALS = 3
_FORBIDDEN = "What to buy in is for our buyers and managers."


@dataclass(frozen=True)
class Candidate:
    """A product, the terms of its preferred supplier, its position and its forecast by week."""

    product: Product
    terms: SupplierProduct
    position: Position
    forecast: ForecastRow

    @property
    def lead_time_days(self) -> int:
        """Working days until a delivery."""
        own = self.terms.lead_time_days
        return own if own is not None else self.terms.supplier.lead_time_days


@dataclass(frozen=True)
class Proposal:
    """A product to buy, with the parts that add up to the quantity (sales units; days are calendar days).

    quantity = forecast + safety_stock - position + rounding, where position = on hand - reserved - back-ordered + on
    order.
    """

    candidate: Candidate
    quantity: int
    cost: Decimal
    total: Decimal
    forecast: float
    safety_stock: float
    order_up_to: float
    position: int
    raw_need: float
    rounding: float
    days_of_cover: float | None
    protection_days: int
    network_quantity: int

    def reason(self) -> dict[str, Any]:
        """The parts, as they are kept with the purchase order line."""
        return {
            "forecast": self.forecast,
            "safety_stock": self.safety_stock,
            "position": self.position,
            "rounding": self.rounding,
            "days_of_cover": self.days_of_cover,
            "protection_days": self.protection_days,
            "network_quantity": self.network_quantity,
        }


def gather(work: Work) -> list[Candidate]:
    """Every active product that has a supplier and a forecast. NotFound where no forecast has been made."""
    work.principal.require(Permission.SEE_REPLENISHMENT, _FORBIDDEN)
    run = insight.current_run(work.session, "W")
    if run is None:
        raise NotFound("No forecast has been made yet. Run: quartermaster train all", code="no_forecast")
    terms: dict[int, SupplierProduct] = {}
    query = (
        select(SupplierProduct)
        .join(SupplierProduct.product)
        .where(Product.active)
        .options(joinedload(SupplierProduct.supplier), joinedload(SupplierProduct.product).selectinload(Product.packs))
        .order_by(SupplierProduct.preferred.desc(), SupplierProduct.id)
    )
    for row in work.session.scalars(query):
        terms.setdefault(row.product_id, row)
    forecasts = {row.product_id: row for row in insight.forecast_rows(work.session, run)}
    stock = positions(work.session)
    return [
        Candidate(row.product, row, stock.get(key, Position()), forecasts[key])
        for key, row in sorted(terms.items())
        if key in forecasts
    ]


def request(candidates: Sequence[Candidate], today: date) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The inputs and parameters of the order-quantity model."""
    count, horizon = len(candidates), len(candidates[0].forecast.mean)
    means = [max(0.0, round(x, DECIMALS)) for c in candidates for x in c.forecast.mean]
    quantiles = [max(0.0, round(x, DECIMALS)) for c in candidates for step in c.forecast.quantiles for x in step]
    numbers: dict[str, list[int]] = {
        "on_hand": [c.position.on_hand for c in candidates],
        "reserved": [c.position.reserved + c.position.back_ordered for c in candidates],
        "on_order": [c.position.on_order for c in candidates],
        "lead_time_days": [c.lead_time_days for c in candidates],
        "review_days": [c.terms.supplier.review_days for c in candidates],
        "moq": [c.terms.moq for c in candidates],
        "multiple": [c.terms.multiple for c in candidates],
    }
    amounts = {
        "service_level": [SERVICE_LEVEL] * count,
        "unit_cost": [float(c.terms.cost) for c in candidates],
        "order_cost": [float(c.terms.supplier.order_cost) for c in candidates],
    }
    inputs = [
        {"name": "mean", "shape": [count, horizon], "datatype": "FP64", "data": means},
        {"name": "quantiles", "shape": [count, horizon, 9], "datatype": "FP64", "data": quantiles},
        *({"name": n, "shape": [count], "datatype": "INT64", "data": data} for n, data in numbers.items()),
        *({"name": n, "shape": [count], "datatype": "FP64", "data": values} for n, values in amounts.items()),
    ]
    return inputs, {"freq": "W", "as_of": today.isoformat()}


def proposals(candidates: Sequence[Candidate], outputs: Mapping[str, Any]) -> list[Proposal]:
    """What should be ordered now, the least covered first."""
    found = []
    for index, candidate in enumerate(candidates):
        parts = {name: output["data"][index] for name, output in outputs.items()}
        if parts["quantity"] > 0:
            found.append(_proposal(candidate, parts))
    return sorted(
        found, key=lambda one: (one.days_of_cover is None, one.days_of_cover or 0.0, one.candidate.product.sku)
    )


def _proposal(candidate: Candidate, parts: Mapping[str, Any]) -> Proposal:
    quantity = int(parts["quantity"])
    cost = cost_at(candidate.terms, quantity)
    cover = parts["cover_days"]
    return Proposal(
        candidate=candidate,
        quantity=quantity,
        cost=cost,
        total=rounded(cost * quantity),
        forecast=float(parts["forecast"]),
        safety_stock=float(parts["safety_stock"]),
        order_up_to=float(parts["order_up_to"]),
        position=int(parts["position"]),
        raw_need=float(parts["raw_need"]),
        rounding=float(parts["rounding"]),
        days_of_cover=None if cover is None or cover < 0 else float(cover),
        protection_days=int(parts["protection_days"]),
        network_quantity=int(parts["network_quantity"]),
    )


def cost_at(terms: SupplierProduct, quantity: int) -> Decimal:
    """The supplier's cost per sales unit at a quantity, with its price breaks."""
    costs = [Decimal(step["cost"]) for step in terms.price_breaks if quantity >= int(step["from"])]
    return min([terms.cost, *costs])


def fingerprint(found: Sequence[Proposal]) -> str:
    """A hash of what a buyer agrees to: products, suppliers, quantities, costs, and the stock they rest on."""
    agreed = [
        [one.candidate.product.sku, one.candidate.terms.supplier.code, one.quantity, str(one.cost), one.position]
        for one in found
    ]
    return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()
