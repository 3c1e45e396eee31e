"""The commands `quartermaster reproduce …`: the papers' tables and figures on the data at hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

reproduce_app = typer.Typer(no_args_is_help=True, help="The papers' tables and figures on the data at hand.")

PARTNERS = ("customer", "supplier")
OUT = Path("var") / "reproduce"
SHOWN = 20  # rows of a table
WIDTH = 124
NO_DATA = "There is no demand at hand. Give a FILE with the columns unique_id, ds and y."
TRAINING_ERROR = (
    "The literature's {published} is a training error. Here the network's is {training:.3g}, one step ahead on what it "
    "learnt from; held out it is {held_out:.3g} (naive {naive:.3g}, best baseline, {best}: {best_error:.3g})."
)
TITLES = {
    "errors": "Training error and held-out error (MASE with m = 1)",
    "correlations": "Correlation of the candidate factors with sales, over all series",
    "entered": "Share of the networks that each factor entered",
    "refinement": "How the refinement loop ended",
    "weights": "Linear combination: weights as judged, and for the months ahead",
    "products_and_customers": "Products and customers that go together most, by month (p-values of each pair alone)",
    "ties_to_customers": "How far products are tied to customers (Cramér's V)",
    "products_and_suppliers": "Products and suppliers that go together most, by month (p-values of each pair alone)",
    "ties_to_suppliers": "How far products are tied to suppliers (Cramér's V)",
    "ahead": "The next six months, total over all series",
    "architectures": "Hidden neurons: squared error (months of demand) and R², in training and held out",
    "quantities": "The first order of the replay beside what the six months after it sold, units",
    "costs": "A year of orders, on months that nothing had learnt from",
}
ORDER_QUANTITY = (
    "{items:,} items, {months} months, the last {replayed_months} replayed: lead time {lead_time_months} months, "
    "review every {review_months}, safety stock {safety_stock:g}. Assumed: {assumed}."
)


class Frequency(StrEnum):
    """Of the periods forecast."""

    D = "D"
    W = "W"
    M = "M"


@dataclass(frozen=True)
class DataAtHand:
    """Demand as a long table `unique_id, ds, y`; partners: by name (`customer`, `supplier`) a long table
    `unique_id, partner, ds, y` of who bought or delivered.
    """

    demand: pl.DataFrame
    partners: dict[str, pl.DataFrame] | None = field(default=None)


Source = Callable[[str], DataAtHand]  # of a frequency; the command line's context object is one

File = Annotated[Path | None, typer.Argument(help="CSV or Parquet: unique_id, ds, y; else what has been ordered.")]
Out = Annotated[Path | None, typer.Option(help="Folder for figures and tables; by default var/reproduce/NAME.")]
Horizon = Annotated[int | None, typer.Option(min=1, help="Periods held out; by default six months, or a third.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same networks.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")]


@reproduce_app.command("erp-forecast")
def erp_forecast(
    context: typer.Context,
    file: File = None,
    freq: Annotated[Frequency, typer.Option(help="Days, weeks or months.")] = Frequency.M,
    horizon: Horizon = None,
    step: Annotated[float, typer.Option(min=0.0, help="Step size σ.")] = 0.5,
    patterns: Annotated[int, typer.Option(min=1, help="Patterns learnt from at a time.")] = 1,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The ERP paper's back-propagation network, refined, and six months ahead by linear combination."""
    from models.forecasting.literature.erp_network import ErpSettings
    from models.forecasting.literature.reproduction import reproduce_erp_forecast

    settings = ErpSettings(step=step, patterns=patterns, seed=seed)
    with _progress() as tell, _refusals():
        data = _data(context, file, freq.value)
        found = reproduce_erp_forecast(
            data.demand, freq.value, horizon=horizon, settings=settings, partners=data.partners, progress=tell
        )
    _report(found, out, as_json=as_json)


