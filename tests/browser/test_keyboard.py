"""Without a pointer: from anywhere to a job by its name, through the rows, and to another place."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, find_in_list


def test_the_palette_finds_a_job_by_typing(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(30)
    sign_in(stack)
    page.goto(stack.jobs_page)
    name = page.locator("tbody th bdi").first.inner_text()

    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find a job")
    expect(field).to_be_focused()
    with page.expect_response(lambda answer: answer.url.endswith(f"q={name}")):
        page.keyboard.type(name)
    expect(page.get_by_role("group", name="Jobs").get_by_role("option").first).to_contain_text(name)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/jobs/[^/]+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_rows_are_walked_and_places_gone_to(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(30)
    sign_in(stack)
    page.goto(stack.jobs_page)

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tbody th a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#job")).to_be_visible()
    page.wait_for_load_state()  # Keys are heard once the scripts are there.

    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/models/$"))
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/jobs/new/$"))


def test_the_palette_does_what_can_be_done_here_and_one_key_closes_it(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    expect(page.locator(".top kbd")).to_have_text("Ctrl K")
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    running = next(job for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS)
    find_in_list(page, stack, running.id)
    page.goto(stack.job_page(running.id))

    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    expect(page.get_by_role("group", name="Recent jobs").get_by_role("option")).not_to_have_count(0)
    page.keyboard.type("dark")
    expect(page.get_by_role("option")).to_have_text(["Dark theme"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("cancel this")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel job")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("dark theme")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile(rf"{running.id}/$"))
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("sign out")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in/"))
