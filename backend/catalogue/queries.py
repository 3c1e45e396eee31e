"""Reading products. Everybody who is signed in may see the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol, cast

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select
from sqlalchemy.orm import Session, defer, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from backend.catalogue.pricing import PriceRow
from backend.catalogue.quantities import Sold
from backend.catalogue.tables import Category, Price, Product, ProductAlias, ProductPack
from backend.errors import NotFound

NOBODY: Final = -1  # no customer's key
_PARTS = (selectinload(Product.packs), selectinload(Product.prices), selectinload(Product.aliases))

_UNSHOWN = (defer(Product.description), defer(Product.options), defer(Product.assumed))

# What an order asks of products, built once: to build the queries takes longer than SQLite takes to answer them.
_LEAN = (lazyload(Product.category), *_UNSHOWN)
_ORDERED = select(Product).where(Product.sku.in_(bindparam("skus", expanding=True))).options(*_LEAN)
_ORDERED_WITH_PACKS = _ORDERED.options(selectinload(Product.packs))
_PRICES = select(Price).where(Price.product_id.in_(bindparam("products", expanding=True))).order_by(Price.min_quantity)
_LISTED = select(
    Product.id,
    Product.sku,
    Product.name,
    Product.unit,
    Product.units_per,
    Product.sales_moq,
    Product.sales_multiple,
    Category.name.label("category"),
).join(Category, Category.id == Product.category_id)
_PACK_ROWS = (
    select(ProductPack.product_id, ProductPack.name, ProductPack.quantity)
    .where(ProductPack.product_id.in_(bindparam("products", expanding=True)))
    .order_by(ProductPack.quantity)
)
_PRICE_ROWS = (
    select(
        Price.product_id,
        Price.price_group,
        Price.customer_id,
        Price.min_quantity,
        Price.price,
        Price.valid_from,
        Price.valid_to,
    )
    .where(
        Price.product_id.in_(bindparam("products", expanding=True)),
        or_(Price.customer_id.is_(None), Price.customer_id == bindparam("customer")),
    )
    .order_by(Price.min_quantity)
)
_THEIR_PRICES = _PRICES.where(or_(Price.customer_id.is_(None), Price.customer_id == bindparam("customer")))


def by_sku(session: Session, sku: str) -> Product:
    """The product with this SKU, NotFound otherwise."""
    wanted = sku.strip()
    product = session.scalar(select(Product).where(Product.sku == wanted).options(*_PARTS))
    if product is None:  # typed in another case: rare, and not served by the index
        product = session.scalar(select(Product).where(func.upper(Product.sku) == wanted.upper()).options(*_PARTS))
    if product is None:
        raise NotFound(f"There is no product {sku[:40]}.", code="unknown_product", sku=sku[:40])
    return product


def key_of(session: Session, sku: str) -> int:
    """The key of the product with this SKU, as ``by_sku`` finds it."""
    key = session.scalar(select(Product.id).where(Product.sku == sku.strip()))
    return by_sku(session, sku).id if key is None else key


def by_skus(session: Session, skus: Iterable[str]) -> dict[str, Product]:
    """Products by SKU; unknown ones are missing from the answer."""
    rows = session.scalars(select(Product).where(Product.sku.in_(list(skus))).options(*_PARTS))
    return {product.sku: product for product in rows}


def for_ordering(
    session: Session, skus: Iterable[str], *, customer_id: int | None = None, packs: bool = False
) -> dict[str, Product]:
    """Products with their prices (where ``customer_id`` is given, without those of other customers only), by SKU as it
    was asked for; NotFound for an unknown one. One query for the products, one for prices, one for packs if wanted.
    """
    wanted = list(dict.fromkeys(sku.strip() for sku in skus))
    query = _ORDERED_WITH_PACKS if packs else _ORDERED
    found = {product.sku: product for product in session.scalars(query, {"skus": wanted})}
    missing = [sku for sku in wanted if sku not in found]
    if missing:  # typed in another case: rare, and not served by the index
        upper = [sku.upper() for sku in missing]
        rows = session.scalars(select(Product).where(func.upper(Product.sku).in_(upper)).options(*_LEAN)).all()
        alike = {product.sku.upper(): product for product in rows}
        found |= {sku: alike[sku.upper()] for sku in missing if sku.upper() in alike}
    for sku in wanted:
        if sku not in found:
            raise NotFound(f"There is no product {sku[:40]}.", code="unknown_product", sku=sku[:40])
    _with_prices(session, found.values(), customer_id)
    return found


def _with_prices(session: Session, products: Iterable[Product], customer_id: int | None) -> None:
    """Give products their prices in one query; where a customer is given, without those of other customers only."""
    by_product: dict[int, list[Price]] = {product.id: [] for product in products}
    query = _PRICES if customer_id is None else _THEIR_PRICES
    values = {"products": list(by_product)} | ({} if customer_id is None else {"customer": customer_id})
    for price in session.scalars(query, values):
        by_product[price.product_id].append(price)
    for product in products:
        set_committed_value(product, "prices", by_product[product.id])


def by_ids(session: Session, product_ids: Iterable[int]) -> Sequence[Product]:
    """Products by their keys."""
    return session.scalars(select(Product).where(Product.id.in_(list(product_ids))).options(*_PARTS)).all()


def families(session: Session, products: Iterable[Product]) -> Sequence[Product]:
    """All variants of some products with their other names, those that are no longer sold too."""
    wanted = {product.family_id for product in products} - {None}
    if not wanted:
        return []
    query = select(Product).where(Product.family_id.in_(wanted)).order_by(Product.sku)
    return session.scalars(query.options(selectinload(Product.aliases))).all()


def discontinued(session: Session, text: str) -> Product | None:
    """The product that is no longer sold under this SKU or exact name; None otherwise."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return None
    named = or_(func.lower(Product.sku) == wanted, func.lower(Product.name) == wanted)
    return session.scalar(select(Product).where(~Product.active, named).options(*_PARTS).limit(1))


