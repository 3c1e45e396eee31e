"""A figure as it is measured, and the measuring: a benchmark prints its figures as lines of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Figure:
    """One row of the table. ``beside`` is a peer measured in the same run, or a bound that was set."""

    what: str
    value: float
    unit: str
    better: Better = "lower"
    beside: float | None = None
    beside_is: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value over what it stands beside."""
        return self.value / self.beside if self.beside else None

    def tell(self) -> Figure:
        """Print it for whoever runs the benchmark."""
        print(json.dumps(asdict(self)), flush=True)
        return self


def told(line: str) -> Figure | None:
    """The figure in a line of a benchmark's output; None for anything else."""
    try:
        return Figure(**json.loads(line))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True)
class Times:
    """How long calls took, in seconds."""

    seconds: list[float]

    @property
    def median_ms(self) -> float:
        """The middle one."""
        return 1000 * median(self.seconds)

    @property
    def spread(self) -> str:
        """How many, and how slow the slow ones were."""
        slow = quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else self.seconds[0]
        return f"{len(self.seconds)} calls, 95 % under {1000 * slow:.1f} ms"


def timed(call: Callable[[int], object], *, calls: int, longest: float = 5.0, warm: int = 2) -> Times:
    """Time ``call(number)`` after ``warm`` calls that do not count; stops early after ``longest`` seconds."""
    for number in range(warm):
        call(number)
    seconds: list[float] = []
    end = time.perf_counter() + longest
    for number in range(warm, warm + calls):
        started = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - started)
        if time.perf_counter() > end:
            break
    return Times(seconds)


def progress(what: str) -> None:
    """Say on standard error what is being done."""
    print(f"   {what} …", file=sys.stderr, flush=True)
