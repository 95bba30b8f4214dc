"""Pictures of the site for the docs: `make screenshots` writes docs/*.png, by day, by night and on a phone."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIETLY, sign_in_as_ana
from tests.browser.stack import Stack, prepare, running

DOCS = Path(__file__).resolve().parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the site."""

    name: str
    viewport: ViewportSize
    colours: Literal["light", "dark"]


LOOKS = (
    Look("light", {"width": 1280, "height": 800}, "light"),
    Look("dark", {"width": 1280, "height": 800}, "dark"),
    Look("phone", {"width": 390, "height": 844}, "light"),
)


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        prepared = prepare(Path(first))
        with running(prepared, Path(second), speed=5) as stack, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
            for look in LOOKS:
                _photograph(browser, stack, look)
            browser.close()


def _photograph(browser: Browser, stack: Stack, look: Look) -> None:
    context = browser.new_context(viewport=look.viewport, color_scheme=look.colours, reduced_motion="reduce")
    page = context.new_page()
    sign_in_as_ana(page, stack.site)
    for name, address in _pages(stack).items():
        page.goto(address)
        page.wait_for_timeout(2_000)  # The first load of jobs and log, and times being drawn.
        page.screenshot(path=DOCS / f"{name}-{look.name}.png")
    context.close()


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


if __name__ == "__main__":
    main()
