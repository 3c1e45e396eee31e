"""What the last year would have cost with the quantities that are proposed here, against what was done.

Plain accounting, alike for both sides, day by day and product by product: opening stock, demand, counts and returns are
those of the ledger and the orders; only what was bought, and when it came, differs. The proposal's side is a replay:
at every review it orders what is below the demand of the lead time and review plus a safety stock, both from the 26
weeks before that day and nothing later: up to there, at least an economic batch, in whole lots at the supplier's price
list. Costs are today's on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from backend.catalogue.tables import Product
from backend.company.days import business_day
from backend.purchasing.candidates import SERVICE_LEVEL, Candidate, gather, read_prices
from backend.purchasing.reckoning import HOLDING_RATE, MARGIN_ASSUMED, YEAR, batch_of
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import StockEntry
from backend.work import Work
from backend.working_days import add_working_days
from models.inventory import choose_quantity

DAYS: Final = 364
KNOWN_DAYS: Final = 182  # what a review looks back on
LOST_SHARE: Final = Decimal("0.5")  # of the margin of a unit that is not there when it is wanted: assumed
EXPLAINED: Final = 8

Units = NDArray[np.float64]


@dataclass(frozen=True)
class Costs:
    """A year's costs, money: goods used, holding stock, placing orders, sales at risk; the share of demand met from
    stock at once; the mean stock at cost; how many purchase orders.
    """

    goods: Decimal
    holding: Decimal
    ordering: Decimal
    shortage: Decimal
    fill_rate: float
    average_stock: Decimal
    orders: int

    @property
    def total(self) -> Decimal:
        """All costs together."""
        return self.goods + self.holding + self.ordering + self.shortage


@dataclass(frozen=True)
class ProductChange:
    """A product's share in the difference (proposed less done, money), and which cost most of it comes from."""

    product: Product
    difference: Decimal
    cause: str


@dataclass(frozen=True)
class LastYear:
    """Both sides, and the products that make most of the difference."""

    since: date
    done: Costs
    proposed: Costs
    products: list[ProductChange]


@dataclass(frozen=True)
class _Past:
    """Units by product (rows) and day: demand from KNOWN_DAYS before the year on; the rest within the year."""

    demand: Units
    opening: Units
    other: Units
    received: Units
    under_way: Units
    spent: Units
    spent_under_way: Units
    orders: dict[int, int]


@dataclass(frozen=True)
class _Side:
    """By product, money (orders apart): what one side cost."""

    goods: Units
    holding: Units
    shortage: Units
    short: Units
    stock: Units


def last_year(work: Work) -> LastYear | None:
    """The comparison; None where there is no demand in the year."""
    candidates = gather(work).candidates
    since = work.clock.today() - timedelta(days=DAYS)
    past = _past(work, candidates, since)
    demanded = past.demand[:, KNOWN_DAYS:]
    if not candidates or demanded.sum() <= 0:
        return None
    cost = np.array([float(one.terms.cost) for one in candidates])
    read_prices([one.product for one in candidates])
    margin = np.array([_margin(one) for one in candidates])
    done = _side(past, past.received, past.spent, cost, margin)
    bought, spent, orders = _replay(past, candidates, since)
    ours = _side(past, past.under_way + bought, past.spent_under_way + spent, cost, margin)
    fee = {one.terms.supplier_id: one.terms.supplier.order_cost for one in candidates}
    whole = demanded.sum()
    return LastYear(
        since,
        _costs(done, past.orders, fee, whole),
        _costs(ours, orders, fee, whole),
        _changes(candidates, done, ours),
    )


def _margin(one: Candidate) -> float:
    prices = [row.price for row in one.product.prices if row.customer_id is None and row.price_group is None]
    price = max(prices, default=Decimal(0))
    lost = price - one.terms.cost if price > one.terms.cost else one.terms.cost * MARGIN_ASSUMED
    return float(lost * LOST_SHARE)


def _costs(side: _Side, orders: dict[int, int], fee: dict[int, Decimal], demanded: float) -> Costs:
    return Costs(
        goods=_money(side.goods.sum()),
        holding=_money(side.holding.sum()),
        ordering=sum((fee.get(key, Decimal(0)) * count for key, count in orders.items()), Decimal(0)),
        shortage=_money(side.shortage.sum()),
        fill_rate=1 - float(side.short.sum()) / float(demanded),
        average_stock=_money(side.stock.sum()),
        orders=sum(orders.values()),
    )


