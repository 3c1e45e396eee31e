"""Goods that nobody sells are asked about; a number that counts nothing is not."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "text",
    [
        "200 M8 washers\nsoft close hinges - 24",
        "plinth clips 40, 200 M8 washers",
        "straining wire, 3 coils, and 200 M8 washers",
        "200 M8 washers. Ground stakes too if you've started doing them, 60.",
        "We are out of 24 oak bannisters. 200 M8 washers please",
        "200 M8 washers, joist hangers x 20",
    ],
)
def test_asked_about(lines: Reader, text: str):
    assert sorted(lines(text), key=str) == [("30-103", 200), (None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "200 M8 washers, ask for Lee in Room 12",
        "200 M8 washers, if two hundred earns a better rate",
        "200 M8 washers for year 9",
        "200 M8 washers, open for 3 weeks",
    ],
)
def test_not_asked_about(lines: Reader, text: str):
    assert lines(text) == [("30-103", 200)]


@pytest.mark.parametrize(
    "text",
    [
        "200 M8 washers, it's a wedding",
        "200 M8 washers, I've mis-cut one.",
        "Please see below for the Lyme Green kitchens, six plots:\n200 M8 washers",
        "200 M8 washers please. The client is deciding between the two this week",
        "200 M8 washers for the 50 mm scaffold tube",
    ],
)
def test_talk_around_an_order(lines: Reader, text: str):
    assert lines(text) == [("30-103", 200)]


@pytest.mark.parametrize("text", ["A few M8 washers. Twenty-five will do", "a few M8 washers for the gate, say 25"])
def test_a_few_and_then_how_many(lines: Reader, text: str):
    assert lines(text) == [("30-103", 25)]


def test_goods_that_nobody_sells_are_asked_about_once_whatever_their_size(lines: Reader):
    assert lines("6 padlocks 40 mm and a box of M8 washers") == [(None, None), ("30-103", 200)]


@pytest.mark.parametrize(
    "text", ["cable clips 300mm black x 500\nM8 washers x 40", "D rings 25 mm, nickel x 20\nM8 washers x 40"]
)
def test_the_finish_of_an_unknown_thing_is_no_line_of_its_own(lines: Reader, text: str):
    assert lines(text) == [(None, None), ("30-103", 40)]
