"""Units people name, and how many sales units an amount of them is."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz.distance import OSA

from .goods import Entry
from .sounding import sound
from .words import stem, tokens, word_set

Problem = Literal[
    "unknown_product", "ambiguous_product", "no_quantity", "zero", "negative", "fractional", "absurd", "range",
    "unknown_pack",
]  # fmt: skip

MOST_SALES_UNITS: Final = 1_000_000
"""More than this of one product is a slip or a joke, whatever the product."""

_SPELLINGS: Final = {
    "each": "each ea eachs pc pcs piece pieces unit units item items off nos pce pces number st stk stuk stuks stück",
    "pair": "pair pairs pr prs",
    "dozen": "dozen dozens doz dozs dz",
    "gross": "gross grosses",
    "metre": "m metre metres meter meters mtr mtrs mt mts lm",
    "centimetre": "cm cms centimetre centimetres centimeter centimeters",
    "millimetre": "mm mil mils millimetre millimetres millimeter millimeters",
    "yard": "yard yards yd yds",
    "foot": "foot feet ft",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme",
    "gram": "g gm gms gram grams gramme grammes",
    "tonne": "tonne tonnes ton tons",
    "litre": "l ltr ltrs litre litres liter liters",
    "millilitre": "ml millilitre millilitres",
    "box": "box boxes bx bxs boxs",
    "pack": "pack packs pk pks pkt pkts packet packets pck pak paks",
    "carton": "carton cartons ctn ctns crtn",
    "case": "case cases cs",
    "bag": "bag bags",
    "roll": "roll rolls rl rls",
    "reel": "reel reels",
    "spool": "spool spools",
    "cone": "cone cones",
    "tube": "tube tubes",
    "tub": "tub tubs",
    "tin": "tin tins",
    "jar": "jar jars",
    "drum": "drum drums",
    "card": "card cards",
    "sleeve": "sleeve sleeves",
    "strip": "strip strips",
    "bundle": "bundle bundles bdl",
    "tray": "tray trays",
    "crate": "crate crates",
    "bale": "bale bales",
    "pallet": "pallet pallets plt",
    "set": "set sets",
    "sheet": "sheet sheets",
    "sack": "sack sacks",
    "bottle": "bottle bottles",
    "hank": "hank hanks",
    "skein": "skein skeins",
    "ball": "ball balls",
    "length": "length lengths",
    "inner": "inner inners",
    "outer": "outer outers",
}
UNIT_WORDS: Final = frozenset(word for spelled in _SPELLINGS.values() for word in spelled.split())

COUNTS: Final = {"each": 1, "pair": 2, "dozen": 12, "gross": 144}
_SCALES: Final[dict[str, tuple[str, Decimal]]] = {
    "centimetre": ("metre", Decimal("0.01")), "millimetre": ("metre", Decimal("0.001")),
    "yard": ("metre", Decimal("0.9144")), "foot": ("metre", Decimal("0.3048")),
    "gram": ("kg", Decimal("0.001")), "tonne": ("kg", Decimal(1000)), "millilitre": ("litre", Decimal("0.001")),
}  # fmt: skip
MEASURES: Final = frozenset({"metre", "kg", "litre"}) | frozenset(_SCALES)
SIZED_IN: Final = frozenset({"millimetre", "centimetre"})
# Also the names of goods: read as a unit only where a count stands directly before.
PACKAGES: Final = frozenset(_SPELLINGS) - frozenset(COUNTS) - MEASURES

SINGLE: Final = word_set("tube tin jar bottle reel spool cone ball hank skein sheet length set roll")
"""Containers that hold one piece of what is sold; boxes, bags and the like hold several."""
_PAIRED: Final = frozenset(map(stem, word_set("gloves socks slippers mittens earrings shoes boots pair")))
_WOUND: Final = frozenset({"roll", "reel", "spool"})
_SETS: Final = frozenset({"set", "pack"})
_CALLED_BY: Final = _SETS | {"bundle", "box", "bag"}
_BEGINS_WITH_A_COUNT: Final = re.compile(r"\d+ (?!tier|piece|hook|drawer|way|ply|in )\w.*[a-z]s\b", re.IGNORECASE)
"""Of several things, that is: "60 CAKE CASES", not "3 TIER CAKE TIN"."""


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """Spelling, lower case -> unit, for every unit we know."""
    return {spelling: unit for unit, words in _SPELLINGS.items() for spelling in words.split()}


@lru_cache(maxsize=20_000)
def unit_named(word: str) -> str | None:
    """The unit a word names, None if it names none."""
    return spellings().get(word.lower().rstrip(".").replace("'", "").replace("’", ""))


@lru_cache(maxsize=2_000)
def unit_like(word: str) -> str | None:
    """The unit a slip of the keys stands for: "bundels", "rols". Only for a word that the catalogue does not know."""
    word = word.lower()
    if len(word) < 3 or not word.isalpha() or word in spellings():
        return None
    key = sound(word)
    alike = [s for s in spellings() if len(s) > 2 and s[0] == word[0] and sound(s) == key]
    near = [s for s in spellings() if len(s) > 3 and s[0] == word[0] and _is_slip(word, s)]
    closest = min((OSA.distance(s, word) for s in alike), default=0)
    alike = [s for s in alike if OSA.distance(s, word) == closest]
    for found in (alike, near):
        named = {spellings()[spelling] for spelling in found}
        if len(named) == 1:
            return named.pop()
    return None


def _is_slip(word: str, spelling: str) -> bool:
    """One letter too many, too few or swapped; in a short word another letter makes another word ("cash", "case")."""
    if OSA.distance(spelling, word, score_cutoff=1) > 1:
        return False
    return len(word) != len(spelling) or len(word) > 5 or sorted(word) == sorted(spelling)


def resize(amount: Decimal, unit: str | None, entry: Entry, *, per: int | None = None) -> int | Problem:
    """The sales units of `entry` in `amount` of `unit` (None: the product's own), or what is wrong with it.

    `per` is the number a pack was said to hold ("two boxes of 12"). Also used when the product is chosen afterwards.
    """
    if amount < 0:
        return "negative"
    if amount == 0:
        return "zero"
    if amount > MOST_SALES_UNITS:
        return "absurd"
    holds = _sales_units_in(unit, entry, per)
    if holds is None:
        return "unknown_pack"
    quantity = amount * holds
    if quantity > MOST_SALES_UNITS:
        return "absurd"
    return int(quantity) if quantity == quantity.to_integral_value() else "fractional"


def _sales_units_in(unit: str | None, entry: Entry, per: int | None) -> Decimal | None:
    own = unit_named(entry.unit) or entry.unit.lower()
    one = Decimal(entry.units_per)
    if unit is None:
        return one * per if per else one
    packs = _packs_of(unit, entry)
    if per and unit in PACKAGES and not packs and _names_its_pack(per, entry):
        return one
    if packs:
        return _pack_of(packs, per)
    if unit == own:
        held = per if per and unit in PACKAGES and unit != "set" else 1
        return None if held > 1 and unit in _WOUND else one * held  # "2 rolls of 10": how long, or how wide
    if unit in COUNTS:
        by_pair = unit == "pair" and not _PAIRED.isdisjoint(tokens(entry.name))  # gloves are sold by the pair
        return None if own in MEASURES else one if by_pair else one * COUNTS[unit]
    if unit in _SCALES and _SCALES[unit][0] == own:
        return one * _SCALES[unit][1]
    if per and unit in PACKAGES:  # they did the sum: two boxes of 12 are 24
        return one * per
    return one if unit in PACKAGES and not per and _is_one_of_it(unit, own, entry) else None


def _packs_of(unit: str, entry: Entry) -> list[int]:
    """What the packs of this name hold; a reel of what comes on rolls is such a roll."""
    named = [(unit_named(pack.name) or pack.name.lower(), pack.quantity) for pack in entry.packs]
    exact = [quantity for name, quantity in named if name == unit]
    if exact or unit not in _WOUND or (unit_named(entry.unit) or entry.unit) in SINGLE:
        return exact
    return [quantity for name, quantity in named if name in _WOUND]


def _names_its_pack(per: int, entry: Entry) -> bool:
    """Whether "pack of 72" is how the thing itself is called: "PACK OF 72 CAKE CASES", "SET/6 CUPS"."""
    name = tokens(entry.name)
    counted = _BEGINS_WITH_A_COUNT.match(entry.name) is not None and name[0] == str(per)  # 12 COLOURED PARTY BALLOONS
    return str(per) in name and (counted or not _CALLED_BY.isdisjoint(name))


def _is_one_of_it(unit: str, own: str, entry: Entry) -> bool:
    """Whether a container is just what the thing itself comes in: a tube of resin, a cone of what is sold by reel."""
    name = tokens(entry.name)
    if unit in name or (unit in _SETS and not _SETS.isdisjoint(name)):  # "12 cards" of a greeting card
        return True
    if unit in _SETS and _BEGINS_WITH_A_COUNT.match(entry.name):  # "10 packs" of 12 COLOURED PARTY BALLOONS
        return True
    return unit in SINGLE and (own in SINGLE or (own == "each" and unit != "roll"))


def _pack_of(packs: list[int], per: int | None) -> Decimal | None:
    """The pack's size, or what it was said to hold: people do the sum. Two packs of one name must be asked about."""
    if per is not None:
        return Decimal(per)
    return Decimal(packs[0]) if len(set(packs)) == 1 else None
