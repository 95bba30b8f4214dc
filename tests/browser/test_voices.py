"""What is said aloud of an open page: what changed, once and in one sentence, and never that time passes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start
from tests.browser.stack import Stack

STANDSTILL = 0.001
POLL_NOW = "dispatchEvent(new Event('online'))"
POLLS = 20
# Everything that is written where it is read aloud, as a whole, since a status is read as a whole.
LISTEN = """window.heard = [];
    const live = "[role=status], [role=alert], [role=log], [role=timer], [role=marquee], [aria-live]";
    const around = (node) => (node.closest ? node : node.parentElement)?.closest(live);
    const all = (node) => (node.querySelectorAll ? [node, ...node.querySelectorAll("*")] : []);
    const within = (node) => all(node).filter((one) => one.matches(live));
    const looks = { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] };
    new MutationObserver((changes) => {
        const shown = changes.flatMap((change) => (change.attributeName ? [change.target] : [...change.addedNodes]));
        const regions = [...changes.map(({ target }) => around(target)), ...shown.flatMap(within)];
        for (const region of new Set(regions)) {
            const words = region && !region.closest("[hidden]") && region.textContent.trim();
            if (words) heard.push(words);
        }
    }).observe(document.documentElement, looks)"""


def listen(page: Page, address: str) -> None:
    """Opens a page; whatever is read aloud from now on is heard. What is said on opening is over."""
    page.goto(address)
    page.wait_for_timeout(1_300)
    page.evaluate(LISTEN)


def heard(page: Page) -> list[str]:
    """Once what is about to be said is said: a busy machine says it later."""
    before = None
    while before != (now := list(page.evaluate("heard"))) or before is None:
        before = now
        page.wait_for_timeout(1_300)
    return now


def poll(page: Page, count: int = 1, *, anew: bool = False) -> None:
    """The page asks so many times; `anew`: as if it had never been told anything, so that all of it is drawn again."""
    if anew:
        page.route("**/*", lambda route: route.continue_(headers=without_tag(route.request)))
    for _ in range(count):
        with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
            page.evaluate(POLL_NOW)
        expect(page.locator(".htmx-request")).to_have_count(0)
    page.unroute_all()


def without_tag(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name != "hx-ptag"}


def turn(stack: Stack, status: int, count: int = 1, of: int = ml.TRAINING_STATUS_IN_PROGRESS) -> list[str]:
    """So many jobs turn; answers with their names."""
    world = stack.cloud.world
    jobs = [job for job in world.jobs(BOLT_ROBOTICS_ID) if job.status == of][:count]
    assert len(jobs) == count
    for job in jobs:
        job.status = status  # type: ignore[assignment]
        job.last_modified.GetCurrentTime()
        world.put(job)
    return [f"{job.model_name} {job.model_version}" for job in jobs]


def wait_for(page: Page, stack: Stack, selector: str, count: int) -> None:
    """Until the page shows so many of these; it asks all the time."""
    for _ in range(60):
        poll(page)
        if page.locator(selector).count() == count:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{page.locator(selector).count()} {selector}")


@pytest.mark.parametrize("where", ["list", "job", "organizations"])
def test_polls_without_a_change_say_nothing(start: Start, page: Page, sign_in: SignIn, where: str) -> None:
    """Not when everything is drawn anew, and not while minutes pass."""
    stack = start(STANDSTILL)
    stack.show_all_organizations()
    sign_in(stack)
    page.clock.install()
    page.goto({"list": stack.jobs_page, "job": a_running_job(stack), "organizations": f"{stack.site}/"}[where])
    page.clock.run_for(2_000)
    page.evaluate(LISTEN)

    for turn_of in range(POLLS):
        poll(page, anew=turn_of % 2 == 1)
        page.clock.run_for(20_000)

    assert page.evaluate("heard") == []


def a_running_job(stack: Stack) -> str:
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    return stack.job_page(next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS))


def test_a_job_that_turned_is_said_in_one_sentence(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    listen(page, stack.jobs_page)
    running = page.locator("tr[data-status=in_progress]").count()

    (name,) = turn(stack, ml.TRAINING_STATUS_COMPLETED)
    wait_for(page, stack, "tr[data-status=in_progress]", running - 1)

    assert heard(page) == [f"{name}: Completed"]


def test_a_burst_is_one_sentence(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.clock.install()
    page.goto(stack.jobs_page)
    page.clock.run_for(2_000)
    page.evaluate(LISTEN)

    turn(stack, ml.TRAINING_STATUS_COMPLETED, 2)
    turn(stack, ml.TRAINING_STATUS_FAILED)
    newcomers = [stack.somebody_submits(f"steady-{number}") for number in (1, 2)]
    wait_for(page, stack, ", ".join(f"#job-{job}" for job in newcomers), 2)
    wait_for(page, stack, "tr[data-status=in_progress]", 0)
    page.clock.run_for(2_000)

    assert page.evaluate("heard") == ["3 jobs changed: 2 completed, 1 failed; 2 new jobs"]


def test_a_jobs_own_page_says_its_status(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    listen(page, a_running_job(stack))

    (name,) = turn(stack, ml.TRAINING_STATUS_FAILED)
    wait_for(page, stack, "#job[data-status=failed]", 1)

    assert heard(page) == [f"{name}: Failed"]


def test_an_outage_is_said_once_and_its_end_once(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    listen(page, stack.jobs_page)

    stack.cloud.stop()
    wait_for(page, stack, "#job-table .warning", 1)
    assert heard(page) == ["Viam's cloud can't be reached"]
    poll(page, POLLS // 2, anew=True)
    assert heard(page) == ["Viam's cloud can't be reached"]

    stack.cloud.start()
    wait_for(page, stack, "#job-table .warning", 0)
    assert heard(page) == ["Viam's cloud can't be reached", "Up to date again"]


def test_what_somebody_asked_for_is_told_with_what_it_changed(start: Start, page: Page, sign_in: SignIn) -> None:
    """And the focus stays at the job, although what opened the dialog is gone."""
    stack = start(STANDSTILL)
    sign_in(stack)
    listen(page, stack.jobs_page)
    row = page.locator("tr[data-status=pending]").first
    name, own_id = row.locator(".model").inner_text(), row.get_attribute("id")

    row.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel job").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    expect(page.locator(f"#{own_id} .model a")).to_be_focused()
    (sentence,) = heard(page)
    assert sentence.startswith(f"Cancel requested for {name}")
    assert f"{name}: Cancel" in sentence


def test_the_palette_says_how_much_it_found_inside_the_dialog(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    listen(page, stack.jobs_page)
    name = page.locator("tbody th bdi").first.inner_text()

    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill(name)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(re.compile("^[1-9] results?$"))


@pytest.mark.parametrize(
    ("query", "said"), [("q=no-such-job", "No jobs match"), ("status=completed", r"\d+ jobs match")]
)
def test_a_search_says_how_much_it_found(start: Start, page: Page, sign_in: SignIn, query: str, said: str) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(f"{stack.jobs_page}?{query}")
    expect(page.locator("#voice")).to_have_text(re.compile(f"^{said}$"))


def test_hostile_names_are_words(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    listen(page, stack.jobs_page)
    running = page.locator("tr[data-status=in_progress]").count()
    world = stack.cloud.world
    job = next(job for job in world.jobs(BOLT_ROBOTICS_ID) if job.status == ml.TRAINING_STATUS_IN_PROGRESS)

    job.model_name, job.status = "<img src=x onerror=alert(1)>", ml.TRAINING_STATUS_FAILED
    job.last_modified.GetCurrentTime()
    world.put(job)
    wait_for(page, stack, "tr[data-status=in_progress]", running - 1)

    assert heard(page) == [f"<img src=x onerror=alert(1)> {job.model_version}: Failed"]
    assert page.locator("#voice *").count() == 0
