"""Writing the imported company, in one transaction, and counting it again in the database before that ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Category, Price, Product, ProductAlias, ProductPack
from backend.clock import BusinessClock
from backend.company.service import next_number
from backend.customers.tables import Customer
from backend.imports.assumptions import SUPPLIERS
from backend.imports.bulk import Bulk
from backend.imports.company_frames import Catalogue, FirstKeys, Trade
from backend.imports.reading.sheet import Sheet
from backend.imports.report import Account, NotReconciled, Tally, total
from backend.imports.supply_frames import OpenLine, Supply, expected_by
from backend.imports.tables import SetAside
from backend.money import line_total
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine
from backend.stock.tables import StockEntry, StockLevel, Warehouse

WAREHOUSE = ("MAIN", "Main warehouse")
CHANNEL = "import"
OPENING = "assumed opening stock"


def table_of(model: Any) -> Table:
    """The table behind a mapped class."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError("a mapped class has one table")
    return table


def first_keys(bulk: Bulk) -> FirstKeys:
    """Free primary keys, so that rows can refer to one another before they are written."""
    return FirstKeys(
        customer=bulk.next_id(table_of(Customer)),
        product=bulk.next_id(table_of(Product)),
        category=bulk.next_id(table_of(Category)),
        order=bulk.next_id(table_of(Order)),
        order_line=bulk.next_id(table_of(OrderLine)),
        sales_return=bulk.next_id(table_of(SalesReturn)),
    )


def write_catalogue(bulk: Bulk, catalogue: Catalogue) -> dict[str, int]:
    """Categories, products, aliases, prices, packs."""
    return {
        "categories": bulk.insert(table_of(Category), catalogue.categories),
        "products": bulk.insert(table_of(Product), catalogue.products),
        "aliases": bulk.insert(table_of(ProductAlias), catalogue.aliases),
        "prices": bulk.insert(table_of(Price), catalogue.prices),
        "packs": bulk.insert(table_of(ProductPack), catalogue.packs),
    }


def write_trade(bulk: Bulk, trade: Trade) -> dict[str, int]:
    """Customers, completed orders, settled returns."""
    channel, completed = pl.lit(CHANNEL).alias("channel"), pl.lit("completed").alias("state")
    settled, reason = pl.lit("settled").alias("state"), pl.lit("cancellation").alias("reason")
    return {
        "customers": bulk.insert(table_of(Customer), trade.customers),
        "orders": bulk.insert(table_of(Order), trade.orders.with_columns(channel, completed)),
        "order_lines": bulk.insert(table_of(OrderLine), trade.order_lines),
        "returns": bulk.insert(table_of(SalesReturn), trade.returns.with_columns(settled, reason)),
        "return_lines": bulk.insert(table_of(SalesReturnLine), trade.return_lines),
    }


def write_set_aside(bulk: Bulk, lines: pl.DataFrame, sheets: Sequence[Sheet], run: int) -> int:
    """The lines set aside, whole, as they are named in the newer of the files."""
    chosen = lines.filter(pl.col("outcome") == "set_aside").sort("n")
    rows = [
        json.dumps(_whole(line, sheets[line["sheet"]]), ensure_ascii=False) for line in chosen.iter_rows(named=True)
    ]
    frame = chosen.select(
        pl.lit(run, pl.Int64).alias("import_run_id"),
        pl.col("row").alias("row_number"),
        pl.col("reason").cast(pl.String),
        pl.Series("row", rows, dtype=pl.String),
    )
    return bulk.insert(table_of(SetAside), frame)


