"""A job's page under a reader's eyes: on a phone, while it is refreshed, with times that go on."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

from emulator.logs.lines import LogLine
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.stack import Stack

STANDSTILL = 0.001
PHONE = {"width": 390, "height": 844}
SCRIPT = "bolt:strip-tester"


def put(
    stack: Stack, number: int, status: ml.TrainingStatus, *, began: int = 0, ended: int = 0, **fields: object
) -> str:
    """A job with a script, in the cloud; times are minutes ago."""
    job = ml.TrainingJobMetadata(
        id=f"5be5{number:020d}", organization_id=BOLT_ROBOTICS_ID, status=status, is_custom_job=True
    )
    job.model_name, job.model_version, job.registry_item_id = f"strip-{number}", "v1", SCRIPT
    now = int(time.time())
    job.created_on.FromSeconds(now - 60 * (began + 2))
    job.last_modified.GetCurrentTime()
    if began:
        job.training_started.FromSeconds(now - 60 * began)
    if status in (ml.TRAINING_STATUS_COMPLETED, ml.TRAINING_STATUS_FAILED):
        job.training_ended.FromSeconds(now - 60 * ended)
    for name, value in fields.items():
        setattr(job, name, value)
    stack.cloud.world.put(job)
    return job.id


def history(stack: Stack, minutes: int) -> None:
    """Three jobs that completed, which each ran so long."""
    for number in range(3):
        put(stack, 90 + number, ml.TRAINING_STATUS_COMPLETED, began=300 + minutes, ended=300)


def hear(stack: Stack) -> None:
    """The site asks for everything at once."""
    done = stack.installation.manage("refresh", "--once")
    assert done.returncode == 0, done.stderr


def colour(bar: Locator) -> str:
    return str(bar.evaluate("(element) => getComputedStyle(element).fill"))


def test_on_a_phone_a_failure_is_told_within_the_first_screen(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    job_id = put(stack, 1, ml.TRAINING_STATUS_FAILED, began=9, model_name="w" * 200, model_version="v" * 200)
    job = stack.cloud.world.job(job_id)
    job.error_status.code, job.error_status.message = 3, "shapes differ\n" + "at line 7\n" * 199
    stack.cloud.world.put(job)
    hear(stack)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(stack.job_page(job_id))

    for told in (
        page.locator("#job .badge", has_text="Failed"),
        page.get_by_role("link", name="Resubmit"),
        page.get_by_role("heading", name="Why it failed"),
        page.get_by_role("region", name="Full error message"),
    ):
        expect(told).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_two_long_names_stand_side_by_side_on_a_phone(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    a, b = (put(stack, number, ml.TRAINING_STATUS_FAILED, began=9, model_name=f"{number}" * 200) for number in (1, 2))
    hear(stack)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{stack.site}/orgs/bolt-robotics/compare/?a={a}&b={b}")

    expect(page.get_by_role("heading", name="1 difference")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.get_by_role("searchbox", name="Search jobs")).to_have_count(0)


def test_a_bar_grows_towards_the_usual_end_and_turns_amber_long_after_it(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    history(stack, minutes=1)
    on_time = put(stack, 1, ml.TRAINING_STATUS_IN_PROGRESS)
    late = put(stack, 2, ml.TRAINING_STATUS_IN_PROGRESS, began=7)
    job = stack.cloud.world.job(on_time)
    job.training_started.GetCurrentTime()
    stack.cloud.world.put(job)
    hear(stack)
    bar = page.locator('.strip [data-part="running"]')

    page.goto(stack.job_page(on_time))
    first = int(bar.get_attribute("width") or 0)
    expect(bar).not_to_have_attribute("width", f"{first}")
    assert int(bar.get_attribute("width") or 0) > first
    in_time = colour(bar)
    expect(page.locator('.strip [data-part="expected"]')).to_have_count(1)
    expect(page.locator(".times")).to_contain_text("Expected to finish")

    page.goto(stack.job_page(late))
    assert colour(bar) != in_time
    expect(page.locator('.strip [data-part="usual"]')).to_have_count(1)
    expect(page.get_by_text("longer than usual")).to_be_visible()
    expect(page.locator(".times")).not_to_contain_text("Expected to finish")


def test_what_is_unfolded_stays_so_when_the_page_is_refreshed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    hurry(page)
    job_id = put(stack, 1, ml.TRAINING_STATUS_IN_PROGRESS, began=3)
    hear(stack)
    page.goto(stack.job_page(job_id))
    page.get_by_text("Inspect").click()
    expect(page.locator("#ask-cancel")).to_be_visible()

    job = stack.cloud.world.job(job_id)
    job.status = ml.TRAINING_STATUS_COMPLETED
    job.last_modified.FromSeconds(int(time.time()) + 1)
    stack.cloud.world.put(job)
    expect(page.locator("#job")).to_have_attribute("data-status", "completed")

    expect(page.locator("#ask-logs")).to_be_visible()
    expect(page.locator("#ask-cancel")).to_have_count(0)


def test_a_job_is_claimed_from_within_its_sentence(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    job_id = stack.completed().id
    hear(stack)
    page.goto(stack.job_page(job_id))
    button = page.locator(".summary").get_by_role("button", name="Claim this job")

    button.click()

    expect(page.locator(".summary")).to_contain_text("claimed by ana")
    page.locator(".summary").get_by_role("button", name="Unclaim").click()
    expect(button).to_be_visible()


def test_the_mark_of_a_level_that_was_read_anew_shows_on_its_line_alone(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    job_id = put(stack, 1, ml.TRAINING_STATUS_IN_PROGRESS, began=3)
    stack.cloud.world.set_log(job_id, [LogLine("ERROR", int(time.time()), "INFO:root:all is well")] * 2)
    hear(stack)
    page.goto(f"{stack.job_page(job_id)}logs/")
    marks = page.locator(".level[data-reread]")
    expect(marks).to_have_count(2)

    page.locator("#L2").hover()
    assert [mark.evaluate("(one) => getComputedStyle(one).textDecorationLine") for mark in marks.all()] == [
        "none",
        "underline",
    ]
    assert "ERROR in Viam" in (marks.first.get_attribute("title") or "")


def test_keys_lead_from_job_to_job_of_the_list(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    for number in range(3):
        put(stack, number, ml.TRAINING_STATUS_FAILED, began=9 + number)
    hear(stack)
    page.goto(f"{stack.jobs_page}?status=failed&q=strip")
    page.get_by_role("link", name="strip-1").click()
    expect(page.locator("#job h1")).to_contain_text("strip-1")

    for key, name in (("j", "strip-2"), ("k", "strip-1"), ("k", "strip-0")):
        page.keyboard.press(key)
        expect(page.locator("#job h1")).to_contain_text(name)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("older and newer job")


def test_what_is_rarely_done_waits_in_a_menu_that_outlasts_a_poll(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    hurry(page)
    job_id = put(stack, 1, ml.TRAINING_STATUS_IN_PROGRESS, began=3)
    hear(stack)
    page.goto(stack.job_page(job_id))
    menu = page.locator("#job-menu")
    page.get_by_role("button", name="More actions").click()
    expect(menu.get_by_role("link", name="Resubmit…")).to_be_visible()
    expect(menu.get_by_role("link", name="Delete job…")).to_have_count(0)

    job = stack.cloud.world.job(job_id)
    job.status = ml.TRAINING_STATUS_COMPLETED
    job.last_modified.FromSeconds(int(time.time()) + 1)
    stack.cloud.world.put(job)
    expect(menu.get_by_role("link", name="Delete job…")).to_be_visible()
    expect(page.locator(".job-head .button:not(.plain)")).to_have_text(["Resubmit"])

    menu.get_by_role("link", name="Delete job…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete job")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#job :focus")).to_have_count(1)


def test_the_title_of_a_log_stays_and_tells_how_the_job_stands(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    hurry(page)
    job_id = put(stack, 1, ml.TRAINING_STATUS_IN_PROGRESS, began=3)
    now = int(time.time())
    stack.cloud.world.set_log(job_id, [LogLine("INFO", now + number, f"step {number}") for number in range(90)])
    hear(stack)
    title = page.locator(".log-title")
    for size in ({"width": 1400, "height": 900}, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{stack.job_page(job_id)}logs/")
        expect(page.locator("#L90")).to_be_in_viewport()
        expect(title).to_be_in_viewport(ratio=1)
        expect(title).to_contain_text("strip-1")
    expect(title.locator(".badge")).to_have_text("Running")
    expect(page.locator(".places [aria-current]")).to_have_text(["Jobs"])

    job = stack.cloud.world.job(job_id)
    job.status = ml.TRAINING_STATUS_FAILED
    job.last_modified.FromSeconds(now + 1)
    stack.cloud.world.put(job)
    expect(title.locator(".badge")).to_have_text("Failed")
    title.get_by_role("link").click()
    expect(page.locator("#job h1")).to_contain_text("strip-1")
