"""The arithmetic behind a line: when stock runs out, what a quantity buys and costs, and what EOQ would do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.purchasing.deliveries import LeadTime, Record, working_days_from
from backend.purchasing.reckoning import (
    Batch,
    Need,
    Terms,
    batch_of,
    classical,
    expected_cost,
    expected_short,
    holding,
    holding_beside,
    runs_out,
    service,
    urgency,
    whole_parts,
)
from models.inventory import LotRules, PriceBreak

TODAY = date(2026, 6, 17)
MONDAY = date(2026, 6, 15)
NEED = Need(400.0, 164.4853626951473, 0.95, 0, 28, Decimal("0.30"))  # a standard deviation of 100
TERMS = Terms(Decimal("0.50"), (PriceBreak(600, Decimal("0.40")),), LotRules(50, 10), Decimal(18))


@pytest.mark.parametrize(
    ("available", "coming", "out_on"),
    [
        (0, [], TODAY),
        (-5, [(TODAY + timedelta(days=1), 500)], TODAY),
        (70, [], TODAY + timedelta(days=8)),
        (70, [(TODAY + timedelta(days=3), 70)], TODAY + timedelta(days=15)),
        (70, [(TODAY + timedelta(days=30), 700)], TODAY + timedelta(days=8)),
        (70, [(TODAY - timedelta(days=1), 700)], TODAY + timedelta(days=8)),  # overdue: nobody knows when it comes
        (10**6, [], None),
    ],
)
def test_stock_runs_out_when_what_is_there_and_comes_in_by_its_date_is_used_up(available, coming, out_on) -> None:
    assert runs_out(available, coming, [70.0] * 8, MONDAY, TODAY) == out_on


def test_without_demand_nothing_runs_out() -> None:
    assert runs_out(1, [], [0.0] * 8, MONDAY, TODAY) is None
    assert runs_out(1, [], [], MONDAY, TODAY) is None


@pytest.mark.parametrize(
    ("out_in", "expected"), [(5, "urgent"), (14, "soon"), (28, "soon"), (29, "routine"), (None, "routine")]
)
def test_urgent_is_what_runs_out_before_an_order_of_today_arrives(out_in: int | None, expected: str) -> None:
    out_on = None if out_in is None else TODAY + timedelta(days=out_in)
    assert urgency(out_on, TODAY + timedelta(days=14), TODAY + timedelta(days=28)) == expected


def test_the_level_that_was_asked_for_is_what_its_quantity_buys() -> None:
    assert NEED.deviation == pytest.approx(100)
    assert service(NEED, 400) == pytest.approx(0.5)
    assert service(NEED, 564) == pytest.approx(0.95, abs=0.001)
    assert expected_short(NEED, 400) == pytest.approx(39.894, abs=0.001)
    assert expected_short(NEED, 0) == pytest.approx(400.0, abs=0.01)


def test_without_a_spread_there_is_no_chance() -> None:
    sure = Need(400.0, 0.0, 0.95, 100, 28, Decimal("0.30"))
    assert (service(sure, 299), service(sure, 300), expected_short(sure, 200)) == (0.0, 1.0, 100.0)


def test_too_little_costs_sales_and_too_much_costs_holding() -> None:
    costs = [expected_cost(NEED, TERMS, quantity) for quantity in (100, 600, 5000)]
    assert costs[1] < costs[0]
    assert costs[1] < costs[2]


@pytest.mark.parametrize(
    ("yearly", "cost", "order_cost", "lines", "rules", "batch"),
    [
        (3650.0, "0.50", "1", 1, LotRules(), 270),  # sqrt(2 x 3650 x 1 / 0.1) = 270.2
        (3650.0, "0.50", "1", 4, LotRules(), 135),  # half of it at a quarter of the cost
        (3650.0, "0.50", "1", 0, LotRules(), 270),
        (3650.0, "0.50", "1", 1, LotRules(0, 100), 200),  # down to whole lots
        (3650.0, "0.50", "1", 1, LotRules(300), 0),  # less than may be ordered
        (3650.0, "0.50", "100", 1, LotRules(), 560),  # 56 days
        (3650.0, "0.50", "100", 1, LotRules(0, 100), 500),
        (0.0, "0.50", "1", 1, LotRules(), 0),
        (3650.0, "0", "1", 1, LotRules(), 0),
        (3650.0, "0.50", "0", 1, LotRules(), 0),
    ],
)
def test_a_batch_is_the_economic_quantity_in_whole_lots_and_lasts_eight_weeks_at_most(
    yearly: float, cost: str, order_cost: str, lines: int, rules: LotRules, batch: int
) -> None:
    assert batch_of(yearly, Terms(Decimal(cost), (), rules, Decimal(order_cost)), lines) == batch


def test_a_batch_pays_for_its_own_shelf_and_cut_short_it_loses_its_share_of_an_order() -> None:
    plain = Terms(Decimal("0.50"), (), LotRules(), Decimal(18))
    batch = Batch(needed=600, quantity=800, share=Decimal(4))

    def lost(quantity: int) -> Decimal:
        return holding_beside(batch, NEED, plain, quantity) - holding(NEED, plain, min(quantity, 600))

    assert [lost(quantity) for quantity in (300, 600, 700, 800)] == [4, 4, 2, 0]
    assert lost(900) == holding(NEED, plain, 900) - holding(NEED, plain, 800) > 0
    assert holding_beside(Batch(600, 600, Decimal(4)), NEED, plain, 300) == holding(NEED, plain, 300)


def test_eoq_is_in_whole_lots_and_its_year_is_compared_with_ours() -> None:
    plain = Terms(Decimal("0.50"), (), LotRules(50, 10), Decimal(18))
    found = classical(NEED, plain, 400, 1)
    assert found is not None
    assert found.quantity == 1380  # sqrt(2 x 5214.3 x 18 / 0.1) = 1370.1, in whole lots
    assert found.difference == Decimal("117.63")
    assert classical(NEED, plain, 1380, 1).difference == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("need", "terms", "quantity"),
    [
        (Need(0.0, 0.0, 0.95, 0, 28, Decimal(1)), TERMS, 10),
        (NEED, Terms(Decimal(0), (), LotRules(), Decimal(18)), 10),
        (NEED, Terms(Decimal(1), (), LotRules(), Decimal(0)), 10),
        (NEED, TERMS, 0),
    ],
)
def test_eoq_has_nothing_to_weigh_without_demand_cost_or_a_cost_of_ordering(need, terms, quantity) -> None:
    assert classical(need, terms, quantity, 1) is None


@pytest.mark.parametrize("total", [480, 479, 0, 7])
def test_whole_parts_add_up_to_the_total_exactly(total: int) -> None:
    assert sum(whole_parts([399.6, 80.49, -0.5], total)) == total


def test_a_lead_time_is_measured_in_working_days_and_moved_by_what_deliveries_took() -> None:
    assert working_days_from(date(2026, 6, 19), date(2026, 6, 22)) == 1  # Friday to Monday
    assert working_days_from(TODAY, TODAY - timedelta(days=3)) == 0
    record = Record(days=(12, 11, 12), late=2, ordered=300, received=240, damaged=10)
    assert record.lead_time(10).days == 12
    assert record.lead_time(20, 10).days == 22  # a product of its own lead time is as much slower
    assert record.fill == 0.8
    assert LeadTime(10, 12.0, 2).days == 10
    assert Record().lead_time(10).days == 10
