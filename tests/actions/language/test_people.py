"""Which customer is meant."""

from typing import Any

import pytest

from actions.language.people import find_customer

NAMES = [
    ("H1", "Harper & Sons"), ("B1", "Bright Interiors Ltd"), ("B2", "Brighton Fixings"), ("14911", "Customer 14911"),
    ("S1", "Smith & Co"), ("M1", "McAllister Joinery"), ("O1", "O'Neill Upholstery"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Harper & Sons", "H1"), ("harper and sons", "H1"), ("for Harper & Sons", "H1"), ("harpers", "H1"),
        ("harpur", "H1"),
        ("14911", "14911"), ("customer 14911", "14911"), ("bright interiors", "B1"), ("brighton", "B2"),
        ("smiths", "S1"),
        ("mcalister joinery", "M1"), ("oneill", "O1"), ("what should Harper & Sons reorder?", "H1"),
    ],
)  # fmt: skip
def test_the_likeliest(text: str, code: Any):
    assert find_customer(text, NAMES)[0][0] == code


def test_the_whole_name_is_certain():
    assert find_customer("Harper & Sons", NAMES)[0] == ("H1", 1.0)


@pytest.mark.parametrize("text", ["", "zebra holdings", "12", "the"])
def test_nobody(text: str):
    assert find_customer(text, NAMES) == []


def test_two_of_a_name_score_alike():
    found = find_customer("harper", [("H1", "Harper & Sons"), ("H3", "Harper Fabrics")])
    assert abs(found[0][1] - found[1][1]) < 0.1
