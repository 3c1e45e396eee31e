"""Which pieces make one order line: all ways to cut a sentence are weighed against the catalogue, the best is kept.

Quantities and names both hold numbers, and "and" both joins lines and stands in names, so no rule of grammar decides
this alone. A run of pieces is worth what the catalogue explains of it; dynamic programming picks the best runs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .atoms import JOINTS, begins_anew, find_atoms, is_a_pack, names
from .catalogue import CatalogueIndex, Match
from .mentions import Mention, mentions, with_units_apart
from .piece import Piece
from .talk import HESITATIONS, OPENERS
from .units import MEASURES, PACKAGES, SINGLE, resize, unit_named
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, is_hard, stem, tokens, word_tokens

_LONGEST_RUN: Final = 7
_MOST_NUMBERS: Final = 3
_MOST_LOOKUPS: Final = 600
_MOST_EVALUATIONS: Final = 2_000
_UNEXPLAINED: Final = 0.8
_QUANTITY: Final = 0.75
_NO_QUANTITY: Final = -0.3
_PAUSE: Final = 0.6
"""A pause between quantity and product: "zinc 60, black 40" is not 60 black."""
_AGAINST_THE_ORDER: Final = 1.0
_ENOUGH_TO_COMPARE: Final = 3
_CLEARLY_LESS: Final = 0.4
_LINE: Final = -0.6
_NAMED: Final = 0.3
_CODE: Final = 3.0
_NOT_SOLD_SO: Final = 0.6
_ONLY_A_UNIT: Final = 1.0
_OPENING_NUMBER: Final = 1.0
_OF_NOTHING: Final = 1.0
"""As in "socket caps, 100 of": what is counted comes after."""
_OF_EACH: Final = -0.6
"""A quantity of each stands well without a name: "…, a dozen of each"."""
_PACK_LEFT_OVER: Final = 1.3
_PIECE_LEFT_OVER: Final = 0.3
_WORTHLESS: Final = -100.0
_SILENT: Final = frozenset({"aside", "comma", "noise", "times", "at", "colon", "correction", "each", "break"})


@dataclass(frozen=True, slots=True)
class Segment:
    """One run of pieces read as a line, or as nothing (`product` and `sku` empty): worth is for comparison only."""

    pieces: tuple[Piece, ...]
    worth: float
    mention: Mention | None = None
    product: str = ""
    sku: str | None = None
    matches: tuple[Match, ...] = ()
    asked: str | None = None
    unsure: bool = False
    """It tells things apart without naming any ("brass, 40"): to be asked about, however few products fit."""
    head: str = ""
    """What stood before a colon, over all of its sentence."""
    doubted: bool = False
    """It was taken back by what was said next: to be asked about, whatever it names."""

    @property
    def heading(self) -> str:
        """Its words, as a heading for other lines."""
        return self.product or trimmed(spoken(self.pieces))

    @property
    def names_something(self) -> bool:
        """Whether it can become a line."""
        return bool(self.product or self.sku)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How the catalogue answers to a text: matches, how many words need explaining, how many are bare figures."""

    matches: tuple[Match, ...]
    required: int
    hard: int


def spoken(pieces: Sequence[Piece]) -> str:
    """The words of pieces, without what only joins them."""
    return " ".join(_written(p) for p in pieces if p.kind not in _SILENT)


def _written(piece: Piece) -> str:
    """A piece as a name would write it: numbers in figures."""
    if piece.lower == "one":
        return piece.lower
    if piece.kind == "number" and piece.value is not None and ("," in piece.text or piece.text[0].isalpha()):
        return f"{piece.value:f}"
    return piece.text


def trimmed(text: str, index: CatalogueIndex | None = None) -> str:
    """Without the polite words at either end; one that a product has beside the next word stays ("love building")."""
    words = text.split()
    fillers = OPTIONAL_WORDS | STOP_WORDS
    plain_words = [re.sub(r"['’.,]", "", word.lower()) for word in words]
    kept = [i for i, word in enumerate(plain_words) if word not in fillers]
    if not kept:
        return ""
    first, last = kept[0], kept[-1] + 1
    while index and first and index.go_together(stem(plain_words[first - 1]), stem(plain_words[first])):
        first -= 1
    while index and last < len(words) and index.go_together(stem(plain_words[last - 1]), stem(plain_words[last])):
        last += 1
    return " ".join(words[first:last])


