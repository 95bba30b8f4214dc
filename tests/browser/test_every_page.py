"""Every page of the site in a real browser: nothing is forbidden by the policy, nothing breaks, nothing is fetched
elsewhere."""

from __future__ import annotations

from playwright.sync_api import Page

from jobs.emulator.world.tenants import BOLT_ROBOTICS_ID
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack
from tests.sweeps.addresses import filled, routes

OTHERS = ("admin/", "sign-out/")


def test_no_page_breaks_the_policy_or_writes_an_error(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)

    seen = {address: visit(page, stack.site + address) for address in addresses(stack)}

    assert {address: status for address, status in seen.items() if status >= 500} == {}
    assert sum(status == 200 for status in seen.values()) >= 10


def addresses(stack: Stack) -> list[str]:
    """Every address, and the page of a job in each of its states."""
    ((key,),) = stack.stored("SELECT id FROM jobs_apisettings")
    one_of_each = {job.status: job.id for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID)}
    values = {"slug": "bolt-robotics", "uuid": key, "viam_id": next(iter(one_of_each.values()))}
    ours = [filled(route, values) for route in routes() if not route.startswith(OTHERS)]
    return [*ours, *(f"/orgs/bolt-robotics/jobs/{job}/" for job in one_of_each.values())]


def visit(page: Page, address: str) -> int:
    """The status of the answer; only what is a page is opened, fragments and files are not."""
    answer = page.request.get(address)
    if answer.ok and answer.text().startswith("<!doctype html>"):
        page.goto(address)
        # What loads after the page itself may break as well.
        page.wait_for_timeout(300)
    return answer.status
