"""One meaningful piece of a message; offsets always point into the text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

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
