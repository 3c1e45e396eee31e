"""What a forecast can be of: a product, a category, a customer, a country, a region, a rep's customers, or everything.

Products have forecasts of their own. A category and the total are their sums. Who buys (a customer, a country …) is
forecast as a series of its own where training has stored one (``stored_series``), made to add up to the total.
Elsewhere, and for what somebody buys of one product or category, it has of each product's forecast the share that it
had of the product's sales in the last twelve months; the shares of all customers add up to one, and so do their
forecasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Category, Price, Product
from backend.company.days import business_day, within_days
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.insight import queries
from backend.insight.periods import period_start
from backend.insight.tables import ForecastRun, ForecastSeries
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine
from backend.work import Work

SHARE_DAYS: Final = 365
TOTAL_TITLE: Final = "all products"


class Kind(StrEnum):
    """The kinds of subjects; the value stands in addresses."""

    PRODUCT = "product"
    CATEGORY = "category"
    CUSTOMER = "customer"
    COUNTRY = "country"
    REGION = "region"
    REP = "rep"
    TOTAL = "total"


PARTIES: Final = frozenset({Kind.CUSTOMER, Kind.COUNTRY, Kind.REGION, Kind.REP})


@dataclass(frozen=True)
class Scope:
    """A subject: its kind, its key (SKU, category's key, customer's code, country …) and what it is called.

    ``part`` narrows who buys to a product or a category: "M8 bolts for Germany".
    """

    kind: Kind
    key: str
    title: str
    part: Scope | None = None

    @property
    def is_party(self) -> bool:
        """Whether it is somebody who buys, of whose products it has a share."""
        return self.kind in PARTIES


TOTAL: Final = Scope(Kind.TOTAL, "all", TOTAL_TITLE)


def of_product(product: Product) -> Scope:
    """A product as a subject."""
    return Scope(Kind.PRODUCT, product.sku, product.name)


def of_category(category: Category) -> Scope:
    """A category as a subject."""
    return Scope(Kind.CATEGORY, str(category.id), category.name)


def of_customer(customer: Customer) -> Scope:
    """A customer as a subject."""
    return Scope(Kind.CUSTOMER, customer.code, customer.name)


def narrowed(party: Scope, part: Scope) -> Scope:
    """What a party buys of a product or a category."""
    return replace(party, title=f"{part.title} for {party.title}", part=part)


def named(work: Work, kind: Kind, key: str) -> Scope:
    """The subject with this key; NotFound where there is none, or it is not the principal's to see."""
    match kind:
        case Kind.PRODUCT:
            found = work.session.scalar(select(Product).where(Product.sku == key))
            scope = of_product(found) if found else None
        case Kind.CATEGORY:
            category = work.session.get(Category, int(key)) if key.isdigit() and len(key) < 10 else None
            scope = of_category(category) if category else None
        case Kind.CUSTOMER:
            query = select(Customer).where(Customer.code == key)
            customer = work.session.scalar(query) if work.principal.may(Permission.SEE_CUSTOMERS) else None
            scope = of_customer(customer) if customer else None
        case Kind.COUNTRY:
            scope = next((one for one in countries(work) if one.key == key), None)
        case Kind.REGION:
            scope = next((one for one in regions(work) if one.key == key), None)
        case Kind.REP:
            scope = next((one for one in reps(work) if one.key == key), None)
        case Kind.TOTAL:
            scope = TOTAL if key == TOTAL.key else None
    if scope is None:
        raise NotFound("There is nothing of that name to forecast.", code="unknown_subject")
    return scope


def countries(work: Work) -> list[Scope]:
    """The countries that we have customers in."""
    found = work.session.scalars(select(Customer.country).distinct().order_by(Customer.country))
    return [Scope(Kind.COUNTRY, country, country) for country in found]


def regions(work: Work) -> list[Scope]:
    """The regions that we have customers in."""
    query = select(Customer.region).where(Customer.region.is_not(None)).distinct().order_by(Customer.region)
    return [Scope(Kind.REGION, region, region) for region in work.session.scalars(query) if region]


def reps(work: Work) -> list[Scope]:
    """The people who look after customers, by their e-mail, called by their name where they have a sign-in."""
    query = (
        select(Customer.rep_email, func.max(User.name))
        .outerjoin(User, User.email == Customer.rep_email)
        .where(Customer.rep_email.is_not(None))
        .group_by(Customer.rep_email)
    )
    rows = [(str(email), name) for email, name in work.session.execute(query)]
    return [Scope(Kind.REP, email, f"the customers of {name or email}") for email, name in rows]


def products(work: Work, scope: Scope) -> Sequence[Product]:
    """The products on sale that a subject's forecast is made of; of a product alone also one that is not."""
    if scope.part is not None:
        return products(work, scope.part)
    if scope.kind is Kind.PRODUCT:
        return list(work.session.scalars(select(Product).where(Product.sku == scope.key)))
    query = select(Product).where(Product.active)
    if scope.kind is Kind.CATEGORY:
        query = query.where(Product.category_id == int(scope.key))
    return list(work.session.scalars(query))


def stored_series(work: Work, run: ForecastRun, scope: Scope) -> ForecastSeries | None:
    """The forecast of a sum as a series of its own; None of a product, of a part, and where none is stored."""
    if scope.part is not None or scope.kind is Kind.PRODUCT:
        return None
    return work.session.get(ForecastSeries, (run.id, scope.kind.value, scope.key))


