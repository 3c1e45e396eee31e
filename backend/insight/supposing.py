"""What our price would do to sales: units, revenue and margin with another price or a promotion. Nothing is written.

The forecast of each product times what its measured effect says (see ``FactorEffect``); the range is that of the effect
alone, 80 %, the forecast taken as it is. Of products whose price never changed off promotion, or that were never on
promotion, nothing can be told: they stay as they are and are counted. Revenue and margin are at the net prices that the
last twelve months were charged at, changed by as much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select

from backend.catalogue.tables import Product
from backend.errors import Invalid, NotFound
from backend.identity.permissions import Permission
from backend.insight import queries, scopes
from backend.insight.effects import effects
from backend.insight.margins import unit_costs
from backend.insight.periods import next_period, period_start
from backend.insight.service import PERIOD, TO_80_PERCENT, Asked, current_run
from backend.insight.serving import served
from backend.insight.tables import FactorEffect, ForecastRun
from backend.sales.tables import Order, OrderLine
from backend.work import Work

LOWEST_FACTOR: Final = 0.2  # of today's price, below which nothing can be told
HIGHEST_FACTOR: Final = 3.0
FEWEST_PERIODS: Final = 3  # at another price, off promotion
STEEPEST: Final = -4.0  # the bounds that effects are learnt within
HIGHEST_LIFT: Final = 1.6
YEAR: Final = timedelta(days=365)


class Told(StrEnum):
    """Whether the effect on a product can be told, and why not."""

    YES = "told"
    NOT_MEASURED = "not_measured"
    NEVER_CHANGED = "price_never_changed"
    ONLY_PROMOTED = "price_changed_on_promotion_only"
    NEVER_PROMOTED = "never_on_promotion"


@dataclass(frozen=True)
class Change:
    """What is supposed: our price times ``price``; ``promotion`` announces it as one. None: as promotions were."""

    price: float | None = None
    promotion: bool = False


@dataclass(frozen=True)
class Range:
    """A figure as it is, as it would be, and the ends of the 80 % range of that."""

    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One product: what is expected of it, by which factor that would change, and from what that is known."""

    product: Product
    told: Told
    effect: FactorEffect | None
    units: float
    factor: float
    low: float
    high: float
    price: float
    price_factor: float
    cost: float | None

    def figure(self, value: Callable[[float, float], float]) -> tuple[float, float, float, float]:
        """Some figure of units and price: before, after, and with the least and the most units."""
        after = self.price * self.price_factor
        return (
            value(self.units, self.price),
            value(self.units * self.factor, after),
            value(self.units * self.low, after),
            value(self.units * self.high, after),
        )


@dataclass(frozen=True)
class Supposed:
    """The answer: ``units`` and ``revenue`` over the periods from ``first`` to ``last``; ``margin`` where every cost is
    known and may be seen. ``lines`` are the products of which it can be told, those that change most first; ``untold``
    counts the others by reason.
    """

    title: str
    freq: str
    first: date
    last: date
    steps: int
    change: Change
    units: Range
    revenue: Range
    margin: Range | None
    lines: tuple[Line, ...]
    untold: dict[Told, int]
    run: ForecastRun

    @property
    def period(self) -> str:
        """The name of a period in which effects were learnt."""
        return PERIOD[self.lines[0].effect.freq] if self.lines and self.lines[0].effect else PERIOD[self.freq]

    @property
    def beyond(self) -> bool:
        """Whether a supposed price lies outside all that was ever seen of the product."""
        return any(
            not one.effect.lowest - 0.005 <= one.price_factor <= one.effect.highest + 0.005
            for one in self.lines
            if one.effect is not None and not self.change.promotion
        )


def suppose(work: Work, title: str, products: Sequence[Product], change: Change, asked: Asked) -> Supposed:
    """What a change would do to the sales of some products.

    NotAllowed without the permission to see forecasts; Invalid for a price that is none; NotFound without a forecast.
    """
    run = current_run(work, asked.freq)
    _check(change)
    starts = _starts(run, work.clock.today())[asked.skip :][: asked.horizon]
    if not starts:
        raise NotFound("There is no forecast of those periods; it has to be made again.", code="forecast_out_of_date")
    expected = _expected(work, run, products, starts)
    if not expected:
        raise NotFound(f"There is no forecast for {title} yet; it has no sales to go by.", code="no_forecast")
    known = [product for product in products if product.id in expected]
    lines = _lines(work, known, expected, change)
    told = [one for one in lines if one.told is Told.YES]
    untold = {why: sum(one.told is why for one in lines) for why in Told if why is not Told.YES}
    margin = None
    if work.principal.may(Permission.SEE_REPLENISHMENT) and all(one.cost is not None for one in lines):
        margin = _sum(lines, lambda one: one.figure(lambda units, price: units * (price - (one.cost or 0.0))))
    return Supposed(
        title=title,
        freq=run.freq,
        first=starts[0][1],
        last=starts[-1][1],
        steps=len(starts),
        change=change,
        units=_sum(lines, lambda one: one.figure(lambda units, _price: units)),
        revenue=_sum(lines, lambda one: one.figure(lambda units, price: units * price)),
        margin=margin,
        lines=tuple(sorted(told, key=lambda one: (-abs(one.units * (one.factor - 1)), one.product.sku))),
        untold={why: count for why, count in untold.items() if count},
        run=run,
    )


