"""From a job's page to a second job beside it, and the other way round."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Start, find_in_list


def test_a_job_is_compared_with_another_one(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    job_id = stack.completed().id
    find_in_list(page, stack, job_id)
    page.goto(stack.job_page(job_id))

    page.get_by_role("link", name="Compare with…").click()
    page.get_by_role("searchbox", name="Search jobs").fill("weld")
    page.keyboard.press("Enter")
    page.locator(".offers").get_by_role("link").first.click()

    expect(page.get_by_role("heading", name=re.compile(r"\d+ differences?"))).to_be_visible()
    before = page.url
    page.get_by_role("link", name="Swap sides").click()
    expect(page).to_have_url(re.compile(rf"b={job_id}$"))
    assert before != page.url


def test_the_way_from_job_to_job_stays_in_the_list(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    find_in_list(page, stack, stack.completed().id)
    page.goto(f"{stack.jobs_page}?status=completed")

    page.locator("tbody .model a").first.click()
    for _ in range(2):
        page.get_by_role("link", name="Older").click()
        expect(page.locator("#job")).to_have_attribute("data-status", "completed")
    page.get_by_role("link", name="Jobs", exact=True).last.click()

    expect(page).to_have_url(re.compile(r"\?status=completed$"))
