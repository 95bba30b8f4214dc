"""All pages of a site, for tests that look at every one of them."""

from __future__ import annotations

from playwright.sync_api import Page

from emulator.world.tenants import BOLT_ROBOTICS_ID
from tests.browser.stack import Stack
from tests.sweeps.addresses import filled, routes

OTHERS = ("admin/", "sign-out/")


def addresses(stack: Stack) -> list[str]:
    """Every address, and the page of a job in each of its states."""
    ((key,),) = stack.stored("SELECT id FROM jobs_apikey")
    one_of_each = {job.status: job.id for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID)}
    values = {
        "slug": "bolt-robotics",
        "uuid": key,
        "viam_id": next(iter(one_of_each.values())),
        "dataset_id": stack.completed().dataset_id,
    }
    ours = [filled(route, values) for route in routes() if not route.startswith(OTHERS)]
    return [*ours, *(f"/orgs/bolt-robotics/jobs/{job}/" for job in one_of_each.values())]


def opened(page: Page, address: str) -> int:
    """The status of the answer; only what is a page is opened, fragments and files are not."""
    answer = page.request.get(address)
    if answer.ok and answer.text().startswith("<!doctype html>"):
        page.goto(address)
    return answer.status
