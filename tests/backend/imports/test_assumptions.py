"""What the file lacks is filled in sensibly, and the same way every time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.imports.assumptions import (
    SUPPLIERS,
    Demand,
    draw,
    opening_of,
    order_size,
    reorder_point,
    supplier_of,
    terms_of,
)
from backend.imports.supply_frames import expected_by
from backend.working_days import is_working_day

SKUS = [str(number) for number in range(20_000, 24_000)]
DEMAND = Demand(50.0, 20.0)
PRICE = Decimal("2.95")


def test_draws_never_change():
    assert draw("cost", "84879") == draw("cost", "84879") != draw("stock", "84879")
    assert all(0 <= draw("any", sku) < 1 for sku in SKUS)


def test_eight_suppliers_from_5_to_60_working_days():
    assert len(SUPPLIERS) == 8
    assert {SUPPLIERS[0].lead_time_days, SUPPLIERS[-1].lead_time_days} == {5, 60}
    assert {supplier_of(sku).code for sku in SKUS} == {supplier.code for supplier in SUPPLIERS}


@pytest.mark.parametrize("box", [None, 8])
def test_terms_are_in_whole_multiples_at_40_to_60_percent_of_the_price(box: int | None):
    for sku in SKUS:
        terms = terms_of(sku, PRICE, box, DEMAND)
        assert terms.moq % terms.multiple == 0
        assert box in (None, terms.multiple)
        assert Decimal("0.39") * PRICE < terms.cost < Decimal("0.61") * PRICE
        assert terms.moq <= max(DEMAND.mean * 8, terms.multiple)


def test_the_cheapest_product_costs_something():
    assert terms_of("1", Decimal("0.0001"), None, DEMAND).cost == Decimal("0.001")


def test_shares_of_stock():
    low = out = ordered = 0
    for sku in SKUS:
        terms = terms_of(sku, PRICE, 8, DEMAND)
        opening = opening_of(sku, DEMAND, terms)
        point = reorder_point(DEMAND, terms.supplier)
        assert opening.low == (opening.on_hand + opening.on_order <= point)
        assert opening.on_order % terms.multiple == 0
        low, out, ordered = low + opening.low, out + (opening.on_hand == 0), ordered + (opening.on_order > 0)
    assert 0.13 < low / len(SKUS) < 0.17
    assert 0.02 < out / len(SKUS) < 0.04
    assert 0.03 < ordered / len(SKUS) < 0.05


def test_without_demand_hardly_any_stock():
    terms = terms_of("84879", PRICE, 8, Demand(0, 0))
    assert opening_of("84879", Demand(0, 0), terms).on_hand < terms.multiple


def test_an_order_is_a_review_period_and_at_least_the_minimum():
    terms = terms_of("84879", PRICE, 8, DEMAND)
    assert order_size(Demand(0.1, 0), terms) == terms.moq
    assert order_size(DEMAND, terms) % 8 == 0


@pytest.mark.parametrize("today", [date(2011, 12, 9), date(2011, 12, 25)])
def test_open_orders_are_under_way(today: date):
    for supplier in SUPPLIERS:
        ordered, due = expected_by(supplier, today)
        assert ordered < today < due
        assert is_working_day(ordered)
        assert is_working_day(due)
