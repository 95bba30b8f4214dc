"""Ana owns the site, Adam administers an organization, Vera is invited, promoted and removed, with her tab open."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Start, find_in_list
from tests.browser.people import ADMINISTRATOR, add_person, tab_of
from tests.browser.test_watching import mark, was_not_reloaded

MEMBERS = "/orgs/bolt-robotics/members/"


def test_invited_promoted_and_removed_without_loading_the_page_again(start: Start, browser: Browser) -> None:
    """Row 12, Row 19: a viewer has no buttons, an operator gets them by a poll, a stranger keeps nothing on screen."""
    stack = start(1)
    add_person(stack, "adam", ADMINISTRATOR)
    add_person(stack, "vera")
    job = stack.somebody_submits("steady-shared")
    with tab_of(browser, stack, "adam") as adam, tab_of(browser, stack, "vera") as vera:
        find_in_list(adam, stack, job)
        vera.goto(invite(adam, stack.site))
        vera.get_by_role("button", name="Join as").click()

        row = vera.locator(f"tr#job-{job}")
        expect(row).to_be_visible()
        expect(row.get_by_role("link", name="Cancel")).to_have_count(0)
        expect(vera.get_by_role("link", name="New job")).to_have_count(0)

        mark(vera)
        promote(adam, stack.site)
        expect(row.get_by_role("link", name="Cancel")).to_be_visible()
        row.get_by_role("link", name="Cancel").click()
        vera.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
        expect(row).to_have_attribute("data-status", "canceled")
        assert was_not_reloaded(vera)

        remove(adam, stack.site)
        expect(vera.get_by_role("heading", name="Page not found")).to_be_visible()
        assert "steady-shared" not in vera.content()
        assert vera.request.get(stack.jobs_page).status == 404
    assert stack.stored("SELECT actor_name, outcome FROM jobs_auditentry WHERE action = 'job:cancel'") == [
        ("vera", "done")
    ]


def invite(adam: Page, site: str) -> str:
    """The link, as it stands on the page."""
    adam.goto(f"{site}{MEMBERS}")
    adam.get_by_label("Viewer").check()
    adam.get_by_role("button", name="Invite").click()
    return adam.locator(".invitations code").inner_text()


def promote(adam: Page, site: str) -> None:
    adam.goto(f"{site}{MEMBERS}")
    adam.get_by_label("Role of vera").select_option("Operator")
    adam.locator("tr", has_text="vera").get_by_role("button", name="Change").click()
    expect(adam.get_by_text("vera is now an operator")).to_be_visible()


def remove(adam: Page, site: str) -> None:
    adam.goto(f"{site}{MEMBERS}")
    adam.locator("tr", has_text="vera").get_by_role("link", name="Remove").click()
    adam.get_by_role("button", name="Remove").click()
    expect(adam.get_by_text("vera has left")).to_be_visible()
