"""All pages on one sheet: with no, few and 10,000 jobs, and with names that would like to be more than names."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID, QUIET_GREENHOUSE_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import sign_in_as_ana
from tests.browser.hostile import NUMBER, poison
from tests.browser.looks import DOCS, LOOKS, Look, looking
from tests.browser.stack import Stack, running
from tests.installed import Installation

MANY = 10_000
STANDSTILL = 0.001
WIDTHS = {"phone": 200}  # pixels of a picture on the sheet
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 16px; font: 13px sans-serif; background: {ground}; color: {ink}; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, {width}px); gap: 16px; }}
figure {{ margin: 0; }} img {{ display: block; width: 100%; border: 1px solid #8886; border-radius: 4px; }}
figcaption {{ margin-top: 6px; }}</style><main>{figures}</main>"""
FIGURE = '<figure><img src="data:image/jpeg;base64,{}"><figcaption>{}</figcaption></figure>'


class Scene(NamedTuple):
    """A page, what is done there before it is photographed, and what is written below its picture."""

    caption: str
    address: str
    act: Callable[[Page], object] = lambda page: None


def write_sheets(browser: Browser, prepared: Installation) -> None:
    """Writes docs/pages-*.jpg, a sheet for each look."""
    shots: dict[str, list[tuple[str, bytes]]] = {look.name: [] for look in LOOKS}
    for jobs, scenes in ((20, _few), (MANY, _many), (20, _hostile)):
        with tempfile.TemporaryDirectory() as folder, running(prepared, Path(folder), STANDSTILL, jobs) as stack:
            chosen = scenes(stack)
            for look in LOOKS:
                shots[look.name] += _shots(browser, stack, look, chosen)
    for look in LOOKS:
        _write(browser, look, shots[look.name])


def _shots(browser: Browser, stack: Stack, look: Look, scenes: list[Scene]) -> Iterator[tuple[str, bytes]]:
    with looking(browser, look) as page:
        sign_in_as_ana(page, stack.site)
        for caption, address, act in scenes:
            page.goto(stack.site + address)
            page.wait_for_timeout(600)  # Times being drawn, fragments on their way.
            act(page)
            page.wait_for_timeout(400)
            yield caption, page.screenshot(type="jpeg", quality=80)


def _few(stack: Stack) -> list[Scene]:
    connected = ("connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID, "--org", QUIET_GREENHOUSE_ID)
    done = stack.installation.manage(*connected, VIAM_API_KEY=DEMO_KEY)
    assert done.returncode == 0, done.stderr
    ((empty,),) = stack.stored("SELECT slug FROM jobs_organization WHERE name = 'Quiet Greenhouse'")
    one = {job.status: job.id for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID)}
    running, failed, done_job = (
        one[status]
        for status in (ml.TRAINING_STATUS_IN_PROGRESS, ml.TRAINING_STATUS_FAILED, ml.TRAINING_STATUS_COMPLETED)
    )
    org, bare = "/orgs/bolt-robotics", f"/orgs/{empty}"
    jobs = f"{org}/jobs/"
    return [
        Scene("Organizations", "/"),
        Scene("Jobs", jobs),
        Scene("Failed and canceled jobs", f"{jobs}?status=failed&status=canceled"),
        Scene("Filters", jobs, lambda page: page.get_by_role("link", name="All filters").click()),
        Scene("Display", jobs, lambda page: page.get_by_role("button", name="Display").click()),
        Scene("Several jobs chosen", jobs, lambda page: page.locator("tbody .tick").first.check()),
        Scene("Find anything", jobs, lambda page: page.get_by_role("link", name="Find", exact=True).click()),
        Scene("Cancel a job", jobs, lambda page: page.locator("#job-table .act").first.click()),
        Scene("A running job", f"{jobs}{running}/"),
        Scene("A failed job", f"{jobs}{failed}/"),
        Scene("A completed job", f"{jobs}{done_job}/"),
        Scene("A log", f"{jobs}{running}/logs/"),
        Scene("Two jobs side by side", f"{org}/compare/?a={failed}&b={done_job}"),
        Scene("A new job", f"{jobs}new/"),
        Scene("A new job with a script", f"{jobs}new/custom/"),
        Scene("Models", f"{org}/models/"),
        Scene("Datasets", f"{org}/datasets/"),
        Scene("A dataset", f"{org}/datasets/{stack.completed().dataset_id}/"),
        Scene("Insights", f"{org}/insights/"),
        Scene("Activity", f"{org}/activity/"),
        Scene("Members", f"{org}/members/"),
        Scene("API keys", "/settings/keys/"),
        Scene("Connect API key", "/settings/keys/new/"),
        Scene("Your settings", "/me/"),
        Scene("API tokens", "/me/tokens/"),
        Scene("No such page", "/no-such-page"),
        Scene("No job yet", f"{bare}/jobs/"),
        Scene("No insights yet", f"{bare}/insights/"),
        Scene("No model yet", f"{bare}/models/"),
    ]


def _many(stack: Stack) -> list[Scene]:
    done = stack.installation.manage("refresh", "--once")
    assert done.returncode == 0, done.stderr
    org = "/orgs/bolt-robotics"
    return [
        Scene("10,000 jobs", f"{org}/jobs/"),
        Scene("Found among 10,000", f"{org}/jobs/?q=bolt&status=failed"),
        Scene("Insights of 10,000 jobs", f"{org}/insights/"),
        Scene("Models of 10,000 jobs", f"{org}/models/"),
    ]


def _hostile(stack: Stack) -> list[Scene]:
    poison(stack)
    org = "/orgs/bolt-robotics"
    return [
        Scene("Hostile names", f"{org}/jobs/"),
        Scene("A hostile job", f"{org}/jobs/{NUMBER}/"),
        Scene("A hostile log", f"{org}/jobs/{NUMBER}/logs/"),
        Scene("Hostile activity", f"{org}/activity/"),
        Scene("Hostile members", f"{org}/members/"),
    ]


def _write(browser: Browser, look: Look, shots: list[tuple[str, bytes]]) -> None:
    width = WIDTHS.get(look.name, 416)
    figures = "".join(FIGURE.format(b64encode(shot).decode(), escape(caption)) for caption, shot in shots)
    ground, ink = ("#16181d", "#e4e6ea") if look.colours == "dark" else ("#f3f4f6", "#22252b")
    with browser.new_context(viewport={"width": 1760, "height": 900}) as context:
        page = context.new_page()
        page.set_content(SHEET.format(ground=ground, ink=ink, width=width, figures=figures))
        page.screenshot(path=DOCS / f"pages-{look.name}.jpg", type="jpeg", quality=78, full_page=True)
