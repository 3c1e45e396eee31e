"""What was said later takes the place of what was said before."""

from tests.actions.language.catalogues import Reader


def test_a_thing_takes_anothers_place_where_its_noun_is_said_again(shop_lines: Reader):
    text = "pirate lunch tins six mermaid lunch tins no sorry make that lighthouse lunch tins twelve"
    assert shop_lines(text) == [("T1", 6), ("T3", 12)]


def test_only_is_skipped(shop_lines: Reader):
    assert shop_lines("pirate napkins 20, mermaid napkins 10 no scrap that just 5") == [("N1", 20), ("N3", 5)]


def test_a_quantity_behind_its_thing_is_corrected_though_more_goods_follow(lines: Reader):
    text = "M8x40 zinc hex bolts fifty no sixty M8 washers twenty"
    assert lines(text) == [("20-113", 60), ("30-103", 20)]


def test_a_new_line_that_is_suggested_corrects_nothing(shop_lines: Reader):
    text = "twelve pirate napkins and lets say eight mermaid napkins"
    assert shop_lines(text) == [("N1", 12), ("N3", 8)]


def test_what_is_not_meant_goes(shop_lines: Reader):
    assert shop_lines("pirate napkins 6, mermaid ones 4, not bunting") == [("N1", 6), ("N3", 4)]
