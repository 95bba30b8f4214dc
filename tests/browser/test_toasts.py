"""What happened is told in toasts: they leave unless they are being read, errors stay, and Undo is a key away."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SignIn, Start, sign_in_as_ana
from tests.browser.stack import Stack
from tests.browser.test_axe import found

LASTS = 8_000  # milliseconds


def toast(page: Page, text: str) -> Locator:
    return page.locator("#notices > *", has_text=text)


def save_view(page: Page, stack: Stack, name: str = "Broken ones") -> None:
    page.goto(f"{stack.site}/orgs/bolt-robotics/views/?status=failed")
    page.get_by_label("Save this view as").fill(name)
    page.get_by_role("button", name="Save view").click()
    expect(toast(page, f"“{name}” saved")).to_be_visible()


def delete_view(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.site}/orgs/bolt-robotics/views/")
    page.get_by_role("link", name="Delete…").first.click()
    page.get_by_role("button", name="Delete view").click()
    expect(toast(page, "” deleted.")).to_be_visible()


def fail_to_undo(page: Page, stack: Stack) -> None:
    """An error: a button that was pressed in another tab already."""
    page.locator("[name=note]").last.evaluate("(field) => (field.value = 'x')")
    page.get_by_role("button", name="Undo").last.click()
    expect(toast(page, "Nothing was undone")).to_be_visible()


def fail_elsewhere(page: Page, stack: Stack) -> None:
    """The same in another tab, which tells nothing yet."""
    if not page.url.endswith("/me/"):
        page.goto(f"{stack.site}/me/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "note": "x"}
    page.request.post(f"{stack.site}/undo/", form=form, headers={"Referer": page.url}, max_redirects=0)


def test_a_deleted_view_comes_back_by_a_key(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    save_view(page, stack)
    delete_view(page, stack)
    expect(page.get_by_role("link", name="Broken ones")).to_have_count(0)

    page.keyboard.press("z")

    expect(toast(page, "View “Broken ones” restored.")).to_be_visible()
    expect(page).to_have_url(re.compile("/views/$"))
    page.get_by_role("link", name="Broken ones").click()
    expect(page).to_have_url(re.compile(r"\?status=failed&view=\d+$"))


def test_undo_is_reached_by_tab_and_its_toast_waits_meanwhile(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    save_view(page, stack)
    delete_view(page, stack)

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.wait_for_timeout(LASTS + 1_500)
    page.keyboard.press("Enter")

    expect(toast(page, "restored.")).to_be_visible()


def test_a_toast_leaves_unless_the_pointer_is_on_it(start: Start, page: Page, sign_in: SignIn) -> None:
    """Also where nothing moves: this reader wishes for less motion."""
    stack = start(1)
    sign_in(stack)
    save_view(page, stack)
    saved = toast(page, "” saved.")

    saved.hover()
    assert found(page) == []
    page.wait_for_timeout(LASTS + 1_500)
    expect(saved).to_be_visible()
    page.mouse.move(5, 300)
    expect(saved).to_have_count(0)


def test_an_error_stays_until_it_is_dismissed(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    save_view(page, stack)
    fail_to_undo(page, stack)

    page.wait_for_timeout(LASTS + 1_500)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was undone")
    page.get_by_role("button", name="Dismiss").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def test_an_answer_that_brings_a_toast_takes_none_away(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    fail_elsewhere(page, stack)
    page.goto(stack.jobs_page)
    first = page.get_by_role("alert").element_handle()
    assert first

    page.locator("#job-table .act").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()

    expect(toast(page, "Cancel requested")).to_be_visible()
    assert first.evaluate("(toast) => toast.isConnected && toast === document.querySelector('#notices').children[0]")


def test_no_more_than_four_are_shown_and_the_next_comes_when_there_is_room(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    for _ in range(5):
        fail_elsewhere(page, stack)
    page.goto(f"{stack.site}/shortcuts/")

    expect(page.locator("#notices > *")).to_have_count(5)
    expect(page.get_by_role("alert")).to_have_count(4)
    page.get_by_role("button", name="Dismiss").last.click()
    expect(page.locator("#notices > *")).to_have_count(4)
    expect(page.get_by_role("alert")).to_have_count(4)


def test_ticked_jobs_are_asked_about_in_one_field(start: Start, page: Page, sign_in: SignIn) -> None:
    """However many they are: Django takes a thousand fields."""
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=completed")
    for number in range(2):
        page.locator("tbody .tick").nth(number).check()

    with page.expect_request("**/bulk/") as sent:
        page.locator("#selection [value=delete]").click()

    assert (sent.value.post_data or "").count("job") == 1
    expect(page.get_by_role("heading", name="Delete 2 jobs in Viam?")).to_be_visible()


def test_undo_works_without_javascript(start: Start, browser: Browser) -> None:
    stack = start(1)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        save_view(page, stack)
        delete_view(page, stack)
        expect(page.get_by_role("button", name="Dismiss")).to_be_hidden()

        page.get_by_role("button", name="Undo").click()

        expect(toast(page, "restored.")).to_be_visible()
        expect(page.get_by_role("link", name="Broken ones")).to_be_visible()
