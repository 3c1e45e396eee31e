"""The words of products: how a name or a phrase becomes comparable tokens."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from .sounding import sound
from .talk import OPTIONAL_WORDS, STOP_WORDS, word_set

__all__ = [
    "EXTENTS", "NUMBER_NAMES", "OPTIONAL_WORDS", "SIZE", "STOP_WORDS", "SYNONYMS", "contrast_classes", "implied",
    "is_hard", "joined_by_with", "joined_pairs", "other_forms", "plain", "squeeze", "stem", "synonyms_like", "telling",
    "tokens", "word_set", "word_tokens",
]  # fmt: skip


SYNONYMS: Final = {
    "color": "colour", "colored": "colour", "coloured": "colour", "colur": "colour", "col": "colour",
    "big": "large", "little": "small", "inox": "stainless", "ali": "aluminium", "alu": "aluminium",
    "gray": "grey", "asst": "assorted", "assd": "assorted", "asstd": "assorted", "assort": "assorted",
    "ast": "assorted", "blk": "black", "wht": "white", "blu": "blue", "grn": "green", "yel": "yellow", "slv": "silver",
    "sml": "small", "sm": "small", "lge": "large", "lg": "large", "lrg": "large", "med": "medium", "ss": "stainless",
    "galv": "galvanised", "galvanized": "galvanised", "bzp": "zinc", "zp": "zinc", "zn": "zinc", "plated": "plate",
    "xmas": "christmas", "jewelry": "jewellery", "jeweled": "jewelled", "tealight": "tlight", "fibre": "fiber",
    "aluminum": "aluminium", "ally": "aluminium", "mould": "mold", "hexagon": "hex", "hexagonal": "hex",
    "heart-shaped": "heart", "wood": "wooden", "childrens": "children", "kid": "children",
    "woollen": "wool", "woolen": "wool", "zipper": "zip",
    "vtg": "vintage", "choc": "chocolate", "lite": "light", "tlite": "tlight", "hldr": "holder",
    "pictureframe": "picture frame", "velcro": "loop", "velcrow": "loop", "nvy": "navy", "csk": "countersunk",
    "btn": "button", "pz": "pozi", "endless": "continuous", "rawl": "wall", "rawlplug": "plug",
    "hwb": "hot water bottle", "bday": "birthday", "ldn": "london",
    "st/st": "stainless", "s/s": "stainless", "s/steel": "stainless", "st/steel": "stainless",
}  # fmt: skip

NUMBER_NAMES: Final = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "tens": "10", "twenties": "20", "thirties": "30",
    "forties": "40", "fifties": "50", "sixties": "60", "seventies": "70", "eighties": "80", "nineties": "90",
}  # fmt: skip

EXTENTS: Final = word_set("large small narrow wide long short thick thin slim broad tiny")
"""Said beside a measure they name nothing more: "the narrow 10 mm"."""

# Words of one class exclude each other: whoever says "blue" does not get a product that is only red.
_CONTRAST_CLASSES: Final = {
    "colour": """red blue green yellow white black pink purple violet lilac mauve orange brown grey cream ivory beige
    navy teal turquoise gold golden silver bronze copper maroon burgundy magenta aqua natural clear
    charcoal indigo ecru khaki scarlet crimson multicolour""",
    "metal": "zinc stainless brass nickel chrome galvanised nylon aluminium steel titanium plastic ceramic glass",
    "extent": "small medium large mini giant jumbo",
    "cloth": "linen cotton polyester wool silk denim felt velvet satin calico hessian canvas fleece jersey viscose",
    "side": "left right",
    "head": "hex countersunk pan button socket coach csk slotted dome flange",
}

_APOSTROPHES: Final = re.compile(r"['’`´]")
_OF_THE_TRADE: Final = re.compile(r"\bfull(?= (?:hex )?nuts?\b)")
"""A full nut is a hex nut that has nothing special."""
_STAINLESS: Final = re.compile(r"(?<![\w/])s(?:t?\s?/\s?s(?:t|teel)?|t\.? steel)(?![\w/])")
"""As in "st/st", "s/s", "st. steel"."""
_NUMBER: Final = r"\d+(?:\.\d+)?"
_BY: Final = r"\s*(?:x|×|\*|by)\s*"
_MEASURED: Final = re.compile(rf"({_NUMBER})(?:mm|cm)$")
_METRIC_SIZE: Final = re.compile(rf"\bm\s?({_NUMBER}){_BY}({_NUMBER})(?:\s?mm)?\b")
_DIMENSIONS: Final = re.compile(rf"\b({_NUMBER}){_BY}({_NUMBER})(?:{_BY}({_NUMBER}))?\s?(?:mm|cm|m|in)?\b")
_MEASURE: Final = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?(mm|mils?|mill|millimet(?:re|er)s?|cms?|centimet(?:re|er)s?|ml|kg|gm|g|metres?|meters?"
    rf"|mtrs?|m|ltr|litres?|l|inch(?:es)?|in(?=\s|$)"
    rf"|\"|oz|tex)"
    r"(?!\w)"
)
_WORD: Final = re.compile(rf"m?{_NUMBER}(?:x{_NUMBER}){{0,2}}(?!\w)|[^\W_]+")
_MEASURE_NAMES: Final = {
    "metre": "m", "metres": "m", "meter": "m", "meters": "m", "mtr": "m", "mtrs": "m", "gm": "g", "ltr": "l",
    "litre": "l", "litres": "l", "inch": "in", "inches": "in", '"': "in", "mil": "mm", "mils": "mm", "mill": "mm",
    "millimetre": "mm", "millimetres": "mm", "millimeter": "mm", "millimeters": "mm", "cms": "cm",
    "centimetre": "cm", "centimetres": "cm", "centimeter": "cm", "centimeters": "cm",
}  # fmt: skip
SIZE: Final = re.compile(rf"(m?{_NUMBER})x({_NUMBER})$")
_PLURAL_NUMBER: Final = re.compile(r"(?<=\d)s\b")
_SHORT: Final = 80
_ENDINGS: Final = ("ed", "ing")
_SHORTEST_VERB: Final = 4
_PAIRED: Final = re.compile(r"\b([a-z]{1,12})[-/]([a-z]{2,12})\b")


@lru_cache(maxsize=1)
def contrast_classes() -> dict[str, str]:
    """Word -> the class within which it excludes the others."""
    return {word: name for name, words in _CONTRAST_CLASSES.items() for word in words.split()}


def plain(text: str) -> str:
    """Lower case, accents off, typographic quotes made plain."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The singular, so that "boxes" and "box", "cherries" and "cherry" meet; then the common spelling."""
    if word in SYNONYMS:
        return SYNONYMS[word]
    if len(word) > 3 and word.isalpha() and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("ches", "shes", "xes", "sses", "zes")):
            word = word[:-2]
        elif word.endswith("ves") and word not in {"gloves", "sleeves", "olives", "waves", "stoves", "doves", "cloves"}:
            word = word[:-3] + "f"
        else:
            word = word[:-1]
    return SYNONYMS.get(word, word)


