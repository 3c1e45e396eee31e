"""A reply as plain text (terminal, and Telegram where HTML is refused) and as Telegram's HTML.

Telegram's HTML knows <b>, <a> and <pre>, and no tables; see https://core.telegram.org/bots/api#html-style. Narrow grids
are set in <pre>; a wide one would be wrapped by a phone and is shown as a list instead.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from itertools import zip_longest
from typing import assert_never
from urllib.parse import urljoin, urlsplit

from backend.chat.cards import Card, Reply
from backend.chat.channels import texts
from backend.chat.channels.blocks import Block, Entry, Grid, Labelled, Link, Listing, Sentence, Title
from backend.chat.channels.cards_as_blocks import blocks_of

PHONE_WIDTH = 38  # characters of <pre> that a phone shows without wrapping
NAME_WIDTH = 44  # longer names are not padded to
DASH = "–"
GAP = "  "
_HIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # marks that turn the reading direction


def clean(text: str) -> str:
    """Text without what could drive a terminal or break an encoding: controls, direction marks, surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        each
        for each in text
        if each == "\n" or (unicodedata.category(each) not in {"Cc", "Cs"} and ord(each) not in _HIDDEN)
    )


def as_text(reply: Reply, base: str = "") -> str:
    """A reply without its buttons, as plain text; relative addresses are made whole with ``base``."""
    parts = [reply.text.strip()]
    if reply.card is not None:
        parts.append("\n".join(line for block in blocks_of(reply.card) for line in _as_lines(block, base)))
    parts.append("\n".join(line for link in _links(reply) for line in _as_lines(link, base)))
    return clean("\n\n".join(part for part in parts if part))


def as_html(reply: Reply, base: str = "") -> str:
    """A reply without its buttons, for Telegram's parse mode HTML; everything that is not ours is escaped.

    Addresses of ours that carry their own signature are made whole with ``base``; others need a sign-in.
    """
    parts = [_safe(reply.text.strip())]
    if reply.card is not None:
        parts.append(card_as_html(reply.card, base))
    parts.append("\n".join(_as_html(link, base) for link in _links(reply)))
    return "\n\n".join(part for part in parts if part)


def card_as_html(card: Card, base: str = "") -> str:
    """A card for Telegram's parse mode HTML."""
    return "\n".join(_as_html(block, base) for block in blocks_of(card))


def _links(reply: Reply) -> Iterator[Link]:
    if reply.image and not reply.image.startswith("data:"):
        yield Link(texts.PICTURE, reply.image)
    for attachment in reply.attachments:
        yield Link(attachment.title, attachment.url)


def _safe(text: str) -> str:
    return escape(clean(text), quote=False)


# Plain text


def _as_lines(block: Block, base: str) -> list[str]:
    match block:
        case Title(text) | Sentence(text):
            return [text]
        case Listing(entries, labels):
            return _list_lines(entries, labels)
        case Grid():
            return _grid_lines(block)
        case Labelled(facts):
            width = max((len(label) for label, _ in facts), default=0) + 1
            return [f"{label + ':':<{width}} {value}" for label, value in facts]
        case Link(title, url):
            return [f"{title}: {urljoin(base, url) if base else url}"]
    assert_never(block)


def _list_lines(entries: Sequence[Entry], labels: Sequence[str]) -> list[str]:
    heads = [label for label, _ in zip_longest(labels, entries, fillvalue=DASH)] if labels else [DASH] * len(entries)
    indent = max(map(len, heads), default=0) + 1
    names = max((len(entry.name) for entry in entries if len(entry.name) <= NAME_WIDTH), default=0)
    columns = max((len(entry.figures) for entry in entries), default=0)
    widths = [max(len(entry.figures[at]) for entry in entries if at < len(entry.figures)) for at in range(columns)]
    lines = []
    for head, entry in zip(heads, entries, strict=True):
        padded = [figure.rjust(width) for figure, width in zip(entry.figures, widths, strict=False)]
        figures = (" " if entry.is_sum else GAP).join(padded)
        tail = GAP.join(part for part in (figures, entry.remark) if part.strip())
        name = entry.name.ljust(names) if tail else entry.name
        lines.append(f"{head:<{indent}}{name}{GAP}{tail}".rstrip())
        lines += [" " * indent + line for line in entry.beneath]
    return lines


def _grid_lines(grid: Grid, gap: str = GAP) -> list[str]:
    table = [grid.columns, *grid.rows] if any(grid.columns) else [*grid.rows]
    widths = [max(len(row[at]) for row in table) for at in range(len(grid.columns))]
    return [
        gap.join(
            cell.rjust(width) if at in grid.numeric else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


# Telegram's HTML


def _as_html(block: Block, base: str) -> str:
    match block:
        case Title(text):
            return f"<b>{_safe(text)}</b>"
        case Sentence(text, strong):
            return f"<b>{_safe(text)}</b>" if strong else _safe(text)
        case Listing(entries, labels):
            heads = labels or (DASH,) * len(entries)
            return "\n".join(_entry_html(head, entry) for head, entry in zip(heads, entries, strict=True))
        case Grid():
            return _grid_html(block)
        case Labelled(facts):
            return "\n".join(f"{_safe(label)}: {_safe(value)}" for label, value in facts)
        case Link(title, url):
            return _link_html(title, urljoin(base, url) if base and _SIGNED in url else url)
    assert_never(block)


def _entry_html(head: str, entry: Entry) -> str:
    figures = (" " if entry.is_sum else ", ").join(figure for figure in entry.figures if figure)
    numbers = ", ".join(part for part in (figures, entry.remark) if part)
    beneath = [line for line in (numbers, *entry.beneath) if line]
    name = f"<b>{_safe(entry.name)}</b>" if beneath else _safe(entry.name)
    return "\n".join([f"{_safe(head)} {name}", *map(_safe, beneath)])


def _grid_html(grid: Grid) -> str:
    lines = _grid_lines(grid, gap=" ")
    if max(map(len, lines), default=0) <= PHONE_WIDTH:
        return f"<pre>{_safe(chr(10).join(lines))}</pre>"
    entries = [Entry(row[0], beneath=_named_cells(grid.columns[1:], row[1:])) for row in grid.rows]
    return "\n".join(_entry_html(DASH, entry) for entry in entries)


def _named_cells(columns: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    named = [f"{column}: {cell}" if column else cell for column, cell in zip(columns, cells, strict=True) if cell]
    return (", ".join(named),) if named else ()


_SIGNED = "?token="


def _link_html(title: str, url: str) -> str:
    """A link where it leads somewhere without a sign-in; ours need one, so they are fetched on the page."""
    try:
        whole = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        whole = False
    if not whole:
        return _safe(texts.ON_THE_PAGE.format(title=title))
    return f'<a href="{escape(clean(url), quote=True)}">{_safe(title)}</a>'
