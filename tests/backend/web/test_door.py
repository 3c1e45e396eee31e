"""Signing in and out, and a sign-in that ends in the middle of things."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.backend.web.conftest import Visit

pytestmark = pytest.mark.browser


def fill_in(visit: Visit, email: str, password: str) -> None:
    visit.page.get_by_label("Email").fill(email)
    visit.page.get_by_label("Password").fill(password)
    visit.page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_wrong_password_is_told_and_the_right_one_opens_the_page(visit: Visit):
    visit.expect_failures()
    visit.page.goto(visit.address)
    fill_in(visit, "customer@demo", "wrong")
    expect(visit.page.get_by_role("alert")).to_have_text("That email and password do not match.")
    fill_in(visit, "busy@demo", "demo")
    expect(visit.page.get_by_role("alert")).to_have_text("Too many sign-ins. Please wait a minute.")
    fill_in(visit, "customer@demo", "demo")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Thornbury & Vale")
    expect(visit.page.locator("#whom")).to_have_text("Customer · Harper & Sons")
    expect(visit.page.locator("#business-date")).to_be_hidden()
    expect(visit.page.get_by_role("button", name="where's my order?")).to_be_visible()


def test_demonstration_sign_ins_are_offered_only_where_there_are_any(visit: Visit):
    visit.desk.demo = False
    visit.page.goto(visit.address)
    expect(visit.page.get_by_label("Password")).to_be_visible()
    expect(visit.page.get_by_text("customer@demo")).to_have_count(0)


def test_the_business_date_is_shown_where_it_is_not_today(visit: Visit):
    visit.desk.business_date = "2011-12-09"
    visit.sign_in("rep@demo")
    expect(visit.page.locator("#business-date")).to_have_text("Working date 9 Dec 2011")
    expect(visit.page.locator("#whom")).to_have_text("Sales rep")


def test_signing_out_leaves_nothing_behind(visit: Visit):
    visit.sign_in()
    visit.say("a secret price")
    expect(visit.page.locator(".ours")).to_have_count(1)
    visit.page.locator("#message").fill("half a thought")
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_label("Password")).to_be_visible()
    expect(visit.page.locator(".message")).to_have_count(0)
    visit.until(lambda: not visit.desk.tokens)
    kept = visit.page.evaluate("() => JSON.stringify(Object.values(sessionStorage))")
    assert (kept, visit.page.evaluate("() => localStorage.length")) == ("[]", 0)
    visit.sign_in("rep@demo")
    expect(visit.page.locator("#message")).to_have_value("")


def test_an_expired_sign_in_keeps_the_text_and_sends_it_after_signing_in(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.say("hello")
    expect(visit.page.locator(".ours")).to_have_count(1)
    visit.desk.tokens.clear()
    visit.say("order 40 of 20-104")
    expect(visit.page.get_by_text("your message will be sent")).to_be_visible()
    expect(visit.page.locator(".own")).to_have_count(2)
    assert [each["text"] for each in visit.desk.received] == ["hello"]
    expect(visit.page.get_by_label("Email")).to_have_value("customer@demo")
    fill_in(visit, "customer@demo", "demo")
    expect(visit.page.get_by_text("You said: order 40 of 20-104")).to_be_visible()
    expect(visit.page.locator(".own")).to_have_count(2)
    assert [each["text"] for each in visit.desk.received] == ["hello", "order 40 of 20-104"]


def test_what_one_person_left_unsent_is_never_sent_as_another(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.desk.tokens.clear()
    visit.say("mine alone")
    expect(visit.page.get_by_text("your message will be sent")).to_be_visible()
    fill_in(visit, "rep@demo", "demo")
    expect(visit.page.locator("#whom")).to_have_text("Sales rep")
    visit.say("hello")
    expect(visit.page.get_by_text("You said: hello")).to_be_visible()
    assert [each["text"] for each in visit.desk.received] == ["hello"]
    expect(visit.page.get_by_text("mine alone")).to_have_count(0)


def test_a_sign_in_that_ends_while_nothing_is_said_asks_again(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.page.locator("#message").fill("a draft")
    visit.desk.tokens.clear()  # the stream ends, and may not come back
    expect(visit.page.get_by_text("Your sign-in has ended. Sign in again to go on.")).to_be_visible()
    fill_in(visit, "customer@demo", "demo")
    expect(visit.page.locator("#message")).to_have_value("a draft")


def test_telegram_is_linked_from_the_menu(visit: Visit):
    visit.sign_in()
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("button", name="Connect Telegram").click()
    link = visit.page.get_by_role("link", name="Open Telegram")
    expect(link).to_have_attribute("href", "https://t.me/quartermaster_bot?start=abc")
    expect(visit.page.get_by_text("for 15 minutes")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(link).to_be_hidden()


def test_messages_are_kept_for_review_or_not_by_the_menu(visit: Visit):
    visit.sign_in()
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("button", name="Don't keep my messages for review").click()
    expect(visit.page.get_by_text("Your messages are not kept for review; what was kept is deleted.")).to_be_visible()
    assert visit.desk.keep_messages is False
    visit.page.get_by_role("button", name="Keep my messages for review", exact=True).click()
    expect(visit.page.get_by_role("button", name="Don't keep my messages for review")).to_be_visible()
    assert visit.desk.keep_messages is True


def test_the_page_says_so_when_the_gateway_does_not_answer(visit: Visit):
    visit.expect_failures()
    visit.sign_in()
    visit.page.route("**/api/**", lambda route: route.abort())
    visit.page.reload()
    expect(visit.page.get_by_role("alert")).to_have_text("The order desk can't be reached at the moment.")
    visit.page.unroute("**/api/**")
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.locator("#message")).to_be_visible()
