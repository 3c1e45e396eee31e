"""What stands on a PDF, as a reader takes it off."""

from __future__ import annotations

import io

from pypdf import PdfReader

from backend.papers import service
from backend.papers.content import Column, Content, Fact, Letterhead, Row
from backend.papers.kinds import Kind
from backend.papers.layout import typeset
from tests.backend.papers.documents import NUMBERS, date
from tests.backend.world import World

COLUMNS = (Column("Pos", 9), Column("SKU", 21), Column("Description"), Column("Amount GBP", 24, right=True))


def pages(file: bytes) -> list[list[str]]:
    """The lines of each page, top to bottom as they were set."""
    reader = PdfReader(io.BytesIO(file))
    return [[line.strip() for line in page.extract_text().splitlines() if line.strip()] for page in reader.pages]


def lines(file: bytes) -> list[str]:
    """The lines of all pages."""
    return [line for page in pages(file) for line in page]


def joined(file: bytes) -> str:
    """All text in one line, as a name may be broken anywhere."""
    return " ".join(lines(file))


def printed(world: World, kind: Kind, email: str = "manager@test", number: str | None = None) -> list[str]:
    """The lines of a document's paper, from its title on, without what stands on every page."""
    with world.reading(email) as work:
        found = lines(service.paper(work, kind, number or NUMBERS[kind]).content)
    title = next(place for place, line in enumerate(found) if line.endswith(number or NUMBERS[kind]) and " " in line)
    return [line for line in found[title:] if not line.startswith("Page ")]


def facts(world: World, kind: Kind, email: str = "manager@test") -> dict[str, str]:
    """The labelled values of a document's paper."""
    with world.reading(email) as work:
        return {fact.label: fact.value for fact in service.written(work, kind, NUMBERS[kind]).facts}


def sample(rows: tuple[Row, ...], **more: object) -> Content:
    """A paper with these lines."""
    content: dict[str, object] = {
        "kind": Kind.INVOICE,
        "number": "INV-1",
        "dated": date(2026, 6, 17),
        "letterhead": Letterhead("Test & Sons", ("1 High Street", "Leeds"), tax_word="VAT"),
        "addressee": ("Ferndale Joinery", "12 Mill Lane"),
        "facts": (Fact("Invoice", "INV-1"),),
        "columns": COLUMNS,
        "rows": rows,
        **more,
    }
    return Content(**content)  # type: ignore[arg-type]


def set_lines(rows: tuple[Row, ...], **more: object) -> bytes:
    """Its PDF."""
    return typeset(sample(rows, **more))
