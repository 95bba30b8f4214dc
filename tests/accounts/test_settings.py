"""What is refused at start, and what HTTPS adds to cookies."""

from pathlib import Path

import pytest

from tests.installed import Installation, production

TELL = (
    "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME)"
)


def test_with_https_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    """Row 5."""
    site = Installation(tmp_path, **production(HTTPS="true"))
    assert "__Host-session True __Host-csrf" in site.manage("shell", "-v", "0", "-c", TELL).stdout


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"OIDC_ISSUER": "https://login.example"}, "needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too"),
        ({"OIDC_ISSUER": "http://x.example", "OIDC_CLIENT_ID": "t", "OIDC_CLIENT_SECRET": "s"}, "must be an https://"),
        ({"SESSION_IDLE_MINUTES": "0"}, "must be 1 or more"),
        ({"BEHIND_PROXY": "true", "TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES must be 1 or more"),
    ],
)
def test_half_of_it_is_refused_at_start(tmp_path: Path, given: dict[str, str], words: str) -> None:
    done = Installation(tmp_path, **production(**given)).manage("check")
    assert (done.returncode, words in done.stderr) == (1, True)


def test_a_short_secret_is_refused_in_production(tmp_path: Path) -> None:
    """Row 110: with how to make a long one; never with what it was."""
    done = Installation(tmp_path, **production(SECRET_KEY="x7" * 15 + "x")).manage("check")
    assert done.returncode == 1 and "x7x7" not in done.stderr
    assert "SECRET_KEY has 31 characters" in done.stderr and "token_urlsafe(50)" in done.stderr
    assert Installation(tmp_path, **production(SECRET_KEY="x7" * 16)).manage("check").returncode == 0
    assert Installation(tmp_path, **production(SECRET_KEY="x7", DEBUG="true")).manage("check").returncode == 0