@reproduce_app.command("monthly-mlp")
def monthly_mlp(
    context: typer.Context,
    file: File = None,
    horizon: Horizon = None,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The monthly 3-15-1 network: three lags, 15 hidden neurons, 40 epochs."""
    from models.forecasting.literature.reproduction import reproduce_monthly_mlp

    with _progress() as tell, _refusals():
        data = _data(context, file, "M")
        found = reproduce_monthly_mlp(data.demand, horizon=horizon, seed=seed, progress=tell)
    _report(found, out, as_json=as_json)


@reproduce_app.command("order-quantity")
def order_quantity(
    context: typer.Context,
    file: File = None,
    order_cost: Annotated[float, typer.Option(min=0.0, help="Money per order.")] = 25.0,
    holding: Annotated[float, typer.Option(min=0.001, help="Of the unit cost, per year.")] = 0.2,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The 6-12-1 order-quantity network: architectures, chosen quantities, and a replayed year of costs."""
    from models.order_quantity.reproduction import reproduce_order_quantity
    from models.order_quantity.reproduction_figures import draw_figures

    with _progress() as tell, _refusals():
        data = _data(context, file, "M")
        found = reproduce_order_quantity(data.demand, seed=seed, order_cost=order_cost, holding=holding, progress=tell)
    folder = out or OUT / found.name
    found.figures = [str(path) for path in draw_figures(found, folder)]
    for name, frame in found.tables.items():
        frame.write_csv(folder / f"{name}.csv")
    if as_json:
        typer.echo(json.dumps(found.to_dict()))
        return
    console = Console()
    console.width = max(console.width, WIDTH)  # a cut figure would be worse than a wrapped line
    facts = found.facts
    console.print(ORDER_QUANTITY.format(**facts), highlight=False)
    for name, frame in found.tables.items():
        console.print(_table(TITLES[name], frame))
    console.print(f"Figures and tables: {folder}", highlight=False, soft_wrap=True)


def _data(context: typer.Context, file: Path | None, freq: Any) -> DataAtHand:
    if file is not None:
        from models.forecasting.tables import read_demand

        demand = read_demand(file, freq)
        return DataAtHand(demand, _partners(file, demand))
    source: Source | None = context.obj
    data = source(freq) if source else None
    if data is None or data.demand.is_empty():
        raise typer.Exit(_fail(NO_DATA))
    return data


def _partners(file: Path, demand: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Who bought or delivered, where the file has such columns; `demand` holds its rows in their order."""
    parquet = file.suffix.lower() in {".parquet", ".pq"}
    scanned = pl.scan_parquet(file) if parquet else pl.scan_csv(file, infer_schema=False)
    found = scanned.select(pl.col([name for name in PARTNERS if name in scanned.collect_schema().names()])).collect()
    return {
        name: demand.with_columns(found[name].cast(pl.String).alias("partner")).drop_nulls() for name in found.columns
    }


@contextmanager
def _refusals() -> Iterator[None]:
    """A table that is no panel is a sentence, not a stack trace."""
    from models.forecasting.panel import PanelError

    try:
        yield
    except PanelError as error:
        raise typer.Exit(_fail(str(error))) from error


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    with Console(stderr=True).status("…") as status:
        yield lambda what, share: status.update(f"{what} ({share:.0%})")


def _report(found: Any, out: Path | None, *, as_json: bool) -> None:
    """Draw, keep the tables, and print."""
    from models.forecasting.literature.figures import draw_figures

    folder = out or OUT / found.name
    found.figures = [str(path) for path in draw_figures(found, folder)]
    tables = {"errors": found.errors, **found.tables, "ahead": found.ahead}
    for name, frame in {**tables, **found.kept, "curve": found.curve, "total": found.total}.items():
        frame.write_csv(folder / f"{name}.csv")
    if as_json:
        typer.echo(json.dumps(found.to_dict(), default=str))
        return
    console = Console()
    console.width = max(console.width, WIDTH)  # a cut figure would be worse than a wrapped line
    facts = found.facts
    console.print(
        f"{facts['series']:,} series of {facts['periods']} periods ({facts['freq']}) from {facts['first_period']}; "
        f"held out: the last {facts['held_out']}, from {facts['held_out_from']} on.",
        highlight=False,
    )
    for name, frame in tables.items():
        console.print(_table(TITLES.get(name, name), frame))
    console.print(_sentence(found), highlight=False)
    console.print(f"Figures and tables: {folder}", highlight=False, soft_wrap=True)


def _sentence(found: Any) -> str:
    """What the training error is worth."""
    errors = {row["model"]: row for row in found.errors.iter_rows(named=True)}
    baselines = [row for row in found.errors[2:].iter_rows(named=True) if row["model"] != "Zero"]
    best = min(baselines, key=lambda row: row["held_out_error"])
    return TRAINING_ERROR.format(
        published=found.facts["published_training_error"],
        training=errors[found.network]["training_error"],
        held_out=errors[found.network]["held_out_error"],
        naive=errors["Naive"]["held_out_error"],
        best=best["model"],
        best_error=best["held_out_error"],
    )


def _table(title: str, frame: pl.DataFrame) -> Table:
    table = Table(title=title, title_justify="left")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.head(SHOWN).iter_rows():
        table.add_row(*map(_cell, row))
    return table


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return escape(str(value))


def _fail(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="bold red", highlight=False, markup=False)
    return 1
