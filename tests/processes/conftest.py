"""A small system of stand-in programs, started as ``quartermaster up`` starts the real one."""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backend.processes.failures import is_alive
from backend.processes.programs import Address, ProcessSettings, Program

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in.py"
PATIENCE = 120.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], what: str) -> None:
    """Waits until something holds; fails, saying what, if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Alive, and not only waiting to be reaped."""
    if not is_alive(pid):
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


@dataclass
class Run:
    """A started system: its output so far, and its end."""

    process: subprocess.Popen[str]
    output: str = ""
    _lines: queue.Queue[str | None] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def says(self, text: str) -> None:
        """Reads on until ``text`` was said."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.output:
            line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.1))
            assert line is not None, f"it ended without saying {text!r}:\n{self.output}"
            self.output += line

    def ends(self) -> int:
        """Its exit code, once it ended; everything it said is in ``output`` then."""
        code = self.process.wait(PATIENCE)
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            self.output += line
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def signal(self, number: int) -> None:
        """As a terminal or a supervisor would."""
        self.process.send_signal(number)


@dataclass
class System:
    """Programs to run in a ``var`` of their own."""

    settings: ProcessSettings
    _runs: list[Run] = field(default_factory=list)

    def program(self, name: str, *options: str, serves: bool = True, **facts: Any) -> Program:
        """A stand-in called ``name``."""
        command = [sys.executable, str(STAND_IN), "--notes", str(self.notes(name)), *options]
        if serves:
            address = Address("127.0.0.1", free_port())
            facts = {"address": address, "ready": address.url} | facts
            command += ["--port", str(address.port)]
        return Program(name=name, command=tuple(command), **facts)

    def notes(self, name: str) -> Path:
        """Where the stand-in notes its starts."""
        return self.settings.var.parent / f"{name}.notes"

    def starts(self, name: str) -> list[dict[str, Any]]:
        """Each start of a stand-in."""
        path = self.notes(name)
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def processes(self) -> list[int]:
        """All processes that stand-ins ever were, and their children."""
        names = [path.stem for path in self.settings.var.parent.glob("*.notes")]
        return [start[key] for name in names for start in self.starts(name) for key in ("pid", "child")]

    def all_gone(self) -> bool:
        """No stand-in, no child of one, and no process manager is left."""
        return not any(map(is_running, self.processes()))

    def start(self, *programs: Program) -> Run:
        """Starts them in a process of its own."""
        plan = self.settings.var.parent / "plan"
        plan.write_bytes(pickle.dumps((self.settings, programs)))
        run = Run(
            subprocess.Popen(
                [sys.executable, "-m", "tests.processes.run_stand_ins", str(plan)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={key: value for key, value in os.environ.items() if not key.startswith("QUARTERMASTER_")},
            )
        )
        self._runs.append(run)
        return run

    def stop(self) -> None:
        """Ends whatever a test left running."""
        for run in self._runs:
            if run.process.returncode is None:
                run.signal(signal.SIGTERM)
                run.ends()


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """Its folder's name has what breaks careless quoting."""
    folder = tmp_path / "a folder, 100% 'odd'"
    folder.mkdir()
    system = System(ProcessSettings(root=ROOT, var=folder / "var", needs_within=PATIENCE, stop_within=2))
    yield system
    system.stop()
