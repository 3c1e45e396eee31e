"""Prices with quantity breaks. A product's rows replace all of its prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.catalogue.tables import Price, Product
from backend.database import now
from backend.imports.csv_kinds.cells import Row
from backend.imports.csv_kinds.kind import Change, Column, loaded, without

MARKS = ("price", "price_breaks")
PriceValues = tuple[str | None, int, Decimal, date | None, date | None, str | None]


class Prices:
    """One row per price; all rows of a SKU together are its price list."""

    name = "prices"
    columns = (
        Column("sku", "a product that exists", key=True),
        Column("price", "per sales unit", key=True),
        Column("min_quantity", "from this quantity on, in sales units; blank means 1"),
        Column("price_group", "only for customers of this price group; blank means for everyone"),
        Column("valid_from", "first day, blank for always"),
        Column("valid_to", "last day, blank for ever"),
        Column("promotion", "the promotion's name"),
        Column("assumed", "yes where it is assumed; kept where the product's rows change nothing"),
    )

    def __init__(self) -> None:
        self._products: dict[str, Product] = {}

    def key(self, row: Row) -> str:
        """The SKU."""
        return row.needed("sku", longest=40)

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """The products named, with their prices."""
        skus = [row.cells.get("sku", "").strip() for row in rows]
        self._products = loaded(session, Product.sku, skus, selectinload(Product.prices))

    def apply(self, _session: Session, rows: Sequence[Row]) -> Change:
        """Replace a product's prices."""
        sku = self.key(rows[0])
        product = self._products.get(sku)
        if product is None:
            raise rows[0].wrong("sku", f"is '{sku}'; there is no such product")
        values = [_values(row) for row in rows]
        assumed = all(row.yes("assumed") for row in rows)
        present = [
            (price.price_group, price.min_quantity, price.price, price.valid_from, price.valid_to, price.promotion)
            for price in product.prices
        ]
        changed = sorted(values, key=repr) != sorted(present, key=repr)
        if changed:
            product.prices = [
                Price(
                    price_group=group,
                    min_quantity=least,
                    price=price,
                    valid_from=start,
                    valid_to=end,
                    promotion=promotion,
                )
                for group, least, price, start, end, promotion in values
            ]
        keeps = assumed and (not changed or not present)
        if not keeps and without(product.assumed, *MARKS) != product.assumed:
            product.assumed, changed = without(product.assumed, *MARKS), True
        if changed:
            product.changed_at = now()
        if not changed:
            return Change.UNCHANGED
        return Change.UPDATED if present else Change.CREATED

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every price, by SKU and quantity."""
        query = select(Price, Product).join(Product, Price.product_id == Product.id)
        for price, product in session.execute(query.order_by(Product.sku, Price.min_quantity, Price.id)):
            names = ("price", "min_quantity", "price_group", "valid_from", "valid_to", "promotion")
            yield {
                "sku": product.sku,
                **{name: getattr(price, name) for name in names},
                "assumed": "yes" if "price" in product.assumed else None,
            }


def _values(row: Row) -> PriceValues:
    price = row.amount("price")
    if price is None:
        raise row.wrong("price", "is empty")
    start, end = row.day("valid_from"), row.day("valid_to")
    if start is not None and end is not None and end < start:
        raise row.wrong("valid_to", f"is {end}, before valid_from {start}")
    least = row.integer("min_quantity", least=1) or 1
    return row.text("price_group", longest=40), least, price, start, end, row.text("promotion", longest=120)
