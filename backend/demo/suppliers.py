"""Suppliers, and their terms for each product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from backend.demo.catalogue import Item

SECOND_SOURCE: Final = 0.12
SECOND_SOURCE_DEARER: Final = 1.12


@dataclass(frozen=True)
class Source:
    """A supplier; lead time and review period in working days, money in pounds."""

    index: int
    code: str
    name: str
    country: str
    email: str
    lead: int
    review: int
    order_cost: int
    minimum: int
    cost_factor: float

    @property
    def id(self) -> int:
        """Primary key."""
        return self.index + 1


@dataclass(frozen=True)
class Terms:
    """What a supplier asks for a product; costs in ten-thousandths of a pound per sales unit."""

    source: Source
    item: Item
    supplier_sku: str
    cost: int
    moq: int
    multiple: int
    breaks: tuple[tuple[int, int], ...]
    preferred: bool

    def cost_of(self, quantity: int) -> int:
        """Cost per sales unit at a quantity."""
        return min([self.cost, *(cost for least, cost in self.breaks if quantity >= least)])


SOURCES: Final = tuple(
    Source(index, *entry)
    for index, entry in enumerate(
        (
            ("S201", "Midland Bolt & Nut", "United Kingdom", "sales@midlandbolt.example", 10, 5, 18, 150, 0.62),
            ("S202", "Tai Shan Fasteners", "Taiwan", "export@taishan.example", 60, 20, 95, 1000, 0.46),
            ("S203", "Edelstahl Krüger", "Germany", "vertrieb@krueger.example", 15, 10, 35, 300, 0.60),
            ("S204", "Pennine Fixings Supplies", "United Kingdom", "orders@pennine.example", 5, 5, 15, 100, 0.64),
            ("S205", "Lisburn Linen Mills", "United Kingdom", "mill@lisburnlinen.example", 20, 10, 30, 400, 0.56),
            ("S206", "Coimbatore Cotton Exports", "India", "desk@ccexports.example", 60, 20, 110, 1000, 0.48),
            ("S207", "Macclesfield Trimmings", "United Kingdom", "hello@mactrim.example", 8, 10, 15, 100, 0.58),
            ("S208", "Porto Linhas", "Portugal", "vendas@portolinhas.example", 20, 10, 30, 250, 0.55),
        )
    )
)


def terms(items: list[Item], rng: np.random.Generator) -> list[Terms]:
    """Preferred terms for every item, and a nearer, dearer second source for some that come from overseas."""
    by_code = {source.code: source for source in SOURCES}
    found: list[Terms] = []
    for item in items:
        preferred = by_code[item.range.supplier]
        found.append(_terms(preferred, item, rng, preferred=True))
        if preferred.lead >= 60 and rng.random() < SECOND_SOURCE * 2:
            second = by_code["S201" if preferred.code == "S202" else "S205"]
            found.append(_terms(second, item, rng, preferred=False))
    return found


def _terms(source: Source, item: Item, rng: np.random.Generator, *, preferred: bool) -> Terms:
    factor = source.cost_factor * rng.uniform(0.94, 1.06)
    cost = max(1, round(item.price * factor * (1 if preferred else SECOND_SOURCE_DEARER)))
    pack = item.pack
    packs = (2 if source.lead < 60 else 4) if item.pace in "fm" else 1
    moq = pack * packs
    breaks = ((moq * 4, round(cost * 0.96)), (moq * 10, round(cost * 0.92)))
    digits = item.sku.replace("-", "")
    return Terms(
        source=source,
        item=item,
        supplier_sku=f"{source.name[:2].upper()}{digits}",
        cost=cost,
        moq=moq,
        multiple=pack,
        breaks=breaks if item.pace in "fm" else (),
        preferred=preferred,
    )
