"""Known effects are found again; none is made up where nothing varied."""

from __future__ import annotations

import numpy as np
import pytest

from models.forecasting.factors.design import PRICE, PROMOTION, Design, build_design
from models.forecasting.factors.effects import Effects, without_effects
from models.forecasting.factors.learning import HIGHEST, LOWEST, learn_effects
from tests.models.forecasting.factors.promoted import ELASTICITY, LIFT, Promoted, promoted


def learnt(world: Promoted, groups: list[int] | None = None) -> Effects:
    panel = world.panel()
    chosen = None if groups is None else np.array(groups, dtype=np.int64)
    return learn_effects(panel, build_design(world.factors(), panel, 0), groups=chosen)


@pytest.fixture(scope="module")
def world() -> Promoted:
    return promoted()


@pytest.fixture(scope="module")
def effects(world: Promoted) -> Effects:
    return learnt(world)


def test_elasticities_and_lifts_are_found_again(effects: Effects) -> None:
    assert effects.coefficients[:, PRICE].mean() == pytest.approx(ELASTICITY, abs=0.15)
    assert np.abs(effects.coefficients[:, PRICE] - ELASTICITY).max() < 0.8
    assert effects.coefficients[:, PROMOTION].mean() == pytest.approx(LIFT, abs=0.05)
    assert np.abs(effects.coefficients[:, PROMOTION] - LIFT).max() < 0.25


def test_what_is_uncertain_says_so(effects: Effects) -> None:
    deviation = np.sqrt(effects.error[:, PRICE, PRICE])
    inside = np.abs(effects.coefficients[:, PRICE] - ELASTICITY) < 1.2816 * deviation
    assert 0.7 <= inside.mean() <= 1
    few = learnt(promoted(level=1.0))
    assert np.sqrt(few.error[:, PRICE, PRICE]).mean() > deviation.mean()


def test_the_same_data_give_the_same_effects(world: Promoted, effects: Effects) -> None:
    assert (learnt(world).coefficients == effects.coefficients).all()


def test_a_price_that_never_changed_has_no_effect(world: Promoted) -> None:
    price = world.price.copy()
    price[0] = 4.0
    found = learnt(Promoted(world.y, price, world.promotion))
    assert found.coefficients[0, PRICE] == 0
    assert found.error[0, PRICE].tolist() == [0, 0, 0]
    assert not found.varied[0, PRICE]
    assert found.varied[1:, PRICE].all()
    assert found.coefficients[0, PROMOTION] == pytest.approx(LIFT, abs=0.25)


def test_where_nothing_varied_there_is_no_effect_on_anything(world: Promoted) -> None:
    still = learnt(Promoted(world.y, np.full(world.y.shape, 4.0), np.zeros(world.y.shape)))
    assert not still.coefficients.any()
    assert not still.varied.any()
    assert still.pooled == (0.0, 0.0, 0.0)


def test_demand_that_rises_with_the_price_gives_no_positive_elasticity() -> None:
    world = promoted(series=20)
    odd = learnt(Promoted(world.y, 25 / world.price, 1 - world.promotion))
    assert (odd.coefficients <= HIGHEST).all()
    assert (odd.coefficients >= LOWEST).all()
    assert odd.coefficients[:, PRICE].max() == 0


def test_few_sales_are_drawn_to_what_their_category_does() -> None:
    rng = np.random.default_rng(5)
    world = promoted(series=80)
    steep = rng.poisson(world.y * (world.price / 5) ** -1.5).astype(np.float32)  # elasticity -3
    y = np.where(np.arange(80)[:, None] < 40, world.y, steep)
    y[[0, 79]] = rng.binomial(y[[0, 79]].astype(int), 0.02)
    found = learnt(Promoted(y, world.price, world.promotion), [0] * 40 + [1] * 40)
    assert found.coefficients[0, PRICE] > -2.2 > found.coefficients[79, PRICE]


def test_nothing_sold_and_no_series_do_no_harm(world: Promoted) -> None:
    nothing = learnt(Promoted(np.zeros_like(world.y), world.price, world.promotion))
    assert not nothing.coefficients.any()
    none = Promoted(world.y[:0], world.price[:0], world.promotion[:0])
    empty = learn_effects(none.panel(), Design(np.zeros((0, 104, 3)), np.zeros(0), 104, {}))
    assert empty.coefficients.shape == (0, 3)


def test_the_evidence_tells_promotions_from_other_prices() -> None:
    world = promoted(series=3)
    price = np.full(world.price.shape, 10.0)
    price[0, :20] = 8.0
    promotion = np.zeros(price.shape)
    price[1, 50:54], promotion[1, 50:54] = 7.5, 1.0
    seen = learnt(Promoted(world.y, price, promotion)).evidence
    assert seen.price_periods.tolist() == [20, 0, 0]
    assert seen.promotion_periods.tolist() == [0, 4, 0]
    assert (seen.lowest[0], seen.highest[0]) == pytest.approx((0.8, 1.0))
    assert seen.discount[1] == pytest.approx(0.75)


def test_effects_are_the_same_after_being_kept_as_tensors(effects: Effects) -> None:
    again = Effects.of_tensors(effects.to_tensors(), effects.ids, "GB")
    assert again is not None
    assert (again.coefficients == effects.coefficients).all()
    assert (again.trust, again.pooled, again.calendar) == (effects.trust, effects.pooled, "GB")
    assert Effects.of_tensors({}, effects.ids, None) is None
    with pytest.raises(ValueError, match="not those of its series"):
        Effects.of_tensors(effects.to_tensors(), effects.ids[1:], None)


def test_unknown_series_are_not_moved(effects: Effects) -> None:
    values = np.ones((2, 1, 3))
    logs = effects.logs(("item-003", "new"), values)
    assert logs[0, 0] == pytest.approx(effects.coefficients[3])
    assert not logs[1].any()


def test_a_history_without_effects_keeps_whole_units_and_its_zeros() -> None:
    y = np.array([[0, 10, 20, 0, 11], [1.5, 0, 3, 0, 1]], dtype=np.float32)
    logs = np.zeros((2, 5, 3))
    logs[:, 2, PROMOTION] = np.log(2)
    assert without_effects(y, logs).tolist() == [[0, 10, 10, 0, 11], [1.5, 0, 1.5, 0, 1]]
    logs[:] = 0
    assert (without_effects(y, logs) == y).all()
