"""What bounds a proposal beyond its lines: suppliers' minimum order values, and what may be spent.

Both are kept exactly, by an integer programme over the quantities that may be ordered (whole packs and multiples). What
it weighs is the expected cost of every quantity: units short over the protection interval, units held beyond it until
they are sold, and a price above the one that the units would be bought at later.

First the minimum, supplier by supplier: an order that is too small is filled up with what is cheapest to have earlier,
at most what lasts a year, or held back whole where nothing in it is urgent and waiting is expected to cost less. What
can't be filled up and can't wait stays as it is, below the minimum. Then the budget, over all lines at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from backend.money import rounded
from backend.purchasing import reckoning
from backend.purchasing.candidates import read_prices
from backend.purchasing.replenishment import Proposal, total_of
from models.inventory import Line, NoAllocationError, Option, settle

LONGEST_FILLED: Final = 365  # days of cover: no minimum is worth more than that on the shelf
CLOSE: Final = 1e-4  # of the best expected cost
MOST_CHOICES: Final = 200  # quantities of a line that are weighed
MOST_WEIGHED: Final = 2500  # of all lines together
FEWEST_CHOICES: Final = 6
MOST_BESIDE: Final = 100  # products that are not needed yet, to fill an order up with
_GROWTH: Final = 1.25


def respected(found: Sequence[Proposal], left: Decimal | None) -> list[Proposal]:
    """The proposal within the limits, in the order given; ``left``: what may be spent in all, None for any amount."""
    within = {one.candidate.product.id: one for own in _by_supplier(found) for one in to_minimum(own)}
    filled = [within[one.candidate.product.id] for one in found]
    return filled if left is None or total_of(filled) <= left else to_budget(filled, left)


def to_minimum(own: Sequence[Proposal]) -> list[Proposal]:
    """One supplier's lines, filled up to its minimum order value or held back."""
    supplier = own[0].candidate.terms.supplier
    wanted = [one for one in own if one.quantity]
    if not wanted or total_of(wanted) >= supplier.minimum_value:
        return list(own)
    held = not any(one.urgency == "urgent" for one in wanted)
    weighed = [*wanted, *_next_needed(own)]
    read_prices([one.candidate.product for one in weighed])
    most = _choices_each(len(weighed))
    lines = [_line(one, _more(one, most, held=held), all_or_nothing=bool(one.quantity)) for one in weighed]
    try:
        quantities = settle(lines, minimum={supplier.code: supplier.minimum_value}, gap=CLOSE).quantities
    except NoAllocationError:
        return list(own)
    return [_filled(one, quantities.get(_key(one), one.quantity)) for one in own]


def to_budget(found: Sequence[Proposal], left: Decimal) -> list[Proposal]:
    """The lines cut to what may be spent; suppliers that were to get their minimum or more get it or nothing."""
    wanted = [one for one in found if one.quantity]
    read_prices([one.candidate.product for one in wanted])
    most = _choices_each(len(wanted))
    lines = [_line(one, _fewer(one, most)) for one in wanted]
    minimum = {}
    for own in _by_supplier(wanted):
        supplier = own[0].candidate.terms.supplier
        if total_of(own) >= supplier.minimum_value:
            minimum[supplier.code] = supplier.minimum_value
    quantities = settle(lines, budget=left, minimum=minimum, gap=CLOSE).quantities  # nothing at all always fits
    return [_cut(one, quantities.get(_key(one), 0)) if one.quantity else one for one in found]


def uncut(one: Proposal) -> Proposal:
    """A line as it was before the budget cut it."""
    return replace(_with(one, one.quantity - one.for_budget), for_budget=0) if one.for_budget else one


def _by_supplier(found: Sequence[Proposal]) -> list[list[Proposal]]:
    parts: dict[int, list[Proposal]] = {}
    for one in found:
        parts.setdefault(one.candidate.terms.supplier_id, []).append(one)
    return [part for _, part in sorted(parts.items())]


