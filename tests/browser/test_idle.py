"""Row 108: pages that stay open ask on, and that is nothing which their person did: no session lives on them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, hurry
from tests.browser.stack import Stack

STANDSTILL = 0.001
LONG_AGO = 1200  # seconds: less than SESSION_IDLE_MINUTES, more than a request is noted after
SEEN = """
import time
from django.contrib.sessions.models import Session
from dashboard.sessions import SEEN, SessionStore
store = SessionStore()
for row in Session.objects.all():
    data = store.decode(row.session_data)
    if SEEN in data:
        data[SEEN] -= {back}
        row.session_data = store.encode(data)
        row.save()
        print("seen", time.time() - data[SEEN])
"""


def seconds_since_seen(stack: Stack, back: int = 0) -> float:
    """Of the only session, once it was put back by as much."""
    done = stack.installation.manage("shell", "-c", SEEN.format(back=back))
    assert done.returncode == 0, done.stderr
    return float(done.stdout.split("seen ")[-1])


def is_list_poll(request: Request) -> bool:
    return request.resource_type in ("fetch", "xhr") and request.url.endswith("/jobs/")


def is_question(request: Request) -> bool:
    return "/watched/?job=" in request.url


def test_open_pages_say_that_nobody_asks_and_keep_no_session_alive(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 108: a list, a job, and the question how watched jobs are doing; until a person does something."""
    stack = start(STANDSTILL)
    hurry(page)
    sign_in(stack)
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    running = next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS)
    page.goto(stack.job_page(running))
    page.get_by_role("button", name="Notify me").click()
    wait_for(page, asked, lambda request: request.headers.get("x-poll") == "1" and running in request.url)
    page.goto(stack.jobs_page)
    expect(page.locator(f"tr#job-{running}")).to_be_visible()

    assert seconds_since_seen(stack, back=LONG_AGO) >= LONG_AGO
    asked.clear()
    for is_wanted in (is_list_poll, is_question):
        wait_for(page, asked, is_wanted, times=2)

    polls = [request for request in asked if is_list_poll(request) or is_question(request)]
    assert [request.url for request in polls if request.all_headers().get("x-poll") != "1"] == []
    assert seconds_since_seen(stack) >= LONG_AGO

    page.goto(f"{stack.site}/me/")
    assert seconds_since_seen(stack) < LONG_AGO


def wait_for(page: Page, asked: list[Request], is_wanted: Callable[[Request], bool], times: int = 1) -> None:
    while sum(map(is_wanted, asked)) < times:
        page.wait_for_event("requestfinished")
