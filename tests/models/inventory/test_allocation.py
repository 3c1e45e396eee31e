"""Budget, supplier minimum and price breaks, against trying everything."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from models.inventory import LotRules, PriceBreak
from models.inventory.allocation import Line, NoAllocationError, Option, Wish, allocate, settle


def wish(key: str, supplier: str = "A", units: int = 10, worth: str = "3", price: str = "2", **given: object) -> Wish:
    return Wish(key, supplier, ((units, Decimal(worth)),), Decimal(price), **given)  # type: ignore[arg-type]


def best_by_trying(wishes: list[Wish], budget: Decimal | None, minimum: dict[str, Decimal]) -> Decimal:
    gains = []
    for quantities in product(*(one.choices() for one in wishes)):
        spend = [one.spend(quantity) for one, quantity in zip(wishes, quantities, strict=True)]
        by_supplier: dict[str, Decimal] = {}
        for one, cost in zip(wishes, spend, strict=True):
            by_supplier[one.supplier] = by_supplier.get(one.supplier, Decimal(0)) + cost
        if budget is not None and sum(spend) > budget:
            continue
        if any(0 < cost < minimum.get(name, Decimal(0)) for name, cost in by_supplier.items()):
            continue
        worth = sum(one.value(quantity) for one, quantity in zip(wishes, quantities, strict=True))
        gains.append(worth - sum(spend))
    return max(gains)


@pytest.mark.parametrize("seed", range(12))
def test_it_is_as_good_as_trying_everything(seed: int):
    rng = np.random.default_rng(seed)
    wishes = [
        Wish(
            f"item {at}",
            "AB"[int(rng.integers(2))],
            (
                (int(rng.integers(1, 8)), Decimal(int(rng.integers(300, 900))) / 100),
                (int(rng.integers(1, 8)), Decimal(int(rng.integers(100, 400))) / 100),
            ),
            Decimal(int(rng.integers(100, 500))) / 100,
            LotRules(int(rng.integers(0, 6)), int(rng.integers(1, 4))),
            (PriceBreak(8, Decimal("0.99")),) if rng.random() < 0.5 else (),
        )
        for at in range(4)
    ]
    budget, minimum = Decimal(int(rng.integers(10, 90))), {"A": Decimal(20), "B": Decimal(int(rng.integers(0, 40)))}
    found = allocate(wishes, budget=budget, minimum=minimum)
    assert found.gain == best_by_trying(wishes, budget, minimum)
    assert found.spend <= budget
    assert all(one.rules.allows(found.quantities[one.key]) for one in wishes)


def test_without_limits_everything_that_pays_is_ordered():
    found = allocate([wish("a"), wish("b", worth="1")])
    assert (found.quantities, found.spend, found.gain) == ({"a": 10, "b": 0}, Decimal(20), Decimal(10))


def test_a_price_break_is_reached_where_it_pays():
    found = allocate([wish("a", units=90, breaks=(PriceBreak(100, Decimal("1.50")),))])
    assert (found.quantities, found.spend) == ({"a": 100}, Decimal(150))


def test_a_supplier_whose_minimum_does_not_pay_is_left():
    wishes = [wish("a", "near"), wish("b", "far")]
    assert allocate(wishes, minimum={"far": Decimal(200)}).quantities == {"a": 10, "b": 0}


def test_a_budget_is_used_to_the_hundredth():
    found = allocate([wish("a", price="0.33", worth="1", units=300)], budget=Decimal("50.00"))
    assert (found.quantities["a"], found.spend) == (151, Decimal("49.83"))


def test_nothing_wished_and_impossible_budgets():
    assert allocate([]).quantities == {}
    with pytest.raises(ValueError, match="negative"):
        allocate([wish("a")], budget=Decimal(-1))
    assert issubclass(NoAllocationError, ValueError)


def line(key: str, *options: tuple[int, str, str], whole: bool = False) -> Line:
    found = tuple(Option(quantity, Decimal(spend), Decimal(gain)) for quantity, spend, gain in options)
    return Line(key, "A", found, whole)


def test_of_an_order_that_is_all_or_nothing_no_line_is_left_out_alone():
    a = line("a", (0, "0", "-1"), (5, "10", "-9"), (9, "18", "-12"), whole=True)
    b = line("b", (0, "0", "-9"), (5, "10", "0"), (20, "40", "-20"), whole=True)
    assert settle([a, b], minimum={"A": Decimal(15)}).quantities == {"a": 5, "b": 5}
    assert settle([a, b], minimum={"A": Decimal(28)}).quantities == {"a": 0, "b": 0}
    loose = [line("a", *[(o.quantity, str(o.spend), str(o.gain)) for o in a.options]), b]
    assert settle(loose, minimum={"A": Decimal(10)}).quantities == {"a": 0, "b": 5}


def test_options_that_can_not_keep_the_limits_are_refused():
    with pytest.raises(NoAllocationError):
        settle([line("a", (5, "10", "0"))], minimum={"A": Decimal(11)})
    with pytest.raises(NoAllocationError):
        settle([line("a", (5, "10", "0"))], budget=Decimal("9.99"))
