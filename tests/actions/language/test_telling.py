"""What a message only tells is no order: what came, what is planned, what the goods are for."""

from decimal import Decimal

import pytest

from actions.language.mentions import Mention
from actions.language.piece import Piece
from actions.language.telling import tells_of_itself
from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "told",
    [
        "The pirate napkins came fine, ta. ",
        "The mermaid bunting went down well with the team. ",
        "The wicker hamper was lovely. ",
        "Nothing more from the pirate range, just ",
        "The kettle covers sold out. ",
        "We are planning a catalogue feature. ",
        "I'm a party planner. ",
        "We're a small shop in York. ",
        "They are a pirate lunch tin replacement. ",
        "we're running a stall at the village fete, could you do ",
        "We are expecting 120 guests. ",
        "Thanks for the lighthouse tins! ",
    ],
)
def test_only_told(shop_lines: Reader, told: str):
    assert shop_lines(f"{told}6 shrimping nets") == [("H5", 6)]


@pytest.mark.parametrize("purpose", ["for the tool stall", "for our pirate party", "for the letter hook wall"])
def test_what_goods_are_for(shop_lines: Reader, purpose: str):
    assert shop_lines(f"6 shrimping nets {purpose}") == [("H5", 6)]


@pytest.mark.parametrize(
    "text",
    [
        "6 shrimping nets and two desk staplers",
        "6 shrimping nets, a box of staples",
        "6 shrimping nets and some bunting",
    ],
)
def test_what_is_wanted_and_not_known_is_still_asked(shop_lines: Reader, text: str):
    assert shop_lines(text) == [("H5", 6), (None, None)]


def test_an_article_behind_a_wish_counts(shop_lines: Reader):
    assert shop_lines("I'm after a wicker hamper small and 6 shrimping nets") == [("H1", 1), ("H5", 6)]
    assert shop_lines("can I have a wicker hamper small and 6 shrimping nets") == [("H1", 1), ("H5", 6)]


def test_a_quantity_that_another_line_lent_has_no_article_in_this_one():
    lent = Mention(3, 4, Decimal(1), None, 0.9)
    assert not tells_of_itself((), (Piece("word", "gizmos", 0, 6),), lent)


@pytest.mark.parametrize(
    "said", ["It's for the shed, where the polyester rotted.", "The blue is for the hall so it can't be the natural."]
)
def test_what_is_ruled_out_or_told_beside_is_not_asked_about(lines: Reader, said: str):
    assert lines(f"6 m of blue linen. {said}") == [("50-100", 60)]


@pytest.mark.parametrize(
    "beside",
    [
        "Is the lighthouse lunch tin coming back? ",
        "What's the delivery like on the wicker hamper small? ",
        "Are the pirate napkins discontinued? ",
        "Do the lighthouse tins come as a set? ",
        "Sorry to be a nuisance but the driver must phone first. ",
        "It is only a small order. ",
        "The gift shop would like ",
        "One arrived cracked last time. ",
        "Two were split, by the way. ",
        "Gate closes 4.30. ",
        "Ring me after 3 please. ",
    ],
)
def test_what_is_asked_or_told_beside_an_order(shop_lines: Reader, beside: str):
    assert shop_lines(f"{beside}12 sandcastle spade pink") == [("S1", 12)]


def test_a_question_is_all_there_is_where_nothing_is_counted(shop_lines: Reader):
    assert shop_lines("Is the lighthouse lunch tin coming back?") == [("T3", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do you do the lighthouse lunch tin? We would like 6.", [("T3", 6)]),
        (
            "2 shrimping nets. Are the lighthouse lunch tins back in stock? If so a dozen please",
            [("H5", 2), ("T3", 12)],
        ),
        ("I hear the pirate lunch tins are back. 9 please", [("T1", 9)]),
        ("2 shrimping nets. Have you got brown kraft envelopes? I would take 50", [("H5", 2), (None, None)]),
    ],
)
def test_what_was_asked_about_is_counted_behind(
    shop_lines: Reader, text: str, expected: list[tuple[str | None, int | None]]
):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "12 sandcastle spade pink - stand looking empty",
        "12 sandcastle spade pink - the quay shop has nothing left",
        "12 sandcastle spade pink, regatta in 9 days",
        "12 sandcastle spade pink. The lighthouse ones are lovely but a bit dear for us.",
        "12 sandcastle spade pink. They had one last year that went in a day.",
        "12 sandcastle spade pink, if the van is coming by the harbour?",
        "12 sandcastle spade pink on the twenty second please",
        "Dept 9 Harbour Gifts\n12 sandcastle spade pink",
        "For the summer gift box I will need\n12 sandcastle spade pink",
        "12 sandcastle spade pink. Order no. QRS 417.",
    ],
)
def test_what_trails_behind_an_order(shop_lines: Reader, text: str):
    assert shop_lines(text) == [("S1", 12)]


@pytest.mark.parametrize(
    "text",
    [
        "12 sandcastle spade pink. Wicker hamper included?",
        "12 sandcastle spade pink. I need it as a formal offer",
        "custmer 15312 wants 12 sandcastle spade pink",
        "Eight dozen of... let me start again. 12 sandcastle spade pink",
    ],
)
def test_offers_and_who_asks_for_them(shop_lines: Reader, text: str):
    assert shop_lines(text) == [("S1", 12)]
