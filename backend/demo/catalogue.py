"""The price list as items: SKUs, packs, other names, life span, and who moves on to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backend.demo.fasteners import FASTENERS
from backend.demo.ranges import Range
from backend.demo.textiles import TEXTILES

FIRST_IN_GROUP: Final = 101
MONTH: Final = 30

# Months before today that a product came in.
LAUNCHED: Final = {
    "Linen fabric terracotta 150 cm": 10,
    "Linen fabric dusky pink 150 cm": 7,
    "Polyester thread emerald 1000 m": 11,
    "Satin ribbon blush 25 mm x 25 m": 9,
    "Sleeve anchor M12x100 zinc": 8,
    "Through bolt M16x140 zinc": 5,
    "Rivet nut M8 zinc": 6,
    "Cotton canvas olive 150 cm": 4,
    "Decking screw 4.5x75 green": 11,
    "Hook and loop tape white 20 mm": 3,
}
# Months before today that a product was dropped, and what took its place.
DROPPED: Final = {
    "Decking screw 4.5x65 tan": (10, "Decking screw 4.5x65 green"),
    "Linen fabric ivory 150 cm": (6, "Linen fabric natural 150 cm"),
    "Polyester thread teal 1000 m": (11, "Polyester thread emerald 1000 m"),
    "Satin ribbon peach 25 mm x 25 m": (9, "Satin ribbon blush 25 mm x 25 m"),
    "Frame fixing 10x160 nylon": (14, "Frame fixing 10x120 nylon"),
    "Hex bolt M20x80 zinc": (8, "Hex bolt M16x80 zinc"),
    "Jeans button brass 17 mm": (5, "Jeans button nickel 17 mm"),
    "Wood screw 6x120 countersunk pozi yellow": (16, "Wood screw 6x100 countersunk pozi yellow"),
}
# Always kept in good stock, because the documented conversations ask for them.
WELL_STOCKED: Final = frozenset(
    {"Hex bolt M8x40 zinc", "Coach bolt M10x80 zinc", "Flat washer M8 form A zinc", "Linen fabric blue 150 cm"}
)
# Out of stock today with a purchase order coming, so that a back order and its promised date can be seen.
OUT_OF_STOCK: Final = (
    "Hex bolt M12x80 zinc",
    "Linen fabric red 150 cm",
    "Threaded rod M10 x 1 m zinc",
    "Satin ribbon red 25 mm x 25 m",
)


@dataclass(frozen=True)
class Item:
    """One product of the price list. ``price`` is in ten-thousandths of a pound per sales unit.

    ``launched`` and ``dropped`` count days before today; None means always there and still there.
    """

    index: int
    sku: str
    name: str
    range: Range
    variant: str
    options: dict[str, str]
    price: int
    pace: str
    aliases: tuple[str, ...]
    launched: int | None
    dropped: int | None
    successor: str | None

    @property
    def id(self) -> int:
        """Primary key."""
        return self.index + 1

    @property
    def pack(self) -> int:
        """The largest pack, in sales units."""
        return max(quantity for _, quantity in self.range.packs)

    def fit(self, quantity: float) -> int:
        """The nearest quantity that can be sold and that a person would ask for: whole packs where there are some."""
        chosen = self.range
        step = chosen.multiple
        for _, size in chosen.packs:
            if quantity >= 0.75 * size and size % chosen.multiple == 0:
                step = size
        if step == chosen.multiple and quantity >= 10 and 10 % chosen.multiple == 0:
            step = 10
        least = -(-chosen.moq // chosen.multiple) * chosen.multiple
        return max(least, round(quantity / step) * step)


def price_list() -> list[Item]:
    """Every item, in the order of its primary key."""
    items: list[Item] = []
    counts: dict[int, int] = {}
    for chosen in FASTENERS + TEXTILES:
        for variant, price, pace in chosen.variants():
            number = counts.get(chosen.group, FIRST_IN_GROUP)
            counts[chosen.group] = number + 1
            items.append(_item(len(items), f"{chosen.group}-{number}", chosen, (variant, price, pace)))
    return items


def _item(index: int, sku: str, chosen: Range, entry: tuple[str, str, str]) -> Item:
    variant, price, pace = entry
    name = chosen.name.format(v=variant)
    dropped = DROPPED.get(name)
    whole, _, decimals = price.partition(".")
    return Item(
        index=index,
        sku=sku,
        name=name,
        range=chosen,
        variant=variant,
        options={chosen.key: variant, **chosen.options},
        price=int(whole + decimals.ljust(4, "0")),
        pace=pace,
        aliases=tuple(alias.format(v=variant) for alias in chosen.aliases),
        launched=LAUNCHED[name] * MONTH if name in LAUNCHED else None,
        dropped=dropped[0] * MONTH if dropped else None,
        successor=dropped[1] if dropped else None,
    )


def companions(items: list[Item]) -> dict[int, list[tuple[int, float]]]:
    """What goes with a product, and how many of it per piece: nuts and washers with a bolt, thread with cloth."""
    by_name = {item.name: item.index for item in items}
    found: dict[int, list[tuple[int, float]]] = {}
    for item in items:
        wanted: list[tuple[str, float]] = []
        if item.range.family in ("Hex bolt", "Coach bolt"):
            thread = item.variant.partition("x")[0]
            finish = "zinc" if item.name.endswith("zinc") else "stainless A2"
            wanted = [(f"Hex nut {thread} {finish}", 1.0), (f"Flat washer {thread} form A {finish}", 2.0)]
        elif item.range.unit == "metre" and item.range.units_per == 10:
            wanted = [(f"Polyester thread {item.variant} 1000 m", 0.05)]
        pairs = [(by_name[name], ratio) for name, ratio in wanted if name in by_name]
        if pairs:
            found[item.index] = pairs
    return found
