"""How people come in: set-up, a code, a passkey, single sign-on; and how they make the site theirs."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, Request, expect

from jobs.management.web_server import answers
from tests.accounts.provider import CLIENT, SECRET, provided
from tests.browser.conftest import SignIn, Start, sign_in_as_ana
from tests.browser.people import VIEWER, add_person
from tests.browser.stack import SERVE, WORDS
from tests.installed import Installation, free_port, production, wait_until

IN_THE_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A new site with nobody in it, and a provider beside it: its address, and what its console says."""
    with provided() as provider:
        sso = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
        site = Installation(tmp_path, **production(OIDC_NAME="Example", OIDC_DOMAINS="example.com", **sso))
        for words in (("migrate", "-v", "0"), ("collectstatic", "--no-input", "-v", "0")):
            assert site.manage(*words).returncode == 0
        port = free_port()
        server = site.start(*SERVE, "--port", str(port))
        wait_until(lambda: answers(port, "/healthz"))
        server.wait_for("with this code")
        yield f"http://127.0.0.1:{port}", server.said
        server.end(signal.SIGTERM)
        assert "Traceback" not in server.said, server.said


def confirm(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.locator("[popovertarget=person]").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in/")


def test_the_first_owner_comes_in_with_the_code_of_the_console(empty: tuple[str, str], page: Page) -> None:
    site, said = empty
    code = re.search(r"with this code: (\S+)", said)
    assert code
    page.goto(site)
    page.get_by_label("Set-up code").fill(code[1])
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Name (optional)", exact=True).fill("Ana Lima")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Create owner account").click()
    expect(page.locator("[popovertarget=person]")).to_have_text("Ana Lima")

    sign_out(page)
    page.get_by_role("button", name="Sign in with Example").click()
    expect(page.locator("[popovertarget=person]")).to_have_text("cy")
    page.locator("[popovertarget=person]").click()
    expect(page.get_by_role("link", name="Your settings")).to_be_visible()
    expect(page.get_by_role("link", name="API keys")).to_have_count(0)


def test_a_code_is_asked_for_after_the_password(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.site}/me/two-factor/totp/activate/")
    confirm(page)
    secret = page.locator(".pairing .id").inner_text()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Add app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    recovery = page.locator("#recovery-codes").inner_text().split()

    sign_out(page)
    sign_in(stack)
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[popovertarget=person]")).to_be_visible()


