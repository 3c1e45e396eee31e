"""Which quantities to order when there is a budget, suppliers ask for a minimum order value, and prices have breaks.

Every line's allowed quantities are enumerated with their exact price and worth; which of them to take is an integer
programme that HiGHS solves (through scipy), to a gap of zero by default. Money is counted in whole hundredths, so
limits are kept exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from models.inventory.lot_sizing import LotRules, PriceBreak, round_order, unit_price

MOST_CHOICES = 400  # per line; more are thinned out evenly, the first, the last and the price breaks kept
_CENT = Decimal("0.01")


class NoAllocationError(ValueError):
    """No choice keeps all limits, or the solver found none in time."""

    code = "no_allocation"


@dataclass(frozen=True)
class Wish:
    """A line that should be ordered. worth: (units, money per unit) in turn: what having the first so many units is
    worth, then the next ones; units beyond are worth nothing. rules, price, breaks: what may be ordered and for how
    much.
    """

    key: str
    supplier: str
    worth: tuple[tuple[int, Decimal], ...]
    price: Decimal
    rules: LotRules = LotRules()  # noqa: RUF009 - frozen
    breaks: tuple[PriceBreak, ...] = ()

    def value(self, quantity: int) -> Decimal:
        """What this many units are worth."""
        left, total = quantity, Decimal(0)
        for units, each in self.worth:
            total += min(left, units) * each
            left -= min(left, units)
        return total

    def spend(self, quantity: int) -> Decimal:
        """What this many units cost, to the hundredth."""
        return (quantity * unit_price(quantity, self.price, self.breaks)).quantize(_CENT, ROUND_HALF_UP)

    def choices(self) -> list[int]:
        """Allowed quantities from 0 to what covers all wished units, and to the largest price break."""
        most = max([sum(units for units, _ in self.worth), *(step.quantity for step in self.breaks)], default=0)
        last = round_order(most, self.rules).quantity
        if last == 0:
            return [0]
        step = self.rules.step
        found = list(range(self.rules.smallest, last + 1, step))
        if len(found) > MOST_CHOICES:
            kept = {found[round(at)] for at in np.linspace(0, len(found) - 1, MOST_CHOICES)}
            kept |= {max(self.rules.smallest, self.rules.round_up(one.quantity)) for one in self.breaks}
            found = sorted(kept)
        return [0, *found]


@dataclass(frozen=True)
class Option:
    """A quantity that a line may have: units, what it costs (money, whole hundredths), and what it is worth after that
    cost (money; below 0: what it loses).
    """

    quantity: int
    spend: Decimal
    gain: Decimal


@dataclass(frozen=True)
class Line:
    """A line of which exactly one option is taken. all_or_nothing: nothing of it (quantity 0) is only taken where
    nothing at all is ordered from the supplier; it holds for suppliers with a minimum.
    """

    key: str
    supplier: str
    options: tuple[Option, ...]
    all_or_nothing: bool = False


@dataclass(frozen=True)
class Allocation:
    """Quantities by key, units; spend, money; gain: worth less spend."""

    quantities: dict[str, int]
    spend: Decimal
    gain: Decimal


def allocate(
    wishes: Sequence[Wish],
    *,
    budget: Decimal | None = None,
    minimum: Mapping[str, Decimal] | None = None,
    seconds: float = 20.0,
) -> Allocation:
    """The quantities with the largest gain whose spend keeps within the budget and, for every supplier that anything is
    ordered from, reaches its minimum order value. Raises NoAllocationError, and ValueError for a negative budget.
    """
    lines = [
        Line(
            wish.key,
            wish.supplier,
            tuple(Option(q, wish.spend(q), wish.value(q) - wish.spend(q)) for q in wish.choices()),
        )
        for wish in wishes
    ]
    return settle(lines, budget=budget, minimum=minimum, seconds=seconds)


def settle(
    lines: Sequence[Line],
    *,
    budget: Decimal | None = None,
    minimum: Mapping[str, Decimal] | None = None,
    seconds: float = 20.0,
    gap: float = 0.0,
) -> Allocation:
    """As `allocate`, of lines whose options are spelt out. gap: how far below the best the gain may stay, as a share;
    the limits are kept exactly whatever it is. Raises NoAllocationError, and ValueError for a negative budget.
    """
    if budget is not None and budget < 0:
        raise ValueError("A budget cannot be negative.")
    if not lines:
        return Allocation({}, Decimal(0), Decimal(0))
    programme = _Programme(lines, budget, minimum or {})
    taken = [programme.options[at] for at in programme.solved(seconds, gap)]
    found = Allocation(
        {lines[line].key: option.quantity for line, option in taken},
        sum((option.spend for _, option in taken), Decimal(0)),
        sum((option.gain for _, option in taken), Decimal(0)),
    )
    _verify(taken, lines, budget, minimum or {})
    return found


def _verify(
    taken: Sequence[tuple[int, Option]], lines: Sequence[Line], budget: Decimal | None, minimum: Mapping[str, Decimal]
) -> None:
    """The solver counts in floating point; what it found is counted again in money."""
    by_supplier: dict[str, Decimal] = {}
    for line, option in taken:
        name = lines[line].supplier
        by_supplier[name] = by_supplier.get(name, Decimal(0)) + option.spend
    short = [name for name, spend in by_supplier.items() if 0 < spend < minimum.get(name, Decimal(0))]
    if len(taken) != len(lines) or short or (budget is not None and sum(by_supplier.values()) > budget):
        raise NoAllocationError("The solver's answer does not keep the limits to the hundredth.")


class _Programme:
    """A variable per option, and one per supplier with a minimum: whether anything is ordered from it."""

    def __init__(self, lines: Sequence[Line], budget: Decimal | None, minimum: Mapping[str, Decimal]) -> None:
        self.options = [(at, option) for at, line in enumerate(lines) for option in line.options]
        self._lines = lines
        named = dict.fromkeys(line.supplier for line in lines)
        self._suppliers = [name for name in named if minimum.get(name, 0) > 0]
        self._rows: list[tuple[int, int, float]] = [(line, at, 1.0) for at, (line, _) in enumerate(self.options)]
        self._low, self._high = [1.0] * len(lines), [1.0] * len(lines)
        self._cents = [float(int(option.spend / _CENT)) for _, option in self.options]
        if budget is not None:
            self._bound(dict(enumerate(self._cents)), -np.inf, float(int(budget / _CENT)))
        for index, name in enumerate(self._suppliers):
            self._minimum(name, len(self.options) + index, float(-(-minimum[name] // _CENT)))

    def _bound(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self._rows += [(len(self._low), at, value) for at, value in terms.items()]
        self._low.append(low)
        self._high.append(high)

    def _minimum(self, supplier: str, chosen: int, least: float) -> None:
        own = {
            at: self._cents[at] for at, (line, _) in enumerate(self.options) if self._lines[line].supplier == supplier
        }
        self._bound({**own, chosen: -least}, 0.0, np.inf)
        self._bound({**own, chosen: -sum(own.values())}, -np.inf, 0.0)
        for at in own:
            line, option = self.options[at]
            if self._lines[line].all_or_nothing and option.quantity == 0:
                self._bound({at: 1.0, chosen: 1.0}, -np.inf, 1.0)

    def solved(self, seconds: float, gap: float) -> list[int]:
        """The options taken, one per line."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        width = len(self.options) + len(self._suppliers)
        place, column, value = zip(*self._rows, strict=True)
        matrix = coo_array((value, (place, column)), shape=(len(self._low), width)).tocsc()
        gains = np.array([float(option.gain) for _, option in self.options])
        found = milp(
            np.concatenate([-gains, np.zeros(len(self._suppliers))]),
            integrality=np.ones(width),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, self._low, self._high),
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.x is None:
            raise NoAllocationError(f"No quantities keep the budget and the minimum order values: {found.message}")
        return [at for at in range(len(self.options)) if found.x[at] > 0.5]
