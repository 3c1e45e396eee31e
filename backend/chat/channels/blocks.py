"""What a card says, before anyone decides how it looks: titles, sentences, lists, grids and links.

``rendering`` turns these few shapes into plain text and into Telegram's HTML, so that a new kind of card is described
once, in ``cards_as_blocks``, and shows in every channel.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

TIMES = "×"


@dataclass(frozen=True)
class Title:
    """The heading of a card."""

    text: str


@dataclass(frozen=True)
class Sentence:
    """A line of prose; ``strong`` where it must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing of a list: its name, figures that stand under each other, a remark, and lines beneath.

    Where "×" is among the figures they are a sum ("60 × £0.12 = £7.20"), else facts beside each other.
    """

    name: str
    figures: tuple[str, ...] = ()
    remark: str = ""
    beneath: tuple[str, ...] = ()

    @property
    def is_sum(self) -> bool:
        """Whether the figures add up to the last of them."""
        return TIMES in self.figures


@dataclass(frozen=True)
class Listing:
    """Things under each other, with the labels that people refer to ("1.") or with dashes."""

    entries: tuple[Entry, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Rows and columns; the columns in ``numeric`` are set to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Labelled:
    """Values with their labels."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Link:
    """Something to fetch; ``url`` may be relative to the page's address."""

    title: str
    url: str


Block = Title | Sentence | Listing | Grid | Labelled | Link

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(moment: date) -> str:
    """31 Jul 2025."""
    return f"{moment.day} {moment:%b %Y}"


def period(text: str) -> str:
    """A period as people read it: "2025-07" as "Jul 2025", a day as a day, anything else as it is."""
    try:
        if _MONTH.fullmatch(text):
            return f"{date.fromisoformat(f'{text}-01'):%b %Y}"
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text))
    except ValueError:
        pass
    return text


def number(value: float | None) -> str:
    """A number with thousands separators and at most one decimal, none from 100 on."""
    if value is None or not math.isfinite(value):
        return "–"
    rounded = round(value) if abs(value) >= 100 else round(value, 1)
    return f"{rounded:,}".removesuffix(".0") if rounded else "0"


def joined(*parts: str | None) -> str:
    """The parts that say something, with commas between."""
    return ", ".join(part for part in parts if part)
