"""The cloud, the refresher or the database goes away under an open tab, and comes back."""

from __future__ import annotations

import os
import signal

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Start, hurry

POLL_NOW = "dispatchEvent(new Event('online'))"


def test_an_open_list_tells_its_age_while_the_cloud_is_away_and_recovers_by_itself(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    hurry(page)
    sign_in(stack)
    page.goto(stack.jobs_page)
    table = page.locator("#job-table")
    rows = table.locator("tbody tr").count()
    assert rows > 3

    stack.cloud.stop()
    expect(table).to_contain_text("Viam's cloud can't be reached. Showing data from")
    expect(table.locator("tbody tr")).to_have_count(rows)

    answer = page.reload()
    assert answer is not None
    assert answer.ok
    expect(table.locator("tbody tr")).to_have_count(rows)

    stack.cloud.start()
    expect(table).not_to_contain_text("can't be reached")
    newcomer = page.locator(f"tr#job-{stack.somebody_submits('steady-afterwards')}")
    expect(newcomer).to_be_visible()


def test_an_open_list_says_what_to_start_while_no_refresher_runs(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    hurry(page)
    sign_in(stack)
    page.goto(stack.jobs_page)
    warning, rows = page.locator("#job-table .warning"), page.locator("#job-table tbody tr")
    expect(rows).not_to_have_count(0)
    count = rows.count()

    ((name,),) = stack.stored("SELECT name FROM jobs_refresher")
    refresher = int(str(name).rpartition(":")[2])
    os.kill(refresher, signal.SIGSTOP)
    expect(warning).to_contain_text("Nothing is being refreshed: no refresher is running. Showing data from")
    expect(warning.locator("code")).to_have_text(["manage.py serve", "manage.py refresh"])
    expect(rows).to_have_count(count)

    os.kill(refresher, signal.SIGCONT)
    expect(warning).to_have_count(0)
    expect(page.locator(f"tr#job-{stack.somebody_submits('steady-afterwards')}")).to_be_visible()


def test_an_open_list_stays_and_says_so_while_the_database_is_away(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(stack.jobs_page)
    rows, away = page.locator("#job-table tbody tr"), page.locator("#offline")
    expect(rows).not_to_have_count(0)
    count = rows.count()

    stack.stored("ALTER TABLE django_session RENAME TO elsewhere")
    page.evaluate(POLL_NOW)
    expect(away).to_contain_text("can't reach its database. This page may be out of date")
    expect(rows).to_have_count(count)

    stack.stored("ALTER TABLE elsewhere RENAME TO django_session")
    page.evaluate(POLL_NOW)
    expect(away).to_be_hidden()


def test_a_cancel_that_gets_no_answer_says_so_and_leaves_the_truth_open(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(stack.jobs_page)
    row = page.locator("tr[data-status=in_progress], tr[data-status=pending]").first
    stack.cloud.faults.lose_answers("CancelTrainingJob")

    row.get_by_role("link", name="Cancel").click()
    with page.expect_console_message(lambda message: "409" in message.text):
        page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()

    expect(page.locator("#notices")).to_contain_text("Viam did not confirm")
    expect(page.locator("tr[data-status=canceling], tr[data-status=canceled]").first).to_be_visible()
    assert stack.cloud.calls["CancelTrainingJob"] == 1
