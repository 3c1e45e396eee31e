"""Order lines as read beside order lines as meant.

A line is **right** where its product and quantity are; where the meaning is truly open, a question is right as well. A
message is **exact** if every line is right and none is too many. It is **wrong unasked** if something that is not meant
would be booked without a question, or something that is meant would silently not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from actions.evaluation.messages import ExpectedLine, Labelled
from actions.language.orders import ReadLine

_NO_QUANTITY = "no_quantity"


@dataclass(frozen=True)
class Booked:
    """A line as it was read. ``asks``: it is put as a question instead of booked."""

    sku: str | None
    quantity: int | None
    candidates: tuple[str, ...]
    asks: bool

    @classmethod
    def of(cls, line: ReadLine) -> Booked:
        """What the assistant does with a line: book it, or ask."""
        candidates = tuple(candidate.sku for candidate in line.candidates)
        return cls(line.sku, line.quantity, candidates, line.problem is not None)


@dataclass(frozen=True)
class Compared:
    """One message. ``found`` counts the lines that are right."""

    message: Labelled
    read: tuple[Booked, ...]
    found: int
    exact: bool
    wrong_unasked: bool


def compare(message: Labelled, read: Sequence[Booked]) -> Compared:
    """Pair what was read with what is meant, each line once, the surest pairs first."""
    expected = list(message.lines or ())
    left = list(read)
    found = 0
    open_lines: list[ExpectedLine] = []
    for line in expected:
        match = next((one for one in left if right(line, one)), None)
        if match is None:
            open_lines.append(line)
        else:
            left.remove(match)
            found += 1
    booked_wrongly = any(not one.asks for one in left)
    # a line that is missed silently is as wrong as a wrong one; a question in its place shows that something is open
    silently_missed = sum(1 for line in open_lines if line.right or line.quantity is not None) > sum(
        1 for one in left if one.asks
    )
    return Compared(message, tuple(read), found, not open_lines and not left, booked_wrongly or silently_missed)


def right(expected: ExpectedLine, read: Booked) -> bool:
    """Whether a line was read as it is meant, or rightly asked about."""
    if not expected.right:  # nobody has it: it must not be booked
        return read.asks and read.sku is None
    if read.sku is None:
        return expected.may_be_asked and read.asks and bool(expected.right & set(read.candidates))
    if read.sku not in expected.right:
        return False
    if expected.quantity is None:
        return read.asks or read.quantity is None
    return read.quantity == expected.quantity and not (read.asks and read.quantity is None)


def figures(compared: Sequence[Compared]) -> dict[str, Any]:
    """Shares over all messages, and by style; ``line_f1`` over all lines."""
    meant = sum(len(one.message.lines or ()) for one in compared)
    read = sum(len(one.read) for one in compared)
    found = sum(one.found for one in compared)
    styles = sorted({one.message.style for one in compared})
    return {
        "order_messages": len(compared),
        "order_exact": _share(one.exact for one in compared),
        "order_wrong_unasked": _share(one.wrong_unasked for one in compared),
        "line_f1": 2 * found / (meant + read) if meant + read else 0.0,
        "by_style": {
            style: {
                "n": len(own := [one for one in compared if one.message.style == style]),
                "order_exact": _share(one.exact for one in own),
                "order_wrong_unasked": _share(one.wrong_unasked for one in own),
            }
            for style in styles
        },
    }


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
