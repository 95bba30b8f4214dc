"""Row 130: jobs with odd ids and times, in a browser, which reads dots and slashes in addresses in its own way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack

STANDSTILL = 0.001
ODD = (".", "..", "new", "filters", "a/b", "a b", "a%2Fb", "../x", "\\", "\u65e5\u672c")


@pytest.fixture
def stack(start: Start, page: Page, sign_in: SignIn) -> Stack:
    stack = start(STANDSTILL)
    for number, odd in enumerate(ODD):
        job = ml.TrainingJobMetadata()
        job.CopyFrom(stack.completed())
        job.status = ml.TRAINING_STATUS_IN_PROGRESS  # The site asks for those every few seconds.
        job.id, job.model_name = odd, f"odd-{number}"
        for name in ("created_on", "training_started"):
            getattr(job, name).seconds = (253_402_300_799, -62_135_596_800)[number % 2]
        job.last_modified.GetCurrentTime()
        stack.cloud.world.put(job, BOLT_ROBOTICS_ID)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?q=odd-")
    expect(page.locator("#job-table tbody tr")).to_have_count(len(ODD))
    return stack


def test_each_is_opened_by_a_click_and_has_its_menu(stack: Stack, page: Page) -> None:
    """Row 130."""
    for number, odd in enumerate(ODD):
        page.goto(f"{stack.jobs_page}?q=odd-{number}")
        page.locator("#job-table .more").click()
        expect(page.locator("#menu-id")).to_have_text(odd)
        page.keyboard.press("Escape")
        page.locator("#job-table tbody th a").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"odd-{number}")
        expect(page.locator("#viam-id")).to_have_text(odd)


def test_all_of_them_are_chosen_at_once(stack: Stack, page: Page) -> None:
    """Row 130."""
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{len(ODD)} jobs")


def test_a_time_that_can_t_be_read_keeps_no_other_from_being_told(stack: Stack, page: Page) -> None:
    """Row 130: the clock of the page goes on."""
    page.evaluate(
        """() => {
          for (const stamp of ["never", "+275760-09-14T00:00:00Z", "-000001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]) {
            const time = document.createElement("time");
            time.dateTime = stamp;
            time.dataset.age = "";
            document.body.prepend(time);
          }
          const time = document.createElement("time");
          time.dateTime = new Date(Date.now() - 180_000).toISOString();
          time.dataset.age = "";
          time.id = "told";
          document.body.append(time);
        }"""
    )
    expect(page.locator("#told")).to_have_text("3 min ago")