def shares(work: Work, scope: Scope, until: date) -> dict[int, float]:
    """A party's share of each product's sales in the year before ``until``, by the product's key; 0 < share <= 1."""
    return {key: own / whole for key, (own, whole) in _of_whole(work, scope, until).items()}


def bought(work: Work, scope: Scope, until: date) -> dict[int, float]:
    """What a party bought of each product in the year before ``until``, in sales units, by the product's key."""
    return {key: own for key, (own, _) in _of_whole(work, scope, until).items()}


def _of_whole(work: Work, scope: Scope, until: date) -> dict[int, tuple[float, float]]:
    """What a party and what everybody bought of each of the party's products; worked out once in a unit of work."""
    known = work.session.info.setdefault("bought_of_whole", {})
    place = (scope.kind, scope.key, until)
    if place not in known:
        known[place] = _read_of_whole(work, scope, until)
    found: dict[int, tuple[float, float]] = known[place]
    return found


def _read_of_whole(work: Work, scope: Scope, until: date) -> dict[int, tuple[float, float]]:
    window = within_days(work.session, Order.placed_at, until - timedelta(days=SHARE_DAYS), until)
    sold = func.sum(standing_units())
    by_product = standing_lines(OrderLine.product_id, sold).where(window).group_by(OrderLine.product_id)
    own = {
        key: float(quantity) for key, quantity in work.session.execute(by_product.where(bought_by(scope))) if quantity
    }
    if len(own) < queries.MOST_NAMED:
        by_product = by_product.where(OrderLine.product_id.in_(list(own)))
    rows = work.session.execute(by_product)
    return {key: (own[key], float(whole)) for key, whole in rows if own.get(key, 0.0) > 0 and whole > 0}


def list_prices(work: Work) -> dict[int, float]:
    """The list price of one sales unit, by the product's key."""
    query = (
        select(Price.product_id, func.max(Price.price))
        .where(Price.customer_id.is_(None), Price.price_group.is_(None))
        .group_by(Price.product_id)
    )
    return {key: float(price) for key, price in work.session.execute(query)}


def demand(work: Work, scope: Scope, freq: str, last_period: date) -> dict[date, float]:
    """Sales units by the first day of each period up to ``last_period``; periods without sales are left out."""
    if scope.is_party or scope.kind is Kind.TOTAL:
        return _summed_demand(work, scope, freq, last_period)
    frame = queries.demand(work.session, freq, work.clock.today(), [product.id for product in products(work, scope)])
    if frame.is_empty():
        return {}
    sums = frame.filter(pl.col("ds") <= last_period).group_by("ds").agg(pl.col("y").sum())
    return dict(sums.select("ds", "y").iter_rows())


def _summed_demand(work: Work, scope: Scope, freq: str, last_period: date) -> dict[date, float]:
    """The same, added up in the database: what everybody bought, or a party."""
    day = business_day(Order.placed_at)
    query = standing_lines(day, func.sum(standing_units())).group_by(day)
    if scope.is_party:
        query = query.where(bought_by(scope))
    if scope.part is not None:
        query = query.where(OrderLine.product_id.in_([product.id for product in products(work, scope.part)]))
    sums: dict[date, float] = {}
    for when, quantity in work.session.execute(query):
        start = period_start(when, freq)
        if start <= last_period and quantity:
            sums[start] = sums.get(start, 0.0) + float(quantity)
    return sums


def sold_between(session: Session, since: date, until: date) -> dict[int, float]:
    """Sales units of each product in the days from ``since`` to before ``until``, by its key."""
    query = (
        standing_lines(OrderLine.product_id, func.sum(standing_units()))
        .where(within_days(session, Order.placed_at, since, until))
        .group_by(OrderLine.product_id)
    )
    return {key: float(quantity) for key, quantity in session.execute(query) if quantity}


def bought_by(scope: Scope) -> ColumnElement[bool]:
    """The condition that a customer is of a party; ValueError for what is none."""
    match scope.kind:
        case Kind.CUSTOMER:
            return Customer.code == scope.key
        case Kind.COUNTRY:
            return Customer.country == scope.key
        case Kind.REGION:
            return Customer.region == scope.key
        case Kind.REP:
            return Customer.rep_email == scope.key
    raise ValueError(scope.kind)


def _returned() -> Any:
    """What came back, by the order line that it was sold on."""
    return (
        select(SalesReturnLine.order_line_id, func.sum(SalesReturnLine.quantity).label("quantity"))
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .where(SalesReturnLine.order_line_id.is_not(None), SalesReturn.state.in_(("received", "settled")))
        .group_by(SalesReturnLine.order_line_id)
        .subquery("returned")
    )


_BACK: Final = _returned()


def standing_units() -> ColumnElement[Any]:
    """An order line's sales units less what was cancelled and came back, as in ``queries.daily_demand``."""
    sold = OrderLine.quantity - OrderLine.cancelled - func.coalesce(_BACK.c.quantity, 0)
    return case((sold > 0, sold), else_=0)


def standing_lines(*columns: ColumnElement[Any] | Any) -> Select[Any]:
    """A query over the lines of orders that stand, with their customers."""
    return (
        select(*columns)
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Customer, Order.customer_id == Customer.id)
        .outerjoin(_BACK, _BACK.c.order_line_id == OrderLine.id)
        .where(Order.state != "cancelled")
    )
