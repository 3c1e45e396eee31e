"""A message cut into meaningful pieces: numbers, codes, words, separators. Offsets always point into the text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile
from typing import Final, Literal, cast

from .catalogue import CatalogueIndex
from .numbers import NUMBER_WORDS, numeral, spelled
from .spoken_sizes import size_at
from .tokenizing import Phrase, Token, Tokenized, tokenize
from .units import MEASURES, unit_like, unit_named
from .words import squeeze, stem, tokens, word_tokens

Kind = Literal[
    "number", "range", "code", "word", "times", "at", "comma", "separator", "break", "colon", "correction", "each",
    "aside", "noise",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One meaningful piece of the message. `unit` is a unit written onto its number ("25m")."""

    kind: Kind
    text: str
    start: int
    end: int
    value: Decimal | None = None
    unit: str | None = None
    sku: str | None = None

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()


_DOTTED_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}\.\d{2}0$")
_RANGE: Final = re.compile(r"(\d{1,6})[-–](\d{1,6})$")
_GLUED_UNIT: Final = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)$", re.IGNORECASE)
_TIMES_BEFORE: Final = re.compile(r"[x×](\d+(?:\.\d+)?k?)$", re.IGNORECASE)
_TIMES_AFTER: Final = re.compile(r"(\d+)[x×]$", re.IGNORECASE)
_CODE_TIMES: Final = re.compile(r"(.+?)[x×](\d+k?)$", re.IGNORECASE)
_TIMES_CODE: Final = re.compile(r"(\d+)[x×](.+)$", re.IGNORECASE)
_SYMBOLS: Final[dict[str, Kind]] = {
    ",": "comma", ";": "break", "\n": "break", "!": "break", "?": "break", "•": "break", "|": "break", "·": "break",
    "&": "separator", "+": "separator", ":": "colon", "×": "times", "*": "times", "@": "at", "=": "colon",
}  # fmt: skip
_HESITATIONS: Final = frozenset({"er", "erm", "um", "umm", "uh", "ehm", "hmm"})
_CURRENCY: Final = frozenset("£$€")
_SHORTEST_NUMBER_CODE: Final = 4
_CLOSING: Final = frozenset({"please", "pls", "plz", "thanks", "thx", "ta", "cheers", "too", "asap", "mate"})
_SHORTENED: Final = frozenset({"doz", "no", "nos", "approx", "qty", "pcs", "st"})


def cut(text: str, index: CatalogueIndex, hidden: Sequence[tuple[int, int]] = ()) -> list[Piece]:
    """The pieces of `text`; what lies in the `hidden` spans (dates, references, addresses) becomes a break."""
    tokenized = tokenize(text)
    cutter = _Cutter(text, tokenized, index, hidden)
    pieces = cutter.run()
    plain = _units_spelled(_bullets_off(_prices_off(pieces)), index)
    return _ranges(_unclear(plain, index))


