"""What a dash means where it stands."""

from tests.actions.language.catalogues import Reader


def test_between_a_thing_and_its_quantity_it_means_nothing(shop_lines: Reader):
    assert shop_lines("shrimping nets - 6\npirate napkins - 2 boxes") == [("H5", 6), ("N1", 24)]


def test_before_a_list_it_is_a_colon(shop_lines: Reader):
    assert shop_lines("lunch tins - 4 pirate, 6 mermaid, 2 lighthouse") == [("T1", 4), ("T2", 6), ("T3", 2)]


def test_behind_a_quantity_it_is_none(shop_lines: Reader):
    assert shop_lines("6 pirate lunch tins - 4 mermaid lunch tins, 2 shrimping nets") == [
        ("T1", 6),
        ("T2", 4),
        ("H5", 2),
    ]


def test_a_colon_between_a_thing_and_its_pack(lines: Reader):
    assert lines("blue linen: 1 roll\nred linen: 12 m") == [("50-100", 500), ("50-101", 120)]


def test_goods_are_described_behind_a_with(lines: Reader):
    assert lines("40 M8x40 hex bolts with zinc and 20 M8 nuts") == [("20-113", 40), ("31-103", 20)]
