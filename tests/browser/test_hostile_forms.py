"""Hostile texts typed into every field that takes words, and sent: a text stays a text, and no form breaks."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, Response

from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import SignIn, Start, find_in_list
from tests.browser.hostile import ALL, SHORT
from tests.browser.stack import Stack
from tests.browser.test_hostile_strings import wrong_on

FIELDS = "input:is([type=text], [type=search], [type=email], [type=url], :not([type])), textarea"
# What a browser would hold back, limits of length and what is no address of mail, is sent by those who mean harm.
TYPE = """([fields, number, text]) => {
    const form = [...document.forms].filter((one) => one.querySelector(fields))[number];
    if (!form) return false;
    form.noValidate = true;
    for (const field of form.querySelectorAll(fields)) {
        field.removeAttribute("maxlength");
        field.value = text;
    }
    return form.hasAttribute("data-sieve") ? "shown here" : "leads on";
}"""
SEND = (
    """([fields, number]) => [...document.forms].filter((one) => one.querySelector(fields))[number].requestSubmit()"""
)


@pytest.mark.parametrize("text", [SHORT, ALL], ids=["short", "endless"])
def test_hostile_texts_typed_into_forms_stay_texts(start: Start, page: Page, sign_in: SignIn, text: str) -> None:
    """Rows 43, 44, 45, 46 and 48, as a person brings them."""
    page.set_viewport_size({"width": 390, "height": 844})
    stack = start(1)
    sign_in(stack)
    pages = pages_with_forms(stack, page)

    found = {address: send_all(page, stack.site + address, text) for address in pages}
    kept = {address: look(page, stack.site + address) for address in pages}

    assert {address for address, (forms, _) in found.items() if not forms} == set(), "nothing to type into"
    assert {address: wrong for address, (_, wrong) in found.items() if wrong} == {}
    assert {address: wrong for address, wrong in kept.items() if wrong} == {}


def pages_with_forms(stack: Stack, page: Page) -> list[str]:
    running = stack.somebody_submits("steady")
    find_in_list(page, stack, running)
    completed = next(job for job in stack.cloud.world.jobs(BOLT_ROBOTICS_ID) if job.status == ml.TRAINING_STATUS_FAILED)
    ((key,),) = stack.stored("SELECT id FROM jobs_apikey")
    ours = [
        *("jobs/", "jobs/new/", "jobs/new/custom/", "jobs/filters/", "activity/", "members/", "models/"),
        *(f"jobs/{completed.id}/delete/", f"jobs/{completed.id}/logs/", f"jobs/{running}/cancel/"),
        f"compare/?a={completed.id}",
    ]
    site = [f"/settings/keys/{UUID(str(key))}/", "/settings/keys/new/", "/me/", "/me/tokens/", "/find/", "/activity/"]
    return [*(f"/orgs/bolt-robotics/{one}" for one in ours), *site]


def send_all(page: Page, address: str, text: str) -> tuple[int, list[object]]:
    """How many forms a page has to type into, and what was wrong after one of them was sent."""
    wrong: list[object] = []
    number = 0
    while look(page, address) == [] and (kind := page.evaluate(TYPE, [FIELDS, number, text])):
        told = (sent_from_here if kind == "shown here" else sent)(page, number)
        wrong.extend([f"form {number}: {told}"] if told >= 500 else wrong_on(page))
        number += 1
    return number, wrong


def sent(page: Page, number: int) -> int:
    """The status of what it leads to, which is there, rather than about to come."""
    with page.expect_navigation(wait_until="networkidle"), page.expect_response(is_to_a_form) as expected:
        page.evaluate(SEND, [FIELDS, number])
    return expected.value.status


def sent_from_here(page: Page, number: int) -> int:
    """Of a search: the page stays, and what was found is drawn in it."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request-type") == "full") as expected:
        page.evaluate(SEND, [FIELDS, number])
    page.wait_for_load_state("networkidle")
    return expected.value.status


def is_to_a_form(answer: Response) -> bool:
    """Not to what the page itself asks meanwhile."""
    return "/static/" not in answer.url and "hx-request" not in answer.request.headers


def look(page: Page, address: str) -> list[object]:
    """What is wrong with a page; one that an earlier form has ended is not there any more."""
    answer = page.goto(address)
    assert answer is not None
    return [answer.status] if answer.status not in (200, 404) else wrong_on(page)
