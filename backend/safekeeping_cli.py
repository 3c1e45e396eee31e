"""``quartermaster backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backend import safekeeping
from backend.database import Database
from backend.errors import Refused
from backend.settings import settings


def backup(file: Annotated[Path, typer.Argument(help="Where to; an existing file is replaced.")]) -> None:
    """Write the order database into one file, consistent while everything runs."""
    try:
        manifest = safekeeping.back_up(Database(settings().database), file)
    except Refused as error:
        raise typer.Exit(_fail(str(error))) from error
    typer.echo(f"{file}: {manifest.size:,} bytes of {manifest.engine}, schema {manifest.revision}.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what the database holds now.")] = False,
) -> None:
    """Put a backup in place of the order database; stop the services first."""
    try:
        manifest = safekeeping.restore(Database(settings().database), file, replace=replace)
    except Refused as error:
        raise typer.Exit(_fail(str(error))) from error
    typer.echo(f"Restored the {manifest.engine} database of {manifest.made_at[:16].replace('T', ' ')} UTC.")
    typer.echo("Train the models on it: quartermaster train all --if-stale")


def _fail(sentence: str) -> int:
    typer.echo(sentence, err=True)
    return 1
