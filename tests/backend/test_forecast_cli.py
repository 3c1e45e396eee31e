"""``train forecast``: what is learnt again, and what is only forecast again."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backend import forecast_cli
from backend.company.tables import Company
from backend.database import Database
from backend.errors import Invalid
from backend.forecast_cli import Shown, train_forecast
from backend.training import Stamps, data_fingerprint
from models.artefacts import ArtefactMissing
from tests.actions.forecasting import sell
from tests.backend.world import World


@dataclass(frozen=True)
class Job:
    """A training of the small company."""

    database: Database
    folder: Path
    stamps: Stamps
    only_stale: bool = True

    def fingerprint(self, _package: str, *, daily: bool = False) -> str:
        with self.database.read() as session:
            return data_fingerprint(session, daily=daily)


class Steps:
    """What was done, in order: "learn W", "store W" …"""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.champions = {"D", "W", "M"}
        monkeypatch.setattr(forecast_cli, "_train", lambda _job, _shown, data: self._note("learn", data))
        monkeypatch.setattr(forecast_cli, "_store", lambda _job, _shown, data: self._note("store", data))
        monkeypatch.setattr(forecast_cli.forecasting, "load_champion", self._load)

    def _note(self, what: str, data: Any) -> dict[str, Any]:
        self.done.append(f"{what} {data.freq}")
        return {}

    def _load(self, _folder: Path, freq: str) -> object:
        if freq not in self.champions:
            raise ArtefactMissing(f"There is no forecast-{freq}.")
        return SimpleNamespace()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(monkeypatch)


def train(world: World, folder: Path) -> dict[str, Any] | None:
    shown = Shown(lambda _title: nullcontext(lambda _what, _done: None), lambda _sentence: None)
    return train_forecast(Job(world.database, folder, Stamps(folder)), shown)


def live_on(world: World, day: date) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).business_date = day


def test_without_orders_it_says_what_to_do(small: World, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="quartermaster demo-company"):
        train(small, tmp_path)


def test_a_new_day_is_forecast_again_and_a_new_week_learnt(small: World, tmp_path: Path, steps: Steps) -> None:
    sell(small, "10-109", [(date(2026, 5, 11), 30)])
    everything = [f"{what} {freq}" for freq in ("W", "M", "D") for what in ("learn", "store")]
    assert train(small, tmp_path) is not None
    assert train(small, tmp_path) is None
    assert steps.done == everything
    live_on(small, date(2026, 6, 18))
    assert train(small, tmp_path) == {}
    assert steps.done == [*everything, "store D"]
    live_on(small, date(2026, 6, 22))
    train(small, tmp_path)
    assert steps.done == [*everything, "store D", *everything]


def test_a_daily_champion_that_cannot_be_used_is_trained_again(small: World, tmp_path: Path, steps: Steps) -> None:
    sell(small, "10-109", [(date(2026, 5, 11), 30)])
    train(small, tmp_path)
    steps.done.clear()
    steps.champions.remove("D")
    live_on(small, date(2026, 6, 18))
    train(small, tmp_path)
    assert steps.done == ["learn D", "store D"]
