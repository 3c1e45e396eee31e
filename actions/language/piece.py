"""One meaningful piece of a message; offsets always point into the text."""

from dataclasses import dataclass, field
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
    lower: str = field(init=False, repr=False, compare=False)
    """The text in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", self.text.lower())