class _Cutter:
    """Walks the tokens once, longest reading first."""

    def __init__(
        self, text: str, tokenized: Tokenized, index: CatalogueIndex, hidden: Sequence[tuple[int, int]]
    ) -> None:
        self.text = text
        self.tokens = tokenized.tokens
        self.phrases = {phrase.first: phrase for phrase in tokenized.phrases}
        self.index = index
        self.hidden = hidden
        self.pieces: list[Piece] = []

    def run(self) -> list[Piece]:
        i = 0
        while i < len(self.tokens):
            i += self._step(i)
        return self.pieces

    def _step(self, i: int) -> int:
        """Appends the piece or pieces that begin at token i; returns how many tokens they take."""
        token = self.tokens[i]
        if any(start < token.end and token.start < end for start, end in self.hidden):
            if not self.pieces or self.pieces[-1].kind != "break":
                self._add("break", i, 1)
            return 1
        phrase = self.phrases.get(i)
        if phrase and self._phrase(phrase):
            return phrase.last - phrase.first
        if not token.text[0].isalnum():
            return self._symbol(i)
        return self._code(i) or self._size(i) or self._number(i) or self._blob(i)

    def _add(self, kind: Kind, i: int, n: int, **more: object) -> None:
        start, end = self.tokens[i].start, self.tokens[i + n - 1].end
        self.pieces.append(replace(Piece(kind, self.text[start:end], start, end), **more))  # type: ignore[arg-type]

    def _phrase(self, phrase: Phrase) -> bool:
        """Whether the set phrase is one here. A bare "no" or "not" corrects only after a pause ("12, no, 24")."""
        words = self.tokens[phrase.first : phrase.last]
        if phrase.label == "aside" and words[-1].lower in ("a", "an"):
            following = [t.lower for t in self.tokens[phrase.last - 1 : phrase.last + 11]]
            if spelled(following):
                return False  # "put me down for a hundred"
        if (
            phrase.label == "correction"
            and words[-1].lower in ("no", "not", "wait", "rather", "well")
            and len(words) == 1
        ):
            before = self.pieces[-1].kind if self.pieces else "break"
            after = self.tokens[phrase.last].text if phrase.last < len(self.tokens) else ""
            if before not in ("comma", "break", "noise") and after != ",":
                return False
            if before == "break" and after == ".":
                return False
            if words[0].lower == "well" and before != "comma":
                return False
            if self._in_a_name(words[0].lower, after):
                return False
        self._add(cast(Kind, phrase.label), phrase.first, phrase.last - phrase.first)
        return True

    def _in_a_name(self, word: str, following: str) -> bool:
        """Whether a product has both words: "no singing", "not tonight"."""
        after = word_tokens(following.lower())
        return bool(after) and self.index.go_together(word, after[0])

    def _symbol(self, i: int) -> int:
        text = self.tokens[i].text
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        touching = following is not None and following.start == self.tokens[i].end
        if text in _CURRENCY and following and numeral(following.text) is not None:
            self._add("noise", i, 2)
            return 2
        if text in "-−+" and touching and following and self._starts_word(i):
            value = numeral(following.text)
            if value is not None and text != "+" and not self._is_bullet(i):
                self._add("number", i, 2, value=-value)
                return 2
        if text == "." and "." in self._beside(i):
            self._add("noise", i, 1)  # "… 12", "..... 12"
        elif text == ".":
            goes_on = following is not None and following.text[0].islower()
            self._add("noise" if not self._ends_sentence(i) else "comma" if goes_on else "break", i, 1)
        elif text in '"″' and i and self.tokens[i - 1].end == self.tokens[i].start and self.pieces:
            self._inches(i)
        else:
            self._add(_SYMBOLS.get(text, "noise"), i, 1)
        return 1

    def _beside(self, i: int) -> list[str]:
        """The tokens that touch this one."""
        return [self.tokens[j].text for j in (i - 1, i + 1) if 0 <= j < len(self.tokens)]

    def _inches(self, i: int) -> None:
        last = self.pieces[-1]
        if last.kind == "number" and last.unit is None:
            self.pieces[-1] = replace(
                last, kind="word", text=self.text[last.start : self.tokens[i].end], end=self.tokens[i].end
            )
        else:
            self._add("noise", i, 1)

    def _starts_word(self, i: int) -> bool:
        return i == 0 or self.tokens[i - 1].end < self.tokens[i].start or self.tokens[i - 1].text in ":\n("

    def _is_bullet(self, i: int) -> bool:
        """A dash at the start of a line is a bullet where other lines begin with one too."""
        at_start = i == 0 or self.tokens[i - 1].text == "\n"
        return at_start and len(re.findall(r"(?m)^\s*[-−]", self.text)) > 1

    def _ends_sentence(self, i: int) -> bool:
        """A full stop, rather than the dot of "doz." or "no."."""
        before = self.tokens[i - 1].lower if i else ""
        after = self.tokens[i + 1].text if i + 1 < len(self.tokens) else ""
        if unit_named(before) and i > 1 and numeral(self.tokens[i - 2].text) is not None and after[:1].isupper():
            return True  # "25 m. Also …"
        return not (
            (len(before) == 1 and before.isalpha())
            or before in _SHORTENED
            or (before[:1].isdigit() and before.endswith(("no", "doz")))
        )

    def _code(self, i: int) -> int:
        """A product code, also one typed with a blank in it ("20 104"); 0 if there is none here."""
        token = self.tokens[i]
        for n in (3, 2):
            words = self.tokens[i : i + n]
            if len(words) == n and any(w.text[0].isdigit() for w in words):
                entry = (
                    self._entry(" ".join(w.text for w in words)) if all(w.text[0].isalnum() for w in words) else None
                )
                if entry and not any(self._entry(w.text) for w in words):
                    self._add("code", i, n, sku=entry)
                    return n
        entry = self._entry(token.text)
        if entry:
            value = numeral(token.text)
            self._add("code", i, 1, sku=entry, value=value)
            return 1
        return 0

    def _entry(self, written: str) -> str | None:
        """The SKU that `written` is the code of, if it looks like a code at all."""
        if not any(c.isdigit() for c in written):
            entry = self.index.by_code(written) if len(written) > 2 and written.isupper() else None
            return entry.sku if entry and entry.sku.upper() == written else None
        if len(squeeze(written)) < _SHORTEST_NUMBER_CODE:
            return None
        entry = self.index.by_code(written)
        if entry is None:
            return None
        if entry.sku.upper() == written.upper():
            return entry.sku
        if _RANGE.match(written) or "," in written or "." in written:
            return None  # "10-12" is a range even where a product 1012 exists
        if " " in written and squeeze(written).isdigit() and entry.sku.isdigit():
            return None  # "20 104" is 20-104, but "848 79" is not 84879
        return entry.sku

    def _number(self, i: int) -> int:
        token = self.tokens[i]
        value = numeral(token.text)
        if value is not None:
            following = self.tokens[i + 1].lower if i + 1 < len(self.tokens) else ""
            if _DOTTED_THOUSANDS.match(token.text) and unit_named(following) not in MEASURES:
                value *= 1000
            scale = {"hundred": 100, "thousand": 1000, "million": 1_000_000}.get(following)
            if scale:
                self._add("number", i, 2, value=value * scale)
                return 2
            self._add("number", i, 1, value=value)
            return 1
        words = [t.lower for t in self.tokens[i : i + 12]]
        if "-" in token.text and all(part in NUMBER_WORDS for part in words[0].split("-")):
            words = words[0].split("-")
            joined = spelled(words)
            if joined and joined[1] == len(words):
                self._add("number", i, 1, value=joined[0])
                return 1
            return 0
        found = spelled(words)
        if not found or (words[0] == "one" and found[1] == 1 and self._one_is_a_pronoun(i)):
            return 0
        self._add("number", i, found[1], value=found[0])
        return found[1]

    def _one_is_a_pronoun(self, i: int) -> bool:
        """No quantity: "the red one", "that one"."""
        before = self.tokens[i - 1].lower if i else ""
        following = self.tokens[i + 1].text if i + 1 < len(self.tokens) else ""
        if before.isalpha() and numeral(following) is not None:
            return True  # "the dolly mixture one 6"
        if before == "for" and i > 1 and self.index.go_together(stem(self.tokens[i - 2].lower), "one"):
            return True  # "a tea for one"
        return before in ("the", "that", "this", "which", "another") or (before.isalpha() and self._last_of_clause(i))

    def _last_of_clause(self, i: int) -> bool:
        """Whether nothing but polite words follows in the clause."""
        said = takewhile(lambda token: token.text[0].isalnum(), self.tokens[i + 1 : i + 4])
        return all(token.lower in _CLOSING for token in said)

    def _blob(self, i: int) -> int:
        """A word, or a number with something grown onto it: 25m, x40, 40x, 20-104x40, 12xM8."""
        token = self.tokens[i]
        if parts := self._grown(token.text):
            self._parts(token, parts)
        elif (span := _RANGE.match(token.text)) and int(span[1]) < int(span[2]):
            self._add("range", i, 1)
        elif (match := _GLUED_UNIT.match(token.text)) and (unit_named(match[2]) or match[2].lower() == "no"):
            self._add("number", i, 1, value=Decimal(match[1]), unit=match[2].lower())
        else:
            kind: Kind = "noise" if token.lower in _HESITATIONS else "word"
            self._add("times" if token.lower == "x" and self._times_here(i) else kind, i, 1)
        return 1

    def _grown(self, text: str) -> tuple[tuple[Kind, str], ...]:
        """What a number and an "x" have grown together from; nothing if they have not."""
        if match := _TIMES_BEFORE.match(text):
            return ("times", text[0]), ("number", match[1])
        if match := _TIMES_AFTER.match(text):
            return ("number", match[1]), ("times", text[-1])
        if (match := _CODE_TIMES.match(text)) and self._entry(match[1]):
            return ("code", match[1]), ("times", "x"), ("number", match[2])
        if (match := _TIMES_CODE.match(text)) and (self._entry(match[2]) or match[2][0].isalpha()):
            return ("number", match[1]), ("times", "x"), ("code" if self._entry(match[2]) else "word", match[2])
        return ()

    def _parts(self, token: Token, parts: Iterable[tuple[Kind, str]]) -> None:
        at = token.start
        for kind, text in parts:
            value = numeral(text) if kind == "number" else None
            sku = self._entry(text) if kind == "code" else None
            self.pieces.append(Piece(kind, self.text[at : at + len(text)], at, at + len(text), value, None, sku))
            at += len(text)

    def _size(self, i: int) -> int:
        """A size said or typed in parts; 0 if there is none."""
        found = size_at(self.tokens[i:], 0, self.index.knows)
        if found is None or (found[1] == 1 and found[0] == self.tokens[i].lower):
            return 0
        self._add("word", i, found[1])
        self.pieces[-1] = replace(self.pieces[-1], text=found[0])
        return found[1]

    def _times_here(self, i: int) -> bool:
        """An "x" beside a number multiplies: "x 2", "2 x"."""
        near = self.tokens[max(0, i - 1) : i] + self.tokens[i + 1 : i + 2]
        return any(numeral(t.text) is not None or t.lower in NUMBER_WORDS or t.text[0].isdigit() for t in near)


