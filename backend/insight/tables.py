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