def _money(amount: float) -> Decimal:
    return Decimal(str(round(float(amount), 2)))


def _side(past: _Past, arrived: Units, spent: Units, cost: Units, margin: Units) -> _Side:
    """Stock day by day: what comes in can be sold on its day; what is wanted and not there waits."""
    demand = past.demand[:, KNOWN_DAYS:]
    before = past.opening[:, None] + np.cumsum(arrived + past.other, axis=1) - np.cumsum(demand, axis=1) + demand
    short = np.clip(demand - np.clip(before, 0, None), 0, demand)
    after = np.clip(before - demand, 0, None)
    left = before[:, -1] - demand[:, -1] - past.opening
    return _Side(
        goods=spent - left * cost,
        holding=after.sum(axis=1) * cost * float(HOLDING_RATE) / YEAR,
        shortage=short.sum(axis=1) * margin,
        short=short.sum(axis=1),
        stock=after.mean(axis=1) * cost,
    )


def _replay(past: _Past, candidates: Sequence[Candidate], since: date) -> tuple[Units, Units, dict[int, int]]:
    """What would have been bought: arrivals by product and day, what they cost by product, orders by supplier."""
    arrived = np.zeros_like(past.received)
    spent = np.zeros(len(candidates))
    orders: dict[int, int] = {}
    by_supplier: dict[int, list[int]] = {}
    for row, one in enumerate(candidates):
        by_supplier.setdefault(one.terms.supplier_id, []).append(row)
    demand = past.demand[:, KNOWN_DAYS:]
    given = past.opening[:, None] + np.cumsum(past.other, axis=1) - np.cumsum(demand, axis=1)
    coming = past.under_way.sum(axis=1)
    ordered = np.zeros(len(candidates))
    z = NormalDist().inv_cdf(SERVICE_LEVEL)
    for supplier, rows in sorted(by_supplier.items()):
        review = candidates[rows[0]].terms.supplier.review_days
        for day in range(0, DAYS, review):
            known = past.demand[rows, day : day + KNOWN_DAYS]
            mean, deviation = _known(known)
            needs: dict[int, tuple[float, int]] = {}
            for at, row in enumerate(rows):
                one = candidates[row]
                arrives = (add_working_days(since + timedelta(days=day), one.lead_time_days) - since).days
                weeks = (arrives - day + review) / 7
                level = mean[at] * weeks + z * deviation[at] * weeks**0.5
                # what is under way and counts as on order, so that it need not be followed when it arrives
                position = (given[row, day - 1] if day else past.opening[row]) + coming[row] + ordered[row]
                if level > position:
                    needs[at] = float(level - position), arrives
            for at, (need, arrives) in needs.items():
                row = rows[at]
                one = candidates[row]
                quantity = _lot(one, need, float(mean[at]) * 52, len(needs))
                ordered[row] += quantity
                if arrives < DAYS:
                    arrived[row, arrives] += quantity
                    spent[row] += float(one.reckoned().cost_at(quantity)) * quantity
            orders[supplier] = orders.get(supplier, 0) + bool(needs)
    return arrived, spent, orders


def _known(days: Units) -> tuple[Units, Units]:
    """Mean and standard deviation of weekly demand, over the weeks since something was first sold."""
    weeks = days.reshape(len(days), -1, 7).sum(axis=2)
    sold = weeks > 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), 0)
    mean, deviation = np.zeros(len(days)), np.zeros(len(days))
    for row, start in enumerate(first):
        own = weeks[row, start:]
        mean[row], deviation[row] = own.mean(), own.std()
    return mean, deviation


def _lot(one: Candidate, need: float, yearly: float, lines: int) -> int:
    terms = one.reckoned()
    made_up = max(need, batch_of(yearly, terms, lines))
    return choose_quantity(
        made_up, terms.rules, terms.cost, terms.breaks, holding_rate=HOLDING_RATE, annual_demand=yearly
    ).quantity


