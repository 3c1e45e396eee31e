"""Lists come in pages: ``{items, next}``, where ``next`` is handed back as ``after``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, takewhile
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

DOCUMENTS: Final = 20  # on a page of documents, which carry their lines: a wholesaler's orders have some 25 each
OTHERS: Final = 50
LINES: Final = 500  # on a page at most, of all its documents together; a document is always whole
Limit = Annotated[
    int, Query(ge=1, le=200, description="How many items at most; documents with many lines make shorter pages.")
]
After = Annotated[str | None, Query(max_length=80, description="The `next` of the page before.")]
Search = Annotated[str | None, Query(max_length=100, description="Words or a code to look for.")]


Row = TypeVar("Row")
Item = TypeVar("Item", bound=BaseModel)


class Page(BaseModel, Generic[Item]):
    """A page of a list; ``next`` is None on the last one."""

    items: list[Item]
    next: str | None = None


def page_of(rows: Sequence[Row], limit: int, show: Callable[[Row], Item], key: Callable[[Row], object]) -> Page[Item]:
    """Make a page from rows that were asked for with one more than ``limit``."""
    shown = rows[:limit]
    following = str(key(shown[-1])) if len(rows) > limit and shown else None
    return Page(items=[show(row) for row in shown], next=following)


def with_room(keys: Sequence[int], counts: Mapping[int, int]) -> list[int]:
    """The keys of the documents that a page has room for, from the first on, given how many lines each has."""
    return list(keys[: fitting(counts.get(key, 0) for key in keys)])


def fitting(counts: Iterable[int]) -> int:
    """How many documents a page has room for, given how many lines each has: the first always fits."""
    sums = accumulate(counts)
    return max(1, sum(1 for _ in takewhile(lambda lines: lines <= LINES, sums)))
