"""Reading order messages on one core, and finding one product among 100,000."""

from __future__ import annotations

import random
import time
from datetime import date

from actions.language.catalogue import CatalogueIndex, Entry
from actions.language.orders import read_order
from tests.actions.language.catalogues import REAL_FILE, giftware
from tests.benchmarks.figures import Figure, progress, timed
from tests.benchmarks.shop import product_names, sku_of

MESSAGES = 300
MANY = 100_000


def generated(count: int) -> CatalogueIndex:
    """An index of generated products."""
    return CatalogueIndex(Entry(sku_of(n), name, "Fasteners", "each") for n, name in enumerate(product_names(count)))


def messages(index: CatalogueIndex, names: list[str]) -> Figure:
    """Three lines a message, names as in the catalogue but in small letters."""
    chance = random.Random(3)
    said = [[name.lower() for name in chance.sample(names, 3)] for _ in range(MESSAGES)]
    right = []

    def read(number: int) -> None:
        first, second, third = said[number % MESSAGES]
        reading = read_order(f"12 {first}, 6 {second} and 24 {third} please", index, today=date(2026, 6, 17))
        right.append(len(reading.lines) == 3)

    times = timed(read, calls=MESSAGES, longest=8)
    what = f"reading three-line order messages, {len(index):,} products, one core"
    note = f"{sum(right)} of {len(right)} read as three lines; {times.spread}"
    return Figure(what, len(times.seconds) / sum(times.seconds), "messages/s", "higher", note=note)


def lookup(index: CatalogueIndex, names: list[str]) -> Figure:
    """Three of the four words of a name, as typed into a search box."""
    chance = random.Random(4)
    asked = [" ".join(chance.choice(names).lower().split()[:-1]) for _ in range(200)]
    times = timed(lambda number: index.search(asked[number % 200]), calls=200, longest=10)
    return Figure(f"product search among {len(index):,}", times.median_ms, "ms", note=times.spread)


def main() -> None:
    """The real catalogue where its file is here, then a generated one."""
    if REAL_FILE.exists():
        progress("reading the real catalogue")
        index = giftware()
        messages(index, [entry.name for sku in list(index._indexed) if (entry := index.get(sku))]).tell()
    progress("reading a generated catalogue")
    messages(generated(5_000), product_names(5_000)).tell()
    progress(f"indexing {MANY:,} products")
    started = time.perf_counter()
    large = generated(MANY)
    Figure(f"indexing {MANY:,} products", time.perf_counter() - started, "s").tell()
    lookup(large, product_names(MANY)).tell()


if __name__ == "__main__":
    main()
