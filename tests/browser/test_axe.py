"""What axe finds on pages, by day and by night: nothing. Its rules are those of WCAG 2 and its own best practices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start
from tests.browser.pages import addresses, opened
from tests.browser.stack import Stack

STANDSTILL = 0.001


def test_axe_finds_nothing_on_any_page(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    pages = [stack.site + address for address in addresses(stack)]
    seen = {address: found(page) for address in pages if opened(page, address) == 200 and page.url == address}

    assert len(seen) >= 15
    assert {address: wrong for address, wrong in seen.items() if wrong} == {}


def test_axe_finds_nothing_in_what_narrows_the_list(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=completed&not=failed")
    page.get_by_role("button", name="Dataset").click()
    expect(page.locator("#facet-dataset:popover-open nav a").first).to_be_visible()

    assert found(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_what_opens_on_the_list(start: Start, page: Page, sign_in: SignIn, width: int) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.set_viewport_size({"width": width, "height": 800})

    assert {name: wrong for name, wrong in opening(page, stack) if wrong} == {}


def test_axe_finds_nothing_on_pages_for_strangers(start: Start, browser: Browser) -> None:
    stack = start(1)
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        for address in ("/sign-in/", "/password/forgotten/", "/no-such-page"):
            page.goto(stack.site + address)
            assert found(page) == []


def opening(page: Page, stack: Stack) -> Iterator[tuple[str, list[str]]]:
    """Menus and dialogs, one after the other, and what axe finds while each is open."""
    for opener, opens in (
        (page.get_by_role("link", name="Find"), "#dialog[open]"),
        (page.get_by_role("button", name="Display"), "#display:popover-open form"),
        (page.get_by_role("button", name="Views"), "#views:popover-open nav"),
        (page.get_by_role("link", name="All filters"), "#dialog[open]"),
        (page.locator("#job-table .more"), "#row-menu:popover-open a"),
        (page.get_by_role("button", name="Switch organization"), "#switcher:popover-open a"),
        (page.locator("#job-table .act"), "#dialog[open]"),
        (page.locator("tbody .tick"), ".selection"),
    ):
        page.goto(stack.jobs_page)
        opener.first.click()
        expect(page.locator(opens).first).to_be_visible()
        yield f"{opener}", found(page)


def found(page: Page) -> list[str]:
    """What axe finds on the page as it is; the theme makes a difference to contrast alone."""
    page.emulate_media(color_scheme="dark")
    by_night = violations(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    return by_night + violations(page)


def violations(page: Page, **options: object) -> list[str]:
    answer = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [f"{one['id']}: {node['html'][:200]}" for one in answer["violations"] for node in one["nodes"]]
