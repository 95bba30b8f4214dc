"""Reading logs: while they grow, by links to lines, and after the cloud has forgotten them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from emulator.logs.lines import LogLine
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import PATIENCE, SignIn, Start, find_in_list
from tests.browser.stack import Stack


@dataclass
class Log:
    """A job's log: what the cloud has of it, and the pages that show it."""

    stack: Stack
    page: Page
    job_id: str

    def write(self, count: int) -> None:
        """So many lines are in the cloud now."""
        noon = 1_795_435_200
        lines = [LogLine("INFO", noon + number, f"step {number} of many") for number in range(1, count + 1)]
        self.stack.cloud.world.set_log(self.job_id, lines)

    def open(self, where: str = "") -> None:
        self.page.goto(f"{self.stack.job_page(self.job_id)}logs/{where}")

    def open_until_it_tells(self, words: str) -> None:
        """Loads the page again and again, until this stands above the lines."""
        deadline = time.monotonic() + PATIENCE / 1000
        while True:
            self.open()
            if words in self.page.locator("#log-kept").inner_text():
                return
            assert time.monotonic() < deadline, self.page.locator("#log-kept").inner_text()
            self.page.wait_for_timeout(300)

    def line(self, number: int) -> Locator:
        return self.page.locator(f"#L{number}")


def a_log(stack: Stack, page: Page) -> Log:
    """Of a job that runs."""
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    return Log(stack, page, next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS))


def ended(job: ml.TrainingJobMetadata, days_ago: int) -> ml.TrainingJobMetadata:
    """The job as it would be if it had been over for so long."""
    over = ml.TrainingJobMetadata()
    over.CopyFrom(job)
    over.status = ml.TRAINING_STATUS_COMPLETED
    over.training_ended.FromSeconds(int(time.time()) - days_ago * 86_400)
    over.last_modified.GetCurrentTime()
    return over


