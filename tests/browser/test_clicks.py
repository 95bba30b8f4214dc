"""What the most common stories cost in clicks, beside what others ask for: docs/clicks.md tells both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jobs.domain import ModelType
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack
from tests.browser.test_resubmitting import a_failure

TABLE = Path(__file__).parents[2] / "docs" / "clicks.md"
# Every press that a person makes, of whatever element; fields to fill in aside, which everybody has.
COUNT = """
addEventListener("click", (event) => {
  const isField = event.target.closest("input:not([type=submit]), select, textarea, label");
  if (event.isTrusted && !isField) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""
Story = Callable[[Page, Stack], None]


def _row(page: Page, job_id: str) -> Locator:
    return page.locator(f"#job-{job_id}")


def only_failed(page: Page, stack: Stack) -> None:
    page.get_by_role("navigation", name="Status").get_by_role("link", name=re.compile("^Failed")).click()
    expect(page).to_have_url(re.compile(r"status=failed$"))


def why_it_failed(page: Page, stack: Stack) -> None:
    failed = a_failure(stack)
    reason = failed.error_status.message.strip().splitlines()[-1]
    expect(_row(page, failed.id)).to_contain_text(reason[:20])


def follow_the_log(page: Page, stack: Stack) -> None:
    page.locator("#job-table tbody tr[data-status=in_progress] th.model a").first.click()
    expect(page.locator("#job-log .log li").first).to_be_visible()


def cancel(page: Page, stack: Stack) -> None:
    page.locator("#job-table tbody tr[data-status=in_progress]").first.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
    expect(page.locator("#job-table tr[data-status=canceling], #job-table tr[data-status=canceled]")).not_to_have_count(
        0
    )


def again_with_a_change(page: Page, stack: Stack) -> None:
    _row(page, a_failure(stack).id).locator("th.model a").click()
    page.get_by_role("link", name="Resubmit").click()
    keys = page.get_by_label("Argument name").all()
    position = [key.input_value() for key in keys].index("num_epochs")
    page.get_by_label("Argument value").nth(position).fill("7")
    page.keyboard.press("Tab")
    expect(page.locator("#preflight .differences")).to_contain_text("num_epochs")
    if page.get_by_label("Submit anyway").count():  # What the job was made of has grown old since.
        page.get_by_label("Submit anyway").check()
    page.get_by_role("button", name="Start job").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{24}/$"))


def a_new_one(page: Page, stack: Stack) -> None:
    like = stack.completed()
    page.get_by_role("link", name="New job").click()
    page.get_by_label("Dataset", exact=True).select_option(like.dataset_id)
    page.get_by_label("Model name").fill("steady-first")
    page.get_by_label("Task").select_option(ModelType(like.model_type).word)
    page.get_by_role("textbox", name="Labels").fill(", ".join(like.tags))
    page.get_by_role("button", name="Start job").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{24}/$"))


def download_a_log(page: Page, stack: Stack) -> None:
    page.locator("#job-table tbody tr[data-status=failed] th.model a").first.click()
    with page.expect_download() as download:
        page.locator("#job-log").get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".txt")


STORIES: dict[str, Story] = {
    "See only the failed jobs": only_failed,
    "Learn why one of them failed": why_it_failed,
    "Follow the log of a running job": follow_the_log,
    "Cancel a running job": cancel,
    "Run a failed job again with one argument changed": again_with_a_change,
    "Start a new job": a_new_one,
    "Download the log of a failed job": download_a_log,
}


def _told() -> Iterator[tuple[str, int, list[int]]]:
    """Story, our clicks, and those of the others that have it."""
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[1].isdigit():
            yield cells[0], int(cells[1]), [int(cell.rstrip("+")) for cell in cells[2:] if cell.rstrip("+").isdigit()]


def test_nobody_asks_for_fewer_clicks_than_we_do() -> None:
    told = {story: (ours, others) for story, ours, others in _told()}

    assert set(told) == set(STORIES)
    for story, (ours, others) in told.items():
        assert others and ours <= min(others), story


@pytest.mark.parametrize("story", STORIES)
def test_a_story_takes_as_many_clicks_as_is_told(story: str, start: Start, page: Page, sign_in: SignIn) -> None:
    ours = {told: clicks for told, clicks, _ in _told()}[story]
    stack = start(1)
    sign_in(stack)
    page.add_init_script(COUNT)
    page.goto(stack.jobs_page)
    expect(page.locator("#job-table tbody tr").first).to_be_visible()
    page.evaluate("sessionStorage.clear()")

    STORIES[story](page, stack)

    assert page.evaluate("Number(sessionStorage.clicks || 0)") == ours
