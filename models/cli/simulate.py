"""``quartermaster simulate``: order policies on a simulated warehouse, and the lost-sales benchmark."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

_COSTS = "Costs and rules"


class Benchmark(StrEnum):
    """Benchmarks with known optima."""

    LOST_SALES = "lost-sales"


class Period(StrEnum):
    """The length of a period."""

    D = "D"
    W = "W"
    M = "M"


def simulate(
    file: Annotated[
        Path | None, typer.Argument(help="Demand in the long form: unique_id, ds, y (or sku, week, demand).")
    ] = None,
    items: Annotated[Path | None, typer.Option(help="Costs and rules by sku; options fill what it leaves out.")] = None,
    freq: Annotated[Period, typer.Option(help="Days, weeks or months.")] = Period.W,
    lead_time: Annotated[int, typer.Option(help="Periods.", rich_help_panel=_COSTS)] = 4,
    review: Annotated[int, typer.Option(help="Periods between two chances to order.")] = 1,
    unit_cost: Annotated[float | None, typer.Option(help="Money; 10 without --items.", rich_help_panel=_COSTS)] = None,
    order_cost: Annotated[float, typer.Option(help="Money per order.", rich_help_panel=_COSTS)] = 10.0,
    holding_rate: Annotated[float, typer.Option(help="Of the unit cost, per year.", rich_help_panel=_COSTS)] = 0.2,
    shortage_cost: Annotated[
        float | None, typer.Option(help="Money per unit short; without it --service-level.", rich_help_panel=_COSTS)
    ] = None,
    service_level: Annotated[
        float, typer.Option(help="Share of order cycles without shortage that it should pay to reach.")
    ] = 0.95,
    lead_time_deviation: Annotated[
        float,
        typer.Option(
            help="Standard deviation, periods; each order's lead time is drawn. By item: a column lead_time_deviation, "
            'or lead_times ("4 5 9", drawn from).',
            rich_help_panel=_COSTS,
        ),
    ] = 0.0,
    price_breaks: Annotated[
        str,
        typer.Option(
            help='Lower prices, "100:0.95;500:0.9": from 100 units on 0.95 of the unit cost. By item: a column '
            'price_breaks of prices, "100:9.50;500:9.00".',
            rich_help_panel=_COSTS,
        ),
    ] = "",
    supplier_minimum: Annotated[
        float,
        typer.Option(
            help="Least value of an order, money; of each supplier named in the column supplier of --items (one "
            "without it). By supplier: a column supplier_minimum.",
            rich_help_panel=_COSTS,
        ),
    ] = 0.0,
    budget: Annotated[
        float | None,
        typer.Option(help="The most that all orders of a review may come to, money.", rich_help_panel=_COSTS),
    ] = None,
    moq: Annotated[float, typer.Option(help="Smallest order, units.", rich_help_panel=_COSTS)] = 0.0,
    multiple: Annotated[float, typer.Option(help="Units per step; 0: any.", rich_help_panel=_COSTS)] = 1.0,
    lost_sales: Annotated[bool, typer.Option("--lost-sales/--back-orders", help="What becomes of a shortage.")] = True,
    warm_up: Annotated[int | None, typer.Option(help="Periods simulated before those that count.")] = None,
    test_periods: Annotated[int | None, typer.Option(help="Periods at the end that count; by default a third.")] = None,
    models: Annotated[
        str, typer.Option(help="Forecasts; the first is given to every policy, the others to the classical ones.")
    ] = "quartermaster,moving_average,ses,croston_sba,tsb",
    seed: Annotated[int, typer.Option(help="For what is drawn.")] = 0,
    benchmark: Annotated[Benchmark | None, typer.Option(help="Instead of a file: problems with known optima.")] = None,
    seconds: Annotated[float, typer.Option(min=30, max=7200, help="For training in the benchmark, about.")] = 150.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")] = False,
) -> None:
    """Compare order policies, ours among them, on periods that they never saw."""
    if benchmark is not None:
        _benchmark(seed, seconds, as_json)
        return
    if file is None:
        _refuse("Name a demand file, or --benchmark lost-sales.")
        return
    from models.order_quantity.simulation.items import Defaults
    from models.order_quantity.simulation.plan import Plan
    from models.order_quantity.simulation.report import render
    from models.order_quantity.simulation.running import simulate_file
    from models.order_quantity.simulation.supply import read_steps
    from models.order_quantity.simulation.tables import TableError

    try:
        cost = 10.0 if unit_cost is None and items is None else unit_cost
        defaults = Defaults(
            cost, order_cost, holding_rate, shortage_cost, service_level, lead_time, moq, multiple,
            lead_time_deviation, read_steps(price_breaks), supplier_minimum,
        )  # fmt: skip
        named = tuple(name.strip() for name in models.split(",") if name.strip())
        plan = Plan(freq.value, review, test_periods, warm_up, lost_sales, named, seed, defaults, budget)
        with _progress() as tell:
            report = simulate_file(file, items, plan, tell)
    except TableError as error:
        _refuse(str(error))
        return
    _print(report, render, as_json)


def _benchmark(seed: int, seconds: float, as_json: bool) -> None:
    from models.order_quantity.lost_sales.benchmark import run_benchmark
    from models.order_quantity.lost_sales.instances import LostSalesInputError
    from models.order_quantity.lost_sales.report import render_benchmark

    try:
        with _progress() as tell:
            report = run_benchmark(seed=seed, seconds=seconds, progress=tell)
    except LostSalesInputError as error:
        _refuse(str(error))
        return
    _print(report, render_benchmark, as_json)


def _print(report: dict[str, Any], render: Callable[[dict[str, Any]], Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report))
    else:
        Console().print(render(report))


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error; yields a function of (what, share done)."""
    columns = (TextColumn("{task.description:<52}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("simulating", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, completed=share, description=what[:52])

        yield tell
