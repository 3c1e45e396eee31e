"""Whether somebody wants to fetch what they order: "we'll pick it up", "for collection"."""

import re
from typing import Final

_COLLECTS: Final = re.compile(
    r"\b(?:i|we|they|he|she|customer|driver|lads|someone|somebody|(?:our|my)\s+(?!couriers?\b|carriers?\b)\w{1,15})(?:['’]?(?:ll|d|re)|\s+(?:will|can|could|would|may|might|want|are|is|am))\b"
    r"[^.?!]{0,20}\b(?:collect(?:ing)?|pick(?:ing)?\s+(?:\w+\s+){0,2}up(?!\s+\d)|(?:come|coming)\s+(?:and|to)\s+(?:get|fetch|collect)|fetch(?:ing)?)\b"
    r"|\b(?:can|could|may|shall)\s+(?:i|we|they|he|she)\s+(?:\w+\s+)?(?:collect|pick\s+(?:\w+\s+){0,2}up|fetch)\b"
    r"|\bclick\s+(?:and|&|n)\s+collect\b|\b(?:customer|own)\s+collect(?:s|ion)?\b"
    r"|\b(?:do|offer|have|possible|option)\b[^.?!]{0,20}\bcollections?\b|\bfor\s+collection\b|^\W*collection\b",
    re.IGNORECASE,
)
_COMES_BACK: Final = re.compile(
    r"\b(?:returns?|returned|back|faulty|damaged|broken|wrong|payments?|money|invoices?|refund\w*|debts?|delivered)\b",
    re.IGNORECASE,
)


def is_to_be_collected(text: str) -> bool:
    """Whether goods that are ordered are to be fetched from us; what comes back to us is fetched by us."""
    return _COLLECTS.search(text) is not None and _COMES_BACK.search(text) is None
