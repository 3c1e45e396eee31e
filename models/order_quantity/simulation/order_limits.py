"""Suppliers' minimum order values and a budget, on the orders of all items at one review.

As in buying itself (`models.inventory.settle`): whole lots, limits kept to the hundredth, and what is ordered more,
less or not at all is what is expected to cost least. They are kept where policies are judged; tuning and learning go
on item by item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist

import torch
from torch import Tensor

from models.inventory import Line, NoAllocationError, Option, settle
from models.order_quantity.simulation.engine import Course, Limiter, Situation
from models.order_quantity.simulation.forecasts import Outlook
from models.order_quantity.simulation.terms import Terms

BESIDE = 30  # items that need nothing yet, to fill an order up with
CHOICES = 24  # quantities of an item that are weighed
_GROWTH = 1.3
_CLOSE = 1e-4
_PENNY = Decimal("0.01")
_NORMAL = NormalDist()


@dataclass(frozen=True)
class OrderLimits:
    """suppliers: of each item; minimums: by supplier, money; budget: a review's, money, None for any amount."""

    suppliers: tuple[str, ...]
    minimums: dict[str, float]
    budget: float | None

    def limiter(self, outlook: Outlook, terms: Terms, course: Course) -> Limiter:
        """For a run of one scenario over the outlook's periods."""

        def limited(now: Situation, quantity: Tensor) -> Tensor:
            review = _Review(self, outlook, terms, course, now, quantity)
            return torch.tensor(review.kept(), dtype=quantity.dtype).unsqueeze(1)

        return limited


class _Review:
    """The orders of one review."""

    def __init__(
        self, limits: OrderLimits, outlook: Outlook, terms: Terms, course: Course, now: Situation, quantity: Tensor
    ) -> None:
        self.limits, self.terms = limits, terms
        self.wanted: list[float] = quantity[:, 0].tolist()
        self.position: list[float] = now.position[:, 0].tolist()
        at = min(now.period, outlook.mean.shape[1] - 1)
        self.mean: list[float]
        self.deviation: list[float]
        self.rate: list[float]
        self.mean, self.deviation, self.rate = (
            part[:, at].tolist() for part in (outlook.mean, outlook.deviation, outlook.rate)
        )
        self.span = (terms.lead_time + course.review).tolist()
        self.unit_cost, self.holding, self.shortage, self.multiple, self.smallest = (
            part.tolist()
            for part in (terms.unit_cost, terms.holding_cost, terms.shortage_cost, terms.multiple, terms.smallest)
        )

    def kept(self) -> list[float]:
        """Units by item, within the limits."""
        self._to_minimums()
        if self.limits.budget is not None and self._spend(range(len(self.wanted))) > Decimal(str(self.limits.budget)):
            self._to_budget(Decimal(str(self.limits.budget)))
        return self.wanted

    def _to_minimums(self) -> None:
        for name, least in self.limits.minimums.items():
            own = [at for at, supplier in enumerate(self.limits.suppliers) if supplier == name]
            ordered = [at for at in own if self.wanted[at] > 0]
            if not ordered or self._spend(ordered) >= Decimal(str(least)):
                continue
            beside = sorted((at for at in own if not self.wanted[at] and self.mean[at] > 0), key=self._lasts)[:BESIDE]
            lines = [self._line(at, self._more(at), whole=at in ordered) for at in (*ordered, *beside)]
            self._take([*ordered, *beside], lines, {name: Decimal(str(least))}, None)

    def _to_budget(self, budget: Decimal) -> None:
        ordered = [at for at, wanted in enumerate(self.wanted) if wanted > 0]
        named = {self.limits.suppliers[at] for at in ordered}
        minimum = {name: Decimal(str(least)) for name, least in self.limits.minimums.items() if name in named}
        self._take(ordered, [self._line(at, self._fewer(at)) for at in ordered], minimum, budget)

    def _take(
        self, rows: Sequence[int], lines: Sequence[Line], minimum: dict[str, Decimal], budget: Decimal | None
    ) -> None:
        try:
            found = settle(lines, budget=budget, minimum=minimum, gap=_CLOSE).quantities
        except NoAllocationError:
            found = {}  # nothing can be ordered within the limits
        for at in rows:
            self.wanted[at] = found.get(str(at), 0) / _UNIT

    def _lasts(self, at: int) -> float:
        return self.position[at] / self.mean[at]

    def _spend(self, rows: Sequence[int]) -> Decimal:
        return sum((self._cost(at, self.wanted[at]) for at in rows), Decimal(0))

    def _price(self, at: int, quantity: float) -> float:
        price = float(self.unit_cost[at])
        if self.terms.breaks is not None:
            for units, cost in zip(
                self.terms.breaks.quantity[at].tolist(), self.terms.breaks.price[at].tolist(), strict=True
            ):
                price = cost if quantity >= units else price
        return price

    def _cost(self, at: int, quantity: float) -> Decimal:
        return Decimal(repr(quantity * self._price(at, quantity))).quantize(_PENNY, ROUND_HALF_UP)

    def _lots(self, at: int) -> tuple[float, float]:
        """The smallest order, and the step beyond it."""
        step = self.multiple[at] or max(1.0, self.mean[at] / 8)
        return max(self.smallest[at], step), step

    def _more(self, at: int) -> list[float]:
        smallest, step = self._lots(at)
        first = self.wanted[at] or smallest
        found, lots = [0.0, first], 0.0
        while len(found) < CHOICES:
            lots = max(lots + 1, float(int(lots * _GROWTH)))
            found.append(first + lots * step)
        return found

    def _fewer(self, at: int) -> list[float]:
        smallest, step = self._lots(at)
        lots = max(0, int((self.wanted[at] - smallest) / step))
        between = [smallest + lot * step for lot in range(0, lots, max(1, -(-lots // CHOICES)))]
        return sorted({0.0, self.wanted[at], *(one for one in between if one < self.wanted[at])})

    def _line(self, at: int, quantities: Sequence[float], *, whole: bool = False) -> Line:
        usual = self._price(at, self.wanted[at])
        options = []
        for quantity in quantities:
            # service beyond what was asked for counts for nothing, else it would be bought for its own sake
            short = self._short(at, min(quantity, self.wanted[at]))
            left = max(0.0, self.position[at] + quantity - self.mean[at] + self._short(at, quantity))
            held = left * (left / max(self.rate[at], 1e-9) / 2 + self.span[at] / 2) * self.holding[at]
            dearer = max(0.0, self._price(at, quantity) - usual) * quantity
            lost = short * self.shortage[at] + held + dearer
            options.append(Option(round(quantity * _UNIT), self._cost(at, quantity), Decimal(repr(-round(lost, 6)))))
        return Line(str(at), self.limits.suppliers[at], tuple(options), whole)

    def _short(self, at: int, quantity: float) -> float:
        """Units short over the protection interval, expected (the normal loss function)."""
        gap, deviation = self.position[at] + quantity - self.mean[at], self.deviation[at]
        if deviation <= 0:
            return max(0.0, -gap)
        z = float(gap / deviation)
        return max(0.0, float(deviation * (_NORMAL.pdf(z) - z * (1 - _NORMAL.cdf(z)))))


_UNIT = 10_000  # options count whole numbers; demand here may be in parts of a unit
