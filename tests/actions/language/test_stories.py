"""What is told of earlier goods orders nothing; what is asked for beside it does."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "text",
    [
        "Last time you sent 20 M8 nuts. 5 M8 washers please",
        "Last week we had 20 boxes of M8 nuts but now I only need 5 M8 washers",
        "You sent us 20 M8 nuts by mistake. Please send 5 M8 washers",
        "The 20 M8 nuts you sent last month were fine. 5 M8 washers please",
        "The M8 nuts came, thanks. Now need 5 M8 washers",
        "The last lot of knobs arrived fine. 5 M8 washers",
    ],
)
def test_what_came_before_is_not_ordered(lines: Reader, text: str):
    assert lines(text) == [("30-103", 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Last time you sent 20 M8 nuts but we need 30", ("31-103", 30)),
        ("The last order was 20 m of blue linen. 30 m this time please", ("50-100", 300)),
        ("We're down to our last 12 M8 nuts. 200 please", ("31-103", 200)),
        ("we have 10 m of blue linen left, please send 20 m more", ("50-100", 200)),
        ("20 of the M8 nuts you sent last month please", ("31-103", 20)),
        ("same M8 nuts as last time, 200", ("31-103", 200)),
    ],
)
def test_more_of_what_came_before_is(lines: Reader, text: str, expected: tuple[str, int]):
    assert lines(text) == [expected]


def test_whoever_says_we_need_is_no_customer(read: Reader):
    assert read("Last time you sent 20 M8 nuts but we need 30").customer_text is None
