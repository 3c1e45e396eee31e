"""What stands before a colon heads its lines, whatever is said around it."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "heading",
    [
        "Lunch tins",
        "Lunch tins for the tea room please",
        "When convenient, may we have some lunch tins",
        "Hello again, could I get these lunch tins for our stall",
        "Lunch tins for the fete, thanks",
    ],
)
def test_a_heading_without_the_talk_around_it(shop_lines: Reader, heading: str):
    assert shop_lines(f"{heading}: 12 pirate, 6 mermaid and 6 lighthouse") == [("T1", 12), ("T2", 6), ("T3", 6)]


def test_a_new_sentence_that_names_other_goods_ends_the_heading(shop_lines: Reader):
    text = "Dotty cups: 12 pink, 6 blue. Also 4 sandcastle spade pink and 2 blue"
    assert shop_lines(text) == [("C1", 12), ("C2", 6), ("S1", 4), ("S2", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunch tins - 4 pirate, 2 mermaid; napkins - 6 pirate, 8 mermaid",
         [("T1", 4), ("T2", 2), ("N1", 6), ("N3", 8)]),
        ("We have seen your lunch tins on the stand. Can we become 4 pirate and 6 mermaid?", [("T1", 4), ("T2", 6)]),
        ("lovely to natter. 5 pirate lunch tins, 6 mermaid", [("T1", 5), ("T2", 6)]),
    ],
)  # fmt: skip
def test_what_is_a_heading_and_what_is_none(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pirate bunting - 24 pls & 12 mermaid ones too", [("N2", 24), ("N4", 12)]),
        ("urg - 6 pirate bunting, 4 mermaid", [("N2", 6), ("N4", 4)]),
        ("bunting for visitors: 12 pirate, 6 mermaid", [("N2", 12), ("N4", 6)]),
    ],
)
def test_headings_before_a_dash_or_with_a_purpose(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected
