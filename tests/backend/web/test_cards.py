"""Every kind of card as a person sees it, on a wide and on a narrow screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backend.chat.cards import ForecastSeries
from tests.backend.web.conftest import Visit
from tests.backend.web.samples import FORECAST, HISTORY, SAMPLES

pytestmark = pytest.mark.browser

SHOWN = {
    "cart": ["Your cart", "70-215-BLU", "2 boxes of 200", "£304.00", "promised 12 Aug 2025", "PO 4471", "4 Aug 2025"],
    "order": ["Order SO-10432", "Part shipped", "28 Jul 2025, by Ann Harper", "NC 4410 2207 118", "In transit"],
    "record": ["Quote QU-100017", "Valid until", "14 Aug 2025", "Delivery", "free", "Prices hold until that day."],
    "orders": ["Your last orders", "SO-10311", "Cancelled", "Thread, 2 lines", "£1,128.40"],
    "products": ["Which washers do you mean?", "21-108", "£2.35 a box", "case of 10 boxes"],
    "reorder": ["Likely to be needed next", "in about 6 days", "You order these every 31 days"],
    "forecast": ["the next six months", "8,946 pieces", "80 % range", "up 9 pieces a month", "out by 9 %"],
    "replenishment": [
        "Lisburn Weavers",
        "10 cases of 500",
        "11 days",
        "no demand",
        "and 14 more",
        "2 lines, £998.40",
        "To look at first",
        "Coach screw 10 × 100 runs out",
    ],
    "waterfall": ["Why 480 of 85123A", "Safety stock", "-200", "To order", "EOQ would order 600."],
    "purchase_orders": ["PO-0331", "Taiwan Fasteners", "24 Oct 2025", "£995.20"],
    "facts": ["Harper & Sons", "30 days, limit £5,000.00"],
    "table": ["Available to promise", "11,090", "Bristol, cloth"],
    "document": ["Invoice INV-20441", "Download Invoice INV-20441"],
}


def show(visit: Visit, *kinds: str) -> None:
    for kind in kinds:
        visit.desk.say("desk", text=f"Here is the {kind}.", card=SAMPLES[kind].model_dump(mode="json"))
    visit.sign_in()
    expect(visit.page.locator(".card")).to_have_count(len(kinds))


def overflow(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_every_kind_of_card_is_shown(visit: Visit):
    assert set(SHOWN) == set(SAMPLES)
    show(visit, *SAMPLES)
    for card, kind in zip(visit.page.locator(".card").all(), SAMPLES, strict=True):
        for words in SHOWN[kind]:
            expect(card).to_contain_text(words)
    assert overflow(visit.page) == 0


def test_a_cart_is_a_table_with_its_total_in_the_foot(visit: Visit):
    show(visit, "cart")
    table = visit.page.get_by_role("table", name="Your cart")
    heads = ["SKU", "Product", "Quantity", "Price", "Stock", "Total"]
    expect(table.get_by_role("columnheader")).to_have_text(heads)
    expect(table.locator("tbody").get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("row").last).to_have_text("Total£304.00")


@pytest.mark.parametrize("width", [360, 390])
def test_nothing_makes_a_narrow_page_scroll_sideways(visit: Visit, width: int):
    visit.page.set_viewport_size({"width": width, "height": 740})
    visit.desk.say("desk", text="x" * 300 + " https://example.com/" + "y" * 200)
    visit.desk.say("desk", text="Which?", buttons=[{"title": "z" * 120, "token": "t"}])
    show(visit, *SAMPLES)
    for summary in visit.page.locator("summary").all():
        summary.click()
    assert overflow(visit.page) == 0
    wider = "(each) => each.scrollWidth > each.clientWidth + 1"
    inside = f"(box) => [...box.querySelectorAll('.message')].filter({wider}).length"
    assert visit.page.locator("#log").evaluate(inside) == 0
    expect(visit.page.get_by_role("table", name="Your cart")).to_be_visible()


def test_everything_to_tap_is_large_enough(visit: Visit):
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.desk.say("desk", text="Which?", buttons=[{"title": "A", "token": "t"}])
    show(visit, *SAMPLES)
    for target in visit.page.locator("button:visible, a:visible:not(.skip), summary:visible, textarea:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert (box["height"] >= 44, target.text_content()) == (True, target.text_content())


def test_a_forecast_is_a_picture_with_its_numbers_behind_it(visit: Visit):
    show(visit, "forecast")
    picture = visit.page.get_by_role("img", name="Hex bolt M8 × 40, the next six months")
    expect(picture).to_be_visible()
    expect(picture.locator("desc")).to_contain_text(
        "History from Jul 2022 to Jun 2025; Forecast from Jul 2025 to Dec 2025"
    )
    for line in ("history", "forecast", "last-year", "band"):
        expect(picture.locator(f"path.{line}")).to_have_count(1)
    visit.page.get_by_text("Show the numbers").click()
    rows = visit.page.locator(".numbers tbody").get_by_role("row")
    expect(rows).to_have_count(len(HISTORY) + len(FORECAST))
    expect(rows.nth(len(HISTORY))).to_contain_text("Jul 2025")
    visit.page.get_by_role("group", name="Chart.").press("ArrowRight")
    expect(visit.page.locator(".readout")).to_contain_text("Jul 2025: ")
    expect(visit.page.locator(".readout")).to_contain_text("80 % range")


def test_two_forecasts_stand_in_one_picture_with_both_numbers_behind_it(visit: Visit):
    other = ForecastSeries(name="Washer M8", unit="pieces", history=HISTORY, forecast=FORECAST, total="9,000")
    changes = {"title": "Bolt and washer", "name": "Bolt M8", "last_year": [], "others": [other]}
    card = SAMPLES["forecast"].model_copy(update=changes)
    visit.desk.say("desk", text="Beside each other.", card=card.model_dump(mode="json"))
    visit.sign_in()
    picture = visit.page.get_by_role("img", name="Bolt and washer")
    expect(picture.locator("desc")).to_contain_text("Washer M8 expected between")
    for line in ("history", "forecast", "band", "other-history", "other-forecast", "other-band"):
        expect(picture.locator(f"path.{line}")).to_have_count(1)
    visit.page.get_by_text("Show the numbers").click()
    heads = visit.page.locator(".numbers thead").get_by_role("columnheader")
    expect(heads).to_have_text(["Period", "Bolt M8", "Low", "High", "Washer M8", "Low", "High"])


def test_a_line_to_buy_unfolds_its_reason(visit: Visit):
    show(visit, "replenishment")
    reason = visit.page.get_by_text("so stock has to last 74 days").first
    expect(reason).to_be_hidden()
    visit.page.get_by_text("Why Hex bolt M8 × 40").click()
    expect(reason).to_be_visible()
    expect(visit.page.get_by_text("Demand, 74 days").first).to_be_visible()


def test_a_paper_is_fetched_with_the_sign_in(visit: Visit):
    show(visit, "document")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Download Invoice INV-20441").click()
    assert download.value.suggested_filename == "INV-20441.txt"


def test_a_picture_is_shown_and_only_our_own_attachments_are_links(visit: Visit):
    visit.sign_in()
    visit.say("picture")
    expect(visit.page.get_by_role("img", name="Picture sent with this message")).to_have_js_property("naturalWidth", 1)
    expect(visit.page.locator(".attachments a")).to_have_text(["Price list"])
    expect(visit.page.locator(".attachments")).to_contain_text("Elsewhere")


def test_a_card_of_a_later_release_says_so(visit: Visit):
    visit.desk.say("desk", text="New.", card={"kind": "hologram", "title": "Wonder"})
    visit.sign_in()
    expect(visit.page.locator(".ours")).to_contain_text("Please reload the page.")


def test_the_keyboard_reaches_the_message_box_at_once(visit: Visit):
    show(visit, "facts")
    first = visit.page.locator("a, button, input, textarea, [tabindex]").first
    expect(first).to_have_text("Skip to the message box")
    first.press("Enter")
    expect(visit.page.locator("#message")).to_be_focused()
