"""Watching: what happens in the cloud appears on an open page, which is never loaded again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, find_in_list, hurry

STANDSTILL = 0.001


def test_a_job_that_a_colleague_submits_appears_and_completes_in_the_list(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(20)
    hurry(page)
    sign_in(stack)
    page.goto(stack.jobs_page)
    mark(page)

    row = page.locator(f"tr#job-{stack.somebody_submits('steady-newcomer')}")

    expect(row).to_contain_text("steady-newcomer")
    expect(row).to_have_attribute("data-status", "completed")
    assert was_not_reloaded(page)


def test_a_change_of_status_is_seen_within_ten_seconds(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 63: an interval and a poll, in a tab that stays open."""
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    mark(page)
    running = ml.TRAINING_STATUS_IN_PROGRESS
    job = next(job for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID) if job.status == running)
    row = page.locator(f"tr#job-{job.id}")
    expect(row).to_have_attribute("data-status", "in_progress")

    job.status = ml.TRAINING_STATUS_COMPLETED
    job.last_modified.GetCurrentTime()
    stack.cloud.world.put(job)

    expect(row).to_have_attribute("data-status", "completed", timeout=10_000)
    assert was_not_reloaded(page)


def test_a_jobs_page_follows_it_to_its_end_and_then_stops_asking(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(15)  # Slow enough for a page that is opened late to see it run.
    hurry(page)
    sign_in(stack)
    job_id = stack.somebody_submits("steady-soloist")
    find_in_list(page, stack, job_id)
    page.goto(stack.job_page(job_id))
    mark(page)

    job = page.locator("#job")
    expect(job).to_have_attribute("data-status", "in_progress")
    expect(job).to_have_attribute("data-status", "completed")

    expect(page).to_have_title(re.compile("^Completed · steady-soloist"))
    assert job.get_attribute("data-poll-seconds") is None
    assert was_not_reloaded(page)


def test_a_job_is_marked_the_moment_it_runs_longer_than_usual(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.clock.install()
    page.goto(stack.jobs_page)
    mark_of_later = """() => { const mark = document.createElement("span");
        Object.assign(mark, { id: "late", hidden: true, textContent: "longer than usual" });
        mark.dataset.after = new Date(Date.now() + 2500).toISOString();
        document.getElementById("main").append(mark); }"""

    page.evaluate(mark_of_later)

    page.clock.run_for(1_200)
    expect(page.locator("#late")).to_be_hidden()
    page.clock.run_for(3_000)
    expect(page.locator("#late")).to_be_visible()


def mark(page: Page) -> None:
    """A page that is loaded again forgets this."""
    page.evaluate("window.isTheSame = true")


def was_not_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSame === true"))
