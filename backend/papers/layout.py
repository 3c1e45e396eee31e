"""Sets a paper on A4: letterhead, address for a window envelope, facts, a table over pages, totals."""

from __future__ import annotations

import io
from functools import partial
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageTemplate,
    Spacer,
    Table,
)

from backend.papers.content import Column, Content, Fact, Row
from backend.papers.typesetting import (
    ACCENT,
    BODY,
    BOLD,
    HAIRLINE,
    INK,
    QUIET,
    REGULAR,
    SMALL,
    TINT,
    cell,
    clean,
    cut,
    described,
    one_line,
    paragraph,
    prepare_fonts,
)

WIDTH, HEIGHT = A4
LEFT: Final = 20 * mm
RIGHT: Final = WIDTH - 16 * mm
INNER: Final = RIGHT - LEFT
BOTTOM: Final = 24 * mm
FIRST_TOP: Final = HEIGHT - 44 * mm  # the address begins here, 44 mm down, where a window envelope shows it
NEXT_TOP: Final = HEIGHT - 26 * mm
WINDOW: Final = 88 * mm
WINDOW_HEIGHT: Final = 42 * mm
LANGUAGE: Final = "en-GB"
_BARE: Final = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
_PADDING: Final = 3


class _Numbered(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Holds finished pages back until it is known how many there are."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the canvas's name
        """Keep the page."""
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the pages and write them."""
        pages = self._held
        for number, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            self.setFont(REGULAR, SMALL)
            self.setFillColor(QUIET)
            self.drawRightString(RIGHT, 12 * mm, f"Page {number} of {len(pages)}")
            super().showPage()
        super().save()


def typeset(content: Content) -> bytes:
    """The PDF of a paper; the same content always gives the same bytes."""
    prepare_fonts()
    file = io.BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        invariant=1,  # no clock and no chance in the file
        lang=LANGUAGE,
        title=clean(f"{content.title} {content.number}"),
        author=clean(content.letterhead.name),
        subject=clean(" ".join(content.addressee[:1])),
        creator="Quartermaster",
        pageTemplates=[
            _page("first", FIRST_TOP, partial(_first_page, content)),
            _page("next", NEXT_TOP, partial(_next_page, content)),
        ],
    )
    document.build([NextPageTemplate("next"), *_story(content)], canvasmaker=_Numbered)
    return file.getvalue()


def _page(name: str, top: float, draw: Any) -> Any:
    frame = Frame(LEFT, BOTTOM, INNER, top - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    return PageTemplate(name, [frame], onPage=lambda canvas, _document: draw(canvas))


# ---- what stands on every page -------------------------------------------------------------------------------------


def _first_page(content: Content, canvas: Any) -> None:
    head = content.letterhead
    _dated(content, canvas)
    canvas.setFillColor(ACCENT)
    canvas.rect(LEFT, HEIGHT - 34 * mm, INNER, 0.8, stroke=0, fill=1)
    beside = [*head.address, head.email or ""]
    _heading(canvas, head.name, LEFT, HEIGHT - 26 * mm, 16, INNER * 0.62)
    lines = [cut(line, REGULAR, SMALL, INNER * 0.36) for line in beside if line][-5:]
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, SMALL)
    for number, line in enumerate(reversed(lines)):
        canvas.drawRightString(RIGHT, HEIGHT - 30.5 * mm + number * SMALL * 1.35, line)
    _footer(content, canvas)


def _next_page(content: Content, canvas: Any) -> None:
    canvas.setFillColor(ACCENT)
    canvas.rect(LEFT, HEIGHT - 20 * mm, INNER, 0.8, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, BODY)
    canvas.drawString(LEFT, HEIGHT - 18 * mm, cut(f"{content.title} {content.number}", BOLD, BODY, INNER * 0.5))
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, SMALL)
    canvas.drawRightString(RIGHT, HEIGHT - 18 * mm, cut(content.letterhead.name, REGULAR, SMALL, INNER * 0.5))
    _footer(content, canvas)


def _footer(content: Content, canvas: Any) -> None:
    head = content.letterhead
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, 19 * mm, RIGHT, 19 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, SMALL)
    number = f"{head.tax_word} number {head.tax_number}" if head.tax_number else ""
    below = " · ".join(part for part in (head.email, number) if part)
    canvas.drawString(LEFT, 15.5 * mm, cut(" · ".join((head.name, *head.address)), REGULAR, SMALL, INNER))
    canvas.drawString(LEFT, 12 * mm, cut(below, REGULAR, SMALL, INNER - 30 * mm))


def _heading(canvas: Any, text: str, x: float, y: float, size: float, width: float) -> None:
    """A line of large text, smaller where it is long, and cut where it is far too long."""
    text = clean(text)
    needed = canvas.stringWidth(text, BOLD, size)
    size = max(size * width / needed, SMALL) if needed > width else size
    canvas.setFont(BOLD, size)
    canvas.drawString(x, y, cut(text, BOLD, size, width))


def _dated(content: Content, canvas: Any) -> None:
    """The file's own date is the document's."""
    canvas.setDateFormatter(lambda *_now: f"D:{content.dated:%Y%m%d}000000Z")


# ---- the body ------------------------------------------------------------------------------------------------------


def _story(content: Content) -> list[Any]:
    found = [_address_and_facts(content), Spacer(0, 6 * mm)]
    found += [paragraph(f"{content.title} {content.number}", 13, bold=True), Spacer(0, 3 * mm)]
    if content.deliver_to:
        found += [_labelled("Deliver to", ", ".join(content.deliver_to)), Spacer(0, 2 * mm)]
    for notice in content.notices:
        found += [_notice(notice), Spacer(0, 2 * mm)]
    found += [_lines(content.columns, content.rows), Spacer(0, 4 * mm)]
    if content.amounts or content.pay_to:
        found += [_totals(content), Spacer(0, 5 * mm)]
    found += [paragraph(text) for text in content.closing]
    if content.signatures:
        found.append(KeepTogether([Spacer(0, 16 * mm), _signatures(content.signatures)]))
    return found


def _address_and_facts(content: Content) -> Any:
    head = content.letterhead
    sender = [one_line(" · ".join((head.name, *head.address[:2])), 5.6, WINDOW), Spacer(0, 2.2 * mm)]
    address = [*sender, *(paragraph(line, 9.4) for line in content.addressee)]
    row = [address, Spacer(0, WINDOW_HEIGHT), _facts(content.facts)]
    return Table([row], colWidths=[WINDOW, 6 * mm, INNER - WINDOW - 6 * mm], style=_BARE, hAlign="LEFT")


def _facts(facts: tuple[Fact, ...]) -> Any:
    rows = [
        [paragraph(fact.label, quiet=True), paragraph(fact.value, bold=number == 0)]
        for number, fact in enumerate(facts)
    ]
    wide = INNER - WINDOW - 6 * mm
    return Table(
        rows,
        colWidths=[wide * 0.42, wide * 0.58],
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), TINT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ("TOPPADDING", (0, 0), (-1, 0), 4),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 4),
            ("LEFTPADDING", (0, 0), (-1, -1), 6),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ],
    )


def _labelled(label: str, text: str) -> Any:
    return Table([[paragraph(label, quiet=True), paragraph(text)]], colWidths=[22 * mm, INNER - 22 * mm], style=_BARE)


def _notice(text: str) -> Any:
    return Table(
        [[paragraph(text, bold=True)]],
        colWidths=[INNER],
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), TINT),
            ("LINEBEFORE", (0, 0), (0, -1), 2, ACCENT),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ],
    )


def _lines(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Any:
    taken = sum(column.width * mm for column in columns)
    widths = [column.width * mm or INNER - taken for column in columns]
    wide = next(number for number, column in enumerate(columns) if not column.width)
    heads = [paragraph(column.title, SMALL, bold=True, right=column.right) for column in columns]
    body = [_row(row, columns, widths, wide) for row in rows]
    aligned = [("ALIGN", (number, 0), (number, -1), "RIGHT") for number, column in enumerate(columns) if column.right]
    return LongTable(
        [heads, *body],
        colWidths=widths,
        repeatRows=1,
        style=[
            ("FONT", (0, 1), (-1, -1), REGULAR, BODY, BODY * 1.32),
            ("TEXTCOLOR", (0, 1), (-1, -1), INK),
            ("BACKGROUND", (0, 0), (-1, 0), TINT),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, ACCENT),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIRLINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            *aligned,
        ],
    )


def _row(row: Row, columns: tuple[Column, ...], widths: list[float], wide: int) -> list[Any]:
    return [
        described(text, row.notes) if number == wide else cell(text, widths[number] - 2 * _PADDING, right=column.right)
        for number, (text, column) in enumerate(zip(row.cells, columns, strict=True))
    ]


def _totals(content: Content) -> Any:
    """Where to pay on the left, what it comes to on the right, never parted."""
    paying = [paragraph("Pay to", bold=True), *(paragraph(line) for line in content.pay_to)] if content.pay_to else []
    wide = 86 * mm
    rows = [
        [
            paragraph(part.label, 9.6 if part.strong else BODY, bold=part.strong),
            paragraph(part.value, 9.6 if part.strong else BODY, bold=part.strong, right=True),
        ]
        for part in content.amounts
    ]
    last = len(rows) - 1
    sums = Table(
        rows or [["", ""]],
        colWidths=[wide * 0.6, wide * 0.4],
        style=[
            ("LINEABOVE", (0, last), (-1, last), 0.8, ACCENT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
            ("TOPPADDING", (0, last), (-1, last), 4),
            ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ],
    )
    return Table([[paying or "", sums]], colWidths=[INNER - wide, wide], style=_BARE)


def _signatures(labels: tuple[str, ...]) -> Any:
    gap = 6 * mm
    wide = (INNER - gap * (len(labels) - 1)) / len(labels)
    cells: list[Any] = []
    widths: list[float] = []
    lines: list[Any] = [("TOPPADDING", (0, 0), (-1, -1), 2)]
    for number, label in enumerate(labels):
        if number:
            cells.append("")
            widths.append(gap)
        lines.append(("LINEABOVE", (len(cells), 0), (len(cells), 0), 0.5, INK))
        cells.append(paragraph(label, SMALL, quiet=True))
        widths.append(wide)
    return Table([cells], colWidths=widths, style=[*_BARE, *lines])
