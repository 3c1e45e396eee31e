"""What an evaluation prints for people: tables; the figures themselves are the JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

_SHARES: Final = (
    ("skill_accuracy", "skill right"),
    ("top3_accuracy", "among the first three"),
    ("answered", "acts without asking"),
    ("answered_accuracy", "right when it acts"),
    ("in_scope_accuracy", "right, in scope"),
    ("out_of_scope_recall", "out of scope recognised"),
    ("order_exact", "orders with every line right"),
    ("order_wrong_unasked", "orders wrong without asking"),
    ("line_f1", "lines, F1"),
)
_MOST_ERRORS: Final = 30


def show(figures: dict[str, Any], console: Console) -> None:
    """The shares, then by skill and style, who is taken for whom, and the costliest errors."""
    table = Table("", "", title=f"{figures['n']} messages, {figures.get('order_messages', 0)} of them orders")
    for key, words in _SHARES:
        if key in figures:
            table.add_row(words, f"{figures[key]:.1%}")
    if "cost" in figures:
        table.add_row("cost of a message, in questions", f"{figures['cost']:.3f}")
    console.print(table)
    for key in ("by_skill", "by_style"):
        if figures.get(key):
            console.print(_groups(key.removeprefix("by_"), figures[key]))
    if figures.get("confusions"):
        console.print(_confusions(figures["confusions"]))
    for error in sorted(figures.get("errors", ()), key=lambda error: -float(error.get("cost", 1)))[:_MOST_ERRORS]:
        console.print(_sentence(error), highlight=False, markup=False)


def _groups(what: str, groups: dict[str, dict[str, Any]]) -> Table:
    columns = list(dict.fromkeys(key for group in groups.values() for key in group))
    table = Table(what, *(column.replace("_", " ") for column in columns))
    for name, group in groups.items():
        cells = (_cell(group.get(column)) for column in columns)
        table.add_row(name, *cells)
    return table


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.1%}" if isinstance(value, float) else str(value)


def _confusions(confusions: Sequence[dict[str, Any]]) -> Table:
    table = Table("meant", "read as", "times", title="Taken for something else")
    for one in confusions[:_MOST_ERRORS]:
        table.add_row(one["meant"], one["read"], str(one["times"]))
    return table


def _sentence(error: dict[str, Any]) -> str:
    if "read" in error and isinstance(error["read"], str):
        read = f"meant {error['skill']}, read {error['read']} ({error['confidence']:.2f})"
        return f"{error['outcome']}: {error['text']!r} {read}"
    return f"{error['outcome']}: {error['text']!r}"
