"""A small file becomes a company, on both engines: read back through the ORM, exactly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.catalogue.tables import Product
from backend.company.service import business_clock, next_number
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.database import Base, Database
from backend.errors import Conflict, Invalid
from backend.imports import online_retail
from backend.imports.online_retail import import_online_retail
from backend.imports.report import NotReconciled
from backend.imports.set_aside import reasons, rows
from backend.imports.tables import ImportRun, SetAside
from backend.purchasing.tables import PurchaseOrder, Supplier, SupplierProduct
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine
from backend.stock.tables import StockEntry, StockLevel
from tests.backend.imports.files import Line, csv_file, xlsx_file

SUMMER = datetime(2010, 7, 1, 8, 26)
LAST = datetime(2010, 12, 9, 12, 50)
LINES = [
    Line(invoice="500001", at=SUMMER, quantity=10),
    Line(invoice="500001", at=SUMMER, code="82482", description="WOODEN PICTURE FRAME WHITE FINISH", price=2.95),
    Line(invoice="500001", at=SUMMER, quantity=10),  # a duplicate
    Line(invoice="500002", at=LAST, customer=None, price=3.12, quantity=1),
    Line(invoice="500003", at=LAST, customer="14911", country="EIRE", quantity=160, price=1.45),
    Line(invoice="500003", at=LAST, customer="14911", country="EIRE", code="POST", description="POSTAGE", price=18),
    Line(invoice="C500004", at=LAST, quantity=-12),  # ten were sold
    Line(invoice="500005", at=LAST, quantity=-441, price=0, customer=None, description="damaged"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "retail.csv", LINES)


def sizes(database: Database) -> dict[str, int]:
    """How many rows each table holds."""
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_what_is_made(database: Database, file: Path):
    report = import_online_retail(database, [file])
    assert {name: tally.rows for name, tally in report.imported.items()} == {
        "sale": 3,
        "anonymous_sale": 1,
        "return": 1,
    }
    assert {name: tally.rows for name, tally in report.merged.items()} == {"duplicate": 1}
    assert {name: tally.rows for name, tally in report.set_aside.items()} == {"postage": 1, "stock_write_off": 1}
    assert (report.read.rows, report.read.units, str(report.read.money)) == (8, -256, "416.24")
    with database.read() as session:
        company = session.get(Company, 1)
        assert company is not None
        assert (company.currency, company.source, company.business_date) == ("GBP", "online-retail", date(2010, 12, 9))
        assert business_clock(session).today() == date(2010, 12, 9)

        first = session.scalars(select(Order).where(Order.number == "500001")).one()
        assert first.placed_at == datetime(2010, 7, 1, 7, 26, tzinfo=UTC)  # British summer time
        assert (first.state, first.total, first.currency, first.version) == ("completed", Decimal("40.50"), "GBP", 1)
        assert first.customer.code == "13047"
        assert [
            (line.product.sku, line.quantity, line.price, line.total, line.shipped, line.returned)
            for line in first.lines
        ] == [
            ("84879", 10, Decimal("1.69"), Decimal("16.90"), 10, 10),
            ("82482", 8, Decimal("2.95"), Decimal("23.60"), 8, 0),
        ]

        credit = session.scalars(select(SalesReturn)).one()
        assert (credit.number, credit.state, credit.total) == ("C500004", "settled", Decimal("20.28"))
        assert credit.returned_at == datetime(2010, 12, 9, 12, 50, tzinfo=UTC)
        assert [(line.order_line_id, line.quantity, line.total) for line in credit.lines] == [
            (first.lines[0].id, 10, Decimal("16.90")),
            (None, 2, Decimal("3.38")),
        ]

        cash = session.scalars(select(Customer).where(Customer.code == "CASH")).one()
        assert cash.name == "Cash and web sales"
        assert session.scalars(select(Order).where(Order.customer_id == cash.id)).one().number == "500002"
        eire = session.scalars(select(Customer).where(Customer.code == "14911")).one()
        assert (eire.name, eire.country, eire.assumed) == ("Customer 14911", "EIRE", ["name", "payment_days"])


def test_products_have_prices_supply_and_stock_all_assumed(database: Database, file: Path):
    import_online_retail(database, [file])
    with database.read() as session:
        product = session.scalars(select(Product).where(Product.sku == "84879")).one()
        assert (product.name, product.category.name, product.unit) == (
            "ASSORTED COLOUR BIRD ORNAMENT",
            "Decorations & ornaments",
            "each",
        )
        assert product.assumed == ["category", "price", "stock", "supply"]
        assert product.created_at == datetime(2010, 7, 1, 7, 26, tzinfo=UTC)
        assert [(price.min_quantity, price.price) for price in product.prices] == [(1, Decimal("1.45"))]
        terms = session.scalars(select(SupplierProduct).where(SupplierProduct.product_id == product.id)).one()
        assert terms.assumed
        assert terms.supplier.assumed
        assert session.scalar(select(func.count()).select_from(Supplier)) == 8
        for level in session.scalars(select(StockLevel)):
            entries = session.scalars(select(StockEntry).where(StockEntry.product_id == level.product_id)).all()
            assert sum(entry.quantity for entry in entries) == level.on_hand
            assert all(entry.assumed and entry.kind == "opening" for entry in entries)


def test_what_is_set_aside_is_kept_whole(database: Database, file: Path):
    import_online_retail(database, [file])
    with database.read() as session:
        assert [(count.reason, count.rows) for count in reasons(session)] == [("postage", 1), ("stock_write_off", 1)]
        row = rows(session, reason="stock_write_off")[0]
        assert row.row_number == 9
        assert row.row == {
            "Invoice": "500005",
            "StockCode": "84879",
            "Description": "damaged",
            "Quantity": -441,
            "InvoiceDate": "2010-12-09 12:50:00",
            "Price": "0.0000",
            "Customer ID": None,
            "Country": "United Kingdom",
            "file": "retail.csv",
            "sheet": None,
        }


def test_a_second_import_changes_nothing(database: Database, file: Path, tmp_path: Path):
    first = import_online_retail(database, [file])
    before = sizes(database)
    renamed = file.rename(tmp_path / "renamed.csv")
    again = import_online_retail(database, [renamed])
    assert again.already_imported
    assert not first.already_imported
    assert again.account == first.account
    assert sizes(database) == before


def test_life_goes_on_after_the_import(database: Database, file: Path):
    """The next keys and numbers are free, also where the keys were given by hand."""
    import_online_retail(database, [file])
    with database.write() as session:
        customer = Customer(code="new", name="New")
        session.add(customer)
        session.flush()
        number = next_number(session, "order")
        session.add(
            Order(number=number, customer=customer, channel="web", placed_at=datetime.now(UTC), total=Decimal(0))
        )
        session.add(ImportRun(kind="other", file_name="x", fingerprint="x", report={}))


def test_another_company_is_left_alone(database: Database, file: Path):
    with database.write() as session:
        session.add(Company(id=1, name="Demo", source="demo"))
    before = sizes(database)
    with pytest.raises(Conflict, match="already holds the company Demo") as error:
        import_online_retail(database, [file])
    assert error.value.code == "import_other_company"
    assert sizes(database) == before


def test_rows_without_a_company_are_left_alone(empty: Database, file: Path):
    with empty.write() as session:
        session.add(Customer(code="1", name="One"))
    with pytest.raises(Conflict, match="rows in customer"):
        import_online_retail(empty, [file])


def test_other_files_into_the_same_company_are_refused(empty: Database, file: Path, tmp_path: Path):
    import_online_retail(empty, [file])
    before = sizes(empty)
    with pytest.raises(Conflict, match="from other files"):
        import_online_retail(empty, [csv_file(tmp_path / "more.csv", LINES[:3])])
    assert sizes(empty) == before


def test_a_bad_file_leaves_the_database_untouched(empty: Database, tmp_path: Path):
    before = sizes(empty)
    bad = csv_file(tmp_path / "bad.csv", [*LINES, Line(quantity="many")])
    with pytest.raises(Invalid, match="row 10"):
        import_online_retail(empty, [bad])
    assert sizes(empty) == before


@pytest.mark.parametrize("step", ["write_catalogue", "write_trade", "write_supply", "check_written"])
def test_an_interrupted_import_leaves_nothing(database: Database, file: Path, monkeypatch, step: str):
    before = sizes(database)

    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(online_retail, step, interrupted)
        import_online_retail(database, [file])
    assert sizes(database) == before
    import_online_retail(database, [file])


def test_a_line_lost_on_the_way_is_noticed(empty: Database, file: Path, monkeypatch):
    before = sizes(empty)
    made = online_retail.trade_of
    from dataclasses import replace

    def losing(*args: object) -> object:
        trade = made(*args)
        return replace(trade, order_lines=trade.order_lines.head(-1))

    monkeypatch.setattr(online_retail, "trade_of", losing)
    with pytest.raises(NotReconciled):
        import_online_retail(empty, [file])
    assert sizes(empty) == before


def test_nothing_but_postage_is_no_company(empty: Database, tmp_path: Path):
    with pytest.raises(Invalid, match="not one sale"):
        import_online_retail(empty, [csv_file(tmp_path / "post.csv", [Line(code="POST")])])


def test_an_invoice_of_two_customers_is_two_orders(empty: Database, tmp_path: Path):
    path = csv_file(tmp_path / "two.csv", [Line(), Line(customer="14911"), Line(code="82482")])
    report = import_online_retail(empty, [path])
    assert report.rules["invoices_of_several_customers"] == 1
    with empty.read() as session:
        found = session.execute(select(Order.number, Customer.code).join(Customer).order_by(Order.id)).all()
    assert [tuple(row) for row in found] == [("536365", "13047"), ("536365-2", "14911")]


def test_a_customer_of_several_countries_is_where_most_of_its_invoices_are(empty: Database, tmp_path: Path):
    lines = [Line(invoice=str(n), country="Belgium" if n < 2 else "Denmark") for n in range(5)]
    report = import_online_retail(empty, [csv_file(tmp_path / "two.csv", [*lines, lines[0].but(code="82482")])])
    assert report.rules["customers_in_several_countries"] == 1
    with empty.read() as session:
        customer = session.scalars(select(Customer)).one()
        assert (customer.country, customer.assumed) == ("Denmark", ["name", "country", "payment_days"])


def test_a_product_not_sold_for_a_year_is_not_active_and_has_no_stock(empty: Database, tmp_path: Path):
    path = csv_file(tmp_path / "old.csv", [Line(at=datetime(2009, 12, 1)), Line(code="82482", at=LAST)])
    assert import_online_retail(empty, [path]).rules["products_not_sold_for_a_year"] == 1
    with empty.read() as session:
        product = session.scalars(select(Product).where(Product.sku == "84879")).one()
        assert not product.active
        assert "supply" not in product.assumed
        assert session.scalars(select(StockLevel).where(StockLevel.product_id == product.id)).one().on_hand == 0


def test_the_workbook_with_both_sheets(empty: Database, tmp_path: Path):
    sheets = {"Year 2009-2010": LINES[:5], "Year 2010-2011": LINES[3:]}
    report = import_online_retail(empty, [xlsx_file(tmp_path / "both.xlsx", sheets)])
    assert report.merged["overlap"].rows == 2
    assert sum(tally.rows for tally in report.imported.values()) == 5
    with empty.read() as session:
        assert {row.row["sheet"] for row in session.scalars(select(SetAside))} == {"Year 2010-2011"}


def test_progress_goes_forward(empty: Database, file: Path):
    steps: list[tuple[str, float]] = []
    import_online_retail(empty, [file], progress=lambda text, share: steps.append((text, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert steps[-1] == ("done", 1.0)


def test_the_report_is_kept_with_the_run(empty: Database, file: Path):
    report = import_online_retail(empty, [file])
    with empty.read() as session:
        run = session.scalars(select(ImportRun)).one()
        assert run.report == json.loads(json.dumps(report.as_json()))
        assert session.scalar(select(func.sum(OrderLine.total))) == sum(
            tally.money for name, tally in report.imported.items() if name != "return"
        )
        assert session.scalar(select(func.sum(SalesReturnLine.total))) == -report.imported["return"].money
        assert all(order.state == "sent" for order in session.scalars(select(PurchaseOrder)))
