"""All jobs of all organizations in one list: found from the overview, followed while it changes, acted upon."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start, find_in_list, hurry, sign_in_as_ana


def test_a_job_of_any_organization_is_found_and_canceled_there(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(2)
    hurry(page)
    sign_in(stack)
    wanted = stack.somebody_submits("found-everywhere")
    find_in_list(page, stack, wanted)

    page.goto(f"{stack.site}/orgs/bolt-robotics/insights/")
    page.get_by_role("button", name="Switch organization").click()
    page.get_by_role("link", name="All jobs").click()
    expect(page).to_have_url(f"{stack.site}/jobs/")
    page.get_by_role("searchbox", name="Search jobs").fill("found-everywhere")
    rows = page.locator("#job-table tbody tr")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/jobs/\?q=found-everywhere$"))
    expect(rows.get_by_role("link", name="Bolt Robotics")).to_be_visible()

    rows.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()

    expect(rows).to_have_attribute("data-status", re.compile("cancel"))
    expect(page).to_have_url(re.compile(r"/jobs/\?q=found-everywhere$"))
    rows.get_by_role("button", name="More actions").click()
    expect(page.locator("#row-menu").get_by_role("link", name="Log")).to_be_visible()


def test_it_takes_no_scripts(start: Start, browser: Browser) -> None:
    stack = start(0.001)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_as_ana(page, stack.site)

    page.goto(f"{stack.site}/jobs/")
    page.get_by_role("link", name=re.compile("^Failed")).first.click()
    page.get_by_role("link", name="All filters").click()
    page.get_by_label("Training").select_option("custom")
    page.get_by_role("button", name="Show jobs").click()

    expect(page).to_have_url(re.compile(r"/jobs/\?"))
    expect(page.locator("#job-table tbody tr").first).to_have_attribute("data-status", "failed")
    context.close()


@pytest.mark.parametrize("width", [390, 1024, 1400])
def test_nothing_is_cut_or_wider_than_the_page(start: Start, page: Page, sign_in: SignIn, width: int) -> None:
    stack = start(0.001)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(stack)

    page.goto(f"{stack.site}/jobs/")

    expect(page.locator("#job-table td.organization").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.locator("#job-table tbody .badge").evaluate_all(
        "badges => badges.filter((one) => one.getBoundingClientRect().right > "
        "one.parentElement.getBoundingClientRect().right + 1).length"
    )
    assert cut == 0


def test_on_a_phone_new_job_is_as_small_as_its_neighbors(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(0.001)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(stack)

    page.goto(f"{stack.site}/orgs/bolt-robotics/insights/")

    button = page.locator("header.top").get_by_role("link", name="New job").bounding_box()
    find = page.locator("header.top").get_by_role("link", name="Find").bounding_box()
    assert button
    assert find
    assert button["height"] <= 32
    assert button["width"] <= find["width"]
