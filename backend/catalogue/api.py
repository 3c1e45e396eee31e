"""Products and their prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from backend.catalogue import pricing, quantities, queries, substitutes
from backend.catalogue.quantities import unit_label
from backend.catalogue.queries import Listed, ListedTerms
from backend.catalogue.schemas import BreakOut, PackOut, ProductOut
from backend.company.service import currency
from backend.customers.tables import Customer
from backend.http.asking import Reading
from backend.http.pages import OTHERS, After, Limit, Page, Search, page_of
from backend.stock.queries import positions
from backend.work import Work

router = APIRouter(prefix="/api/products", tags=["products"])


def _shown(work: Work, products: Sequence[Listed]) -> dict[str, ProductOut]:
    keys = [product.id for product in products]
    stock = positions(work.session, keys)
    own = work.principal.customer_id
    customer = work.session.get(Customer, own) if own else None
    terms = queries.terms_of(work.session, keys, own)
    money = currency(work.session)
    return {
        product.sku: _one(work, product, terms[product.id], max(0, stock[product.id].available), customer, money)
        for product in products
    }


def _one(
    work: Work, product: Listed, terms: ListedTerms, available: int, customer: Customer | None, money: str
) -> ProductOut:
    group, key = (customer.price_group, customer.id) if customer else (None, None)
    steps = pricing.breaks_of(terms.prices, work.clock.today(), group, key)
    return ProductOut(
        sku=product.sku,
        name=product.name,
        category=product.category,
        price=steps[0][1] if steps else Decimal(0),
        currency=money,
        unit=unit_label(product),
        available=available,
        minimum=product.sales_moq,
        multiple=product.sales_multiple,
        packs=[PackOut(name=name, quantity=quantity) for name, quantity in terms.packs],
        price_breaks=[BreakOut(from_quantity=quantity, price=price) for quantity, price in steps],
    )


@router.get("")
def products(work: Reading, limit: Limit = OTHERS, after: After = None, search: Search = None) -> Page[ProductOut]:
    """Products on sale, in SKU order."""
    rows = queries.listed_page(work.session, search=search, after=after, limit=limit + 1)
    shown = _shown(work, rows[:limit])
    return page_of(rows, limit, lambda product: shown[product.sku], lambda product: product.sku)


@router.get("/{sku}")
def product(sku: str, work: Reading) -> ProductOut:
    """One product."""
    found = queries.listed(work.session, [queries.key_of(work.session, sku)])
    return _shown(work, found)[found[0].sku]


@router.get("/{sku}/substitutes")
def product_substitutes(
    sku: str, work: Reading, quantity: Annotated[int, Query(ge=1, le=quantities.LARGEST)] = 1
) -> Page[ProductOut]:
    """At most five products that could stand in for one, best first: there is enough of each to promise."""
    own = work.principal.customer_id
    customer = work.session.get(Customer, own) if own else None
    found = substitutes.for_product(work, queries.by_sku(work.session, sku), quantity, customer)
    shown = _shown(work, queries.listed(work.session, [product.id for product in found]))
    return Page(items=[shown[product.sku] for product in found])
