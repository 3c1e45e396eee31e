"""What training needs of the database and leaves in it; the models themselves are called from backend.cli."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.service import business_clock, company
from backend.insight.periods import next_period, period_start
from backend.insight.queries import current_run, forecast_rows, purchases
from backend.insight.serving import served
from backend.insight.storing import ItemForecast, ItemSuggestion, SeriesForecast
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.sales.tables import Order, OrderLine, SalesReturn
from backend.stock.tables import StockEntry

QUANTILES = tuple(f"q{level}" for level in range(10, 100, 10))
DRIVERS = ("level", "trend", "season")
FACTORS = ("price", "promotion", "holiday")  # parts as well, where they are known and trusted
ROUNDED = 3


def data_fingerprint(session: Session, *, daily: bool = False) -> str:
    """Changes when there is something new to learn from: other orders, returns or movements of stock before this week
    or month, or another of them.

    Today's orders do not count: forecasts learn from complete weeks and months. ``daily`` changes with each business
    day as well, for what is told by the day.
    """
    row = company(session)
    clock = business_clock(session)
    since = max(period_start(clock.today(), "W"), period_start(clock.today(), "M"))
    begin = clock.start_of(since)
    before = Order.placed_at < begin
    orders = session.execute(select(func.count(Order.id), func.max(Order.id)).where(before)).one()
    lines = session.execute(select(func.count(OrderLine.id)).join(Order).where(before)).one()
    moved = session.execute(select(func.count(), func.max(StockEntry.id)).where(StockEntry.at < begin)).one()
    back = session.execute(select(func.count(), func.max(SalesReturn.id)).where(SalesReturn.returned_at < begin)).one()
    day = clock.today() if daily else since
    facts = [row.source if row else None, str(day), *map(str, (*orders, *lines, *moved, *back))]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def partner_tables(session: Session) -> dict[str, pl.DataFrame]:
    """Who bought and who delivered which product when: ``unique_id`` = SKU, ``partner`` = code, ``ds``, ``y``."""
    bought = purchases(session).select(
        pl.col("sku").alias("unique_id"),
        pl.col("customer").alias("partner"),
        pl.col("date").alias("ds"),
        pl.col("quantity").cast(pl.Float64).alias("y"),
    )
    query = (
        select(Product.sku, Supplier.code, PurchaseOrder.ordered_at, PurchaseOrderLine.received)
        .select_from(PurchaseOrderLine)
        .join(PurchaseOrder, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .join(Supplier, PurchaseOrder.supplier_id == Supplier.id)
        .join(Product, PurchaseOrderLine.product_id == Product.id)
        .where(PurchaseOrderLine.received > 0)
    )
    clock = business_clock(session)
    rows = [
        (sku, supplier, clock.date_of(ordered), float(received))
        for sku, supplier, ordered, received in session.execute(query)
    ]
    return {"customer": bought, "supplier": pl.DataFrame(rows, schema=bought.schema, orient="row")}


def files_fingerprint(*folders: Path) -> str:
    """A hash of every file in some folders (or of the files themselves)."""
    digest = hashlib.sha256()
    for folder in folders:
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else [folder]
        for path in files:
            if path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Stamps:
    """Remembers from what each model was trained last (var/models/trained.json)."""

    def __init__(self, var: Path) -> None:
        self._path = var / "models" / "trained.json"

    def fresh(self, kind: str, fingerprint: str) -> bool:
        """Whether ``kind`` was trained from just this."""
        return self._read().get(kind) == fingerprint

    def keep(self, kind: str, fingerprint: str) -> None:
        """Note that it was."""
        stamps = self._read() | {kind: fingerprint}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(stamps, indent=1), encoding="utf-8")

    def _read(self) -> dict[str, str]:
        try:
            read = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return dict(read) if isinstance(read, dict) else {}


def item_forecasts(frame: pl.DataFrame, errors: pl.DataFrame, periods: int) -> Iterator[ItemForecast]:
    """Rows to store, from a bulk forecast (``unique_id, ds, mean, q10 … q90, level, trend, season``).

    ``errors`` has ``unique_id, model_mae, naive_mae, mean_demand`` of the ``periods`` held out.
    """
    known = {row["unique_id"]: _error(row, periods) for row in errors.iter_rows(named=True)}
    drivers = [*DRIVERS, *(name for name in FACTORS if name in frame.columns)]
    columns = ["mean", *QUANTILES, *drivers]
    grouped = (
        frame.sort("unique_id", "ds").group_by("unique_id", maintain_order=True).agg(pl.col(columns).round(ROUNDED))
    )
    for row in grouped.iter_rows(named=True):
        yield ItemForecast(
            sku=row["unique_id"],
            mean=row["mean"],
            quantiles=[list(step) for step in zip(*(row[name] for name in QUANTILES), strict=True)],
            drivers={name: row[name] for name in drivers if name in DRIVERS or any(row[name])},
            error=known.get(row["unique_id"], {}),
        )


def _error(row: Mapping[str, Any], periods: int) -> dict[str, float | None]:
    demand: float | None = row["mean_demand"]

    def share(value: float | None) -> float | None:
        if value is None or not demand or not math.isfinite(value / demand):
            return None
        return round(value / demand, 4)

    return {"wape": share(row["model_mae"]), "naive_wape": share(row["naive_mae"]), "periods": periods}


def answered_means(session: Session, freq: str) -> pl.DataFrame | None:
    """The products' current forecasts as they are answered: ``unique_id, ds, mean, level, trend``; None where there are
    none.
    """
    run = current_run(session, freq)
    if run is None:
        return None
    names = dict(session.execute(select(Product.id, Product.sku)).all())
    starts = [next_period(run.last_period, freq)]
    while len(starts) < run.horizon:
        starts.append(next_period(starts[-1], freq))
    none = [0.0] * run.horizon
    rows = [
        (names[one.product_id], day, *(float(value) for value in step))
        for one in served(session, run, forecast_rows(session, run))
        for day, *step in zip(starts, one.mean, one.parts.get("level", none), one.parts.get("trend", none), strict=True)
    ]
    schema = {"unique_id": pl.String, "ds": pl.Date, **dict.fromkeys(("mean", "level", "trend"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def series_forecasts(
    sums: Iterable[Any], errors: Callable[[str, str], tuple[float, float, float] | None], periods: int
) -> Iterator[SeriesForecast]:
    """Rows to store, from sums' forecasts (``kind, key, mean, quantiles, drivers, naive``) and their held-out errors:
    ours, the naive one's and mean demand, by kind and key.
    """
    for one in sums:
        known = errors(one.kind, one.key)
        names = ("model_mae", "naive_mae", "mean_demand")
        error: dict[str, Any] = _error(dict(zip(names, known, strict=True)), periods) if known else {}
        yield SeriesForecast(
            kind=one.kind,
            key=one.key,
            mean=one.mean.round(ROUNDED).tolist(),
            quantiles=one.quantiles.round(ROUNDED).tolist(),
            drivers={name: part.round(ROUNDED).tolist() for name, part in one.drivers.items()},
            error={**error, "uses": "naive"} if one.naive else error,
        )


def item_suggestions(frame: pl.DataFrame, names: Mapping[str, str]) -> Iterator[ItemSuggestion]:
    """Rows to store, from ranked suggestions; ``names`` are product names by SKU, for the reasons."""
    for row in frame.iter_rows(named=True):
        due = row["kind"] == "due"
        last: date | None = row["last_bought"]
        reason = (
            {
                "times": row["times_bought"],
                "interval_days": row["interval_days"],
                "last_bought": last.isoformat() if last else None,
                "typical_quantity": row["typical_quantity"],
                "probability": row["probability"],
            }
            if due
            else {"bought_with": names.get(row["with_sku"], row["with_sku"]), "confidence": row["confidence"]}
        )
        yield ItemSuggestion(
            customer=row["customer"],
            sku=row["sku"],
            rank=row["rank"],
            score=float((row["probability"] if due else row["confidence"]) or 0.0),
            quantity=int(row["quantity"]),
            due=row["due_date"],
            reason=reason,
        )