def _check(change: Change) -> None:
    if change.price is None and not change.promotion:
        raise Invalid("Say by how much the price would change, or that it would be a promotion.", code="no_change")
    price = change.price
    if price is not None and not (math.isfinite(price) and LOWEST_FACTOR <= price <= HIGHEST_FACTOR):
        raise Invalid("I can tell nothing about a price so far from today's.", code="price_too_far")


def _starts(run: ForecastRun, today: date) -> list[tuple[int, date]]:
    """The periods still to come: their place in the run's lists, and their first days."""
    found, start = [], run.last_period
    for at in range(run.horizon):
        start = next_period(start, run.freq)
        if start >= period_start(today, run.freq):
            found.append((at, start))
    return found


def _expected(
    work: Work, run: ForecastRun, products: Sequence[Product], starts: Sequence[tuple[int, date]]
) -> dict[int, float]:
    """Sales units over the periods, by the product's key."""
    wanted = {product.id for product in products}
    named = wanted if len(wanted) < queries.MOST_NAMED else None
    rows = [row for row in queries.forecast_rows(work.session, run, named) if row.product_id in wanted]
    return {one.product_id: sum(one.mean[at] for at, _ in starts) for one in served(work.session, run, rows)}


def _lines(work: Work, products: Sequence[Product], expected: dict[int, float], change: Change) -> list[Line]:
    keys = [product.id for product in products]
    measured, prices, costs = (
        effects(work.session, keys),
        _prices(work, keys),
        {key: float(cost) for key, cost in unit_costs(work, keys).items()},
    )
    return [
        _line(product, expected[product.id], change, measured.get(product.id), prices.get(product.id, 0.0),
              costs.get(product.id))
        for product in products
    ]  # fmt: skip


def _line(
    product: Product, units: float, change: Change, effect: FactorEffect | None, price: float, cost: float | None
) -> Line:
    told = _told(change, effect)
    if effect is None or told is not Told.YES:
        asked = change.price if change.price is not None else 1.0
        return Line(product, told, effect, units, 1.0, 1.0, 1.0, price, asked, cost)
    asked = change.price if change.price is not None else effect.discount
    low, middle, high = _factors(effect, math.log(asked), promotion=change.promotion)
    return Line(product, told, effect, units, middle, low, high, price, asked, cost)


def _told(change: Change, effect: FactorEffect | None) -> Told:
    if effect is None:
        return Told.NOT_MEASURED
    if change.promotion:
        return Told.YES if effect.promoted else Told.NEVER_PROMOTED
    if effect.varied and effect.price_periods >= FEWEST_PERIODS:
        return Told.YES
    return Told.ONLY_PROMOTED if effect.promotion_periods else Told.NEVER_CHANGED


def _factors(effect: FactorEffect, log_price: float, *, promotion: bool) -> tuple[float, float, float]:
    """What demand is multiplied by: the low end of the 80 % range, the middle, the high end."""
    lift = effect.lift if promotion else 0.0
    variance = (log_price * effect.elasticity_sd) ** 2
    if promotion:
        variance += effect.lift_sd**2 + 2 * log_price * effect.covariance
    middle = lift + effect.elasticity * log_price
    half = TO_80_PERCENT * math.sqrt(max(0.0, variance))
    steepest = STEEPEST * log_price
    least = min(0.0, steepest)
    most = max(0.0, steepest) + (HIGHEST_LIFT if promotion else 0.0)
    return math.exp(max(least, middle - half)), math.exp(middle), math.exp(min(most, middle + half))


def _prices(work: Work, keys: Sequence[int]) -> dict[int, float]:
    """Net price per sales unit as the last twelve months were charged, or of the list where nothing was sold."""
    since = work.clock.start_of(work.clock.today() - YEAR)
    query = (
        select(OrderLine.product_id, func.sum(OrderLine.total), func.sum(OrderLine.quantity))
        .join(Order, OrderLine.order_id == Order.id)
        .where(Order.state != "cancelled", Order.placed_at >= since)
        .group_by(OrderLine.product_id)
    )
    if len(keys) < queries.MOST_NAMED:
        query = query.where(OrderLine.product_id.in_(keys))
    charged = {key: float(total) / float(units) for key, total, units in work.session.execute(query) if units}
    return scopes.list_prices(work) | charged


def _sum(lines: Sequence[Line], figure: Callable[[Line], tuple[float, float, float, float]]) -> Range:
    """Over all lines; the ends of the range as if all effects were off alike."""
    found = [figure(one) for one in lines]
    before, after, least, most = (sum(values) for values in zip(*found, strict=True))
    return Range(before, after, min(least, most), max(least, most))
