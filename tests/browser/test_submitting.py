"""Submitting: from the empty form to the model."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from jobs.domain import ModelType
from tests.browser.conftest import SignIn, Start, hurry


def test_a_job_is_submitted_and_watched_until_it_is_completed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(20)
    hurry(page)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.get_by_role("link", name="New job").click()

    like = stack.completed()
    page.get_by_label("Dataset", exact=True).select_option(like.dataset_id)
    page.get_by_label("Model name").fill("steady-first")
    page.get_by_label("Task").select_option(ModelType(like.model_type).word)
    page.get_by_role("textbox", name="Labels").fill(", ".join(like.tags))
    page.get_by_role("button", name="Start job").click()

    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("steady-first")
    expect(page.locator("#job")).to_have_attribute("data-status", "completed")
    assert stack.cloud.calls["SubmitTrainingJob"] == 1


def test_a_form_that_lacks_something_says_so_and_sends_nothing(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}new/")
    page.get_by_label("Model name").fill("no dataset, and spaces")

    # The browser writes down that the answer was a 422; that is meant.
    with page.expect_console_message(lambda message: "422" in message.text):
        page.get_by_role("button", name="Start job").click()

    expect(page.get_by_role("alert")).to_contain_text("Choose a dataset")
    expect(page.get_by_label("Model name")).to_have_value("no dataset, and spaces")
    assert stack.cloud.calls["SubmitTrainingJob"] == 0
