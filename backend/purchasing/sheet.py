"""A purchase order as a table that the supplier's system, or ours, can read: CSV, one row a line."""

from __future__ import annotations

import csv
import io
from typing import Final

from sqlalchemy import select

from backend.catalogue.quantities import unit_label
from backend.company.service import currency
from backend.money import rounded
from backend.purchasing.tables import PurchaseOrder, SupplierProduct
from backend.work import Work

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
COLUMNS: Final = (
    "purchase_order", "supplier", "ordered", "expected", "position", "sku", "supplier_sku", "name", "quantity", "unit",
    "cost", "total", "currency",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def sheet(work: Work, order: PurchaseOrder) -> str:
    """The table; quantities and costs per sales unit. Text that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    keys = [line.product_id for line in order.lines]
    query = select(SupplierProduct.product_id, SupplierProduct.supplier_sku)
    own = query.where(SupplierProduct.supplier_id == order.supplier_id, SupplierProduct.product_id.in_(keys))
    theirs = {key: sku or "" for key, sku in work.session.execute(own)}
    ordered = work.clock.date_of(order.ordered_at).isoformat()
    expected = order.expected_date.isoformat() if order.expected_date else ""
    for line in order.lines:
        texts = (line.product.sku, theirs.get(line.product_id, ""), line.product.name)
        amounts = (line.quantity, unit_label(line.product), line.cost, rounded(line.cost * line.quantity))
        document = (order.number, _plain(order.supplier.code), ordered, expected, line.position)
        writer.writerow([*document, *map(_plain, texts), *amounts, currency(work.session)])
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
