"""forecast_product, forecast_category_or_total, top_movers, slow_movers: what will sell, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import select

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.dates import read_period
from actions.memory import Shown
from actions.registry import command, skill
from actions.showing import counted
from actions.subjects import asked, named_part, subjects
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Category, Product
from backend.chat.cards import ForecastCard, Point, TableCard
from backend.insight import queries as insight
from backend.insight import service
from backend.insight.service import Outlook

DEFAULT = ("M", 6)
MOVER_DAYS = 90
MOVERS = 10
SURE_CATEGORY = 85
SHOWN_HISTORY = 24
_PERIODS = {"D": "day", "W": "week", "M": "month"}


@skill("forecast_product")
def product(context: Context) -> list[Draft]:
    """A product's forecast, with an interval, its parts, and how wrong it has been on this item."""
    products, sure = subjects(context)
    if not products:
        return [Draft(texts.FORECAST_WHICH)]
    if not sure:
        category = _is_category(context)
        if category is not None:
            return [_sum(context, category)]
        taps = [Tap(item.name, "forecast.product", {"sku": item.sku}) for item in products[:5]]
        return [Draft(texts.WHICH_PRODUCT.format(text=asked(context)), taps=tuple(taps))]
    return [forecast_of(context, products[0])]


def forecast_of(context: Context, item: Product) -> Draft:
    """The forecast answer for one product."""
    freq, horizon = _asked_period(context)
    context.memory.product = item.sku
    context.memory.shown = Shown(kind="products", keys=[item.sku])
    outlook = service.outlook(context.work, item.name, [item], freq, horizon)
    return _answer(context, outlook, item)


@command("forecast.product")
def chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the products that may have been meant."""
    return [forecast_of(context, catalogue.by_sku(context.work.session, arguments["sku"]))]


@skill("forecast_category_or_total")
def total(context: Context) -> list[Draft]:
    """The sum over a category, or over everything."""
    return [_sum(context, _category(context))]


def _sum(context: Context, category: Category | None) -> Draft:
    freq, horizon = _asked_period(context)
    products = service.products_of_category(context.work, category.id if category else None)
    title = category.name if category else "all products"
    units = {(item.unit, item.units_per) for item in products}
    measure = products[0] if len(units) == 1 else None  # one unit for all: the sum can be said in it
    return _answer(context, service.outlook(context.work, title, products, freq, horizon), measure)


def _category(context: Context) -> Category | None:
    best, score = None, 0.0
    for category in context.work.session.scalars(select(Category)):
        found = fuzz.partial_ratio(category.name.lower(), context.text.lower())
        if found > score:
            best, score = category, found
    return best if score >= SURE_CATEGORY else None


def _is_category(context: Context) -> Category | None:
    """The category that is all a message names ("linens"), not one that is part of a product's name."""
    named = named_part(context.text).lower()
    for category in context.work.session.scalars(select(Category)):
        if fuzz.ratio(named, category.name.lower()) >= SURE_CATEGORY:
            return category
    return None