def all_active(session: Session) -> Sequence[Product]:
    """Every product on sale, with packs and other names (for the search index)."""
    return session.scalars(
        select(Product).where(Product.active).options(selectinload(Product.packs), selectinload(Product.aliases))
    ).all()


def stamp(session: Session) -> tuple[int, datetime | None]:
    """Changes whenever the catalogue does: the number of products and the last change."""
    row = session.execute(select(func.count(Product.id), func.max(Product.changed_at))).one()
    return row[0], row[1]


def page(session: Session, *, search: str | None, after: str | None, limit: int) -> Sequence[Product]:
    """Active products in SKU order from after ``after`` on."""
    query = select(Product).where(*_sought(search, after)).order_by(Product.sku).limit(limit)
    return session.scalars(query.options(*_UNSHOWN)).all()


def listed_page(session: Session, *, search: str | None, after: str | None, limit: int) -> Sequence[Listed]:
    """What a list shows of such a page, as rows."""
    query = _LISTED.where(*_sought(search, after)).order_by(Product.sku).limit(limit)
    return cast("Sequence[Listed]", session.execute(query).all())


def listed(session: Session, keys: Sequence[int]) -> list[Listed]:
    """The same of products by their keys, in this order."""
    rows = {row.id: row for row in session.execute(_LISTED.where(Product.id.in_(keys)))} if keys else {}
    return [cast("Listed", rows[key]) for key in keys]


class Listed(Sold, Protocol):
    """A row of a list of products."""

    id: int
    sku: str
    name: str
    category: str


@dataclass
class ListedTerms:
    """What a product is sold in and for, as rows and not objects: (name, quantity) of its packs, and its prices."""

    packs: list[tuple[str, int]] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)


def terms_of(session: Session, keys: Iterable[int], customer_id: int | None) -> dict[int, ListedTerms]:
    """Packs and prices by the product's key; of the prices of single customers, those of one or of none."""
    found = {key: ListedTerms() for key in keys}
    if found:
        asked = {"products": list(found), "customer": NOBODY if customer_id is None else customer_id}
        for key, name, quantity in session.execute(_PACK_ROWS, {"products": asked["products"]}):
            found[key].packs.append((name, quantity))
        for row in session.execute(_PRICE_ROWS, asked):
            found[row.product_id].prices.append(cast("PriceRow", row))
    return found


def keys_page(session: Session, *, search: str | None, after: str | None, limit: int) -> Sequence[Row[int, str]]:
    """The keys and SKUs of such a page, ``id`` and ``sku``."""
    query = select(Product.id, Product.sku).where(*_sought(search, after))
    return session.execute(query.order_by(Product.sku).limit(limit)).all()


def _sought(search: str | None, after: str | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Product.active.is_(True)]
    if after:
        found.append(Product.sku > after)
    if search:
        like = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        other = select(ProductAlias.product_id).where(ProductAlias.text.ilike(like, escape="\\"))
        found.append(
            or_(Product.name.ilike(like, escape="\\"), Product.sku.ilike(like, escape="\\"), Product.id.in_(other))
        )
    return found


def on_promotion(session: Session, day: date, limit: int) -> list[Product]:
    """Active products with a promotion price that holds on a day."""
    current = select(Price.product_id).where(
        Price.promotion.is_not(None),
        or_(Price.valid_from.is_(None), Price.valid_from <= day),
        or_(Price.valid_to.is_(None), Price.valid_to >= day),
    )
    query = select(Product).where(Product.active, Product.id.in_(current)).options(*_PARTS)
    return list(session.scalars(query.order_by(Product.sku).limit(limit)))
