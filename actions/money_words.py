"""Sums of money as people say them: £20, 20 pounds, twenty quid, a tenner, 12.50, half of it, all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from actions.language.numbers import numeral, spelled

_SYMBOLS: Final = {"£": "GBP", "$": "USD", "€": "EUR"}
_UNITS: Final = {
    **dict.fromkeys(("pound", "pounds", "quid", "sterling", "gbp"), "GBP"),
    **dict.fromkeys(("euro", "euros", "eur"), "EUR"),
    **dict.fromkeys(("dollar", "dollars", "usd", "bucks"), "USD"),
}
_NOTES: Final = {"fiver": 5, "fivers": 5, "tenner": 10, "tenners": 10}
_PENCE: Final = frozenset({"p", "pence"})
_THOUSAND: Final = "grand"
_FEWEST_IN_WORDS: Final = 10  # "one of them" is no sum
_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?k?"
_SIGNED: Final = re.compile(
    rf"(?P<less>[-−]\s?)?(?P<symbol>[£$€])\s?(?P<under>[-−])?(?P<number>{_NUMBER})\b", re.IGNORECASE
)
_WORD: Final = re.compile(rf"[-−]?{_NUMBER}|[^\W\d_]+(?:'[^\W\d_]+)?|[^\w\s]", re.IGNORECASE)
_CODED: Final = re.compile(r"\b[A-Za-z]{1,4}[\s#:.-]{0,3}\d{3,12}\b|\b[A-Za-z]+\d[\w-]*|\b\d+-[\w-]+|\b\d{5,}\b")
_ALL: Final = re.compile(
    r"\b(?:all|everything|the\s+(?:lot|rest)|whole|full(?:y)?|entire(?:ty)?|complete(?:ly)?)\b", re.IGNORECASE
)
_HALF: Final = re.compile(r"\bhalf\b", re.IGNORECASE)
_LONGEST_NUMBER: Final = 8


@dataclass(frozen=True)
class Money:
    """A sum that was said, where in the text, and in which currency; None where none was named."""

    amount: Decimal
    start: int
    end: int
    currency: str | None = None


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


def read_money(text: str, *, bare: bool = False) -> Money | None:
    """The first sum of money in a text; ``bare``: else the only number in it that is no code and no paper's number.

    >>> read_money("give them twenty quid").amount
    Decimal('20')
    """
    found = sorted([*_with_symbol(text), *_with_unit(text)], key=lambda one: (one.start, -one.end))
    if found:
        return found[0]
    return _only_number(text) if bare else None


def is_all(text: str) -> bool:
    """Whether all of it is asked for in so many words."""
    return _ALL.search(text) is not None


def is_half(text: str) -> bool:
    """Whether half of it is."""
    return _HALF.search(text) is not None


def _with_symbol(text: str) -> Iterator[Money]:
    for match in _SIGNED.finditer(text):
        value = numeral(match["number"])
        if value is not None:
            less = bool(match["less"] or match["under"])
            yield Money(-value if less else value, match.start(), match.end(), _SYMBOLS[match["symbol"]])


def _with_unit(text: str) -> Iterator[Money]:
    words = [_Token(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(text)]
    for at, word in enumerate(words):
        if word.text in _NOTES:
            count, start = _before(words, at) or (Decimal(1), at)
            yield Money(count * _NOTES[word.text], words[start].start, word.end)
        elif word.text == _THOUSAND and (number := _before(words, at)) is not None:
            yield Money(number[0] * 1000, words[number[1]].start, word.end)
        elif word.text in _UNITS:
            number = _before(words, at)
            if number is not None:
                pence, last = _pence_after(words, at)
                yield Money(number[0] + pence, words[number[1]].start, words[last].end, _UNITS[word.text])


def _before(words: list[_Token], at: int) -> tuple[Decimal, int] | None:
    """The number that ends right before a word, the longest there is, and where it begins."""
    for start in range(max(0, at - _LONGEST_NUMBER), at):
        said = [word.text for word in words[start:at] if word.text != "-"]
        read = spelled(said) if said else None
        if read is not None and read[1] == len(said):
            return read[0], start
    value = numeral(words[at - 1].text) if at else None
    if value is not None:
        return value, at - 1
    return (Decimal(1), at - 1) if at and words[at - 1].text in ("a", "one") else None


def _pence_after(words: list[_Token], at: int) -> tuple[Decimal, int]:
    """What pence follow the pounds ("20 pounds and 50p", "one pound fifty"), and the last word of it."""
    after = at + 1 if [word.text for word in words[at + 1 : at + 2]] != ["and"] else at + 2
    if after + 1 < len(words) and words[after + 1].text in _PENCE:
        value = numeral(words[after].text)
        if value is not None and 0 < value < 100:
            return value / 100, after + 1
    read = spelled([word.text for word in words[at + 1 : at + 3]])
    if read is not None and _FEWEST_IN_WORDS <= read[0] < 100:
        return read[0] / 100, at + read[1]
    return Decimal(0), at


def _only_number(text: str) -> Money | None:
    blank = _CODED.sub(lambda match: " " * len(match.group()), text)
    words = [_Token(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(blank)]
    numbers = [(value, word, word) for word in words if (value := numeral(word.text)) is not None]
    if not numbers:
        numbers = list(_in_words(words))
    if len(numbers) != 1:
        return None
    value, first, last = numbers[0]
    return Money(value, first.start, last.end)


def _in_words(words: list[_Token]) -> Iterator[tuple[Decimal, _Token, _Token]]:
    at = 0
    while at < len(words):
        read = spelled([word.text for word in words[at : at + _LONGEST_NUMBER]])
        if read is not None and read[0] >= _FEWEST_IN_WORDS:
            yield read[0], words[at], words[at + read[1] - 1]
        at += read[1] if read is not None else 1
