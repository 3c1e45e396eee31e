"""What a part of an order is invoiced at, and a part of an invoice credited at. Pure.

Amounts are differences of cumulative ones: what so much comes to in all, less what was charged before. However an
order is split into shipments, or an invoice into credits, the parts then add up to the whole to the penny.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from backend.errors import Invalid
from backend.money import line_total, rounded
from backend.sales.totals import ZERO, TaxPart

LARGEST: Final = Decimal(1_000_000_000)


@dataclass(frozen=True)
class Amounts:
    """How much of something in sales units, what it costs net, and the tax on that."""

    quantity: int = 0
    net: Decimal = ZERO
    tax: Decimal = ZERO

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.quantity + other.quantity, self.net + other.net, self.tax + other.tax)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.quantity - other.quantity, self.net - other.net, self.tax - other.tax)


NOTHING = Amounts()


@dataclass(frozen=True)
class Taxable:
    """A net amount and its rate (0.2 is 20 %); tax is rounded over all that has the same ``group``."""

    group: Hashable
    rate: Decimal
    net: Decimal


def next_net(price: Decimal, before: Amounts, quantity: int) -> Decimal:
    """The net amount of more of a line, at a price per sales unit, after what was invoiced of it before."""
    return max(ZERO, line_total(price, before.quantity + quantity) - before.net)


def taxes(entries: Iterable[Taxable], before: Mapping[Hashable, Amounts]) -> list[Decimal]:
    """The tax on each of some amounts, in their order, after what was taxed before in their groups."""
    running = dict(before)
    found = []
    for entry in entries:
        sofar = running.get(entry.group, NOTHING)
        tax = max(ZERO, rounded((sofar.net + entry.net) * entry.rate) - sofar.tax)
        running[entry.group] = sofar + Amounts(net=entry.net, tax=tax)
        found.append(tax)
    return found


def credit(whole: Amounts, credited: Amounts, quantity: int, price: Decimal, rate: Decimal) -> Amounts:
    """What more of an invoiced line is credited at: all credits together come to what was invoiced, never to more."""
    upto = credited.quantity + quantity
    if upto > whole.quantity:
        raise ValueError("more is credited than was invoiced")
    if upto == whole.quantity:
        return whole - credited
    net = min(whole.net, line_total(price, upto))
    tax = min(whole.tax, rounded(net * rate))
    return Amounts(quantity, max(ZERO, net - credited.net), max(ZERO, tax - credited.tax))


def breakdown(entries: Sequence[tuple[Decimal, Amounts]]) -> list[dict[str, Any]]:
    """The tax by rate, the highest first, as a document keeps it; from (rate, amounts)."""
    sums: dict[Decimal, Amounts] = {}
    for rate, amounts in entries:
        sums[rate] = sums.get(rate, NOTHING) + amounts
    return [TaxPart(rate, sums[rate].net, sums[rate].tax).document() for rate in sorted(sums, reverse=True)]


def total(entries: Sequence[tuple[Decimal, Amounts]]) -> Amounts:
    """The sum of (rate, amounts)."""
    return sum((amounts for _, amounts in entries), NOTHING)


def require_amount(amount: Decimal) -> Decimal:
    """Invalid for what is no amount of money above zero."""
    if not amount.is_finite() or not 0 < amount < LARGEST or rounded(amount) != amount:
        raise Invalid("An amount is more than zero and has at most two decimals.", code="invalid_amount")
    return rounded(amount)


def pennies(amount: Decimal) -> str:
    """An amount as events and the record keep it: 22.80."""
    return f"{amount:.2f}"
