"""The worker: every job in its own time, none in another's way, and a quick end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend import worker
from backend.company.tables import Company, IdempotencyRecord
from backend.database import Database, now
from backend.events.service import publish
from backend.identity.service import new_link_code
from backend.identity.tables import LinkCode
from backend.worker import JOBS, Job, Retraining, tidy, work
from tests.backend.world import World

PATIENCE = 60


def test_every_job_finds_nothing_to_do_in_a_quiet_company(world: World) -> None:
    done = {job.name: job.run(world.database) for job in JOBS}
    assert {name for name, count in done.items() if count} <= {"reorder points set", "back-ordered lines filled"}
    assert len(done) == len(JOBS)


def test_a_job_that_raises_or_hangs_stops_no_other_and_is_tried_again(
    small: World, caplog: pytest.LogCaptureFixture
) -> None:
    stop, hanging, failed, good = threading.Event(), threading.Event(), [0], [0]

    def fails(_database: Database) -> int:
        failed[0] += 1
        raise RuntimeError("out of order")

    def hangs(_database: Database) -> int:
        hanging.wait(PATIENCE)
        return 0

    def works(_database: Database) -> int:
        good[0] += 1
        if good[0] >= 3 and failed[0] >= 3:
            hanging.set()
            stop.set()
        return good[0]

    jobs = (Job("hangs", hangs, 0.01), Job("fails", fails, 0.01), Job("works", works, 0.01))
    watchdog = threading.Timer(PATIENCE, stop.set)
    watchdog.start()
    work(small.database, jobs, stop)
    watchdog.cancel()
    assert (good[0] >= 3, failed[0] >= 3) == (True, True)
    assert "a job failed (fails); it runs again in 0.01 s" in caplog.text


def test_it_ends_soon_after_it_is_told_to(small: World, tmp_path: Path) -> None:
    small.database.close()
    program = Path(sys.executable).parent / "quartermaster"
    environment = {**os.environ, "DATABASE_URL": str(small.database.url), "QUARTERMASTER_VAR": str(tmp_path)}
    with subprocess.Popen([program, "worker"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while "the business date is 2026-06-17" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGTERM)
        said += process.stderr.read()
    assert process.returncode == 0
    assert "ERROR" not in said


def test_what_nobody_can_use_any_more_is_deleted(world: World) -> None:
    user_id = world.principal("customer@test").user_id
    with world.database.write() as session:
        new_link_code(session, user_id)
        session.flush()
        session.scalars(select(LinkCode)).one().expires_at = now() - timedelta(days=8)
        new_link_code(session, user_id)
        for key, days in (("old", 8), ("new", 6)):
            session.add(
                IdempotencyRecord(user_id=user_id, key=key, fingerprint="f", created_at=now() - timedelta(days=days))
            )
    assert tidy(world.database) == 2
    with world.database.read() as session:
        assert session.scalars(select(IdempotencyRecord.key)).all() == ["new"]
        assert session.scalar(select(func.count(LinkCode.id))) == 1


# ---- retraining ---------------------------------------------------------------------------------------------------


class Trainer:
    """Takes the place of the command; ``polls`` is how often it is not done yet."""

    def __init__(self, polls: int = 0, code: int = 0) -> None:
        self.started: list[list[str]] = []
        self.terminated = 0
        self.returncode = code
        self._polls = polls

    def __call__(self, command: list[str]) -> Trainer:
        self.started.append([str(part) for part in command[1:]])
        return self

    def poll(self) -> int | None:
        self._polls -= 1
        return None if self._polls >= 0 else self.returncode

    def terminate(self) -> None:
        self.terminated += 1


def next_day(world: World, day: date) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).business_date = day


def test_models_are_trained_on_a_new_day_and_not_before(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer()
    monkeypatch.setattr(worker.subprocess, "Popen", trainer)
    retraining = Retraining(threading.Event())
    assert [retraining.on_a_new_day(small.database) for _ in range(2)] == [0, 0]
    next_day(small, date(2026, 6, 18))
    assert [retraining.on_a_new_day(small.database) for _ in range(2)] == [3, 0]
    assert trainer.started == [["train", model, "--if-stale"] for model in ("forecast", "order-quantity", "recommend")]


def drifts(world: World, key: str) -> None:
    with world.writing() as work:
        publish(work, "forecast.drifted", "forecast", key, {})


def test_a_drift_trains_the_forecasts_at_once_and_once(
    small: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trainer = Trainer(code=1)  # what fails is not tried again and again: the next day's training is
    monkeypatch.setattr(worker.subprocess, "Popen", trainer)
    retraining = Retraining(threading.Event())
    assert retraining.when_due(small.database) == 0
    drifts(small, "W 2026-06-08")
    drifts(small, "M 2026-05-01")
    with caplog.at_level("INFO"):
        assert [retraining.when_due(small.database) for _ in range(2)] == [0, 0]
    assert trainer.started == [["train", "forecast", "--if-stale"]]
    assert "a forecast has drifted (W 2026-06-08, M 2026-05-01): training forecast" in caplog.text
    drifts(small, "W 2026-06-15")
    trainer.returncode = 0
    assert [retraining.when_due(small.database) for _ in range(2)] == [1, 0]


def test_a_drift_waits_where_the_worker_ends(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, stop = Trainer(), threading.Event()
    monkeypatch.setattr(worker.subprocess, "Popen", trainer)
    drifts(small, "W 2026-06-08")
    stop.set()
    assert Retraining(stop).after_drift(small.database) == 0
    assert Retraining(threading.Event()).after_drift(small.database) == 1  # the next one finds it


def test_training_ends_with_the_worker(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, stop = Trainer(polls=1, code=-15), threading.Event()
    retraining = Retraining(stop)
    retraining.on_a_new_day(small.database)
    next_day(small, date(2026, 6, 18))

    def started(command: list[str]) -> Trainer:
        stop.set()
        return trainer(command)

    monkeypatch.setattr(worker.subprocess, "Popen", started)
    assert retraining.on_a_new_day(small.database) == 0
    assert (len(trainer.started), trainer.terminated) == (1, 1)
