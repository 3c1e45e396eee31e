"""Which pieces make one order line: all ways to cut a sentence are weighed against the catalogue, the best is kept.

Quantities and names both hold numbers, and "and" both joins lines and stands in names, so no rule of grammar decides
this alone. A run of pieces is worth what the catalogue explains of it; dynamic programming picks the best runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .atoms import JOINTS, begins_another, counts_anew, find_atoms, is_a_pack, names, only_counts, says_what_for
from .catalogue import CatalogueIndex, Match
from .deciding import EXACT
from .mentions import Mention, as_typed, counts_twice, mentions, with_units_apart
from .piece import Piece
from .purposes import without_purpose
from .talk import HESITATIONS, OPENERS
from .units import MEASURES, SINGLE, resize, unit_named
from .weighing import LINE, PACK_LEFT_OVER, SILENT, Fit, bare_worth, placed, worth_of
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, is_hard, stem, tokens, without_extent, word_tokens

_FILLERS: Final = OPTIONAL_WORDS | STOP_WORDS
_CLOSING: Final = frozenset({"please", "pls", "plz", "thanks", "thanx", "thx", "ta", "cheers"})
"""No name goes on with these, although one may begin so: "PLEASE ONE PERSON"."""
_UNMARKED: Final = str.maketrans("", "", "'’.,")
_LONGEST_RUN: Final = 7
_MOST_NUMBERS: Final = 3
_MOST_LOOKUPS: Final = 600
_MOST_EVALUATIONS: Final = 2_000
_ENOUGH_TO_COMPARE: Final = 3
_CLEARLY_LESS: Final = 0.4
_CODE: Final = 3.0
_NOT_SOLD_SO: Final = 0.6
_ONLY_A_UNIT: Final = 1.0
_WORTHLESS: Final = -100.0
_SHORT_UNITS: Final = frozenset({"bx", "pk", "rl", "ctn"})
_BOXES: Final = frozenset({"box", "carton", "case", "crate", "pallet"})


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
    packed: str | None = None
    """The pack that its heading counts: "Boxes of wood screws: …"."""
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


def spoken(pieces: Sequence[Piece]) -> str:
    """The words of pieces, without what only joins them or stands for a thing that was named before."""
    return " ".join(_written(p) for p in pieces if p.kind not in SILENT and p.lower != "ones")


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
    plain_words = [word.lower().translate(_UNMARKED) for word in words]
    kept = [i for i, word in enumerate(plain_words) if word not in _FILLERS]
    if not kept:
        return ""
    first, last = kept[0], kept[-1] + 1
    if last < len(words) and plain_words[last - 1] == "letter":
        last += 1  # "letter A"
    while index and first:
        before = first - (2 if first > 1 and plain_words[first - 1] in ("and", "&") else 1)  # "school desk and chair"
        if not index.go_together(stem(plain_words[before]), stem(plain_words[first])):
            break
        first = before
    while (
        index
        and last < len(words)
        and plain_words[last] not in _CLOSING
        and index.go_together(stem(plain_words[last - 1]), stem(plain_words[last]))
    ):
        last += 1
    return " ".join(words[first:last])


def telling_words(text: str) -> list[str]:
    """The words of a text that a product would have to explain."""
    words = [w for w in tokens(text) if w not in STOP_WORDS and w not in OPTIONAL_WORDS]
    return [w for w in words if (len(w) > 1 or not w.isalpha()) and w not in _SHORT_UNITS]


class Segmenter:
    """Cuts the pieces of one message into segments; remembers what the catalogue answered."""

    def __init__(self, index: CatalogueIndex) -> None:
        self.index = index
        self._fits: dict[str, Fit] = {}
        self._evaluations = 0
        self._leading: bool | None = None
        """Whether quantities come before the things; None as long as each line may do as it likes."""

    def fit(self, text: str) -> Fit:
        """How the catalogue answers to `text`; asked once per message."""
        found = self._fits.get(text)
        if found is None:
            words = telling_words(text)
            counted = any(w.isdigit() for w in words) and all(w.isdigit() or unit_named(w) for w in words)
            worded = any(not w[0].isdigit() or SIZE.match(w) for w in words)  # bare numbers name no product,
            worded = worded and not counted  # nor does "24 packs"
            matches = tuple(self.index.match(text)) if len(self._fits) < _MOST_LOOKUPS and worded else ()
            bare = sum(is_hard(word) and not SIZE.match(word) and not word.startswith("m") for word in words)
            found = self._fits[text] = Fit(matches, len(words), bare)
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
            before = pieces[atoms[0][0] : first]
            same = any(p.lower == "same" for p in pieces[first + 1 : max(last, first + 3)])
            left = [stem(p.lower) for p in before if names(p) and not only_counts(before)]
            right = [stem(p.lower) for p in pieces[first:last] if names(p) and not unit_named(p.text)]
            told = left or any(p.lower in _CLOSING or p.kind == "each" for p in before)
            if begins_another(pieces, atoms[0][0], first, last):
                return False
            if told and pieces[first].kind == "separator" and counts_anew(pieces[first + 1 : atoms[-1][1]]):
                return False  # "pink and 12 roses", "the small ones and some large", "6 please and 6 in cream"
            if left and says_what_for(pieces[first:last]):
                return False  # "20 of the union jack for the jubilee weekend"
            if same and (left or only_counts(before)):
                return False  # "and the same in clear", "and home the same" are lines of their own
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
        a, b = word_tokens(stem(first)), word_tokens(stem(second))
        return bool(a and b) and self.index.go_together(a[-1], b[0])

    def evaluate(self, run: Sequence[Piece], head: str = "") -> Segment:
        """The best reading of one run as one line."""
        self._evaluations += 1
        codes = [p for p in run if p.kind == "code"]
        best = Segment(tuple(run), _WORTHLESS)
        for mention in (None, *with_units_apart(run, mentions(run))):
            if mention is not None and mention.apart and self._is_named(run, mention.apart):
                continue
            rest = [p for i, p in enumerate(run) if mention is None or not mention.covers(i)]
            if not self._numbers_fit(rest) or counts_twice(rest, mention):
                continue
            segment = self._weigh(run, rest, mention, head)
            if segment.worth > best.worth:
                best = segment
        return best if len(codes) < 2 or best.sku is None else Segment(tuple(run), _WORTHLESS)

    def _is_named(self, run: Sequence[Piece], at: int) -> bool:
        """Whether a word for a pack belongs to the name before it: "12 large cake cases"."""
        before = run[at - 1]
        if before.kind != "word" or not names(before) or not self._together(before.lower, run[at].lower):
            return False
        matches = self.fit(trimmed(spoken([p for p in run if p.kind != "number"]), self.index)).matches
        return not matches or not matches[0].missed

    def _numbers_fit(self, rest: Sequence[Piece]) -> bool:
        """Whether each number left to the product's name stands beside a word that some product has it with."""
        if not any(p.kind in ("number", "range") or p.unit for p in rest):
            return True
        words = [p for p in rest if p.kind in JOINTS or p.kind in ("number", "range") or names(p)]
        if len(words) == 1 and words[0].unit and unit_named(words[0].unit) in MEASURES:
            return True  # "5 boxes of 25mm": of what, the neighbours say
        if len(words) == 2 and words[0].kind == "number" and unit_named(words[1].text) in MEASURES:
            return True  # "the thirty-two mil, three boxes"
        first = next((i for i, p in enumerate(words) if p.kind not in JOINTS), 0)
        opening = [p for p in words[first : first + 2] if p.kind == "number" or names(p)]
        if len(opening) == 2 and opening[0].kind == "number" and unit_named(opening[1].text) in _BOXES:
            return False  # "3 boxes of 6 jam pots": no thing is called that
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
                named = [self.index.likeliest(stem(other.lower)) for other in beside if names(other)]
                if not any(self._together(way, other) for way in said for other in named):
                    return False
        return True

    def _weigh(self, run: Sequence[Piece], rest: Sequence[Piece], mention: Mention | None, head: str) -> Segment:
        likely = placed(run, mention, self._leading)
        codes = [p for p in rest if p.kind == "code"]
        text = self._measured(trimmed(spoken([p for p in rest if p not in codes]), self.index))
        text = without_purpose(text, self)
        fit = self.fit(text)
        read = Segment(tuple(run), 0.0, mention, text, None, fit.matches, as_typed(run, mention))
        if codes:
            own = self.index.fit(codes[0].sku or "", text) if fit.required else None
            described = fit.required * (own.explained if own else 0.0)
            worth = _CODE + likely + LINE + described - 0.1 * fit.required
            return replace(read, worth=worth, product=trimmed(spoken(rest)), sku=codes[0].sku)
        if text and all(unit_named(word) for word in text.split()) and not self._named_under(head, text):
            likely -= _ONLY_A_UNIT
            counted = mention is not None and mention.unit is None and mention.last < len(run)
            if mention and counted and unit_named(run[mention.last].text):
                return replace(read, worth=bare_worth(mention) - 0.1, product="")  # "a box of each"
        if mention and mention.unit and not self._comes_in(mention, fit):
            likely -= _NOT_SOLD_SO
        likely -= self._pack_left_over(run, mention, fit)
        if not fit.required and not fit.matches:
            apart = mention is not None and mention.first > 0 and run[mention.first - 1].kind == "comma"
            under = self._said_under(head, rest) if head and mention and not apart else ""
            if not under:
                return replace(read, worth=bare_worth(mention), product="")
            text, fit = under, Fit((), 1, 0)
        numbers = sum(p.kind in ("number", "range") for p in rest) + (mention is None and is_a_pack(run))
        read = replace(read, worth=worth_of(fit, likely, mention, numbers))
        if head and mention and fit.required:
            said = {stem(word.lower()) for word in text.split()}
            head = " ".join(word for word in head.split() if stem(word.lower()) not in said)
            whole = self.fit(f"{text} {head}")
            shared = worth_of(replace(whole, required=fit.required, hard=fit.hard), likely, mention, numbers) + 0.5
            if whole.matches and whole.matches[0].explained >= 0.75 and shared > read.worth:
                return replace(read, worth=shared, product=f"{text} {head}", matches=whole.matches)
        return read

    def _named_under(self, head: str, text: str) -> bool:
        """Whether what is else a pack names a thing under a heading: "drawer knobs: 12 star, 12 ball"."""
        single = {unit_named(word) for word in text.split()} <= SINGLE - {"set", "roll"}
        matches = self.fit(f"{text} {head}").matches if head and single else ()
        return bool(matches) and not matches[0].missed and matches[0].met == matches[0].required

    def _pack_left_over(self, run: Sequence[Piece], mention: Mention | None, fit: Fit) -> float:
        """What it costs that "roll" is read as a word of "1 roll royal blue drill", which comes in rolls."""
        if mention is None or mention.unit is not None or not fit.matches or mention.last >= len(run):
            return 0.0
        unit = unit_named(run[mention.last].text) if run[mention.last].kind == "word" else None
        top = fit.matches[0]
        entry = self.index.get(top.sku) if unit else None
        if (
            entry
            and unit not in SINGLE
            and not top.missed
            and top.named >= EXACT
            and unit_named(entry.name.split()[0]) == unit
        ):
            return -PACK_LEFT_OVER  # "12 CARD DOLLY GIRL", a name in full
        return (
            PACK_LEFT_OVER
            if entry and unit in SINGLE and any(unit_named(pack.name) == unit for pack in entry.packs)
            else 0.0
        )

    def _measured(self, text: str) -> str:
        """Without the adjective that a measure makes exact, where no product has it: "the big wooden ones, 30 mm"."""
        plain = without_extent(text)
        if plain == text:
            return text
        said, measured = self.fit(text).matches, self.fit(plain).matches
        told = bool(measured) and not measured[0].missed and (not said or said[0].missed)
        return plain if told else text

    def _said_under(self, head: str, rest: Sequence[Piece]) -> str:
        """Small words that name something under a heading: "building blocks: love x 3"."""
        words = [p.lower for p in rest if p.kind == "word" and p.lower not in STOP_WORDS]
        return " ".join(w for w in words if any(self._together(w, h) for h in head.lower().split()))

    def _comes_in(self, mention: Mention, fit: Fit) -> bool:
        """Whether the best products may be had by this unit; "40 cm" of a thing that is counted is a size."""
        if not fit.matches or mention.amount is None:
            return True
        entries = [self.index.get(match.sku) for match in fit.matches[:3]]
        sized = [resize(mention.amount, mention.unit, entry, per=mention.per) for entry in entries if entry]
        return any(isinstance(amount, int) for amount in sized)


