"""What an order, a quote or an invoice comes to: goods, delivery, tax. Pure.

Tax is rounded half up to the penny, per line or per rate of the document, as the company's rule says. Delivery is
taxed at the highest rate among the lines (delivery follows what is delivered).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backend.money import PRICE_STEP, rounded

ZERO = Decimal(0)


@dataclass(frozen=True)
class TaxPart:
    """What one rate (0.2 is 20 %) makes of what it applies to."""

    rate: Decimal
    net: Decimal
    tax: Decimal

    def document(self) -> dict[str, Any]:
        """As it is kept and printed."""
        return {"rate": f"{self.rate:f}", "net": f"{self.net:.2f}", "tax": f"{self.tax:.2f}"}


@dataclass(frozen=True)
class Totals:
    """``total`` = ``goods`` + ``delivery`` + ``tax``; ``parts`` break the tax down by rate, the highest first."""

    goods: Decimal
    delivery: Decimal
    parts: tuple[TaxPart, ...]

    @property
    def tax(self) -> Decimal:
        """All tax."""
        return sum((part.tax for part in self.parts), ZERO)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.goods + self.delivery + self.tax


def totals(lines: Iterable[tuple[Decimal, Decimal]], delivery: Decimal, rounding: str) -> Totals:
    """Total (net amount, tax rate) lines and a delivery charge; ``rounding`` is "line" or "document"."""
    entries = list(lines)
    goods = sum((net for net, _ in entries), ZERO)
    if delivery:
        entries.append((delivery, max((rate for _, rate in entries), default=ZERO)))
    rates = sorted({rate for _, rate in entries}, reverse=True)
    parts = tuple(_part(rate, [net for net, other in entries if other == rate], rounding) for rate in rates)
    return Totals(goods, delivery, parts)


def _part(rate: Decimal, nets: Sequence[Decimal], rounding: str) -> TaxPart:
    net = sum(nets, ZERO)
    tax = sum((rounded(each * rate) for each in nets), ZERO) if rounding == "line" else rounded(net * rate)
    return TaxPart(rate, net, tax)


def discounted(list_price: Decimal, discount: Decimal) -> Decimal:
    """A price per sales unit less a discount (0.05 is 5 %), to four decimals."""
    return (list_price * (1 - discount)).quantize(PRICE_STEP)
