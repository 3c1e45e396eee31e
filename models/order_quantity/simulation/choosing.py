"""Which of the things learnt is used: chosen on a later part of the past than was learnt from, then learnt again on all
of it.

The choice is between the blend that learning starts from, the network at several stages, and reorder points lifted a
little. Cheapest wins among those that fill at least as much as the best classical policy does there; the test periods
play no part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from models.order_quantity.simulation.classical import play
from models.order_quantity.simulation.engine import Course, Outcome
from models.order_quantity.simulation.learning import Learning, Stretch, best_blend, learn
from models.order_quantity.simulation.levels import Levels
from models.order_quantity.simulation.network import Blend, PolicyNetwork, blend_levels, levels_of

LIFTS = (1.0, 1.05, 1.1, 1.2, 1.35)
_SLACK = 0.001  # of the fill rate, which a short window does not measure better


@dataclass(frozen=True)
class Ours:
    """The policy: a network, or (with None) the blend that it would have started from. stage: looks of learning."""

    blend: Blend
    network: PolicyNetwork | None
    stage: int
    lift: float

    def levels(self, stretch: Stretch) -> Levels:
        """Its levels on a stretch."""
        return _lifted(_levels(self.network, self.blend, stretch), self.lift)

    def described(self) -> dict[str, object]:
        """For the report."""
        return {
            "starts_from": {"views": list(self.blend.views), "level": self.blend.level, "batch": self.blend.batch},
            "learning_stage": self.stage,
            "lift": self.lift,
        }


def choose(
    past: Stretch,
    course: Course,
    split: int,
    wanted_fill: float,
    settings: Learning,
    *,
    seed: int,
    progress: Callable[[float], None],
) -> Ours:
    """Learn on `past` before the period `split`, choose after it, learn again on all of it.

    wanted_fill: of the best classical policy after the split.
    """
    early, later = past.periods(0, split), replace(course, warm_up=split)
    stages: list[PolicyNetwork | None] = [None]
    blend = best_blend(early, course)
    stages += learn(early, blend, course, settings, seed=seed, progress=lambda done: progress(0.5 * done))
    found: list[tuple[bool, float, int, float]] = []
    for stage, network in enumerate(stages):
        plain = _levels(network, blend, past)
        for lift in LIFTS:
            outcome = play(_lifted(plain, lift), past.terms, past.demand, later)
            found.append((fill_rate(outcome) < wanted_fill - _SLACK, float(outcome.cost.sum()), stage, lift))
    _, _, stage, lift = min(found)
    final = best_blend(past, course)
    if stage == 0:
        return Ours(final, None, 0, lift)
    networks = learn(
        past, final, course, settings, seed=seed, until=stage, progress=lambda done: progress(0.5 + 0.5 * done)
    )
    return Ours(final, networks[-1], stage, lift)


def fill_rate(outcome: Outcome) -> float:
    """Units met at once over units wanted; 1 where nothing was wanted."""
    wanted = float(outcome.demand.sum(dtype=torch.float64))
    return float(outcome.filled.sum(dtype=torch.float64)) / wanted if wanted > 0 else 1.0


def _levels(network: PolicyNetwork | None, blend: Blend, stretch: Stretch) -> Levels:
    if network is None:
        return blend_levels(stretch.candidates, blend)
    return levels_of(network, stretch.x, stretch.candidates)


def _lifted(levels: Levels, lift: float) -> Levels:
    return Levels(levels.reorder * lift, levels.reorder * lift + (levels.up_to - levels.reorder))