def telling_words(text: str) -> list[str]:
    """The words of a text that a product would have to explain."""
    words = [w for w in tokens(text) if w not in STOP_WORDS and w not in OPTIONAL_WORDS]
    return [w for w in words if len(w) > 1 or not w.isalpha()]


class Segmenter:
    """Cuts the pieces of one message into segments; remembers what the catalogue answered."""

    def __init__(self, index: CatalogueIndex) -> None:
        self.index = index
        self._fits: dict[str, _Fit] = {}
        self._evaluations = 0
        self._leading: bool | None = None
        """Whether quantities come before the things; None as long as each line may do as it likes."""

    def fit(self, text: str) -> _Fit:
        """How the catalogue answers to `text`; asked once per message."""
        found = self._fits.get(text)
        if found is None:
            words = telling_words(text)
            worded = any(not w[0].isdigit() or SIZE.match(w) for w in words)  # bare numbers name no product
            matches = tuple(self.index.match(text)) if len(self._fits) < _MOST_LOOKUPS and worded else ()
            bare = sum(is_hard(word) and not SIZE.match(word) and not word.startswith("m") for word in words)
            found = self._fits[text] = _Fit(matches, len(words), bare)
        return found

    def segments(self, pieces: Sequence[Piece], head: str = "") -> list[Segment]:
        """The best cut of a sentence without breaks. `head` names what all its lines share ("drawer knobs: …")."""
        plain = self._cut(pieces, head)
        if sum(p.kind == "number" for p in pieces) < _ENOUGH_TO_COMPARE or not _defects(plain):
            return plain
        ways = [plain]
        for self._leading in (True, False):  # in one breath people keep to one order
            ways.append(self._cut(pieces, head))
        self._leading = None
        least = sum(s.worth for s in plain) - _CLEARLY_LESS
        return min((way for way in ways if sum(s.worth for s in way) >= least), key=_defects)

    def _cut(self, pieces: Sequence[Piece], head: str) -> list[Segment]:
        """The cut that is worth most."""
        atoms = find_atoms(pieces, self._apart)
        best: list[tuple[float, int, Segment | None]] = [(0.0, 0, None)]
        for end in range(1, len(atoms) + 1):
            options: list[tuple[float, int, Segment]] = []
            for start in range(max(0, end - _LONGEST_RUN), end):
                run = pieces[atoms[start][0] : atoms[end - 1][1]]
                segment = self._skipped(run) if end - start == 1 else None
                numbers = sum(p.kind == "number" for p in run)
                if numbers > _MOST_NUMBERS:
                    continue
                if self._evaluations < _MOST_EVALUATIONS and self._may_join(pieces, atoms[start:end]):
                    read = self.evaluate(run, head)
                    segment = read if segment is None or read.worth > segment.worth else segment
                if segment is not None:
                    options.append((best[start][0] + segment.worth, start, segment))
            best.append(max(options, key=lambda option: option[0]))
        return _walk_back(best)

    def _skipped(self, run: Sequence[Piece]) -> Segment:
        """Leaving a run unread costs little, so that small talk does not spoil a line."""
        numbers = any(p.kind in ("number", "range", "code") for p in run) or is_a_pack(run)
        words = len(telling_words(spoken(run)))
        return Segment(tuple(run), -1.0 * numbers - 0.25 * min(words, 4))

    def _may_join(self, pieces: Sequence[Piece], atoms: Sequence[tuple[int, int]]) -> bool:
        """Joining across an "and" is tried only where one side names nothing or a product holds both words."""
        for first, last in atoms[1:]:
            if pieces[first].kind not in JOINTS:
                continue
            left = [stem(p.lower) for p in pieces[atoms[0][0] : first] if names(p)]
            right = [stem(p.lower) for p in pieces[first:last] if names(p) and not unit_named(p.text)]
            if left and any(p.lower == "same" for p in pieces[first + 1 : first + 3]):
                return False  # "and the same in clear" is a line of its own
            if left and is_a_pack(pieces[first + 1 : atoms[-1][1]]):
                return False  # "plates and a box": of what, is said behind
            if left and right and not any(self._together(word, right[0]) for word in (left[-1], left[0])):
                return False
        return True

    def _apart(self, before: Piece, after: Piece) -> bool:
        """Whether a name may begin behind small talk or a hesitation: not in "I love London", which is a name."""
        if before.kind == "noise":
            return before.lower in HESITATIONS
        if before.kind != "word" or after.kind != "word":
            return False
        first, second = before.lower.replace("'", ""), after.lower.replace("'", "")
        return first in OPENERS and second not in OPENERS and not self._together(stem(first), stem(second))

    def _together(self, first: str, second: str) -> bool:
        a, b = word_tokens(first), word_tokens(second)
        return bool(a and b) and self.index.go_together(a[-1], b[0])

    def evaluate(self, run: Sequence[Piece], head: str = "") -> Segment:
        """The best reading of one run as one line."""
        self._evaluations += 1
        codes = [p for p in run if p.kind == "code"]
        best = Segment(tuple(run), _WORTHLESS)
        for mention in (None, *with_units_apart(run, mentions(run))):
            rest = [p for i, p in enumerate(run) if mention is None or not mention.covers(i)]
            if not self._numbers_fit(rest):
                continue
            segment = self._weigh(run, rest, mention, head)
            if segment.worth > best.worth:
                best = segment
        return best if len(codes) < 2 or best.sku is None else Segment(tuple(run), _WORTHLESS)

    def _numbers_fit(self, rest: Sequence[Piece]) -> bool:
        """Whether each number left to the product's name stands beside a word that some product has it with."""
        words = [p for p in rest if p.kind in JOINTS or p.kind in ("number", "range") or names(p)]
        if len(words) == 1 and words[0].unit and unit_named(words[0].unit) in MEASURES:
            return True  # "5 boxes of 25mm": of what, the neighbours say
        if len(words) == 2 and words[0].kind == "number" and unit_named(words[1].text) in MEASURES:
            return True  # "the thirty-two mil, three boxes"
        for i, piece in enumerate(words):
            if piece.kind == "number" and any(p.lower in (f"{piece.text}cm", f"{piece.text}mm") for p in rest):
                return False  # "zips 20cm red 20": that is said
            if piece.kind in ("number", "range"):
                unit = i + 1 < len(words) and words[i + 1].kind == "word" and unit_named(words[i + 1].text) is not None
                written = _written(piece).lower()
                text = f"{written} {words[i + 1].lower}" if unit else written  # "1 litre"
                beside = words[max(0, i - 1) : i] + words[i + 1 : i + (3 if unit else 2)]
                if unit or piece.unit:  # "zips, 40 cm, fifty"
                    beside = [p for p in words if p is not piece and p.kind not in JOINTS]
                said = (text, written)
                if not any(self._together(way, other.lower) for way in said for other in beside if names(other)):
                    return False
        return True

    def _weigh(self, run: Sequence[Piece], rest: Sequence[Piece], mention: Mention | None, head: str) -> Segment:
        likely = _QUANTITY * mention.likely if mention else _NO_QUANTITY
        if mention and mention.last < len(run) and run[mention.last].kind in ("comma", "separator", "aside"):
            likely -= _PAUSE
        if mention and self._leading is not None and _is_leading(run, mention) is not self._leading:
            likely -= _AGAINST_THE_ORDER
        if mention and begins_anew(run, mention.last):
            likely -= _PAUSE
        likely -= self._odd(run, mention)
        codes = [p for p in rest if p.kind == "code"]
        text = trimmed(spoken([p for p in rest if p not in codes]), self.index)
        fit = self.fit(text)
        read = Segment(tuple(run), 0.0, mention, text, None, fit.matches, _asked(run, mention))
        if codes:
            own = self.index.fit(codes[0].sku or "", text) if fit.required else None
            described = fit.required * (own.explained if own else 0.0)
            worth = _CODE + likely + _LINE + described - 0.1 * fit.required
            return replace(read, worth=worth, product=trimmed(spoken(rest)), sku=codes[0].sku)
        if text and all(unit_named(word) for word in text.split()):
            likely -= _ONLY_A_UNIT
            counted = mention is not None and mention.unit is None and mention.last < len(run)
            if mention and counted and unit_named(run[mention.last].text):
                return replace(read, worth=_bare_worth(mention) - 0.1, product="")  # "a box of each"
        if mention and mention.first > 0 and mention.last == len(run) and run[-1].lower == "of":
            likely -= _OF_NOTHING
        if mention and mention.unit and not self._comes_in(mention, fit):
            likely -= _NOT_SOLD_SO
        if not fit.required and not fit.matches:
            return replace(read, worth=_bare_worth(mention), product="")
        numbers = sum(p.kind in ("number", "range") for p in rest) + (mention is None and is_a_pack(run))
        read = replace(read, worth=_worth(fit, likely, mention, numbers))
        if head and mention and fit.required:
            said = {stem(word.lower()) for word in text.split()}
            head = " ".join(word for word in head.split() if stem(word.lower()) not in said)
            whole = self.fit(f"{text} {head}")
            shared = _worth(replace(whole, required=fit.required, hard=fit.hard), likely, mention, numbers) + 0.5
            if whole.matches and whole.matches[0].explained >= 0.75 and shared > read.worth:
                return replace(read, worth=shared, product=f"{text} {head}", matches=whole.matches)
        return read

    @staticmethod
    def _odd(run: Sequence[Piece], mention: Mention | None) -> float:
        """A number at the start is hardly part of a name, and "2 boxes" hardly two of something called boxes."""
        if mention is None:
            opening = next((p for p in run if p.kind not in _SILENT and p.kind not in JOINTS), None)
            if opening is None:
                return 0.0
            at = run.index(opening)
            unit = unit_named(run[at + 1].text) if at + 1 < len(run) and opening.lower in ("a", "an") else None
            return _OPENING_NUMBER if opening.kind == "number" or unit in PACKAGES else 0.0
        after = run[mention.last] if mention.last < len(run) else None
        unit = unit_named(after.text) if after is not None and after.kind == "word" and mention.unit is None else None
        return 0.0 if unit not in PACKAGES else _PIECE_LEFT_OVER if unit in SINGLE else _PACK_LEFT_OVER

    def _comes_in(self, mention: Mention, fit: _Fit) -> bool:
        """Whether the best products may be had by this unit; "40 cm" of a thing that is counted is a size."""
        if not fit.matches or mention.amount is None:
            return True
        entries = [self.index.get(match.sku) for match in fit.matches[:3]]
        sized = [resize(mention.amount, mention.unit, entry, per=mention.per) for entry in entries if entry]
        return any(isinstance(amount, int) for amount in sized)


