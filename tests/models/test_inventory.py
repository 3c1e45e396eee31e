"""The plain arithmetic of inventory."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.inventory import (
    LotRules,
    PriceBreak,
    add_working_days,
    calendar_days,
    choose_quantity,
    days_of_cover,
    economic_order_quantity,
    inventory_position,
    order_up_to_level,
    reorder_point,
    round_order,
    safety_stock,
    unit_price,
    working_days_between,
)

rules = st.builds(LotRules, moq=st.integers(0, 500), multiple=st.integers(1, 40), pack=st.integers(1, 24))
needs = st.floats(-1e6, 1e6)


@given(needs, rules)
def test_a_rounded_order_is_allowed_covers_the_need_and_is_minimal(need: float, lots: LotRules):
    quantity = round_order(need, lots).quantity
    assert lots.allows(quantity)
    if need <= 0:
        assert quantity == 0
        return
    assert quantity >= need
    assert quantity >= lots.moq
    assert quantity % lots.step == 0
    smaller = quantity - lots.step
    assert smaller < need or smaller < lots.moq


@given(needs, rules)
def test_rounding_again_changes_nothing(need: float, lots: LotRules):
    once = round_order(need, lots)
    again = round_order(once.quantity, lots)
    assert (again.quantity, again.added) == (once.quantity, 0)


def test_packs_and_multiples_meet_at_their_least_common_multiple():
    assert round_order(1, LotRules(moq=10, multiple=4, pack=6)).quantity == 12
    assert round_order(13, LotRules(moq=10, multiple=4, pack=6)).quantity == 24


def test_a_need_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        round_order(math.nan, LotRules())


def test_impossible_lot_rules_are_refused():
    with pytest.raises(ValueError, match="order multiple"):
        LotRules(multiple=0)


def test_a_price_break_is_taken_where_it_saves_more_than_it_costs_to_hold():
    breaks = [PriceBreak(100, Decimal("0.80"))]
    offer = choose_quantity(90, LotRules(multiple=10), Decimal("1.00"), breaks, annual_demand=1000)
    assert (offer.quantity, offer.price, offer.purchase) == (100, Decimal("0.80"), Decimal("80.00"))


def test_a_price_break_far_above_the_need_of_a_slow_item_is_left():
    breaks = [PriceBreak(1000, Decimal("0.99"))]
    assert choose_quantity(10, LotRules(), Decimal("1.00"), breaks, annual_demand=20).quantity == 10


@given(st.integers(0, 300), rules, st.integers(1, 1000), st.decimals("0.01", "1", places=2), st.floats(0, 1e4))
def test_the_chosen_quantity_is_allowed_and_covers_the_need(
    need: int, lots: LotRules, at: int, price: Decimal, annual: float
):
    breaks = [PriceBreak(at, price)]
    offer = choose_quantity(need, lots, Decimal("1.00"), breaks, annual_demand=annual)
    assert lots.allows(offer.quantity)
    assert offer.quantity >= need
    assert (offer.quantity == 0) == (need == 0)
    assert offer.price == unit_price(offer.quantity, Decimal("1.00"), breaks)
    assert offer.purchase == offer.quantity * offer.price


def test_the_textbook_economic_order_quantity():
    assert economic_order_quantity(1000, 10, 0.5) == pytest.approx(200)
    assert economic_order_quantity(0, 10, 0.5) == 0
    with pytest.raises(ValueError, match="holding cost"):
        economic_order_quantity(1000, 10, 0)


def test_safety_stock_reorder_point_and_order_up_to_level():
    safety = safety_stock(0.975, 10, 4)
    assert safety == pytest.approx(1.959964 * 20, rel=1e-6)
    assert safety_stock(0.5, 10, 4) == pytest.approx(0)
    with_lead_time = safety_stock(0.975, 10, 4, mean_demand=5, lead_time_deviation=2)
    assert with_lead_time == pytest.approx(1.959964 * math.sqrt(500), rel=1e-6)
    assert reorder_point(5, 4, safety) == pytest.approx(20 + safety)
    assert order_up_to_level(5, 4, 2, safety) == pytest.approx(30 + safety)
    assert inventory_position(10, 4, 20) == 26


def test_cover_is_endless_without_demand_and_zero_without_stock():
    assert days_of_cover(10, 0) is None
    assert days_of_cover(-3, 2) == 0
    assert days_of_cover(10, 2) == 5


def test_working_days_skip_weekends_and_holidays():
    friday = date(2026, 4, 3)
    assert add_working_days(friday, 1) == date(2026, 4, 6)
    assert add_working_days(friday, 1, [date(2026, 4, 6)]) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 4), 0) == date(2026, 4, 6)
    assert calendar_days(date(2026, 1, 5), 60) == 84
    assert working_days_between(date(2026, 4, 3), date(2026, 4, 10)) == 5
    with pytest.raises(ValueError, match="negative"):
        add_working_days(friday, -1)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 300))
def test_the_way_there_has_as_many_working_days_as_asked(start: date, days: int):
    assert working_days_between(start, add_working_days(start, days)) == days


def test_inventory_and_recommending_do_not_load_torch():
    code = "import models.inventory, models.recommending, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
