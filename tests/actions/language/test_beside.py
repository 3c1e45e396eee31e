"""Earlier orders' numbers, people who say who they are, and streets: no goods, whatever numbers they hold."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "text",
    [
        "another 6 shrimping nets on 568802",
        "add 6 shrimping nets to 563388.",
        "Put 6 shrimping nets on order 574301, please",
        "could 6 shrimping nets go onto 562881 and thanks",
        "6 shrimping nets with 559012 if it has not left",
        "hello it's Linda from Oakfield Primary um we need 6 shrimping nets",
        "hi its sam here at the corner shop we need 6 shrimping nets",
        "This is Rose from the Pirate Tea Room, please send 6 shrimping nets",
        "6 shrimping nets to Goods In, Rear of 14 Market Street, Harrogate",
        "6 shrimping nets. Unit B, 22 Mill Lane, Leeds LS1 4AB",
    ],
)
def test_what_stands_beside_the_lines_is_none_of_them(shop_lines: Reader, text: str):
    assert shop_lines(text) == [("H5", 6)]


def test_an_earlier_order_between_two_lines(shop_lines: Reader):
    text = "put another 12 pirate lunch tins on 574301, and 6 shrimping nets"
    assert shop_lines(text) == [("T1", 12), ("H5", 6)]


def test_what_arrived_on_a_day_is_not_asked_for_on_it(read_shop: Reader):
    assert read_shop("the bunting arrived on Friday, now 6 shrimping nets").requested_date is None


def test_a_customer_behind_this_is_for(read_shop: Reader):
    reading = read_shop("this is for customer 16422 they want 6 shrimping nets")
    assert reading.customer_text == "16422"
    assert [(line.sku, line.quantity) for line in reading.lines] == [("H5", 6)]
