"""Submitting a job again, with something changed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack


def a_failure(stack: Stack) -> ml.TrainingJobMetadata:
    """A custom job that failed, and that was told for how long to train."""
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    failed = [job for job in jobs if job.status == ml.TRAINING_STATUS_FAILED and job.is_custom_job]
    return next(job for job in failed if "num_epochs" in job.arguments)


def test_a_failed_job_is_sent_again_with_one_argument_changed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    source = a_failure(stack)
    page.goto(stack.job_page(source.id))
    page.get_by_role("link", name="Resubmit").click()

    keys = page.get_by_label("Argument name").all()
    position = [key.input_value() for key in keys].index("num_epochs")
    value = page.get_by_label("Argument value").nth(position)
    expect(value).to_have_value(source.arguments["num_epochs"])
    value.fill("7")
    value.press("Tab")

    row = page.locator("#preflight .differences tbody tr", has_text="num_epochs")
    expect(row.get_by_role("cell")).to_have_text([source.arguments["num_epochs"], "7"])
    is_meant = page.get_by_label("Submit anyway")
    if is_meant.count():  # What the job was made of has grown old since.
        is_meant.check()
    page.get_by_role("button", name="Start job").click()

    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{24}/$"))
    page.get_by_role("link", name="another job").click()
    page.wait_for_url(stack.job_page(source.id))
    newest = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)[0]
    assert dict(newest.arguments) == dict(source.arguments) | {"num_epochs": "7"}


def test_what_a_field_would_change_is_sent_again_byte_for_byte(start: Start, page: Page, sign_in: SignIn) -> None:
    """Line breaks in a value, and names that Viam's own forms don't take: a browser changes both on the way."""
    stack = start(1)
    sign_in(stack)
    source = a_failure(stack)
    odd = {"trainer.max_epochs": "5", "a b": " 1 ", "note": "\nl1\r\nl2\n"}
    source.arguments.clear()
    source.arguments.update(odd)
    source.last_modified.GetCurrentTime()
    stack.cloud.world.put(source)
    area = page.locator("textarea[name=argument_value]")
    while not area.count():
        page.goto(f"{stack.job_page(source.id)}resubmit/")

    expect(area).to_have_value("\nl1\nl2\n")
    is_meant = page.get_by_label("Submit anyway")
    expect(page.locator("#preflight li").first).to_be_visible()
    if is_meant.count():
        is_meant.check()
    page.get_by_role("button", name="Start job").click()

    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{24}/$"))
    assert dict(stack.cloud.world.jobs(BOLT_ROBOTICS_ID)[0].arguments) == odd


def test_a_job_is_sent_again_as_it_is_after_one_question(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    source = stack.completed()
    page.goto(stack.job_page(source.id))
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Resubmit as is").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Resubmit this job as is?")).to_be_visible()
    version = dialog.locator(".name .version").inner_text()
    assert stack.cloud.calls["SubmitTrainingJob"] == 0
    dialog.get_by_role("button", name="Start job").click()
    is_meant = page.get_by_label("Submit anyway")
    page.wait_for_url(lambda address: source.id not in address or "as-is" in address)
    if is_meant.count():  # What the job was made of has grown old since.
        is_meant.check()
        page.get_by_role("button", name="Start job").click()
        page.wait_for_url(re.compile(r"/jobs/[0-9a-f]+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{source.model_name} {version}")
    assert stack.cloud.calls["SubmitTrainingJob"] == 1