@lru_cache(maxsize=20_000)
def other_forms(word: str) -> tuple[str, ...]:
    """How else a verb may be written in a name: "wash" is "washed" and "washing", "shaped" is "shape"."""
    if len(word) < _SHORTEST_VERB or not word.isalpha():
        return ()
    found: list[str] = []
    for ending in _ENDINGS:
        bare = word.removesuffix(ending)
        if bare == word:
            found.append(word.removesuffix("e") + ending)
            found.append(word + word[-1] + ending)
        elif len(bare) >= _SHORTEST_VERB - 1:
            others = [bare + other for other in _ENDINGS if other != ending]
            found += [bare, bare + "e", bare[:-1] if bare[-1] == bare[-2] else bare, *others]
    return tuple(form for form in dict.fromkeys(found) if form != word)


@lru_cache(maxsize=5_000)
def synonyms_like(word: str) -> frozenset[str]:
    """What a slip of the keys in a synonym stands for: "wodd" is "wood", and so "wooden"."""
    if len(word) < 4 or not word.isalpha():
        return frozenset()
    near = [
        s
        for s in SYNONYMS
        if len(s) >= 4
        and s[0] == word[0]
        and (OSA.distance(s, word, score_cutoff=1) <= 1 or (s.isalpha() and sound(s) == sound(word)))
    ]
    return frozenset(SYNONYMS[spelling] for spelling in near)


