"""Products and their prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from backend.catalogue import pricing, quantities, queries, substitutes
from backend.catalogue.quantities import unit_label
from backend.catalogue.queries import ListedTerms
from backend.catalogue.schemas import BreakOut, PackOut, ProductOut
from backend.catalogue.tables import Product
from backend.company.service import currency
from backend.customers.tables import Customer
from backend.http.asking import Reading
from backend.http.pages import OTHERS, After, Limit, Page, Search, page_of
from backend.stock.queries import positions
from backend.work import Work

router = APIRouter(prefix="/api/products", tags=["products"])


def _shown(work: Work, products: list[Product]) -> dict[str, ProductOut]:
    stock = positions(work.session, [product.id for product in products])
    own = work.principal.customer_id
    customer = work.session.get(Customer, own) if own else None
    terms = queries.terms_of(work.session, products, own)
    money = currency(work.session)
    return {
        product.sku: _one(work, product, terms[product.id], max(0, stock[product.id].available), customer, money)
        for product in products
    }


def _one(
    work: Work, product: Product, terms: ListedTerms, available: int, customer: Customer | None, money: str
) -> ProductOut:
    group, key = (customer.price_group, customer.id) if customer else (None, None)
    steps = pricing.breaks_of(terms.prices, work.clock.today(), group, key)
    return ProductOut(
        sku=product.sku,
        name=product.name,
        category=product.category.name,
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
    rows = queries.page(work.session, search=search, after=after, limit=limit + 1)
    shown = _shown(work, list(rows[:limit]))
    return page_of(rows, limit, lambda product: shown[product.sku], lambda product: product.sku)


@router.get("/{sku}")
def product(sku: str, work: Reading) -> ProductOut:
    """One product."""
    found = queries.bare(work.session, sku)
    return _shown(work, [found])[found.sku]


@router.get("/{sku}/substitutes")
def product_substitutes(
    sku: str, work: Reading, quantity: Annotated[int, Query(ge=1, le=quantities.LARGEST)] = 1
) -> Page[ProductOut]:
    """At most five products that could stand in for one, best first: there is enough of each to promise."""
    own = work.principal.customer_id
    customer = work.session.get(Customer, own) if own else None
    found = substitutes.for_product(work, queries.by_sku(work.session, sku), quantity, customer)
    shown = _shown(work, found)
    return Page(items=[shown[product.sku] for product in found])
