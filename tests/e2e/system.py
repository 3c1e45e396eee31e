"""The whole system as real processes, in a folder and on ports of its own, and people who talk to it over HTTP."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.services import free_port, missing

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).parent / "quartermaster"
READY_WITHIN = 400
ANSWER_WITHIN = 120


class System:
    """One running Quartermaster."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var = var
        self.port = free_port()
        ports = {"GATEWAY": self.port, "RASA": free_port(), "ACTIONS": free_port(), "MODELS": free_port()}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("QUARTERMASTER_")},
            **{f"QUARTERMASTER_{name}_PORT": str(port) for name, port in ports.items()},
            "QUARTERMASTER_VAR": str(var),
            "QUARTERMASTER_TURNS_PER_MINUTE": "1000",
            "QUARTERMASTER_SIGN_INS_PER_MINUTE": "1000",
            **more,
        }
        self.url = f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> str:
        """Run ``quartermaster`` with words; its standard output."""
        done = subprocess.run(
            [COMMAND, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, f"quartermaster {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[System]:
        """Start everything, wait until it is ready, and stop it as Ctrl-C does."""
        log = self.var / "up.log"
        with log.open("w") as out:
            process = subprocess.Popen([COMMAND, "up"], cwd=ROOT, env=self.environment, stdout=out, stderr=out)
        try:
            self._wait(process, log)
            yield self
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert processes_of(self.var) == []

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        until = time.monotonic() + READY_WITHIN
        while "Quartermaster is ready" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.5)

    def person(self, email: str, password: str = "demo") -> Person:
        """Somebody who is signed in."""
        return Person(self.url, email, password)


class Person:
    """Somebody at the gateway's HTTP interface."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=ANSWER_WITHIN)
        answer = self.client.post("/api/auth/token", data={"username": email, "password": password})
        assert answer.status_code == 200, answer.text
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.messages: list[dict[str, Any]] = []

    def send(self, body: dict[str, Any]) -> httpx.Response:
        """Post a message as it is."""
        return self.client.post("/api/chat/messages", json={"message_id": uuid.uuid4().hex, **body})

    def say(self, text: str) -> dict[str, Any]:
        """Say something; the last message of the answer."""
        return self._answered(self.send({"text": text}))

    def tap(self, title: str) -> dict[str, Any]:
        """Tap a button of the last answer, by the start of its title."""
        token = next(b["token"] for m in self.messages for b in m["buttons"] if b["title"].startswith(title))
        return self._answered(self.send({"button": token}))

    def get(self, path: str, **parameters: Any) -> Any:
        """Read from the API."""
        answer = self.client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _answered(self, response: httpx.Response) -> dict[str, Any]:
        assert response.status_code == 200, response.text
        self.messages = response.json()["messages"]
        assert self.messages
        return self.messages[-1]


def lines(message: dict[str, Any]) -> list[tuple[str, int]]:
    """(SKU, quantity) of a cart or order card."""
    return [(line["sku"], line["quantity"]) for line in message["card"]["lines"]]


def processes_of(var: Path) -> list[str]:
    """Processes that run with this folder: none may be left after a stop."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"QUARTERMASTER_VAR={var}".encode() + b"\0" in environment + b"\0":
            found.append(command)
    return found


def need_bot() -> None:
    """Skip (or fail, where services are required) without the bot's environment."""
    if not (ROOT / ".venv-bot" / "bin" / "rasa").exists():
        missing("the bot's environment (make setup)")


def share_assistant(assistant: Path, var: Path) -> None:
    """Put an assistant that is trained already into a folder."""
    shutil.copytree(assistant / "bot", var / "bot", dirs_exist_ok=True)
    (var / "models").mkdir(parents=True, exist_ok=True)
    shutil.copy(assistant / "models" / "trained.json", var / "models" / "trained.json")
