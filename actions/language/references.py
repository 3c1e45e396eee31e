"""Short answers and references: document numbers, a choice from a list, a bare quantity, yes and no."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from rapidfuzz import fuzz

from .numbers import ORDINALS, numeral, spelled
from .tokenizing import LONGEST_TEXT
from .units import unit_named
from .words import OPTIONAL_WORDS, STOP_WORDS, tokens, word_set

_NUMBERED: Final = re.compile(
    r"(?<![\w-])(?:(?P<prefix>SO|PO|INV|QU|QT|RT|RMA|CN|SH|PAY|IQ|ST)[\s#:.-]{0,3}(?P<digits>\d{3,12})"
    r"|(?P<word>purchase\s+order|standing\s+order|order|invoice|quote|return|credit\s+note|shipment|inquiry)\s*(?:number|no\.?|nr\.?|num|ref\.?|#)?\s*[:#]?\s*"
    r"(?P<plain>\d{5,12}))(?![\w-])",
    re.IGNORECASE,
)
_PREFIXES: Final = {
    "order": "SO",
    "purchase order": "PO",
    "standing order": "ST",
    "invoice": "INV",
    "quote": "QU",
    "return": "RT",
    "credit note": "CN",
    "shipment": "SH",
    "inquiry": "IQ",
}
_ALSO: Final = {"QT": "QU", "RMA": "RT"}
_THEIR_PO: Final = re.compile(r"\b(?:our|my|your|their|customer'?s?)\s+$|\bunder\s+$", re.IGNORECASE)


def read_order_numbers(text: str) -> tuple[str, ...]:
    """Numbers of customers' orders in their written form: "so100123" and "order 100123" -> "SO-100123"."""
    return tuple(number for number in read_document_numbers(text) if number.startswith("SO-"))


def read_document_numbers(text: str) -> tuple[str, ...]:
    """Numbers of any of our papers: SO-, PO-, INV-, QU-, RT-, CN-, SH-, PAY-, IQ-, ST-.

    "our PO 4471" is the customer's own number and not one of ours.
    """
    text = text[:LONGEST_TEXT]
    found: dict[str, None] = {}
    for match in _NUMBERED.finditer(text):
        if match["prefix"]:
            prefix, digits = match["prefix"].upper(), match["digits"]
            if prefix == "PO" and _THEIR_PO.search(text[max(0, match.start() - 20) : match.start()]):
                continue
        else:
            prefix, digits = _PREFIXES[re.sub(r"\s+", " ", match["word"].lower())], match["plain"]
        found[f"{_ALSO.get(prefix, prefix)}-{digits}"] = None
    return tuple(found)


_CHOICE_FILLER: Final = re.compile(
    r"\b(?:the|one|ones|please|pls|option|number|no|nr|i'?ll|take|have|go|for|with|that|those|want|'?d|like|i"
    r"|it'?s|its"
    r"|choose|pick|choice|thanks|yes|ok|okay|item|line|then|let'?s|a|of|them|these|this|i'?d|mean|meant)\b|[^\w\s-]",
    re.IGNORECASE,
)
_LAST: Final = frozenset({"last", "bottom", "latter", "final"})
_FIRST: Final = frozenset({"top", "former", "one", "a"})
_SURE_CHOICE: Final = 70.0
_CHOICE_LEAD: Final = 8.0


def read_choice(text: str, options: Sequence[str]) -> int | None:
    """Which of `options` (as shown) is meant, as an index: "the first one", "2", "the zinc ones"; None if unsure."""
    if not options or not text.strip():
        return None
    text = text[:500]
    whole = text.strip().lower()
    exact = [i for i, option in enumerate(options) if option.strip().lower() == whole]
    if len(exact) == 1:
        return exact[0]
    bare = " ".join(_CHOICE_FILLER.sub(" ", whole).split())
    placed = _place(bare or ("one" if re.fullmatch(r"(?:option |number |no )?one\W*", whole) else ""), len(options))
    if placed is not None:
        return placed if 0 <= placed < len(options) else None
    return _by_words(bare, options)


def _place(bare: str, count: int) -> int | None:
    """An index from "2", "second", "last", "second last"; may lie outside the options. None if no place is named."""
    if bare in _LAST:
        return count - 1
    if bare in ("second last", "second to last", "last but"):
        return count - 2
    if bare in _FIRST:
        return 0
    if bare in ("middle", "in middle") and count % 2:
        return count // 2
    if bare in ORDINALS:
        return ORDINALS[bare] - 1
    number = numeral(bare) or (spelled(bare.split()) or (None, 0))[0] if len(bare.split()) == 1 else None
    if number is not None and number == number.to_integral_value() and 0 < number <= 50:
        return int(number) - 1
    return None


