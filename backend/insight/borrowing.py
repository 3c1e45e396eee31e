"""A forecast for a product that has no sales yet: the mean of the products that are most like it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.insight import queries
from backend.insight.scopes import Scope
from backend.insight.serving import Served, served
from backend.insight.tables import ForecastRow, ForecastRun
from backend.work import Work

MOST: Final = 5
_WORD: Final = re.compile(r"[a-z]+|\d+")


def borrowed(work: Work, run: ForecastRun, scope: Scope) -> tuple[list[Served], tuple[str, ...]]:
    """A forecast out of similar products', and their names; nothing where there are none with a forecast."""
    new = work.session.scalar(select(Product).where(Product.sku == scope.key))
    if new is None:
        return [], ()
    alike = similar(work, run, new)
    if not alike:
        return [], ()
    rows = queries.forecast_rows(work.session, run, [product.id for product in alike])
    lent = served(work.session, run, rows)
    return [_mean_of(new.id, lent)], tuple(product.name for product in alike)


def similar(work: Work, run: ForecastRun, new: Product) -> list[Product]:
    """Products with a forecast: of the same family, else of the same category, those with the likest names first."""
    query = (
        select(Product)
        .join(ForecastRow, ForecastRow.product_id == Product.id)
        .where(ForecastRow.run_id == run.id, Product.id != new.id, Product.unit == new.unit)
    )
    family = query.where(Product.family_id == new.family_id) if new.family_id is not None else None
    found = list(work.session.scalars(family)) if family is not None else []
    if not found:
        found = list(work.session.scalars(query.where(Product.category_id == new.category_id)))
    return sorted(found, key=lambda one: (-likeness(one.name, new.name), one.sku))[:MOST]


def likeness(one: str, other: str) -> float:
    """The share of words and numbers that two names have in common (Jaccard), 0..1."""
    words, others = (set(_WORD.findall(name.lower())) for name in (one, other))
    return len(words & others) / len(words | others) if words | others else 0.0


def _mean_of(product_id: int, lent: Sequence[Served]) -> Served:
    def mean(lists: Sequence[Sequence[float]]) -> tuple[float, ...]:
        return tuple(statistics.fmean(step) for step in zip(*lists, strict=True))

    names = dict.fromkeys(name for one in lent for name in one.parts)
    nothing = [0.0] * len(lent[0].mean)
    return Served(
        product_id=product_id,
        mean=mean([one.mean for one in lent]),
        median=mean([one.median for one in lent]),
        low=mean([one.low for one in lent]),
        high=mean([one.high for one in lent]),
        parts={name: mean([one.parts.get(name, nothing) for one in lent]) for name in names},
        error={},
    )
