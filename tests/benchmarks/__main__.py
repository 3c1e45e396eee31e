"""`make bench`: runs the benchmarks, each in a process of its own, prints a table, writes var/bench/latest.json.

Figures are reported and never asserted. The machine's load before and after stands with them, since it shifts them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figures import Figure, told

ALL = ("placing", "chatting", "reading", "importing", "forecasting", "simulating", "listing")
LONGEST = 600  # seconds for one benchmark; what it measured until then is kept
CHECKOUT = Path(__file__).resolve().parents[2]
LATEST = CHECKOUT / "var" / "bench" / "latest.json"


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True)
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "commit": commit.stdout.strip() or None,
    }


def load() -> float:
    """Processes that want a core, mean of the last minute."""
    return round(os.getloadavg()[0], 1)


def run(name: str) -> tuple[list[Figure], str | None]:
    """The figures of one benchmark, and what went wrong."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
    problem = None
    try:
        done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, timeout=LONGEST)
        output = done.stdout
        if done.returncode:
            problem = f"{name} ended with {done.returncode}"
    except subprocess.TimeoutExpired as error:
        output, problem = error.stdout or b"", f"{name} took longer than {LONGEST} s"
    found = [figure for line in output.decode().splitlines() if (figure := told(line))]
    return found, problem


def number(value: float) -> str:
    """Three figures or so."""
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def table_of(figures: Sequence[Figure]) -> Table:
    """All figures, with what each stands beside."""
    table = Table("what", "figure", "beside", "ratio", "note", title="make bench")
    for figure in figures:
        beside = f"{number(figure.beside)} ({figure.beside_is})" if figure.beside else ""
        ratio = f"{figure.ratio:.2f}" if figure.ratio else ""
        table.add_row(figure.what, f"{number(figure.value)} {figure.unit}", beside, ratio, figure.note)
    return table


def main(names: Sequence[str]) -> int:
    """The benchmarks named, or all."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"bench: no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    started, before = time.monotonic(), load()
    figures: list[Figure] = []
    problems: list[str] = []
    for name in names or ALL:
        print(f"== {name}", file=sys.stderr, flush=True)
        found, problem = run(name)
        figures += found
        problems += [problem] if problem else []
    loads = {"before": before, "after": load()}
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "load": loads,
        "seconds": round(time.monotonic() - started),
        "problems": problems,
        "figures": [asdict(figure) | {"ratio": figure.ratio} for figure in figures],
    }
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    Console(width=None if sys.stdout.isatty() else 200).print(table_of(figures))
    print(f"{document['machine']}\nload {loads}, {document['seconds']} s; written to {LATEST.relative_to(CHECKOUT)}")
    for problem in problems:
        print(f"bench: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
