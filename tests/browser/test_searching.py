"""Lists follow what somebody types: after a pause, and at once with Enter. Without scripts a button does it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Route, expect

from emulator.logs.lines import LogLine
from tests.browser.conftest import PATIENCE, SignIn, Start, find_in_list, hurry, sign_in_as_ana

STANDSTILL = 0.001


def test_the_list_follows_what_is_typed(start: Start, page: Page, sign_in: SignIn) -> None:
    """The field keeps the focus and every letter, also while polls come and go; what was found is marked."""
    stack = start(STANDSTILL)
    wanted = stack.somebody_submits("Needle-in-a-stack")
    stack.somebody_submits("straw")
    hurry(page)
    sign_in(stack)
    find_in_list(page, stack, wanted)
    field = page.get_by_role("searchbox", name="Search jobs")

    field.press_sequentially("needle-", delay=30)

    rows = page.locator("#job-table tbody tr")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/jobs/\?q=needle-$"))
    expect(rows.locator("mark")).to_have_text("Needle-")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("needle-")
    expect(field).to_be_focused()
    field.press_sequentially("in", delay=30)
    expect(rows.locator("mark")).to_have_text("Needle-in")
    expect(field).to_have_value("needle-in")
    page.get_by_role("button", name="Dataset").click()
    expect(page.get_by_role("navigation", name="Dataset").get_by_role("link")).to_have_count(1)
    page.keyboard.press("Escape")
    field.fill("")
    expect(page).to_have_url(re.compile(r"/jobs/$"))
    expect(page.locator("mark")).to_have_count(0)


def test_enter_does_not_wait_and_what_is_typed_meanwhile_stays(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    field = page.get_by_role("searchbox", name="Search jobs")
    page.clock.install()
    page.clock.pause_at(4_000_000_000_000)

    field.fill("bolt")
    with page.expect_response(re.compile(r"\?q=bolt$")):
        field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=bolt$"))

    held: list[Route] = []
    page.route(re.compile(r"\?q=bolts$"), lambda route: held.append(route))
    field.fill("bolts")
    with page.expect_request(re.compile(r"\?q=bolts$")):
        field.press("Enter")
    field.press_sequentially(" and")
    held[0].continue_()
    expect(page).to_have_url(re.compile(r"\?q=bolts$"))
    expect(field).to_have_value("bolts and")
    page.clock.run_for(250)
    expect(page).to_have_url(re.compile(r"\?q=bolts\+and$"))


def test_every_other_list_follows_too_and_has_no_button(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    job = stack.completed()
    stack.cloud.world.set_log(job.id, [LogLine("INFO", 1, "epoch one"), LogLine("INFO", 2, "Two Fine words")])
    sign_in(stack)
    find_in_list(page, stack, job.id)
    here = f"{stack.site}/orgs/bolt-robotics"
    lists = {
        f"{here}/models/?sort=model": ("Search models", job.model_name[:4].upper()),
        f"{here}/datasets/": ("Search datasets", "bolts"),
        f"{stack.job_page(job.id)}logs/": ("Search the log", "two fine"),
    }
    for address, (name, text) in lists.items():
        page.goto(address)
        field = page.get_by_role("searchbox", name=name)
        field.press_sequentially(text)
        expect(page.locator("mark").first).to_have_text(re.compile(text, re.IGNORECASE))
        expect(field).to_be_focused()
        expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
        assert "sort=model" in page.url or "models" not in page.url

    page.goto(f"{here}/activity/")
    page.get_by_role("searchbox").press_sequentially("nobody did this")
    expect(page.get_by_role("heading", name="No activity matches")).to_be_visible()
    page.get_by_label("Outcome").select_option("Done")
    expect(page).to_have_url(re.compile("q=nobody.*outcome="))
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()


def test_without_scripts_there_is_a_button(start: Start, browser: Browser) -> None:
    stack = start(STANDSTILL)
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        page.goto(f"{stack.site}/orgs/bolt-robotics/activity/")
        page.get_by_role("searchbox").fill("key")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page).to_have_url(re.compile(r"q=key"))
