"""Being told when a watched job ends: asked for by a button, told once, and to nobody else."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start
from tests.browser.hostile import SHORT
from tests.browser.people import VIEWER, add_person, tab_of
from tests.browser.stack import Stack
from tests.browser.test_watching import STANDSTILL

# Pages ask every ten seconds by a clock that runs eight times as fast.
FASTER = """(() => {
    const { now } = Date, { setTimeout: wait } = window;
    Date.now = () => 8 * now();
    window.setTimeout = (work, pause, ...rest) => wait(work, pause / 8, ...rest);
})()"""
TURNS = 4_000  # milliseconds: three of them
ME = "/me/"
# Nobody looks at the page; this browser has no window that could be covered.
AWAY = """(isAway) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isAway });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

# The desktop is outside of the browser: what a page hands over to it is written down instead.
RECORD = """(() => {
    const Real = Notification;
    window.Notification = class extends EventTarget {
        static get permission() { return Real.permission; }
        static requestPermission() { askedForLeave(); return Real.requestPermission(); }
        constructor(title, options) { super(); window.told = this; noteTold({ title, ...options }); }
        close() {}
    };
})()"""


class Desktop:
    """What pages handed over to be shown, and how often they asked whether they may."""

    def __init__(self, page: Page) -> None:
        self.told: list[dict[str, Any]] = []
        self.asked = 0
        page.context.expose_function("noteTold", lambda told: self.told.append(told))
        page.context.expose_function("askedForLeave", lambda: self._count())
        page.context.add_init_script(RECORD)

    def _count(self) -> None:
        self.asked += 1


@pytest.fixture(autouse=True)
def faster(page: Page) -> None:
    page.context.add_init_script(FASTER)


@pytest.fixture
def desktop(page: Page) -> Desktop:
    return Desktop(page)


def test_a_watched_job_s_end_is_told_once_on_the_desktop_and_in_every_tab(
    start: Start, page: Page, sign_in: SignIn, desktop: Desktop
) -> None:
    """No page of the organization is open: two others are, and the desktop is told by one of them."""
    page.context.grant_permissions(["notifications"])
    stack = start(STANDSTILL)
    job = running(stack)
    sign_in(stack)
    page.goto(stack.job_page(job.id))
    watch(page)
    page.goto(stack.site + ME)
    second = page.context.new_page()
    second.goto(stack.site)

    end(stack, job, ml.TRAINING_STATUS_COMPLETED)

    for tab in (page, second):
        expect(notice(tab)).to_contain_text(f"{job.model_name} {job.model_version} completed")
    page.wait_for_timeout(TURNS)
    [told] = desktop.told
    assert (told["title"], told["tag"]) == (f"{job.model_name} {job.model_version} completed", key(job))
    assert told["body"].startswith("ran ")
    assert page.request.get(stack.site + told["icon"]).headers["content-type"] == "image/png"
    assert [notice(tab).count() for tab in (page, second)] == [1, 1]
    assert watched(page) == []


def test_a_hidden_tab_tells_the_desktop_alone(start: Start, page: Page, sign_in: SignIn, desktop: Desktop) -> None:
    page.context.grant_permissions(["notifications"])
    stack = start(STANDSTILL)
    job = running(stack)
    sign_in(stack)
    page.goto(stack.job_page(job.id))
    watch(page)
    page.evaluate(AWAY, True)

    end(stack, job, ml.TRAINING_STATUS_COMPLETED)
    while not desktop.told:
        page.wait_for_timeout(200)

    page.evaluate(AWAY, False)
    assert notice(page).count() == 0


def test_where_the_desktop_is_not_told_a_hidden_tab_waits_for_its_reader(
    start: Start, page: Page, sign_in: SignIn, desktop: Desktop
) -> None:
    stack = start(STANDSTILL)
    job = running(stack)
    sign_in(stack)
    page.goto(stack.job_page(job.id))
    watch(page)
    page.goto(stack.site)
    page.evaluate(AWAY, True)
    end(stack, job, ml.TRAINING_STATUS_COMPLETED)
    page.wait_for_timeout(TURNS)
    assert (notice(page).count(), watched(page)) == (0, [key(job)])

    page.evaluate(AWAY, False)
    expect(notice(page)).to_contain_text("completed")


def test_a_click_opens_the_job_s_page(start: Start, page: Page, sign_in: SignIn, desktop: Desktop) -> None:
    page.context.grant_permissions(["notifications"])
    stack = start(STANDSTILL)
    job = running(stack)
    sign_in(stack)
    page.goto(stack.job_page(job.id))
    watch(page)
    page.goto(stack.site + ME)
    end(stack, job, ml.TRAINING_STATUS_FAILED, "Out of memory")
    expect(notice(page)).to_contain_text("Out of memory")
    assert desktop.told[0]["title"].startswith("Failed: ")

    with page.expect_popup() as opened:
        page.evaluate("told.onclick()")
    assert opened.value.url == stack.job_page(job.id)

    notice(page).get_by_role("link").click()
    expect(page).to_have_url(stack.job_page(job.id))


