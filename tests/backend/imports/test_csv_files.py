"""Files of one's own: every row is reported, nothing is written if one fails, and what is written comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.catalogue.tables import Product
from backend.company.tables import AuditEvent, Company
from backend.customers.tables import Customer
from backend.database import Database
from backend.errors import Invalid
from backend.imports.csv_files import KINDS, CsvReport, export_csv, import_csv, template
from backend.imports.online_retail import import_online_retail
from backend.migrations import migrate
from backend.purchasing.tables import Supplier, SupplierProduct
from backend.sales.tables import Order
from backend.stock.tables import StockEntry, StockLevel
from tests.backend.imports.files import Line, csv_file

PRODUCTS = """sku,name,category,unit,units_per,packs,aliases
20-104,M8x40 hex bolt,Bolts,each,1,box:200|case:2000,hex bolt M8 x 40|bolt 8x40
55-010,Blue linen,Cloth,metre,10,,
"""
OWN = {
    "products": PRODUCTS,
    "customers": "code,name,line1,city\nC1,Harper & Sons,1 Mill Lane,Leeds\n",
    "prices": "sku,min_quantity,price,price_group\n"
    "20-104,1,0.045,\n20-104,1000,0.04,\n20-104,1,0.042,gold\n55-010,,0.89,\n",
    "stock": "sku,on_hand\n20-104,5000\n55-010,250\n",
    "suppliers": "code,name,lead_time_days,sku,cost,moq,multiple,price_breaks\n"
    "S9,Bolt Works,12,20-104,0.02,1000,200,10000:0.018\nS10,Idle Ltd,5,,,,,\n",
    "orders": "number,customer,placed_at,sku,quantity,price\n"
    "A-1,C1,2026-07-01 10:00,20-104,60,0.045\nA-1,C1,2026-07-01 10:00,55-010,25,0.89\n",
}


def put(database: Database, folder: Path, kind: str, text: str, **options: bool) -> CsvReport:
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return import_csv(database, kind, path, **options)


def counts(report: CsvReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.failed)


def put_all(database: Database, folder: Path) -> None:
    for kind, text in OWN.items():
        report = put(database, folder, kind, text)
        assert report.written, report.failed


def test_a_company_of_ones_own(database: Database, tmp_path: Path):
    put_all(database, tmp_path)
    with database.read() as session:
        assert session.get(Company, 1).source == "csv"
        bolt = session.scalars(select(Product).where(Product.sku == "20-104")).one()
        assert (bolt.category.name, bolt.assumed) == ("Bolts", [])
        assert {pack.name: pack.quantity for pack in bolt.packs} == {"box": 200, "case": 2000}
        assert {alias.text for alias in bolt.aliases} == {"hex bolt M8 x 40", "bolt 8x40"}
        assert {(price.price_group, price.min_quantity, price.price) for price in bolt.prices} == {
            (None, 1, Decimal("0.045")),
            (None, 1000, Decimal("0.04")),
            ("gold", 1, Decimal("0.042")),
        }
        order = session.scalars(select(Order)).one()
        assert order.placed_at == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
        assert (order.total, order.state) == (Decimal("24.95"), "completed")
        assert [(line.position, line.shipped) for line in order.lines] == [(1, 60), (2, 25)]
        customer = session.scalars(select(Customer)).one()
        assert [(address.line1, address.city) for address in customer.addresses] == [("1 Mill Lane", "Leeds")]
        terms = session.scalars(select(SupplierProduct)).one()
        assert (terms.moq, terms.multiple, terms.price_breaks) == (1000, 200, [{"from": 10000, "cost": "0.018"}])
        assert {supplier.code for supplier in session.scalars(select(Supplier))} == {"S9", "S10"}
        entry = session.scalars(select(StockEntry).where(StockEntry.product_id == bolt.id)).one()
        assert (entry.kind, entry.quantity, entry.assumed) == ("count", 5000, False)
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == len(OWN)


def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path):
    put_all(database, tmp_path)
    for kind, text in OWN.items():
        report = put(database, tmp_path, kind, text)
        assert counts(report) == (0, 0, report.rows, 0), kind


def exported(database: Database, folder: Path, prefix: str) -> dict[str, str]:
    texts = {}
    for kind in KINDS:
        path = folder / f"{prefix}-{kind}.csv"
        export_csv(database, kind, path)
        texts[kind] = path.read_text(encoding="utf-8")
    return texts


ORDER = ("products", "customers", "prices", "stock", "suppliers", "orders")


@pytest.mark.parametrize("source", ["own", "online-retail"])
def test_what_is_exported_makes_the_same_company_again(database: Database, tmp_path: Path, source: str):
    if source == "own":
        put_all(database, tmp_path)
    else:
        lines = [Line(invoice=str(n), code=code) for n in range(9) for code in ("84879", "82482")]
        import_online_retail(database, [csv_file(tmp_path / "lines.csv", lines)])
    texts = exported(database, tmp_path, "first")
    for kind in ORDER:
        report = put(database, tmp_path, kind, texts[kind])
        assert counts(report) == (0, 0, report.rows, 0), (kind, report)

    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    migrate(copy)
    for kind in ORDER:
        report = put(copy, tmp_path, kind, texts[kind])
        assert report.created == report.rows, (kind, report)
    assert exported(copy, tmp_path, "second") == texts
    copy.close()


@pytest.fixture
def giftware(empty: Database, tmp_path: Path) -> Database:
    """An imported company, with everything assumed."""
    lines = [Line(invoice=str(n)) for n in range(9)]
    import_online_retail(empty, [csv_file(tmp_path / "lines.csv", lines)])
    return empty


@pytest.mark.parametrize(
    ("kind", "text", "cleared"),
    [
        ("products", "sku,category\n84879,Garden\n", {"category"}),
        ("products", "sku,packs\n84879,box:8\n", {"packs"}),
        ("products", "sku,name\n84879,Bird\n", set()),
        ("prices", "sku,price\n84879,1.69\n", {"price"}),
        ("stock", "sku,on_hand\n84879,77\n", {"stock"}),
        ("suppliers", "code,name,lead_time_days,sku,cost\nS9,Real Ltd,3,84879,0.70\n", {"supply"}),
    ],
)
def test_what_is_replaced_is_no_longer_assumed(giftware: Database, tmp_path: Path, kind: str, text: str, cleared: set):
    def marks() -> set[str]:
        with giftware.read() as session:
            return set(session.scalars(select(Product)).one().assumed)

    before = marks()
    report = put(giftware, tmp_path, kind, text)
    assert report.written
    assert before - marks() == cleared


def test_real_terms_take_the_place_of_assumed_ones(giftware: Database, tmp_path: Path):
    put(giftware, tmp_path, "suppliers", "code,name,lead_time_days,sku,cost\nS9,Real Ltd,3,84879,0.70\n")
    with giftware.read() as session:
        terms = session.scalars(select(SupplierProduct)).one()
        assert (terms.supplier.code, terms.cost, terms.assumed, terms.preferred) == ("S9", Decimal("0.7"), False, True)


def test_a_second_supplier_that_is_preferred(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    put(empty, tmp_path, "suppliers", "code,name,lead_time_days,sku,cost\nS11,Other,3,20-104,0.01\n")
    with empty.read() as session:
        preferred = {terms.supplier.code: terms.preferred for terms in session.scalars(select(SupplierProduct))}
    assert preferred == {"S9": False, "S11": True}


def test_a_count_writes_the_difference(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    report = put(empty, tmp_path, "stock", "sku,on_hand\n20-104,4990\n")
    assert counts(report) == (0, 1, 0, 0)
    with empty.read() as session:
        product = session.scalars(select(Product).where(Product.sku == "20-104")).one()
        entries = session.scalars(select(StockEntry).where(StockEntry.product_id == product.id)).all()
        assert [entry.quantity for entry in entries] == [5000, -10]


def test_blank_cells_leave_what_is_there_and_a_dash_empties_a_list(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    put(empty, tmp_path, "products", "sku,name,packs,aliases\n20-104,,,-\n")
    with empty.read() as session:
        bolt = session.scalars(select(Product).where(Product.sku == "20-104")).one()
        assert (bolt.name, len(bolt.packs), bolt.aliases) == ("M8x40 hex bolt", 2, [])


BAD_ROWS = [
    ("products", "sku,name\n30-1,\n", "row 2: name is empty"),
    ("products", "sku,name\n,Bolt\n", "row 2: sku is empty"),
    ("products", "sku,name\n30-1,A\n30-1,B\n", "row 3: sku is '30-1' again; it stands in row 2 already"),
    ("products", "sku,name,units_per\n30-1,A,0\n", "row 2: units_per is 0; expected 1 to 2147483647"),
    ("products", "sku,name,active\n30-1,A,perhaps\n", "row 2: active is 'perhaps'; expected yes or no"),
    ("products", "sku,name,packs\n30-1,A,box of 8\n", "row 2: packs has 'box of 8'; expected a name and a quantity"),
    ("prices", "sku,price\nnone,1\n", "row 2: sku is 'none'; there is no such product"),
    ("prices", "sku,price\n20-104,cheap\n", "row 2: price is 'cheap'; expected an amount"),
    ("prices", "sku,price\n20-104,-1\n", "row 2: price is -1; expected an amount of at least 0"),
    ("prices", "sku,price\n20-104,0.00001\n", "row 2: price is 0.00001; a price has up to four decimals"),
    ("prices", "sku,price\n20-104,NaN\n", "row 2: price is NaN"),
    (
        "prices",
        "sku,price,valid_from,valid_to\n20-104,1,2026-02-01,2026-01-01\n",
        "row 2: valid_to is 2026-01-01, before valid_from 2026-02-01",
    ),
    ("prices", "sku,price,valid_from\n20-104,1,1.2.2026\n", "row 2: valid_from is '1.2.2026'; expected a date"),
    ("customers", "code,name\nC9,\n", "row 2: name is empty"),
    ("customers", "code,name,line1\nC9,Nine,1 High St\n", "row 2: city is empty; an address has at least"),
    ("customers", "code,name\nC9,Nine\nC9,Nine\n", "row 3: code is 'C9' again"),
    ("stock", "sku,on_hand\n20-104,-1\n", "row 2: on_hand is -1; expected 0 to"),
    ("stock", "sku,on_hand\n20-104,12.5\n", "row 2: on_hand is '12.5'; expected a whole number"),
    ("stock", "sku,on_hand\nnone,1\n", "row 2: sku is 'none'; there is no such product"),
    ("suppliers", "code,name\nS11,New\n", "row 2: lead_time_days is empty; a new supplier needs it"),
    ("suppliers", "code,sku\nS9,55-010\n", "row 2: cost is empty; new terms need it"),
    ("suppliers", "code,sku,cost\nS9,none,1\n", "row 2: sku is 'none'; there is no such product"),
    (
        "orders",
        "number,customer,placed_at,sku,quantity,price\nA-2,C9,2026-07-01,20-104,1,1\n",
        "row 2: customer is 'C9'",
    ),
    ("orders", "number,customer,placed_at,sku,quantity,price\nA-2,C1,2026-07-01,20-104,0,1\n", "row 2: quantity is 0"),
    ("orders", "number,customer,placed_at,sku,quantity,price\nA-2,C1,soon,20-104,1,1\n", "row 2: placed_at is 'soon'"),
    (
        "orders",
        "number,customer,placed_at,sku,quantity,price,state\nA-2,C1,2026-07-01,20-104,1,1,placed\n",
        "row 2: state is 'placed'; expected completed or cancelled",
    ),
    (
        "orders",
        "number,customer,placed_at,sku,quantity,price\nA-1,C1,2026-07-01 10:00,20-104,61,0.045\n",
        "row 2: number is 'A-1'; this order is in the database already and differs",
    ),
]


@pytest.fixture(scope="module")
def own_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    folder = tmp_path_factory.mktemp("own")
    shutil.copy(migrated_file, folder / "own.db")
    database = Database(f"sqlite:///{folder / 'own.db'}")
    put_all(database, folder)
    yield folder / "own.db"
    database.close()


@pytest.mark.parametrize(("kind", "text", "message"), BAD_ROWS, ids=[message for *_, message in BAD_ROWS])
def test_a_bad_row_is_named_and_nothing_is_written(own_file: Path, tmp_path: Path, kind: str, text: str, message: str):
    database = Database(f"sqlite:///{own_file}")
    before = exported(database, tmp_path, "before")
    report = put(database, tmp_path, kind, text)
    assert not report.written
    assert any(failure.sentence.startswith(message) for failure in report.failed), report.failed
    assert exported(database, tmp_path, "after") == before
    database.close()


def test_not_below_what_is_reserved(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    with empty.write() as session:
        session.scalars(select(StockLevel).order_by(StockLevel.product_id)).first().reserved = 40
    report = put(empty, tmp_path, "stock", "sku,on_hand\n20-104,39\n")
    assert [failure.sentence for failure in report.failed] == ["row 2: on_hand is 39, but 40 are reserved for orders"]


def test_good_rows_are_written_where_bad_ones_are_skipped(empty: Database, tmp_path: Path):
    text = "sku,name,units_per\n1,One,1\n2,Two,none\n3,Three,1\n"
    assert not put(empty, tmp_path, "products", text).written
    report = put(empty, tmp_path, "products", text, skip_bad=True)
    assert counts(report) == (2, 0, 0, 1)
    with empty.read() as session:
        assert session.scalars(select(Product.sku).order_by(Product.sku)).all() == ["1", "3"]


def test_an_order_stands_or_falls_with_all_of_its_lines(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    text = (
        "number,customer,placed_at,sku,quantity,price\n"
        "A-2,C1,2026-07-01,20-104,5,1\nA-3,C1,2026-07-01,20-104,5,1\nA-2,C1,2026-07-01,none,5,1\n"
    )
    report = put(empty, tmp_path, "orders", text, skip_bad=True)
    assert [failure.sentence for failure in report.failed] == [
        "row 2: the row belongs together with row 4, which will not do",
        "row 4: sku is 'none'; there is no such product",
    ]
    assert report.created == 1
    with empty.read() as session:
        assert session.scalars(select(Order.number).order_by(Order.number)).all() == ["A-1", "A-3"]


def test_a_dry_run_writes_nothing(empty: Database, tmp_path: Path):
    report = put(empty, tmp_path, "products", PRODUCTS, dry_run=True)
    assert counts(report) == (2, 0, 0, 0)
    assert not report.written
    with empty.read() as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 0
        assert session.get(Company, 1) is None


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("pets", b"sku\n1\n", "There is no kind 'pets'; expected products, prices"),
        ("products", b"", "is empty; expected the header sku,name"),
        ("products", b"name\nBolt\n", "row 1: no column sku"),
        ("products", b"sku,colour\n1,red\n", "row 1: an unknown column colour"),
        ("products", b"sku,name,name\n1,a,b\n", "row 1: twice the column name"),
        ("products", b"sku,name\n1,a\n2,b,c\n", "row 3: 3 fields where the header has 2"),
        ("products", b"PK\x03\x04zip", "save it as CSV"),
    ],
)
def test_files_that_will_not_do_as_a_whole(empty: Database, tmp_path: Path, kind: str, content: bytes, message: str):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=message.replace("'", ".")):
        import_csv(empty, kind, path)


def test_files_from_a_spreadsheet(empty: Database, tmp_path: Path):
    path = tmp_path / "excel.csv"
    path.write_bytes('\ufeffSKU;Name\r\n1;Ölkännchen\r\n\r\n2;"Two; three"\r\n'.encode())
    assert counts(import_csv(empty, "products", path)) == (2, 0, 0, 0)
    with empty.read() as session:
        assert session.scalars(select(Product.name).order_by(Product.sku)).all() == ["Ölkännchen", "Two; three"]


def test_a_requested_date_and_a_reference(empty: Database, tmp_path: Path):
    put_all(empty, tmp_path)
    head = "number,customer,placed_at,sku,quantity,price,requested_date,customer_reference,state\n"
    report = put(
        empty, tmp_path, "orders", head + "A-9,C1,2026-07-01T10:00+02:00,20-104,5,1,2026-07-09,PO 7,cancelled\n"
    )
    assert report.written, report.failed
    with empty.read() as session:
        order = session.scalars(select(Order).where(Order.number == "A-9")).one()
        assert (order.requested_date, order.customer_reference) == (date(2026, 7, 9), "PO 7")
        assert order.placed_at == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
        assert (order.state, order.lines[0].cancelled, order.lines[0].shipped) == ("cancelled", 5, 0)


def test_templates_can_be_imported(empty: Database, tmp_path: Path):
    for kind in KINDS:
        assert put(empty, tmp_path, kind, template(kind) + "\n").written
