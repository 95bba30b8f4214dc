"""A paused page asks nothing until it is resumed, also after it is loaded again; a job's tab carries its state."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Start, find_in_list


def test_a_paused_page_stays_as_it_is_until_resumed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(30)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.get_by_role("button", name="Pause", exact=True).first.click()
    page.reload()

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    page.wait_for_timeout(5_000)
    assert asked == []

    with page.expect_request(lambda request: "/static/" not in request.url):
        page.get_by_role("button", name="Paused. Resume").first.click()
    expect(page.get_by_role("button", name="Pause", exact=True).first).to_be_visible()


def test_the_tab_of_a_job_follows_its_state(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(30)
    sign_in(stack)
    job_id = stack.somebody_submits("icon-bearer")
    find_in_list(page, stack, job_id)
    page.goto(stack.job_page(job_id))
    expect(page.locator("#job")).to_have_attribute("data-status", "completed")

    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("status/completed"))