def telling(words: list[str]) -> list[str]:
    """Words without those that carry grammar; the A of "letter A" is its name."""
    if "letter" not in words:
        return [word for word in words if word not in STOP_WORDS]
    return [
        word for before, word in zip(["", *words], words, strict=False) if word not in STOP_WORDS or before == "letter"
    ]


def squeeze(code: str) -> str:
    """A product code with nothing but its letters and digits, upper case: "20-104" -> "20104"."""
    return "".join(c for c in code if c.isalnum()).upper()


def _measure(match: re.Match[str]) -> str:
    unit = match.group(2)
    return f" {match.group(1)}{_MEASURE_NAMES.get(unit, unit)} "


def tokens(text: str) -> list[str]:
    """The comparable tokens of a product name or of what was said, in order; sizes are whole ("m8x40", "20cm")."""
    return list(_short_tokens(text) if len(text) <= _SHORT else _tokens(text))


def _tokens(text: str) -> tuple[str, ...]:
    text = _APOSTROPHES.sub("", plain(text))
    if "/" in text or "steel" in text:
        text = _STAINLESS.sub("stainless", text)
    if "full" in text:
        text = _OF_THE_TRADE.sub("hex", text)
    if any(c.isdigit() for c in text):
        text = _PLURAL_NUMBER.sub("", text)  # "the 5x50s"
        text = _METRIC_SIZE.sub(r" m\1x\2 ", text)
        text = _DIMENSIONS.sub(lambda m: " " + "x".join(g for g in m.groups() if g) + " ", text)
        text = _MEASURE.sub(_measure, text)
    found = []
    for word in _WORD.findall(text):
        found.extend(stem(NUMBER_NAMES.get(word, word)).split())
    return tuple(found)


_short_tokens = lru_cache(maxsize=20_000)(_tokens)
"""The names of neighbours and what is said of them are asked for again and again."""


@lru_cache(maxsize=20_000)
def word_tokens(word: str) -> tuple[str, ...]:
    """The tokens of a single word, remembered."""
    return tuple(tokens(word))


def joined_by_with(name: str) -> list[tuple[str, str]]:
    """The words on either side of a "with": "JAM JAR WITH PINK LID" -> ("jar", "pink")."""
    words = name.lower().split()
    return [(stem(words[i - 1]), stem(words[i + 1])) for i in range(1, len(words) - 1) if words[i] == "with"]


def joined_pairs(text: str) -> list[tuple[str, str]]:
    """Hyphenated or slashed pairs, which people also write as one word: "T-LIGHT" -> ("t", "light")."""
    return [(a, stem(b)) for a, b in _PAIRED.findall(plain(text))]


def implied(token: str) -> tuple[tuple[str, float], ...]:
    """What else a size token answers to, with the share of it that is then named: m8x40 -> m8, 40, 40mm."""
    size = SIZE.match(token)
    if size:
        return (size[1], 0.5), (size[2], 0.5), (f"{size[2]}mm", 0.5)
    measured = _MEASURED.match(token)
    return ((measured[1], 1.0),) if measured else ()


def is_hard(token: str) -> bool:
    """Sizes, counts and grades must be met exactly: M8x40 is never M8x50, "pack of 72" never "pack of 60"."""
    return any(c.isdigit() for c in token)


def without_extent(text: str) -> str:
    """As in "narrow 10 mm": the measure alone."""
    words = text.split()
    kept = [word for word in words if stem(word.lower()) not in EXTENTS]
    return " ".join(kept) if len(kept) < len(words) and any(word[0].isdigit() for word in kept) else text
