"""Units, packs, minimum quantities and multiples."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue.quantities import fit, in_sales_units, plural, said, said_with_packs, unit_label, units_of


@dataclass(frozen=True)
class Sold:
    unit: str = "each"
    units_per: int = 1
    sales_moq: int = 1
    sales_multiple: int = 1


@dataclass(frozen=True)
class Pack:
    name: str
    quantity: int


CLOTH = Sold(unit="metre", units_per=10)


@pytest.mark.parametrize(
    ("sold", "quantity", "text"),
    [(Sold(), 60, "60"), (Sold(), 1200, "1,200"), (CLOTH, 25, "2.5 m"), (CLOTH, 10, "1 m"), (CLOTH, 12000, "1,200 m")],
)
def test_quantities_are_said_in_the_named_unit(sold: Sold, quantity: int, text: str) -> None:
    assert said(sold, quantity) == text


def test_packs_are_named_where_they_are_whole() -> None:
    packs = [Pack("bag", 50), Pack("box", 250)]
    assert said_with_packs(Sold(), packs, 500) == "500 (2 boxes of 250)"
    assert said_with_packs(Sold(), packs, 100) == "100 (2 bags of 50)"
    assert said_with_packs(Sold(), packs, 60) == "60"


def test_the_sales_unit_has_a_name() -> None:
    assert (unit_label(Sold()), unit_label(CLOTH)) == ("each", "0.1 m")
    assert (plural("box", 1), plural("box", 2), plural("bag", 2)) == ("box", "boxes", "bags")


@given(st.integers(1, 500), st.integers(1, 100), st.integers(1, 10_000))
def test_a_fit_is_the_nearest_allowed_quantity_on_either_side(moq: int, multiple: int, quantity: int) -> None:
    found = fit(Sold(sales_moq=moq, sales_multiple=multiple), quantity)

    def allowed(number: int) -> bool:
        return number >= moq and number % multiple == 0

    assert found.ok == allowed(quantity)
    assert allowed(found.up)
    assert found.up >= quantity
    assert not any(allowed(number) for number in range(quantity, found.up))
    if found.down is not None:
        assert allowed(found.down)
        assert found.down < quantity
        assert not any(allowed(number) for number in range(found.down + 1, quantity))


@pytest.mark.parametrize(
    ("sold", "unit", "sales_units"),
    [
        (Sold(), "each", 3),
        (Sold(), "Pieces", 3),
        (Sold(), " dozen ", 36),
        (Sold(), "dozens", 36),
        (Sold(), "gross", 432),
        (Sold(), "box", 750),
        (Sold(), "BOXES", 750),
        (Sold(unit="set"), "sets", 3),
        (Sold(unit="piece", units_per=2), "pair", 12),
        (CLOTH, "metre", 30),
        (CLOTH, "m", 30),
        (CLOTH, "box", 750),
        (CLOTH, "dozen", None),
        (CLOTH, "each", None),
        (Sold(), "metre", None),
        (Sold(), "s", None),
        (Sold(), "", None),
    ],
)
def test_three_of_a_unit_in_sales_units(sold: Sold, unit: str, sales_units: int | None) -> None:
    assert in_sales_units(sold, [Pack("box", 250)], 3, unit) == sales_units


def test_a_pack_named_like_a_count_is_the_pack() -> None:
    assert in_sales_units(Sold(), [Pack("dozen", 13)], 2, "dozen") == 26


@pytest.mark.parametrize("sold", [Sold(), CLOTH, Sold(unit="set")])
def test_every_unit_that_is_offered_is_one_it_is_sold_in(sold: Sold) -> None:
    packs = [Pack("bag", 50), Pack("box", 250)]
    assert units_of(sold, packs)[0] == sold.unit
    assert all(in_sales_units(sold, packs, 1, unit) for unit in units_of(sold, packs))
