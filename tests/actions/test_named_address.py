"""Which of a customer's addresses a message names, however it is written."""

from __future__ import annotations

import pytest

from actions.order_changes import named_address
from backend.customers.tables import Address

KNOWN = [
    Address(line1="171 Victoria Road", city="Derby", postcode="DE21 3BT"),
    Address(line1="14 Victoria Road", city="Derby", postcode="DE21 4QQ"),
    Address(line1="Unit 4, Ebor Trade Park", city="York", postcode="YO30 7XY"),
]
HOME, OTHER, YORK = KNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send it to York", YORK),
        ("can it go to the york place", YORK),
        ("to Ebor trade prk please", YORK),
        ("yo307xy", YORK),
        ("deliver to 14 victoria rd", OTHER),
        ("171 Victora Road this time", HOME),
        ("have it sent to the workshop", None),
        ("I'll be at work", None),
        ("by fork lift please", None),
        ("Victoria Road", None),
        ("Derby", None),
    ],
)
def test_an_address_is_named_by_street_town_or_postcode(text: str, expected: Address | None) -> None:
    assert named_address(text, KNOWN) is expected
