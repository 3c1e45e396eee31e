"""Training the policy network end to end: what its orders cost on the past, backwards through the simulated warehouse.

Hindsight differentiable policies (Alvo, Russo & Kanoria 2023): every past course of demand is known, so the cost of a
whole course is one differentiable sum. The trigger of an order is a step; backwards it is taken as a sigmoid.

The past is one course, and what comes next differs from it by more than its own periods do: seasons rise, items catch
on or fade. Learnt on the past as it was, a policy holds too little for that. So at each step every item's demand is
taken larger or smaller than it was by a factor drawn anew, which the network's inputs do not tell.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.order_quantity.simulation.candidates import BATCHES, LEVELS, VIEWS, Candidates
from models.order_quantity.simulation.classical import play
from models.order_quantity.simulation.engine import Course, Outcome, run
from models.order_quantity.simulation.levels import Levels, SmoothLevels
from models.order_quantity.simulation.network import Blend, PolicyNetwork, blend_levels, blended
from models.order_quantity.simulation.terms import Terms

_WIDTH = 0.15  # of a reorder point, over which the trigger is smooth
_WORTH_A_VIEW = 0.998  # another view must make the past cheaper by this


@dataclass(frozen=True)
class Learning:
    """How the network is trained. items: drawn per step, those that cost more more often. shift: standard deviation of
    the logarithm of the factor on an item's demand.
    """

    members: int = 4
    width: int = 12
    steps: int = 120
    looks: int = 4  # how often, evenly over the steps, what was learnt is kept to choose from
    items: int = 256
    rate: float = 0.01
    decay: float = 0.01
    evenness: float = 0.5  # 0: money counts as it is; 1: every item counts the same
    shift: float = 0.5


@dataclass(frozen=True)
class Stretch:
    """A stretch of periods of all items: demand [n, T], the network's inputs x [n, T, F], the candidates, the terms."""

    demand: Tensor
    x: Tensor
    candidates: Candidates
    terms: Terms

    def periods(self, begin: int, end: int | None = None) -> Stretch:
        """A part of it."""
        return Stretch(self.demand[:, begin:end], self.x[:, begin:end], self.candidates.periods(begin, end), self.terms)


def best_blend(past: Stretch, course: Course) -> Blend:
    """The common mixture that would have cost least, one view added after the other: where learning starts."""
    chosen: tuple[str, ...] = ()
    least: tuple[float, Blend] | None = None
    while len(chosen) < len(VIEWS):
        tried = [_best_with((*chosen, view), past, course) for view in VIEWS if view not in chosen]
        cost, blend = min(tried, key=lambda pair: pair[0])
        if least is not None and cost >= least[0] * _WORTH_A_VIEW:
            break
        least, chosen = (cost, blend), blend.views
    assert least is not None
    return least[1]


def _best_with(views: tuple[str, ...], past: Stretch, course: Course) -> tuple[float, Blend]:
    """The best service level and batch for the mean of these views: all of them at once, as scenarios."""
    at = [VIEWS.index(view) for view in views]
    mean = past.candidates.reorder[:, :, at].mean(dim=2).permute(0, 2, 1)
    batches = past.candidates.batch.permute(0, 2, 1)
    reorder = mean.repeat_interleave(len(BATCHES), dim=1)
    up_to = reorder + batches.repeat(1, len(LEVELS), 1)
    with torch.inference_mode():
        policy = Levels(reorder, up_to).policy()
        outcome = run(past.demand.unsqueeze(1).expand(-1, reorder.shape[1], -1), past.terms, policy, course)
        costs = outcome.cost.sum(dim=0)
    best = int(costs.argmin())
    return float(costs[best]), Blend(views, LEVELS[best // len(BATCHES)], BATCHES[best % len(BATCHES)])


def learn(
    past: Stretch,
    start: Blend,
    course: Course,
    settings: Learning,
    *,
    seed: int,
    until: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[PolicyNetwork]:
    """Train on a stretch of the past, from a blend on: the network as it was at each look, the last one last.

    until: the number of looks after which to stop; the pace of learning is that of the whole either way.
    """
    generator = torch.Generator().manual_seed(seed)
    network = PolicyNetwork(past.x, start, members=settings.members, width=settings.width, seed=seed)
    cost = play(blend_levels(past.candidates, start), past.terms, past.demand, course).cost[:, 0].clone()
    cost = cost.clamp(min=0)  # lower prices may save more than the rest costs
    weight = (cost + 0.25 * cost.mean() + 1e-9) ** -settings.evenness
    weight = weight / (weight * cost).sum().clamp(min=1e-9)
    chance = weight * cost + 1 / len(cost)
    # each member sees the items weighted anew, which is what makes their mean steadier than one of them
    weights = torch.empty(len(cost), settings.members).exponential_(generator=generator) * weight.unsqueeze(1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=settings.decay)
    kept: list[PolicyNetwork] = []
    every = max(1, settings.steps // settings.looks)
    for step in range(every * (settings.looks if until is None else until)):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * 0.5 * (1 + math.cos(math.pi * step / settings.steps))
        drawn = torch.multinomial(chance, min(settings.items, len(cost)), replacement=True, generator=generator)
        share = (weights / (chance / chance.sum()).unsqueeze(1))[drawn] / len(drawn)
        factor = torch.randn(len(drawn), settings.members, 1, generator=generator).mul(settings.shift).exp()
        outcome = _smooth_run(network, past, drawn, course, factor)
        loss = (outcome.cost * share).sum() / settings.members
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if progress and step % 10 == 0:
            progress(step / settings.steps)
        if (step + 1) % every == 0:
            kept.append(copy.deepcopy(network))
    return kept


def _smooth_run(network: PolicyNetwork, past: Stretch, drawn: Tensor, course: Course, factor: Tensor) -> Outcome:
    """The drawn items' course under every member, their demand times `factor` [drawn, M, 1]: sums [drawn, M]."""
    reorder, batch = blended(past.candidates.rows(drawn), network(past.x[drawn]))
    demand = past.demand[drawn].unsqueeze(1) * factor
    reorder, up_to = (part.permute(1, 0, 2) for part in (reorder, reorder + batch))
    width = _WIDTH * up_to.detach().mean(dim=(1, 2)).clamp(min=1e-3).unsqueeze(1)
    return run(demand, past.terms.rows(drawn), SmoothLevels(reorder, up_to, width).policy(), course)
