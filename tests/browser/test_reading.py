"""Whoever works in the list keeps it still: new jobs wait, and rows that are shown change in their places."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, find_in_list, hurry

STANDSTILL = 0.001


def test_new_jobs_wait_while_somebody_points_at_a_row(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    hurry(page)
    first = stack.somebody_submits("came-first")
    row = find_in_list(page, stack, first)
    pill = page.locator(".new-jobs button")
    newest = page.locator("#job-table tbody tr").first
    queued = page.locator(".statuses [data-status=pending] .count").first
    count = int(queued.inner_text())
    row.locator(".created").hover()

    stack.somebody_submits("came-later")
    expect(pill).to_have_text("1 new job")
    expect(newest).to_have_id(f"job-{first}")
    expect(queued).to_have_text(f"{count + 1}")
    job = ml.TrainingJobMetadata()
    job.CopyFrom(stack.cloud.world.job(first))
    job.status = ml.TRAINING_STATUS_CANCELED
    stack.cloud.world.put(job)
    expect(row).to_have_attribute("data-status", "canceled")
    expect(newest).to_have_id(f"job-{first}")

    page.mouse.move(5, 5)
    expect(pill).to_be_hidden()
    expect(newest).to_contain_text("came-later")

    newest.locator(".more").click()
    expect(page.locator("#row-menu")).to_be_visible()
    page.mouse.move(5, 5)
    stack.somebody_submits("came-last")
    expect(pill).to_have_text("1 new job")
    page.keyboard.press("Escape")
    expect(newest).to_contain_text("came-later")  # The focus is back in the row.
    pill.click()
    expect(newest).to_contain_text("came-last")
    expect(pill).to_be_hidden()
