"""``quartermaster understand`` and ``quartermaster evaluate …``: how messages are read, and how well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from backend import migrations
from backend.database import Database
from backend.identity.tables import Role
from backend.settings import settings

if TYPE_CHECKING:
    from actions.understanding import Assistant

evaluate_app = typer.Typer(no_args_is_help=True, help="How well messages are understood, on labelled ones of your own.")
ROOT = Path(__file__).resolve().parent.parent
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")]
Labelled = Annotated[Path, typer.Argument(help="JSON lines: text, role, skill, accept, lines.", metavar="FILE")]


def understand(
    text: str,
    role: Annotated[Role, typer.Option(help="Who says it.")] = Role.CUSTOMER,
    email: Annotated[str | None, typer.Option("--as", help="Read it as this person's message.")] = None,
    as_json: AsJson = False,
) -> None:
    """How a message is read: the skill, its confidence, and the order lines. Nothing is done."""
    from actions.understanding import as_data, understand_all, who_says

    database = _database()
    read = as_data(understand_all(database, _assistant(), [who_says(database, text, role, email)])[0])
    if as_json:
        print(json.dumps(read))
    else:
        Console().print_json(data=read)


@evaluate_app.command("nlu")
def nlu(file: Labelled, as_json: AsJson = False) -> None:
    """Skills and order lines: accuracy, how often it asks, who is taken for whom, and what errors cost."""
    from actions.evaluation import messages, running

    _tell(running.evaluate_nlu(_database(), _assistant(), messages.load(file)), as_json)


@evaluate_app.command("order-lines")
def order_lines(file: Labelled, as_json: AsJson = False) -> None:
    """Order lines only, against the catalogue of the database; needs no trained assistant."""
    from actions.evaluation import messages, running

    _tell(running.evaluate_order_lines(_database(), messages.load(file)), as_json)


def _tell(figures: dict[str, Any], as_json: bool) -> None:
    from actions.evaluation.printing import show

    if as_json:
        print(json.dumps(figures))
    else:
        show(figures, Console())


def _assistant() -> Assistant:
    from actions.understanding import Assistant

    return Assistant(ROOT, settings().var / "bot" / "assistant.tar.gz")


def _database() -> Database:
    database = Database(settings().database, pool=settings().database_pool)
    migrations.migrate(database)
    return database
