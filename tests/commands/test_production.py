"""The settings as on a real site, over HTTPS."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installed import Installation, production

TELL = (
    "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
)


@pytest.fixture
def site(tmp_path: Path) -> Installation:
    secret = "made up, with more than fifty letters, and 0123456789 -_!"
    return Installation(tmp_path, **production(HTTPS="true", ALLOWED_HOSTS="trainyard.example", SECRET_KEY=secret))


def test_django_finds_nothing_to_say(site: Installation) -> None:
    """Row 57."""
    done = site.manage("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_cookies_are_bound_to_the_host(site: Installation) -> None:
    """Row 51: over TLS a neighbor's host can't plant them."""
    told = site.manage("shell", "-v", "0", "-c", TELL).stdout
    assert told.split() == ["__Host-session", "__Host-csrf", "True"]
