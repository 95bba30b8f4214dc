"""Submitting: from the empty form to the model."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from jobs.domain import ModelType
from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.stack import WORDS, Stack


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


def sign_in_here(page: Page) -> None:
    """On the page that asks for it."""
    page.wait_for_url(re.compile(r"/sign-in/\?next="))
    page.get_by_label("User name or email").fill("ana")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def fill_in_custom_form(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.jobs_page}new/custom/")
    page.get_by_label("Dataset", exact=True).select_option(stack.completed().dataset_id)
    page.get_by_label("Model name").fill("night-watch")
    page.get_by_label("Training script").fill("bolt:weld")
    for row, (name, value) in enumerate(
        [("num_epochs", "50"), ("hf_token", "hf_secret"), ("creds", "my_secret"), ("note", "a b")]
    ):
        page.get_by_label("Argument name").nth(row).fill(name)
        page.get_by_label("Argument value").nth(row).fill(value)


def test_a_form_that_is_filled_in_outlives_the_session(start: Start, page: Page, sign_in: SignIn) -> None:
    """Whether the session alone is over or all cookies are gone, and whoever notices first: the checks or the button.
    Nothing secret is kept, and nothing is sent by itself.
    """
    stack = start(1)
    sign_in(stack)
    for lost in ("trainyard-session", None):
        fill_in_custom_form(page, stack)
        page.context.clear_cookies(name=lost) if lost else page.context.clear_cookies()
        start_job = page.get_by_role("button", name="Start job")
        if lost:
            start_job.click()
        else:
            with page.expect_console_message(lambda message: "403" in message.text):
                start_job.click()
            expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
            page.get_by_role("link", name="Sign in").click()
        sign_in_here(page)

        expect(page.locator("main").get_by_text("You were signed out. Nothing was submitted.")).to_be_visible()
        expect(page.get_by_label("Dataset", exact=True)).to_have_value(stack.completed().dataset_id)
        expect(page.get_by_label("Model name")).to_have_value("night-watch")
        names, values = page.get_by_label("Argument name"), page.get_by_label("Argument value")
        assert [field.input_value() for field in names.all()] == ["num_epochs", "hf_token", "creds", "note", ""]
        assert [field.input_value() for field in values.all()] == ["50", "", "", "a b", ""]
        assert "_secret" not in page.evaluate("JSON.stringify({...sessionStorage})")
    assert stack.cloud.calls["SubmitCustomTrainingJob"] == 0

    page.get_by_label("Model name").fill("day-watch")
    page.goto(f"{stack.jobs_page}new/custom/")
    expect(page.get_by_label("Model name")).to_have_value("")
    page.get_by_label("Model name").fill("day-watch")
    page.context.clear_cookies(name="trainyard-session")
    page.get_by_label("Model name").press("Tab")
    sign_in_here(page)
    expect(page.get_by_label("Model name")).to_have_value("day-watch")


def test_back_after_a_submit_leads_to_the_form_as_it_was(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}new/")
    like = stack.completed()
    page.get_by_label("Dataset", exact=True).select_option(like.dataset_id)
    page.get_by_label("Model name").fill("steady-again")
    page.get_by_label("Task").select_option(ModelType(like.model_type).word)
    for label in like.tags:
        page.get_by_role("checkbox", name=label, exact=True).check()
    page.get_by_role("button", name="Start job").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]+/$"))

    page.go_back()
    expect(page.get_by_label("Dataset", exact=True)).to_have_value(like.dataset_id)
    expect(page.get_by_label("Model name")).to_have_value("steady-again")
    expect(page.get_by_label("Task")).to_have_value(ModelType(like.model_type).word)
    for label in like.tags:
        expect(page.get_by_role("checkbox", name=label, exact=True)).to_be_checked()
    expect(page.locator("#preflight")).to_contain_text("steady-again")
    assert stack.cloud.calls["SubmitTrainingJob"] == 1
