"""Saying things: sending, tapping, failing, trying again; the stream and the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.backend.web.conftest import Visit
from tests.backend.web.fake_gateway import HTML, ProblemError, yesterday

pytestmark = pytest.mark.browser
BUSY = ProblemError(503, "The desk is being restarted. Please try again in a moment.", "unavailable")


def lose(route: Route) -> None:
    """The request arrives, its answer does not."""
    route.fetch()
    route.abort()


def ids(visit: Visit) -> list[str]:
    return [each["message_id"] for each in visit.desk.received]


def test_a_message_is_sent_once_and_answered(visit: Visit):
    visit.sign_in()
    box = visit.page.locator("#message")
    box.fill("60 bolts")
    box.press("Shift+Enter")
    box.press_sequentially("2 boxes of washers")
    box.press("Enter")
    expect(visit.page.locator(".own .text")).to_have_text("60 bolts\n2 boxes of washers", use_inner_text=True)
    expect(visit.page.locator(".ours .text")).to_have_text(
        "You said: 60 bolts\n2 boxes of washers", use_inner_text=True
    )
    expect(box).to_have_value("")
    assert [each["text"] for each in visit.desk.received] == ["60 bolts\n2 boxes of washers"]
    visit.page.wait_for_timeout(300)  # the stream brings both again
    expect(visit.page.locator(".message")).to_have_count(2)


def test_a_starter_suggestion_is_one_tap(visit: Visit):
    visit.sign_in("desk@demo")
    visit.page.get_by_role("button", name="order 40 of 20-104 for Harper & Sons").click()
    expect(visit.page.get_by_text("You said: order 40 of 20-104 for Harper & Sons")).to_be_visible()
    expect(visit.page.locator("#empty")).to_be_hidden()


def test_waiting_is_shown_and_messages_keep_their_order(visit: Visit):
    visit.sign_in()
    visit.desk.slow = 0.4
    visit.say("first")
    visit.say("second")
    expect(visit.page.locator("#typing")).to_be_visible()
    expect(visit.page.get_by_role("status").filter(has_text="The order desk is answering.")).to_have_count(1)
    expect(visit.page.get_by_text("You said: second")).to_be_visible()
    expect(visit.page.locator("#typing")).to_be_hidden()
    assert [each["text"] for each in visit.desk.received] == ["first", "second"]


def test_a_tap_shows_what_was_tapped_and_can_be_made_once(visit: Visit):
    visit.sign_in()
    visit.say("buttons")
    visit.page.get_by_role("button", name="Yes, place it").click()
    expect(visit.page.locator(".own .text").last).to_have_text("Yes, place it")
    expect(visit.page.get_by_text("You said: Yes, place it")).to_be_visible()
    assert visit.desk.received[-1]["button"].startswith("t-Yes, place it-")
    assert "text" not in visit.desk.received[-1]
    for answer in visit.page.locator(".answer").all():
        expect(answer).to_be_disabled()
    expect(visit.page.get_by_role("button", name="Yes, place it, chosen")).to_have_count(1)
    visit.page.reload()
    expect(visit.page.get_by_role("button", name="Yes, place it, chosen")).to_be_disabled()
    expect(visit.page.get_by_role("button", name="No", exact=True)).to_be_disabled()


def test_only_the_last_answers_can_be_tapped(visit: Visit):
    visit.sign_in()
    visit.say("buttons")
    expect(visit.page.locator(".answers")).to_have_count(1)
    visit.say("what is linen?")
    expect(visit.page.get_by_text("You said: what is linen?")).to_be_visible()
    expect(visit.page.get_by_role("button", name="No", exact=True)).to_be_enabled()
    visit.say("buttons")
    expect(visit.page.locator(".answers")).to_have_count(2)
    expect(visit.page.locator(".answers").nth(0).locator("button:enabled")).to_have_count(0)
    expect(visit.page.locator(".answers").nth(1).locator("button:enabled")).to_have_count(3)


def test_text_from_the_server_is_never_html(visit: Visit):
    visit.sign_in()
    visit.say(HTML)
    visit.say("html")
    visit.say("buttons")
    expect(visit.page.locator(".ours")).to_have_count(4)
    assert visit.page.locator("#log :is(img, b, script)").count() == 0
    expect(visit.page.locator(".ours .text").nth(1)).to_have_text(HTML)
    expect(visit.page.locator(".card-facts h3")).to_have_text(HTML)
    assert visit.page.locator("#log a").count() == 0
    assert visit.page.title() == "Thornbury & Vale · Quartermaster"


@pytest.mark.parametrize("failure", ["answers 503", "no network"])
def test_trying_again_sends_the_same_message_id(visit: Visit, failure: str):
    visit.expect_failures()
    visit.sign_in()
    if failure == "answers 503":
        visit.desk.failures = [BUSY, BUSY]
        sentence = BUSY.detail
    else:
        visit.page.route("**/api/chat/messages", lambda route: route.abort(), times=1)
        sentence = "The order desk can't be reached. Nothing you wrote is lost."
    visit.say("order 40 of 20-104")
    expect(visit.page.locator(".trouble")).to_contain_text(sentence)
    visit.page.get_by_role("button", name="Try again").click()
    if failure == "answers 503":
        visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.get_by_text("You said: order 40 of 20-104")).to_be_visible()
    expect(visit.page.locator(".trouble")).to_be_hidden()
    assert len(set(ids(visit))) == 1
    assert len(ids(visit)) == (3 if failure == "answers 503" else 1)
    expect(visit.page.locator(".own")).to_have_count(1)


def test_an_answer_lost_on_the_way_is_not_acted_on_twice(visit: Visit):
    visit.expect_failures()
    visit.page.route("**/api/chat/stream", lambda route: route.abort())
    visit.sign_in()
    visit.page.route("**/api/chat/messages", lose, times=1)
    visit.say("order 40 of 20-104")
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.get_by_text("You said: order 40 of 20-104")).to_be_visible()
    assert len(ids(visit)) == 2
    assert len(set(ids(visit))) == 1
    visit.page.reload()
    expect(visit.page.locator(".message")).to_have_count(2)


def test_an_answer_that_comes_by_the_stream_alone_needs_no_second_try(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.page.route("**/api/chat/messages", lose, times=1)
    visit.say("order 40 of 20-104")
    expect(visit.page.get_by_text("You said: order 40 of 20-104")).to_be_visible()
    expect(visit.page.locator(".trouble")).to_be_hidden()
    visit.page.reload()
    expect(visit.page.locator(".message")).to_have_count(2)
    assert len(ids(visit)) == 1


def test_an_unsent_message_and_a_draft_survive_a_reload(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.desk.failures = [BUSY]
    visit.say("order 40 of 20-104")
    expect(visit.page.locator(".trouble")).to_be_visible()
    visit.page.locator("#message").fill("and some thread")
    visit.page.reload()
    expect(visit.page.locator("#message")).to_have_value("and some thread")
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.get_by_text("You said: order 40 of 20-104")).to_be_visible()
    assert len(set(ids(visit))) == 1
    visit.page.reload()
    expect(visit.page.locator(".message")).to_have_count(2)
    expect(visit.page.locator(".trouble:visible")).to_have_count(0)


def test_a_refused_message_says_why_and_can_be_edited(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.desk.failures = [ProblemError(422, "Please write fewer than 4,000 characters.", "invalid")]
    visit.say("far too much")
    expect(visit.page.locator(".trouble")).to_contain_text("Please write fewer than 4,000 characters.")
    expect(visit.page.get_by_role("button", name="Try again")).to_have_count(0)
    visit.say("something else")
    expect(visit.page.get_by_text("You said: something else")).to_be_visible()
    visit.page.reload()
    expect(visit.page.locator(".trouble:visible")).to_contain_text("Please write fewer than 4,000 characters.")
    visit.page.get_by_role("button", name="Edit").click()
    expect(visit.page.locator("#message")).to_have_value("far too much")
    expect(visit.page.locator(".trouble:visible")).to_have_count(0)


def test_a_failed_tap_can_be_left(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.say("buttons")
    expect(visit.page.get_by_role("button", name="No", exact=True)).to_be_enabled()
    visit.desk.failures = [BUSY]
    visit.page.get_by_role("button", name="Yes, place it").click()
    expect(visit.page.get_by_role("button", name="No", exact=True)).to_be_disabled()
    visit.page.get_by_role("button", name="Leave it").click()
    expect(visit.page.locator(".own")).to_have_count(1)
    visit.page.get_by_role("button", name="No", exact=True).click()
    expect(visit.page.get_by_text("You said: No")).to_be_visible()


def test_characters_are_counted_near_the_limit_and_nothing_is_cut_off(visit: Visit):
    visit.sign_in()
    box, counter = visit.page.locator("#message"), visit.page.locator("#counter")
    box.fill("x" * 3_000)
    expect(counter).to_be_empty()
    box.fill("x" * 3_990)
    expect(counter).to_have_text("10 characters left")
    box.fill("\U0001f9f5" * 4_012)
    expect(counter).to_have_text("12 too many. Please shorten it, or send it in two parts.")
    expect(visit.page.get_by_role("button", name="Send")).to_be_disabled()
    box.press("Enter")
    assert visit.desk.received == []
    assert len(box.input_value()) == 4_012


def test_history_is_there_on_reload_with_earlier_pages(visit: Visit):
    for number in range(60):
        visit.desk.say("person" if number % 2 else "desk", text=f"number {number}", at=yesterday())
    visit.sign_in()
    said = visit.page.locator(".text")
    expect(said).to_have_count(50)
    expect(visit.page.locator(".day:visible")).to_have_text(["Yesterday"])
    visit.page.get_by_role("button", name="Earlier messages").click()
    expect(said).to_have_text([f"number {number}" for number in range(60)])
    expect(visit.page.get_by_role("button", name="Earlier messages")).to_be_hidden()
    visit.say("and now")
    expect(visit.page.get_by_text("You said: and now")).to_be_visible()
    expect(visit.page.locator(".day:visible")).to_have_text(["Yesterday", "Today"])
    visit.page.reload()
    expect(said.last).to_have_text("You said: and now")


def test_the_stream_brings_what_was_said_elsewhere_once_and_in_order(visit: Visit):
    visit.sign_in()
    visit.desk.say("person", text="from Telegram", message_id="telegram-1")
    visit.desk.say("desk", text="Your order SO-10432 has left us.")
    expect(visit.page.locator(".text")).to_have_text(["from Telegram", "Your order SO-10432 has left us."])
    expect(visit.page.locator(".own")).to_have_count(1)


def test_the_stream_resumes_after_the_last_message(visit: Visit):
    visit.expect_failures()
    visit.expected += ("ERR_INCOMPLETE_CHUNKED_ENCODING",)
    visit.sign_in()
    visit.desk.say("desk", text="one")
    expect(visit.page.get_by_text("one")).to_be_visible()
    token, email = visit.desk.tokens.popitem()
    visit.page.wait_for_timeout(150)  # the fake closes the stream
    visit.desk.tokens[token] = email
    visit.desk.say("desk", text="two")
    expect(visit.page.locator(".text")).to_have_text(["one", "two"])
    visit.until(lambda: visit.desk.streams == ["0", "1"])


def test_the_title_tells_of_new_messages_while_the_page_is_hidden(visit: Visit):
    visit.page.add_init_script(
        "Object.defineProperty(Document.prototype, 'hidden',"
        " { get: () => document.documentElement.dataset.hidden === 'yes' })"
    )
    visit.sign_in()
    visit.page.evaluate("() => { document.documentElement.dataset.hidden = 'yes' }")
    visit.desk.say("desk", text="It has left us.")
    expect(visit.page).to_have_title("New message · Thornbury & Vale")
    visit.page.evaluate(
        "() => { document.documentElement.dataset.hidden = ''; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    expect(visit.page).to_have_title("Thornbury & Vale · Quartermaster")
