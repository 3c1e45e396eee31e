"""What another price would do: the arithmetic, its range, and what can't be told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.errors import Invalid, NotAllowed, NotFound
from backend.insight.effects import effects, store_effects
from backend.insight.service import Asked
from backend.insight.supposing import Change, Supposed, Told, suppose
from backend.insight.supposing_api import PriceWhatIfIn, supposed
from backend.insight.tables import FactorEffect
from tests.actions.forecasting import lay_in
from tests.actions.pricing import measure, measured
from tests.backend.world import World

BOLT, COACH = "10-109", "20-104"  # listed at 0.10 and 0.50
SIX = Asked("M", 6)
CUT = Change(0.9)


@pytest.fixture
def world(small: World) -> World:
    """A hundred hex bolts and forty coach bolts are expected a month."""
    lay_in(small, {BOLT: 100, COACH: 40})
    return small


def asked(world: World, change: Change = CUT, *skus: str, email: str = "rep@test", periods: Asked = SIX) -> Supposed:
    with world.reading(email) as work:
        products = list(work.session.scalars(select(Product).where(Product.sku.in_(skus or (BOLT,)))))
        return suppose(work, "it", products, change, periods)


def test_those_who_see_no_forecasts_are_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        asked(world, email="customer@test")


@pytest.mark.parametrize("price", [0.0, -1.0, 0.01, 50.0, float("nan"), float("inf")])
def test_a_price_that_is_none_or_far_off_is_refused(world: World, price: float) -> None:
    with pytest.raises(Invalid):
        asked(world, Change(price))
    with pytest.raises(Invalid):
        asked(world, Change())


def test_a_product_without_a_forecast_has_nothing_to_change(world: World) -> None:
    with pytest.raises(NotFound):
        asked(world, CUT, "45-103")


def test_a_lower_price_sells_more_by_the_elasticity(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-2.0, elasticity_sd=0.25)})
    found = asked(world)
    assert found.units.before == pytest.approx(600)
    assert found.units.after == pytest.approx(600 * 0.9**-2)
    assert found.units.low == pytest.approx(600 * 0.9 ** -(2 - 1.2816 * 0.25))
    assert found.units.high == pytest.approx(600 * 0.9 ** -(2 + 1.2816 * 0.25))
    assert found.revenue.before == pytest.approx(60)
    assert found.revenue.after == pytest.approx(600 * 0.9**-2 * 0.09)
    assert (found.first, found.last, found.steps) == (date(2026, 6, 1), date(2026, 11, 1), 6)


def test_the_range_never_leaves_what_is_plausible(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-0.1, elasticity_sd=9.0)})
    found = asked(world)
    assert found.units.low == pytest.approx(600)  # a lower price sells no less
    assert found.units.high == pytest.approx(600 * 0.9**-4)
    dearer = asked(world, Change(1.1))
    assert (dearer.units.low, dearer.units.high) == pytest.approx((600 * 1.1**-4, 600))


def test_margin_is_for_those_who_may_see_costs(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-2.0)})
    assert asked(world).margin is None
    found = asked(world, email="buyer@test").margin
    assert found is not None
    cost = asked(world, email="buyer@test").lines[0].cost
    assert cost is not None
    assert found.after == pytest.approx(600 * 0.9**-2 * (0.09 - cost))


@pytest.mark.parametrize(
    ("effect", "change", "why"),
    [
        (measured(varied=False), CUT, Told.NEVER_CHANGED),
        (measured(price_periods=0, promotion_periods=4, promoted=True), CUT, Told.ONLY_PROMOTED),
        (measured(), Change(promotion=True), Told.NEVER_PROMOTED),
        (None, CUT, Told.NOT_MEASURED),
    ],
)
def test_what_can_not_be_told_is_left_as_it_is(
    world: World, effect: dict[str, object] | None, change: Change, why: Told
) -> None:
    measure(world, {} if effect is None else {BOLT: effect})
    found = asked(world, change)
    assert found.untold == {why: 1}
    assert found.lines == ()
    assert found.units.after == found.units.before


def test_of_several_products_those_that_can_be_told_change(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-1.0), COACH: measured(varied=False)})
    found = asked(world, CUT, BOLT, COACH)
    assert found.units.after == pytest.approx(600 / 0.9 + 240)
    assert found.untold == {Told.NEVER_CHANGED: 1}
    assert [one.product.sku for one in found.lines] == [BOLT]
    assert found.revenue.after == pytest.approx(600 / 0.9 * 0.09 + 240 * 0.45)


def test_a_promotion_is_its_lift_and_its_lower_price(world: World) -> None:
    effect = measured(elasticity=-1.0, lift=0.5, lift_sd=0.1, promoted=True, promotion_periods=6, discount=0.8)
    measure(world, {BOLT: effect})
    as_before, deeper = asked(world, Change(promotion=True)), asked(world, Change(0.5, promotion=True))
    assert as_before.units.after == pytest.approx(600 * 2.718281828**0.5 / 0.8)
    assert deeper.units.after == pytest.approx(600 * 2.718281828**0.5 / 0.5)
    assert as_before.lines[0].price_factor == pytest.approx(0.8)
    assert as_before.units.low < as_before.units.after < as_before.units.high


def test_a_price_that_was_never_near_is_marked(world: World) -> None:
    measure(world, {BOLT: measured(lowest=0.95, highest=1.0)})
    assert asked(world).beyond
    assert not asked(world, Change(0.96)).beyond


def test_effects_by_week_go_before_those_by_month_and_give_way_to_newer_ones(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-1.0)}, freq="M")
    measure(world, {BOLT: measured(elasticity=-3.0)}, freq="W")
    with world.database.read() as session:
        key = session.scalars(select(Product.id).where(Product.sku == BOLT)).one()
        assert effects(session, [key])[key].elasticity == -3.0
    measure(world, {}, freq="W")
    with world.database.read() as session:
        assert effects(session, [key])[key].elasticity == -1.0


def test_numbers_that_are_none_are_kept_as_nothing(world: World) -> None:
    frame = pl.DataFrame([{"unique_id": BOLT, **measured(), "elasticity": float("nan")}])
    frame = frame.rename({"varied": "price_varied"})
    with world.database.write() as session:
        assert store_effects(session, "W", date(2026, 6, 8), frame, {}) == 1
        assert session.scalars(select(FactorEffect.elasticity)).one() == 0.0


def test_over_http_the_effect_comes_with_what_it_was_learnt_from(world: World) -> None:
    measure(world, {BOLT: measured(elasticity=-2.0), COACH: measured(varied=False)})
    with world.reading("rep@test") as work:
        answer = supposed(PriceWhatIfIn(price_factor=0.9, category="Bolts"), work)
        assert answer.units.after == pytest.approx(600 * 0.9**-2 + 240)
        assert [(one.sku, one.elasticity, one.price_periods) for one in answer.lines] == [(BOLT, -2.0, 30)]
        assert (answer.untold, answer.margin) == ({"price_never_changed": 1}, None)
        assert supposed(PriceWhatIfIn(price_factor=0.9), work).untold == {"price_never_changed": 1}
        with pytest.raises(NotFound):
            supposed(PriceWhatIfIn(price_factor=0.9, category="Anvils"), work)
        with pytest.raises(NotFound):
            supposed(PriceWhatIfIn(price_factor=0.9, skus=["nothing"]), work)
