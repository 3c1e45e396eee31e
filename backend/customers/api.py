"""Customers, for those who may see them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from backend.customers import queries
from backend.customers.tables import Customer
from backend.http.asking import Reading
from backend.http.pages import After, Limit, Page, Search, page_of

router = APIRouter(prefix="/api/customers", tags=["customers"])


class CustomerOut(BaseModel):
    """A customer."""

    code: str
    name: str
    country: str
    region: str | None
    rep_email: str | None


def _shown(customer: Customer) -> CustomerOut:
    return CustomerOut(
        code=customer.code,
        name=customer.name,
        country=customer.country,
        region=customer.region,
        rep_email=customer.rep_email,
    )


@router.get("")
def customers(work: Reading, limit: Limit = 50, after: After = None, search: Search = None) -> Page[CustomerOut]:
    """The customers you may see, in code order."""
    rows = queries.page(work, search=search, after=after, limit=limit + 1)
    return page_of(rows, limit, _shown, lambda customer: customer.code)


@router.get("/{code}")
def customer(code: str, work: Reading) -> CustomerOut:
    """One customer."""
    return _shown(queries.by_code(work, code))
