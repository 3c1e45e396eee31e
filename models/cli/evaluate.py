"""`quartermaster evaluate recommend`: would the suggestions have been in the next orders?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

NO_HISTORY = "There are no orders to judge by. Give a FILE with the columns customer, sku, date, quantity and order_id."


def evaluate_recommend(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="CSV or Parquet of order lines; else the order database.")] = None,
    k: Annotated[int, typer.Option(min=1, max=100, help="Suggestions per customer.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")] = False,
) -> None:
    """Suggestions as of 60 days before the last order, against each customer's first order after it."""
    from models.recommending import HistoryError, evaluate

    try:
        found = evaluate(_history(context, file), k=k)
    except (HistoryError, pl.exceptions.PolarsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found.to_dict()))
        return
    title = f"{found.customers:,} customers, {found.k} suggestions each, as of {found.cutoff}"
    table = Table("method", "hit rate", "precision", "recall", title=title, title_justify="left")
    for name, metrics in found.metrics.items():
        table.add_row(name, *(f"{metrics[key]:.3f}" for key in ("hit_rate", "precision", "recall")))
    Console().print(table)


def _history(context: typer.Context, file: Path | None) -> pl.DataFrame:
    if file is None:
        source: Callable[[], Any] | None = context.obj
        found = source() if source else None
        if found is None or found.is_empty():
            typer.echo(NO_HISTORY, err=True)
            raise typer.Exit(1)
        return pl.DataFrame(found)
    table = pl.read_parquet(file) if file.suffix.lower() in {".parquet", ".pq"} else pl.read_csv(file)
    if "date" in table.columns and table["date"].dtype == pl.String:
        table = table.with_columns(pl.col("date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    return table
