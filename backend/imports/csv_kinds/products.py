"""Products with category, unit, packs and other names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.catalogue.tables import Category, Product, ProductAlias, ProductPack
from backend.database import now
from backend.imports.csv_kinds.cells import Row
from backend.imports.csv_kinds.kind import Change, Column, loaded, only, set_changed, without

OTHER = "Other"


class Products:
    """One row per SKU; blank cells leave what is there."""

    name = "products"
    columns = (
        Column("sku", "the product's code", key=True),
        Column("name", "needed for a new product"),
        Column("category", "made where it does not exist"),
        Column("description", "free text"),
        Column("unit", "each, metre, kg, …"),
        Column("units_per", "sales units in one unit: 10 for cloth sold in steps of 0.1 m"),
        Column("sales_moq", "least that is sold, in sales units"),
        Column("sales_multiple", "sold in multiples of"),
        Column("active", "yes or no"),
        Column("packs", "such as box:8|case:160, in sales units; - for none"),
        Column("aliases", "other names, divided by |; - for none"),
        Column("assumed", "what about it is assumed; kept where the row changes nothing"),
    )

    def __init__(self) -> None:
        self._products: dict[str, Product] = {}
        self._categories: dict[str, Category] = {}

    def key(self, row: Row) -> str:
        """The SKU."""
        return row.needed("sku", longest=40)

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """The products named, and every category."""
        parts = (selectinload(Product.packs), selectinload(Product.aliases))
        skus = [row.cells.get("sku", "").strip() for row in rows]
        self._products = loaded(session, Product.sku, skus, *parts)
        self._categories = {category.name: category for category in session.scalars(select(Category))}

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Create or update one product."""
        row = only(rows, "sku")
        sku = self.key(row)
        product = self._products.get(sku)
        values = self._values(row)
        packs, aliases = row.named_quantities("packs"), row.listed("aliases")
        category, assumed = row.text("category", longest=120), row.listed("assumed")
        if product is None:
            values["name"] = row.needed("name")
            product = Product(
                sku=sku,
                category=self._category(session, category or OTHER),
                assumed=assumed or [],
                **{name: value for name, value in values.items() if value is not None},
            )
            _set_packs(product, packs or {}, assumed="packs" in (assumed or []))
            _set_aliases(product, aliases or [])
            session.add(product)
            self._products[sku] = product
            return Change.CREATED
        changed = set_changed(product, values)
        if category is not None and product.category.name != category:
            product.category, changed = self._category(session, category), True
        if packs is not None and packs != {pack.name: pack.quantity for pack in product.packs}:
            _set_packs(product, packs, assumed=False)
            changed = True
        if aliases is not None and set(aliases) != {alias.text for alias in product.aliases}:
            _set_aliases(product, aliases)
            changed = True
        if changed or not assumed:
            changed |= self._clear(product, name=values["name"], category=category, packs=packs)
        if changed:
            product.changed_at = now()
        return Change.UPDATED if changed else Change.UNCHANGED

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every product in SKU order."""
        parts = (selectinload(Product.packs), selectinload(Product.aliases))
        for product in session.scalars(select(Product).options(*parts).order_by(Product.sku)):
            yield {
                **{name: getattr(product, name) for name in ("sku", "name", "description", "unit", "units_per")},
                **{name: getattr(product, name) for name in ("sales_moq", "sales_multiple", "active", "assumed")},
                "category": product.category.name,
                "packs": [f"{pack.name}:{pack.quantity}" for pack in product.packs],
                "aliases": [alias.text for alias in product.aliases],
            }

    def _values(self, row: Row) -> dict[str, Any]:
        return {
            "name": row.text("name"),
            "description": row.text("description", longest=10_000),
            "unit": row.text("unit", longest=20),
            "units_per": row.integer("units_per", least=1),
            "sales_moq": row.integer("sales_moq", least=1),
            "sales_multiple": row.integer("sales_multiple", least=1),
            "active": row.yes("active"),
        }

    def _category(self, session: Session, name: str) -> Category:
        if name not in self._categories:
            self._categories[name] = Category(name=name)
            session.add(self._categories[name])
        return self._categories[name]

    def _clear(self, product: Product, **given: object) -> bool:
        names = [name for name, value in given.items() if value is not None]
        left = without(product.assumed, *names)
        cleared = left != product.assumed
        product.assumed = left
        if "packs" in names:
            for pack in product.packs:
                cleared |= pack.assumed
                pack.assumed = False
        return cleared


def _set_packs(product: Product, packs: dict[str, int], *, assumed: bool) -> None:
    present = {pack.name: pack for pack in product.packs}
    for name, pack in present.items():
        if name not in packs:
            product.packs.remove(pack)
    for name, quantity in packs.items():
        if name in present:
            present[name].quantity = quantity
        else:
            product.packs.append(ProductPack(name=name, quantity=quantity, assumed=assumed))


def _set_aliases(product: Product, aliases: Sequence[str]) -> None:
    present = {alias.text: alias for alias in product.aliases}
    for text, alias in present.items():
        if text not in aliases:
            product.aliases.remove(alias)
    product.aliases.extend(ProductAlias(text=text) for text in dict.fromkeys(aliases) if text not in present)
