"""``quartermaster train forecast``: by week and month, of products and of their sums, and from those by day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import polars as pl

from backend import training
from backend.company.service import business_clock
from backend.database import Database
from backend.errors import Invalid
from backend.insight import queries as insight
from backend.insight.bought import bought_by_day, by_period
from backend.insight.effects import store_effects
from backend.insight.factors import CALENDAR, categories, known_factors
from backend.insight.observed import Days, observed_demand, read_days
from backend.insight.periods import last_complete_period
from backend.insight.serving import means_by_sku
from backend.insight.storing import RunFacts, store_forecasts, store_series
from models import forecasting
from models.artefacts import ArtefactError

Freq = Literal["D", "W", "M"]
Tell = Callable[[str, float], None]
TITLES: Final[dict[Freq, str]] = {"W": "Forecast by week", "M": "Forecast by month", "D": "Forecast by day"}
TRAINED: Final = "forecast"
BY_DAY: Final = "forecast-days"
HORIZON: Final[dict[Freq, int]] = {"D": 28, "W": 26, "M": 6}  # periods ahead of which prices are looked up


class Job(Protocol):
    """What every training shares."""

    @property
    def database(self) -> Database: ...  # noqa: D102
    @property
    def folder(self) -> Path: ...  # noqa: D102
    @property
    def only_stale(self) -> bool: ...  # noqa: D102
    @property
    def stamps(self) -> training.Stamps: ...  # noqa: D102
    def fingerprint(self, package: str, *, daily: bool = False) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Shown:
    """How a person is told: ``progress`` gives a function of (what, share done), ``say`` takes a sentence."""

    progress: Callable[[str], AbstractContextManager[Tell]]
    say: Callable[[str], None]


def train_forecast(job: Job, shown: Shown) -> dict[str, Any] | None:
    """Train what is stale and store its forecasts; None where nothing was.

    Weeks and months are learnt from when another one is complete. Forecasts by day are made again every day: their
    network is served as it was pretrained, since to tune it on 4,700 products was measured to take longer than all the
    rest and to gain 0.2 % (RMSSE). Sums by day carry no error of their own: what is served is the week's forecast.
    """
    learnt, by_day = job.fingerprint("forecasting"), job.fingerprint("forecasting", daily=True)
    fresh = job.only_stale and job.stamps.fresh(TRAINED, learnt)
    if fresh and job.stamps.fresh(BY_DAY, by_day):
        return None
    with job.database.read() as session:
        today = business_clock(session).today()
        bought, days = bought_by_day(session), read_days(session)
    reports: dict[str, Any] = {}
    for freq in ("W", "M", "D"):
        if fresh and freq != "D":
            continue
        data = _read(job, freq, today, bought, days)
        if not fresh or not _servable(job.folder, freq):
            reports[freq] = _train(job, shown, data)
        _store(job, shown, data)
    job.stamps.keep(TRAINED, learnt)
    job.stamps.keep(BY_DAY, by_day)
    return reports


def _servable(folder: Path, freq: Freq) -> bool:
    try:
        forecasting.load_champion(folder, freq)
    except ArtefactError:
        return False
    return True


@dataclass(frozen=True)
class _Data:
    """What is learnt from and forecast at one frequency: demand, prices and promotions, who bought what, and that by
    day.
    """

    freq: Freq
    last: date
    demand: pl.DataFrame
    known: forecasting.KnownFactors | None
    bought: pl.DataFrame
    by_day: pl.DataFrame


def _read(job: Job, freq: Freq, today: date, bought: pl.DataFrame, days: Days) -> _Data:
    demand = observed_demand(days, freq, today)
    if demand.is_empty():
        raise Invalid(
            "There are no orders to learn from. Import some, or run: quartermaster demo-company", code="no_orders"
        )
    known = _known(job, freq, today) if freq != "D" else None
    last = last_complete_period(today, freq)
    return _Data(freq, last, demand, known, by_period(bought, freq, today), bought)


def _train(job: Job, shown: Shown, data: _Data) -> dict[str, Any]:
    tuned = data.freq != "D"
    try:
        with shown.progress(TITLES[data.freq]) as tell:
            report = forecasting.train(
                data.demand,
                data.freq,
                job.folder,
                progress=tell,
                last_complete=data.last,
                bought=data.bought if tuned else None,
                factors=data.known,
                fit_settings=forecasting.FitSettings(tune=tuned),
            )
    except forecasting.PanelError as error:
        raise Invalid(f"There is too little to learn from: {error}", code="too_little") from error
    _say(report, shown)
    return report.to_dict()


def _store(job: Job, shown: Shown, data: _Data) -> None:
    """Forecast with the champion, and keep products' and sums' forecasts."""
    freq, last = data.freq, data.last
    artefact = forecasting.load_champion(job.folder, freq)
    known = data.known.table if data.known is not None else None
    frame = forecasting.forecast(artefact, data.demand, last_complete=last, factors=known)
    if freq == "D":
        frame = _of_weeks(job, frame, data)
    held_out = int(artefact.metadata.get("backtest", {}).get("held_out", 0))
    facts = RunFacts(
        freq=freq,
        model=artefact.name,
        version=artefact.version,
        last_period=last,
        horizon=artefact.model.horizon,
        metrics={**artefact.metadata["metrics"], "sums": artefact.metadata.get("sums", {})},
    )
    with job.database.write() as session:
        count = store_forecasts(session, facts, training.item_forecasts(frame, artefact.errors.to_frame(), held_out))
        if artefact.effects is not None:
            trust = artefact.metadata.get("factors", {}).get("trust", {})
            store_effects(session, freq, last, artefact.effects.to_frame(), trust)
    with job.database.read() as session:
        run = insight.current_run(session, freq)
        means = means_by_sku(session, run) if run is not None else {}
    sums = forecasting.forecast_sums(artefact, data.bought, means, last_complete=last)
    series = list(training.series_forecasts(sums, artefact.sums.of, held_out))
    with job.database.write() as session:
        run = insight.current_run(session, freq)
        sums_stored = store_series(session, run, series) if run is not None else 0
    shown.say(f"{count:,} forecasts stored, and of {sums_stored:,} sums.")


def _of_weeks(job: Job, frame: pl.DataFrame, data: _Data) -> pl.DataFrame:
    """The forecast by day with the means of the one by week."""
    with job.database.read() as session:
        weekly = training.answered_means(session, "W")
    if weekly is None:
        return frame
    return forecasting.spread_over_days(
        frame, weekly, forecasting.weekday_shares(data.by_day.select("ds", "y"), data.last)
    )


def _known(job: Job, freq: Freq, today: date) -> forecasting.KnownFactors:
    """Prices and promotions, past and as far ahead as forecasts are made."""
    with job.database.read() as session:
        table = known_factors(session, freq, today, HORIZON[freq])
        return forecasting.KnownFactors(table, CALENDAR, categories(session))


def _say(report: Any, shown: Shown) -> None:
    ours = report.metrics.get("quartermaster", {})
    baselines = [name for name in report.metrics if name not in ("quartermaster", "network")]
    best = min(baselines, key=lambda name: report.metrics[name]["SQL"])
    shown.say(
        f"Held out {report.held_out} periods of {report.series:,} series: scaled quantile loss {ours['SQL']:.3f} "
        f"(best baseline, {best}: {report.metrics[best]['SQL']:.3f}), WAPE {ours['WAPE']:.3f} "
        f"(naive {report.metrics.get('naive', {}).get('WAPE', float('nan')):.3f})."
    )
