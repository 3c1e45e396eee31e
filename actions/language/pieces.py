"""A message cut into meaningful pieces: numbers, codes, words, separators. Offsets always point into the text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast

from .amounts import (
    bullets_off,
    code_runs,
    counts_apart,
    halves_added,
    packs_apart,
    packs_first,
    prices_off,
    ranges,
    sizes_measured,
    unclear,
    units_spelled,
    wholes_off,
)
from .catalogue import CatalogueIndex
from .grown import grown
from .named_numbers import number_named, plural_size, told_by_number
from .numbers import NUMBER_WORDS, hundreds, number_like, numeral, spelled
from .piece import Kind, Piece
from .pronouns import counts, one_is_a_pronoun
from .signs import ends_sentence, goes_on, introduces, is_bullet, trails_off
from .spoken_codes import spoken_code
from .spoken_sizes import size_at
from .taking_back import SUGGESTING, between_amounts, counts_again, denies, suggests, takes_back
from .talk import HESITATIONS, is_talk_word
from .tokenizing import Phrase, Token, Tokenized, tokenize
from .units import MEASURES, unit_named
from .words import squeeze, stem, word_tokens

__all__ = ["Kind", "Piece", "cut"]

_DOTTED_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}\.\d{2}0$")
_RANGE: Final = re.compile(r"(\d{1,6})[-–](\d{1,6})$")
_GLUED_UNIT: Final = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)$", re.IGNORECASE)
_SYMBOLS: Final[dict[str, Kind]] = {
    ",": "comma", ";": "break", "\n": "break", "!": "break", "?": "break", "•": "break", "|": "break", "·": "break",
    "&": "separator", "+": "separator", ":": "colon", "×": "times", "*": "times", "@": "at", "=": "colon",
}  # fmt: skip
_CURRENCY: Final = frozenset("£$€")
_SHORTEST_NUMBER_CODE: Final = 4
_DOZEN: Final = 12
_CONSONANTS: Final = frozenset("mnl")
_VOWELS: Final = frozenset("aeiou")
_AFTER_AN: Final = frozenset("aeiouhmnlx")
_ONES: Final = frozenset({"1s", "1z", "wons", "wuns"})
"""As in "the spaceboy 1s"."""


def cut(text: str, index: CatalogueIndex, hidden: Sequence[tuple[int, int]] = ()) -> list[Piece]:
    """The pieces of `text`; what lies in the `hidden` spans (dates, references, addresses) becomes a break."""
    tokenized = tokenize(text)
    cutter = _Cutter(text, tokenized, index, hidden)
    pieces = cutter.run()
    plain = packs_apart(wholes_off(units_spelled(bullets_off(prices_off(halves_added(pieces))), index), index))
    plain = packs_first(counts_apart(plain, text, index))
    return ranges(unclear(code_runs(sizes_measured(plain, index), index), index))


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
        self.rows = len(re.findall(r"(?m)^[^|\n]+\|[^|\n]+\|", text))
        """Lines of a pasted table."""

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
        named = self._code(i) or self._spoken(i) or self._size(i)
        named = named or self._named(number_named(self.tokens, i, self.pieces[-1:], self.index), i)
        return named or self._number(i) or self._blob(i)

    def _add(self, kind: Kind, i: int, n: int, **more: object) -> None:
        start, end = self.tokens[i].start, self.tokens[i + n - 1].end
        self.pieces.append(Piece(kind, self.text[start:end], start, end, **more))  # type: ignore[arg-type]

    def _phrase(self, phrase: Phrase) -> bool:
        """Whether the set phrase is one here. A bare "no" or "not" corrects only after a pause ("12, no, 24")."""
        words = self.tokens[phrase.first : phrase.last]
        if words[0].lower in SUGGESTING and not suggests(self.pieces, self.tokens, phrase.last):
            return False
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
            if words[0].lower == "no" and (
                between_amounts(self.pieces, self.tokens, phrase.last)
                or counts_again(self.pieces, self.tokens, phrase.last)
            ):
                self._add("correction", phrase.first, 1)
                return True
            denied = words[0].lower == "not" and denies(self.tokens, phrase.last)
            if before not in ("comma", "break", "noise") and after != "," and not denied:
                return False
            no_pause = (before == "break" and after == ".") or (words[0].lower == "well" and before != "comma")
            if no_pause or self._in_a_name(words[0].lower, after):
                return False
        if words[-1].lower == "with" and (goes_on(self.tokens, phrase.last) or self._joins_a_name(phrase)):
            return False
        self._add(cast(Kind, phrase.label), phrase.first, phrase.last - phrase.first)
        return True

    def _joins_a_name(self, phrase: Phrase) -> bool:
        """Whether some product has the words on either side: "jam jar with pink lid"."""
        beside = [self.tokens[at].lower for at in (phrase.first - 1, phrase.last) if 0 <= at < len(self.tokens)]
        return len(beside) > 1 and self.index.names_with(stem(beside[0]), stem(beside[1]))

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
            if value is not None and text != "+" and not is_bullet(self.text, self.tokens, i):
                self._add("number", i, 2, value=-value)
                return 2
        if text == "." and "." in self._beside(i):
            self._add("noise", i, 1)  # "… 12", "..... 12"
        elif text == ".":
            goes_on = following is not None and following.text[0].islower()
            self._add("noise" if not ends_sentence(self.tokens, i) else "comma" if goes_on else "break", i, 1)
        elif text in "-–—" and introduces(self.tokens, i):
            self._add("colon", i, 1)
        elif text in "-–—" and trails_off(self.tokens, i):
            self._add("comma", i, 1)
        elif text in '"″' and i and self.tokens[i - 1].end == self.tokens[i].start and self.pieces:
            self._inches(i)
        else:
            self._add("noise" if text == "|" and self.rows > 1 else _SYMBOLS.get(text, "noise"), i, 1)
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

    def _code(self, i: int) -> int:
        """A product code, also one typed with a blank in it ("20 104"); 0 if there is none here."""
        token = self.tokens[i]
        for n in (3, 2):
            words = self.tokens[i : i + n]
            if len(words) == n and any(w.text[0].isdigit() for w in words):
                written = ("" if self._is_row(i, n) else " ").join(w.text for w in words)
                dotted = n == 3 and words[1].text == "." and words[0].end + 2 == words[2].start + 1
                whole = all(w.text[0].isalnum() for w in words) or dotted
                entry = self._entry(written.replace(" . ", "")) if whole else None
                if entry and not any(self._entry(w.text) for w in words):
                    self._add("code", i, n, sku=entry)
                    return n
        entry = self._entry(token.text)
        if entry:
            value = numeral(token.text)
            self._add("code", i, 1, sku=entry, value=value)
            return 1
        return 0

    def _is_row(self, i: int, n: int) -> bool:
        """Whether a line is made of these figures and a quantity only, as in a list: "48 138  10"."""
        begins = i == 0 or self.tokens[i - 1].text == "\n"
        ends = i + n + 1 >= len(self.tokens) or self.tokens[i + n + 1].text == "\n"
        if not (begins and ends and i + n < len(self.tokens)):
            return False
        return all(numeral(token.text) is not None for token in self.tokens[i : i + n + 1])

    def _spoken(self, i: int) -> int:
        """A product code said figure by figure; 0 if there is none here."""
        found = spoken_code(self.tokens, i, self._entry)
        if found is None:
            return 0
        self._add("code", i, found[1], sku=found[0])
        return found[1]

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
        if token.text == "1" and one_is_a_pronoun(self.tokens, i, self.index):
            self._add("noise", i, 1)
            return 1
        if value is not None:
            return self._in_figures(i, value)
        words = [self._number_word(t.lower) for t in self.tokens[i : self._before_a_name(i)]]
        if "-" in token.text and all(part in NUMBER_WORDS for part in words[0].split("-")):
            words = words[0].split("-")
            joined = spelled(words)
            if joined and joined[1] == len(words):
                self._add("number", i, 1, value=joined[0])
                return 1
            return 0
        if taken := self._named(plural_size(self.tokens, i, self.index), i) or self._length_of_thread(i, words):
            return taken
        found = spelled(words) or hundreds(words, self.tokens[i - 1].lower if i else "")
        if found and words[0] == "one" and found[1] == 1 and one_is_a_pronoun(self.tokens, i, self.index):
            return self._pronoun(i)
        if not found:
            return 0
        self._add("number", i, found[1], value=found[0])
        if found[1] == 1 and told_by_number(self.tokens, i, f"{found[0]:f}", self.index):
            self.pieces[-1] = replace(self.pieces[-1], kind="word", text=f"{found[0]:f}", value=None)
        return found[1]

    def _named(self, found: tuple[str, int] | None, i: int) -> int:
        """Adds a number that is a word of names; how many tokens it takes, 0 if there is none."""
        if found is None:
            return 0
        self._add("word", i, found[1])
        self.pieces[-1] = replace(self.pieces[-1], text=found[0])
        return found[1]

    def _in_figures(self, i: int, value: Decimal) -> int:
        """As in "12", "2 thousand", "7 and a half"."""
        following = [token.lower for token in self.tokens[i + 1 : i + 4]]
        unit = unit_named(following[0]) if following else None
        if _DOTTED_THOUSANDS.match(self.tokens[i].text) and unit not in MEASURES:
            value *= 1000
        scale = {"hundred": 100, "thousand": 1000, "million": 1_000_000}.get(following[0] if following else "")
        half = following == ["and", "a", "half"]
        taken = 4 if half else 2 if scale else 1
        self._add("number", i, taken, value=value * (scale or 1) + (Decimal("0.5") if half else 0))
        return taken

    def _number_word(self, word: str) -> str:
        """A word as it is spelled, where a misspelt number and nothing else can be meant."""
        meant = number_like(word)
        if meant is None or unit_named(word) or self.index.hears(stem(word)) or is_talk_word(word):
            return word
        return meant

    def _before_a_name(self, i: int) -> int:
        """Where a number in words ends at the latest: "a hundred and forty five dash one oh five" is 100 of 45-105."""
        end = min(len(self.tokens), i + 12)
        for at in range(i + 2, end):
            if self.tokens[at - 1].lower == "and" and self.tokens[at].lower in NUMBER_WORDS and (
                spoken_code(self.tokens, at, self._entry) or size_at(self.tokens, at, self.index.knows)
            ):  # fmt: skip
                return at
            if self.tokens[at - 1].lower == "and" and self._begins_a_line(at):
                return at
        return end

    def _begins_a_line(self, i: int) -> bool:
        """Whether a corrected number ends before the few at i, of something else: "… make it a thousand and two boxes
        of plugs".
        """
        few = spelled([self.tokens[i].lower])
        corrects = bool(self.pieces) and self.pieces[-1].kind == "correction"
        if not corrects or not few or few[0] > _DOZEN or i + 1 >= len(self.tokens):
            return False
        words = [token.lower for token in self.tokens[i + 1 : i + 3]]
        if unit_named(words[0]):
            return words[1:] == ["of"]
        return self.index.knows(stem(words[0])) and all(stem(p.lower) != stem(words[0]) for p in self.pieces)

    def _length_of_thread(self, i: int, words: Sequence[str]) -> int:
        """The length said behind a thread, as in "M12 one fifty", where a product has this size; 0 if there is none."""
        last = self.pieces[-1] if self.pieces else None
        if last is None or last.kind != "word" or not last.lower.startswith("m") or not last.lower[1:].isdigit():
            return 0
        head, rest = spelled(words[:1]), spelled(words[1:])
        if not head or not rest or not 0 < head[0] < 10 or not 20 <= rest[0] < 100:
            return 0
        size = f"{last.lower}x{head[0] * 100 + rest[0]:f}"
        if not self.index.knows(size):
            return 0
        self.pieces[-1] = replace(last, text=size, end=self.tokens[i + rest[1]].end)
        return 1 + rest[1]

    def _pronoun(self, i: int) -> int:
        """Leaves an "one" that stands for a thing to its words, and takes one before a number for no word at all."""
        following = [token.lower for token in self.tokens[i + 1 : i + 4]]
        if not following or not (numeral(following[0]) is not None or counts(following)):
            return 0
        self._add("noise", i, 1)
        return 1

    def _blob(self, i: int) -> int:
        """A word, or a number with something grown onto it: 25m, x40, 40x, 20-104x40, 12xM8."""
        token = self.tokens[i]
        if parts := grown(token.text, self._entry):
            self._parts(token, parts)
        elif self.index.like_codes(token.text):
            self._add("word", i, 1)  # "12-101" where there is 10-101: a code that nothing has
        elif (span := _RANGE.match(token.text)) and int(span[1]) < int(span[2]):
            self._add("range", i, 1)
        elif (match := _GLUED_UNIT.match(token.text)) and (unit_named(match[2]) or match[2].lower() == "no"):
            self._add("number", i, 1, value=Decimal(match[1]), unit=match[2].lower())
        else:
            kind: Kind = (
                "noise" if token.lower in HESITATIONS | _ONES else "separator" if self._and_clipped(i) else "word"
            )
            kind = "correction" if kind == "word" and takes_back(self.tokens, i, self.index) else kind
            self._add("times" if token.lower == "x" and self._times_here(i) else kind, i, 1)
        return 1

    def _and_clipped(self, i: int) -> bool:
        """An "an" before a consonant is an "and": "12 small an 6 large"."""
        following = self.tokens[i + 1].lower if self.tokens[i].lower == "an" and i + 1 < len(self.tokens) else ""
        if following.isalpha() and len(following) > 2 and following[:1] in _CONSONANTS and following[1:2] in _VOWELS:
            return True  # "linen an matching thread", while an "M8 bolt" is an m
        return following[:1].isdigit() or (following.isalpha() and following[:1] not in _AFTER_AN)

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
        return 0 if found is None or (found[1] == 1 and found[0] == self.tokens[i].lower) else self._named(found, i)

    def _times_here(self, i: int) -> bool:
        """An "x" beside a number multiplies: "x 2", "2 x"."""
        near = self.tokens[max(0, i - 1) : i] + self.tokens[i + 1 : i + 2]
        return any(numeral(t.text) is not None or t.lower in NUMBER_WORDS or t.text[0].isdigit() for t in near)
