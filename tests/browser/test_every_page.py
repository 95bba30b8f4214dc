"""Every page of the site in a real browser: nothing is forbidden by the policy, nothing breaks, nothing is fetched
elsewhere."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start
from tests.browser.pages import addresses, opened
from tests.browser.people import VIEWER, add_person, tab_of


def test_no_page_breaks_the_policy_or_writes_an_error(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 50, Row 52."""
    stack = start(1)
    sign_in(stack)

    seen = {address: visit(page, stack.site + address) for address in addresses(stack)}

    assert {address: status for address, status in seen.items() if status >= 500} == {}
    assert sum(status == 200 for status in seen.values()) >= 10


def test_pages_of_errors_keep_to_the_policy_as_well(start: Start, browser: Browser) -> None:
    """Row 50, Row 53: not found, and a form without its token; drawn as they should be, with an id."""
    stack = start(1)
    add_person(stack, "vera", VIEWER)
    with tab_of(browser, stack, "vera") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        answer = page.goto(f"{stack.site}/no-such-page")
        assert answer
        assert (answer.status, answer.headers["x-request-id"] in page.inner_text("main")) == (404, True)
        page.evaluate("document.body.innerHTML = '<form method=post action=/sign-out/><button>Send</button></form>'")
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
        assert [text for text in said if "forbids" in text] == []


def test_headers_as_they_leave_the_web_server(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 51, Row 52: no version of the server; an unchanged poll is not kept either."""
    stack = start(1)
    sign_in(stack)
    first = page.request.get(stack.jobs_page)
    again = page.request.get(stack.jobs_page, headers={"HX-Request": "true", "HX-PTag": first.headers["hx-ptag"]})
    for answer in (first, again):
        assert not [letter for letter in answer.headers.get("server", "") if letter.isdigit()]
        assert "no-store" in answer.headers["cache-control"]
    assert first.headers["x-content-type-options"] == "nosniff"


def visit(page: Page, address: str) -> int:
    """The status of the answer, once what loads after the page itself had its chance to break as well."""
    status = opened(page, address)
    page.wait_for_timeout(300)
    return status
