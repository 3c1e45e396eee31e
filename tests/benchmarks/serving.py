"""The gateway as it is served: a process of its own on a loopback port, and clients that keep their connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import select

from backend.database import Database
from backend.identity.service import issue_token
from backend.identity.tables import User
from tests.services import free_port

NOWHERE = "http://127.0.0.1:9"
PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A running gateway."""

    port: int
    process: int

    def seconds(self) -> float:
        """Processor time that the gateway has taken so far, all its processes together."""
        folder = Path(f"/proc/{self.process}/task/{self.process}")
        found = [self.process, *map(int, (folder / "children").read_text().split())]
        ticks = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13] for one in found]
        return sum(int(tick) for both in ticks for tick in both) / os.sysconf("SC_CLK_TCK")


@contextmanager
def gateway(database: Database, **settings: str) -> Iterator[Served]:
    """Serve a database's shop until the block ends; ``settings`` are added to the environment."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "QUARTERMASTER_ENV": "test",
        "QUARTERMASTER_INTERNAL_SECRET": "bench",
        "QUARTERMASTER_GATEWAY_PORT": str(port),
        "QUARTERMASTER_RASA_URL": NOWHERE,
        "QUARTERMASTER_MODELS_URL": NOWHERE,
        **settings,
    }
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "backend.gateway"]
        started = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait(started, port, Path(f"/proc/self/fd/{log.fileno()}"))
            yield Served(port, started.pid)
        finally:
            started.terminate()
            started.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            client = HTTPConnection("127.0.0.1", port, timeout=5)
            client.request("GET", "/healthz")
            client.getresponse().read()
        except OSError:
            time.sleep(0.1)
            continue
        return
    raise RuntimeError(f"the gateway did not start:\n{log.read_text(errors='replace')}")


@dataclass
class Client:
    """Somebody who is signed in and keeps the connection."""

    port: int
    token: str
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> bytes:
        """The answer's body; it has to be a 200."""
        return self._ask("GET", path, None, {}, 200)

    def post(self, path: str, body: object, key: str) -> bytes:
        """The same of an unsafe request with its Idempotency-Key, which has to make something (201)."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._ask("POST", path, json.dumps(body).encode(), headers, 201)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], expected: int) -> bytes:
        self.connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == expected, content
        return content


def token_of(database: Database, email: str) -> str:
    """A sign-in without asking for the password, since those are counted."""
    with database.write() as session:
        return issue_token(session, session.scalars(select(User).where(User.email == email)).one(), 1)
