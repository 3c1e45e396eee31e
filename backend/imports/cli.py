"""``quartermaster import …`` and ``quartermaster export …``; backend/cli.py mounts them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backend.database import Database
from backend.errors import Refused
from backend.imports.csv_files import KINDS, CsvReport, export_csv, import_csv, template
from backend.imports.online_retail import import_online_retail
from backend.imports.report import ImportReport, Tally, sentence, total
from backend.imports.set_aside import as_json, reasons, rows
from backend.migrations import migrate
from backend.settings import settings

KIND_HELP = " | ".join(KINDS)
FAILURES_SHOWN = 20

import_app = typer.Typer(no_args_is_help=True, help="Load real data, and say what became of every row.")
export_app = typer.Typer(no_args_is_help=True, help="Write the company's data as CSV.")

Json = Annotated[bool, typer.Option("--json", help="Print figures as JSON.")]
KindOption = Annotated[str, typer.Option("--kind", help=KIND_HELP)]


@export_app.callback()
def _exports() -> None:
    """Makes ``export`` a group although it has one command."""


@import_app.command("online-retail")
def online_retail(
    files: Annotated[list[Path], typer.Argument(help=".xlsx, .csv or .parquet; all of them at once")],
    json_: Json = False,
) -> None:
    """Load the two-year "Online Retail II" data of a UK giftware wholesaler as a company of its own."""
    with _database() as database, _bar(hidden=json_) as step:
        report = import_online_retail(database, files, progress=step)
    if json_:
        _print_json(report.as_json() | {"already_imported": report.already_imported})
    else:
        _show_import(report)


@import_app.command("csv")
def csv_in(
    file: Annotated[Path, typer.Argument(help="a CSV file with a header")],
    kind: KindOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Write the good rows though others fail.")] = False,
    json_: Json = False,
) -> None:
    """Load products, prices, customers, orders, stock or suppliers; nothing is written if a row fails."""
    with _database() as database:
        report = import_csv(database, kind, file, dry_run=dry_run, skip_bad=skip_bad)
    if json_:
        _print_json(report.as_json())
    else:
        _show_csv(report)
    if report.failed and not skip_bad:
        raise typer.Exit(1)


@import_app.command("template")
def header(kind: KindOption) -> None:
    """Print the header line of a kind's CSV file, and what each column means."""
    with _refusals():
        line = template(kind)
    typer.echo(line)
    for column in KINDS[kind]().columns:
        typer.echo(f"{column.name}: {column.meaning}{' (needed)' if column.key else ''}", err=True)


@import_app.command("set-aside")
def set_aside(
    reason: Annotated[str | None, typer.Option(help="only rows set aside for this reason")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="how many rows")] = 20,
    json_: Json = False,
) -> None:
    """Show what imports have set aside, and why."""
    with _database() as database, database.read() as session:
        counts = reasons(session)
        found = [as_json(row) for row in rows(session, reason=reason, limit=limit)]
    if json_:
        _print_json({"reasons": [vars(count) for count in counts], "rows": found})
        return
    table = Table("reason", "what", "rows")
    for count in counts:
        table.add_row(count.reason, count.sentence, f"{count.rows:,}")
    console = Console()
    console.print(table)
    for row in found:
        console.print(
            f"row {row['row']} ({row['reason']}): {json.dumps(row['content'], ensure_ascii=False)}", markup=False
        )


@export_app.command("csv")
def csv_out(
    file: Annotated[Path, typer.Argument(help="where to write")],
    kind: KindOption,
    json_: Json = False,
) -> None:
    """Write products, prices, customers, orders, stock or suppliers, in a form that import csv takes back."""
    with _database() as database:
        count = export_csv(database, kind, file)
    if json_:
        _print_json({"kind": kind, "file": str(file), "rows": count})
    else:
        typer.echo(f"{count:,} rows of {kind} written to {file}")


@contextmanager
def _database() -> Iterator[Database]:
    """The database of the settings, at the newest schema; a refusal becomes a sentence and an exit code."""
    with _refusals():
        database = Database(settings().database)
        try:
            migrate(database)
            yield database
        finally:
            database.close()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        _refuse(refused)


def _refuse(refused: Refused) -> NoReturn:
    typer.echo(refused.sentence, err=True)
    raise typer.Exit(1)


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on the error stream, so that figures can be piped."""
    columns = (TextColumn("{task.description:<45}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), disable=hidden) as bar:
        task = bar.add_task("starting", total=1.0)

        def step(text: str, share: float) -> None:
            bar.update(task, description=text, completed=share)

        yield step


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _show_import(report: ImportReport) -> None:
    console = Console()
    if report.already_imported:
        console.print("These files were imported before; nothing was changed. What that import did:")
    table = Table("", "rule", "rows", "units", "money", title=f"{report.first_day} to {report.last_day}")
    for name, part in (("imported", report.imported), ("merged", report.merged), ("set aside", report.set_aside)):
        for reason, tally in part.items():
            table.add_row(name, sentence(reason), *_cells(tally))
        table.add_row(f"all {name}", "", *_cells(total(part.values())), style="bold", end_section=True)
    table.add_row("read", "", *_cells(report.read), style="bold")
    console.print(table)
    for title, counts in (("Rules", report.rules), ("Made", report.made), ("Assumed", report.assumed)):
        console.print(f"{title}: " + ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items()))
    console.print(f"{report.seconds} s")


def _cells(tally: Tally) -> tuple[str, str, str]:
    return f"{tally.rows:,}", f"{tally.units:,}", f"{tally.money:,.2f}"


def _show_csv(report: CsvReport) -> None:
    for failure in report.failed[:FAILURES_SHOWN]:
        typer.echo(f"{report.file}, {failure.sentence}", err=True)
    if len(report.failed) > FAILURES_SHOWN:
        typer.echo(f"… and {len(report.failed) - FAILURES_SHOWN} more", err=True)
    done = "written" if report.written else "nothing was written"
    typer.echo(
        f"{report.file}: {report.rows:,} rows, {report.created:,} created, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {len(report.failed):,} failed; {done}"
    )
