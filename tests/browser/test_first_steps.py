"""From an empty site to the first job, by nothing but what the first steps show."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID, QUIET_GREENHOUSE_ID
from jobs.management.web_server import answers
from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.stack import SERVE, WORDS
from tests.browser.test_axe import found
from tests.installed import Installation, free_port, production, wait_until


@dataclass(frozen=True, slots=True)
class New:
    """A site with nobody in it and no key, the cloud that it may speak with, and the code that makes its owner."""

    site: str
    cloud: Emulator
    code: str


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    with Emulator(jobs=20, seed=7) as cloud:
        asking = {"VIAM_ENDPOINTS": f"http://{cloud.address}", "REFRESH_ACTIVE_SECONDS": "0.5"}
        site = Installation(tmp_path, **production(**asking))
        for words in (("migrate", "-v", "0"), ("collectstatic", "--no-input", "-v", "0")):
            assert site.manage(*words).returncode == 0
        port = free_port()
        server = site.start(*SERVE, "--port", str(port))
        wait_until(lambda: answers(port, "/healthz"))
        server.wait_for("with this code")
        code = re.search(r"with this code: (\S+)", server.said)
        assert code
        yield New(f"http://127.0.0.1:{port}", cloud, code[1])
        server.end(signal.SIGTERM)
        assert "Traceback" not in server.said, server.said


def current(page: Page) -> Locator:
    """The step that is open, with its one button."""
    return page.get_by_role("region", name="Get started").locator("[aria-current=step]")


def act(page: Page, title: str) -> None:
    """Follows the button of the step that is open, which is this one."""
    expect(current(page).get_by_role("heading")).to_have_text(title)
    expect(current(page).locator(".button")).to_have_count(1)
    current(page).locator(".button").click()


def become_owner(page: Page, new: New) -> None:
    page.goto(new.site)
    page.get_by_label("Set-up code").fill(new.code)
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Create owner account").click()


def connect(page: Page, key: str = DEMO_KEY) -> None:
    page.get_by_label("API key id").fill(DEMO_KEY_ID)
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_role("button", name="Test and save").click()


def show_the_greenhouse(page: Page) -> None:
    for name in ("Bolt Robotics", "Harbor Pilots"):
        page.get_by_label(name).uncheck()
    page.get_by_role("button", name="Show selected").click()


def submit(page: Page) -> None:
    page.get_by_label("Dataset", exact=True).select_option(label="tomatoes-row-1")
    page.get_by_label("Model name").fill("tomatoes")
    page.get_by_label("Labels", exact=True).fill("tomato")
    page.get_by_role("button", name="Start job").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("tomatoes")


def test_the_owner_of_an_empty_site_comes_to_a_first_job_and_a_team(new: New, page: Page) -> None:
    become_owner(page, new)
    act(page, "Create an API key in Viam's app")
    connect(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("rejected this API key")
    connect(page)
    show_the_greenhouse(page)
    # The page finds out by itself that what it loads has no jobs, and offers the first one.
    act(page, "Start the first job")
    submit(page)
    assert [job.model_name for job in new.cloud.world.jobs(QUIET_GREENHOUSE_ID)] == ["tomatoes"]

    page.get_by_role("link", name="Trainyard").click()
    expect(page.locator("#step-connect")).to_contain_text("Connected: Bolt Robotics and 2 more")
    expect(page.locator("#step-start")).to_contain_text("Jobs so far: 1")
    act(page, "Invite your team")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("link", name="Trainyard").click()
    expect(page).to_have_url(re.compile("/orgs/quiet-greenhouse/jobs/$"))


def test_what_is_left_can_be_dismissed_and_found_again(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(0.001)
    sign_in(stack)
    page.goto(stack.site)
    expect(current(page)).to_contain_text("Invite your team")
    # Four of five are done: that is one line.
    box = page.locator("#guide").bounding_box()
    assert box and box["height"] < 64
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#step-make")).to_be_visible()
    page.go_back()
    page.locator("#guide").get_by_role("button", name="Dismiss").click()
    expect(page).to_have_url(stack.jobs_page)
    page.goto(stack.site)
    expect(page).to_have_url(stack.jobs_page)

    page.locator("[popovertarget=person]").click()
    page.get_by_role("link", name="Get started").click()
    expect(current(page)).to_contain_text("Invite your team")
    assert found(page) == []


def test_focus_on_the_step_s_button_survives_a_change(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(0.001)
    hurry(page)
    sign_in(stack)
    page.goto(stack.site)
    jobs = len(stack.cloud.world.jobs(BOLT_ROBOTICS_ID))
    expect(page.locator("#step-start")).to_contain_text(f"Jobs so far: {jobs}")
    button = current(page).locator(".button")
    button.focus()

    stack.somebody_submits("newcomer")

    expect(page.locator("#step-start")).to_contain_text(f"Jobs so far: {jobs + 1}")
    expect(button).to_be_focused()


def test_a_key_that_loses_its_right_is_told_at_its_step(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(0.001)
    hurry(page)
    sign_in(stack)
    page.goto(stack.site)
    expect(current(page)).to_contain_text("Invite your team")
    stack.cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "owners only", times=999)
    expect(current(page)).to_contain_text("owners only")
    act(page, "Connect the API key")
    expect(page.get_by_role("heading", level=1)).to_have_text("Test or replace API key")


def test_without_scripts_it_leads_as_far(new: New, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        become_owner(page, new)
        act(page, "Create an API key in Viam's app")
        connect(page)
        show_the_greenhouse(page)
        expect(current(page)).to_contain_text("Start the first job")
        page.wait_for_timeout(2_000)
        page.reload()
        act(page, "Start the first job")
        submit(page)
