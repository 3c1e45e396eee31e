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


_YES: Final = re.compile(
    r"(?:(?:oh|ah|ok|okay|well|hi|um|great|perfect|lovely|good|brilliant|super|thanks|right|so)[\s,.!]+)*"
    r"(?:y|ye|yes+|yeah+|yea|yep+|yup+|yus|aye|sure|surely|ok|okay|okey|k|kk|confirm(?:ed)?|correct|agreed|absolutely"
    r"|definitely|certainly|affirmative|indeed|of course|please do|go ahead|go for it|do it|do that|place it|send it"
    r"|place the order|place order|book it|proceed|that'?s (?:right|correct|it|fine|good|great|perfect|ok|okay)"
    r"|sounds good"
    r"|looks good|looks right|looks fine|all good|fine|perfect|great|lovely|spot on|alright|all right|right"
    r"|by all means"
    r"|good to go|happy with that|i do|i am|i confirm|please|why not|exactly|crack on|let'?s do it|let'?s go"
    r"|approved?)\b",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"(?:(?:oh|ah|um|er|hmm|well|sorry|actually|ok)[\s,.!]+)*"
    r"(?:n|no+|nope|nah|naw|nay|not (?:yet|now|really|at all|today|quite|right|that|this|me)|no way|never"
    r"|never ?mind|don'?t|do not"
    r"|cancel(?: (?:it|that))?|stop|wait|hold on|hang on|negative|forget (?:it|that)|leave it|that'?s (?:wrong"
    r"|not)|wrong"
    r"|incorrect|i don'?t|i'?d rather not|rather not|scrap that|abort|please don'?t|changed my mind"
    r"|i'?ve changed my mind)\b",
    re.IGNORECASE,
)
_MORE_THAN_YES: Final = re.compile(
    r"\b(?:do it|do that|place it|send it|book it|deliver it|ship it|place (?:the |my |our )?order)\s+"
    r"(?:(?:to|by|under|via|without|after|before|at(?! once))\b|on\s+(?!my account|our account|account)\w"
    r"|for\s+(?:tomorrow|today|next|(?:mon|tue|wed|thu|fri|sat|sun)|the|delivery|collection))",
    re.IGNORECASE,
)
"""Where to, by when or how: "send it to Cork" places nothing as it stands."""
_BUT: Final = re.compile(
    r"\b(?:but|except|however|instead|change|wait|don'?t|do not|not|no|unless|if|when|what|how|why|which|hold"
    r"|first)\b|\?",
    re.IGNORECASE,
)
_LONGEST_ANSWER: Final = 10


def is_yes(text: str) -> bool:
    """A plain yes. One with a condition, a question or a change attached ("yes but make it 40") is none."""
    text = text.strip()[:300].replace("’", "'")
    if text[:1] in ("👍", "✅", "✔"):
        return True
    match = _YES.match(text)
    if not match or len(text.split()) > _LONGEST_ANSWER:
        return False
    if says_how(text):
        return False
    rest = re.sub(r"\b(?:no (?:problem|worries|probs)|why not)\b", "", text[match.end() :], flags=re.IGNORECASE)
    return not _BUT.search(rest) and not re.search(r"\d", rest)


def says_how(text: str) -> bool:
    """Whether it says where to, by when or how something is to be done, which is more than a yes to it as it stands."""
    return _MORE_THAN_YES.search(text) is not None


def is_no(text: str) -> bool:
    """A refusal: "no thanks", "not yet". "No, make that 24" is a correction and not a mere no."""
    text = text.strip()[:300].replace("’", "'")
    if text[:1] in ("👎", "❌"):
        return True
    if re.match(r"no (?:problem|worries|probs)\b", text, re.IGNORECASE):
        return False
    match = _NO.match(text)
    if not match or len(text.split()) > _LONGEST_ANSWER:
        return False
    return not re.search(r"\d|\b(?:make|change|add|instead)\b", text[match.end() :], re.IGNORECASE)


def is_filler(text: str) -> bool:
    """Nothing but politeness: "please", "hi there, thanks"."""
    return all(word in OPTIONAL_WORDS or word in STOP_WORDS for word in re.findall(r"[a-z']+", text.lower()))
