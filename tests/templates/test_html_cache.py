"""What is drawn once for everybody who sees the same, and drawn anew when anything that it shows is different."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template

from jobs.domain import Role
from jobs.job_list.columns import JobRow
from jobs.models import Organization
from jobs.permissions import Access
from jobs.templatetags import html_cache

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
USUAL = JobRow(
    viam_id="a1",
    status=3,
    model_name="bolts",
    model_version="1",
    is_custom=False,
    model_type=1,
    script_id="",
    script_version="",
    dataset_id="d1",
    created_on=NOON,
    sorted_on=NOON,
    training_started=NOON,
    training_ended=NOON,
    missing_since=None,
    usual_seconds=None,
    error_message="",
    who=None,
)


def draw(row: JobRow, role: Role = Role.OPERATOR) -> str:
    access = Access(Organization(slug="bolt", name="Bolt"), role)
    return Template('{% drawn "job_list/_row.html" row %}').render(Context({"row": row, "access": access}))


def test_a_row_shows_what_came_from_outside_as_text() -> None:
    drawn = draw(USUAL._replace(model_name="<script>x</script>", error_message='"><img src=x>', who="<b>"))

    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(
    "change",
    [
        {"model_name": "nuts"},
        {"model_version": "2"},
        {"status": 4},
        {"error_message": "no"},
        {"missing_since": NOON},
        {"training_ended": NOON + timedelta(hours=1)},
        {"script_version": "2", "is_custom": True},
        {"dataset_name": "apples"},
        {"who": "bo"},
    ],
    ids=str,
)
def test_a_row_is_drawn_anew_when_something_that_it_shows_changes(change: dict[str, object]) -> None:
    assert draw(USUAL) != draw(USUAL._replace(**change))  # type: ignore[arg-type]


def test_a_row_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 94: whoever sees the same gets what was drawn for the first."""
    first = draw(USUAL)
    monkeypatch.setattr(html_cache, "_draw", None)

    assert draw(USUAL._replace()) == first


def test_a_viewers_row_is_another_one() -> None:
    """Row 21."""
    running = USUAL._replace(status=2, training_ended=None)

    assert "/cancel/" in draw(running, Role.OPERATOR)
    assert "/cancel/" not in draw(running, Role.VIEWER)


@time_machine.travel(NOON + timedelta(minutes=7), tick=False)
def test_the_row_of_a_running_job_is_kept_for_moments_only() -> None:
    running = USUAL._replace(status=2, training_ended=None)
    assert "7 min" in draw(running)
    with time_machine.travel(NOON + timedelta(minutes=8), tick=False):
        assert "8 min" in draw(running)


def test_only_what_can_be_canceled_offers_it() -> None:
    assert "/cancel/" in draw(USUAL._replace(status=1))
    assert "/cancel/" not in draw(USUAL._replace(status=6))
    assert "/cancel/" not in draw(USUAL._replace(status=1, missing_since=NOON))


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_cache, "MAX_KEPT", 20_000)
    for number in range(100):
        draw(USUAL._replace(viam_id=str(number)))

    assert html_cache.kept.size < 25_000
    assert html_cache.kept.size == sum(map(len, html_cache.kept.values()))
