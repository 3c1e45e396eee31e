"""Why, as far as a message says so: "refuse PAY-100012 because …", "reject PO-100004: too dear"."""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 200
_BECAUSE: Final = re.compile(
    r"\b(?:because|since|as)\b\s*(?P<why>.+)$|[:,;]\s*(?P<said>[^:]{4,})$|\s-\s+(?P<dash>.{4,})$",
    re.IGNORECASE | re.DOTALL,
)


def split_reason(text: str) -> tuple[str, str]:
    """A message without its reason, and the reason; "" where none is said.

    >>> split_reason("refuse PAY-100012 because the bank details are missing.")
    ('refuse PAY-100012', 'the bank details are missing')
    """
    why = _BECAUSE.search(text)
    if why is None:
        return text, ""
    reason = why["why"] or why["said"] or why["dash"]
    return text[: why.start()].rstrip(), " ".join(reason.split()).rstrip(" .")[:MOST]
