"""Submitting with a training script: looked over while it is filled in, and found again when the answer was lost."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from emulator.world.script_stock import WELD_INSPECTOR, items
from emulator.world.tenants import BOLT_ROBOTICS_ID
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack

A_JOB = re.compile(r"/jobs/[0-9a-f]{24}/$")


def open_form(page: Page, stack: Stack, **values: str) -> None:
    """The form as a link with these values fills it in: the script's newest version, a dataset."""
    item = next(item for item in items(stack.cloud.world.started) if item.id == WELD_INSPECTOR)
    newest = max(item.versions, key=lambda version: version[1])[0]
    filled_in = {"script": WELD_INSPECTOR, "script_version": newest, "dataset": stack.completed().dataset_id}
    page.goto(f"{stack.jobs_page}new/custom/?{urlencode(filled_in | values)}")


def test_the_newest_version_of_a_chosen_script_is_filled_in(start: Start, page: Page, sign_in: SignIn) -> None:
    """Another script brings its own; what somebody typed stays."""
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}new/custom/")
    scripts = [item for item in items(stack.cloud.world.started) if item.versions]
    versions = {item.id: max(item.versions, key=lambda version: version[1])[0] for item in scripts}
    script, version = page.get_by_label("Training script"), page.get_by_label("Script version")
    other = next(name for name in versions if name.startswith("bolt:") and name != WELD_INSPECTOR)
    for name in (WELD_INSPECTOR, other):
        script.fill(name)
        script.press("Tab")
        expect(version).to_have_value(versions[name])
    version.fill("my own")
    script.fill(WELD_INSPECTOR)
    script.press("Tab")
    expect(page.locator("#preflight")).to_contain_text("has no version my own")
    expect(version).to_have_value("my own")


def test_mistakes_and_warnings_are_told_before_anything_is_sent(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    open_form(page, stack)
    findings, name = page.locator("#preflight"), page.get_by_label("Model name")

    name.fill("weld-inspector")
    name.press("Tab")
    expect(findings).to_contain_text("Choose a model name that differs from the script name")
    name.fill("steady-welds")
    name.press("Tab")
    expect(findings).to_contain_text("steady-welds will be a new model")
    expect(findings.locator("[data-level=error]")).to_have_count(0)
    page.get_by_label("Container").select_option("key:tf:2.15")
    expect(findings).to_contain_text("The container tf:2.15 is past its end of life")
    page.get_by_label("Argument value").first.fill("50")
    page.get_by_label("Argument value").first.press("Tab")
    expect(findings).to_contain_text("Arguments: Enter a name for each argument.")
    expect(page.get_by_label("Arguments as JSON")).to_be_hidden()
    page.get_by_label("Argument name").first.fill("num_epochs")
    page.get_by_label("Argument name").first.press("Tab")
    expect(findings).not_to_contain_text("Enter a name")

    with page.expect_console_message(lambda message: "422" in message.text):
        page.get_by_role("button", name="Start job").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent yet")
    assert stack.cloud.calls["SubmitCustomTrainingJob"] == 0

    page.get_by_label("Submit anyway").check()
    page.get_by_role("button", name="Start job").click()
    page.wait_for_url(A_JOB)
    expect(page.get_by_role("heading", level=1)).to_contain_text("steady-welds")
    page.goto(stack.jobs_page)
    expect(page.locator("tr", has_text="steady-welds")).to_be_visible()
    assert stack.cloud.calls["SubmitCustomTrainingJob"] == 1


def test_a_lost_answer_is_told_and_the_page_goes_to_the_job_that_appeared(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    open_form(page, stack, name="steady-lost")
    stack.cloud.faults.lose_answers("SubmitCustomTrainingJob")
    stack.cloud.faults.delay("ListTrainingJobs", 1)

    page.get_by_role("button", name="Start job").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Outcome unknown")
    page.wait_for_url(A_JOB)
    expect(page.get_by_role("heading", level=1)).to_contain_text("steady-lost")
    assert [job.model_name for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID)].count("steady-lost") == 1
    assert stack.cloud.calls["SubmitCustomTrainingJob"] == 1
