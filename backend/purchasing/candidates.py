"""What a proposal is made from: every product with its terms, stock, forecast and lead time; and what lacks one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import prod
from typing import Final, Literal

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import joinedload, object_session, selectinload

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.insight import queries as insight
from backend.insight.tables import ForecastRow
from backend.purchasing import deliveries
from backend.purchasing.budget import money_left
from backend.purchasing.deliveries import LeadTime
from backend.purchasing.reckoning import Terms
from backend.purchasing.scenario import AS_IT_IS, Scenario
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from backend.stock.queries import Position, positions, receipts_of
from backend.work import Work
from backend.working_days import add_working_days
from models.inventory import LotRules, PriceBreak

SERVICE_LEVEL: Final = 0.95
WAITING: Final = "proposed"  # a purchase order of this state waits for a manager
Missing = Literal["supplier", "cost", "history", "stock"]
_FORBIDDEN: Final = "What to buy in is for our buyers and managers."


@dataclass(frozen=True)
class Candidate:
    """A product, the terms of the supplier it is bought of, its position, and its forecast by week from ``first_week``.

    ``waiting``: units in purchase orders that wait for a manager; they count as on order, so that nothing is proposed
    twice. ``coming``: what is on order, by the day it is expected. ``demand`` and ``price`` are factors that a scenario
    supposes; ``lead_time_days`` (working days) and ``service_level`` are those to reckon with.
    """

    product: Product
    terms: SupplierProduct
    position: Position
    forecast: ForecastRow
    lead: LeadTime
    lead_time_days: int
    today: date
    first_week: date
    waiting: int = 0
    coming: tuple[tuple[date, int], ...] = ()
    service_level: float = SERVICE_LEVEL
    demand: float = 1.0
    price: Decimal = Decimal(1)

    @property
    def reserved(self) -> int:
        """What is promised: reserved from stock, and back-ordered."""
        return self.position.reserved + self.position.back_ordered

    @property
    def on_order(self) -> int:
        """What is coming, and what waits for a manager."""
        return self.position.on_order + self.waiting

    @property
    def weekly(self) -> list[float]:
        """The expected demand by week."""
        return [max(0.0, mean) * self.demand for mean in self.forecast.mean]

    @property
    def arrives(self) -> date:
        """When an order of today is likely to arrive."""
        return add_working_days(self.today, self.lead_time_days)

    def reckoned(self) -> Terms:
        """The supplier's terms for the arithmetic, with the scenario's prices."""
        steps = sorted((int(step["from"]), Decimal(str(step["cost"]))) for step in self.terms.price_breaks)
        return Terms(
            cost=self.terms.cost * self.price,
            breaks=tuple(PriceBreak(quantity, cost * self.price) for quantity, cost in steps),
            rules=LotRules(moq=self.terms.moq, multiple=self.terms.multiple),
            order_cost=self.terms.supplier.order_cost,
        )


@dataclass(frozen=True)
class SetAside:
    """A product that nothing can be proposed for, and what is missing."""

    product: Product
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Gathered:
    """All that a proposal rests on; ``left``: what who asks may still spend, None without a budget."""

    candidates: list[Candidate]
    set_aside: list[SetAside]
    left: Decimal | None = None


def gather(work: Work, scenario: Scenario = AS_IT_IS) -> Gathered:
    """Every product on sale, as a candidate or set aside. NotFound where no forecast has been made."""
    work.principal.require(Permission.SEE_REPLENISHMENT, _FORBIDDEN)
    run = insight.current_run(work.session, "W")
    if run is None:
        raise NotFound("No forecast has been made yet. Run: quartermaster train all", code="no_forecast")
    forecasts = {row.product_id: row for row in insight.forecast_rows(work.session, run)}
    products = work.session.scalars(
        select(Product).where(Product.active).options(selectinload(Product.packs)).order_by(Product.id)
    ).all()
    terms, stock = _terms(work, scenario), positions(work.session)
    waiting, records = _waiting(work), deliveries.records(work)
    coming = receipts_of(work.session, [key for key, position in stock.items() if position.on_order])
    found = Gathered([], [], scenario.budget if scenario.budget is not None else money_left(work))
    for product in products:
        own, position = terms.get(product.id), stock.get(product.id, Position())
        forecast = forecasts.get(product.id)
        if own is None or forecast is None or own.cost <= 0 or position.on_hand < 0:
            found.set_aside.append(SetAside(product, _missing(own, forecast, position)))
            continue
        lead = deliveries.lead_time_of(own, records)
        supposed = scenario.of(product.sku, own.supplier.code)
        levels = [one.service_level for one in supposed if one.service_level]
        found.candidates.append(
            Candidate(
                product=product,
                terms=own,
                position=position,
                forecast=forecast,
                lead=lead,
                lead_time_days=_days(supposed, lead.days),
                today=work.clock.today(),
                first_week=run.last_period + timedelta(days=7),
                waiting=waiting.get(product.id, 0),
                coming=tuple(coming.get(product.id, ())),
                service_level=levels[-1] if levels else SERVICE_LEVEL,
                demand=prod(one.demand for one in supposed),
                price=prod((one.price for one in supposed), start=Decimal(1)),
            )
        )
    return found


def _days(supposed: Sequence[Scenario], known: int) -> int:
    """The lead time to reckon with: each supposition takes what the one before it makes of it."""
    days = AS_IT_IS.days(known)
    for one in supposed:
        days = one.days(days)
    return days


def read_prices(products: Sequence[Product]) -> None:
    """The products' prices, which margins are worked out from, all at once instead of one product after the other."""
    unread = [product for product in products if "prices" in inspect(product).unloaded]
    session = object_session(unread[0]) if unread else None
    if session is not None:
        keys = [product.id for product in unread]
        session.scalars(select(Product).where(Product.id.in_(keys)).options(selectinload(Product.prices))).all()


def lock_suppliers(work: Work) -> None:
    """Lock every supplier, in key order: who approves a proposal is alone until the purchase orders are there."""
    work.session.execute(select(Supplier.id).order_by(Supplier.id).with_for_update(key_share=True)).all()


def _terms(work: Work, scenario: Scenario) -> dict[int, SupplierProduct]:
    """By product, those of the preferred supplier, or of the next one where a scenario leaves that out."""
    query = (
        select(SupplierProduct)
        .options(joinedload(SupplierProduct.supplier))
        .order_by(SupplierProduct.preferred.desc(), SupplierProduct.id)
    )
    found: dict[int, SupplierProduct] = {}
    for row in work.session.scalars(query):
        if row.supplier.code not in scenario.without:
            found.setdefault(row.product_id, row)
    return found


def _waiting(work: Work) -> dict[int, int]:
    rows = work.session.execute(
        select(PurchaseOrderLine.product_id, func.sum(PurchaseOrderLine.quantity))
        .join(PurchaseOrder)
        .where(PurchaseOrder.state == WAITING)
        .group_by(PurchaseOrderLine.product_id)
    )
    return {key: int(quantity) for key, quantity in rows}


def _missing(terms: SupplierProduct | None, forecast: ForecastRow | None, position: Position) -> tuple[Missing, ...]:
    lacking: Sequence[tuple[Missing, bool]] = (
        ("supplier", terms is None),
        ("cost", terms is not None and terms.cost <= 0),
        ("history", forecast is None),
        ("stock", position.on_hand < 0),
    )
    return tuple(name for name, lacks in lacking if lacks)
