"""Several people at once, each with a browser of their own, in front of one site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE, TELL_VIOLATIONS
from tests.browser.stack import WORDS, Stack

# Roles as they are stored.
VIEWER, OPERATOR, ADMINISTRATOR = 1, 2, 3

ADD = """
import sys
from django.contrib.auth.models import User
from jobs.models import Membership, Organization
name, role = {name!r}, {role!r}
user = User.objects.create_user(name, password={words!r})
if role:
    Membership.objects.create(organization=Organization.objects.get(slug="bolt-robotics"), user=user, role=role)
"""

SHARE = """
from django.contrib.auth.models import User
from jobs.models import Job
people = [*User.objects.filter(username__in={names!r}), None]
for number, job in enumerate(Job.objects.order_by("-sorted_on", "id")):
    job.submitted_by = people[number * number % len(people)]
    job.save(update_fields=["submitted_by"])
"""


def add_team(stack: Stack, *names: str) -> None:
    """Operators of Bolt Robotics, among whom its jobs are shared out; some were started elsewhere."""
    done = stack.installation.manage("refresh", "--once")
    assert done.returncode == 0, done.stderr
    for name in names:
        add_person(stack, name, OPERATOR)
    done = stack.installation.manage("shell", "-c", SHARE.format(names=names))
    assert done.returncode == 0, done.stderr


def add_person(stack: Stack, name: str, role: int | None = None) -> None:
    """An account, and with a role a member of Bolt Robotics."""
    done = stack.installation.manage("shell", "-c", ADD.format(name=name, role=role, words=WORDS))
    assert done.returncode == 0, done.stderr


@contextmanager
def tab_of(browser: Browser, stack: Stack, name: str) -> Iterator[Page]:
    """A tab of somebody who has signed in."""
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(TELL_VIOLATIONS)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{stack.site}/sign-in/")
        page.get_by_label("User name or email").fill(name)
        page.get_by_label("Password").fill(WORDS)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "sign-in" not in address)
        yield page
