"""What people come for, from one end to the other: find, keep, share, act on several, go elsewhere, on a phone too."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.people import VIEWER, add_person, tab_of

STANDSTILL = 0.001
POLLS = 20


def test_a_cell_narrows_the_list_and_the_link_shows_a_colleague_the_same(
    start: Start, browser: Browser, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    add_person(stack, "vera", VIEWER)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=completed")
    cell = page.locator("td.dataset bdi").first
    dataset = cell.inner_text()

    cell.click()

    expect(page).to_have_url(re.compile(r"\?status=completed&dataset="))
    expect(page.get_by_role("list", name="Active filters")).to_contain_text(dataset)
    assert set(page.locator("td.dataset").all_inner_texts()) == {dataset}
    shown = page.locator("#job-table tbody tr").evaluate_all("rows => rows.map((row) => row.id)")
    with tab_of(browser, stack, "vera") as hers:
        hers.goto(page.url)
        assert hers.locator("#job-table tbody tr").evaluate_all("rows => rows.map((row) => row.id)") == shown


def test_statuses_are_switched_added_and_left_out_and_a_menu_narrows_further(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    statuses = page.get_by_role("navigation", name="Status")

    statuses.get_by_role("link", name=re.compile("^Failed")).click()
    completed = statuses.get_by_role("link", name=re.compile("^Completed"))
    completed.click()
    expect(page).to_have_url(re.compile(r"status=completed$"))
    completed.click()
    expect(page).to_have_url(re.compile(r"/jobs/\??$"))
    completed.click()
    expect(page).to_have_url(re.compile(r"status=completed$"))
    statuses.get_by_role("link", name="Also show failed").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"status=completed%2Cfailed$"))
    completed.click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile(r"status=failed$"))
    completed.click(modifiers=["ControlOrMeta"])
    expect(page).to_have_url(re.compile(r"status=failed%2Ccompleted$"))
    statuses.get_by_role("link", name="Exclude failed").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"status=completed&not=failed"))
    page.get_by_role("button", name="Dataset").click()
    choice = page.get_by_role("navigation", name="Dataset").get_by_role("link").first
    name, count = choice.inner_text().split("\n")
    choice.click()

    expect(page.get_by_role("list", name="Active filters")).to_contain_text(name)
    expect(page.locator("#job-table tbody tr")).to_have_count(int(count))
    assert set(page.locator("#job-table tbody tr").evaluate_all("rows => rows.map((row) => row.dataset.status)")) == {
        "completed"
    }


def test_a_row_opens_its_job_wherever_it_is_clicked(start: Start, page: Page, sign_in: SignIn) -> None:
    """With Ctrl or the middle button in a new tab. What takes clicks itself goes on doing so, and text is selected."""
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    newest = page.locator("#job-table tbody tr[data-status=completed]").first
    row = page.locator(f"tr#{newest.get_attribute('id')}")
    created, job = row.locator(".created"), row.locator("th a").get_attribute("href") or ""
    for is_middle in (False, True):
        with page.context.expect_page() as opened:
            created.click(button="middle") if is_middle else created.click(modifiers=["Control"])
        opened.value.wait_for_url(f"**{job}")
        opened.value.close()
    row.locator(".tick").check()
    row.locator(".more").click()
    expect(page.locator("#row-menu")).to_be_visible()
    page.keyboard.press("Escape")
    box = created.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()") != ""
    expect(page).to_have_url(stack.jobs_page)
    created.click()
    page.wait_for_url(f"**{job}")


def test_the_menu_of_a_row_outlives_polls_and_leads_on(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    hurry(page)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=completed")
    more = page.locator("#job-table .more").nth(1)
    name = page.locator("#job-table tbody .model bdi").nth(2).inner_text()

    more.click()

    menu = page.locator("#row-menu")
    expect(menu).to_contain_text(name)
    expect(menu.get_by_role("link", name="Log")).to_be_focused()
    stack.somebody_submits("newcomer")
    for _ in range(3):
        with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
            pass
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.click()
    menu.get_by_role("link", name="All versions of the model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_deleting_from_a_filtered_list_comes_back_to_it(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    there = f"{stack.jobs_page}?status=completed&sort=model"
    page.goto(there)
    page.locator("#job-table .more").nth(1).click()
    page.locator("#row-menu").get_by_role("link", name="Delete job").click()
    page.get_by_role("button", name="Delete job").click()
    expect(page).to_have_url(there)


def test_two_chosen_jobs_are_laid_side_by_side(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    ticks, compare = page.locator("#job-table tbody .tick"), page.get_by_role("link", name="Compare", exact=True)

    ticks.nth(0).check()
    expect(compare).to_be_hidden()
    ticks.nth(2).check()
    chosen = [ticks.nth(at).get_attribute("value") for at in (0, 2)]
    compare.click()

    expect(page).to_have_url(re.compile(rf"/compare/\?a={chosen[0]}&b={chosen[1]}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare two jobs")


def test_a_filtered_list_is_kept_as_a_view_and_found_again(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.get_by_role("link", name="All filters").click()
    page.get_by_role("dialog").get_by_label("Show Failed").check()
    page.get_by_role("dialog").get_by_label("Training").select_option("managed")
    expect(page).to_have_url(re.compile("status=failed&kind=managed"))
    page.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save this view as").fill("What broke")
    page.get_by_role("button", name="Save view").click()
    page.goto(stack.jobs_page)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="What broke").click()

    expect(page).to_have_url(re.compile("status=failed"))
    expect(page).to_have_title(re.compile("^(.* )?What broke · Bolt Robotics"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What broke")
    save = page.get_by_role("button", name="Save changes")
    expect(save).to_be_hidden()
    page.get_by_role("link", name="Remove Training Managed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What broke")
    save.click()
    expect(save).to_be_hidden()
    expect(page.get_by_role("alert").or_(page.locator(".toast"))).to_contain_text("saved with these filters")
    assert set(page.locator("#job-table tbody tr").evaluate_all("rows => rows.map((row) => row.dataset.status)")) == {
        "failed"
    }


def test_several_jobs_are_cancelled_at_once_with_one_result_each(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    for number in range(2):
        stack.somebody_submits(f"mistake-{number}")
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?q=mistake")
    expect(page.locator("#job-table tbody tr")).to_have_count(2)

    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Cancel 2 queued…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancel 2 jobs?")
    page.get_by_role("button", name="Cancel 2 jobs").click()

    expect(page.get_by_text("2 of 2", exact=True)).to_be_visible(timeout=15_000)
    expect(page.locator("[data-item=done]")).to_have_count(2)


def test_without_a_pointer_from_help_to_a_page_of_another_place(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)

    page.wait_for_timeout(500)  # Pressed before the page is ready, it leads to a page of its own.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find a job")).to_be_focused()
    # Faster than anything is found: what was typed is opened, not what stood there before.
    page.keyboard.type("insights bolt")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/orgs/bolt-robotics/insights/"))


def test_the_switcher_leads_to_the_same_place(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(f"{stack.site}/orgs/bolt-robotics/models/")

    page.get_by_role("button", name="Switch organization").click()

    link = page.get_by_role("navigation", name="Organizations").get_by_role("link", name="Bolt Robotics")
    expect(link).to_have_attribute("href", "/orgs/bolt-robotics/models/")
    expect(page.get_by_role("link", name="All organizations", exact=True).last).to_be_visible()


def test_on_a_phone_the_page_of_a_job_tells_why_and_leads_on(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?status=failed")
    page.locator("#job-table tbody th a").first.click()

    expect(page.locator("#job .badge").first).to_have_text("Failed")
    expect(page.get_by_role("link", name="Resubmit")).to_be_in_viewport()
    expect(page.locator(".failure, .problem, .reason").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_scroll_focus_choice_and_open_menu_survive_twenty_polls(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    hurry(page)
    page.set_viewport_size({"width": 1280, "height": 400})
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.locator("#job-table tbody .tick").nth(5).check()
    link = page.locator("#job-table tbody th a").nth(6)
    link.focus()
    page.get_by_role("button", name="Views").evaluate("(button) => button.popoverTargetElement.showPopover()")
    page.evaluate("scrollTo(0, 200)")
    focused, asked = link.get_attribute("href"), [0]
    page.on("response", lambda answer: asked.append(answer.status) if answer.url == stack.jobs_page else None)

    for number in range(4):
        stack.somebody_submits(f"newcomer-{number}")
        while len(asked) <= POLLS * (number + 1) / 4:
            page.wait_for_timeout(200)

    assert 200 in asked
    assert page.evaluate("document.activeElement.getAttribute('href')") == focused
    assert page.evaluate("scrollY") >= 200
    expect(page.locator("#job-table tbody .tick:checked")).to_have_count(1)
    expect(page.locator("#views")).to_be_visible()
