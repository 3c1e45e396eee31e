"""Importing the real two years into SQLite: seconds, and how much memory the process took at most."""

from __future__ import annotations

import resource
import time

from backend.imports.online_retail import import_online_retail
from tests.backend.imports.test_real_file import FILE
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress

LONGEST = 60.0  # seconds, the bound of the importer's specification
LARGEST = 2.0  # GB, the same


def main() -> None:
    """Nothing to measure where the file is not here."""
    if not FILE.is_file():
        progress(f"left out: {FILE} is not here")
        return
    progress("importing a million lines")
    with shops.sqlite() as database:
        started, busy = time.perf_counter(), time.process_time()
        report = import_online_retail(database, [FILE])
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    what = f"import of Online Retail II, {report.read.rows:,} lines, SQLite"
    Figure(what, seconds, "s", "lower", LONGEST, "the bound set", f"{busy:.1f} s of processor time").tell()
    Figure("the same: memory at most", peak, "GB", "lower", LARGEST, "the bound set").tell()


if __name__ == "__main__":
    main()
