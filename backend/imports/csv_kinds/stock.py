"""Stock on hand as it was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.service import business_clock
from backend.imports.csv_kinds.cells import Row
from backend.imports.csv_kinds.kind import Change, Column, loaded, only, without
from backend.stock.tables import StockEntry, StockLevel, Warehouse

MAIN = "MAIN"
REASON = "counted: import csv"


class Stock:
    """One row per product and warehouse. The difference goes into the ledger; nothing in it is changed."""

    name = "stock"
    columns = (
        Column("sku", "a product that exists", key=True),
        Column("on_hand", "in sales units; not below what is reserved", key=True),
        Column("warehouse", "made where it does not exist; MAIN where it is blank"),
        Column("assumed", "yes where it is assumed; kept where the row changes nothing"),
    )

    def __init__(self) -> None:
        self._products: dict[str, Product] = {}
        self._warehouses: dict[str, Warehouse] = {}

    def key(self, row: Row) -> str:
        """Warehouse and SKU."""
        return f"{row.text('warehouse', longest=20) or MAIN} {row.needed('sku', longest=40)}"

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """Products named, and the warehouses."""
        self._products = loaded(session, Product.sku, [row.cells.get("sku", "").strip() for row in rows])
        self._warehouses = {warehouse.code: warehouse for warehouse in session.scalars(select(Warehouse))}

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Set one level by an entry of the difference."""
        row = only(rows, "sku")
        sku, on_hand = row.needed("sku", longest=40), row.integer("on_hand")
        product = self._products.get(sku)
        if product is None:
            raise row.wrong("sku", f"is '{sku}'; there is no such product")
        if on_hand is None:
            raise row.wrong("on_hand", "is empty")
        assumed = bool(row.yes("assumed"))
        code = row.text("warehouse", longest=20) or MAIN
        level = self._level(session, product, code)
        if level is not None and on_hand < level.reserved:
            raise row.wrong("on_hand", f"is {on_hand}, but {level.reserved} are reserved for orders")
        new = level is None
        level = level or self._new_level(session, product, code)
        difference = on_hand - level.on_hand
        if difference:
            level.on_hand = on_hand
            session.add(self._entry(session, level, difference, assumed=assumed and new))
        keeps = assumed and (new or not difference)
        marked = not keeps and "stock" in product.assumed
        if marked:
            product.assumed = without(product.assumed, "stock")
        if new:
            return Change.CREATED
        return Change.UPDATED if difference or marked else Change.UNCHANGED

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every level by warehouse and SKU."""
        query = select(StockLevel, Warehouse.code, Product).join(Warehouse).join(Product)
        for level, code, product in session.execute(query.order_by(Warehouse.code, Product.sku)):
            yield {
                "sku": product.sku,
                "on_hand": level.on_hand,
                "warehouse": code,
                "assumed": "yes" if "stock" in product.assumed else None,
            }

    def _level(self, session: Session, product: Product, code: str) -> StockLevel | None:
        warehouse = self._warehouses.get(code)
        if warehouse is None:
            return None
        query = select(StockLevel).where(StockLevel.product_id == product.id, StockLevel.warehouse_id == warehouse.id)
        # The row that ordering locks as well: nobody promises stock while it is being counted.
        return session.scalar(query.with_for_update())

    def _new_level(self, session: Session, product: Product, code: str) -> StockLevel:
        if code not in self._warehouses:
            self._warehouses[code] = Warehouse(code=code, name=f"{code.capitalize()} warehouse")
            session.add(self._warehouses[code])
            session.flush()
        level = StockLevel(product_id=product.id, warehouse_id=self._warehouses[code].id, on_hand=0, reserved=0)
        session.add(level)
        return level

    def _entry(self, session: Session, level: StockLevel, difference: int, *, assumed: bool) -> StockEntry:
        return StockEntry(
            product_id=level.product_id,
            warehouse_id=level.warehouse_id,
            quantity=difference,
            kind="opening" if assumed else "count",
            reason=REASON,
            assumed=assumed,
            at=business_clock(session).now(),
        )
