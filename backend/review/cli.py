"""``quartermaster review``: what the assistant did not understand, what it meant, and out with it as training data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from backend.database import Database
from backend.errors import Refused
from backend.identity.permissions import SYSTEM
from backend.migrations import migrate
from backend.review import learning, queries, service
from backend.review.api import shown
from backend.review.queries import Said
from backend.review.schemas import Reason, State
from backend.review.tables import KeptMessage
from backend.review.vocabulary import SKILLS
from backend.settings import settings
from backend.work import reading, writing

REVIEWED: Final = Path(__file__).resolve().parents[2] / "nlu_data" / "nlu" / "reviewed.yml"
READINGS: Final = 3
MOST: Final = 10_000

review_app = typer.Typer(help="What was not understood: list it, say what it meant, export it as training data.")
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")]
Id = Annotated[int, typer.Argument(min=1, max=2**62, help="The message's number in the list.")]


def _database() -> Database:
    database = Database(settings().database, pool=2)
    migrate(database)
    return database


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    state: Annotated[State, typer.Option(help="waiting, labelled or dismissed")] = "waiting",
    reason: Annotated[Reason | None, typer.Option(help="asked, not_understood, corrected or rated_badly")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the messages that wait for a label, newest first, and what people say of what was done for them."""
    if context.invoked_subcommand is not None:
        return
    with reading(_database(), SYSTEM) as work:
        found = queries.kept(work, state=state, reason=reason, limit=limit)
        said, rated = queries.said_before(work, found), queries.rated(work)
    if as_json:
        messages = [shown(kept, said[kept.id]).model_dump(mode="json") for kept in found]
        typer.echo(json.dumps({"messages": messages, "ratings": rated}))
        return
    _print(found, rated)


def _print(found: Sequence[KeptMessage], rated: dict[str, Any]) -> None:
    console = Console()
    table = Table("no.", "why", "role", "message", "read as", "chosen", "label")
    for kept in found:
        read = f"{kept.skill} {kept.confidence:.0%}"
        table.add_row(
            str(kept.id), kept.reason, kept.role, _plain(kept.text), read, kept.chosen or "", kept.label or ""
        )
    console.print(table)
    for task, answers in sorted(rated.items()):
        console.print(f"{task}: {', '.join(f'{count} {answer}' for answer, count in answers.items())}", markup=False)


def _plain(text: str) -> str:
    """Without what rich or a terminal would take for a command."""
    return "".join(each if each.isprintable() else " " for each in text).replace("[", "(").replace("]", ")")


@review_app.command()
def label(
    kept_id: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, max=2**62)] = None,
    skill: Annotated[str | None, typer.Argument(metavar="[SKILL]", help="What it meant.")] = None,
) -> None:
    """Say what a message meant; without ID and SKILL, go through all that wait."""
    database = _database()
    if kept_id is None:
        _go_through(database)
        return
    if skill is None:
        raise typer.BadParameter("Say which skill it is: review label ID SKILL")
    with writing(database, SYSTEM) as work:
        service.label(work, queries.locked(work, kept_id), skill)
    typer.echo(f"{kept_id}: {skill}")


@review_app.command()
def dismiss(kept_id: Id) -> None:
    """There is nothing to learn from a message."""
    with writing(_database(), SYSTEM) as work:
        service.dismiss(work, queries.locked(work, kept_id))
    typer.echo(f"{kept_id}: dismissed")


def _go_through(database: Database) -> None:
    """One waiting message after the other, until there are no more or the person has had enough."""
    with reading(database, SYSTEM) as work:
        waiting = list(reversed(queries.kept(work, limit=MOST)))
        said = queries.said_before(work, waiting)
    for place, kept in enumerate(waiting, start=1):
        _show(kept, said[kept.id], f"{place} of {len(waiting)}")
        answer = _ask(kept)
        if answer == "q":
            return
        if answer != "s":
            _decide(database, kept.id, answer)
    typer.echo("Nothing waits." if not waiting else "That was all.")


def _show(kept: KeptMessage, said: Sequence[Said], place: str) -> None:
    typer.echo(f"\n{place}: {kept.reason.replace('_', ' ')}, a {kept.role} over {kept.channel}")
    for each in said:
        typer.echo(f"    {each.author}: {_plain(each.text)}")
    typer.echo(f"  > {_plain(kept.text)}")
    if kept.chosen_by is not None:
        typer.echo(f"  then, by {kept.chosen_by}: {kept.chosen or 'nothing'}")


def readings(kept: KeptMessage) -> list[str]:
    """The three skills to offer: what the person chose comes first, then what it was likely read as."""
    likely = [name for name in (kept.chosen, kept.skill, *kept.ranking) if name is not None and name in SKILLS]
    return list(dict.fromkeys(likely))[:READINGS]


def _ask(kept: KeptMessage) -> str:
    """A skill, or d, s or q."""
    offered = readings(kept)
    choices = "  ".join(f"{number} {name}" for number, name in enumerate(offered, start=1))
    while True:
        said = str(
            typer.prompt(f"  {choices}  (or a skill's name, d dismiss, s skip, q quit)", prompt_suffix=" ")
        ).strip()
        if said in ("d", "s", "q"):
            return said
        if said.isdecimal() and 1 <= int(said) <= len(offered):
            return offered[int(said) - 1]
        named = said.lower().replace(" ", "_").replace("-", "_")
        if named in SKILLS:
            return named
        typer.echo(f"  The skills are: {', '.join(SKILLS)}")


def _decide(database: Database, kept_id: int, answer: str) -> None:
    """Each decision is a transaction of its own: what is done stays done, whenever the person stops."""
    try:
        with writing(database, SYSTEM) as work:
            kept = queries.locked(work, kept_id)
            if answer == "d":
                service.dismiss(work, kept)
            else:
                service.label(work, kept, answer)
    except Refused as error:
        typer.echo(f"  {error.sentence}", err=True)


@review_app.command("export")
def export(
    to: Annotated[Path, typer.Option(help="The file of examples to add to.")] = REVIEWED,
    stories: Annotated[Path | None, typer.Option(help="Write a skeleton of test stories here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add labelled messages to the training data, personal data replaced by invented ones."""
    with writing(_database(), SYSTEM) as work:
        found = learning.lessons(work)
        done = learning.export(found, to)
        learning.mark(done)
        if stories is not None:
            stories.write_text(learning.stories(found), encoding="utf-8")
    report = _report(done, to, stories)
    if as_json:
        typer.echo(json.dumps(report))
        return
    typer.echo(f"{report['written']} written to {to}, {report['known']} were there already.")
    for each in report["contradicted"]:
        typer.echo(f"{each['id']}: left out, as it is an example of another skill: {each['text']}", err=True)


def _report(done: learning.Exported, to: Path, stories: Path | None) -> dict[str, Any]:
    contradicted = [{"id": each.kept.id, "text": each.text, "skill": each.skill} for each in done.contradicted]
    return {
        "file": str(to),
        "stories": str(stories) if stories is not None else None,
        "written": len(done.written),
        "known": len(done.known),
        "contradicted": contradicted,
    }