def _asked_period(context: Context) -> tuple[str, int]:
    period = read_period(context.text, context.today)
    if period is None:
        return DEFAULT
    if period.freq == "D":
        return "W", max(1, -(-period.horizon // 7))
    return period.freq, period.horizon


def _answer(context: Context, outlook: Outlook, item: Product | None) -> Draft:
    first = outlook.steps[0]
    expected = sum(step.mean for step in outlook.steps)
    band = texts.FORECAST_BAND.format(
        low=_amount(item, first.low), high=_amount(item, first.high), period=_PERIODS[outlook.freq]
    )
    text = texts.FORECAST.format(
        total=_amount(item, expected),
        title=outlook.title,
        horizon=counted(len(outlook.steps), _PERIODS[outlook.freq]),
        band=band,
        trust=_trust(outlook),
    )
    drivers = [f"{name}: {_signed(item, value)}" for name, value in outlook.drivers.items()]
    context.memory.explanation = [
        f"The forecast of {outlook.title} adds up from {', '.join(drivers)}." if drivers else "",
        f"It comes from {outlook.run.model}, trained on demand up to {outlook.run.last_period:%d %b %Y}.",
        _trust(outlook).strip(),
    ]
    return Draft(text, card=_card(outlook, item, drivers, expected))


def _amount(item: Product | None, value: float) -> str:
    units = max(0, round(value))
    return said(item, units) if item is not None else f"{units:,}"


def _signed(item: Product | None, value: float) -> str:
    return f"-{_amount(item, -value)}" if value <= -1 else _amount(item, value)


def _trust(outlook: Outlook) -> str:
    ours, naive = outlook.error.get("wape"), outlook.error.get("naive_wape")
    if ours is None or naive is None:
        return ""
    return texts.FORECAST_TRUST.format(
        count=outlook.error.get("periods", ""),
        periods=f"{_PERIODS[outlook.freq]}s",
        ours=f"{ours:.0%}",
        naive=f"{naive:.0%}",
    )


def _label(start: date, freq: str) -> str:
    return f"{start:%Y-%m}" if freq == "M" else start.isoformat()


def _card(outlook: Outlook, item: Product | None, drivers: list[str], expected: float) -> ForecastCard:
    per = item.units_per if item is not None else 1
    history = outlook.history[-max(SHOWN_HISTORY, len(outlook.steps)) :]
    season = service.SEASON[outlook.freq]
    known = dict(outlook.history)
    last_year = [
        Point(period=_label(step.start, outlook.freq), value=known[before] / per)
        for step in outlook.steps
        if (before := _year_before(step.start, outlook.freq, season)) in known
    ]
    return ForecastCard(
        title=f"Forecast: {outlook.title}",
        unit=item.unit if item is not None else "sales units",
        history=[Point(period=_label(day, outlook.freq), value=value / per) for day, value in history],
        forecast=[
            Point(
                period=_label(step.start, outlook.freq),
                value=round(step.median / per, 2),
                low=round(max(0.0, step.low) / per, 2),
                high=round(max(0.0, step.high) / per, 2),
            )
            for step in outlook.steps
        ],
        last_year=last_year,
        total=_amount(item, expected),
        drivers=drivers,
        accuracy=_trust(outlook).strip(),
    )


def _year_before(start: date, freq: str, season: int) -> date:
    if freq == "M":
        return start.replace(year=start.year - 1)
    return start - timedelta(days=season * (7 if freq == "W" else 1))


@skill("top_movers", "slow_movers")
def movers(context: Context) -> list[Draft]:
    """What sold most, or least of what is on sale, over the last three months beside the three before."""
    frame = insight.daily_demand(context.work.session)
    start = context.today - timedelta(days=MOVER_DAYS)
    before = start - timedelta(days=MOVER_DAYS)
    recent: dict[str, float] = {}
    earlier: dict[str, float] = {}
    for sku, day, quantity in frame.iter_rows():
        if day >= start:
            recent[sku] = recent.get(sku, 0.0) + quantity
        elif day >= before:
            earlier[sku] = earlier.get(sku, 0.0) + quantity
    products = {item.sku: item for item in service.products_of_category(context.work, None)}
    if not recent or not products:
        return [Draft(texts.MOVERS_NONE)]
    top = context.intent == "top_movers"
    ranked = sorted(products, key=lambda sku: (recent.get(sku, 0.0), sku), reverse=top)[:MOVERS]
    direction = "sold most" if top else "sold least"
    text = texts.MOVERS.format(direction=direction, days=MOVER_DAYS)
    context.memory.explanation = [texts.MOVERS_WHY.format(days=MOVER_DAYS)]
    return [Draft(text, card=_movers_card(ranked, products, recent, earlier))]


def _movers_card(ranked: Sequence[str], products: dict[str, Product], *sold: dict[str, float]) -> TableCard:
    recent, earlier = sold
    rows: list[list[Any]] = []
    for sku in ranked:
        item = products[sku]
        now, then = round(recent.get(sku, 0.0)), round(earlier.get(sku, 0.0))
        change = f"{(now - then) / then:+.0%}" if then else "new" if now else "none"
        rows.append([sku, item.name, said(item, now), said(item, then), change])
    columns = ["SKU", "Product", "Last 90 days", "90 days before", "Change"]
    return TableCard(title="Sales", columns=columns, rows=rows)
