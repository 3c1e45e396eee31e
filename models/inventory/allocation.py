"""Which quantities to order when there is a budget, suppliers ask for a minimum order value, and prices have breaks.

Every line's allowed quantities are enumerated with their exact price and worth; which of them to take is an integer
programme that HiGHS solves (through scipy) to a gap of zero. Money is counted in whole hundredths, so limits are kept
exactly.
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
    if budget is not None and budget < 0:
        raise ValueError("A budget cannot be negative.")
    if not wishes:
        return Allocation({}, Decimal(0), Decimal(0))
    options = [(line, quantity) for line, wish in enumerate(wishes) for quantity in wish.choices()]
    spend = [wishes[line].spend(quantity) for line, quantity in options]
    gain = [wishes[line].value(quantity) - cost for (line, quantity), cost in zip(options, spend, strict=True)]
    taken = _solve(wishes, options, spend, gain, budget, minimum or {}, seconds)
    quantities = {wish.key: 0 for wish in wishes}
    for at in taken:
        quantities[wishes[options[at][0]].key] = options[at][1]
    total, won = sum((spend[at] for at in taken), Decimal(0)), sum((gain[at] for at in taken), Decimal(0))
    found = Allocation(quantities, total, won)
    _verify(found, wishes, budget, minimum or {})
    return found


def _verify(found: Allocation, wishes: Sequence[Wish], budget: Decimal | None, minimum: Mapping[str, Decimal]) -> None:
    """The solver counts in floating point; what it found is counted again in money."""
    by_supplier: dict[str, Decimal] = {}
    for wish in wishes:
        spend = wish.spend(found.quantities[wish.key])
        by_supplier[wish.supplier] = by_supplier.get(wish.supplier, Decimal(0)) + spend
    short = [name for name, spend in by_supplier.items() if 0 < spend < minimum.get(name, Decimal(0))]
    if short or (budget is not None and found.spend > budget):
        raise NoAllocationError("The solver's answer does not keep the limits to the hundredth.")


def _solve(
    wishes: Sequence[Wish],
    options: list[tuple[int, int]],
    spend: list[Decimal],
    gain: list[Decimal],
    budget: Decimal | None,
    minimum: Mapping[str, Decimal],
    seconds: float,
) -> list[int]:
    """The options taken, one per line: a variable per option, and one per supplier that is ordered from."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    suppliers = [name for name in dict.fromkeys(wish.supplier for wish in wishes) if minimum.get(name, 0) > 0]
    cents = np.array([int(cost / _CENT) for cost in spend], dtype=np.float64)
    count, width = len(options), len(options) + len(suppliers)
    rows: list[tuple[int, int, float]] = [(line, at, 1.0) for at, (line, _) in enumerate(options)]
    low, high = [1.0] * len(wishes), [1.0] * len(wishes)
    if budget is not None:
        rows += [(len(low), at, cents[at]) for at in range(count)]
        low, high = [*low, -np.inf], [*high, float(int(budget / _CENT))]
    for index, name in enumerate(suppliers):
        own = [at for at, (line, _) in enumerate(options) if wishes[line].supplier == name]
        at_least, at_most = float(-(-minimum[name] // _CENT)), float(cents[own].sum())
        rows += [(len(low), at, cents[at]) for at in own] + [(len(low), count + index, -at_least)]
        rows += [(len(low) + 1, at, cents[at]) for at in own] + [(len(low) + 1, count + index, -at_most)]
        low, high = [*low, 0.0, -np.inf], [*high, np.inf, 0.0]
    place, column, value = zip(*rows, strict=True)
    matrix = coo_array((value, (place, column)), shape=(len(low), width)).tocsc()
    objective = np.concatenate([-np.array([float(one) for one in gain]), np.zeros(len(suppliers))])
    found = milp(
        objective,
        integrality=np.ones(width),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, low, high),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if found.x is None:
        raise NoAllocationError(f"No quantities keep the budget and the minimum order values: {found.message}")
    return [at for at in range(count) if found.x[at] > 0.5]
