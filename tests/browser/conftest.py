"""Ana at her browser: Debian's Chromium, in front of a site with processes of its own.

The browser is closed with the last test of this folder: as long as it is open, Django takes this thread for one in
which the database may not be used.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.browser.stack import WORDS, Stack, prepare, running
from tests.installed import Installation, made_once

CHROMIUM = Path("/usr/bin/chromium")
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# An action gives up the poll on its way, polls after a session's end get 401, forms answer mistakes with 422 and
# refusals with 409, one whose cookies are gone with 403, and tests take the network or the database away: all of it on
# purpose.
MEANT = (
    "AbortError",
    "status of 401",
    "status of 403",
    "status of 422",
    "status of 409",
    "status of 503",
    "ERR_INTERNET_DISCONNECTED",
    "Failed to fetch",
)
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    (e) => console.error(`${e.violatedDirective} forbids ${e.blockedURI}`))"""

PATIENCE = 60_000
"""Milliseconds that anything may take on a busy machine. A test that holds a time says that time itself."""

Start = Callable[[float], Stack]
SignIn = Callable[[Stack], None]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY) as browser:
        expect.set_options(timeout=PATIENCE)
        yield browser


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return made_once(tmp_path_factory, "with-ana", prepare)


@pytest.fixture
def start(prepared: Installation, tmp_path: Path) -> Iterator[Start]:
    """`start(30)`: a site whose jobs live thirty times faster than in real life."""
    with ExitStack() as ends:
        yield lambda speed: ends.enter_context(running(prepared, tmp_path, speed))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab. What its console says of errors, and what leaves for another machine, fails the test at its end."""
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(TELL_VIOLATIONS)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_departure(request)))
        yield page
        assert complaints == []


def _complaint(message: ConsoleMessage) -> Iterator[str]:
    if message.type == "error" and not any(word in message.text for word in MEANT):
        yield f"{message.text} ({message.location['url']})"


def _departure(request: Request) -> Iterator[str]:
    if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:")):
        yield f"a request left for {request.url}"


@pytest.fixture
def sign_in(page: Page) -> SignIn:
    return lambda stack: sign_in_as_ana(page, stack.site)


def hurry(page: Page) -> None:
    """Whatever opens from now on polls all the time, as if the network came back again and again: for tests that are
    not about the page's pace.
    """
    page.add_init_script("setInterval(() => dispatchEvent(new Event('online')), 700)")


def sign_in_as_ana(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("User name or email").fill("ana")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def find_in_list(page: Page, stack: Stack, job_id: str) -> Locator:
    """The job's row, once the site has heard of it; the list is loaded until then rather than waited for."""
    row = page.locator(f"tr#job-{job_id}")
    deadline = time.monotonic() + PATIENCE / 1000
    while not row.count():
        assert time.monotonic() < deadline, f"The site has not heard of {job_id}."
        page.goto(stack.jobs_page)
        page.wait_for_timeout(200)
    return row
