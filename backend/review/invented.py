"""Personal data out of a message, invented ones in: what was said stays, whom it was about goes.

The stand-ins are reserved for fiction: RFC 2606's domains, the telephone numbers that Ofcom sets aside for drama, and a
postcode area that is not in use. Which of them is taken depends only on the rest of the message, so that a message
comes out the same each time and tells nothing of what it held.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

EMAILS: Final = (
    "jo@example.com", "orders@example.com", "sam.taylor@example.org", "accounts@example.net", "alex@example.org",
)  # fmt: skip
PHONES: Final = ("01632 960123", "07700 900456", "020 7946 0812", "0113 496 0345", "07700 900871")
POSTCODES: Final = ("ZZ1 1AA", "ZZ12 4BB", "ZZ9 7CD")
PEOPLE: Final = ("Sam", "Alex", "Jo", "Chris", "Pat")
COMPANIES: Final = ("Brook & Hill", "Oakfield Trading", "Marsh Lane Stores", "Kestrel Works")
LEAST_NAME: Final = 3  # letters; shorter names are words too often

_DOCUMENT: Final = re.compile(r"\b(SO|PO|SH|RT|QU|INV|CN|PAY|IQ|ST)([-\s#]{0,2})(\d{3,})\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(
    r"\b((?:(?:purchase\s+)?order|p\.?o\.?|ref(?:erence)?|account|acct?|a/c|invoice|card|vat|order)"
    r"(?:\s+(?:no|num|number|nr))?\.?\s*(?:is|:|=|#)?\s*#?)([A-Z]{0,4}[-/]?\d[\dA-Z/-]{3,})\b",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*")
_PHONE: Final = re.compile(r"(?<![\w.,/-])(?:\+\d{1,3}|00\d{1,3}|\(?0)[\s().-]?(?:\d[\s().-]?){8,12}(?!\w)")
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)  # not "M8 5mm"
_ACCOUNT: Final = re.compile(r"\b(?:\d[ -]?){11,30}\d\b|\b[A-Z]{2}\d{2}(?:\s?[\dA-Z]{4}){3,7}\b")
_ADDRESS: Final = re.compile(r"\bhttps?://\S+", re.IGNORECASE)


def without_personal_data(text: str, people: Iterable[str] = (), companies: Iterable[str] = ()) -> str:
    """A message with invented e-mail addresses, telephone, document and account numbers, postcodes and names.

    ``people`` and ``companies`` are the names that may be in it: nobody's name can be told from a word otherwise.
    """
    choice = _Choice(text)
    text = _ADDRESS.sub("https://example.com/", text)
    text = _EMAIL.sub(lambda _found: choice.of(EMAILS), text)
    text = _PHONE.sub(lambda _found: choice.of(PHONES), text)
    text = _DOCUMENT.sub(lambda found: found[1] + found[2] + choice.digits(len(found[3])), text)
    text = _REFERENCE.sub(lambda found: found[1] + choice.like(found[2]), text)
    text = _ACCOUNT.sub(lambda found: choice.like(found[0]), text)
    text = _POSTCODE.sub(lambda _found: choice.of(POSTCODES), text)
    text = _named(text, companies, lambda: choice.of(COMPANIES))
    return _named(text, _name_parts(people), lambda: choice.of(PEOPLE))


def _named(text: str, names: Iterable[str], stand_in: Callable[[], str]) -> str:
    folded = text.casefold()
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) >= LEAST_NAME and name.casefold() in folded:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _found: stand_in(), text, flags=re.IGNORECASE)
    return text


def _name_parts(people: Iterable[str]) -> list[str]:
    """Whole names, and each part of one."""
    return [part for name in people for part in (name, *name.split())]


class _Choice:
    """Picks stand-ins by what is left of a message when everything with a digit or an @ in it is taken out."""

    def __init__(self, text: str) -> None:
        rest = " ".join(word for word in text.casefold().split() if not re.search(r"[\d@]", word))
        self._seed = int.from_bytes(hashlib.sha256(rest.encode()).digest()[:8], "big")

    def of(self, stand_ins: Sequence[str]) -> str:
        """One of several."""
        return stand_ins[self._seed % len(stand_ins)]

    def digits(self, count: int) -> str:
        """As many digits, the first of them not 0."""
        return "".join(str((self._seed >> 3 * place) % 9 + (place == 0)) for place in range(count))

    def like(self, number: str) -> str:
        """A number of the same shape: digits for digits, the rest as it is."""
        digits = iter(self.digits(sum(each.isdigit() for each in number)))
        return "".join(next(digits) if each.isdigit() else each for each in number)
