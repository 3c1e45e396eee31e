"""A thing wanted in every colour or size that was spoken of before."""

from tests.actions.language.catalogues import Reader


def test_one_colour_alone_is_no_choice_of_several(shop_lines: Reader):
    assert shop_lines("4 sandcastle spades pink and 6 rakes in each colour") == [("S1", 4), (None, None)]


def test_in_each_colour(shop_lines: Reader):
    text = "four sandcastle spades pink four sandcastle spades blue and six rakes in each colour"
    assert shop_lines(text) == [("S1", 4), ("S2", 4), ("S3", 6), ("S4", 6)]


def test_of_each_color_misspelt(shop_lines: Reader):
    text = "4 sandcastle spade pink, 4 sandcastle spade blue, 6 rakes of each coulor"
    assert shop_lines(text) == [("S1", 4), ("S2", 4), ("S3", 6), ("S4", 6)]


def test_of_each_size(lines: Reader):
    text = "20 M8 nuts, 20 M10 nuts, 40 washers of each size"
    assert lines(text) == [("31-103", 20), ("31-104", 20), ("30-103", 40), ("30-104", 40)]