def _walk_back(best: Sequence[tuple[float, int, Segment | None]]) -> list[Segment]:
    found: list[Segment] = []
    at = len(best) - 1
    while at > 0:
        _, start, segment = best[at]
        if segment is not None:
            found.append(segment)
        at = start
    return found[::-1]


def _defects(segments: Sequence[Segment]) -> int:
    """Quantities of nothing, and things named between others without a quantity."""
    bare = sum(1 for s in segments if s.mention and not s.names_something)
    lost = sum(1 for s in segments if not s.mention and any(p.kind == "number" for p in s.pieces))
    named = sum(1 for s in segments if s.names_something and not s.mention and s.product and len(s.matches) > 0)
    taken = sum(map(_takes_the_next, segments, segments[1:]))
    return 2 * bare + 2 * lost + named + taken + sum(map(_across_a_joint, segments))


def _takes_the_next(segment: Segment, following: Segment) -> bool:
    """Whether a quantity stands behind a comma and right before the next thing: "…, the small one, 8" | "red mugs"."""
    mention = segment.mention
    if mention is None or not mention.first or mention.last < len(segment.pieces) or not segment.names_something:
        return False
    return segment.pieces[mention.first - 1].kind == "comma" and names(following.pieces[0])


def _across_a_joint(segment: Segment) -> bool:
    """Whether a quantity and its thing stand on either side of an "and" or a comma: "a dozen, and the night light"."""
    if segment.mention is None or not segment.names_something:
        return False
    after = segment.pieces[segment.mention.last : segment.mention.last + 1]
    return any(piece.kind in ("comma", "separator") for piece in after)
