"""The command ``quartermaster``. The one module that may import every part, to train the models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from actions.cli import evaluate_app, understand
from backend import migrations, training
from backend.accounts_cli import account_app
from backend.catalogue.tables import Product
from backend.company.service import business_clock, company
from backend.database import Database
from backend.errors import Refused
from backend.identity.service import has_demo_users
from backend.identity.tables import User
from backend.imports.cli import export_app, import_app
from backend.insight import queries as insight
from backend.insight.periods import last_complete_period
from backend.insight.storing import store_suggestions
from backend.processes import ProcessSettings, internal_secret
from backend.processes import up as start_processes
from backend.review.cli import review_app
from backend.safekeeping_cli import backup, restore
from backend.settings import settings
from models.cli.backtest import backtest
from models.cli.evaluate import evaluate_recommend
from models.cli.reproduce import DataAtHand, reproduce_app
from models.cli.simulate import simulate

app = typer.Typer(no_args_is_help=True, add_completion=False, help="An order desk that answers in chat.")
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")
app.add_typer(account_app, name="user")
app.add_typer(review_app, name="review")
app.command()(understand)
app.command()(simulate)
app.command()(backtest)
app.command()(backup)
app.command()(restore)
console = Console(stderr=True)
ROOT = Path(__file__).resolve().parent.parent
BOT_SOURCES = ("bot", "nlu_data/nlu", "nlu_data/rules")
Tell = Callable[[str, float], None]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON on standard output.")]


class Model(StrEnum):
    """What can be trained."""

    NLU = "nlu"
    FORECAST = "forecast"
    ORDER_QUANTITY = "order-quantity"
    RECOMMEND = "recommend"
    ALL = "all"


def open_database() -> Database:
    """The database of the settings, migrated."""
    database = Database(settings().database, pool=settings().database_pool)
    migrations.migrate(database)
    return database


@contextmanager
def progress_bar(title: str) -> Any:
    """Shows what is being done; yields a function of (what, share done)."""
    columns = (
        TextColumn("{task.fields[what]:<52}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=1.0, what=title)

        def tell(what: str, share: float) -> None:
            bar.update(task, completed=share, what=f"{title}: {what}"[:52])

        yield tell
        bar.update(task, completed=1.0)


@app.command()
def init() -> None:
    """Create the database, or bring it to this version's schema."""
    database = open_database()
    where = database.url.render_as_string(hide_password=True)
    console.print(f"The database is at schema {migrations.revision(database)}: {where}")


@app.command("demo-company")
def demo_company(seed: int = 7, replace: bool = False) -> None:
    """Load the generated company, with orders up to yesterday; the same seed gives the same company."""
    from backend.demo import load_demo_company

    database = open_database()
    with database.read() as session:
        row = company(session)
        today = business_clock(session).today()
    if row is not None and row.source != "demo" and not replace:
        console.print(f"The database holds {row.name}; the demo company is left out.")
        return
    with progress_bar("Demo company") as tell:
        report = load_demo_company(database, seed=seed, today=today, replace=replace, progress=tell)
    console.print(report.sentence)


@dataclass(frozen=True)
class _Training:
    """What every training shares."""

    database: Database
    folder: Path
    only_stale: bool
    stamps: training.Stamps

    def fingerprint(self, package: str, *, daily: bool = False) -> str:
        """Changes with the data and with the code that learns from them: what older code wrote may not be servable."""
        with self.database.read() as session:
            data = training.data_fingerprint(session, daily=daily)
        return f"{data}-{training.files_fingerprint(ROOT / 'models' / package)}"


