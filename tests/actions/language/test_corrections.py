"""What was said later takes the place of what was said before."""

import pytest

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120 M8x40 zinc bolts... no, they come in 50s don't they, so 150. And 5 M8 washers", 150),
        ("120 M8x40 zinc bolts, no wait they're packed in 100s so we need 200, and 5 M8 washers", 200),
        ("120 M8x40 zinc bolts, sorry, it comes in boxes of 100 so make it 200. 5 M8 washers", 200),
        ("120 M8x40 zinc bolts, excuse me, 1200. And 5 M8 washers", 1200),
        ("120 M8x40 zinc bolts, pardon, we need 160, and 5 M8 washers", 160),
        ("120 M8x40 zinc bolts, changed to 140\n5 M8 washers", 140),
        ("120 M8x40 zinc bolts, increased to 150, and 5 M8 washers", 150),
        ("120 M8x40 zinc bolts - acutally 100 - and 5 M8 washers", 100),
        ("120 M8x40 zinc bolts, sory 100, and 5 M8 washers", 100),
        ("two dozen M8x40 zinc bolts, make it three dozen in fact. 5 M8 washers", 36),
        ("120 M8x40 zinc bolts, in fact 30, and 5 M8 washers", 30),
        ("120 M8x40 zinc bolts, my apologies, that is 220. 5 M8 washers", 220),
    ],
)
def test_a_number_takes_anothers_place_however_that_is_said(lines: Reader, text: str, expected: int):
    assert lines(text) == [("20-113", expected), ("30-103", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "another dozen red... apologies, another 12 metres of the red linen and 5 m of the blue",
        "10 m red linen, sorry, 12 m of the red, and 5 m of the blue",
        "add 10 m of red linen to that no twelve metres twelve metres of the red and 5 m blue",
        "ten metres of red linen no twelve metres and five metres of the blue",
        "11 m of red linen, sorry, I want 12 m red linen, and 5 m blue",
    ],
)
def test_goods_said_again_are_one_line(lines: Reader, text: str):
    assert lines(text) == [("50-101", 120), ("50-100", 50)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 M6 hex nuts zinc, no, make that M8", [("31-103", 12)]),
        ("12 M8x40 zinc bolts, sorry, M8x60", [("20-115", 12)]),
        ("12 M6 zinc hex nuts, actually M8, and 5 M6 washers", [("31-103", 12), ("30-102", 5)]),
        ("12 M6 hex nuts zinc, sorry, M8 hex nuts", [("31-103", 12)]),
        ("5 M6 washers and 12 M8x40 zinc bolts, I mean M8x50", [("30-102", 5), ("20-114", 12)]),
    ],
)
def test_a_size_takes_anothers_place(lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "12 M8 washers. Sorry, can I also have 5 M6 zinc hex nuts",
        "12 M8 washers. Sorry, we need 5 M6 zinc hex nuts as well",
        "excuse me, 12 M8 washers and 5 M6 zinc hex nuts",
        "no, they come in 500s, but 12 M8 washers and 5 M6 zinc hex nuts",
    ],
)
def test_an_excuse_before_other_goods_takes_nothing_back(lines: Reader, text: str):
    assert lines(text) == [("30-103", 12), ("31-102", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "12 M8 washers\nno thread, we found the box\n5 M6 zinc hex nuts",
        "No cable ties this time. 12 M8 washers, 5 M6 zinc hex nuts",
        "12 M8 washers. No zips please, we have plenty. 5 M6 zinc hex nuts",
        "no rush, 12 M8 washers and 5 M6 zinc hex nuts",
        "12 M8 washers\nno linen, but 5 M6 zinc hex nuts",
    ],
)
def test_what_is_not_needed_is_no_line(lines: Reader, text: str):
    assert lines(text) == [("30-103", 12), ("31-102", 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fifty M8 washers no make it a thousand and two reels of red thread", [("30-103", 1000), ("51-101", 2)]),
        ("fifty M8 washers no hang on make it a hundred and six M6 zinc nuts", [("30-103", 100), ("31-102", 6)]),
        (
            "ten M8 washers sorry make that two hundred and three boxes of M6 washers",
            [("30-103", 200), ("30-102", 600)],
        ),
        ("fifty M8 washers no make it a hundred and twelve", [("30-103", 112)]),
        ("thirty metres of red linen sorry make that a hundred and ten metres", [("50-101", 1100)]),
    ],
)
def test_a_corrected_number_ends_before_another_line(lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "there's been a change: instead of 6 m of red linen can I have 10, and 5 M8 washers",
        "make it 10 m of red linen instead of 6. And 5 M8 washers",
        "10 m red linen rather than 6, please, and 5 M8 washers",
        "10 m of red linen instead of the 6, and 5 M8 washers",
        "10 m red linen instead of 12 m blue linen, and 5 M8 washers",
    ],
)
def test_what_something_else_is_taken_for_goes(lines: Reader, text: str):
    assert lines(text) == [("50-101", 100), ("30-103", 5)]


@pytest.mark.parametrize(
    "text", ["16 m of linen in red no sorry in blue please", "16 m of linen, the one in natural, sorry, in blue"]
)
def test_the_same_small_word_leads_to_what_is_meant(lines: Reader, text: str):
    assert lines(text) == [("50-100", 160)]


def test_a_size_is_no_quantity_to_put_right(lines: Reader):
    text = "M8 washers 100\nwhite zips 20cm 50\nno wait, make the zips 75"
    assert lines(text) == [("30-103", 100), ("52-103", 75)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 pirate napkins? No, forget those. 6 mermaid napkins", [("N3", 6)]),
        ("eight shrimping nets... scrap those, 4 pirate bunting", [("N2", 4)]),
        ("two dozen mermaid bunting... I mean pirate bunting", [("N2", 24)]),
        ("5 pirate napkins, sorry, 12 as they come in boxes of that, and 6 pirate bunting", [("N1", 12), ("N2", 6)]),
    ],
)
def test_goods_taken_back_or_named_anew(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_what_is_not_to_be_forgotten_stays(shop_lines: Reader):
    assert shop_lines("8 shrimping nets, don't forget those. 4 pirate bunting") == [("H5", 8), ("N2", 4)]


def test_a_number_is_an_afterthought_between_commas(shop_lines: Reader):
    assert shop_lines("a mermaid lunch tin, six in fact, 4 shrimping nets") == [("T2", 6), ("H5", 4)]


def test_second_thoughts_correct_what_was_said_last(lines: Reader):
    text = "Two wood glue and 30 M8x40 zinc hex bolts. On second thoughts fifty of those."
    assert lines(text) == [("60-102", 2), ("20-113", 50)]


def test_a_pack_is_left_and_another_line_changed(shop_lines: Reader):
    text = "thirty pirate napkins and ten mermaid napkins and a box of pirate bunting actually no leave the bunting"
    assert shop_lines(text) == [("N1", 30), ("N3", 10)]
    assert shop_lines(f"{text} and do sixty of the pirate napkins") == [("N1", 60), ("N3", 10)]
