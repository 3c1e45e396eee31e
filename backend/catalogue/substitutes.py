"""What could stand in for a product that is short or no longer sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.catalogue import pricing, queries
from backend.catalogue.quantities import fit
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.stock.queries import positions
from backend.work import Work

MOST: Final = 5
LONGEST_CHAIN: Final = 5  # of successors
LOOKED_AT: Final = 50  # the best so many are asked for stock and price


@dataclass(frozen=True)
class Candidate:
    """What is compared of a product."""

    id: int
    sku: str
    family_id: int | None
    category_id: int
    options: Mapping[str, Any]
    unit: str
    units_per: int


def ranked(product: Candidate, others: Iterable[Candidate], successor_id: int | None = None) -> list[int]:
    """The keys of those that could stand in for a product, best first. Pure.

    First the successor; then its own family, the one with most equal options first, and among those the one whose
    other options begin most alike (M8x45 before M10x40, for an M8x40); then what has all the same options within the
    category. But for the successor they are sold in the same unit.
    """
    found = []
    for other in others:
        tier = _tier(product, other, successor_id)
        if tier is not None and other.id != product.id:
            equal, alike = _likeness(product.options, other.options)
            found.append((tier, -equal, -alike, other.sku, other.id))
    return [key for *_, key in sorted(found)]


def _tier(product: Candidate, other: Candidate, successor_id: int | None) -> int | None:
    if other.id == successor_id:
        return 0
    if (other.unit, other.units_per) != (product.unit, product.units_per):
        return None
    if product.family_id is not None and other.family_id == product.family_id:
        return 1
    if product.options and other.category_id == product.category_id and dict(other.options) == dict(product.options):
        return 2
    return None


def _likeness(mine: Mapping[str, Any], others: Mapping[str, Any]) -> tuple[int, int]:
    both = mine.keys() & others.keys()
    equal = [key for key in both if mine[key] == others[key]]
    alike = sum(_common_start(str(mine[key]), str(others[key])) for key in both if mine[key] != others[key])
    return len(equal), alike


def _common_start(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def for_product(work: Work, product: Product, quantity: int, customer: Customer | None = None) -> list[Product]:
    """At most five products on sale that could stand in for one, best first, each with enough available to promise.

    Enough is the quantity, rounded up to what may be ordered of it. Each has a price for the customer (for everyone,
    where none is given).
    """
    successor = _successor(product)
    order = ranked(_candidate(product), _others(work.session, product, successor), successor.id if successor else None)
    best = order[:LOOKED_AT]
    rows = {row.id: row for row in queries.by_ids(work.session, best)}
    stock = positions(work.session, best) if best else {}
    found = [
        rows[key]
        for key in best
        if stock[key].available >= fit(rows[key], quantity).up and _has_price(work, rows[key], quantity, customer)
    ]
    return found[:MOST]


def _has_price(work: Work, product: Product, quantity: int, customer: Customer | None) -> bool:
    group, key = (customer.price_group, customer.id) if customer else (None, None)
    least = fit(product, quantity).up
    return pricing.price_at(product.prices, least, work.clock.today(), group, key) is not None


def _successor(product: Product) -> Product | None:
    """The one that is sold today where successors have had successors."""
    current = product.successor
    for _ in range(LONGEST_CHAIN):
        if current is None or current.active:
            break
        current = current.successor
    return current if current is not None and current.active and current.id != product.id else None


def _others(session: Session, product: Product, successor: Product | None) -> Sequence[Candidate]:
    kin = []
    if successor is not None:
        kin.append(Product.id == successor.id)
    if product.family_id is not None:
        kin.append(Product.family_id == product.family_id)
    if product.options:
        kin.append(Product.category_id == product.category_id)
    if not kin:
        return []
    columns = (
        Product.id,
        Product.sku,
        Product.family_id,
        Product.category_id,
        Product.options,
        Product.unit,
        Product.units_per,
    )
    rows = session.execute(select(*columns).where(Product.active, Product.id != product.id, or_(*kin)))
    return [Candidate(*row) for row in rows]


def _candidate(product: Product) -> Candidate:
    return Candidate(
        id=product.id,
        sku=product.sku,
        family_id=product.family_id,
        category_id=product.category_id,
        options=product.options,
        unit=product.unit,
        units_per=product.units_per,
    )
