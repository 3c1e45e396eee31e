"""Waiting for what a process needs."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from backend.processes.waiting import WaitedTooLong, wait_for


@pytest.fixture
def closed() -> str:
    """host:port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def web() -> Iterator[str]:
    """host:port of a server that knows /ready alone."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/ready" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_it_returns_when_the_address_answers(web: str) -> None:
    said: list[str] = []
    wait_for("models", f"http://{web}/ready", 30, said.append)
    wait_for("database", f"tcp://{web}", 30, said.append)
    assert said == []


@pytest.mark.parametrize("kind", ["http", "tcp"])
def test_past_the_deadline_it_says_what_it_waited_for(closed: str, kind: str) -> None:
    said: list[str] = []
    with pytest.raises(WaitedTooLong, match=f"gave up waiting for models at {kind}://{closed} after 0 s"):
        wait_for("models", f"{kind}://{closed}", 0.1, said.append)
    assert said == [f"waiting for models at {kind}://{closed} (0 of at most 0 s)"]


def test_an_answer_of_not_ready_is_waited_out(web: str) -> None:
    with pytest.raises(WaitedTooLong):
        wait_for("models", f"http://{web}/loading", 0.1, lambda _: None)


def test_as_a_command_it_becomes_the_command(web: str) -> None:
    words = ["--for", f"models=http://{web}/ready", "--", sys.executable, "-c", "print('here I am')"]
    done = subprocess.run([sys.executable, "-m", "backend.processes.waiting", *words], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "here I am\n", "")


def test_as_a_command_it_fails_with_the_sentence(closed: str) -> None:
    words = ["--for", f"models=http://{closed}", "--within", "0.1", "--", sys.executable, "-c", "print('never')"]
    done = subprocess.run([sys.executable, "-m", "backend.processes.waiting", *words], capture_output=True, text=True)
    assert done.returncode == 75
    assert done.stdout.splitlines()[-1] == f"gave up waiting for models at http://{closed} after 0 s"