def _next_needed(own: Sequence[Proposal]) -> list[Proposal]:
    """What is not needed yet and will be soonest, by how long it lasts: the cheapest to have earlier."""
    beside = [one for one in own if not one.quantity and one.forecast > 0]
    lasts = {_key(one): max(0, one.position) / one.forecast * one.protection_days for one in beside}
    return sorted(beside, key=lambda one: (lasts[_key(one)], one.candidate.product.sku))[:MOST_BESIDE]


def _key(one: Proposal) -> str:
    return str(one.candidate.product.id)


def _choices_each(lines: int) -> int:
    return max(FEWEST_CHOICES, min(MOST_CHOICES, MOST_WEIGHED // max(1, lines)))


def _line(one: Proposal, quantities: Sequence[int], *, all_or_nothing: bool = False) -> Line:
    """A line with what each quantity costs, and what it is expected to lose."""
    need, terms = one.need(), one.candidate.reckoned()
    short, batch = reckoning.shortage_cost(need, terms), one.batch()
    usual = terms.rules.smallest if need.forecast <= 0 else max(terms.rules.smallest, round(need.forecast))
    later = terms.cost_at(one.quantity or terms.rules.round_up(usual))
    options = []
    for quantity in quantities:
        spend = rounded(terms.cost_at(quantity) * quantity)
        # a service better than was asked for counts for nothing, else it would be bought for its own sake
        lost = short * Decimal(str(round(reckoning.expected_short(need, min(quantity, one.needed - one.for_batch)), 6)))
        # nor is a lower price a reason to fill up: what pays for its price was added before
        dearer = max(Decimal(0), terms.cost_at(quantity) - later) * quantity
        held = reckoning.holding_beside(batch, need, terms, quantity)
        options.append(Option(quantity, spend, -(lost + held + dearer)))
    return Line(_key(one), one.candidate.terms.supplier.code, tuple(options), all_or_nothing)


def _more(one: Proposal, most: int, *, held: bool) -> list[int]:
    """What is needed, and more of it: finely at first, then in growing steps. Also nothing, where that may be."""
    rules = one.candidate.reckoned().rules
    first = one.quantity or rules.smallest
    nothing = [0] if held or not one.quantity else []
    daily = one.forecast / max(1, one.protection_days)
    last = int(daily * LONGEST_FILLED) - one.position
    if last < first:
        return sorted({*nothing, *([one.quantity] if one.quantity else [0])})
    steps, taken = [0], 0.0
    while len(steps) < most and first + steps[-1] * rules.step < last:
        taken = max(steps[-1] + 1, taken * _GROWTH)
        steps.append(int(taken))
    breaks = [rules.round_up(max(step.quantity, first)) for step in one.candidate.reckoned().breaks]
    found = {first + step * rules.step for step in steps} | set(breaks)
    return sorted({*nothing, *(quantity for quantity in found if quantity <= last or quantity == first)})


def _fewer(one: Proposal, most: int) -> list[int]:
    """What is proposed, nothing, and what lies between, evenly; where a lower price begins as well."""
    rules = one.candidate.reckoned().rules
    between = range(rules.smallest, one.quantity, rules.step)
    every = max(1, -(-len(between) // most))
    breaks = [rules.round_up(max(step.quantity, rules.smallest)) for step in one.candidate.reckoned().breaks]
    return sorted({0, one.quantity, *between[::every], *(quantity for quantity in breaks if quantity < one.quantity)})


def _filled(one: Proposal, quantity: int) -> Proposal:
    return replace(_with(one, quantity), for_minimum=quantity - one.quantity)


def _cut(one: Proposal, quantity: int) -> Proposal:
    return replace(_with(one, quantity), for_budget=quantity - one.quantity)


def _with(one: Proposal, quantity: int) -> Proposal:
    cost = one.candidate.reckoned().cost_at(quantity)
    return replace(
        one,
        quantity=quantity,
        proposed=quantity,
        cost=cost,
        total=rounded(cost * quantity),
        rounding=one.rounding + quantity - one.quantity,
    )
