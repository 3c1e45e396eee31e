"""What a person sees while the processes start: one live line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

BETWEEN_LINES = 15.0
TAIL_LINES = 20
TAIL_BYTES = 64_000


@dataclass
class Screen:
    """Writes to ``stream``; ``live`` replaces its own last line where that is a terminal."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _live: bool = False
    _last: str = ""
    _told: float = 0.0

    def say(self, line: str) -> None:
        """One line that stays."""
        self.clear()
        self.stream.write(line + "\n")
        self.stream.flush()

    def live(self, what: str, seconds: float) -> None:
        """What is waited for, and since when."""
        now = time.monotonic()
        if self.stream.isatty():
            width = shutil.get_terminal_size().columns - 1
            self.stream.write(f"\r\x1b[K{what} ({seconds:.0f} s)"[: width + 4])
            self.stream.flush()
            self._live = True
        elif what != self._last or now - self._told >= BETWEEN_LINES:
            self.stream.write(f"{what} ({seconds:.0f} s)\n")
            self.stream.flush()
            self._told = now
        self._last = what

    def clear(self) -> None:
        """Takes the live line away."""
        if self._live:
            self.stream.write("\r\x1b[K")
            self._live = False


def last_lines(path: Path, count: int = TAIL_LINES) -> Sequence[str]:
    """The end of a log, or nothing where there is none."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - TAIL_BYTES))
        text = file.read().decode("utf-8", errors="replace")
    return text.splitlines()[-count:]
