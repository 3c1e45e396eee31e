"""Forecasts and suggestions over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from backend.catalogue import queries as catalogue
from backend.customers import queries as customers
from backend.errors import Invalid
from backend.http.asking import Reading
from backend.identity.permissions import Permission
from backend.insight import queries, scopes, service

router = APIRouter(prefix="/api", tags=["insight"])


class StepOut(BaseModel):
    """A period ahead, in sales units; low and high bound the 80 % band."""

    period: date
    median: float
    mean: float
    low: float
    high: float


class ForecastOut(BaseModel):
    """A product's forecast, its parts, and this item's own back-test error beside the naive one's."""

    sku: str
    name: str
    freq: str
    history: list[tuple[date, float]]
    steps: list[StepOut]
    drivers: dict[str, float]
    error: dict[str, Any]
    model: str


class SuggestionOut(BaseModel):
    """What a customer is likely to need."""

    sku: str
    name: str
    quantity: int
    due: date | None
    reason: dict[str, Any]


class SuggestionsOut(BaseModel):
    """Suggestions, best first."""

    items: list[SuggestionOut]
    next: None = None


@router.get("/forecasts/{sku}")
def forecast(
    sku: str,
    work: Reading,
    freq: Literal["D", "W", "M"] = "M",
    horizon: Annotated[int, Query(ge=1, le=104)] = 6,
) -> ForecastOut:
    """A product's forecast by day, week or month."""
    product = catalogue.by_sku(work.session, sku)
    outlook = service.outlook(work, scopes.of_product(product), service.Asked(freq, horizon))
    return ForecastOut(
        sku=product.sku,
        name=product.name,
        freq=freq,
        history=list(outlook.history),
        steps=[
            StepOut(period=step.start, median=step.median, mean=step.mean, low=step.low, high=step.high)
            for step in outlook.steps
        ],
        drivers=outlook.drivers,
        error=outlook.error,
        model=outlook.run.model,
    )


@router.get("/suggestions")
def suggestions(
    work: Reading,
    customer: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SuggestionsOut:
    """What a customer should reorder; a customer's person sees their own company's."""
    work.principal.require(Permission.SEE_SUGGESTIONS, "Suggestions are for customers and for our sales people.")
    own = work.principal.customer_id
    if customer is None and own is None:
        raise Invalid("Say which customer.", code="customer_missing")
    customer_id = customers.by_code(work, customer).id if customer is not None else own or -1
    found = queries.needs(work, customer_id, limit)
    items = [
        SuggestionOut(
            sku=need.product.sku, name=need.product.name, quantity=need.quantity, due=need.due, reason=need.reason
        )
        for need in found
    ]
    return SuggestionsOut(items=items)
