"""Several gateway processes under ``quartermaster up``: they share the port, and none outlives the system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from backend.database import Database
from backend.migrations import migrate
from backend.processes.programs import Address, Program
from tests.processes.conftest import Run, System, free_port, is_running, until


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three real processes load longer than stand-ins do."""
    monkeypatch.setattr("tests.processes.conftest.PATIENCE", 200.0)


def gateway(system: System, workers: int, **environment: str) -> Program:
    """The real gateway; it counts as ready when it answers, as nothing else runs here."""
    address = Address("127.0.0.1", free_port())
    return Program(
        name="gateway",
        command=(sys.executable, "-m", "backend.gateway"),
        address=address,
        ready=f"{address.url}/healthz",
        environment={
            "QUARTERMASTER_GATEWAY_WORKERS": str(workers),
            "QUARTERMASTER_GATEWAY_PORT": str(address.port),
            "QUARTERMASTER_VAR": str(system.settings.var),
            **environment,
        },
    )


def migrated(url: str) -> str:
    """The address of a database, once it has the schema."""
    database = Database(url)
    migrate(database)
    database.close()
    return url


def children(pid: int) -> list[int]:
    """The processes that one has started, and theirs."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [each for one in map(int, found) for each in (one, *children(one))]


def named(pids: list[int], word: str) -> list[int]:
    return [pid for pid in pids if word.encode() in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def parent_of(run: Run) -> int:
    """The gateway's first process."""
    found = named(children(run.process.pid), "backend.gateway")
    return found[0]


@pytest.mark.postgres
@pytest.mark.redis
def test_two_share_the_port_and_are_gone_with_the_system(system: System, postgres_url: str, redis_url: str) -> None:
    program = gateway(system, 2, DATABASE_URL=migrated(postgres_url), REDIS_URL=redis_url)
    assert program.address
    run = system.start(program)
    run.says("all is ready")
    everything = children(run.process.pid)
    serving = named(children(parent_of(run)), "spawn_main")
    assert len(serving) == 2
    answers = [httpx.get(f"{program.address.url}/healthz").status_code for _ in range(10)]
    assert answers == [200] * 10
    run.signal(signal.SIGINT)
    assert run.ends() == 0
    assert not any(map(is_running, everything))


@pytest.mark.postgres
@pytest.mark.redis
def test_workers_whose_parent_was_killed_give_the_port_free(system: System, postgres_url: str, redis_url: str) -> None:
    program = gateway(system, 2, DATABASE_URL=migrated(postgres_url), REDIS_URL=redis_url)
    run = system.start(program)
    run.says("all is ready")
    first = parent_of(run)
    workers = named(children(first), "spawn_main")
    os.kill(first, signal.SIGKILL)
    until(lambda: not any(map(is_running, workers)), "the orphans end")
    until(lambda: len(named(children(run.process.pid), "spawn_main")) == 2, "it is started again")
    run.signal(signal.SIGTERM)
    assert run.ends() == 0
