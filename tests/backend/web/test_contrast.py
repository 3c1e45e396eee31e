"""What is written can be read: every colour of text on every ground it stands on, by day and by night.

Source: WCAG 2.2, success criteria 1.4.3 (text, 4.5 : 1) and 1.4.11 (edges of controls, focus, marks, 3 : 1).
"""

from __future__ import annotations

import re

import pytest

from backend.web import STATIC

TEXT, MARK = 4.5, 3.0
READ = [
    *(
        (text, ground)
        for text in ("ink", "soft", "accent-text", "warn", "bad")
        for ground in ("paper", "sheet", "tint")
    ),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-own", "own"),
    ("bad", "bad-tint"),
    ("ink", "bad-tint"),
]
SEEN = [(mark, ground) for mark in ("edge", "focus", "mark", "last-year") for ground in ("paper", "sheet")]


def colours() -> dict[str, dict[str, str]]:
    """Name to #rrggbb, by day and by night; what the night does not name is as by day."""
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    day = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", light))
    return {"day": day, "night": day | dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", dark))}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("when", ["day", "night"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read(when: str, text: str, ground: str):
    known = colours()[when]
    assert contrast(known[text], known[ground]) >= TEXT


@pytest.mark.parametrize("when", ["day", "night"])
@pytest.mark.parametrize(("mark", "ground"), SEEN)
def test_edges_and_marks_can_be_seen(when: str, mark: str, ground: str):
    known = colours()[when]
    assert contrast(known[mark], known[ground]) >= MARK


def test_no_colour_stands_outside_the_list():
    """Any other colour would not be looked at here; white behind a picture is what a picture expects."""
    for sheet in (STATIC / "css").glob("*.css"):
        if sheet.name != "tokens.css":
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", sheet.read_text(encoding="utf-8"))
            assert set(found) <= {"#fff"}, sheet.name
