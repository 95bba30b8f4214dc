"""Cancelling: with a dialog while the list goes on asking, and without JavaScript."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Browser, Error, Page, Route, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.domain import Credentials
from jobs.viam import connect
from jobs.viam.endpoints import parse
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, find_in_list, hurry, sign_in_as_ana


class HeldPolls:
    """Polls that got their answer from the site, which the browser does not get yet: what it says grows old."""

    def __init__(self, page: Page, address: str) -> None:
        self._held: list[tuple[Route, str]] = []
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == "GET" and "hx-ptag" in route.request.headers:
            # As if the page had never been told anything, so that there is a whole answer to come late.
            headers = {**route.request.headers, "hx-ptag": ""}
            self._held.append((route, route.fetch(headers=headers).text()))
        else:
            route.continue_()

    def __len__(self) -> int:
        return len(self._held)

    def let_go(self) -> None:
        for route, body in self._held:
            with suppress(Error):  # The page has given it up.
                route.fulfill(status=200, content_type="text/html", body=body)
        self._held.clear()


def test_a_poll_on_its_way_does_not_paint_over_a_cancel(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(2)
    hurry(page)
    sign_in(stack)
    row = find_in_list(page, stack, stack.somebody_submits("steady-regret"))
    expect(row).to_have_attribute("data-status", "pending")
    polls = HeldPolls(page, stack.jobs_page)
    while not polls:
        page.wait_for_timeout(100)

    row.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
    expect(row).to_have_attribute("data-status", "canceling")
    polls.let_go()
    page.wait_for_timeout(500)

    expect(row).to_have_attribute("data-status", "canceling")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.unroute(stack.jobs_page)
    expect(row).to_have_attribute("data-status", "canceled")
    assert stack.cloud.calls["CancelTrainingJob"] == 1


def test_a_dialog_that_is_left_cancels_nothing(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    job_id = stack.somebody_submits("steady-second-thought")
    find_in_list(page, stack, job_id)
    page.goto(stack.job_page(job_id))

    page.get_by_role("link", name="Cancel job").click()
    page.get_by_role("dialog").get_by_text("Keep running").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#job")).to_have_attribute("data-status", "pending")
    assert stack.cloud.calls["CancelTrainingJob"] == 0


def test_a_page_left_open_from_running_to_canceled_breaks_no_rule_of_ours(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    """What a page may not do, inline styles too, ends this test (see `page`); somebody else cancels, and it polls."""
    stack = start(1)
    sign_in(stack)
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    job_id = next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS)
    find_in_list(page, stack, job_id)
    page.goto(stack.job_page(job_id))
    expect(page.locator("#job-log [data-level]").first).to_be_visible()
    cloud = connect(parse(f"http://{stack.cloud.address}"), Credentials(DEMO_KEY_ID, DEMO_KEY))
    cloud.cancel_job(BOLT_ROBOTICS_ID, job_id)

    for status in ("canceling", "canceled"):
        expect(page.locator("#job")).to_have_attribute("data-status", status)
    expect(page.locator("#log-tail")).to_have_text("The job has ended. Fetching the last lines…")
    expect(page.locator("#log-tail")).to_have_text("End of the log.")
    assert page.locator("[style]").count() == 0


def test_cancelling_works_without_javascript(start: Start, browser: Browser) -> None:
    stack = start(1)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        row = find_in_list(page, stack, stack.somebody_submits("steady-plain"))

        row.get_by_role("link", name="Cancel").click()
        page.get_by_role("button", name="Cancel job").click()

        expect(row).to_have_attribute("data-status", "canceling")
        expect(page.locator("#notices")).to_contain_text("Cancel requested for steady-plain")
