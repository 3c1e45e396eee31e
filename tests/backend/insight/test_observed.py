"""What is known of demand: sales, what came back and when, days without stock, and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import polars as pl
import pytest
from sqlalchemy import delete

from backend.catalogue.queries import by_sku
from backend.insight.observed import ANYWAY, FEWEST_ORDERS, observed_demand, out_of_stock, read_days, spells_without
from backend.stock.queries import main_warehouse
from backend.stock.tables import StockEntry
from models.forecasting.panel import build_panel
from tests.backend.insight.test_reversals import SKU, credited, sold
from tests.backend.world import World

MONDAY = date(2026, 6, 1)
TODAY = date(2026, 6, 30)  # a Tuesday: four weeks of June are complete


def moved(world: World, *movements: tuple[date, int], sku: str = SKU) -> None:
    """The product's ledger, and nothing else in it."""
    with world.writing("desk@test") as work:
        product, warehouse = by_sku(work.session, sku), main_warehouse(work.session)
        work.session.execute(delete(StockEntry).where(StockEntry.product_id == product.id))
        for day, quantity in movements:
            kind = "receipt" if quantity > 0 else "issue"
            at = datetime.combine(day, time(10), UTC)
            place = {"product_id": product.id, "warehouse_id": warehouse.id}
            work.session.add(StockEntry(**place, quantity=quantity, kind=kind, at=at))


def seen(world: World, freq: str = "W") -> pl.DataFrame:
    with world.database.read() as session:
        return observed_demand(read_days(session), freq, TODAY)


def shares(world: World, freq: str = "W") -> dict[date, float]:
    rows = seen(world, freq).filter(pl.col("out_of_stock").is_not_null())
    return dict(rows.select("ds", pl.col("out_of_stock").round(3)).iter_rows())


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.mark.parametrize(
    ("movements", "spells"),
    [
        ([], []),
        ([(june(1), 5, 5)], []),
        ([(june(1), 5, 5), (june(3), -5, 0)], [(june(4), june(30))]),
        ([(june(1), 5, 5), (june(3), -5, 0), (june(4), 2, 2)], []),
        ([(june(1), 5, 5), (june(3), -5, 0), (june(8), 2, 2)], [(june(4), june(7))]),
        # what comes in and goes out on one day was there on that day
        ([(june(1), 5, 5), (june(3), -5, 0), (june(8), 0, 2)], [(june(4), june(7)), (june(9), june(30))]),
        ([(june(1), 5, 5), (june(30), -5, 0)], []),
    ],
)  # fmt: skip
def test_times_with_nothing_on_hand(movements: list[tuple[date, int, int]], spells: list[tuple[date, date]]) -> None:
    assert list(spells_without(movements, june(30))) == spells


def test_nothing_was_ordered_so_nothing_is_known(small: World) -> None:
    assert seen(small).is_empty()


def test_a_return_is_told_when_it_came_and_what_it_reverses(small: World) -> None:
    moved(small)
    sold(small, june(2), 30)
    credited(small, june(17), 10)
    credited(small, june(17), 25)
    credited(small, june(29), 4)  # in the week that is not complete
    assert seen(small).select("ds", "y", "reverses").rows() == [
        (june(1), 30.0, None),
        (june(15), -5.0, None),
        (june(15), -30.0, june(1)),
    ]


def test_days_without_stock_and_without_orders_are_shares_of_their_periods(small: World) -> None:
    sold(small, june(1), 30)
    moved(small, (june(1), 100), (june(10), -100), (june(24), 50))
    assert shares(small) == {june(8): round(4 / 7, 3), june(15): 1.0, june(22): round(2 / 7, 3)}
    assert shares(small, "M") == {}  # June is not over
    assert set(shares(small, "D").values()) == {1.0}
    sold(small, june(17), 5)  # beyond stock: it waits, and the day is seen
    assert shares(small)[june(15)] == round(6 / 7, 3)


def test_before_the_first_sale_and_the_first_movement_nothing_is_known(small: World) -> None:
    sold(small, june(10), 30)
    moved(small, (june(1), 5), (june(2), -5), (june(25), 5))
    assert shares(small) == {june(8): round(4 / 7, 3), june(15): 1.0, june(22): round(3 / 7, 3)}
    moved(small)
    assert shares(small) == {}


def test_where_orders_come_all_the_same_no_period_counts() -> None:
    days = pl.date_range(june(1), june(28), eager=True)
    ledger = {SKU: [(june(1), 100, 100), (june(4), -100, 0)]}

    def without(ordered: int) -> int:
        """How many weeks count where, of the 24 days without stock, so many had orders; every one with stock had."""
        daily = pl.DataFrame({"unique_id": SKU, "ds": days[: 4 + ordered], "y": 1.0})
        return out_of_stock(daily, ledger, "W", june(22)).height

    assert ANYWAY * 24 > 19 > FEWEST_ORDERS - 2
    assert [without(ordered) for ordered in (0, 19, 20, 24)] == [4, 1, 0, 0]


def test_an_item_ends_when_it_is_neither_sold_nor_there_any_more(small: World) -> None:
    sold(small, june(2), 30)
    moved(small, (june(1), 100), (june(9), -100))
    assert seen(small)["on_sale"].null_count() == seen(small).height  # it is in the catalogue
    with small.writing("desk@test") as work:
        by_sku(work.session, SKU).active = False
    ends = seen(small).filter(pl.col("on_sale").is_not_null()).select("unique_id", "ds", "y", "on_sale")
    assert ends.rows() == [(SKU, june(15), 0.0, False)]
    moved(small, (june(1), 100), (june(9), -99))
    assert seen(small)["on_sale"].null_count() == seen(small).height  # one is left


def test_a_panel_is_made_of_it(small: World) -> None:
    sold(small, june(2), 30)
    sold(small, june(9), 12)
    credited(small, june(17), 10)
    moved(small, (june(1), 100), (june(12), -100))
    panel = build_panel(seen(small), "W", last_complete=june(22), cleaned=True)
    assert panel.ids == (SKU,)
    assert panel.sold.tolist() == [[30, 2, 0, 0]]
    assert panel.until(2).sold.tolist() == [[30, 2]]
    assert panel.until(2).y.tolist() == [[30, 12]]
    assert panel.exclusions["returns_netted"] == 1
