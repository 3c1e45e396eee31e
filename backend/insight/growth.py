"""Which products are expected to grow most, and which to fade: the months ahead beside the same ones a year earlier."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.catalogue.tables import Product
from backend.insight import queries, scopes
from backend.insight.periods import last_complete_period, next_period, period_start
from backend.insight.scopes import Scope
from backend.insight.service import Asked, current_run, rows_of, year_before
from backend.insight.serving import Served
from backend.insight.tables import ForecastRun
from backend.work import Work

MONTHS: Final = 3


@dataclass(frozen=True)
class Change:
    """A product's expected sales beside those it is held against, in sales units."""

    product: Product
    ahead: float
    before: float

    @property
    def ratio(self) -> float:
        """0.1 is ten per cent more."""
        return self.ahead / self.before - 1


@dataclass(frozen=True)
class Changes:
    """Every product that can be compared, the fastest growing first; ``a_year_earlier``: what it is held against.

    ``steady`` counts those that were left out since repeating the last month is the best that is known of them;
    ``small`` and ``young`` count what was left out: products that sell too little for a ratio to mean much, and those
    that were not on sale then.
    """

    rows: tuple[Change, ...]
    first: date
    last: date
    a_year_earlier: bool
    small: int
    young: int
    steady: int = 0


def changes(work: Work, scope: Scope, asked: Asked | None = None) -> Changes:
    """How products' sales are expected to change. NotFound where no forecast has been made.

    They are held against the same months a year earlier, or, without so long a history, against the last months. Left
    out is the half of the products that sells least, since a ratio of small numbers means little.
    """
    asked = asked or Asked("M", MONTHS)
    run = current_run(work, asked.freq)
    every = rows_of(work, run, scope)
    found = [one for one in every if not one.naive]
    starts = _ahead(run, work.clock.today(), asked)
    products = {product.id: product for product in scopes.products(work, scope)}
    sold = _sold(work, run, products)
    first_sale = min((min(each) for each in sold.values() if each), default=None)
    earlier = [year_before(start, run.freq) for start, _ in starts]
    yearly = first_sale is not None and bool(starts) and first_sale <= earlier[0]
    before = earlier if yearly else _latest(run, len(starts))
    kept, small, young = _compared(found, starts, before, products, sold)
    ranked = sorted(kept, key=lambda one: (-one.ratio, one.product.sku))
    first, last = (starts[0][0], starts[-1][0]) if starts else (run.last_period, run.last_period)
    return Changes(tuple(ranked), first, last, yearly, small, young, len(every) - len(found))


def _ahead(run: ForecastRun, today: date, asked: Asked) -> list[tuple[date, int]]:
    """The periods ahead with their place in the run."""
    start, places = run.last_period, []
    for at in range(run.horizon):
        start = next_period(start, run.freq)
        if start >= period_start(today, run.freq):
            places.append((start, at))
    return places[asked.skip :][: asked.horizon]


def _latest(run: ForecastRun, count: int) -> list[date]:
    days, day = [], run.last_period
    for _ in range(count):
        days.append(day)
        day = last_complete_period(day, run.freq)
    return days


def _sold(work: Work, run: ForecastRun, products: Mapping[int, Product]) -> dict[int, dict[date, float]]:
    keys = {product.sku: key for key, product in products.items()}
    chosen = list(keys.values()) if len(keys) < queries.MOST_NAMED else None
    sold: dict[int, dict[date, float]] = {}
    for sku, day, quantity in queries.demand(work.session, run.freq, work.clock.today(), chosen).iter_rows():
        if sku in keys:
            sold.setdefault(keys[sku], {})[day] = quantity
    return sold


def _compared(
    found: Sequence[Served],
    starts: Sequence[tuple[date, int]],
    before: Sequence[date],
    products: Mapping[int, Product],
    sold: Mapping[int, Mapping[date, float]],
) -> tuple[list[Change], int, int]:
    made, young = [], 0
    for one in found:
        past = sold.get(one.product_id, {})
        if not past or min(past) > min(before, default=date.max):
            young += 1
            continue
        ahead = sum(one.mean[at] for _, at in starts)
        made.append(Change(products[one.product_id], ahead, sum(past.get(day, 0.0) for day in before)))
    fewest = statistics.median(max(each.ahead, each.before) for each in made) if made else 0.0
    kept = [each for each in made if each.before > 0 and max(each.ahead, each.before) >= fewest]
    return kept, len(made) - len(kept), young
