"""Submitting: from the empty form to the model."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from jobs.domain import ModelType
from tests.browser.conftest import SignIn, Start, hurry, sign_in_as_ana
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


def test_back_to_a_form_that_was_refused_shows_it_as_it_was_sent(start: Start, page: Page, sign_in: SignIn) -> None:
    """The form before it, and the answer itself after somebody went elsewhere."""
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}new/custom/")
    page.get_by_label("Model name").fill("no such name!")
    keys, values = page.locator("[name=argument_key]"), page.locator("[name=argument_value]")
    for number, (key, value) in enumerate((("epochs", "3"), ("rate", "0.1"))):
        keys.nth(number).fill(key)
        values.nth(number).fill(value)

    def is_as_sent() -> None:
        expect(page.get_by_label("Model name")).to_have_value("no such name!")
        expect(keys).to_have_count(3)
        assert [field.input_value() for field in values.all()] == ["3", "0.1", ""]

    page.get_by_role("button", name="Start job").click()
    expect(page.locator("#new-job .errorlist").first).to_be_visible()
    is_as_sent()
    page.get_by_role("link", name="Models").click()
    page.wait_for_url("**/models/")
    page.go_back()
    is_as_sent()
    page.go_back()
    is_as_sent()
    assert stack.cloud.calls["SubmitTrainingJob"] == 0


def test_a_label_of_too_few_images_is_seen_and_excluded_by_one_click(start: Start, page: Page, sign_in: SignIn) -> None:
    """What is typed and offered stands in one place, and All, None and Exclude change both."""
    stack = start(20)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}new/")
    page.get_by_role("textbox", name="Labels").fill("crack\nspoon")
    page.get_by_label("Task").select_option("single_label_classification")
    page.get_by_label("Dataset", exact=True).select_option(label="rare-defects")
    boxes = {name: page.get_by_role("checkbox", name=name, exact=True) for name in ("bolt", "crack", "dent")}
    expect(boxes["crack"]).to_be_checked()
    expect(page.get_by_role("textbox", name="Labels")).to_have_value("spoon")
    expect(page.locator("#offered label[data-fit=thin]")).to_have_text(re.compile(r"bolt\s+6"))
    expect(page.locator("#offered")).to_contain_text("41 images")

    page.get_by_role("button", name="All", exact=True).click()
    preflight = page.locator("#preflight")
    expect(preflight).to_contain_text("bolt has 6 images")
    expect(preflight).to_contain_text("No image of this dataset has the label spoon")
    preflight.get_by_role("button", name="Exclude").nth(1).click()
    expect(page.get_by_role("textbox", name="Labels")).to_have_value("")
    expect(preflight).not_to_contain_text("spoon")
    preflight.get_by_role("button", name="Exclude").click()
    expect(boxes["bolt"]).not_to_be_checked()
    expect(preflight).to_contain_text("41 images, 100% of them labeled")

    page.get_by_label("Model name").fill("steady-cracks")
    page.get_by_label("Model name").press("Enter")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]+/$"))
    expect(page.locator("#job")).to_contain_text("steady-cracks")


def test_without_a_script_labels_are_shown_and_excluded_by_buttons(start: Start, browser: Browser) -> None:
    stack = start(1)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        page.goto(f"{stack.jobs_page}new/")
        page.get_by_label("Task").select_option("single_label_classification")
        page.get_by_label("Dataset", exact=True).select_option(label="rare-defects")
        page.get_by_role("button", name="Show labels and check this job").click()
        page.get_by_role("button", name="All", exact=True).click()
        page.get_by_role("button", name="Exclude", exact=True).click()
        expect(page.get_by_role("checkbox", name="bolt", exact=True)).not_to_be_checked()
        expect(page.get_by_role("checkbox", name="dent", exact=True)).to_be_checked()
        expect(page.locator("#preflight")).to_contain_text("41 images, 100% of them labeled")
    assert stack.cloud.calls["SubmitTrainingJob"] == 0


def test_a_dataset_that_grew_is_trained_on_again(start: Start, page: Page, sign_in: SignIn) -> None:
    """From its page to the form, to the job, to how it grew since, and back to the form."""
    stack = start(20)
    hurry(page)
    sign_in(stack)
    page.goto(f"{stack.site}/orgs/bolt-robotics/datasets/")
    page.get_by_role("link", name="rare-defects").click()
    expect(page.locator(".label-bars tr[data-fit=thin]").first).to_contain_text("bolt")
    page.get_by_role("link", name="Train a model").click()
    page.get_by_label("Model name").fill("steady-dents")
    page.get_by_label("Task").select_option("single_label_classification")
    for label in ("crack", "dent"):
        page.get_by_role("checkbox", name=label, exact=True).check()
    page.get_by_role("button", name="Start job").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]+/$"))
    job = page.url
    expect(page.locator("#job")).to_have_attribute("data-status", "completed")

    ((dataset,),) = stack.stored("SELECT viam_id FROM jobs_dataset WHERE name = 'rare-defects'")
    stack.cloud.world.grow(str(dataset), 300)
    stack.let_datasets_be_counted_again()
    while "300 more since" not in page.locator(".summary").inner_text():
        page.wait_for_timeout(200)
        page.goto(job)
    expect(page.locator(".summary")).to_contain_text("41 images; 300 more since")
    page.goto(f"{stack.site}/orgs/bolt-robotics/datasets/{dataset}/")
    expect(page.locator(".trend")).to_be_visible()
    page.goto(job)
    page.get_by_role("link", name="Retrain").click()
    expect(page.get_by_label("Dataset", exact=True)).to_have_value(str(dataset))
    expect(page.get_by_role("checkbox", name="crack", exact=True)).to_be_checked()