def _bare_worth(mention: Mention | None) -> float:
    """A quantity on its own: better than a number left unread, worse than one with a product."""
    return 0.0 if mention is None else _OF_EACH if mention.each else -1.0


def _worth(fit: _Fit, likely: float, mention: Mention | None, numbers: int) -> float:
    """What the catalogue explains of a text, as a number to compare cuts by."""
    unread = -0.25 * fit.required - 0.05 - 1.0 * numbers
    if not fit.matches:
        return max(-_UNEXPLAINED * fit.required + likely + _LINE, _least(mention)) if mention else unread
    top = fit.matches[0]
    words = float(fit.required)
    if fit.hard and mention is None and top.named < 0.7:
        words -= 0.7 * fit.hard  # "3 hooks" is a quantity, although there is a "3 hook hanger …"
    elif top.named < 0.7:
        words -= 0.7 * min(numbers, fit.hard)
    explained = top.explained if top.named > 0.15 else 0.3 * top.explained  # a category's word names no product
    worth = words * explained - _UNEXPLAINED * words * (1 - explained) + _NAMED * top.named + likely + _LINE
    if mention is None:
        return min(worth, unread) if top.score < 0.5 else worth
    return max(worth, _least(mention))


def _least(mention: Mention) -> float:
    """What a line is worth at least: rather "3 metres" than "3" of something that nothing is like."""
    return -0.85 if mention.unit else -0.9