def _changes(candidates: Sequence[Candidate], done: _Side, ours: _Side) -> list[ProductChange]:
    """The products that make most of the difference, and the cost that makes most of each."""
    names = ("goods", "holding", "shortage")
    parts = np.stack([getattr(ours, name) - getattr(done, name) for name in names])
    whole = parts.sum(axis=0)
    rows = sorted(range(len(candidates)), key=lambda row: (-abs(whole[row]), candidates[row].product.sku))
    found = []
    for row in rows[:EXPLAINED]:
        cause = names[int(np.abs(parts[:, row]).argmax())]
        found.append(ProductChange(candidates[row].product, _money(whole[row]), cause))
    return [one for one in found if one.difference]


# ---- what was ----------------------------------------------------------------------------------------------------


def _past(work: Work, candidates: Sequence[Candidate], since: date) -> _Past:
    rows = {one.product.id: row for row, one in enumerate(candidates)}
    shape = (len(candidates), DAYS)
    demand = np.zeros((len(candidates), DAYS + KNOWN_DAYS))
    start = since - timedelta(days=KNOWN_DAYS)
    for key, when, quantity in _daily_demand(work, start):
        at = (when - start).days
        if key in rows and 0 <= at < demand.shape[1]:
            demand[rows[key], at] += max(0, int(quantity))
    opening, other, received = np.zeros(len(candidates)), np.zeros(shape), np.zeros(shape)
    for key, quantity in _opening(work, since):
        if key in rows:
            opening[rows[key]] = float(quantity)
    under_way, spent, early = np.zeros(shape), np.zeros(len(candidates)), np.zeros(len(candidates))
    bought = _bought(work, since)
    for key, when, kind, document, quantity in _movements(work, since):
        at = (when - since).days
        if key not in rows or not 0 <= at < DAYS:
            continue
        if kind != "receipt":
            other[rows[key], at] += int(quantity)
            continue
        row = rows[key]
        ordered, before = bought.get((document, key), (int(quantity), False))
        value = float(candidates[row].reckoned().cost_at(max(ordered, int(quantity)))) * int(quantity)
        received[row, at] += int(quantity)
        spent[row] += value
        if before:
            under_way[row, at] += int(quantity)
            early[row] += value
    return _Past(demand, opening, other, received, under_way, spent, early, _orders(work, since))


def _daily_demand(work: Work, start: date) -> Iterable[Any]:
    day = business_day(Order.placed_at)
    return work.session.execute(
        select(OrderLine.product_id, day, func.sum(OrderLine.quantity - OrderLine.cancelled))
        .join(Order, OrderLine.order_id == Order.id)
        .where(Order.placed_at >= work.clock.start_of(start), Order.state != "cancelled")
        .group_by(OrderLine.product_id, day)
    )


def _opening(work: Work, since: date) -> Iterable[Any]:
    return work.session.execute(
        select(StockEntry.product_id, func.sum(StockEntry.quantity))
        .where(StockEntry.at < work.clock.start_of(since))
        .group_by(StockEntry.product_id)
    )


def _movements(work: Work, since: date) -> Iterable[Any]:
    """Everything but what was sold: that is demand, on the day it was wanted."""
    day = business_day(StockEntry.at)
    return work.session.execute(
        select(StockEntry.product_id, day, StockEntry.kind, StockEntry.document, func.sum(StockEntry.quantity))
        .where(StockEntry.at >= work.clock.start_of(since), StockEntry.kind != "issue")
        .group_by(StockEntry.product_id, day, StockEntry.kind, StockEntry.document)
    )


def _bought(work: Work, since: date) -> dict[tuple[str, int], tuple[int, bool]]:
    """Ordered quantity of purchase order lines by number and product, and whether they were ordered before the year."""
    first = work.clock.start_of(since)
    rows = work.session.execute(
        select(PurchaseOrder.number, PurchaseOrderLine.product_id, PurchaseOrderLine.quantity, PurchaseOrder.ordered_at)
        .join(PurchaseOrder)
        .where(PurchaseOrder.received_at.is_(None) | (PurchaseOrder.received_at >= first))
    )
    return {(number, key): (int(quantity), at < first) for number, key, quantity, at in rows}


def _orders(work: Work, since: date) -> dict[int, int]:
    rows = work.session.execute(
        select(PurchaseOrder.supplier_id, func.count())
        .where(PurchaseOrder.ordered_at >= work.clock.start_of(since), PurchaseOrder.state != "cancelled")
        .group_by(PurchaseOrder.supplier_id)
    )
    return {key: int(count) for key, count in rows}
