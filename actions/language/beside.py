"""What stands beside the lines of a message and orders nothing: who writes, an earlier order's number, a street."""

import re
from collections.abc import Iterator
from typing import Final

from .catalogue import CatalogueIndex
from .talk import is_talk_word

Span = tuple[int, int]

_EARLIER_ORDER: Final = re.compile(
    r"\b(?P<how>(?:on|onto|to|into|with|under)\s+(?:(?:the|my|our|their)\s+)?(?:order\s+|invoice\s+)?)"
    r"(?:no\.?\s+|number\s+|#\s*)?(?P<number>[1-9]\d{5,7})"
    r"(?=\s*(?:$|[.,;:!?)\n–-]|(?:please|pls|plz|and|thanks|thank|ta|cheers|too|as\s+well|from|if|for|before|when)\b))",
    re.IGNORECASE,
)
"""As in "put another 24 of them on 574301": six figures or more behind a preposition, and nothing that they count."""
_INTRODUCED: Final = re.compile(
    r"\b(?:it'?s|it\s+is|this\s+is|its|i'?m|i\s+am|my\s+name'?s|my\s+name\s+is)\s+"
    r"(?P<name>[^\W\d_][\w'’-]*)(?:\s+[^\W\d_][\w'’-]*)?(?:\s+here)?\s+(?:over\s+)?(?:from|at)\s+"
    r"(?:(?!(?:we|i|you|um|uh|er|erm|can|could|may|please|need|want|would|just|order|ordering|calling|ringing|wondering"
    r"|looking|after|i'?d|i'?ll|we'?d|we'?ll|we'?re|i'?m|and\s+(?:we|i|i'?d|we'?d|can|could|please))\b)"
    r"[^\W\d_][\w'’-]*(?:\s+&)?\s*){1,6}",
    re.IGNORECASE,
)
"""As in "hello it's Linda from Oakfield Primary um we need forty"."""
_OPENING: Final = 50
"""So far into a message people still say who they are."""
_STREET: Final = re.compile(
    r"\b\d{1,4}[a-zA-Z]?\s+(?P<name>(?:[A-Z][\w'’]+\s+){1,3}(?:Street|Road|Lane|Avenue|Close|Drive|Terrace|Crescent|Row"
    r"|Way|St|Rd|Ave|Ln))\b"
)
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_KNOWN: Final = 0.9


def beside_lines(text: str, index: CatalogueIndex) -> Iterator[Span]:
    """The spans that belong to no line, whatever numbers and names of goods they hold."""
    for match in _EARLIER_ORDER.finditer(text):
        if not index.by_code(match["number"]):
            yield match.span()
    introduced = _INTRODUCED.search(text[: 4 * _OPENING])
    if introduced and introduced.start() < _OPENING and not is_talk_word(introduced["name"].lower()):
        yield introduced.span()
    for match in _STREET.finditer(text):
        best = index.match(match["name"], limit=1)
        if not best or best[0].explained < _KNOWN:
            yield match.span()
    yield from (match.span() for match in _POSTCODE.finditer(text) if not index.by_code(match.group()))
