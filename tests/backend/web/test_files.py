"""What the page's files promise without a browser: headers, caching, wording, contrast, a renderer for every card."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from backend.chat.cards import Card
from backend.web import FOR_EVER, PAGE, SECURITY_HEADERS, STATIC, mount
from tests.backend.web.samples import SAMPLES

KINDS = {member.model_fields["kind"].default for member in get_args(get_args(Card)[0])}
SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    mount(app)
    return TestClient(app)


def assets(client: TestClient) -> list[str]:
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)))


def test_the_page_is_asked_for_anew_and_its_files_are_kept(client: TestClient):
    assert client.get("/").headers["cache-control"] == "no-cache"
    versioned = assets(client)
    assert len(versioned) == len(SCRIPTS) + len(STYLES) + 1
    for address in versioned:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)


def test_a_file_without_its_version_is_revalidated(client: TestClient):
    answer = client.get("/static/main.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/static/main.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/nothing.js", "/static/0123456789ab/main.js", "/static/../__init__.py", "/static/"]
)
def test_nothing_else_is_served(client: TestClient, path: str):
    assert client.get(path).status_code == 404


def test_every_answer_carries_the_security_headers(client: TestClient):
    for path in ["/", "/static/main.js", *assets(client)]:
        headers = client.get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_holds_no_inline_script_style_or_handler():
    html = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []


def test_no_script_makes_html_from_text():
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function")
    assert {path.name for path in SCRIPTS if forbidden.search(path.read_text(encoding="utf-8"))} == set()


def test_every_kind_of_card_has_a_renderer_and_a_sample():
    index = (STATIC / "cards" / "index.js").read_text(encoding="utf-8")
    table = index[index.index("const KINDS = {") : index.index("};")]
    assert set(re.findall(r"^  (\w+):", table, re.MULTILINE)) == KINDS
    assert set(SAMPLES) == KINDS


def test_words_stand_in_one_module_without_exclamation_marks():
    words = re.compile(r"""(["'`])((?:(?!\1).)*\s(?:(?!\1).)*)\1""")
    texts = (STATIC / "texts.js").read_text(encoding="utf-8")
    assert [said for _, said in words.findall(texts) if "!" in said] == []
    sentence = re.compile(r"""["'`][A-Z][a-z]+ [a-z]+[^"'`]*[.?]["'`]""")
    assert {path.name for path in SCRIPTS if sentence.search(path.read_text(encoding="utf-8"))} == {"texts.js"}


def test_no_file_has_outgrown_itself():
    assert [path.name for path in [*SCRIPTS, *STYLES, *Path(__file__).parent.glob("*.py")] if _lines(path) >= 400] == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def _luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "soft", "accent-text", "warn") for ground in ("paper", "sheet", "tint")]
TEXT += [
    ("bad", "sheet"),
    ("bad", "bad-tint"),
    ("bad", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]
TEXT += [("on-own", "own")]
SHAPES = [("edge", "sheet"), ("edge", "paper"), ("focus", "paper"), ("focus", "sheet"), ("last-year", "sheet")]
SHAPES += [("last-year", "band"), ("accent-text", "band")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_meet_wcag_aa(scheme: str):
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media")
    colours = _colours(light) | (_colours(dark) if scheme == "dark" else {})
    faint = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}
    faint = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}
