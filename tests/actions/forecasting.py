"""Forecasts and orders laid into the small company, for tests of what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.customers.tables import Customer
from backend.insight.storing import ItemForecast, RunFacts, SeriesForecast, store_forecasts, store_series
from backend.insight.tables import ForecastRun
from backend.sales.tables import Order, OrderLine
from tests.backend.world import World

LAST = {
    "D": date(2026, 6, 16),
    "W": date(2026, 6, 8),
    "M": date(2026, 5, 1),
}  # the world lives on Wednesday 17 June 2026
HORIZON = {"D": 28, "W": 26, "M": 6}
GOOD = {"wape": 0.25, "naive_wape": 0.4, "periods": 6}


def item(sku: str, mean: float, freq: str = "M", error: dict[str, Any] | None = None) -> ItemForecast:
    """A flat forecast with its parts; the 80 % band is half of it wide to each side."""
    count = HORIZON[freq]
    quantiles = [[mean * (0.5 + at / 8) for at in range(9)]] * count
    drivers = {"level": [mean * 0.8] * count, "trend": [mean * 0.1] * count, "season": [mean * 0.1] * count}
    return ItemForecast(sku, [mean] * count, quantiles, drivers, dict(GOOD if error is None else error))


def lay_in(
    world: World, means: dict[str, float], *, errors: dict[str, dict[str, Any]] | None = None, last: date | None = None
) -> None:
    """Forecasts by month of so many a month, and by week of a quarter of that."""
    with world.database.write() as session:
        for freq, share in (("M", 1.0), ("W", 0.25)):
            items = [item(sku, mean * share, freq, (errors or {}).get(sku)) for sku, mean in means.items()]
            known = last if last is not None and freq == "M" else LAST[freq]
            metrics = {"quartermaster": {"WAPE": 0.3}, "naive": {"WAPE": 0.5}}
            store_forecasts(session, RunFacts(freq, f"forecast-{freq}", "1", known, HORIZON[freq], metrics), items)


def lay_in_by_day(world: World, means: dict[str, float], error: dict[str, Any] | None = None) -> None:
    """Forecasts by day of so many a day."""
    with world.database.write() as session:
        facts = RunFacts("D", "forecast-D", "1", LAST["D"], HORIZON["D"], {"quartermaster": {"WAPE": 0.9}})
        store_forecasts(session, facts, [item(sku, mean, "D", error) for sku, mean in means.items()])


def lay_in_sum(world: World, kind: str, key: str, mean: float, error: dict[str, Any]) -> None:
    """A sum's own forecast of so many a month; its band is half of it wide to each side."""
    flat = item("", mean)
    with world.database.write() as session:
        run = session.scalars(select(ForecastRun).where(ForecastRun.freq == "M", ForecastRun.current)).one()
        store_series(session, run, [SeriesForecast(kind, key, flat.mean, flat.quantiles, flat.drivers, error)])


def sell(world: World, sku: str, quantities: Sequence[tuple[date, int]], customer: str = "C1") -> None:
    """Orders of a product on some days."""
    with world.database.write() as session:
        product = by_sku(session, sku)
        buyer = session.scalars(select(Customer).where(Customer.code == customer)).one()
        for day, quantity in quantities:
            price = product.prices[0].price
            line = OrderLine(
                position=1,
                product_id=product.id,
                quantity=quantity,
                back_ordered=quantity,
                price=price,
                total=price * quantity,
            )
            order = Order(
                number=f"SO-{sku}-{customer}-{day}",
                customer_id=buyer.id,
                placed_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                channel="test",
                total=line.total,
                lines=[line],
            )
            session.add(order)


def belongs(world: World, customer: str, *, country: str | None = None, rep: str | None = None) -> None:
    """Where a customer is, and who looks after it."""
    with world.database.write() as session:
        row = session.scalars(select(Customer).where(Customer.code == customer)).one()
        row.country = country or row.country
        row.rep_email = rep or row.rep_email
