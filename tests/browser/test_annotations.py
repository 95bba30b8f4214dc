"""Notes, tags and stars under a person's eyes: written, seen by others, taken away, with and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, SignIn, Start, find_in_list, hurry, sign_in_as_ana
from tests.browser.stack import Stack
from tests.browser.test_axe import found

STANDSTILL = 0.001


def add_tag(page: Page, text: str) -> None:
    field = page.get_by_role("combobox", name="Tag", exact=True)
    if not field.is_visible():
        page.get_by_text("Add tag", exact=True).click()
    expect(field).to_be_focused()
    field.fill(text)
    field.press("Enter")


def add_note(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Add a note")
    field.fill(text)
    field.press("Control+Enter")
    expect(page.locator("#notes li").last).to_contain_text(text)


def test_a_job_is_tagged_noted_and_starred_without_the_page_going_anywhere(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    find_in_list(page, stack, stack.completed().id)
    page.goto(stack.job_page(stack.completed().id))
    page.evaluate("window.isSame = true")

    add_tag(page, "Baseline, needs review")
    expect(page.locator("#marks li")).to_have_text(["baseline", "needs review"])
    expect(page.get_by_role("combobox", name="Tag", exact=True)).to_have_value("")
    add_note(page, "Loss explodes after epoch 3, see https://example.com/7")
    expect(page.get_by_role("textbox", name="Add a note")).to_have_value("")
    expect(page.get_by_role("textbox", name="Add a note")).to_be_focused()
    expect(page.get_by_role("link", name="https://example.com/7")).to_have_attribute("rel", "nofollow")
    star = page.get_by_role("button", name="Star this job")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    assert found(page) == []

    page.get_by_role("button", name="Remove tag baseline").click()
    expect(page.locator("#marks li")).to_have_text(["needs review"])
    expect(page.locator("body")).not_to_be_focused()
    page.get_by_role("link", name="Edit this note").click()
    page.get_by_label("Note", exact=True).fill("Fixed by a lower rate.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#notes li")).to_contain_text("edited")
    expect(page.locator("#notes li")).to_contain_text("Fixed by a lower rate.")
    page.get_by_role("link", name="Delete this note").click()
    page.get_by_role("button", name="Delete note").click()
    expect(page.locator("#notes li")).to_have_count(0)
    expect(page.locator("#dialog[open]")).to_have_count(0)
    assert page.evaluate("window.isSame")


def test_a_note_that_is_too_long_is_refused_and_not_lost(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    hurry(page)
    sign_in(stack)
    find_in_list(page, stack, stack.completed().id)
    page.goto(stack.job_page(stack.completed().id))
    field = page.get_by_role("textbox", name="Add a note")
    field.fill("x" * 4001)
    page.get_by_role("button", name="Add note").click()

    expect(page.get_by_role("alert")).to_contain_text("This one has 4,001: shorten it.")
    with page.expect_response(re.compile("/notes/$")):
        pass
    expect(field).to_have_value("x" * 4001)


def test_others_see_it_at_their_next_poll_and_keep_what_they_type(
    start: Start, page: Page, sign_in: SignIn, browser: Browser
) -> None:
    """Of a job that is over, whose page asks for nothing else; and in the list."""
    stack = start(STANDSTILL)
    sign_in(stack)
    job = stack.completed().id
    find_in_list(page, stack, job)
    page.goto(stack.job_page(job))
    with browser.new_context(reduced_motion="reduce") as context:
        context.set_default_timeout(PATIENCE)
        other, listed = context.new_page(), context.new_page()
        hurry(other)
        hurry(listed)
        sign_in_as_ana(other, stack.site)
        other.goto(stack.job_page(job))
        listed.goto(stack.jobs_page)
        other.get_by_role("textbox", name="Add a note").fill("Half a sentence")
        add_note(page, "Agreed.")
        add_tag(page, "baseline")
        expect(other.locator("#notes li")).to_contain_text("Agreed.")
        expect(other.locator("#marks li")).to_have_text(["baseline"])
        expect(other.get_by_role("textbox", name="Add a note")).to_have_value("Half a sentence")
        row = listed.locator(f"tr#job-{job}")
        expect(row.locator(".tags")).to_have_text("baseline")
        expect(row.locator(".noted")).to_contain_text("1 note")


def test_a_row_is_starred_by_one_click_and_lists_are_narrowed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    job = stack.completed().id
    row = find_in_list(page, stack, job)
    page.goto(stack.job_page(job))
    add_tag(page, "baseline")
    expect(page.locator("#marks li")).to_have_text(["baseline"])
    page.goto(stack.jobs_page)
    row.hover()
    star = row.get_by_role("button", name="Star")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    expect(page).to_have_url(stack.jobs_page)

    page.get_by_role("button", name="Tag", exact=True).click()
    page.locator("#facet-tag").get_by_role("link", name="baseline").click()
    expect(page).to_have_url(re.compile(r"\?tag=baseline$"))
    expect(page.locator("#job-table tbody tr")).to_have_count(1)
    assert found(page) == []
    page.goto(f"{stack.jobs_page}?starred=me")
    expect(page.locator("#job-table tbody tr")).to_have_count(1)


def test_without_scripts_forms_do_it(start: Start, browser: Browser) -> None:
    stack = start(STANDSTILL)
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        find_in_list(page, stack, stack.completed().id)
        _by_forms(page, stack)


def _by_forms(page: Page, stack: Stack) -> None:
    page.goto(stack.job_page(stack.completed().id))
    page.get_by_text("Add tag", exact=True).click()
    page.get_by_label("Tag", exact=True).fill("baseline")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#marks li")).to_have_text(["baseline"])
    page.get_by_role("button", name="Remove tag baseline").click()
    expect(page.locator("#marks li")).to_have_count(0)
    page.get_by_role("textbox", name="Add a note").fill("Loss explodes.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Edit this note").click()
    page.get_by_label("Note", exact=True).fill("Fixed.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#notes li")).to_contain_text("Fixed.")
    page.goto(stack.jobs_page)
    page.locator(f"tr#job-{stack.completed().id}").get_by_role("button", name="Star").click()
    expect(page).to_have_url(stack.jobs_page)
    star = page.locator(f"tr#job-{stack.completed().id}").get_by_role("button", name="Star")
    expect(star).to_have_attribute("aria-pressed", "true")
