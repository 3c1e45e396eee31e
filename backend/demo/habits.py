"""Who buys what, how often and how much of it: each customer's repertoire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.demo.catalogue import Item, companions
from backend.demo.people import HARPER, HERO, Buyer

_WEIGHTS: Final[dict[str, dict[str, float]]] = {
    "joiner": {"Screws": 5, "Bolts": 3, "Nuts": 1.5, "Washers": 1.5, "Anchors": 3, "Threaded rod": 0.6},
    "builder": {"Screws": 4, "Anchors": 5, "Bolts": 4, "Nuts": 1.5, "Washers": 1.5, "Threaded rod": 2},
    "engineer": {"Bolts": 6, "Nuts": 3, "Washers": 3, "Rivets": 3, "Threaded rod": 2, "Screws": 1.5},
    "hardware": {"Screws": 4, "Bolts": 4, "Nuts": 3, "Washers": 3, "Anchors": 3, "Rivets": 2, "Threaded rod": 1.5},
    "upholsterer": {"Linen": 6, "Cotton": 4, "Thread": 3, "Elastic & webbing": 4, "Zips": 2, "Screws": 0.4},
    "dressmaker": {"Cotton": 4, "Linen": 4, "Thread": 4, "Zips": 4, "Buttons": 4, "Ribbon": 2, "Elastic & webbing": 2},
    "draper": {"Linen": 5, "Cotton": 5, "Thread": 3, "Buttons": 2, "Zips": 2, "Ribbon": 2, "Elastic & webbing": 1.5},
    "haberdasher": {"Ribbon": 5, "Buttons": 5, "Thread": 4, "Zips": 4, "Elastic & webbing": 4, "Cotton": 1.5},
    "mixed": {"Bolts": 2, "Screws": 2, "Rivets": 1, "Linen": 2, "Cotton": 3, "Thread": 2, "Elastic & webbing": 3},
}  # fmt: skip
_POPULARITY: Final = {"f": 7.0, "m": 2.2, "s": 0.8, "i": 0.35}
_INTERVALS: Final = {"f": (24, 52), "m": (40, 90), "s": (80, 170), "i": (150, 380)}
_STEADINESS: Final = {"f": 10.0, "m": 7.0, "s": 4.0, "i": 1.6}
_FEWEST_BUYERS: Final = 3
_FEWEST_BUYERS_OF_NEW: Final = 9
_COMPANY: Final = 0.55
_HARPER_BUYS: Final = {
    "Coach bolt M10x80 zinc": (40, 21.0),
    "Hex bolt M8x40 zinc": (100, 35.0),
    "Wood screw 5x70 countersunk pozi yellow": (600, 28.0),
    "Through bolt M10x90 zinc": (50, 40.0),
}


@dataclass(slots=True)
class Habit:
    """A customer buys about ``quantity`` of an item every ``interval`` calendar days at an ordinary pace.

    ``steadiness`` is the shape of the gamma distribution of the gaps: their coefficient of variation is its inverse
    square root. ``along`` are items bought with it, each with a quantity.
    """

    item: int
    quantity: int
    interval: float
    steadiness: float
    along: list[tuple[int, int]] = field(default_factory=list)


def repertoires(items: list[Item], buyers: list[Buyer], rng: np.random.Generator) -> list[list[Habit]]:
    """The habits of every customer, by its index; the demo customer's stand in ``hero``."""
    taste = np.array([_POPULARITY[item.pace] for item in items]) * rng.lognormal(0, 0.5, len(items))
    categories = [item.range.category for item in items]
    weights = np.array([[_WEIGHTS[b.kind].get(c, 0.0) for c in categories] for b in buyers]) * taste
    chosen = [_choose(buyer, row, rng) for buyer, row in zip(buyers, weights, strict=True)]
    _find_buyers_for_all(items, buyers, weights, chosen, rng)
    go_together = companions(items)
    return [_habits(buyer, picks, items, go_together, rng) for buyer, picks in zip(buyers, chosen, strict=True)]


def _choose(buyer: Buyer, weights: NDArray[np.float64], rng: np.random.Generator) -> list[int]:
    if buyer.name == HERO:
        return []
    count = int(np.clip(round(11 + 16 * buyer.size), 11, 55))
    chances = weights / weights.sum()
    count = min(count, int((chances > 0).sum()))
    return [int(n) for n in rng.choice(len(weights), count, replace=False, p=chances)]


def _find_buyers_for_all(
    items: list[Item],
    buyers: list[Buyer],
    weights: NDArray[np.float64],
    chosen: list[list[int]],
    rng: np.random.Generator,
) -> None:
    counts = np.bincount(np.concatenate([np.array(picks, dtype=np.int64) for picks in chosen]), minlength=len(items))
    free = np.array([buyer.name != HERO for buyer in buyers])
    for item in items:
        fewest = _FEWEST_BUYERS if item.launched is None else _FEWEST_BUYERS_OF_NEW
        missing = fewest - int(counts[item.index])
        if missing <= 0:
            continue
        chances = weights[:, item.index] * free
        chances = np.array([0.0 if item.index in chosen[n] else chances[n] for n in range(len(buyers))])
        for buyer in rng.choice(len(buyers), missing, replace=False, p=chances / chances.sum()):
            chosen[int(buyer)].append(item.index)


def _habits(
    buyer: Buyer,
    picks: list[int],
    items: list[Item],
    go_together: dict[int, list[tuple[int, float]]],
    rng: np.random.Generator,
) -> list[Habit]:
    habits: list[Habit] = []
    own = set(picks)
    for pick in picks:
        item = items[pick]
        low, high = _INTERVALS[item.pace]
        interval = float(rng.uniform(low, high)) / buyer.size**0.25
        amount = item.range.lot * buyer.size**0.8 * float(rng.lognormal(0, 0.45))
        habit = Habit(pick, item.fit(amount), interval, _STEADINESS[item.pace])
        for other, ratio in go_together.get(pick, []):
            if other not in own and rng.random() < _COMPANY:
                habit.along.append((other, items[other].fit(habit.quantity * ratio)))
        habits.append(habit)
    if buyer.name == HARPER:
        habits = [habit for habit in habits if items[habit.item].name not in _HARPER_BUYS]
        by_name = {item.name: item.index for item in items}
        habits += [Habit(by_name[name], q, interval, 14.0) for name, (q, interval) in _HARPER_BUYS.items()]
    return habits
