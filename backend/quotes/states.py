"""The states of inquiries and quotes, and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.machines import Machine
from backend.quotes.tables import Inquiry, Quote

INQUIRY: Final = Machine(
    "inquiry",
    "inquiry",
    {
        "open": frozenset({"answered", "quoted", "closed"}),
        "answered": frozenset({"quoted", "closed", "open"}),
        "quoted": frozenset({"closed"}),
        "closed": frozenset(),
    },
)
QUOTE: Final = Machine(
    "quote",
    "quote",
    {
        "draft": frozenset({"sent", "declined"}),
        "sent": frozenset({"accepted", "declined", "expired"}),
        "accepted": frozenset(),
        "declined": frozenset(),
        "expired": frozenset(),
    },
)
MACHINES: Final = (INQUIRY, QUOTE)

INQUIRY.guard(Inquiry.state)
QUOTE.guard(Quote.state)
