"""Words that contradict the goods they are taken for: "the red thread", where the order has the navy one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from actions.language.words import STOP_WORDS, contrast_classes, tokens
from backend.catalogue.tables import Product

_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")


def said_otherwise(text: str, product: Product, family: Iterable[Product]) -> str | None:
    """What ``text`` says of a product that is true of another one, as it was said; None where nothing is.

    It is said of another product of its ``family`` (a colour, a size, any option or word of its name), or it is of a
    kind of which the product has another: a colour, a metal, a cloth, a side, a head, a size written alike.
    """
    said, own = _words(text), _words_of(product)
    odd = [word for word in said if word not in own]
    if not odd:
        return None
    others = [other for other in family if other.id != product.id]
    values = _values(said, odd, product, others)
    if values:
        return values[0]
    theirs = {word for other in others for word in _words_of(other)}
    kinds = {_kind(word) for word in own} - {None}
    wrong = [word for word in odd if word in theirs or _kind(word) in kinds]
    return " ".join(_as_said(text, word) for word in wrong) or None


def is_kind_of(text: str, product: Product) -> bool:
    """Whether a word of ``text`` names what the product is, and not only a colour or a size of it."""
    return any(word.isalpha() and _kind(word) is None for word in set(_words(text)) & _words_of(product))


def _kind(word: str) -> str | None:
    """What a word excludes others of: a class such as colours, or the shape of a size ("m8x40" is as "m8x50")."""
    if any(letter.isdigit() for letter in word):
        return None if word.isdigit() else _FIGURE.sub("9", word)
    return contrast_classes().get(word)


def _values(said: Sequence[str], odd: Sequence[str], product: Product, others: Sequence[Product]) -> list[str]:
    """Options of others that are said and that the product has otherwise, the most telling first."""
    found: dict[str, int] = {}
    for other in others:
        for key, value in _options(other).items():
            words = _words(str(value))
            if value != _options(product).get(key) and set(words) <= set(said) and set(words) & set(odd):
                found[str(value)] = len(words)
    return sorted(found, key=lambda value: -found[value])


def _options(product: Product) -> dict[str, Any]:
    return product.options or {}


def _words(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS]


def _words_of(product: Product) -> set[str]:
    options = " ".join(str(value) for value in _options(product).values())
    return set(_words(f"{product.name} {options} {' '.join(alias.text for alias in product.aliases)}"))


def _as_said(text: str, word: str) -> str:
    return next((raw.strip(".,;:!?") for raw in text.split() if word in tokens(raw)), word)
