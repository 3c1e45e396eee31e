"""Servers that tests start for themselves and throw away: PostgreSQL, Redis; and the browser.

Where a server's programs are missing, its tests are skipped with a plain reason; with REQUIRE_SERVICES=1 (CI sets it)
they fail instead, so that nothing is left out unnoticed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

POSTGRES_USER = "postgres"
PATIENCE = 120.0
# Throw-away data needs no durability, and tests are much faster without.
POSTGRES_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def missing(what: str) -> NoReturn:
    """Skips the test for want of a program; fails it where services are required."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what} is missing and REQUIRE_SERVICES=1", pytrace=False)
    pytest.skip(f"{what} is not installed")


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class PostgresServer:
    """A running throw-away server; everybody who can reach its loopback port is its superuser."""

    port: int
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        """A database's address as SQLAlchemy takes it."""
        return f"postgresql+psycopg://{POSTGRES_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database's name; a copy of ``template``."""
        name = f"test_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Drops a database whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Runs a statement outside a transaction."""
        with self._connect() as connection:
            connection.execute(statement.encode())

    def answers(self) -> bool:
        """Does it take connections yet?"""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=POSTGRES_USER, dbname=POSTGRES_USER, autocommit=True
        )


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres: the newest of Debian's, or the one on the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _postgres_owner() -> str | None:
    """PostgreSQL refuses to run as root; root runs it as the user its package made."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(POSTGRES_USER).pw_name
    except KeyError:
        missing(f"the user {POSTGRES_USER}")


@contextmanager
def throw_away_postgres() -> Iterator[PostgresServer]:
    """A cluster of its own in a temporary folder, gone at the end."""
    programs = postgres_programs()
    if programs is None:
        missing("PostgreSQL (Debian: postgresql)")
    owner = _postgres_owner()
    folder = Path(tempfile.mkdtemp(prefix="qm-postgres-"))  # a short path: it holds the socket
    if owner:
        shutil.chown(folder, owner)
    data, port = folder / "data", free_port()
    initialise = [
        programs / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        POSTGRES_USER,
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    settings = [word for setting in POSTGRES_SETTINGS for word in ("-c", setting)]
    serve = [programs / "postgres", "-D", data, "-k", folder, "-h", "127.0.0.1", "-p", str(port), *settings]
    try:
        subprocess.run(initialise, user=owner, cwd=folder, check=True, capture_output=True)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(serve, user=owner, cwd=folder, stdout=log, stderr=log)
        server = PostgresServer(port, count(1))
        with _running(process, server.answers, folder / "log", stop=signal.SIGINT):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away_redis() -> Iterator[str]:
    """A Redis server that keeps nothing; its address."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server (Debian: redis-server)")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="qm-redis-") as folder:
        words = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder)
        log = Path(folder) / "log"
        with log.open("wb") as file:
            process = subprocess.Popen([program, *words], stdout=file, stderr=file)
        with _running(process, lambda: _listens(port), log, stop=signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _running(process: subprocess.Popen[bytes], answers: object, log: Path, stop: int) -> Iterator[None]:
    assert callable(answers)
    deadline = time.monotonic() + PATIENCE
    try:
        while not answers():
            assert process.poll() is None, f"the server ended:\n{log.read_text(errors='replace')}"
            assert time.monotonic() < deadline, f"the server never answered:\n{log.read_text(errors='replace')}"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run (of each worker)."""
    with throw_away_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """One Redis server for the whole run (of each worker)."""
    with throw_away_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of a Redis server that is empty now."""
    import redis

    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing("Chromium (Debian: chromium)")