def test_leave_is_asked_by_the_button_alone_and_where_it_is_refused_pages_tell(
    start: Start, page: Page, sign_in: SignIn, desktop: Desktop
) -> None:
    stack = start(STANDSTILL)
    job = running(stack)
    job.model_name = SHORT
    sign_in(stack)
    put(stack, job)
    page.goto(stack.job_page(job.id))
    assert desktop.asked == 0

    watch(page)
    expect(button(page)).to_have_attribute("title", re.compile("turned off in this browser"))
    assert desktop.asked == 1
    end(stack, job, ml.TRAINING_STATUS_CANCELED)

    expect(notice(page)).to_contain_text("<img src=x onerror=window.hacked=1>")
    notice(page).get_by_role("button", name="Dismiss").click()
    expect(notice(page)).to_have_count(0)
    assert desktop.told == []
    assert not page.evaluate("'hacked' in window")


def test_the_button_is_pressed_in_every_tab_and_can_be_let_go(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    job = running(stack)
    sign_in(stack)
    second = page.context.new_page()
    for tab in (page, second):
        tab.goto(stack.job_page(job.id))

    page.keyboard.press("n")
    expect(button(second)).to_have_attribute("aria-pressed", "true")
    second.reload()
    expect(button(second)).to_have_accessible_name("You'll be notified")
    button(second).click()

    expect(button(page)).to_have_attribute("aria-pressed", "false")
    assert watched(page) == []


def test_who_signs_in_next_inherits_nothing(
    start: Start, browser: Browser, page: Page, sign_in: SignIn, desktop: Desktop
) -> None:
    """Ana's tab is open still when Vera, who may see the same job, is signed in: neither is told what Ana asked for."""
    page.context.grant_permissions(["notifications"])
    stack = start(STANDSTILL)
    add_person(stack, "vera", VIEWER)
    job = running(stack)
    sign_in(stack)
    page.goto(stack.job_page(job.id))
    watch(page)
    page.goto(stack.site + ME)
    with tab_of(browser, stack, "vera") as elsewhere:
        page.context.add_cookies(elsewhere.context.cookies())  # type: ignore[arg-type]
    second = page.context.new_page()
    second.goto(stack.job_page(job.id))
    expect(button(second)).to_have_attribute("aria-pressed", "false")

    end(stack, job, ml.TRAINING_STATUS_COMPLETED)
    expect(second.locator("#job")).to_have_attribute("data-status", "completed")
    page.evaluate(AWAY, False)  # Somebody comes back to Ana's tab, so it asks once more.
    page.wait_for_timeout(TURNS)

    assert desktop.told == []
    assert [notice(tab).count() for tab in (page, second)] == [0, 0]
    assert watched(page) == [key(job)]


def test_nobody_is_asked_while_nothing_is_watched_or_nobody_is_signed_in(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    job = running(stack)
    asked: list[str] = []
    address = f"{stack.site}/watched/"
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(address) else None)
    sign_in(stack)
    page.goto(stack.site + ME)
    page.wait_for_timeout(TURNS)
    assert asked == []

    page.goto(stack.job_page(job.id))
    watch(page)
    page.goto(stack.site + ME)
    began = time.monotonic()
    while len(asked) < 3:
        page.wait_for_timeout(200)
    assert len(asked) <= 3 + 3_000 * (time.monotonic() - began) / TURNS

    page.context.clear_cookies()
    del asked[:]
    page.wait_for_timeout(TURNS)
    assert len(asked) == 1
    assert page.url == stack.site + ME


def running(stack: Stack) -> ml.TrainingJobMetadata:
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    return next(job for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS)


def put(stack: Stack, job: ml.TrainingJobMetadata) -> None:
    job.last_modified.GetCurrentTime()
    stack.cloud.world.put(job)


def end(stack: Stack, job: ml.TrainingJobMetadata, status: ml.TrainingStatus, why: str = "") -> None:
    job.status = status
    job.training_ended.GetCurrentTime()
    if why:
        job.error_status.message = why
    put(stack, job)


def key(job: ml.TrainingJobMetadata) -> str:
    return f"bolt-robotics/{job.id}"


def button(page: Page) -> Locator:
    return page.locator("[data-watch]")


def watch(page: Page) -> None:
    page.get_by_role("button", name="Notify me").click()
    expect(page.get_by_role("button", name="You'll be notified")).to_have_attribute("aria-pressed", "true")


def notice(page: Page) -> Locator:
    return page.locator("#notices .toast[data-calm]")


def watched(page: Page) -> list[str]:
    kept: list[str] = page.evaluate("JSON.parse(localStorage.getItem(`watched-${document.body.dataset.person}`)) ?? []")
    return kept