def test_a_passkey_signs_in_alone(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    # Passkeys belong to a name, never to a number.
    site = stack.site.replace("127.0.0.1", "localhost")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": IN_THE_DEVICE})
    page.goto(f"{site}/sign-in/?next=/me/two-factor/webauthn/add/")
    page.get_by_label("User name or email").fill("ana")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    confirm(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")

    sign_out(page)
    page.goto(f"{site}/sign-in/?next=/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your settings")


def test_an_invitation_is_made_and_accepted_without_javascript(start: Start, browser: Browser) -> None:
    """Row 101: the administrator types a name, the person decides when they sign in."""
    stack = start(1)
    add_person(stack, "olga")
    with plain_tab(browser, stack.site, "ana") as ana:
        ana.goto(f"{stack.site}/orgs/bolt-robotics/members/")
        ana.get_by_label("Email address or user name").fill("olga")
        ana.get_by_role("button", name="Invite").click()
        expect(ana.get_by_text("Waiting for a user with this name to accept.")).to_be_visible()
        assert ana.locator("tr", has_text="olga").count() == 0
    with plain_tab(browser, stack.site, "olga") as olga:
        expect(olga.get_by_role("heading", name="Invitations for you")).to_be_visible()
        olga.get_by_role("button", name="Accept").click()
        expect(olga).to_have_url(stack.jobs_page)


INVITE = """
from datetime import timedelta
from django.utils import timezone
from jobs.models import Invitation, Organization
bolt = Organization.objects.get(slug="bolt-robotics")
from django.contrib.auth.models import User
ana = User.objects.get(username="ana")
print(bolt.invitations.create(role=1, invited_by=ana, expires_at=timezone.now() + timedelta(days=1)).token)
"""


def test_an_invitation_s_link_is_told_to_nobody_on_the_way(start: Start, page: Page) -> None:
    """Row 109: the page's own files, and the page after it, hear of the site's name at most; forms are taken still."""
    stack = start(1)
    done = stack.installation.manage("shell", "-c", INVITE)
    token = done.stdout.split()[-1]
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{stack.site}/join/{token}/")
    page.get_by_label("User name").fill("nina")
    page.get_by_label("Password").fill("nina's own words")
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url(stack.jobs_page)
    page.goto(f"{stack.site}/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your settings")
    told = [(request.url, request.all_headers().get("referer", "")) for request in asked]
    assert {referer for url, referer in told if f"/join/{token}" in url} == {"", f"{stack.site}/"}
    assert [url for url, referer in told if token in referer] == []
    assert any(url.endswith(".css") and referer == f"{stack.site}/" for url, referer in told)


def test_an_owner_is_made_without_javascript(start: Start, browser: Browser) -> None:
    """Row 105: asked who one is at this very step, although one has just signed in; and then whether it is meant."""
    stack = start(1)
    add_person(stack, "olga")
    with plain_tab(browser, stack.site, "ana") as ana:
        ana.goto(f"{stack.site}/people/")
        ana.get_by_role("link", name="Manage olga").click()
        ana.get_by_role("link", name="Make site owner…").click()
        expect(ana.get_by_role("heading", name="Confirm it's you")).to_be_visible()
        confirm(ana)
        expect(ana.get_by_role("heading", name="Make this person a site owner?")).to_be_visible()
        ana.get_by_role("button", name="Make site owner").click()
        expect(ana.get_by_text("olga is now a site owner.")).to_be_visible()


def test_an_account_is_deactivated_in_a_dialog_that_asks_first(start: Start, page: Page, sign_in: SignIn) -> None:
    """Row 105: one click changes nothing; and what leads to "is it you?" leaves the page, not a form in the dialog."""
    stack = start(1)
    add_person(stack, "olga")
    sign_in(stack)
    page.goto(f"{stack.site}/people/")
    page.get_by_role("link", name="Manage olga").click()
    page.get_by_role("link", name="Deactivate account…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Deactivate this account?")).to_be_visible()
    dialog.get_by_role("link", name="Keep account").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Create password link…").click()
    confirm(page)
    page.get_by_role("button", name="Create password link").click()
    expect(page.locator("#made")).to_contain_text("/password/new/")
    page.get_by_role("link", name="Deactivate account…").click()
    dialog.get_by_role("button", name="Deactivate account").click()
    expect(page.get_by_text("olga is deactivated.")).to_be_visible()
    expect(page.get_by_role("link", name="Reactivate account…")).to_be_visible()


@pytest.mark.parametrize("address", ["people/", "orgs/bolt-robotics/members/"])
def test_nothing_stands_out_of_a_table_of_people_on_a_phone(
    start: Start, page: Page, sign_in: SignIn, address: str
) -> None:
    stack = start(1)
    add_person(stack, "vera", VIEWER)
    sign_in(stack)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{stack.site}/{address}")
    assert page.locator("table.people td").count() > 1
    assert page.evaluate(STANDS_OUT) == []


STANDS_OUT = """[...document.querySelectorAll("table.people")].flatMap((table) =>
    [...table.querySelectorAll("*:not(.unseen)")].filter((part) => part.getBoundingClientRect().width > 0
        && part.getBoundingClientRect().right > table.getBoundingClientRect().right + 0.5
    ).map((part) => part.outerHTML))"""


@contextmanager
def plain_tab(browser: Browser, site: str, name: str) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/sign-in/")
        page.get_by_label("User name or email").fill(name)
        page.get_by_label("Password").fill(WORDS)
        page.get_by_role("button", name="Sign in", exact=True).click()
        yield page


def test_appearance_and_time_zone_are_the_readers(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.site}/me/")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_label("Dark").check()
    page.get_by_label("Time zone").select_option("Asia/Kolkata")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
    page.goto(stack.job_page(stack.completed().id))
    expect(page.locator("time[data-moment]").first).to_contain_text(re.compile(r"GMT\+5:30|IST"))


def test_days_begin_when_they_do_for_the_reader(start: Start, browser: Browser) -> None:
    """In the zone in which the page tells times."""
    stack = start(1)
    with browser.new_context(timezone_id="Pacific/Kiritimati") as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        page.goto(stack.jobs_page.replace("/jobs/", "/insights/"))
        expect(page.locator("html")).to_have_attribute("data-zone", "Pacific/Kiritimati")
        expect(page.get_by_text("Days are in Pacific/Kiritimati.")).to_be_visible()


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_the_settings_stand_beside_each_other_under_the_same_header(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.locator("[popovertarget=person]").click()
    page.get_by_role("link", name="Your settings").click()
    side = page.get_by_role("navigation", name="Settings")
    for label in ("API tokens", "API keys", "People", "Activity", "Profile"):
        side.get_by_role("link", name=label, exact=True).click()
        expect(side.locator("[aria-current]")).to_have_text(label)
        expect(page.locator(".top .place")).to_have_text("Bolt Robotics")
    side.get_by_role("link", name="Notifications").click()
    expect(page.get_by_role("heading", name="Notifications")).to_be_in_viewport()
    for width in (1024, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator(".top .place").click()
    expect(page).to_have_url(stack.jobs_page)