def _asked(run: Sequence[Piece], mention: Mention | None) -> str | None:
    """The quantity as typed, without the words that only join it to the product."""
    if mention is None:
        return None
    pieces = [p for p in run[mention.first : mention.last] if p.kind not in ("colon", "noise")]
    while len(pieces) > 1 and (pieces[-1].lower in ("of", "off", "more") or pieces[-1].kind == "times"):
        pieces.pop()
    return " ".join(p.text for p in pieces) or None


def _walk_back(best: Sequence[tuple[float, int, Segment | None]]) -> list[Segment]:
    found: list[Segment] = []
    at = len(best) - 1
    while at > 0:
        _, start, segment = best[at]
        if segment is not None:
            found.append(segment)
        at = start
    return found[::-1]


def _is_leading(run: Sequence[Piece], mention: Mention) -> bool:
    """Whether the quantity stands before the words of the thing."""
    return not any(names(piece) for piece in run[: mention.first])


def _defects(segments: Sequence[Segment]) -> int:
    """Quantities of nothing, and things named between others without a quantity."""
    bare = sum(1 for s in segments if s.mention and not s.names_something)
    lost = sum(1 for s in segments if not s.mention and any(p.kind == "number" for p in s.pieces))
    named = sum(1 for s in segments if s.names_something and not s.mention and s.product and len(s.matches) > 0)
    return 2 * bare + 2 * lost + named
