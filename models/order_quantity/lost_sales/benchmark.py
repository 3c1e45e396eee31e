"""All policies on the 32 standard instances, by their exact cost: nothing here is simulated but the training."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from models.forecasting.threads import one_thread
from models.order_quantity.lost_sales.evaluation import (
    ChosenNetwork,
    Gap,
    choose,
    held_out_gaps,
    mean_and_max,
    shared_gaps,
)
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError, standard_instances
from models.order_quantity.lost_sales.policies import best_base_stock, best_capped_base_stock
from models.order_quantity.lost_sales.shared_training import SharedTraining, train_shared
from models.order_quantity.lost_sales.training import Training, train_batch
from models.order_quantity.lost_sales.value_iteration import solve

OURS = "quartermaster"
SHARED = "quartermaster_shared"
CAPPED = "capped_base_stock"
BASE_STOCK = "base_stock"

# One core of the machine that docs/benchmarks.md describes does about this many steps a second.
_INSTANCE_STEPS = 12.0
_SHARED_STEPS = 18.0
_INSTANCE_SHARE = 0.35  # of the training's length; the rest is the shared network's
LONGEST_TRAINING = 7200.0

Progress = Callable[[str, float], None]


@one_thread()
def run_benchmark(
    *,
    seed: int = 0,
    seconds: float = 150.0,
    progress: Progress | None = None,
    instances: Sequence[Instance] | None = None,
    held_out: bool = True,
) -> dict[str, Any]:
    """Solve the instances (the 32 by default), train on them, and cost every policy exactly on its Markov chain.

    seconds: about how long the two trainings take together on one core. The number of steps follows from it, not from
    the clock, so the same seed and seconds give the same figures on the same machine, however busy it is. held_out:
    also cost the shared network on problems with means and penalties that it was not trained on.

    Returns a JSON-ready dict. Every "gap", "mean_gap" and "max_gap" is a fraction of the optimal cost: 0.001 is 0.1 %.

        policies     name -> {"instances": [{demand, mean, lost_sale_penalty, holding_cost, lead_time, optimal_cost,
                     cost, gap}], "mean_gap", "max_gap"}; names: quartermaster (a network per instance),
                     quartermaster_shared (one for all), capped_base_stock and base_stock (the best of their kind)
        instances, mean_gap, max_gap
                     those of quartermaster; each instance also has "policies": name -> {"cost", "gap"}
        optimal      the bounds that value iteration closed in on, in the same order
        held_out     quartermaster_shared on 45 other problems, in the form of a policy; None where not asked for
        training     seed, steps; timing: seconds and processor seconds

    Raises LostSalesInputError for seconds that are no positive number of at most two hours.
    """
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST_TRAINING):
        raise LostSalesInputError(
            f"The training's length is a positive number of seconds, at most {LONGEST_TRAINING:.0f}."
        )
    started, processor = time.perf_counter(), time.process_time()
    tell = progress or (lambda _stage, _done: None)
    problems = tuple(standard_instances() if instances is None else instances)
    optima = []
    for count, instance in enumerate(problems):
        tell("solving exactly", 0.02 * count / len(problems))
        optima.append(solve(instance))
    solved = [(instance, optimum.cost) for instance, optimum in zip(problems, optima, strict=True)]
    steps = max(1, round(_INSTANCE_SHARE * seconds * _INSTANCE_STEPS))
    shared_steps = max(1, round((1 - _INSTANCE_SHARE) * seconds * _SHARED_STEPS))
    chosen = _networks_per_instance(problems, Training(steps), seed, tell)
    gaps = {OURS: [Gap(*known, network.cost) for known, network in zip(solved, chosen, strict=True)]}
    shared = train_shared(
        SharedTraining(shared_steps), seed=seed, progress=lambda done: tell("one network for all", 0.35 + 0.5 * done)
    )
    gaps[SHARED] = shared_gaps(shared, solved)
    gaps |= _classical(solved, tell)
    tell("held-out problems", 0.95)
    others = _of_policy(held_out_gaps(shared)) if held_out else None
    tell("done", 1.0)
    return {
        **_by_instance(gaps, chosen),
        "policies": {name: _of_policy(found) for name, found in gaps.items()},
        "optimal": [{"low": found.low, "high": found.high} for found in optima],
        "held_out": others,
        "training": {"seed": seed, "steps": steps, "shared_steps": shared_steps},
        "timing": {
            "seconds": round(time.perf_counter() - started, 1),
            "processor_seconds": round(time.process_time() - processor, 1),
        },
    }


def _networks_per_instance(
    problems: Sequence[Instance], settings: Training, seed: int, tell: Progress
) -> list[ChosenNetwork]:
    snapshots = train_batch(
        problems, settings, seed=seed, progress=lambda done: tell("a network per instance", 0.02 + 0.25 * done)
    )
    chosen = []
    for place, instance in enumerate(problems):
        tell("costing the networks exactly", 0.27 + 0.08 * place / len(problems))
        chosen.append(choose(instance, snapshots, place))
    return chosen


def _classical(solved: Sequence[tuple[Instance, float]], tell: Progress) -> dict[str, list[Gap]]:
    gaps: dict[str, list[Gap]] = {CAPPED: [], BASE_STOCK: []}
    for count, (instance, optimal_cost) in enumerate(solved):
        tell("classical policies", 0.85 + 0.1 * count / len(solved))
        gaps[CAPPED].append(Gap(instance, optimal_cost, best_capped_base_stock(instance).cost))
        gaps[BASE_STOCK].append(Gap(instance, optimal_cost, best_base_stock(instance).cost))
    return gaps


def _of_policy(gaps: Sequence[Gap]) -> dict[str, Any]:
    return {"instances": [gap.to_dict() for gap in gaps], **mean_and_max(gaps)}


def _by_instance(gaps: dict[str, list[Gap]], chosen: Sequence[ChosenNetwork]) -> dict[str, Any]:
    """Ours at the top, so that a reader who knows of one policy finds it; the other policies within each instance."""
    instances = []
    for place, (gap, network) in enumerate(zip(gaps[OURS], chosen, strict=True)):
        others = {name: {"cost": found[place].cost, "gap": found[place].gap} for name, found in gaps.items()}
        rounding = {"snapshot": network.snapshot, "threshold": network.threshold, "plain_cost": network.plain_cost}
        instances.append({**gap.to_dict(), "policies": others, "rounding": rounding})
    return {"instances": instances, **mean_and_max(gaps[OURS])}
