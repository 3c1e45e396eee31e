"""An event listener of Supervisor's: stops everything when one program keeps failing.

Supervisor starts a dead child again, with back-off. What it does not do is give up on the whole: this counts each
program's failures, and at the third within a minute (or when Supervisor itself has given up on a program) it leaves a
report for ``quartermaster up`` and asks Supervisor to stop. It also asks so when ``quartermaster up`` was killed.
Standard output is Supervisor's protocol; whatever is said goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from supervisor import childutils

FAILED = {"PROCESS_STATE_EXITED", "PROCESS_STATE_BACKOFF"}
GAVE_UP = "PROCESS_STATE_FATAL"


@dataclass(frozen=True)
class Failure:
    """The program that would not stay up, and how often it failed."""

    program: str
    failures: int
    window: int

    def write(self, path: Path) -> None:
        """Leaves it for the process that shows it."""
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Failure | None:
        """What was left, if anything was."""
        if not path.exists():
            return None
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass
class FailureCount:
    """Counts failures of each program over a sliding window of ``window`` seconds."""

    allowed: int
    window: int
    clock: Callable[[], float] = time.monotonic
    _times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def heard(self, event: str, program: str) -> Failure | None:
        """Takes one event of Supervisor's; a Failure when this one is one too many."""
        times = self._times[program]
        now = self.clock()
        if event in FAILED:
            times.append(now)
        while times and now - times[0] > self.window:
            times.popleft()
        if event == GAVE_UP or len(times) >= self.allowed:
            return Failure(program, max(len(times), self.allowed), self.window)
        return None


def is_alive(pid: int) -> bool:
    """Is there a process of this id?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _facts(payload: str) -> Mapping[str, str]:
    facts: Mapping[str, str] = childutils.get_headers(payload)
    return facts


def main() -> None:
    """Serves Supervisor's event protocol until Supervisor ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--allowed", type=int, required=True)
    parser.add_argument("--window", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    given = parser.parse_args()
    count = FailureCount(given.allowed, given.window)
    supervisor = os.getppid()
    while True:
        headers, payload = childutils.listener.wait(sys.stdin, sys.stdout)
        event = headers["eventname"]
        if event.startswith("TICK"):
            if not is_alive(given.parent):
                print("'quartermaster up' is gone: stopping everything", file=sys.stderr, flush=True)
                os.kill(supervisor, signal.SIGTERM)
        elif (failure := count.heard(event, _facts(payload)["processname"])) and not given.report.exists():
            failure.write(given.report)
            print(f"{failure}: stopping everything", file=sys.stderr, flush=True)
            os.kill(supervisor, signal.SIGTERM)
        childutils.listener.ok(sys.stdout)


if __name__ == "__main__":
    main()
