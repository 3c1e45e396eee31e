"""The assistant itself, trained and started once, with a double in the place of the action server."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.action_server_double import ActionServerDouble
from tests.services import free_port, missing

ROOT = Path(__file__).parents[2]
SECRET = "a secret for tests only"
PATIENCE = 300.0
ACTION_SECONDS = 1.5


@dataclass
class Assistant:
    """A running Rasa server, and the double it calls."""

    address: str
    actions: ActionServerDouble
    log: Path

    def post(self, path: str, **options: Any) -> httpx.Response:
        """A request of the gateway's."""
        options = {"headers": {"X-Quartermaster-Secret": SECRET}, "timeout": 60} | options
        return httpx.post(f"{self.address}/webhooks/quartermaster{path}", **options)

    def say(self, sender: str, text: str) -> httpx.Response:
        """What a person typed."""
        return self.post("/webhook", json={"sender": sender, "text": text})

    def tap(self, sender: str) -> httpx.Response:
        """A button."""
        return self.post("/webhook", json={"sender": sender, "tap": True})

    def last_action(self) -> str:
        """What the double was asked to run last."""
        return str(self.actions.calls[-1]["next_action"])


def rasa_program() -> Path:
    """Rasa's command line in the bot's environment."""
    program = ROOT / ".venv-bot/bin/rasa"
    if not program.exists():
        missing("the bot's environment (.venv-bot; make setup)")
    return program


def environment(**values: str) -> dict[str, str]:
    """What Rasa needs, without what the developer's shell may hold."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERMASTER_", "REDIS_"))}
    return kept | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"} | values


@contextmanager
def running_assistant(
    model: Path, log: Path, actions: ActionServerDouble, endpoints: str = "bot/endpoints.yml", **values: str
) -> Iterator[Assistant]:
    """Rasa as `quartermaster up` starts it."""
    port = free_port()
    command = [
        *(rasa_program(), "run", "--model", model, "--endpoints", endpoints, "--credentials", "bot/credentials.yml"),
        *("--interface", "127.0.0.1", "--port", str(port)),
    ]
    secrets = environment(
        QUARTERMASTER_INTERNAL_SECRET=SECRET,
        QUARTERMASTER_ACTIONS_URL=actions.url,
        QUARTERMASTER_ACTION_SECONDS=str(ACTION_SECONDS),
        **values,
    )
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=secrets, stdout=file, stderr=file)
    assistant = Assistant(f"http://127.0.0.1:{port}", actions, log)
    try:
        _wait(process, assistant)
        yield assistant
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], assistant: Assistant) -> None:
    def said() -> str:
        return assistant.log.read_text(errors="replace")[-4000:]

    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"Rasa ended:\n{said()}"
        assert time.monotonic() < deadline, f"Rasa never was ready:\n{said()}"
        try:
            if httpx.get(f"{assistant.address}/webhooks/quartermaster/ready", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)


@pytest.fixture(scope="session")
def trained_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained on nlu_data as it is; Rasa's cache makes a second training short."""
    folder = tmp_path_factory.mktemp("model")
    command = [
        *(rasa_program(), "train", "--config", "bot/config.yml", "--domain", "bot/domain"),
        *("--data", "nlu_data/nlu", "nlu_data/rules", "--augmentation", "0"),
        *("--out", folder, "--fixed-model-name", "assistant"),
    ]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=800)
    assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]
    return folder


@pytest.fixture(scope="session")
def assistant(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for every test of it; each test speaks as a sender of its own."""
    with ActionServerDouble() as actions:
        log = tmp_path_factory.mktemp("assistant") / "log"
        with running_assistant(trained_model, log, actions) as started:
            yield started


@pytest.fixture
def well(assistant: Assistant) -> Assistant:
    """The assistant, its action server in good health."""
    assistant.actions.mode = "well"
    assistant.actions.calls.clear()
    assistant.actions.headers.clear()
    return assistant
