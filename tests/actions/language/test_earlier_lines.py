"""A line named before others is cancelled, or its number put right, by what is said later."""

import pytest

from tests.actions.language.catalogues import Reader

TWO = [("31-103", 20), ("50-100", 50)]


@pytest.mark.parametrize(
    "text",
    [
        "20 M8 nuts, 25 red knobs... no scrap the knobs, just the nuts, and 5 m blue linen",
        "20 M8 nuts, 25 red drawer knobs, 5 m blue linen. Actually leave out the red knobs",
        "20 M8 nuts, 25 red drawer knobs and 5 m blue linen, no cancel the red ones",
        "20 M8 nuts, 25 red drawer knobs, 10 white drawer knobs and 5 m blue linen. Forget the knobs please",
    ],
)
def test_a_line_is_cancelled(lines: Reader, text: str):
    assert lines(text) == TWO


def test_what_is_not_to_be_forgotten_stays(lines: Reader):
    assert lines("20 M8 nuts, 5 m blue linen, don't forget the linen") == TWO


@pytest.mark.parametrize(
    "text",
    [
        "30 M8 nuts and 5 m blue linen and make that 20 of the nuts",
        "30 M8 nuts, 5 m blue linen. Sorry, 20 of the M8 nuts",
        "30 M8 nuts, 5 m blue linen, actually make the nuts 20",
        "30 M8 nuts and 5 m blue linen. Can you change the nuts to 20?",
    ],
)
def test_an_earlier_number_is_put_right(lines: Reader, text: str):
    assert lines(text) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "30 M8 nuts - say 20. And 5 m blue linen",
        "30 M8 nuts, call it 20, and 5 m blue linen",
        "30 M8 nuts... let's call it 20, 5 m blue linen",
        "M8 nuts, say 20, and 5 m blue linen",
        "20 M8 nuts, say 5 m of blue linen",
    ],
)
def test_a_number_that_is_suggested_corrects_one_and_no_goods(lines: Reader, text: str):
    assert lines(text) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "12 red 20cm nylon zips, sorry, 10 blue, and 5 M8 nuts",
        "12 red 20 cm nylon zips, no, 10 blue. And 5 M8 nuts",
        "12 red nylon zips - no, hang on, it was 10 blue and 5 M8 nuts",
    ],
)
def test_another_colour_keeps_the_noun(lines: Reader, text: str):
    assert lines(text) == [("52-100", 10), ("31-103", 5)]


def test_a_name_is_begun_again(lines: Reader):
    assert lines("red linen... sorry, red nylon zips, 12, and 5 M8 nuts") == [("52-101", 12), ("31-103", 5)]


def test_a_row_without_a_number_is_taken_back_alone(shop_lines: Reader):
    text = "pirate napkins 6\nmermaid bunting... no forget that\nshrimping net 4"
    assert shop_lines(text) == [("N1", 6), ("H5", 4)]
