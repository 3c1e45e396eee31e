"""Messages that were dictated, or written as the words sound."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from actions.language.catalogue import CatalogueIndex, Entry
from actions.language.numbers import number_like
from actions.language.orders import read_order
from actions.language.sounding import skeleton, sound
from actions.language.units import unit_like

Reader = Callable[..., Any]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("wite", "white"), ("washa", "washer"), ("masheen", "machine"), ("tealite", "tealight"), ("biceycle", "bicycle")],
)
def test_words_that_sound_alike_have_one_key(written: str, meant: str):
    assert sound(written) == sound(meant)


def test_what_is_no_plain_word_has_no_sound():
    assert [sound("m8"), sound("20-104"), sound("")] == ["", "", ""]


def test_consonants_alone_stand_for_a_word():
    assert skeleton("sleeve") == skeleton("slv") == "slv"


@pytest.mark.parametrize(("written", "meant"), [("twelv", "twelve"), ("fortey", "forty"), ("cupple", "couple")])
def test_misspelt_numbers(written: str, meant: str):
    assert number_like(written) == meant


@pytest.mark.parametrize("written", ["thru", "bolts", "decin"])
def test_other_words_are_no_numbers(written: str):
    assert number_like(written) is None


@pytest.mark.parametrize(("written", "meant"), [("rol", "roll"), ("reals", "reel"), ("bundels", "bundle")])
def test_misspelt_units(written: str, meant: str):
    assert unit_like(written) == meant


def test_another_word_is_no_unit():
    assert unit_like("cash") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two hundred m eight by forty hex bolts zinc", [("20-113", 200)]),
        ("M8 x40 hex bolts zinc, 20 off", [("20-113", 20)]),
        ("twenty dash one one three fifty of", [("20-113", 50)]),
        ("code two oh one one three times fifty please", [("20-113", 50)]),
        ("m eight washers forty no fifty", [("30-103", 50)]),
        ("m8 washas 40", [("30-103", 40)]),
        (
            "sixty em eight by forty hex bolts zinc um and two boxes of m eight washers no make that three",
            [("20-113", 60), ("30-103", 600)],
        ),
        ("some wood glue put me down for six", [("60-102", 6)]),
        ("five m of blue linen not the red one", [("50-100", 50)]),
    ],
)
def test_dictated_and_misspelt_lines(lines: Reader, text: str, expected: Any):
    assert lines(text) == expected


def test_a_quantity_ends_where_a_spoken_code_begins(lines: Reader):
    said = "thirty dash one oh three a hundred and twenty dash one one three fifty"
    assert lines(said) == [("30-103", 100), ("20-113", 50)]


def test_what_is_taken_back_is_asked_about(read: Reader):
    (line, *_) = read("5 m red linen no the blue linen").lines
    assert line.problem is not None


def test_a_material_said_for_all_lines_counts_for_each():
    names = {
        "A1": "Hex nut M8 zinc",
        "A2": "Hex nut M8 stainless",
        "B1": "Dome nut M6 zinc",
        "B2": "Dome nut M6 stainless",
    }
    index = CatalogueIndex(Entry(sku, name, "Nuts", "each") for sku, name in names.items())
    assert _booked(index, "all stainless please: M8 hex nuts 20, M6 dome nuts 10") == [("A2", 20), ("B2", 10)]


def test_a_word_of_the_aliases_finds_what_lies_beside():
    said = ["M8 studding"], ["M10 studding"], []
    names = ["Threaded rod M8 zinc", "Threaded rod M10 zinc", "Threaded rod M8 stainless"]
    index = CatalogueIndex(
        Entry(f"R{i}", name, "Rods", "each", aliases=tuple(aliases))
        for i, (name, aliases) in enumerate(zip(names, said, strict=True))
    )
    assert _booked(index, "20 M8 stainless studding") == [("R2", 20)]


def _booked(index: CatalogueIndex, text: str) -> list[tuple[str | None, int | None]]:

    return [(line.sku, line.quantity) for line in read_order(text, index, today=date(2025, 11, 21)).lines]


def test_words_that_share_a_sound_and_little_else_are_not_alike():
    index = CatalogueIndex([Entry("1", "Retro radio pink", "Gifts", "each")])
    assert sound("reorder") == sound("radio")
    assert index.search("reorder", limit=1) == [] or index.search("reorder", limit=1)[0].score < 0.7


def test_rolls_by_ear(lines: Callable[..., Any]):
    assert lines("2 roles of the red linen") == [("50-101", 1000)]
