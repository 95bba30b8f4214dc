"""One invitation's link, brought by several at the same moment, to several processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.faults.visitor import Answer, Visitor
from tests.postgres.installed import Site, WebServer

# As many as may try at all, from one address.
AT_ONCE = 6

INVITE = """
from jobs.models import Invitation, Organization
from django.utils import timezone
from datetime import timedelta
bo = User.objects.get(username="bo")
to = Organization.objects.get(slug="bolt-robotics")
print(Invitation.objects.create(organization=to, role=1, invited_by=bo, expires_at=timezone.now() + timedelta(1)).token)
"""
COUNT = """
from jobs.models import AuditEntry, Membership
entries = AuditEntry.objects.filter(action="member:join")
outcomes = [entries.filter(outcome=outcome).count() for outcome in ("done", "rejected")]
print(User.objects.exclude(username="bo").count(), Membership.objects.count(), *outcomes)
"""


def test_it_makes_one_account(site: Site) -> None:
    """Row 103: by strangers, each with a name of their own, over two web servers with workers of their own."""
    token = _said(site, INVITE)
    with site.web_server() as one, site.web_server("--workers", "2") as other:
        answers = _at_once([one, other], f"/join/{token}/")

    assert sorted(answer.status for answer in answers) == [302] + [410] * (AT_ONCE - 1)
    assert _said(site, COUNT).split() == ["1", "1", "1", str(AT_ONCE - 1)]


def _at_once(servers: list[WebServer], path: str) -> list[Answer]:
    together = Barrier(AT_ONCE)

    def join(number: int) -> Answer:
        with Visitor(servers[number % len(servers)].port, session="") as visitor:
            token = visitor.get(path).field("csrfmiddlewaretoken")
            typed = {"username": f"guest-{number}", "email": "", "name": "", "password": "a guest's own words"}
            together.wait(30)
            return visitor.post(path, csrfmiddlewaretoken=token, **typed)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(join, range(AT_ONCE)))


def _said(site: Site, code: str) -> str:
    done = site.installation.manage("shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
