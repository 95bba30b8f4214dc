"""Figures and bars, and a job in words; and what others wrote is served as they wrote it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dashboard.settings import ROOT
from jobs.domain import JobStatus
from jobs.models import Job
from jobs.templatetags import charts, job_text
from jobs.ui.bundles import SCRIPTS, SHEETS

VENDORED = sorted((ROOT / "static/vendor").iterdir())


def test_a_bar_is_as_long_as_its_share_of_the_largest() -> None:
    bar = charts.piled([("completed", 6), ("failed", 2)], 16)
    assert 'viewBox="0 0 16 1"' in bar
    assert '<rect data-role="completed" x="0" width="6" height="1"/>' in bar
    assert '<rect data-role="failed" x="6" width="2" height="1"/>' in bar


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "count", "–"),
        (0, "count", "0"),
        (1234, "count", "1,234"),
        (0.5, "share", "50%"),
        (750, "seconds", "12 min 30 s"),
    ],
)
def test_figures(value: float | None, unit: str, text: str) -> None:
    assert charts.figure(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0%"), (0.001, "1%"), (0.844, "84%"), (0.999, "99%"), (1.0, "100%")]
)
def test_shares_are_whole_only_where_it_is_all_or_nothing(value: float | None, text: str) -> None:
    assert charts.share(value) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(seconds=100), "1 min 40 s"),
        (timedelta(minutes=37, seconds=50), "38 min"),
        (timedelta(hours=3, minutes=8), "3 h"),
    ],
)
def test_roughly(time: timedelta, text: str) -> None:
    assert job_text.roughly(time) == text


@pytest.mark.parametrize("status", [*JobStatus, JobStatus(42)])
def test_every_status_begins_a_sentence(status: JobStatus) -> None:
    assert job_text.doing(Job(status=status))[0].isupper()


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_what_others_wrote_names_its_version_its_origin_and_its_licence(folder: Any) -> None:
    name, _, version = folder.name.rpartition("-")
    told = (folder / "README.md").read_text()
    assert version in told and "https://" in told
    assert (folder / "LICENSE").read_text()


def test_what_others_wrote_is_loaded_where_it_is_needed_only() -> None:
    loading = {path.parent.name for path in (ROOT / "templates").rglob("*.html") if "vendor/" in path.read_text()}
    assert loading == {"styleguide"}
    bundles = [*SHEETS.items(), *SCRIPTS.items()]
    assert {name for name, files in bundles if any("vendor/" in file for file in files)} == {"insights"}
