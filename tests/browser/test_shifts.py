"""Nothing jumps: neither while a page loads, its scripts being late, nor while it is polled and minutes pass."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start
from tests.browser.painted import painted, watch
from tests.browser.stack import Stack

STANDSTILL = 0.001
POLLS = 20
LATE = 0.02  # seconds, each script after the one before it
# A figure that counts on moves the words behind it when it gets a digit more: "9 s, usually 12 min" in a job's
# sentence. That is a line's end once in a while; the list has nothing of the kind.
MAX_COUNT = 0.005
COME_LATE = """() => {
    const late = Object.assign(document.createElement("pre"), { textContent: "\\n\\n\\n" });
    document.getElementById("main").prepend(late);
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps(start: Start, page: Page, sign_in: SignIn, width: int) -> None:
    stack = start(STANDSTILL)
    stack.show_all_organizations()
    sign_in(stack)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="no-preference")
    page.clock.install()
    watch(page)
    page.route("**/*.js", late)
    page.route("**/orgs/**", forgetful)

    jumped = {name: jumps(page, address) for name, address in pages(stack).items()}

    assert jumped.pop("list") == []
    assert {name: jumps for name, jumps in jumped.items() if sum(share for share, _ in jumps) >= MAX_COUNT} == {}


def jumps(page: Page, address: str) -> list[tuple[float, str]]:
    """What jumped, while the page loaded and then asked so many times, at the pace of its own clock."""
    page.goto(address)
    for _ in range(POLLS):
        page.clock.run_for(5_000)
        page.wait_for_timeout(100)  # For the answer, and for a frame to be drawn.
    return painted(page).shifts


def late(route: Route) -> None:
    time.sleep(LATE)
    route.continue_()


def forgetful(route: Route) -> None:
    """A poll as if the page had never been told anything: each of them draws everything anew."""
    headers = {name: value for name, value in route.request.headers.items() if name != "hx-ptag"}
    route.continue_(headers=headers)


def pages(stack: Stack) -> dict[str, str]:
    jobs = {job.status: stack.job_page(job.id) for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID)}
    running = jobs[ml.TRAINING_STATUS_IN_PROGRESS]
    return {
        "list": stack.jobs_page,
        "running": running,
        "failed": jobs[ml.TRAINING_STATUS_FAILED],
        "log": f"{running}logs/",
        "insights": f"{stack.site}/orgs/bolt-robotics/insights/",
        "organizations": f"{stack.site}/",
        "models": f"{stack.site}/orgs/bolt-robotics/models/",
        "new job": f"{stack.jobs_page}new/",
    }


def test_a_jump_is_seen(start: Start, page: Page, sign_in: SignIn) -> None:
    """And named: what holds nothing but silence could be deaf."""
    stack = start(STANDSTILL)
    sign_in(stack)
    watch(page)
    page.goto(stack.jobs_page)
    expect(page.locator("#job-table")).to_be_visible()
    page.wait_for_timeout(300)

    page.evaluate(COME_LATE)

    page.wait_for_timeout(300)
    assert painted(page).shift > MAX_COUNT
    assert "job-table" in " ".join(what for _, what in painted(page).shifts)