def _prices_off(pieces: list[Piece]) -> list[Piece]:
    """Drops a price: "200 of 20-110 @ 0.15". With no other number in its sentence, "@ 40" is a quantity."""
    found = list(pieces)
    others = 0
    for i, piece in enumerate(pieces):
        if piece.kind == "break":
            others = 0
        elif piece.kind == "number":
            if i and others and pieces[i - 1].kind == "at":
                found[i - 1 : i + 1] = [replace(pieces[i - 1], kind="noise"), replace(piece, kind="noise", value=None)]
            else:
                others += 1
    return found


def _unclear(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Two bare numbers side by side ("12 345 washers") may be one, or a slip: like a range, they must be asked about.

    Not so where the second belongs to a name: "10 60 gold and silver cake cases".
    """
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        last = found[-1] if found else None
        if last and last.kind == piece.kind == "number" and piece.unit is None and last.unit is None:
            following = tokens(pieces[i + 1].text) if i + 1 < len(pieces) else []
            name = tokens(piece.text)
            if not (following and name and index.go_together(name[-1], following[0])):
                found[-1] = Piece("range", f"{last.text} {piece.text}", last.start, piece.end)
                continue
        found.append(piece)
    return found


def _units_spelled(pieces: list[Piece], index: CatalogueIndex) -> list[Piece]:
    """Misspelt units behind a number, put right: "3 bundels"."""
    found = list(pieces)
    for i, piece in enumerate(pieces[1:], start=1):
        counted = pieces[i - 1].kind == "number" or pieces[i - 1].lower in ("a", "an")
        if piece.kind == "word" and counted and not index.knows(stem(piece.lower)):
            unit = unit_like(piece.text)
            found[i] = replace(piece, text=unit) if unit else piece
    return found


def _ranges(pieces: list[Piece]) -> list[Piece]:
    """Ranges, which must be asked about: "10 to 12", "10 or 12", "between 10 and 12", "10 - 12"."""
    found: list[Piece] = []
    i = 0
    while i < len(pieces):
        trio = pieces[i : i + 3]
        if len(trio) == 3 and trio[0].kind == trio[2].kind == "number" and _spans_range(trio, found[-1:]):
            first = found.pop() if found and found[-1].lower == "between" else trio[0]
            text = " ".join(p.text for p in trio)
            found.append(Piece("range", text, first.start, trio[2].end, None, trio[2].unit))
            i += 3
            continue
        found.append(pieces[i])
        i += 1
    return found


def _spans_range(trio: Sequence[Piece], before: Sequence[Piece]) -> bool:
    low, high = trio[0].value, trio[2].value
    if low is None or high is None or not 0 < low < high or trio[0].unit not in (None, trio[2].unit):
        return False
    between = bool(before) and before[0].lower == "between"
    return trio[1].lower in ("to", "or", "-", "–") or (between and trio[1].lower == "and")


def _bullets_off(pieces: list[Piece]) -> list[Piece]:
    """Numbers that count lines ("1. …", "2) …") are no quantities."""
    expected = 1
    found = list(pieces)
    for i, piece in enumerate(pieces[:-1]):
        at_start = i == 0 or pieces[i - 1].text == "\n"
        closed = pieces[i + 1].text == ")" and (at_start or pieces[i - 1].text != "(")
        if piece.kind == "number" and piece.value == expected and (closed or (at_start and pieces[i + 1].text == ".")):
            found[i] = replace(piece, kind="break", value=None)
            found[i + 1] = replace(pieces[i + 1], kind="noise")
            expected += 1
    return found
