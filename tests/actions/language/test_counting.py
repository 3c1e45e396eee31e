"""Quantities that count other things than those they stand beside."""

from tests.actions.language.catalogues import Reader


def test_a_total_is_no_quantity_of_the_first_thing(shop_lines: Reader):
    text = "18 lunch tins - pirate, mermaid, lighthouse, 6 of each"
    assert shop_lines(text) == [("T1", 6), ("T2", 6), ("T3", 6)]


def test_of_them_counts_what_came_before(shop_lines: Reader):
    assert shop_lines("the wicker hamper small sixteen of them and the shrimping nets four") == [("H1", 16), ("H5", 4)]


def test_what_goes_with_a_line_is_wanted_as_often(lines: Reader):
    text = "30 M8x40 zinc hex bolts with nuts and washers to match"
    assert lines(text) == [("20-113", 30), ("31-103", 30), (None, None)]


def test_what_is_to_match_is_not_swallowed_by_what_it_matches(lines: Reader):
    assert lines("3 m blue linen an matching thread") == [("50-100", 30), (None, None)]


def test_a_heading_of_each_is_no_line(shop_lines: Reader):
    assert shop_lines("watering pots, six of each the pink whale and the blue whale") == [("R1", 6), ("R2", 6)]


def test_a_vague_quantity_is_asked_about(read_shop: Reader):
    (line,) = read_shop("some boxes of shrimping nets").lines
    assert (line.sku, line.quantity, line.problem) == ("H5", None, "no_quantity")


def test_a_lot_is_a_vague_quantity(shop_lines: Reader):
    assert shop_lines("shrimping nets, alot please, and 6 pirate lunch tins") == [("H5", None), ("T1", 6)]


def test_what_ends_in_a_question_mark_is_asked_about(shop_lines: Reader):
    assert shop_lines("6 pirate lunch tins, napkins??") == [("T1", 6), (None, None)]


def test_a_total_before_what_is_wanted_of_each(shop_lines: Reader):
    found = shop_lines("3 dozen lunch tins please, one dozen each pirate, mermaid and lighthouse")
    assert found == [("T1", 12), ("T2", 12), ("T3", 12)]


def test_of_every_colour(shop_lines: Reader):
    assert shop_lines("dotty cups 8 of every colour - pink, blue") == [("C1", 8), ("C2", 8)]


def test_of_each_counts_what_the_sentence_before_named(shop_lines: Reader):
    text = "We are out of 44010 and 44012. Six of each please, and 4 of 44011"
    assert shop_lines(text) == [("44010", 6), ("44012", 6), ("44011", 4)]


def test_a_line_before_packs_of_each_is_no_total(shop_lines: Reader):
    text = "2 boxes of the pirate lunch tin and a box each of the mermaid and the lighthouse"
    assert shop_lines(text) == [("T1", 24), ("T2", 12), ("T3", 12)]
