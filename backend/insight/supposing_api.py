"""What another price of ours would do to sales, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Category, Product
from backend.errors import NotFound
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, Code
from backend.insight.service import Asked
from backend.insight.supposing import HIGHEST_FACTOR, LOWEST_FACTOR, Change, Line, Range, Supposed, suppose
from backend.work import Work

router = APIRouter(prefix="/api/forecasts", tags=["insight"])


class PriceWhatIfIn(BaseModel):
    """Our price times ``price_factor`` (0.9 is 10 % less), announced as a promotion or not; of some products, of a
    category, or of everything. A promotion without a factor is as deep as earlier ones were.
    """

    model_config = ConfigDict(extra="forbid")

    price_factor: Annotated[float | None, Field(ge=LOWEST_FACTOR, le=HIGHEST_FACTOR)] = None
    promotion: bool = False
    skus: Annotated[list[Code] | None, Field(min_length=1, max_length=200)] = None
    category: Annotated[str | None, Field(max_length=120, pattern=PLAIN)] = None
    freq: Literal["W", "M"] = "M"
    horizon: Annotated[int, Field(ge=1, le=104)] = 6


class RangeOut(BaseModel):
    """As it is, as it would be, and the ends of the 80 % range of that."""

    before: float
    after: float
    low: float
    high: float


class PriceEffectOut(BaseModel):
    """A product that would sell otherwise, and from what that is known: its elasticity with its standard deviation, the
    logarithm of a promotion's lift, and in how many periods of life its price was another or it was on promotion.
    """

    sku: str
    name: str
    units: float
    units_after: float
    elasticity: float
    elasticity_sd: float
    lift: float
    lift_sd: float
    periods: int
    price_periods: int
    promotion_periods: int


class PriceWhatIfOut(BaseModel):
    """Sales units, revenue and margin (null where a cost is not known, or not yours to see) over the periods from
    ``first`` to ``last``; ``untold`` counts the products that nothing can be told of, by reason.
    """

    first: date
    last: date
    freq: str
    units: RangeOut
    revenue: RangeOut
    margin: RangeOut | None
    lines: list[PriceEffectOut]
    untold: dict[str, int]


@router.post("/what-if")
def supposed(body: PriceWhatIfIn, work: Reading) -> PriceWhatIfOut:
    """What another price of ours, or a promotion, would do to sales; nothing is changed."""
    title, products = _products(work, body)
    change = Change(body.price_factor, promotion=body.promotion)
    return _shown(suppose(work, title, products, change, Asked(body.freq, body.horizon)))


def _products(work: Work, body: PriceWhatIfIn) -> tuple[str, list[Product]]:
    if body.skus is not None:
        found = [catalogue.by_sku(work.session, sku) for sku in dict.fromkeys(body.skus)]
        return ", ".join(product.name for product in found[:3]), found
    query = select(Product).where(Product.active).order_by(Product.id)
    if body.category is None:
        return "all products", list(work.session.scalars(query))
    category = work.session.scalar(select(Category).where(Category.name == body.category))
    if category is None:
        raise NotFound("There is no category of that name.", code="unknown_subject")
    return category.name, list(work.session.scalars(query.where(Product.category_id == category.id)))


def _shown(found: Supposed) -> PriceWhatIfOut:
    return PriceWhatIfOut(
        first=found.first,
        last=found.last,
        freq=found.freq,
        units=_range(found.units),
        revenue=_range(found.revenue),
        margin=_range(found.margin) if found.margin is not None else None,
        lines=[_line(one) for one in found.lines],
        untold={why.value: count for why, count in found.untold.items()},
    )


def _range(figure: Range) -> RangeOut:
    return RangeOut(before=figure.before, after=figure.after, low=figure.low, high=figure.high)


def _line(one: Line) -> PriceEffectOut:
    effect = one.effect
    assert effect is not None
    return PriceEffectOut(
        sku=one.product.sku,
        name=one.product.name,
        units=one.units,
        units_after=one.units * one.factor,
        elasticity=effect.elasticity,
        elasticity_sd=effect.elasticity_sd,
        lift=effect.lift,
        lift_sd=effect.lift_sd,
        periods=effect.periods,
        price_periods=effect.price_periods,
        promotion_periods=effect.promotion_periods,
    )
