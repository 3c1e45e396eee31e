"""The course of ``quartermaster up``: check, start Supervisor, wait until all is ready, stay, stop everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from backend.processes.configuration import failure_report, write_configuration
from backend.processes.failures import Failure
from backend.processes.places import CannotStart, check_files, check_ports, end_session, sole_run
from backend.processes.programs import ProcessSettings, Program, quartermaster_programs
from backend.processes.screen import Screen, last_lines
from backend.processes.secret import SECRET_VARIABLE, internal_secret
from backend.processes.waiting import WAITING, answers

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BETWEEN_LOOKS = 0.5
AFTER_SUPERVISOR = 5.0  # seconds that Supervisor may take beyond what it grants its children


def up(settings: ProcessSettings, when_ready: Sequence[str] = ()) -> int:
    """Runs the whole system until it is stopped or fails; returns the exit code.

    ``when_ready`` are lines to print below the address once everything answers (the demo's sign-ins, say).
    """
    lines = (f"Quartermaster is ready: {settings.gateway.url}", *when_ready, "Ctrl-C stops everything.")
    return run(settings, quartermaster_programs(settings), lines)


def run(settings: ProcessSettings, programs: Sequence[Program], when_ready: Sequence[str]) -> int:
    """Runs ``programs`` under Supervisor.

    Returns 0 when stopped as asked, 1 when they did not start, did not stay up or did not get ready.
    """
    screen = Screen()
    settings.logs.mkdir(parents=True, exist_ok=True)
    settings.run.mkdir(parents=True, exist_ok=True)
    try:
        with sole_run(settings.run, f"process {os.getpid()}, {settings.gateway.url}"):
            check_files(programs)
            check_ports(programs)
            return _Course(settings, programs, screen).run(when_ready)
    except CannotStart as error:
        screen.say(str(error))
        return 1


@dataclass
class _Course:
    """One run; ``_asked`` counts the signals that asked it to stop."""

    settings: ProcessSettings
    programs: Sequence[Program]
    screen: Screen
    _asked: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def run(self, when_ready: Sequence[str]) -> int:
        failure_report(self.settings).unlink(missing_ok=True)
        before = {number: signal.signal(number, self._ask) for number in STOPPING_SIGNALS}
        supervisor = self._start()
        try:
            code = self._stay(supervisor, when_ready)
        finally:
            self._stop(supervisor)
            for number, handler in before.items():
                signal.signal(number, handler)
        return code

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def _start(self) -> subprocess.Popen[bytes]:
        """Supervisor in a session of its own: a Ctrl-C reaches us alone, and all it started can be found."""
        configuration = write_configuration(self.settings, self.programs)
        command = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(configuration))
        with (self.settings.logs / "supervisord.err").open("wb") as errors:
            return subprocess.Popen(
                command,
                cwd=self.settings.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        environment = dict(os.environ)
        environment |= {
            SECRET_VARIABLE: os.environ.get(SECRET_VARIABLE) or internal_secret(settings.var),
            "QUARTERMASTER_VAR": str(settings.var),
            "PYTHONUNBUFFERED": "1",
        }
        for name in ("gateway", "models", "actions", "rasa"):
            address = getattr(settings, name)
            environment[f"QUARTERMASTER_{name.upper()}_HOST"] = address.host
            environment[f"QUARTERMASTER_{name.upper()}_PORT"] = str(address.port)
        return environment

    def _stay(self, supervisor: subprocess.Popen[bytes], when_ready: Sequence[str]) -> int:
        waiting = [program for program in self.programs if program.ready]
        while not self._asked:
            if supervisor.poll() is not None:
                return self._tell_failure()
            if waiting:
                waiting = [program for program in waiting if not answers(program.ready or "")]
                if not waiting:
                    self._tell_ready(when_ready)
                elif self._waited() > self.settings.ready_within:
                    return self._tell_not_ready(waiting)
                else:
                    self.screen.live(f"{WAITING}{', '.join(map(self._wait_of, waiting))}", self._waited())
            self._pause(supervisor)
        self.screen.say("Stopping …")
        return 0

    def _pause(self, supervisor: subprocess.Popen[bytes]) -> None:
        try:
            supervisor.wait(BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            return

    def _waited(self) -> float:
        return time.monotonic() - self._begun

    def _wait_of(self, program: Program) -> str:
        """A program's name, and what it waits for itself if it says so."""
        last = last_lines(self._log(program.name), 1)
        if last and last[0].startswith(WAITING):
            return f"{program.name} ({last[0]})"
        return program.name

    def _log(self, name: str) -> Path:
        return self.settings.logs / f"{name}.log"

    def _tell_ready(self, lines: Sequence[str]) -> None:
        self.screen.clear()
        print("\n".join(lines), flush=True)

    def _tell_not_ready(self, waiting: Sequence[Program]) -> int:
        names = ", ".join(program.name for program in waiting)
        self.screen.say(f"Not ready after {self._waited():.0f} s: {names}. Stopping everything.")
        for program in waiting:
            self._show(self._log(program.name))
        return 1

    def _tell_failure(self) -> int:
        failure = Failure.read(failure_report(self.settings))
        if failure is None:
            self.screen.say("The process manager ended by itself. Stopping everything.")
            self._show(self.settings.logs / "supervisord.err")
            self._show(self._log("supervisord"))
            return 1
        self.screen.say(
            f"{failure.program} failed {failure.failures} times within {failure.window} s. Everything was stopped."
        )
        self._show(self._log(failure.program))
        return 1

    def _show(self, path: Path) -> None:
        self.screen.say(f"--- the last lines of {path}")
        for line in last_lines(path):
            self.screen.say(f"  {line}")
        self.screen.say("---")

    def _stop(self, supervisor: subprocess.Popen[bytes]) -> None:
        """Asks Supervisor to stop its children, and makes sure of it; a second Ctrl-C does not wait."""
        asked = self._asked
        until = time.monotonic() + self.settings.stop_within + AFTER_SUPERVISOR
        if supervisor.poll() is None:
            supervisor.terminate()
        while supervisor.poll() is None and time.monotonic() < until and self._asked <= max(asked, 1):
            self._pause(supervisor)
        if supervisor.poll() is None:
            supervisor.kill()
            supervisor.wait()
        end_session(supervisor.pid)
        self.screen.say("Everything is stopped.")
