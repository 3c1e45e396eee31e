"""Forecasts and suggestions as rows, so that an answer in chat needs no inference."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.tables import Product
from backend.database import Base, Key, now


class ForecastRun(Base):
    """One bulk forecast: which model made it, from data up to when, and how good the model has been."""

    __tablename__ = "forecast_run"
    __table_args__ = (CheckConstraint("freq IN ('D','W','M')", name="freq"),)

    id: Mapped[Key]
    freq: Mapped[str] = mapped_column(String(1))
    model: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(80))
    last_period: Mapped[date]
    horizon: Mapped[int]
    metrics: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(default=now)
    current: Mapped[bool] = mapped_column(default=False)


class ForecastRow(Base):
    """A product's forecast as lists over the horizon (sales units per period).

    ``quantiles`` is a list of nine numbers (q10 … q90) per period; ``drivers`` maps level, trend and season to lists
    that add up to ``mean``; ``error`` holds this item's own back-test figures beside the naive forecast's.
    """

    __tablename__ = "forecast_row"
    __table_args__ = (Index("ix_forecast_row_product_id", "product_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("forecast_run.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    mean: Mapped[list[Any]]
    quantiles: Mapped[list[Any]]
    drivers: Mapped[dict[str, Any]]
    error: Mapped[dict[str, Any]]

    run: Mapped[ForecastRun] = relationship()
    product: Mapped[Product] = relationship()


class ForecastSeries(Base):
    """The forecast of a sum of products: a customer, a country, a region, a rep, a category, or everything.

    ``key`` is the customer's code, the name of the country or region, the rep's e-mail, the category's key, "all". The
    lists are those of ``ForecastRow``; the means of the customers, countries, regions and reps, and of the categories,
    each add up to the total's. ``error`` is this series' own; ``uses`` is "naive" where the last period is repeated.
    """

    __tablename__ = "forecast_series"
    __table_args__ = (CheckConstraint("kind IN ('customer','country','region','rep','category','total')", name="kind"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("forecast_run.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    mean: Mapped[list[Any]]
    quantiles: Mapped[list[Any]]
    drivers: Mapped[dict[str, Any]]
    error: Mapped[dict[str, Any]]

    run: Mapped[ForecastRun] = relationship()


class Suggestion(Base):
    """What a customer is likely to need next, as the last training saw it."""

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_customer_id_rank", "customer_id", "rank"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    rank: Mapped[int]
    score: Mapped[float] = mapped_column(Float)
    quantity: Mapped[int]
    due_date: Mapped[date | None]
    reason: Mapped[dict[str, Any]]
    as_of: Mapped[date]

    product: Mapped[Product] = relationship()


class FactorEffect(Base):
    """What price and promotion did to a product's demand, as the last training by week or month measured it.

    ``elasticity`` is of demand to the price, ``lift`` the logarithm of what a promotion multiplies demand by beside its
    lower price; ``_sd`` their standard deviations, ``covariance`` that between them. ``varied`` and ``promoted`` say
    whether there was anything to learn from; ``own`` parts how much of it this product told itself. Of ``periods`` of
    life ``price_periods`` were at another price than the usual one, off promotion, between ``lowest`` and ``highest``
    of it; ``promotion_periods`` on promotion, at ``discount`` of it. ``trust`` is the share of it that forecasts use.
    """

    __tablename__ = "factor_effect"
    __table_args__ = (CheckConstraint("freq IN ('W','M')", name="freq"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    freq: Mapped[str] = mapped_column(String(1), primary_key=True)
    elasticity: Mapped[float]
    elasticity_sd: Mapped[float]
    lift: Mapped[float]
    lift_sd: Mapped[float]
    covariance: Mapped[float]
    varied: Mapped[bool]
    promoted: Mapped[bool]
    price_own: Mapped[float]
    promotion_own: Mapped[float]
    periods: Mapped[int]
    price_periods: Mapped[int]
    promotion_periods: Mapped[int]
    lowest: Mapped[float]
    highest: Mapped[float]
    discount: Mapped[float]
    price_trust: Mapped[float]
    promotion_trust: Mapped[float]
    learnt_to: Mapped[date]
