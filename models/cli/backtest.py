"""The command `quartermaster backtest`: our models and the baselines on any table of demand."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_COLUMNS = (
    "SQL", "MASE", "RMSSE", "WAPE", "total_WAPE", "bias", "calibration", "coverage_80", "unscored", "seconds",
)  # fmt: skip
_WIDTH = 124
_ERROR = Console(stderr=True)


class Frequency(StrEnum):
    """Days, weeks that start on Monday, months."""

    DAY = "D"
    WEEK = "W"
    MONTH = "M"


def backtest(
    file: Annotated[Path, typer.Argument(help="A csv or parquet table with the columns unique_id, ds, y.")],
    freq: Annotated[Frequency, typer.Option(help="D, W or M.")],
    horizon: Annotated[int, typer.Option(min=1, max=400, help="Periods ahead.")],
    cutoffs: Annotated[
        str, typer.Option(help="How many, a horizon apart; or which, as periods known: 78,85,92.")
    ] = "3",
    season: Annotated[int, typer.Option(min=1, help="Periods of a season: m of the scaled errors.")] = 1,
    models: Annotated[
        str | None, typer.Option(help="Names separated by commas; by default ours and baselines.")
    ] = None,
    seed: int = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")] = False,
) -> None:
    """Rolling-origin back-test on FILE: every model at the same cutoffs, learning from what came before only."""
    from models.forecasting.backtest import backtest as run
    from models.forecasting.panel import PanelError, build_panel
    from models.forecasting.report import OURS, jsonable
    from models.forecasting.statistical import STATISTICAL
    from models.forecasting.tables import read_demand

    names = _names(models, (OURS, *STATISTICAL))
    points = _cutoffs(cutoffs)
    try:
        table = read_demand(file, freq.value)
        panel = build_panel(table, freq.value, cleaned=True)
        with _progress("Back-test") as tell:
            metrics = run(
                table, freq.value, horizon, cutoffs=points, season=season, models=names, seed=seed, progress=tell
            )
    except PanelError as error:
        _ERROR.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    report = {
        "file": str(file),
        "freq": freq.value,
        "horizon": horizon,
        "cutoffs": points if isinstance(points, list) else min(points, (panel.periods - 1) // horizon),
        "season": season,
        "series": len(panel.ids),
        "periods": panel.periods,
        "exclusions": panel.exclusions,
        "metrics": metrics,
    }
    if as_json:
        sys.stdout.write(json.dumps(jsonable(report), indent=1) + "\n")
    else:
        console = Console()
        console.width = max(console.width, _WIDTH)  # a cut figure would be worse than a wrapped line
        console.print(_table(report, OURS))


def _names(given: str | None, known: Sequence[str]) -> list[str] | None:
    if given is None:
        return None
    by_lower = {name.lower(): name for name in known}
    asked = [name.strip() for name in given.split(",") if name.strip()]
    if [name.lower() for name in asked] == ["all"]:
        return list(known)
    unknown = [name for name in asked if name.lower() not in by_lower]
    if unknown or not asked:
        raise typer.BadParameter(f"Unknown model {', '.join(unknown)}. There are: {', '.join(known)}.")
    return list(dict.fromkeys(by_lower[name.lower()] for name in asked))


def _cutoffs(given: str) -> int | list[int]:
    try:
        numbers = [int(part) for part in given.split(",") if part.strip()]
        least = min(numbers)
    except ValueError:
        raise typer.BadParameter("--cutoffs takes a number, or numbers separated by commas.") from None
    if least < 1:
        raise typer.BadParameter("--cutoffs must be 1 or more.")
    return sorted(set(numbers)) if "," in given else numbers[0]


def _table(report: dict[str, Any], ours: str) -> Table:
    title = (
        f"{report['file']}: {report['series']:,} series, {report['periods']} periods ({report['freq']}), "
        f"{report['horizon']} ahead, m = {report['season']}"
    )
    table = Table("model", *_COLUMNS, title=title)
    metrics = report["metrics"]
    for name in sorted(metrics, key=lambda each: (metrics[each]["SQL"] != metrics[each]["SQL"], metrics[each]["SQL"])):
        row = metrics[name]
        figures = [f"{row[key]:.0f}" if key == "unscored" else f"{row[key]:.3f}" for key in _COLUMNS]
        table.add_row(name, *figures, style="bold" if name == ours else None)
    return table


@contextmanager
def _progress(title: str) -> Iterator[Any]:
    columns = (
        TextColumn("{task.fields[what]:<60}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=_ERROR) as bar:
        task = bar.add_task(title, total=1.0, what=title)
        yield lambda what, share: bar.update(task, completed=share, what=what[:60])
        bar.update(task, completed=1.0)
