"""How a range of the price list is written down: what its products share, and one short entry for each of them.

An entry is ``VARIANT PRICE PACE``: ``M8x40 0.165 f`` is the M8x40 at £0.165 a sales unit, fast moving. The paces are
f(ast), m(edium), s(low) and i(ntermittent).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Range:
    """Products of one group number; ``{v}`` in a name or an alias stands for the variant.

    ``lot`` is what an average customer takes at a time, in sales units.
    """

    group: int
    category: str
    family: str
    name: str
    entries: str
    supplier: str
    lot: int
    packs: tuple[tuple[str, int], ...]
    key: str = "size"
    options: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    unit: str = "each"
    units_per: int = 1
    moq: int = 1
    multiple: int = 1

    def variants(self) -> Iterator[tuple[str, str, str]]:
        """Variant, price and pace of each entry."""
        for entry in self.entries.split("|"):
            variant, price, pace = entry.strip().rsplit(None, 2)
            yield variant, price, pace
