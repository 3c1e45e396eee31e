"""Forecast answers, made from rows: history, the periods ahead, last year, and how far to trust them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.insight import borrowing, queries, scopes
from backend.insight.periods import last_complete_period, next_period, period_start
from backend.insight.scopes import Kind, Scope
from backend.insight.serving import Served, as_stored, served
from backend.insight.tables import ForecastRun
from backend.work import Work

HISTORY: Final = {"D": 90, "W": 78, "M": 24}
SEASON: Final = {"D": 7, "W": 52, "M": 12}
PERIOD: Final = {"D": "day", "W": "week", "M": "month"}
NO_FORECAST: Final = "No forecast has been made yet. Run: quartermaster train forecast"
TO_80_PERCENT: Final = 1.2816  # standard deviations from the middle to the ends of an 80 % band
SPREAD_PERIODS: Final = 26
FEWEST_FOR_SPREAD: Final = 8
FEWEST_EXPECTED: Final = 0.5  # sales units of a product below which nothing is expected
BEFORE: Final = 4  # periods whose mean a sum's next period is held against


@dataclass(frozen=True)
class Step:
    """A period ahead: the median, the mean, and the bounds of the 80 % band, in sales units."""

    start: date
    median: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Asked:
    """How far ahead: ``horizon`` periods, the first ``skip`` of those still to come left out."""

    freq: str
    horizon: int
    skip: int = 0


@dataclass(frozen=True)
class Outlook:
    """A forecast with what it rests on.

    ``own``: a sum that was forecast as a series of its own, whose band and error are then its own as well. ``drivers``
    add up to the sum of the steps' means. ``error`` is the back-test error of the product, or the mean over the
    products of a sum, weighted by what they sell. ``naive`` counts the products for which repeating the last period is
    used; ``borrowed`` names the similar products where it has no sales of its own. ``behind`` counts the periods that
    have ended since the last one that the run knew.
    """

    scope: Scope
    freq: str
    history: tuple[tuple[date, float], ...]
    steps: tuple[Step, ...]
    drivers: dict[str, float]
    error: dict[str, Any]
    run: ForecastRun
    products: int
    naive: int = 0
    borrowed: tuple[str, ...] = ()
    last_year: Mapping[date, float] | None = None
    behind: int = 0
    furthest: int = 0
    own: bool = False

    @property
    def title(self) -> str:
        """What the subject is called."""
        return self.scope.title

    @property
    def expected(self) -> float:
        """What is expected over all the steps, in sales units."""
        return sum(step.mean for step in self.steps)


def year_before(start: date, freq: str) -> date:
    """The start of the same period a year earlier."""
    if freq == "M":
        return start.replace(year=start.year - 1)
    return start - timedelta(days=364)


def current_run(work: Work, freq: str) -> ForecastRun:
    """The run that answers are made from. NotAllowed without the permission; NotFound where none was made."""
    work.principal.require(Permission.SEE_FORECASTS, "Forecasts are for our sales reps, buyers and managers.")
    run = queries.current_run(work.session, freq)
    if run is None:
        raise NotFound(NO_FORECAST, code="no_forecast")
    return run


def outlook(work: Work, scope: Scope, asked: Asked) -> Outlook:
    """The forecast of a subject. NotFound where none has been made, or what is stored has all gone by.

    Where there are fewer periods than were asked for, ``furthest`` says how many there are.
    """
    run = current_run(work, asked.freq)
    own = _own(work, run, scope)
    found, borrowed = ([own], ()) if own is not None and scope.is_party else _rows(work, run, scope)
    if not found:
        raise NotFound(f"There is no forecast for {scope.title} yet; it has no sales to go by.", code="no_forecast")
    starts = _starts(run)
    first = sum(start < period_start(work.clock.today(), run.freq) for start in starts)
    chosen = list(range(first + asked.skip, len(starts)))[: asked.horizon]
    if not chosen and first < len(starts):
        counted = f"{len(starts) - first} {PERIOD[run.freq]}s"
        sentence = (
            f"That is further ahead than I forecast: {counted}, the last of which begins on {starts[-1]:%-d %b %Y}."
        )
        raise NotFound(sentence, code="too_far_ahead")
    if not chosen:
        sentence = f"What is stored of {scope.title} ends with {starts[-1]:%d %b %Y}; it has to be forecast again."
        raise NotFound(sentence, code="forecast_out_of_date")
    known = {} if borrowed else scopes.demand(work, scope, run.freq, run.last_period)
    if own is not None and scope.is_party and not _bought_lately(known, run):
        raise NotFound(f"{scope.title} bought nothing in the last twelve months.", code="no_forecast")
    steps = _steps(found, starts, chosen)
    if own is not None:
        steps = _within(steps, own, chosen)
    elif len(found) > 1:
        steps = _allowing_for_each_other(steps, found, chosen, _filled(known, run))
    history = _filled(known, run)
    return Outlook(
        scope=scope,
        freq=run.freq,
        history=history[-HISTORY[run.freq] :],
        steps=tuple(steps),
        drivers=_drivers(found, chosen),
        error=dict(own.error) if own is not None and own.error else _error(found),
        run=run,
        products=len(found),
        naive=sum(one.naive for one in found),
        borrowed=borrowed,
        last_year=_year_earlier(steps, run, known),
        behind=_behind(run, work.clock.today()),
        furthest=len(starts) - first,
        own=own is not None,
    )


def rows_of(work: Work, run: ForecastRun, scope: Scope) -> list[Served]:
    """The products' forecasts that a subject's is the sum of: its own, or its share of each."""
    products = [product.id for product in scopes.products(work, scope)]
    part = scopes.shares(work, scope, next_period(run.last_period, run.freq)) if scope.is_party else {}
    if scope.is_party:
        products = [key for key in products if key in part]
    few = len(products) < queries.MOST_NAMED
    stored = queries.forecast_rows(work.session, run, products if few else None)
    offered = set(products)
    found = served(work.session, run, [row for row in stored if row.product_id in offered])
    if not scope.is_party:
        return found
    return [one.times(part[one.product_id]) for one in found]


def _own(work: Work, run: ForecastRun, scope: Scope) -> Served | None:
    row = scopes.stored_series(work, run, scope)
    return as_stored(row) if row is not None else None


def _bought_lately(known: Mapping[date, float], run: ForecastRun) -> bool:
    since = next_period(run.last_period, run.freq) - timedelta(days=scopes.SHARE_DAYS)
    return any(quantity > 0 and start >= since for start, quantity in known.items())


def _within(steps: Sequence[Step], own: Served, chosen: Sequence[int]) -> list[Step]:
    """The steps with the sum's own quantiles, which follow a mean that has moved since (a product taken off sale); the
    band is stretched to the mean where that lies outside.
    """
    made = []
    for step, at in zip(steps, chosen, strict=True):
        ratio = step.mean / own.mean[at] if own.mean[at] > 0 else 1.0
        low, median, high = (ratio * part[at] for part in (own.low, own.median, own.high))
        made.append(replace(step, low=min(low, step.mean), median=median, high=max(high, step.mean)))
    return made


@dataclass(frozen=True)
class Bought:
    """A product of a party: what is expected of it, and what it bought in the last twelve months (sales units)."""

    product_id: int
    expected: float
    bought: float
    value: float


def by_product(work: Work, scope: Scope, asked: Asked) -> list[Bought]:
    """A party's forecast by product, over the same periods as its outlook, adding up to it: its shares of the products'
    forecasts, by one factor where it has a forecast of its own. ``value`` is at list prices, for ranking.
    """
    run = current_run(work, asked.freq)
    starts = _starts(run)
    first = sum(start < period_start(work.clock.today(), run.freq) for start in starts)
    chosen = range(first + asked.skip, min(len(starts), first + asked.skip + asked.horizon))
    bought = scopes.bought(work, scope, next_period(run.last_period, run.freq))
    prices = scopes.list_prices(work)
    shared = {one.product_id: sum(one.mean[at] for at in chosen) for one in rows_of(work, run, scope)}
    own, whole = _own(work, run, scope), sum(shared.values())
    ratio = sum(own.mean[at] for at in chosen) / whole if own is not None and whole > 0 else 1.0
    return [
        Bought(key, ratio * share, bought.get(key, 0.0), ratio * share * prices.get(key, 0.0))
        for key, share in shared.items()
        if ratio * share >= FEWEST_EXPECTED
    ]


def _rows(work: Work, run: ForecastRun, scope: Scope) -> tuple[list[Served], tuple[str, ...]]:
    found = rows_of(work, run, scope)
    if found or scope.kind is not Kind.PRODUCT:
        return found, ()
    return borrowing.borrowed(work, run, scope)


def _starts(run: ForecastRun) -> list[date]:
    starts, start = [], run.last_period
    for _ in range(run.horizon):
        start = next_period(start, run.freq)
        starts.append(start)
    return starts


def _behind(run: ForecastRun, today: date) -> int:
    newest, count, start = last_complete_period(today, run.freq), 0, run.last_period
    while start < newest:
        start, count = next_period(start, run.freq), count + 1
    return count


def _steps(found: Sequence[Served], starts: Sequence[date], chosen: Sequence[int]) -> list[Step]:
    return [
        Step(
            start=starts[at],
            median=sum(one.median[at] for one in found),
            mean=sum(one.mean[at] for one in found),
            low=sum(one.low[at] for one in found),
            high=sum(one.high[at] for one in found),
        )
        for at in chosen
    ]


def _allowing_for_each_other(
    steps: Sequence[Step], found: Sequence[Served], chosen: Sequence[int], history: Sequence[tuple[date, float]]
) -> list[Step]:
    """The bands of a sum around its mean: as wide as the sum itself has varied from one period to the next, but no
    narrower than if the products had nothing to do with each other, and no wider than if they all moved together.
    """
    seen = _spread([value for _, value in history])
    made = []
    for step, at in zip(steps, chosen, strict=True):
        deviations = [(one.high[at] - one.low[at]) / (2 * TO_80_PERCENT) for one in found]
        apart, together = math.sqrt(sum(each * each for each in deviations)), sum(deviations)
        half = TO_80_PERCENT * min(together, max(apart, together if seen is None else seen))
        made.append(Step(step.start, step.mean, step.mean, max(0.0, step.mean - half), step.mean + half))
    return made


def _spread(values: Sequence[float]) -> float | None:
    """How far a series has been from the mean of the four periods before (standard deviation); None if too short."""
    recent = values[-SPREAD_PERIODS - BEFORE :]
    off = [recent[at] - statistics.fmean(recent[at - BEFORE : at]) for at in range(BEFORE, len(recent))]
    if len(off) < FEWEST_FOR_SPREAD:
        return None
    return math.sqrt(statistics.fmean(one * one for one in off))


def _drivers(found: Sequence[Served], chosen: Sequence[int]) -> dict[str, float]:
    names = dict.fromkeys(name for one in found for name in one.parts)
    return {name: sum(one.parts[name][at] for one in found if name in one.parts for at in chosen) for name in names}


def _error(found: Sequence[Served]) -> dict[str, Any]:
    """A product's own error; of a sum the errors of its products, each counting by what is expected of it."""
    if len(found) == 1:
        return dict(found[0].error)
    known = [(one, sum(one.mean)) for one in found if None not in (one.error.get("wape"), one.error.get("naive_wape"))]
    weight = sum(each for _, each in known)
    if weight <= 0:
        return {}
    mean = {name: sum(one.error[name] * each for one, each in known) / weight for name in ("wape", "naive_wape")}
    return {**mean, "periods": known[0][0].error.get("periods")}


def _year_earlier(steps: Sequence[Step], run: ForecastRun, known: Mapping[date, float]) -> dict[date, float]:
    """What was sold in the same periods a year earlier, by the step's start; nothing of before the first sale."""
    if not known:
        return {}
    earlier = {step.start: year_before(step.start, run.freq) for step in steps}
    first = min(known)
    return {start: known.get(before, 0.0) for start, before in earlier.items() if first <= before <= run.last_period}


def _filled(sums: Mapping[date, float], run: ForecastRun) -> tuple[tuple[date, float], ...]:
    """Every period from the first sale on, those without sales as nothing sold."""
    if not sums:
        return ()
    start, filled = min(sums), []
    while start <= run.last_period:
        filled.append((start, sums.get(start, 0.0)))
        start = next_period(start, run.freq)
    return tuple(filled)


def products_of_category(work: Work, category_id: int | None) -> list[Product]:
    """Active products of a category, or all."""
    query = select(Product).where(Product.active)
    if category_id is not None:
        query = query.where(Product.category_id == category_id)
    return list(work.session.scalars(query))
