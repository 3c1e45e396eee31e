"""Importing the UCI "Online Retail II" data: two years of a real wholesaler's invoices become a company to live in.

Source: Chen, D. (2019), Online Retail II, UCI Machine Learning Repository, doi 10.24432/C5CG6D (CC BY 4.0). The rules
are in ``rules``, ``matching``, ``products``, ``pricing``, ``packs`` and ``assumptions``; docs/importing.md says them in
words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.catalogue.tables import Category, Product
from backend.clock import BusinessClock
from backend.company.tables import AuditEvent, Company
from backend.customers.tables import Customer
from backend.database import Database
from backend.errors import Conflict, Invalid
from backend.imports.bulk import Bulk
from backend.imports.company_frames import catalogue_of, trade_of
from backend.imports.demand import recent_demand
from backend.imports.matching import matched, outcomes
from backend.imports.products import Products, products_of
from backend.imports.progress import Progress, ProgressCallback
from backend.imports.reading import read_files
from backend.imports.reading.sheet import Sheet
from backend.imports.report import Account, ImportReport, account
from backend.imports.rules import Reason, judged
from backend.imports.supply_frames import supply_of
from backend.imports.tables import ImportRun
from backend.imports.writing import (
    check_written,
    first_keys,
    write_catalogue,
    write_set_aside,
    write_supply,
    write_trade,
)
from backend.purchasing.tables import Supplier
from backend.sales.tables import Order

KIND = "online-retail"
COMPANY_NAME = "Online Retail (UK giftware)"


@dataclass(frozen=True)
class Judged:
    """Everything that can be known before the database is touched."""

    lines: pl.DataFrame
    sheets: list[Sheet]
    account: Account
    sales: pl.DataFrame
    returns: pl.DataFrame
    pieces: pl.DataFrame
    products: Products
    end: datetime


def import_online_retail(
    database: Database, files: Sequence[Path], *, progress: ProgressCallback | None = None
) -> ImportReport:
    """Import the files as one company, in one transaction; ``progress`` gets a text and a share from 0 to 1.

    A second import of the same files changes nothing (``already_imported``). Raises Invalid for a file that is wrong
    or damaged, with the row; Conflict where the database holds another company; NotReconciled where lines, units or
    money would not add up. On any error the database is as it was.
    """
    started = monotonic()
    steps = Progress(progress)
    files = [Path(file) for file in files]
    mark = fingerprint(files)
    with database.read() as session:
        earlier = _earlier(session, mark)
    if earlier is not None:
        return earlier
    known = _judge(files, steps.part(0.0, 0.35))
    with database.write() as session:
        earlier = _earlier(session, mark)
        if earlier is not None:
            return earlier
        report = _write(session, known, mark, [file.name for file in files], steps.part(0.35, 1.0))
        report = replace(report, seconds=round(monotonic() - started, 1))
        run = session.scalars(select(ImportRun).where(ImportRun.kind == KIND, ImportRun.fingerprint == mark)).one()
        run.report = report.as_json()
    steps.step("done", 1.0)
    return report


def fingerprint(files: Sequence[Path]) -> str:
    """A hash of the files' content, whatever their names and order."""
    hashes = []
    for path in files:
        if not path.is_file():
            raise Invalid(f"There is no file {path}.", code="import_no_file", file=str(path))
        with path.open("rb") as stream:
            digest = sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
        hashes.append(digest.hexdigest())
    return sha256("".join(sorted(hashes)).encode()).hexdigest()


def _earlier(session: Session, mark: str) -> ImportReport | None:
    """The report of the same content's import, None for a database that is ready for one. Raises Conflict."""
    run = session.scalar(select(ImportRun).where(ImportRun.kind == KIND, ImportRun.fingerprint == mark))
    if run is not None:
        return ImportReport.from_json(run.report, already_imported=True)
    company = session.get(Company, 1)
    if company is not None and company.source == KIND:
        raise Conflict(
            f"This database already holds {company.name} from other files. Import all files together into an empty "
            "database (give a new DATABASE_URL). Nothing was changed.",
            code="import_other_files",
        )
    if company is not None:
        raise Conflict(
            f"This database already holds the company {company.name}. Import into an empty database (give a new "
            "DATABASE_URL). Nothing was changed.",
            code="import_other_company",
        )
    for table in (Product, Category, Customer, Order, Supplier):
        if session.scalar(select(func.count()).select_from(table)):
            raise Conflict(
                f"This database already holds rows in {table.__tablename__}. Import into an empty database. "
                "Nothing was changed.",
                code="import_other_company",
            )
    return None


