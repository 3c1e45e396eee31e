"""What stands on a paper, ready to set: text and amounts in words people read, free of how it looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.papers.kinds import TITLES, Kind


@dataclass(frozen=True)
class Letterhead:
    """Who sends the paper; ``tax_word`` is what the country calls its tax on sales (VAT, or plainly tax)."""

    name: str
    address: tuple[str, ...] = ()
    email: str | None = None
    tax_number: str | None = None
    tax_word: str = "Tax"
    bank: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A labelled value beside the address: a number, a date."""

    label: str
    value: str


@dataclass(frozen=True)
class Column:
    """A column of the table; ``width`` in millimetres, 0 for the one that takes what is left."""

    title: str
    width: float = 0
    right: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the table, a cell per column; ``notes`` stand small under the widest cell."""

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Amount:
    """A part of the total; the total itself is ``strong``."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Content:
    """A paper.

    ``deliver_to`` and ``pay_to`` are lines of an address and of bank details; ``notices`` stand before the table,
    ``closing`` after the totals; ``signatures`` are what is to be filled in by hand.
    """

    kind: Kind
    number: str
    dated: date
    letterhead: Letterhead
    addressee: tuple[str, ...]
    facts: tuple[Fact, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    deliver_to: tuple[str, ...] = ()
    pay_to: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the paper is called."""
        return TITLES[self.kind]
