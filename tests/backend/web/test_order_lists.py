"""An order list as a file: chosen or dropped, refused, failed and sent again, chosen again after a reload."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from backend.chat import texts
from backend.chat.files import LARGEST_FILE, MOST_LINES, SUFFIXES
from backend.web import STATIC
from tests.backend.web.conftest import Visit
from tests.backend.web.fake_gateway import ProblemError
from tests.backend.web.test_conversation import BUSY, ids, lose
from tests.backend.web.test_door import fill_in

pytestmark = pytest.mark.browser
ADDRESS = "**/api/chat/files"
SHEET = b"Article;Description;Qty\r\n20-104;Hex bolt M8x40, zinc;40\r\n30-102;Washer;5\r\n"
READ = "40 20-104\n5 30-102"
LOST = "A file is not kept when the page is reloaded. Choose it again to send it."


def a_file(name: str = "november.csv", content: bytes = SHEET) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def button(visit: Visit) -> Locator:
    return visit.page.get_by_role("button", name="Upload an order list (CSV or text)")


def choose(visit: Visit, file: FilePayload, by: str = "Upload an order list (CSV or text)") -> None:
    with visit.page.expect_file_chooser() as chooser:
        visit.page.get_by_role("button", name=by).click()
    chooser.value.set_files(file)


def drag(visit: Visit, event: str, files: Sequence[FilePayload], onto: str = "#scroller") -> None:
    """As a file manager does it: the page gets an event that holds files."""
    held = visit.page.evaluate_handle(
        """files => {
            const held = new DataTransfer();
            for (const [name, text] of files) held.items.add(new File([text], name));
            return held;
        }""",
        [[file["name"], file["buffer"].decode()] for file in files],
    )
    visit.page.dispatch_event(onto, event, {"dataTransfer": held})


def trouble(visit: Visit) -> Locator:
    return visit.page.locator(".trouble:visible")


def answered(visit: Visit, said: str = READ) -> None:
    expect(visit.page.locator(".ours .text").last).to_have_text(f"You said: {said}", use_inner_text=True)


# ---- refused before it is sent --------------------------------------------------------------------------------------


REFUSED = [
    (
        a_file("list.xlsx"),
        "“list.xlsx” can't be read. An order list is text or CSV (.csv, .tsv, .txt); "
        "a spreadsheet can be saved as CSV.",
    ),
    (a_file("csv"), "“csv” can't be read."),
    (a_file("list.csv.exe"), "“list.csv.exe” can't be read."),
    (a_file(content=b"x" * (LARGEST_FILE + 1)), "“november.csv” is larger than 200 kB. Please send the list in parts."),
    (a_file("nothing.txt", b""), "There is nothing in “nothing.txt”."),
]


def test_what_the_gateway_would_refuse_is_told_at_once(visit: Visit):
    visit.sign_in()
    for file, sentence in REFUSED:
        choose(visit, file)
        expect(visit.page.get_by_role("alert")).to_contain_text(sentence)
    expect(visit.page.locator(".own")).to_have_count(0)
    choose(visit, a_file(content=SHEET + b"\n" * (LARGEST_FILE - len(SHEET))))  # as large as may be
    answered(visit)
    expect(visit.page.locator(".complaint")).to_be_hidden()
    assert [each["file"] for each in visit.desk.received] == ["november.csv"]


def test_a_file_that_cannot_be_opened_is_told(visit: Visit):
    visit.sign_in()
    visit.page.evaluate("() => { File.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone')) }")
    choose(visit, a_file())
    expect(visit.page.get_by_role("alert")).to_have_text("“november.csv” could not be opened. Please choose it again.")
    assert visit.desk.received == []


def test_several_files_at_once_are_none(visit: Visit):
    visit.sign_in()
    drag(visit, "drop", [a_file("one.csv"), a_file("two.csv")])
    expect(visit.page.get_by_role("alert")).to_have_text("One file at a time, please.")
    visit.page.locator("#message").press_sequentially("5")
    expect(visit.page.locator(".complaint")).to_be_hidden()
    assert visit.desk.received == []


def test_the_page_knows_what_the_gateway_takes(visit: Visit):
    script = (STATIC / "files.js").read_text(encoding="utf-8")
    assert re.findall(r"LARGEST = ([\d_]+);", script) == [f"{LARGEST_FILE:_}"]
    visit.sign_in()
    expect(visit.page.locator("input[type=file]")).to_have_attribute("accept", ",".join(SUFFIXES))


# ---- refused by the gateway -----------------------------------------------------------------------------------------


def test_the_gateways_sentence_is_shown_and_another_file_takes_its_place(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    choose(visit, a_file("long.txt", b"5 bolts\n" * (MOST_LINES + 1)))
    expect(trouble(visit)).to_contain_text(texts.FILE_TOO_LONG.format(lines=MOST_LINES, limit=4_000))
    expect(visit.page.get_by_role("button", name="Try again")).to_have_count(0)
    visit.say("hello")  # what comes after it is not held up
    answered(visit, "hello")
    choose(visit, a_file("short.txt", b"5 bolts\n"), by="Choose another file")
    answered(visit, "5 bolts")
    expect(visit.page.locator(".own bdi")).to_have_text(["short.txt"])
    expect(trouble(visit)).to_have_count(0)
    assert len(set(ids(visit))) == 3


def test_a_refused_file_can_be_left(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    choose(visit, a_file("list.txt", b"5 bolts\x00"))
    expect(trouble(visit)).to_contain_text(texts.FILE_UNREADABLE)
    visit.page.reload()
    expect(trouble(visit)).to_contain_text(texts.FILE_UNREADABLE)
    visit.page.get_by_role("button", name="Leave it").click()
    expect(visit.page.locator(".own")).to_have_count(0)
    visit.page.reload()
    expect(visit.page.locator("#empty")).to_be_visible()
    expect(visit.page.locator(".own")).to_have_count(0)


# ---- failed on the way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", ["answers 503", "no network"])
def test_trying_again_sends_the_same_file_under_the_same_id(visit: Visit, failure: str):
    visit.expect_failures()
    visit.sign_in()
    sentence = BUSY.detail
    if failure == "answers 503":
        visit.desk.failures = [BUSY]
    else:
        visit.page.route(ADDRESS, lambda route: route.abort(), times=1)
        sentence = "The order desk can't be reached. Nothing you wrote is lost."
    choose(visit, a_file())
    expect(trouble(visit)).to_contain_text(sentence)
    visit.page.get_by_role("button", name="Try again").click()
    answered(visit)
    expect(trouble(visit)).to_have_count(0)
    expect(visit.page.locator(".own bdi")).to_have_text(["november.csv"])
    assert len(set(ids(visit))) == 1
    assert {each["content"] for each in visit.desk.received} == {SHEET}


def test_a_list_whose_answer_is_lost_is_not_taken_twice(visit: Visit):
    visit.expect_failures()
    visit.page.route("**/api/chat/stream", lambda route: route.abort())
    visit.sign_in()
    visit.page.route(ADDRESS, lose, times=1)
    choose(visit, a_file())
    visit.page.get_by_role("button", name="Try again").click()
    answered(visit)
    assert (len(ids(visit)), len(set(ids(visit)))) == (2, 1)
    assert [each["text"] for each in visit.desk.messages if each["author"] == "person"] == [READ]


def test_a_failed_file_holds_its_place_before_what_was_written_after_it(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.desk.failures = [BUSY]
    choose(visit, a_file())
    expect(trouble(visit)).to_have_count(1)
    visit.say("and 5 more")
    answered(visit, "and 5 more")
    assert [each.get("file") or each["text"] for each in visit.desk.received] == [
        "november.csv",
        "november.csv",
        "and 5 more",
    ]


# ---- after a reload -------------------------------------------------------------------------------------------------


def fail_and_reload(visit: Visit) -> None:
    visit.expect_failures()
    visit.sign_in()
    visit.desk.failures = [BUSY]
    choose(visit, a_file())
    expect(trouble(visit)).to_contain_text(BUSY.detail)
    visit.page.reload()
    expect(trouble(visit)).to_contain_text(LOST)
    expect(visit.page.locator(".own bdi")).to_have_text(["november.csv"])


def test_after_a_reload_the_same_file_goes_under_the_same_id(visit: Visit):
    fail_and_reload(visit)
    choose(visit, a_file("copy of november.csv"), by="Choose it again")
    answered(visit)
    expect(trouble(visit)).to_have_count(0)
    expect(visit.page.locator("#message")).to_be_focused()
    assert len(set(ids(visit))) == 1


def test_after_a_reload_another_file_is_another_message(visit: Visit):
    fail_and_reload(visit)
    choose(visit, a_file("december.csv", b"7 30-102"), by="Choose it again")
    answered(visit, "7 30-102")
    expect(visit.page.locator(".own bdi")).to_have_text(["december.csv"])
    assert len(set(ids(visit))) == 2


def test_a_file_to_choose_again_holds_nothing_up_and_a_wrong_choice_keeps_it(visit: Visit):
    fail_and_reload(visit)
    visit.say("hello")
    answered(visit, "hello")
    choose(visit, a_file("list.pdf"), by="Choose it again")
    expect(visit.page.get_by_role("alert")).to_contain_text("“list.pdf” can't be read.")
    expect(trouble(visit)).to_contain_text(LOST)
    visit.page.get_by_role("button", name="Leave it").click()
    expect(visit.page.locator(".own")).to_have_count(1)


def test_a_list_that_arrived_before_the_reload_need_not_be_chosen_again(visit: Visit):
    visit.expect_failures()
    visit.page.route("**/api/chat/stream", lambda route: route.abort())
    visit.sign_in()
    visit.page.route(ADDRESS, lose, times=1)
    choose(visit, a_file())
    expect(trouble(visit)).to_have_count(1)
    visit.page.reload()
    answered(visit)
    expect(trouble(visit)).to_have_count(0)
    assert len(ids(visit)) == 1


def test_a_list_that_arrived_and_is_not_answered_yet_is_told_so(visit: Visit):
    fail_and_reload(visit)
    key = ids(visit)[0]
    visit.desk.say("person", text=READ, message_id=key)
    visit.page.reload()
    expect(trouble(visit)).to_contain_text("The list has arrived.")
    visit.desk.say("desk", text="Here is your cart.", message_id=key)
    expect(visit.page.get_by_text("Here is your cart.")).to_be_visible()
    expect(trouble(visit)).to_have_count(0)
    assert len(ids(visit)) == 1


# ---- sign-ins that end ----------------------------------------------------------------------------------------------


def choose_signed_out(visit: Visit, file: FilePayload) -> None:
    visit.expect_failures()
    visit.page.route("**/api/chat/stream", lambda route: route.abort())  # the file is the first to meet the end
    visit.sign_in()
    visit.desk.tokens.clear()
    choose(visit, file)
    expect(visit.page.get_by_text("your message will be sent")).to_be_visible()


def test_an_expired_sign_in_keeps_the_file_and_sends_it_after_signing_in(visit: Visit):
    choose_signed_out(visit, a_file())
    drag(visit, "drop", [a_file("dropped.csv")])  # nobody is signed in
    assert visit.desk.received == []
    fill_in(visit, "customer@demo", "demo")
    answered(visit)
    assert [each["file"] for each in visit.desk.received] == ["november.csv"]


def test_a_file_that_is_not_kept_is_not_promised_at_the_door(visit: Visit):
    fail_and_reload(visit)
    visit.desk.tokens.clear()
    visit.page.reload()
    expect(visit.page.get_by_label("Password")).to_be_visible()
    expect(visit.page.get_by_text("will be sent")).to_have_count(0)
    visit.sign_in()
    expect(trouble(visit)).to_contain_text(LOST)


def test_a_file_goes_to_nobody_elses_conversation_and_its_name_is_forgotten(visit: Visit):
    choose_signed_out(visit, a_file("secret prices.csv"))
    fill_in(visit, "rep@demo", "demo")
    visit.say("hello")
    answered(visit, "hello")
    assert [each["text"] for each in visit.desk.received] == ["hello"]
    assert "secret" not in visit.page.evaluate("() => JSON.stringify(Object.values(sessionStorage))")


def test_signing_out_forgets_the_files(visit: Visit):
    visit.sign_in()
    choose(visit, a_file())
    answered(visit)
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_label("Password")).to_be_visible()
    assert visit.page.evaluate("() => Object.keys(sessionStorage)") == []


# ---- sent -----------------------------------------------------------------------------------------------------------


def test_a_chosen_file_is_the_persons_message_and_sent_once(visit: Visit):
    visit.sign_in()
    visit.desk.slow = 0.4
    choose(visit, a_file("Größen & Maße.CSV"))
    expect(visit.page.locator(".own .note")).to_have_text("Sending the file")
    expect(visit.page.locator("#typing")).to_be_visible()
    answered(visit)
    expect(visit.page.locator(".own .note")).to_have_text("")
    expect(visit.page.locator(".own .file")).to_have_text("Größen & Maße.CSV74 bytes")
    visit.page.get_by_text("What was read").click()
    expect(visit.page.locator(".own .read-lines .text")).to_have_text(READ, use_inner_text=True)
    assert [(each["file"], each["content"]) for each in visit.desk.received] == [("Größen & Maße.CSV", SHEET)]
    visit.page.reload()
    expect(visit.page.locator(".own bdi")).to_have_text(["Größen & Maße.CSV"])
    expect(visit.page.locator(".message")).to_have_count(2)
    visit.desk.slow = 0
    choose(visit, a_file("Größen & Maße.CSV"))  # sent on purpose: the same list once more
    expect(visit.page.locator(".message")).to_have_count(4)
    assert len(set(ids(visit))) == 2


def test_a_name_is_never_html(visit: Visit):
    visit.sign_in()
    name = "<img src=x onerror=alert(1)>"
    drag(visit, "drop", [a_file(f"{name}.pdf")])
    expect(visit.page.get_by_role("alert")).to_contain_text(name)
    drag(visit, "drop", [a_file(f"{name}.csv")])
    expect(visit.page.locator(".own bdi")).to_have_text(f"{name}.csv")
    assert visit.page.locator("img").count() == 0


def test_a_file_is_dropped_onto_the_conversation(visit: Visit):
    visit.sign_in()
    sign = visit.page.get_by_text("Drop your order list here")
    drag(visit, "dragover", [a_file()])
    expect(sign).to_be_visible()
    drag(visit, "dragover", [a_file()], onto="#company")
    expect(sign).to_be_hidden()
    drag(visit, "dragover", [a_file()], onto="#message")
    expect(sign).to_be_visible()
    drag(visit, "dragleave", [a_file()])
    expect(sign).to_be_hidden()
    drag(visit, "drop", [a_file()], onto="#company")
    drag(visit, "drop", [a_file("dropped.csv")], onto="#message")
    answered(visit)
    assert [each["file"] for each in visit.desk.received] == ["dropped.csv"]


def test_the_button_is_reached_and_used_by_keyboard(visit: Visit):
    visit.sign_in()
    with visit.page.expect_file_chooser() as chooser:  # asked for first: the browser takes a moment to hand it over
        visit.page.locator("#message").focus()
        visit.page.keyboard.press("Shift+Tab")
        expect(button(visit)).to_be_focused()
        assert button(visit).evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        visit.page.keyboard.press("Enter")
    assert chooser.value.is_multiple() is False
    chooser.value.set_files(a_file())
    answered(visit)


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_is_cut_off(visit: Visit, width: int):
    visit.expect_failures()
    visit.page.set_viewport_size({"width": width, "height": 700})
    visit.sign_in()
    choose(visit, a_file(f"{'list' * 30}.pdf"))
    visit.desk.failures = [ProblemError(422, "No.", "invalid")]
    drag(visit, "drop", [a_file(f"{'list' * 30}.csv")])
    expect(trouble(visit)).to_contain_text("No.")
    assert visit.page.evaluate("() => document.documentElement.scrollWidth") == width
    assert visit.page.evaluate("() => document.querySelector('#scroller').scrollWidth") == width
    box = button(visit).bounding_box()
    assert box is not None
    assert (box["width"] >= 44, box["height"] >= 44, box["x"] >= 0) == (True, True, True)