def _whole(line: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    return {
        "Invoice": line["invoice"],
        "StockCode": line["code"],
        "Description": line["description"],
        "Quantity": line["quantity"],
        "InvoiceDate": line["at"].isoformat(sep=" "),
        "Price": str(Decimal(line["price"]).scaleb(-4).quantize(Decimal("0.0001"))),
        "Customer ID": line["customer"],
        "Country": line["country"],
        "file": sheet.file,
        "sheet": sheet.name,
    }


def write_supply(session: Session, bulk: Bulk, supply: Supply, clock: BusinessClock) -> dict[str, int]:
    """Suppliers, terms, the warehouse, opening stock, open purchase orders: all assumed."""
    suppliers = {row.code: row for row in _suppliers()}
    warehouse = session.scalar(select(Warehouse).where(Warehouse.code == WAREHOUSE[0]))
    if warehouse is None:
        warehouse = Warehouse(code=WAREHOUSE[0], name=WAREHOUSE[1])
    session.add_all([*suppliers.values(), warehouse])
    session.flush()
    ids = {code: row.id for code, row in suppliers.items()}
    terms = supply.terms.with_columns(
        pl.col("supplier").replace_strict(ids, return_dtype=pl.Int64).alias("supplier_id")
    ).drop("supplier")
    here = pl.lit(warehouse.id, pl.Int64).alias("warehouse_id")
    at = datetime.combine(clock.today(), time(), UTC).replace(tzinfo=None)
    opening = supply.levels.filter(pl.col("on_hand") > 0).select(
        "product_id",
        here,
        pl.col("on_hand").alias("quantity"),
        pl.lit("opening").alias("kind"),
        pl.lit(OPENING).alias("reason"),
        pl.lit(value=True).alias("assumed"),
        pl.lit(at).cast(pl.Datetime("us")).alias("at"),
    )
    return {
        "suppliers": len(suppliers),
        "supplier_terms": bulk.insert(table_of(SupplierProduct), terms),
        "stock_levels": bulk.insert(table_of(StockLevel), supply.levels.with_columns(here)),
        "stock_entries": bulk.insert(table_of(StockEntry), opening),
        "out_of_stock": supply.out,
        "at_or_below_reorder_point": supply.low,
        "purchase_orders": _purchase_orders(session, suppliers, supply.on_order, clock),
        "purchase_order_lines": sum(len(lines) for lines in supply.on_order.values()),
    }


def _suppliers() -> list[Supplier]:
    return [
        Supplier(
            code=supplier.code,
            name=supplier.name,
            country=supplier.country,
            lead_time_days=supplier.lead_time_days,
            review_days=supplier.review_days * 7 // 5,  # working days, kept as calendar days
            order_cost=supplier.order_cost,
            minimum_value=supplier.minimum_value,
            assumed=True,
        )
        for supplier in SUPPLIERS
    ]


def _purchase_orders(
    session: Session, suppliers: dict[str, Supplier], on_order: dict[str, list[OpenLine]], clock: BusinessClock
) -> int:
    for assumed in SUPPLIERS:
        lines = on_order.get(assumed.code, [])
        if lines:
            ordered, expected = expected_by(assumed, clock.today())
            session.add(
                PurchaseOrder(
                    number=next_number(session, "purchase_order"),
                    supplier=suppliers[assumed.code],
                    state="sent",
                    ordered_at=clock.at_noon(ordered),
                    expected_date=expected,
                    total=sum((line_total(line.cost, line.quantity) for line in lines), Decimal(0)),
                    lines=[
                        PurchaseOrderLine(
                            position=position,
                            product_id=line.product_id,
                            quantity=line.quantity,
                            cost=line.cost,
                            reason={"assumed": True, "text": "assumed at the import: under way on the last day"},
                        )
                        for position, line in enumerate(lines, 1)
                    ],
                )
            )
    session.flush()
    return sum(bool(lines) for lines in on_order.values())


def check_written(session: Session, account: Account, run: int) -> None:
    """Count and add up in the database what the account says is there. Raises NotReconciled."""
    sold = _sums(session, OrderLine.quantity, OrderLine.total)
    back = _sums(session, SalesReturnLine.quantity, SalesReturnLine.total)
    written = Tally(0, sold.units - back.units, sold.pence - back.pence)
    imported = total(account.imported.values())
    totals = session.scalar(select(func.coalesce(func.sum(Order.total), 0))) or Decimal(0)
    credited = session.scalar(select(func.coalesce(func.sum(SalesReturn.total), 0))) or Decimal(0)
    aside = session.scalar(select(func.count()).select_from(SetAside).where(SetAside.import_run_id == run))
    sales_rows = imported.rows - account.imported.get("return", Tally()).rows
    if (
        (written.units, written.pence) != (imported.units, imported.pence)
        or sold.rows != sales_rows
        or Decimal(totals) - Decimal(credited) != imported.money
        or aside != total(account.set_aside.values()).rows
    ):
        raise NotReconciled(
            f"The database would hold {written} of {sold.rows} order lines where {imported} were read. "
            "Nothing was imported."
        )


def _sums(session: Session, quantity: Any, amount: Any) -> Tally:
    rows, units, money = session.execute(
        select(func.count(), func.coalesce(func.sum(quantity), 0), func.coalesce(func.sum(amount), 0))
    ).one()
    return Tally(int(rows), int(units), int(Decimal(money).scaleb(2)))
