"""Sums of money as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.money_words import read_money


@pytest.mark.parametrize(
    "text",
    [
        "",
        "refund it",
        "give C12 a credit for SO-100123",
        "card ending in four two",
        "20 for being 3 days late",
        "10-109",
    ],
)
def test_no_sum_is_made_up(text: str) -> None:
    assert read_money(text, bare=True) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("give them £20", "20"),
        ("£1,200.50 please", "1200.50"),
        ("20 pounds goodwill", "20"),
        ("twenty quid", "20"),
        ("a hundred and twenty pounds", "120"),
        ("twenty-five quid", "25"),
        ("a tenner", "10"),
        ("two fivers", "10"),
        ("20 pounds and 50p", "20.50"),
        ("one pound fifty", "1.50"),
        ("2 grand", "2000"),
        ("-£5", "-5"),
        ("give C12 £7 for SO-100123", "7"),
    ],
)
def test_a_sum_is_read(text: str, amount: str) -> None:
    found = read_money(text)
    assert found is not None
    assert found.amount == Decimal(amount)


def test_a_bare_number_counts_only_where_it_may() -> None:
    assert read_money("credit C12 20 for SO-100123") is None
    found = read_money("credit C12 20 for SO-100123", bare=True)
    assert found is not None
    assert (found.amount, found.currency) == (Decimal(20), None)


def test_the_currency_is_the_one_that_was_said() -> None:
    assert [one.currency for text in ("€20", "20 dollars", "£3") if (one := read_money(text))] == ["EUR", "USD", "GBP"]
