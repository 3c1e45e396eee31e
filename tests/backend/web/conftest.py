"""A browser, the fake gateway, and a page that may not complain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.backend.web.fake_gateway import Desk, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PATIENCE = 60.0  # seconds: a busy machine may stop a browser for a while, and nothing here waits longer than it must
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _missing(what: str) -> None:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what}, and REQUIRE_SERVICES=1 asks for it")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as installed; never downloaded.

    Of a module and not of the session: while Playwright's synchronous API is open, its event loop counts as running in
    this thread, and no test after it on the same worker could start one of its own.
    """
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        _missing("no Chromium is installed")
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        _missing("Playwright is not installed")
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A person at the page, and the desk behind it."""

    page: Page
    desk: Desk
    address: str
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the console says against the page."""
        if message.type in {"error", "warning"} and not any(word in message.text for word in self.expected):
            self.complaints.append(message.text)

    def expect_failures(self) -> None:
        """Requests will fail in this test; the browser may say so."""
        self.expected = ("Failed to load resource",)

    def sign_in(self, email: str = "customer@demo") -> None:
        """Through the door, by a demonstration sign-in."""
        self.page.goto(self.address)
        self.page.get_by_role("button", name=email).click()
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.locator("#message").wait_for()

    def until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait for the desk to have heard what the page sends behind the person's back."""
        end = monotonic() + within
        while not holds():
            assert monotonic() < end, "the desk has not heard of it"
            self.page.wait_for_timeout(20)

    def say(self, text: str) -> None:
        """Write and send."""
        self.page.locator("#message").fill(text)
        self.page.locator("#message").press("Enter")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Served, str]]:
    """One fake gateway for a module."""
    served = Served()
    address = served.start()
    yield served, address
    served.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a past."""
    context = browser.new_context(viewport={"width": 1000, "height": 720}, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(PATIENCE * 1_000)
    yield context
    context.close()


@pytest.fixture
def visit(served: tuple[Served, str], context: BrowserContext) -> Iterator[Visit]:
    """A fresh desk and a fresh page; it fails the test if the page logged an error."""
    server, address = served
    server.desk.__init__()  # type: ignore[misc]
    visit = Visit(context.new_page(), server.desk, address)
    visit.page.on("console", visit.hear)
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"{error} {error.stack}"))
    yield visit
    server.desk.tokens.clear()  # ends its streams
    assert visit.complaints == []