@app.command()
def train(
    what: Model,
    if_stale: Annotated[bool, typer.Option(help="Skip what was trained from the same data.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train on what is in the database: back-test, register, and store forecasts and suggestions as rows."""
    var = settings().var
    job = _Training(open_database(), var / "models", if_stale, training.Stamps(var))
    steps: dict[Model, Callable[[_Training], dict[str, Any] | None]] = {
        Model.NLU: _train_nlu,
        Model.FORECAST: _train_forecast,
        Model.ORDER_QUANTITY: _train_order_quantity,
        Model.RECOMMEND: _train_recommend,
    }
    reports = {}
    for model, step in steps.items():
        if what in (model, Model.ALL):
            report = step(job)
            if report is None:
                console.print(f"{model.value}: trained from the same data already")
            reports[model.value] = report
    if as_json:
        print(json.dumps(reports, default=str))


def _train_nlu(job: _Training) -> dict[str, Any] | None:
    fingerprint = training.files_fingerprint(*(ROOT / source for source in BOT_SOURCES))
    folder = settings().var / "bot"
    if job.only_stale and job.stamps.fresh("nlu", fingerprint) and any(folder.glob("*.tar.gz")):
        return None
    rasa = ROOT / ".venv-bot" / "bin" / "rasa"
    if not rasa.exists():
        raise typer.Exit(_fail("The bot's environment is missing: run `make setup`."))
    log = settings().var / "log" / "train-nlu.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        str(rasa), "train", "--config", "bot/config.yml", "--domain", "bot/domain",
        "--data", "nlu_data/nlu", "nlu_data/rules", "--augmentation", "0",
        "--out", str(folder.absolute()), "--fixed-model-name", "assistant",
    ]  # fmt: skip
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    secret = {"QUARTERMASTER_INTERNAL_SECRET": internal_secret(settings().var)}
    with console.status("Assistant: Rasa is learning (about a minute) …"), log.open("w") as out:
        code = subprocess.run(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **quiet, **secret}, check=False
        ).returncode
    if code != 0:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise typer.Exit(_fail(f"Training the assistant failed; the end of {log}:\n{tail}"))
    job.stamps.keep("nlu", fingerprint)
    console.print("Assistant: trained.")
    return {"model": str(folder / "assistant.tar.gz")}


def _train_forecast(job: _Training) -> dict[str, Any] | None:
    from backend.forecast_cli import Shown, train_forecast

    return train_forecast(job, Shown(progress_bar, console.print))


def _train_order_quantity(job: _Training) -> dict[str, Any] | None:
    from models import order_quantity
    from models.forecasting import PanelError

    fingerprint = job.fingerprint("order_quantity")
    if job.only_stale and job.stamps.fresh("order-quantity", fingerprint):
        return None
    with job.database.read() as session:
        today = business_clock(session).today()
        panel = insight.demand(session, "M", today)
    last = last_complete_period(today, "M")
    try:
        with progress_bar("Order quantities") as tell:
            report = order_quantity.train(
                panel, job.folder, progress=tell, last_complete=last, error_correlation=_error_correlation(job)
            )
    except PanelError as error:
        console.print(f"Order quantities: {error} The classical policy decides alone.")
        return {"skipped": str(error)}
    job.stamps.keep("order-quantity", fingerprint)
    console.print(
        f"6-12-1 network on {report.windows:,} windows: R² {report.r2_train:.3f} in training, "
        f"{report.r2_test:.3f} held out."
    )
    return report.to_dict()


def _error_correlation(job: _Training) -> float | None:
    """How the errors of a forecast's steps hang together, as the weekly model's training measured it."""
    from models.artefacts import ArtefactError
    from models.forecasting import load_champion

    try:
        return float(load_champion(job.folder, "W").metadata["backtest"]["error_correlation"])
    except ArtefactError:
        return None


def _train_recommend(job: _Training) -> dict[str, Any] | None:
    from models import recommending

    fingerprint = job.fingerprint("recommending", daily=True)
    if job.only_stale and job.stamps.fresh("recommend", fingerprint):
        return None
    with job.database.read() as session:
        today = business_clock(session).today()
        history = insight.purchases(session)
        names = dict(session.execute(select(Product.sku, Product.name)).all())
        active = set(session.scalars(select(Product.sku).where(Product.active)))
    history = history.filter(pl.col("sku").is_in(list(active)))
    with progress_bar("Suggestions") as tell:
        report = recommending.train(history, job.folder, as_of=today, progress=tell)
        found = recommending.suggest(history, as_of=today, model=recommending.load_champion(job.folder))
    with job.database.write() as session:
        count = store_suggestions(session, today, training.item_suggestions(found, names))
    job.stamps.keep("recommend", fingerprint)
    console.print(f"{count:,} suggestions stored.")
    return report.to_dict()


@app.command()
def up() -> None:
    """Start every process and stay until told to stop."""
    database = open_database()
    lines = []
    with database.read() as session:
        if company(session) is None:
            raise typer.Exit(_fail("The database is empty. Run: quartermaster demo-company, or quartermaster import"))
        if has_demo_users(session):
            users = session.scalars(select(User).where(User.demo, User.active).order_by(User.id))
            lines = [f"  sign in as {user.email:<16} password demo   ({user.role})" for user in users]
    database.close()
    raise typer.Exit(start_processes(ProcessSettings.of(settings()), lines))


@app.command()
def worker() -> None:
    """The background worker: events and webhooks, what is due, what has expired, retraining on a new business day."""
    from backend.worker import run

    raise typer.Exit(run(settings()))


@app.command()
def chat(
    email: Annotated[str, typer.Option("--as", help="Whose sign-in to use.")],
    message: Annotated[list[str] | None, typer.Option(help="Say this and stop; may be given several times.")] = None,
    url: Annotated[str, typer.Option(help="The gateway's address.")] = "",
    as_json: AsJson = False,
) -> None:
    """Talk to the assistant in the terminal, over the gateway."""
    from backend.accounts_cli import token_for
    from backend.chat.channels import terminal

    token = token_for(open_database(), email)
    raise typer.Exit(terminal.chat(url or settings().page_address, token, message, as_json=as_json))


def _demand_at_hand(freq: str) -> DataAtHand:
    with open_database().read() as session:
        demand = insight.demand(session, freq, business_clock(session).today())
        return DataAtHand(demand, training.partner_tables(session))


def _with_demand(context: typer.Context) -> None:
    context.obj = _demand_at_hand


def _purchases() -> pl.DataFrame:
    with open_database().read() as session:
        return insight.purchases(session)


def _with_purchases(context: typer.Context) -> None:
    context.obj = _purchases


evaluate_app.command("recommend")(evaluate_recommend)
app.add_typer(evaluate_app, name="evaluate", callback=_with_purchases, help=evaluate_app.info.help)
app.add_typer(reproduce_app, name="reproduce", callback=_with_demand, help=reproduce_app.info.help)


def _fail(sentence: str) -> int:
    console.print(sentence, style="bold red", highlight=False)
    return 1


def main() -> None:
    """Run a command; a refusal is a sentence, not a stack trace."""
    try:
        app()
    except Refused as error:
        sys.exit(_fail(error.sentence))


if __name__ == "__main__":
    main()
