"""Hostile texts in every field, on every page, in a real browser: they are read, and nothing else happens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn, Start
from tests.browser.hostile import NUMBER, addresses, poison
from tests.browser.stack import Stack

# What a text would have become if it had been taken for more than a text.
GREW = """() => [
    ...document.querySelectorAll(
        '#grown, img[src="x"], [onerror], [onfocus], [hx-get^="//"], [hx-get^="http"], a[href^="javascript:"]'
    ),
    ...[...document.querySelectorAll("*")]
        .filter((one) => one.getAttributeNames().some((name) => /^(on|hx-on)/.test(name))),
    ...[...document.scripts].filter((one) => !one.src && one.type !== "application/json"),
].map((one) => one.outerHTML.slice(0, 200))"""
WIDER = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > room + 1)
        .slice(0, 4).map((one) => `${one.tagName}.${one.className} sticks out`);
}"""


@pytest.fixture
def poisoned(start: Start) -> Stack:
    stack = start(1)
    poison(stack)
    return stack


def test_hostile_texts_stay_texts(poisoned: Stack, page: Page, sign_in: SignIn) -> None:
    """Rows 43, 44, 45, 46, 48, 50 and 52: no script ran, nothing grew or left, no page is wider than a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(poisoned)
    assert poisoned.stored(f"SELECT 1 FROM jobs_job WHERE viam_id = '{NUMBER}'")  # noqa: S608

    seen = {address: visit(page, poisoned.site + address) for address in addresses(poisoned)}

    assert {address[:80]: told for address, told in seen.items() if told} == {}
    assert len(seen) > 30


def visit(page: Page, address: str) -> list[object]:
    """What is wrong with a page: nothing, for fragments and files."""
    answer = page.request.get(address)
    if answer.status >= 500 and "metrics" not in address:
        return [answer.status]
    if not answer.ok or not answer.text().startswith("<!doctype html>"):
        return []
    page.goto(address)
    page.wait_for_timeout(200)
    calculated = ["a template was run"] if "{{7*7}}" in answer.text() and " 49 {%" in page.inner_text("body") else []
    return [*calculated, *wrong_on(page)]


def wrong_on(page: Page) -> list[object]:
    """What a text did to the page that is open, if it was more than a text."""
    hacked = ["a script ran"] if page.evaluate("'hacked' in window") else []
    return [*hacked, *page.evaluate(GREW), *page.evaluate(WIDER)]