def test_a_growing_log_follows_at_its_end_and_elsewhere_tells_what_came(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    log = a_log(stack, page)
    log.write(60)
    log.open_until_it_tells("60 lines saved here")
    expect(log.line(60)).to_be_in_viewport()

    log.write(90)
    expect(log.line(90)).to_be_in_viewport()
    page.evaluate("scrollTo(0, 100)")
    log.write(97)
    pill = page.get_by_role("button", name="7 new lines")

    expect(pill).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 100
    pill.click()
    expect(log.line(97)).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_the_log_on_a_jobs_page_outlasts_what_happens_to_the_job(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(3)
    sign_in(stack)
    log = a_log(stack, page)
    log.write(30)
    page.goto(stack.jobs_page)
    page.goto(stack.job_page(log.job_id))
    expect(log.line(30)).to_be_in_viewport()
    page.evaluate("document.querySelector('#L30').isTheSame = true")
    log.write(31)
    expect(log.line(31)).to_be_in_viewport()

    page.get_by_role("link", name="Cancel job").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel job").click()
    expect(page.locator("#job")).to_have_attribute("data-status", "canceled")

    expect(page.locator("#job-log #L31")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#L30').isTheSame")


def test_a_link_to_lines_far_up_opens_there_and_a_search_counts_all(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    log = a_log(stack, page)
    log.write(500)
    log.open_until_it_tells("500 lines saved here")

    log.open("#L20-L22")
    page.wait_for_url("**/logs/?line=20#L20-L22")
    expect(log.line(20)).to_be_in_viewport()
    expect(page.locator("[data-marked]")).to_have_text([re.compile(f"step {number} ") for number in (20, 21, 22)])

    log.line(24).get_by_role("link").click()
    log.line(26).get_by_role("link").click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile(r"/logs/\?line=24#L24-L26$"))
    expect(page.locator("[data-marked]")).to_have_count(3)

    page.get_by_role("searchbox", name="Search the log").fill("step 1 of")
    page.keyboard.press("Enter")
    expect(page.locator("#log-kept")).to_contain_text("1 of 500 lines match")
    log.line(1).get_by_role("link").click()
    expect(log.line(2)).to_be_visible()


def test_a_regular_expression_is_switched_on_beside_the_search(start: Start, page: Page, sign_in: SignIn) -> None:
    """It follows what is typed, tells what is wrong where it is typed, and goes on with a growing log."""
    stack = start(1)
    sign_in(stack)
    log = a_log(stack, page)
    log.write(60)
    log.open_until_it_tells("60 lines saved here")
    field = page.get_by_role("searchbox", name="Search the log")

    field.fill("step [12]0 ")
    expect(page.get_by_text("No lines match")).to_be_visible()
    page.get_by_role("checkbox", name="Regular expression").check()
    expect(page.locator("#log-kept")).to_contain_text("2 of 60 lines match")
    expect(page.locator(".log mark")).to_have_text(["step 10 ", "step 20 "])
    expect(page).to_have_url(re.compile(r"regex=1"))
    field.fill("step [12")
    expect(page.get_by_text("[ is never closed (character 6)")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("step 6[123] ")
    expect(page.locator(".log mark")).to_have_count(0)

    log.write(65)
    expect(page.locator(".log mark")).to_have_text(["step 61 ", "step 62 ", "step 63 "])
    page.reload()
    expect(page.get_by_role("checkbox", name="Regular expression")).to_be_checked()
    expect(page.locator(".log mark")).to_have_count(3)


def test_a_log_says_how_it_stands_from_its_first_loading_until_its_job_is_gone(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    """Nothing is said of what is in the cloud before it has answered, nor of new lines once the job has ended."""
    stack = start(1)
    sign_in(stack)
    log, world, tail = a_log(stack, page), stack.cloud.world, page.locator("#log-tail")
    find_in_list(page, stack, log.job_id)
    stack.cloud.faults.delay("GetTrainingJobLogs", 2)  # So that whatever waits for other logs waits for long.
    log.write(0)
    page.goto(stack.job_page(log.job_id))
    expect(tail).to_contain_text("Loading log…")
    expect(tail).to_contain_text("No output yet")
    log.write(30)
    expect(tail).to_have_text("Waiting for new lines…")

    record = ended(world.job(log.job_id), days_ago=0)
    world.put(record)
    expect(tail).to_have_text("The job has ended. Fetching the last lines…")
    page.reload()
    expect(tail).to_have_text("The job has ended. Fetching the last lines…")
    expect(tail.locator(".turning")).to_have_count(0)

    world.remove(log.job_id)
    expect(tail).to_contain_text("The job is no longer in Viam, and neither is the rest of its log.")
    expect(tail).not_to_have_attribute("hx-get", re.compile("."))
    expect(log.line(30)).to_be_visible()


def test_a_log_stays_when_the_cloud_has_forgotten_it(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    log, world = a_log(stack, page), stack.cloud.world
    log.write(40)
    log.open_until_it_tells("40 lines saved here")

    world.set_log(log.job_id, [])
    world.put(ended(world.job(log.job_id), days_ago=9))
    log.open_until_it_tells("Viam's copy has expired; this one is kept")

    page.goto(stack.job_page(log.job_id))
    expect(log.line(40)).to_be_visible()
    expect(page.locator("#log-kept")).to_contain_text("40 lines saved here")


def test_what_is_searched_is_what_is_seen_and_what_was_written_over_is_one_click_away(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    log = a_log(stack, page)
    bars = [f"{share:3}%|█████     | {share}/100 [00:0{share // 20}<00:05,  8.51it/s]" for share in range(0, 101, 20)]
    told = ["\x1b[31merr\x1b[0mor splitword", "\r".join(bars), "done"]
    lines = [LogLine("ERROR", 1_795_435_200 + number, text) for number, text in enumerate(told, 1)]
    stack.cloud.world.set_log(log.job_id, lines)
    log.open_until_it_tells("3 lines saved here")

    expect(log.line(2).locator("> .message")).to_have_text(bars[-1].strip())
    expect(log.line(2)).to_have_attribute("data-level", "info")
    log.line(2).get_by_text("5 earlier states").click()
    expect(log.line(2).locator("details .message")).to_contain_text("40/100")

    page.get_by_role("searchbox", name="Search the log").fill("error splitword")
    page.keyboard.press("Enter")
    expect(page.locator("#log-kept")).to_contain_text("1 of 3 lines match")
    expect(log.line(1)).to_be_visible()
    page.get_by_role("searchbox", name="Search the log").fill("[31m")
    page.keyboard.press("Enter")
    expect(page.locator("#log-kept")).to_contain_text("0 of 3 lines match")


def test_a_long_log_is_read_by_its_errors_and_by_what_stands_around_them(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    log = a_log(stack, page)
    noon = 1_795_435_200
    told = [f"step {number} of many" for number in range(1, 401)]
    told[19:29] = [f"Collecting package-{number}" for number in range(10)]
    told[49] = told[379] = told[389] = "RuntimeError: CUDA out of memory"
    lines = [LogLine("INFO", noon + number, text) for number, text in enumerate(told)]
    stack.cloud.world.set_log(log.job_id, lines)
    log.open_until_it_tells("400 lines saved here")

    page.keyboard.press("Shift+E")
    expect(log.line(390)).to_have_attribute("data-marked", "")
    page.keyboard.press("Shift+E")
    expect(log.line(380)).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#L380$"))
    page.get_by_role("link", name="Previous error").click()
    expect(log.line(50)).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"\?line=50#L50$"))

    expect(log.line(25)).to_be_hidden()
    page.get_by_text("10 installation steps").click()
    expect(log.line(25)).to_be_visible()
    log.open("?line=60#L25")
    expect(log.line(25)).to_be_in_viewport()

    page.get_by_role("button", name="Display").click()
    page.get_by_label("Times since the start").check()
    expect(log.line(50).locator("time")).to_have_text(re.compile(r"^[+−]\d+:\d\d:\d\d$"))
    page.reload()
    expect(log.line(50).locator("time")).to_have_text(re.compile(r"^[+−]\d+:\d\d:\d\d$"))

    page.get_by_role("searchbox", name="Search the log").fill("CUDA")
    page.keyboard.press("Enter")
    expect(page.locator(".log > [data-level]")).to_have_count(3)
    page.get_by_label("Lines around each match").select_option("2 lines around")
    expect(page.locator(".log > [data-level]")).to_have_count(15)
    expect(page.locator("[data-gap]")).to_have_count(2)
