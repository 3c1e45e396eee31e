"""Who bought what, as forecasts of sums learn it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.insight.bought import bought_by_day, by_period
from backend.insight.queries import daily_demand
from backend.sales.tables import OrderLine
from tests.actions.forecasting import belongs, sell
from tests.backend.world import World

TODAY, MAY, JUNE = date(2026, 6, 17), date(2026, 5, 11), date(2026, 6, 9)


def test_lines_stand_with_what_they_belong_to_today(small: World) -> None:
    belongs(small, "C1", country="Germany", rep="rep@test")
    sell(small, "10-109", [(MAY, 30)], "C1")
    sell(small, "10-109", [(JUNE, 10)], "C2")
    with small.database.write() as session:
        line = session.scalars(select(OrderLine).where(OrderLine.quantity == 30)).one()
        line.cancelled, line.back_ordered = 5, 25
        category = str(session.scalars(select(Product.category_id).where(Product.sku == "10-109")).one())
    with small.database.read() as session:
        found = bought_by_day(session)
        demand = daily_demand(session)
    german = found.filter(country="Germany").row(0, named=True)
    assert (german["customer"], german["rep"], german["category"], german["y"]) == ("C1", "rep@test", category, 25.0)
    assert found.filter(customer="C2")["ds"].to_list() == [JUNE]
    assert found.select("unique_id", "ds", "y").sort("ds").rows() == demand.select("unique_id", "ds", "y").rows()


def test_periods_end_with_the_last_complete_one_and_days_leave_out_single_customers(small: World) -> None:
    for customer in ("C1", "C2"):
        belongs(small, customer, country="Germany", rep="rep@test")
        sell(small, "10-109", [(MAY, 30), (JUNE, 10), (TODAY, 99)], customer)
    with small.database.read() as session:
        daily = bought_by_day(session)
    assert by_period(daily, "W", TODAY).select("ds", "customer", "y").rows() == [
        (day, customer, units)
        for day, units in ((date(2026, 5, 11), 30.0), (date(2026, 6, 8), 10.0))
        for customer in ("C1", "C2")
    ]
    assert set(by_period(daily, "M", TODAY)["ds"]) == {date(2026, 5, 1)}
    assert "customer" not in by_period(daily, "D", TODAY).columns
    assert by_period(daily, "D", TODAY).select("ds", "y").rows() == [(MAY, 60.0), (JUNE, 20.0)]
