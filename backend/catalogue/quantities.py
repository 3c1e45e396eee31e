"""Quantities in sales units: what may be ordered, and how it is said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

LARGEST = 1_000_000
_PLURALS = {"box": "boxes", "each": "", "metre": "metres", "piece": "pieces", "dozen": "dozen"}
_SHORT = {"metre": "m", "kg": "kg", "litre": "l"}
_COUNTS = {"each": 1, "piece": 1, "unit": 1, "pair": 2, "dozen": 12, "gross": 144}


class Sold(Protocol):
    """How a product is sold."""

    unit: str
    units_per: int
    sales_moq: int
    sales_multiple: int


class Packed(Protocol):
    """A pack and how many sales units it holds."""

    name: str
    quantity: int


@dataclass(frozen=True)
class Fit:
    """Whether a quantity may be ordered, and the nearest ones that may (``down`` None where there is none)."""

    ok: bool
    up: int
    down: int | None


def fit(product: Sold, quantity: int) -> Fit:
    """Check a quantity against the product's minimum order quantity and multiple."""
    least = _round_up(product.sales_moq, product.sales_multiple)
    up = max(least, _round_up(quantity, product.sales_multiple))
    down = quantity // product.sales_multiple * product.sales_multiple
    return Fit(up == quantity, up, down if down >= least and down != up else None)


def _round_up(quantity: int, multiple: int) -> int:
    return -(-quantity // multiple) * multiple


def plural(name: str, count: int | Decimal) -> str:
    """The name of a unit or pack for a count: 1 box, 2 boxes."""
    if count == 1:
        return name
    return _PLURALS.get(name, name if name.endswith("s") else f"{name}s")


def said(product: Sold, quantity: int) -> str:
    """A quantity as people say it: "60", "2.5 m"."""
    if product.units_per == 1 and product.unit in ("each", "piece"):
        return f"{quantity:,}"
    amount = Decimal(quantity) / product.units_per
    text = f"{amount.normalize():,f}"
    return f"{text} {_SHORT.get(product.unit) or plural(product.unit, amount)}"


def said_with_packs(product: Sold, packs: list[Packed], quantity: int) -> str:
    """A quantity with the packs it makes, where it makes whole ones: "500 (2 boxes of 250)"."""
    text = said(product, quantity)
    for pack in sorted(packs, key=lambda pack: -pack.quantity):
        if pack.quantity > 1 and quantity % pack.quantity == 0:
            count = quantity // pack.quantity
            return f"{text} ({count:,} {plural(pack.name, count)} of {said(product, pack.quantity)})"
    return text


def in_sales_units(product: Sold, packs: Iterable[Packed], count: int, unit: str) -> int | None:
    """How many sales units ``count`` of a unit are: a pack's name, the product's own unit, pair, dozen or gross.

    None for a unit that the product is not sold in: nothing that is measured comes by the dozen.
    """
    wanted = " ".join(unit.split()).casefold()
    if not wanted:
        return None
    for pack in packs:
        if wanted in (pack.name.casefold(), plural(pack.name, 2).casefold()):
            return count * pack.quantity
    if wanted in (product.unit.casefold(), plural(product.unit, 2).casefold(), _SHORT.get(product.unit)):
        return count * product.units_per
    singular = wanted.removesuffix("s") if wanted != "gross" else wanted
    if product.unit in _SHORT or singular not in _COUNTS:
        return None
    return count * _COUNTS[singular] * product.units_per


def units_of(product: Sold, packs: Iterable[Packed]) -> list[str]:
    """The units a product can be ordered in, its own first."""
    counts = [] if product.unit in _SHORT else [name for name in _COUNTS if name not in ("each", "piece", "unit")]
    return list(dict.fromkeys([product.unit, *(pack.name for pack in packs), *counts]))


def unit_label(product: Sold) -> str:
    """The sales unit, as an interface states it: "each", "0.1 m"."""
    if product.units_per == 1:
        return product.unit
    step = (Decimal(1) / product.units_per).normalize()
    return f"{step:f} {_SHORT.get(product.unit, product.unit)}"
