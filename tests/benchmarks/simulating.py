"""The simulated warehouse at its full size, and order quantities of 100,000 items from forecasts that exist."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import torch

from models.order_quantity import OrderInputs, decide
from models.order_quantity.simulation.engine import Course, run
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.terms import Terms
from tests.benchmarks.figures import Figure, progress

ITEMS, SCENARIOS, WEEKS, LEAD_TIME = 10_000, 1_000, 52, 4
CHUNK = 40  # items at a time, so that what is computed with stays in the processor's cache
DECIDED = 100_000
LONGEST = 60.0


def simulated(first: int) -> float:
    """Draw a chunk's demand and simulate it under (s, S); the cost, so that nothing is left undone."""
    generator = torch.Generator().manual_seed(first)
    rate = torch.exp(torch.rand(CHUNK, 1, 1, generator=generator) * 4 - 1)
    demand = torch.poisson(rate.expand(CHUNK, SCENARIOS, WEEKS), generator=generator)
    unit, order, hold, short = (torch.full((CHUNK,), value) for value in (10.0, 20.0, 0.04, 5.0))
    terms = Terms(
        unit, order, hold, short, torch.full((CHUNK,), LEAD_TIME), torch.full((CHUNK,), 5.0), torch.ones(CHUNK)
    )
    span = (LEAD_TIME + 1) * rate[:, 0]
    point = (span + 2 * span.sqrt()).expand(-1, WEEKS)
    with torch.inference_mode():
        outcome = run(demand, terms, Levels(point, point + 8 * rate[:, 0]).policy(), Course(1, 8))
        return float(outcome.cost.sum())


def all_scenarios() -> float:
    """Seconds for everything, two threads of one core each."""
    torch.set_num_threads(1)
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        sum(pool.map(simulated, range(0, ITEMS, CHUNK)))
    return time.perf_counter() - started


def decided() -> float:
    """Seconds for the order quantities of all items, on one core."""
    rng = np.random.default_rng(0)
    mean = np.exp(rng.uniform(-2, 6, DECIDED))[:, None] * np.ones((DECIDED, 26))
    quantiles = mean[..., None] * np.array([0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.35, 1.6, 2.0])
    whole = {
        "on_hand": 3,
        "reserved": 0,
        "on_order": 0,
        "lead_time_days": 20,
        "review_days": 28,
        "moq": 0,
        "multiple": 1,
    }
    numbers = {"service_level": 0.95, "unit_cost": 2.0, "order_cost": 30.0}
    given = {name: np.full(DECIDED, value, dtype=np.int64) for name, value in whole.items()}
    given |= {name: np.full(DECIDED, value) for name, value in numbers.items()}
    inputs = OrderInputs(freq="W", as_of=date(2026, 11, 16), mean=mean, quantiles=quantiles, **given)
    torch.set_num_threads(1)
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        decide(inputs)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    """Both figures."""
    progress(f"order quantities of {DECIDED:,} items")
    Figure(f"order quantities of {DECIDED:,} items, one core", decided(), "s", "lower", 1.0, "the bound").tell()
    progress(f"{ITEMS:,} items x {SCENARIOS:,} scenarios x {WEEKS} weeks")
    what = f"{ITEMS:,} items x {SCENARIOS:,} scenarios x {WEEKS} weeks simulated, demand drawn, two cores"
    Figure(what, all_scenarios(), "s", "lower", LONGEST, "the bound").tell()


if __name__ == "__main__":
    main()
