"""Every kind of card as plain text and as Telegram's HTML."""

from __future__ import annotations

import re
import typing
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.chat.cards import Attachment, Button, Card, DocumentCard, Fact, FactsCard, Part, Point, Reply, TableCard
from backend.chat.channels.blocks import number, period
from backend.chat.channels.rendering import PHONE_WIDTH, as_html, as_text, clean
from tests.backend.chat.channels import samples


def reply(card: Part, text: str = "") -> Reply:
    return Reply.model_validate({"text": text, "card": card.model_dump()})


def text_lines(card: Part) -> list[str]:
    return as_text(reply(card)).splitlines()


class Checker(HTMLParser):
    """Fails on anything but Telegram's own tags, opened and closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "pre", "a"}
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(html: str) -> str:
    """What a person sees of HTML that must be well formed."""
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker.text


def test_the_samples_hold_every_kind_of_card() -> None:
    union = typing.get_args(typing.get_args(Card)[0])
    assert {type(card) for card in samples.CARDS} == set(union)


@pytest.mark.parametrize("card", samples.CARDS, ids=lambda card: card.kind)
def test_every_card_is_shown_by_every_form(card: Part) -> None:
    text, html = as_text(reply(card, "Here it is.")), as_html(reply(card, "Here it is."))
    assert text.startswith("Here it is.\n\n")
    assert seen(html).startswith("Here it is.\n\n")
    assert "!" not in text + html
    for fragment in re.findall(r"[A-Z]{2}-\d+|£[\d,.]+|\d\d-\d\d\d", card.model_dump_json()):
        if fragment not in str(card.model_dump().get("url", "")):
            assert fragment in text
            assert fragment in seen(html)


def test_a_cart_is_aligned_lines_with_a_total() -> None:
    assert text_lines(samples.CART) == [
        "Your cart",
        "Customer:  Harper & Sons",
        "Wanted by: 27 Feb 2026",
        "Reference: PO-77",
        "1. M8x40 hex bolt, zinc (10-201)              60 ×  £0.12 = £7.20  in stock",
        "2. M8 washer (20-104)             2 boxes of 200 × £0.015 = £6.00  "
        "150 in stock, 250 on back order, promised 4 Mar 2026",
        "Total £13.20",
        "Prices are without VAT.",
    ]


def test_a_cart_in_telegram_has_two_lines_for_each_of_its_lines() -> None:
    lines = as_html(reply(samples.CART)).splitlines()
    assert lines[1] == "Customer: Harper &amp; Sons"
    assert lines[4:6] == ["1. <b>M8x40 hex bolt, zinc (10-201)</b>", "60 × £0.12 = £7.20, in stock"]
    assert lines[-2] == "<b>Total £13.20</b>"


def test_an_empty_cart_says_so() -> None:
    assert text_lines(samples.CART.model_copy(update={"lines": []}))[4] == "Nothing in it yet."


def test_a_promised_date_that_the_stock_already_tells_is_not_repeated() -> None:
    line = samples.LINES[1].model_copy(update={"stock": "on back order until 4 Mar 2026"})
    card = samples.CART.model_copy(update={"lines": [line]})
    assert as_text(reply(card)).count("4 Mar 2026") == 1


def test_an_order_tells_its_state_and_shipments() -> None:
    assert text_lines(samples.ORDER) == [
        "Order SO-1042: part shipped",
        "Customer: Harper & Sons",
        "Placed:   20 Feb 2026, by Ann Harper",
        "1. M8x40 hex bolt, zinc (10-201)  60 × £0.12 = £7.20  in stock",
        "Total £7.20",
        "– Shipment SH-9: on its way  by DPD, tracking X1, expected 24 Feb 2026",
    ]


def test_orders() -> None:
    assert text_lines(samples.ORDERS)[1:] == [
        "– SO-1042  20 Feb 2026      £7.20  part shipped",
        "  60 M8x40 hex bolt, zinc",
        "– SO-998    5 Jan 2026  £1,140.00  delivered",
        "  2 products",
    ]


def test_products() -> None:
    assert text_lines(samples.PRODUCTS)[1:] == [
        "– M8x40 hex bolt, zinc (10-201)        £0.12 each  4,200 in stock",
        "  box of 200, case of 2,000",
        "– Linen, blue (30-107)           £18.00 per metre  on back order",
    ]


def test_a_reorder_list_gives_its_reasons() -> None:
    assert text_lines(samples.REORDER)[2:] == [
        "– M8x40 hex bolt, zinc (10-201)  2 boxes of 200 × £0.12  due since 3 Feb 2026",
        "  You buy about 400 every 5 weeks; the last time was 6 weeks ago.",
    ]


def test_a_forecast_is_a_table_with_its_reasons() -> None:
    lines = text_lines(samples.FORECAST)
    assert lines[2:4] == [
        "Period    bolts   80 % range  Last year",
        "Jan 2026  1,320  1,170–1,500      1,240",
    ]
    assert lines[9:] == [
        "What it rests on:",
        "– Trend: +1.1 % a month",
        "– Season: March is 14 % above an average month",
        "Accuracy: On this item it was off by 9 % on average over the last 12 months; a naive forecast by 15 %.",
    ]


def test_a_forecast_without_last_year_or_range_leaves_them_out() -> None:
    card = samples.FORECAST.model_copy(update={"last_year": [], "forecast": [Point(period="2026-W07", value=3.25)]})
    assert text_lines(card)[2:4] == ["Period    bolts  80 % range", "2026-W07    3.2           –"]


def test_last_year_is_matched_by_period_where_the_labels_agree() -> None:
    card = samples.FORECAST.model_copy(update={"last_year": [Point(period="2026-02", value=7)]})
    rows = text_lines(card)[3:5]
    assert rows[0].endswith("–")
    assert rows[1].endswith(" 7")


def test_two_forecasts_are_a_table_with_a_column_each_and_fit_a_phone() -> None:
    lines = text_lines(samples.COMPARISON)
    assert "Period    M8x40 hex b…  Flat washer…" in lines
    assert "Jan 2026         1,320         2,100" in lines
    assert lines[-1] == "From sales up to Dec 2025."
    pre = re.search(r"<pre>(.*?)</pre>", as_html(reply(samples.COMPARISON)), re.DOTALL)
    assert pre is not None
    assert max(map(len, pre[1].splitlines())) <= 38


def test_a_forecasts_numbers_fit_a_phone() -> None:
    pre = re.search(r"<pre>(.*?)</pre>", as_html(reply(samples.FORECAST)), re.DOTALL)
    assert pre is not None
    assert max(map(len, pre[1].splitlines())) <= PHONE_WIDTH


def test_what_to_buy_stands_by_supplier_with_the_parts_of_the_number() -> None:
    assert text_lines(samples.REPLENISHMENT) == [
        "What to buy",
        "From Baltic Fasteners",
        "– M8x40 hex bolt, zinc (10-201)  6 cases of 2,000  £540.00",
        "  cover 12.4 days; on hand 1,200, reserved 300, on order 0; "
        "demand 9,480 over lead time plus review (74 days), safety stock 1,100",
        "  Without it you run out around 9 Mar 2026.",
        "From Lyon Textiles",
        "– Linen, blue (30-107)  50 m  £410.00",
        "  cover: no demand; on hand 0, reserved 0, on order 0; demand 0, safety stock 0",
        "… and 3 more",
        "Baltic Fasteners: £540.00",
        "Lyon Textiles: £410.00",
    ]


def test_purchase_orders() -> None:
    assert text_lines(samples.PURCHASE_ORDERS)[1:] == [
        "– PO-31   1 line  £540.00  Baltic Fasteners, expected 6 May 2026",
        "– PO-32  2 lines  £410.00  Lyon Textiles",
    ]


def test_facts_and_tables() -> None:
    assert text_lines(samples.FACTS) == ["Harper & Sons", "Code:       C-014", "Last order: 20 Feb 2026"]
    assert text_lines(samples.TABLE)[1:] == [
        "Month  Units      Value",
        "Jan    1,200     £90.00",
        "Feb       80  £1,004.50",
    ]


def test_a_wide_table_is_a_list_on_a_phone() -> None:
    card = TableCard(title="T", columns=["Product", "Why"], rows=[["Bolt <M8>", "because " * 8]])
    assert as_html(reply(card)) == f"<b>T</b>\n– <b>Bolt &lt;M8&gt;</b>\nWhy: {'because ' * 8}"


def test_a_ragged_table_is_shown_all_the_same() -> None:
    card = TableCard(title="T", columns=["A"], rows=[["1", "2"], ["3"], []])
    assert text_lines(card) == ["T", "A", "1  2", "3"]


def test_a_document_is_a_link_only_where_it_can_be_fetched_without_a_sign_in() -> None:
    assert text_lines(samples.DOCUMENT) == ["Invoice IN-7: /api/documents/7"]
    assert as_text(reply(samples.DOCUMENT), "http://desk:8000") == "Invoice IN-7: http://desk:8000/api/documents/7"
    assert as_html(reply(samples.DOCUMENT)) == "Invoice IN-7: on the page"
    signed = samples.DOCUMENT.model_copy(update={"url": "/api/documents/invoice/IN-7.pdf?token=abc"})
    assert as_html(reply(signed), "https://desk.test/") == (
        '<a href="https://desk.test/api/documents/invoice/IN-7.pdf?token=abc">Invoice IN-7</a>'
    )
    away = DocumentCard(title="Invoice", number="7", url='https://papers.test/7?a=1&b="x"')
    assert as_html(reply(away)) == '<a href="https://papers.test/7?a=1&amp;b=&quot;x&quot;">Invoice 7</a>'
    evil = DocumentCard(title="Invoice", number="7", url="javascript:alert(1)")
    assert "href" not in as_html(reply(evil))


def test_attachments_and_pictures_are_named_and_buttons_are_left_to_the_channel() -> None:
    answer = Reply(
        text="See.",
        image="/api/pictures/1",
        attachments=[Attachment(title="Note", url="/n")],
        buttons=[Button(title="Yes", token="t")],
    )
    assert as_text(answer) == "See.\n\nPicture: /api/pictures/1\nNote: /n"
    assert as_html(answer) == "See.\n\nPicture: on the page\nNote: on the page"
    assert as_text(Reply(text="x", image="data:image/png;base64,AAAA")) == "x"


def test_html_of_others_is_escaped() -> None:
    card = FactsCard(title="<b>&", facts=[Fact(label="<i>", value="</pre><script>")])
    assert as_html(Reply(text="a < b", card=card)) == (
        "a &lt; b\n\n<b>&lt;b&gt;&amp;</b>\n&lt;i&gt;: &lt;/pre&gt;&lt;script&gt;"
    )


def test_control_characters_never_reach_a_terminal() -> None:
    assert as_text(Reply(text="red\x1b[31m\u202egnol\ud800\tx\r\ny")) == "red[31mgnol x\ny"


@settings(deadline=None)
@given(st.text())
def test_any_text_is_shown_as_it_is_and_can_be_sent(text: str) -> None:
    assert clean(text).encode().decode() == clean(text)
    assert seen(as_html(Reply(text=text))) == clean(text.strip())


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.04, "0"), (1, "1"), (2.26, "2.3"), (99.96, "100"), (1234.5, "1,234"), (None, "–"), (1e400, "–")],
)
def test_numbers(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_periods() -> None:
    assert [period(text) for text in ("2025-07", "2025-07-31", "2025-W31", "2025-13", "")] == [
        "Jul 2025",
        "31 Jul 2025",
        "2025-W31",
        "2025-13",
        "",
    ]
    assert period(date(2025, 1, 2).isoformat()) == "2 Jan 2025"
