"""When a product is sure enough to be taken without a question."""

import pytest

from tests.actions.language.catalogues import Reader


def test_a_short_word_is_no_slip_of_one_with_another_first_letter(shop_lines: Reader):
    assert shop_lines("3 cool crates") == [(None, None)]


def test_a_whole_name_among_words_that_are_not_its_own(shop_lines: Reader):
    assert shop_lines("24 lode of the quilted kettle cover") == [("K1", 24)]


def test_half_a_name_among_words_that_are_not_its_own_is_asked_about(shop_lines: Reader):
    assert shop_lines("24 lode of quilted covering") == [(None, None)]


def test_the_neighbours_range_chooses_among_its_colours(shop_lines: Reader):
    assert shop_lines("dotty cups pink 8, dishes 8") == [("C1", 8), ("C3", 8)]


def test_a_colour_alone_chooses_nothing_where_no_range_is_shared(lines: Reader):
    assert lines("5 m red linen and 4 threads") == [("50-101", 50), (None, None)]


def test_two_things_of_which_nobody_has_any_are_asked_about_apart(lines: Reader):
    assert lines("six mastic guns and two tubes of silicone and 20 M8 nuts zinc")[-1] == ("31-103", 20)


@pytest.mark.parametrize("text", ["glue x 3", "glue: 3"])
def test_one_word_with_its_number_behind_a_sign_names_goods(lines: Reader, text: str):
    assert lines(text) == [("60-102", 3)]


@pytest.mark.parametrize("extent", ["little", "big", "giant"])
def test_how_large_it_is_thought_to_be_tells_nothing_apart_where_there_is_one_size(shop_lines: Reader, extent: str):
    assert shop_lines(f"4 {extent} lighthouse tins") == [("T3", 4)]


def test_a_size_that_its_like_has_is_asked_about(shop_lines: Reader):
    assert shop_lines("4 giant wicker hampers") == [(None, None)]
