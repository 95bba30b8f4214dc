"""The page's clock: what survives a poll, and what a browser does that sleeps or loses its network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.stack import WORDS, Stack


def polls_of(page: Page, stack: Stack) -> list[Request]:
    """Every poll of the list from now on."""
    seen: list[Request] = []

    def note(request: Request) -> None:
        if request.url == stack.jobs_page and request.header_value("hx-request"):
            seen.append(request)

    page.on("request", note)
    return seen


def wait_for_polls(page: Page, seen: list[Request], count: int) -> None:
    while len(seen) < count:
        page.wait_for_timeout(200)


def test_typed_text_focus_and_scroll_survive_polls(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 89: unchanged polls, and some that change the list."""
    stack = start(20)
    hurry(page)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.set_viewport_size({"width": 1000, "height": 400})
    search = page.get_by_role("searchbox")
    search.fill("e")  # As every id has one.
    page.wait_for_url("**q=e**")
    page.evaluate("scrollTo(0, 120)")
    row = page.locator(f"tr#job-{stack.somebody_submits('steady-intruder')}")
    expect(row).to_have_attribute("data-status", "completed")
    expect(search).to_be_focused()
    expect(search).to_have_value("e")
    assert page.evaluate("scrollY") > 60


def test_after_an_absence_of_the_network_one_poll_comes_and_not_a_burst(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    """Row 87."""
    stack = start(1)
    sign_in(stack)
    page.goto(stack.jobs_page)
    expect(page.locator("#job-table tr").first).to_be_visible()
    page.context.set_offline(True)
    page.wait_for_timeout(12_000)
    seen = polls_of(page, stack)
    page.context.set_offline(False)
    wait_for_polls(page, seen, 1)
    page.wait_for_timeout(1_500)
    assert len(seen) == 1


@pytest.mark.parametrize(("luck", "least", "most"), [(0, 4_500, 5_000), (0.999, 5_000, 5_500)])
def test_pages_that_were_opened_together_poll_apart(
    start: Start, page: Page, sign_in: SignIn, luck: float, least: int, most: int
) -> None:
    """A tenth sooner or later than their pace, each time anew."""
    stack = start(1)
    sign_in(stack)
    page.add_init_script(f"Math.random = () => {luck}")
    page.clock.install()
    page.goto(stack.jobs_page)
    seen = polls_of(page, stack)
    page.clock.run_for(least - 200)
    assert seen == []
    page.clock.run_for(most - least + 400)
    wait_for_polls(page, seen, 1)


def test_a_server_that_says_when_to_come_back_is_not_asked_sooner(start: Start, page: Page, sign_in: SignIn) -> None:
    """One that is overrun, or whose database is away, says so in Retry-After."""
    stack = start(1)
    sign_in(stack)
    page.clock.install()
    page.goto(stack.jobs_page)
    seen = polls_of(page, stack)
    page.route(stack.jobs_page, lambda route: route.fulfill(status=503, headers={"Retry-After": "40"}))
    with page.expect_response(stack.jobs_page):
        page.clock.run_for(6_000)
    page.unroute(stack.jobs_page)
    expect(page.locator("#offline")).to_be_visible()
    page.clock.run_for(38_000)
    assert len(seen) == 1
    page.clock.run_for(12_000)
    wait_for_polls(page, seen, 2)


def test_a_session_that_ended_leads_to_sign_in_and_back(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 86: the form is never inside the table."""
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=failed")
    page.context.clear_cookies()
    page.wait_for_url("**/sign-in/**")
    assert "next=" in page.url
    assert "status%3Dfailed" in page.url


def test_a_page_stays_readable_when_its_session_runs_out(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 108: it says so, and goes on by itself once somebody has signed in again, here by the banner's link."""
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=completed")
    row = page.locator("#job-table tbody tr").first
    expect(row).to_be_visible()
    stack.end_sessions_by_time()
    banner = page.locator("#session-ended")
    expect(banner).to_contain_text("Your session ended")
    expect(row).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()
    banner.get_by_role("link", name="Sign in").click()
    page.get_by_label("User name or email").fill("ana")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/jobs/?status=completed")
    expect(page.locator("#session-ended")).to_be_hidden()
