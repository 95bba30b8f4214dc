"""What the first load of the list may weigh: every style sheet, script and font that its page names, not compressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from jobs.models import Organization

pytestmark = pytest.mark.django_db

MAX_OF_STYLES_AND_SCRIPTS = 134_000
MAX_OF_FONTS = 70_000
NAMED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src)="/static/([^"]+)"')


@pytest.fixture
def named(bo_client: Client, bolt: Organization) -> dict[str, int]:
    """Bytes of what the list's page names, for an operator, who gets the most."""
    names = NAMED.findall(bo_client.get(bolt.get_absolute_url()).text)
    return {name: Path(str(finders.find(name))).stat().st_size for name in names}


def weight(named: dict[str, int], *endings: str) -> int:
    return sum(size for name, size in named.items() if name.endswith(endings))


def test_styles_and_scripts_keep_their_budget(named: dict[str, int]) -> None:
    assert {"css/components.css", "django_htmx/htmx-4.min.js", "js/select.js"} <= set(named)
    assert weight(named, ".css", ".js") <= MAX_OF_STYLES_AND_SCRIPTS, named


def test_fonts_keep_theirs(named: dict[str, int]) -> None:
    """Those that the page itself asks for; others come only where their letters are."""
    assert weight(named, ".woff2", ".woff") <= MAX_OF_FONTS, named


def test_other_pages_pieces_are_not_among_them(named: dict[str, int]) -> None:
    assert [
        name for name in named if "vendor/" in name or name in ("css/pages.css", "css/insights.css", "js/charts.js")
    ] == []
