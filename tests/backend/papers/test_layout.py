"""Setting a paper: page breaks, any text anybody may write, the same bytes every time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pypdf import PdfReader

from backend.papers import service
from backend.papers.content import Amount, Fact, Letterhead, Row
from backend.papers.kinds import Kind
from backend.papers.layout import typeset
from tests.backend.papers.documents import NUMBERS, long_order
from tests.backend.papers.reading import joined, lines, pages, sample, set_lines
from tests.backend.world import World

HEADING = ["Pos", "SKU", "Description", "Amount GBP"]
HOSTILE = [
    "<b>bold</b>",
    "</para>",
    "<para>",
    "<br/>",
    "Nuts & bolts &amp; &#65;",
    "<img src='file:///etc/passwd'/>",
    '<a href="javascript:x">y</a>',
    "5 < 6 > 4",
    "%PDF-1.4 endobj",
    "\\(back) slash)",
    "{{7*7}} ${x} %s",
    "<!-- comment --> <![CDATA[x]]>",
    "<?xml version='1.0'?>",
    "' OR 1=1 --",
]


def row(*cells: str, notes: tuple[str, ...] = ()) -> Row:
    return Row(cells, notes)


def many(count: int) -> tuple[Row, ...]:
    return tuple(row(str(place), f"S-{place}", f"Part {place}", f"{place}.00") for place in range(1, count + 1))


def test_a_table_goes_on_over_pages_under_the_same_heading() -> None:
    found = pages(set_lines(many(100), amounts=(Amount("Goods", "1.00"), Amount("Total", "£1.00", strong=True))))
    assert len(found) == 3
    for page in found:
        assert [line for line in page if line in HEADING] == HEADING
    assert [page[-1] for page in found] == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]
    assert [page[0] for page in found] == ["Test & Sons", "Invoice INV-1", "Invoice INV-1"]
    assert [line for page in found for line in page if line.startswith("Part ")] == [f"Part {n}" for n in range(1, 101)]
    assert "£1.00" in found[-1]


def test_five_hundred_lines_are_all_there(small: World) -> None:
    with small.database.write() as session:
        long_order(session, 500, name="A rather long description of a part, with its size, its finish and its make")
    with small.reading("customer@test") as work:
        found = pages(service.paper(work, Kind.ORDER_CONFIRMATION, "SO-900001").content)
    skus = [line for page in found for line in page if line.startswith("L-001-")]
    assert skus == [f"L-001-{place:03d}" for place in range(1, 501)]
    assert found[-1][-1] == f"Page {len(found)} of {len(found)}"
    last = found[-1]
    at = last.index("Goods")
    assert last[at : at + 6] == ["Goods", "156,562.50", "VAT 20 % on 156,562.50", "31,312.50", "Total", "£187,875.00"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_printed_as_it_is(text: str) -> None:
    file = set_lines(
        (row("1", text, text, text, notes=(text,)),),
        letterhead=Letterhead(text, (text,), text, text, "VAT", (text,)),
        addressee=(text, text),
        facts=(Fact(text, text),),
        deliver_to=(text,),
        notices=(text,),
        amounts=(Amount(text, text, strong=True),),
        pay_to=(text,),
        closing=(text,),
        signatures=(text,),
        number=text,
    )
    found = joined(file).replace(" ", "")
    assert found.count(text.replace(" ", "")) >= 14  # a narrow column may break it, and the head cuts it
    reader = PdfReader(io.BytesIO(file))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Invoice {text}"
    assert [page.get("/Annots") for page in reader.pages] == [None]  # nothing to click on


@pytest.mark.parametrize(
    "text",
    [
        "Łódź Zażółć gęślą jaźń",
        "Ελληνικά Αθήνα",
        "Київ Ґанок",
        "Žluťoučký kůň",
        "İstanbul ğüş",
        "Ærø Straße",
        "½ ″ Ø ≥ €",
    ],
)
def test_names_of_other_countries_print(text: str) -> None:
    assert text in lines(set_lines((row("1", "S", text, "1.00"),)))


def test_letters_are_composed_and_control_characters_left_out() -> None:
    file = set_lines((row("1", "S", "Cafe\u0301\x00\x07 \u202eevil\u202c\ttab\nnew\u200b line\ud800", "1.00"),))
    assert "Café evil tab new line" in joined(file)


def test_characters_that_the_font_lacks_do_not_break_the_paper() -> None:
    assert "Part" in joined(set_lines((row("1", "S", "Part 漢字 🔩", "1.00"),)))


@pytest.mark.parametrize("name", ["W" * 200, "word " * 40, "ß" * 200])
def test_long_names_are_broken_into_lines_and_nothing_is_lost(name: str) -> None:
    found = joined(set_lines((row("1", "X" * 40, name, "1,234,567,890.00"),)))
    assert found.replace(" ", "").count(name.replace(" ", "")) == 1
    assert "X" * 40 in found.replace(" ", "")


def test_a_long_head_is_cut_and_a_long_address_is_not() -> None:
    file = set_lines(
        many(1), letterhead=Letterhead("N" * 200, ("A" * 200,), "e" * 200, "T" * 200), addressee=("L" * 200, "M" * 200)
    )
    text = joined(file).replace(" ", "")
    assert "L" * 200 in text
    assert "M" * 200 in text
    assert "N" * 200 not in text
    assert "…" in text


def test_a_paper_without_lines_still_has_its_heading() -> None:
    assert [line for line in lines(set_lines(())) if line in HEADING] == HEADING


def test_the_same_document_gives_the_same_bytes(filled: World) -> None:
    for kind, number in NUMBERS.items():
        papers = []
        for email in ("manager@test", "manager@test"):
            with filled.reading(email) as work:
                papers.append(service.paper(work, kind, number))
        assert papers[0] == papers[1]


def test_another_day_another_process_and_another_place_give_the_same_bytes() -> None:
    program = (
        "import hashlib, sys; from tests.backend.papers.reading import set_lines; "
        "from tests.backend.papers.test_layout import many; "
        "sys.stdout.write(hashlib.sha256(set_lines(many(60))).hexdigest())"
    )
    found = set()
    for zone, seed in (("UTC", "1"), ("Asia/Tokyo", "2")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        root = Path(__file__).resolve().parents[3]
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_papers_set_at_once_do_not_mix() -> None:
    contents = [
        sample(tuple(row("1", "S", f"{chr(0x391 + number)}{number}", "1.00") for _ in range(40))) for number in range(4)
    ]
    alone = [typeset(content) for content in contents]
    together: dict[int, set[bytes]] = {number: set() for number in range(4)}

    def work(number: int) -> None:
        for _ in range(5):
            together[number].add(typeset(contents[number]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == {number: {file} for number, file in enumerate(alone)}


def test_the_file_says_what_it_is_and_carries_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(set_lines(many(2))))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Invoice INV-1", "Test & Sons")
    assert reader.metadata["/CreationDate"] == "D:20260617000000Z"
    assert reader.root_object["/Lang"] == "en-GB"
    page = reader.pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]  # A4
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    embedded = {
        font["/BaseFont"].partition("+")[2] for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})
    }
    assert embedded == {"DejaVuSans", "DejaVuSans-Bold"}
