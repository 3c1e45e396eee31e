"""Telling whoever waits how far a long import is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ProgressCallback = Callable[[str, float], None]


@dataclass(frozen=True)
class Progress:
    """Reports steps as a share of the whole; ``start`` and ``end`` are this part's place in it, from 0 to 1."""

    callback: ProgressCallback | None = None
    start: float = 0.0
    end: float = 1.0

    def step(self, text: str, share: float = 0.0) -> None:
        """What is being done, and how much of this part is behind us."""
        if self.callback is not None:
            self.callback(text, self.start + (self.end - self.start) * share)

    def part(self, start: float, end: float) -> Progress:
        """A part of this part."""
        width = self.end - self.start
        return Progress(self.callback, self.start + width * start, self.start + width * end)
