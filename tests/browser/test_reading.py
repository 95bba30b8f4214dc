"""Whoever works in the list keeps it still: new jobs wait, and rows that are shown change in their places. Several rows
are selected by ranges and keys, and the bar offers what fits them.
"""

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


def test_the_bar_offers_what_fits_with_counts(start: Start, page: Page, sign_in: SignIn) -> None:
    """What is asked about then is just that."""
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    bar = page.locator("#selection")

    def tick(status: str, number: int) -> None:
        page.locator(f"tr[data-status={status}] .tick").nth(number).check()

    for number in (0, 1):
        tick("completed", number)
    expect(bar.get_by_role("button", name="Delete 2 completed…")).to_be_visible()
    expect(bar.locator("[value=cancel]")).to_be_hidden()
    tick("in_progress", 0)
    expect(bar.get_by_role("button", name="Cancel 1 running…")).to_be_visible()
    expect(bar.get_by_role("button", name="Resubmit 3 jobs…")).to_be_visible()
    tick("failed", 0)
    bar.get_by_role("button", name="Delete 3 jobs…").click()

    expect(page.get_by_role("heading", name="Delete 3 jobs in Viam?")).to_be_visible()
    expect(page.get_by_text("left out")).to_have_count(0)


def test_ranges_and_a_key_select_rows(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    ticks = page.locator("#job-table tbody .tick")

    ticks.nth(1).click()
    ticks.nth(4).click(modifiers=["Shift"])
    expect(page.locator("#selection b")).to_have_text("4 selected")
    ticks.nth(3).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.locator("#selection b")).to_have_text("2 selected")
    assert page.evaluate("String(getSelection())") == ""

    page.locator("#selection [data-clear]").click()
    for key in ("j", "j", "x", "k", "x"):
        page.keyboard.press(key)
    expect(page.locator("#selection b")).to_have_text("2 selected")
    expect(ticks.nth(0)).to_be_checked()
    expect(ticks.nth(1)).to_be_checked()
    page.keyboard.press("x")
    expect(ticks.nth(0)).not_to_be_checked()
