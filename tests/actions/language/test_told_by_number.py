"""Things that only a number or a letter tells apart, listed behind one quantity."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("harbour door signs: 10 each of 1, 2 and 3", [("D1", 10), ("D2", 10), ("D3", 10)]),
        ("harbour door signs: 10 ea of 1, 2 n 20 of the 3", [("D1", 10), ("D2", 10), ("D3", 20)]),
        ("Harbour door signs for the gate: 4 each of 1 and 3.", [("D1", 4), ("D3", 4)]),
        ("letter enamel hooks: 6 each of A, B and T. Also 2 shrimping nets",
         [("L1", 6), ("L2", 6), ("L3", 6), ("H5", 2)]),
        ("letter enamel hooks: 6 each of A and T", [("L1", 6), ("L3", 6)]),
        ("harbour door sign number 1, number 2 and number 3, ten of each.", [("D1", 10), ("D2", 10), ("D3", 10)]),
        ("harbour door sign 10 each of 1 and 2", [("D1", 10), ("D2", 10)]),
        ("12 each of 44010, 44011 and 44012", [("44010", 12), ("44011", 12), ("44012", 12)]),
    ],
)  # fmt: skip
def test_each_of_several(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_several_behind_an_article(shop_lines: Reader):
    found = shop_lines("Harbour door signs: eight of the 1, six of the 2 and sixteen of the 3")
    assert found == [("D1", 8), ("D2", 6), ("D3", 16)]
