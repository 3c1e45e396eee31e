"""Fonts, sizes, colours, and text that may come from anybody: what a layout is made with.

DejaVu Sans has Latin, Greek, Cyrillic and more, and ships with matplotlib; it is embedded, so that a paper looks the
same everywhere.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

REGULAR: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"
INK: Final[Color] = HexColor(0x1B2430)
QUIET: Final[Color] = HexColor(0x5B6675)
ACCENT: Final[Color] = HexColor(0x1F4E79)
HAIRLINE: Final[Color] = HexColor(0xD5DBE3)
TINT: Final[Color] = HexColor(0xF1F4F8)
BODY: Final = 7.6
SMALL: Final = 6.6
_UNPRINTABLE: Final = {"Cc": " ", "Cf": "", "Cs": "\ufffd", "Co": "\ufffd"}
_CELL_SLACK: Final = 0.5


@lru_cache(maxsize=1)
def prepare_fonts() -> None:
    """Make the fonts known to reportlab, once per process."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def clean(text: str) -> str:
    """Text that prints: composed letters, no control characters, nothing that turns the reading direction."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_UNPRINTABLE.get(unicodedata.category(letter), letter) for letter in composed).strip()


@lru_cache(maxsize=64)
def style(size: float = BODY, *, bold: bool = False, right: bool = False, quiet: bool = False) -> ParagraphStyle:
    """A way to set a paragraph."""
    prepare_fonts()
    return ParagraphStyle(
        f"{size}-{bold}-{right}-{quiet}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.32,
        textColor=QUIET if quiet else INK,
        **({"alignment": TA_RIGHT} if right else {}),
    )


def paragraph(text: str, size: float = BODY, *, bold: bool = False, right: bool = False, quiet: bool = False) -> Any:
    """A paragraph of somebody's text, printed as it is: what looks like markup in it is none."""
    return Paragraph(escape(clean(text)), style(size, bold=bold, right=right, quiet=quiet))


def described(text: str, notes: tuple[str, ...]) -> Any:
    """A line's description with small notes under it."""
    under = "".join(
        f'<br/><font size="{SMALL}" color="#{QUIET.hexval()[2:]}">{escape(clean(note))}</font>'
        for note in notes
        if note
    )
    return Paragraph(escape(clean(text)) + under, style())


def cut(text: str, font: str, size: float, width: float) -> str:
    """As much of a text as goes on one line, with an ellipsis where some is left out."""
    text = clean(text)
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", font, size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def one_line(text: str, size: float, width: float) -> Any:
    """A quiet paragraph that never takes a second line."""
    return paragraph(cut(text, REGULAR, size, width - 1), size, quiet=True)


def cell(text: str, width: float, *, right: bool) -> Any:
    """What fits stays a plain string, which is much quicker to set; what does not is broken, first before its packs."""
    text = clean(text)
    if pdfmetrics.stringWidth(text, REGULAR, BODY) <= width - _CELL_SLACK:
        return text
    first, bracket, rest = text.partition(" (")
    broken = f"{escape(first)}<br/>({escape(rest)}" if bracket else escape(text)
    return Paragraph(broken, style(right=right))
