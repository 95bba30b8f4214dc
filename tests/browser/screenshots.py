"""Pictures of the site for the docs: `make screenshots` writes docs/*.png, sheets of all pages, docs/pages-*.jpg, and
the style guide, docs/styleguide-*.jpg.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIETLY, sign_in_as_ana
from tests.browser.contact_sheet import write_sheets
from tests.browser.looks import DOCS, GUIDE_LOOKS, LOOKS, Look, looking
from tests.browser.people import add_team
from tests.browser.stack import Stack, developed, prepare, running
from tests.installed import Installation


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
        sync_playwright() as playwright,
    ):
        prepared = prepare(Path(first))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        with running(prepared, Path(second), speed=5) as stack:
            add_team(stack, "mira", "jonas")
            for look in LOOKS:
                _photograph(browser, stack, look)
        write_sheets(browser, prepared)
        photograph_guide(browser, prepared)
        browser.close()


def _photograph(browser: Browser, stack: Stack, look: Look) -> None:
    with looking(browser, look) as page:
        sign_in_as_ana(page, stack.site)
        for name, address in _pages(stack).items():
            page.goto(address)
            page.wait_for_timeout(2_000)  # The first load of jobs and log, and times being drawn.
            page.screenshot(path=DOCS / f"{name}-{look.name}.png")


def _pages(stack: Stack) -> dict[str, str]:
    newest = "SELECT viam_id FROM jobs_job WHERE is_custom AND status IN (3, 4) ORDER BY sorted_on DESC LIMIT 1"
    job = stack.job_page(str(stack.stored(newest)[0][0]))
    insights = f"{stack.site}/orgs/bolt-robotics/insights/"
    return {
        "list": stack.jobs_page,
        "job": job,
        "log": f"{job}logs/",
        "submit": f"{job}resubmit/",
        "insights": insights,
    }


def photograph_guide(browser: Browser, prepared: Installation) -> None:
    with tempfile.TemporaryDirectory() as folder, developed(prepared, Path(folder)) as site:
        for look in GUIDE_LOOKS:
            with looking(browser, look) as page:
                sign_in_as_ana(page, site)
                page.goto(f"{site}/styleguide/")
                page.wait_for_timeout(1_000)  # Times and charts being drawn.
                path = DOCS / f"styleguide-{look.name}.jpg"
                page.screenshot(path=path, type="jpeg", quality=56, full_page=True)


if __name__ == "__main__":
    main()