def _by_words(bare: str, options: Sequence[str]) -> int | None:
    """The one option that answers to the words, typos allowed; every word said must be in it."""
    said = [w for w in tokens(bare) if w not in STOP_WORDS]
    if not said:
        return None
    scores = []
    for option in options:
        words = tokens(option)
        best = [max((_likeness(word, own) for own in words), default=0.0) for word in said]
        scores.append(min(best) * 0.7 + sum(best) / len(best) * 0.3)
    order = sorted(range(len(options)), key=lambda i: -scores[i])
    top = scores[order[0]]
    lead = top - (scores[order[1]] if len(order) > 1 else 0.0)
    return order[0] if top >= _SURE_CHOICE and lead >= _CHOICE_LEAD else None


def _likeness(word: str, own: str) -> float:
    if word == own:
        return 100.0
    if any(c.isdigit() for c in word):
        return 90.0 if own.startswith(word) and not own[len(word)].isdigit() else 0.0
    if len(word) >= 3 and own.startswith(word):
        return 85.0
    return fuzz.ratio(word, own) * 0.95 if len(word) > 3 else 0.0


_QUANTITY_FILLER: Final = word_set("""
    please pls thanks thank you make it that just only about say let's lets i'll ill i'd id i have take need want
    like of them those these the yes ok okay um er erm maybe so and then go for with we we'll can get would to put me
    in total no sorry actually change set another more x qty quantity order do approx around hi cheers for now""")
_UNIT_AFTER: Final = re.compile(r"(-?[\d.,]+k?|½|¼|¾)\s*([a-z]+)?$", re.IGNORECASE)


def read_quantity(text: str) -> tuple[Decimal, str | None] | None:
    """A bare answer to "how many?": "60", "two boxes", "a dozen", "make it 40" -> (amount, unit).

    None when it says anything else besides, or two numbers.
    """
    if read_order_numbers(text[:200]):
        return None
    words = [w.strip('.,!?;:()"') for w in text[:200].lower().replace("×", "x").split()]
    words = [w for w in words if w]
    while words and words[0] in _QUANTITY_FILLER and not _number_at(words):
        words.pop(0)
    while words and words[-1] in _QUANTITY_FILLER and len(words) > 1:
        words.pop()
    found = _number_at(words)
    if not found:
        return None
    amount, unit, used = found
    rest = [w for w in words[used:] if w not in _QUANTITY_FILLER]
    if unit is None and rest:
        unit = unit_named(rest[0])
        rest = rest[1:] if unit else rest
    if unit == "dozen" and rest and unit_named(rest[0]):  # "two dozen boxes"
        amount, unit, rest = amount * 12, unit_named(rest[0]), rest[1:]
    return (amount, unit) if not rest else None


def _number_at(words: Sequence[str]) -> tuple[Decimal, str | None, int] | None:
    """The number that begins `words`, a unit written onto it, and how many words it takes."""
    if not words:
        return None
    first = words[0].removeprefix("x") if words[0][1:2].isdigit() else words[0]
    value = numeral(first)
    if value is not None:
        scale = {"hundred": 100, "thousand": 1000}.get(words[1], 1) if len(words) > 1 else 1
        return value * scale, None, 1 + (scale > 1)
    glued = _UNIT_AFTER.match(first)
    if glued and glued[2] and (number := numeral(glued[1])) is not None:
        unit = unit_named(glued[2])
        return (number, unit, 1) if unit or glued[2].lower() == "x" else None
    return _worded_number_at(words)


def _worded_number_at(words: Sequence[str]) -> tuple[Decimal, str | None, int] | None:
    """As `_number_at`, for what is written in words: "sixty-five", "a box", "a dozen", "minus five"."""
    first = words[0]
    if first == "minus" and (inner := _number_at(words[1:])):
        return -inner[0], inner[1], inner[2] + 1
    joined = words[0].split("-")
    found = spelled(joined if len(joined) > 1 else words)
    if found:
        return found[0], None, 1 if len(joined) > 1 else found[1]
    if first in ("a", "an", "one") and len(words) > 1 and unit_named(words[1]):
        return Decimal(1), unit_named(words[1]), 2
    if first in ("dozen", "gross"):
        return Decimal(1), first, 1
    return None


def is_filler(text: str) -> bool:
    """Nothing but politeness: "please", "hi there, thanks"."""
    return all(word in OPTIONAL_WORDS or word in STOP_WORDS for word in re.findall(r"[a-z']+", text.lower()))
