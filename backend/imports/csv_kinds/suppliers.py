"""Suppliers, and what they ask for each product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.imports.csv_kinds.cells import Row, shown
from backend.imports.csv_kinds.kind import Change, Column, loaded, only, set_changed, without
from backend.purchasing.tables import Supplier, SupplierProduct

OWN = ("name", "country", "email", "lead_time_days", "review_days", "order_cost", "minimum_value", "currency")


class Suppliers:
    """One row per supplier and product, or per supplier where the SKU is blank.

    Real terms for a product take the place of assumed ones, also of another supplier's.
    """

    name = "suppliers"
    columns = (
        Column("code", "the supplier's code", key=True),
        Column("name", "needed for a new supplier"),
        Column("country", "United Kingdom where it is blank"),
        Column("email", ""),
        Column("lead_time_days", "working days from order to receipt; needed for a new supplier"),
        Column("review_days", "calendar days between orders; 20 where it is blank"),
        Column("order_cost", "what placing an order costs us"),
        Column("minimum_value", "least value of an order"),
        Column("currency", "GBP where it is blank"),
        Column("sku", "a product that exists; blank for a row about the supplier alone"),
        Column("supplier_sku", "the supplier's own code"),
        Column("cost", "per sales unit; needed for new terms"),
        Column("moq", "minimum order in sales units; 1 where it is blank"),
        Column("multiple", "ordered in multiples of; 1 where it is blank"),
        Column("price_breaks", "such as 500:0.42|1000:0.40; - for none"),
        Column("product_lead_time_days", "where it differs from the supplier's"),
        Column("preferred", "yes (also where it is blank) or no"),
        Column("assumed", "yes where it is assumed; kept where the row changes nothing"),
    )

    def __init__(self) -> None:
        self._suppliers: dict[str, Supplier] = {}
        self._products: dict[str, Product] = {}
        self._terms: dict[int, list[SupplierProduct]] = {}

    def key(self, row: Row) -> str:
        """Supplier and SKU."""
        return f"{row.needed('code', longest=40)} {row.text('sku', longest=40) or ''}".strip()

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """Suppliers and products named, and all terms."""
        self._suppliers = loaded(session, Supplier.code, [row.cells.get("code", "").strip() for row in rows])
        self._products = loaded(session, Product.sku, [row.cells.get("sku", "").strip() for row in rows])
        for terms in session.scalars(select(SupplierProduct)):
            self._terms.setdefault(terms.product_id, []).append(terms)

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Create or update one supplier, and its terms for one product."""
        row = only(rows, "sku" if rows[0].text("sku") else "code")
        assumed = bool(row.yes("assumed"))
        own, terms = _own(row), _terms(row)
        sku, code = row.text("sku", longest=40), row.needed("code", longest=40)
        product = self._products.get(sku) if sku else None
        if sku and product is None:
            raise row.wrong("sku", f"is '{sku}'; there is no such product")
        present = self._present(code, product)
        if product is not None and present is None and terms["cost"] is None:
            raise row.wrong("cost", "is empty; new terms need it")
        supplier, change = self._supplier(session, row, own, assumed=assumed)
        if product is None:
            return change
        done = self._set_terms(session, supplier, product, present=present, values=terms, assumed=assumed)
        return change if done is Change.UNCHANGED else done

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Suppliers without products first, then every term by supplier and SKU."""
        bare = select(Supplier).where(~Supplier.id.in_(select(SupplierProduct.supplier_id))).order_by(Supplier.code)
        for supplier in session.scalars(bare):
            yield _exported(supplier) | {"assumed": "yes" if supplier.assumed else None}
        query = select(SupplierProduct, Supplier, Product.sku).join(Supplier).join(Product)
        for terms, supplier, sku in session.execute(query.order_by(Supplier.code, Product.sku)):
            names = ("supplier_sku", "cost", "moq", "multiple", "preferred")
            yield {
                **_exported(supplier),
                "sku": sku,
                **{name: getattr(terms, name) for name in names},
                "price_breaks": [f"{step['from']}:{step['cost']}" for step in terms.price_breaks],
                "product_lead_time_days": terms.lead_time_days,
                "assumed": "yes" if terms.assumed else None,
            }

    def _present(self, code: str, product: Product | None) -> SupplierProduct | None:
        supplier = self._suppliers.get(code)
        if supplier is None or product is None:
            return None
        return next((terms for terms in self._terms.get(product.id, []) if terms.supplier_id == supplier.id), None)

    def _supplier(self, session: Session, row: Row, own: dict[str, Any], *, assumed: bool) -> tuple[Supplier, Change]:
        code = row.needed("code", longest=40)
        supplier = self._suppliers.get(code)
        if supplier is None:
            row.needed("name")
            if own["lead_time_days"] is None:
                raise row.wrong("lead_time_days", "is empty; a new supplier needs it")
            given = {name: value for name, value in own.items() if value is not None}
            supplier = self._suppliers[code] = Supplier(code=code, assumed=assumed, **given)
            session.add(supplier)
            session.flush()
            return supplier, Change.CREATED
        changed = set_changed(supplier, own)
        says_own = any(value is not None for value in own.values())
        if supplier.assumed and says_own and (changed or not assumed):
            supplier.assumed, changed = False, True
        return supplier, Change.UPDATED if changed else Change.UNCHANGED

    def _set_terms(
        self,
        session: Session,
        supplier: Supplier,
        product: Product,
        *,
        present: SupplierProduct | None,
        values: dict[str, Any],
        assumed: bool,
    ) -> Change:
        new = present is None
        if present is None:
            given = {name: value for name, value in values.items() if value is not None}
            present = SupplierProduct(supplier_id=supplier.id, product_id=product.id, assumed=assumed, **given)
            session.add(present)
            self._terms.setdefault(product.id, []).append(present)
            changed = True
        else:
            changed = set_changed(present, values)
        if not (assumed and (new or not changed)):
            changed |= present.assumed
            present.assumed = False
            self._take_the_place(session, product, present)
        if values["preferred"] is not False:
            for other in self._terms[product.id]:
                if other is not present:
                    other.preferred = False
        if new:
            return Change.CREATED
        return Change.UPDATED if changed else Change.UNCHANGED

    def _take_the_place(self, session: Session, product: Product, real: SupplierProduct) -> None:
        product.assumed = without(product.assumed, "supply")
        for other in [terms for terms in self._terms[product.id] if terms is not real and terms.assumed]:
            session.delete(other)
            self._terms[product.id].remove(other)


def _own(row: Row) -> dict[str, Any]:
    return {
        "name": row.text("name"),
        "country": row.text("country", longest=60),
        "email": row.text("email"),
        "lead_time_days": row.integer("lead_time_days"),
        "review_days": row.integer("review_days", least=1),
        "order_cost": row.amount("order_cost"),
        "minimum_value": row.amount("minimum_value"),
        "currency": row.text("currency", longest=3),
    }


def _terms(row: Row) -> dict[str, Any]:
    return {
        "supplier_sku": row.text("supplier_sku", longest=60),
        "cost": row.amount("cost"),
        "moq": row.integer("moq", least=1),
        "multiple": row.integer("multiple", least=1),
        "price_breaks": row.costs("price_breaks"),
        "lead_time_days": row.integer("product_lead_time_days"),
        "preferred": row.yes("preferred"),
    }


def _exported(supplier: Supplier) -> dict[str, object]:
    return {"code": shown(supplier.code), **{name: getattr(supplier, name) for name in OWN}}