def _judge(files: Sequence[Path], steps: Progress) -> Judged:
    lines, sheets = read_files(files, steps.part(0.0, 0.5))
    steps.step("judging every line", 0.5)
    lines = judged(lines)
    accounted = account(lines)
    accounted.check()
    sales = lines.filter(pl.col("reason").cast(pl.String).is_in([Reason.SALE, Reason.ANONYMOUS_SALE]))
    returns = lines.filter(pl.col("reason") == str(Reason.RETURN))
    if sales.is_empty():
        raise Invalid("There is not one sale in these files. Nothing was imported.", code="import_empty_file")
    steps.step("matching cancellations to what they reverse", 0.75)
    pieces = matched(sales, returns)
    steps.step("naming the products", 0.9)
    end = lines["at"].max()
    if not isinstance(end, datetime):
        raise TypeError("a file with lines has a last day")
    return Judged(lines, sheets, accounted, sales, returns, pieces, products_of(lines), end)


def _write(session: Session, known: Judged, mark: str, names: list[str], steps: Progress) -> ImportReport:
    clock = BusinessClock(fixed=known.end.date())
    run = _company_and_run(session, known, mark, names)
    with Bulk(session) as bulk:
        steps.step("writing what is set aside", 0.0)
        write_set_aside(bulk, known.lines, known.sheets, run.id)
        steps.step("writing products and prices", 0.05)
        first = first_keys(bulk)
        catalogue = catalogue_of(known.products, known.sales, known.returns, known.end, first)
        made = write_catalogue(bulk, catalogue)
        steps.step("writing orders and returns", 0.15)
        trade = trade_of(known.sales, known.returns, known.pieces, catalogue.products, first)
        made |= write_trade(bulk, trade)
        steps.step("assuming suppliers and stock", 0.85)
        demand = recent_demand(known.sales, known.pieces, known.end)
        supply = supply_of(catalogue.products, catalogue.prices, catalogue.packs, demand)
        assumed = write_supply(session, bulk, supply, clock)
        bulk.finish()
        steps.step("checking that everything adds up", 0.9)
        check_written(session, known.account, run.id)
    rules = known.products.counts | {f"cancellations_{name}": count for name, count in outcomes(known.pieces).items()}
    rules |= {
        "cancellations_without_customer": known.returns["customer"].null_count(),
        "customers_in_several_countries": trade.customers_in_several_countries,
        "invoices_of_several_customers": trade.invoices_split,
        "products_not_sold_for_a_year": int((~catalogue.products["active"]).sum()),
    }
    made["price_breaks"] = made["prices"] - made["products"]
    return ImportReport(names, mark, _first_day(known.lines), known.end.date(), known.account, rules, made, assumed)


def _first_day(lines: pl.DataFrame) -> date:
    first = lines["at"].min()
    if not isinstance(first, datetime):
        raise TypeError("a file with lines has a first day")
    return first.date()


def _company_and_run(session: Session, known: Judged, mark: str, names: list[str]) -> ImportRun:
    """The company's row first: of two imports at once, the second waits here and is then refused."""
    session.add(Company(id=1, name=COMPANY_NAME, currency="GBP", source=KIND, business_date=known.end.date()))
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            "Another import has just filled this database. Nothing was changed.", code="import_other_company"
        ) from error
    run = ImportRun(kind=KIND, file_name=", ".join(names)[:300], fingerprint=mark, report={})
    session.add_all(
        [run, AuditEvent(kind="import.online_retail", subject="company", subject_key="1", note=run.file_name)]
    )
    session.flush()
    return run
