"""Insights against plain Python: whatever jobs there are, the database's figures are those of counting one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.domain import JobStatus, ModelType, Role
from jobs.error_fingerprint import NO_MESSAGE, alike
from jobs.insights.period import Params
from jobs.insights.service import Insights, _counted, insights
from jobs.models import Job, Organization
from jobs.sync.mapping import shape

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")
# Both sides of some midnights, one of them on the day on which Berlin's clocks change, and of both ends of a period.
EDGES = [
    datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) + timedelta(microseconds=beside)
    for day in (date(2026, 8, 27), date(2026, 10, 25), date(2026, 10, 26), date(2026, 11, 18), date(2026, 11, 25))
    for zone in ZONES
    for beside in (-1, 0)
]
MOMENTS = st.sampled_from([*EDGES, NOW, NOW + timedelta(days=1)]) | st.datetimes(
    NOW.replace(2026, 8, tzinfo=None), NOW.replace(tzinfo=None)
).map(lambda moment: moment.replace(tzinfo=UTC))
SECONDS = st.none() | st.integers(0, 40) | st.sampled_from([0, 59.9, 86_400, 2**31, 10**10])
ODD = st.fixed_dictionaries(
    {
        "status": st.sampled_from([*JobStatus, 7, 42]),
        "at": MOMENTS,
        "queued": SECONDS,
        "ran": SECONDS,
        "is_custom": st.booleans(),
        "model_type": st.sampled_from([0, 1, 3, 99]),
        "script_id": st.sampled_from(["", "bolt:weld", "bolt:wéld", "7"]),
        "dataset_id": st.sampled_from(["", "ds-1", "ds-2", "No dataset"]),
        "model_name": st.sampled_from(["", "a", "b", "c"]),
        "error_message": st.sampled_from(["", "out of memory after 3 s", "out of memory after 42 s", "no labels"]),
        "person": st.sampled_from([None, "ana", "bo"]),
        "is_gone": st.sampled_from([False, False, False, True]),
        "is_another_s": st.sampled_from([False, False, False, True]),
    }
)


OUTCOMES = ("completed", "failed", "canceled", "active")


def after(moment: datetime | None, seconds: float | None) -> datetime | None:
    return moment + timedelta(seconds=seconds) if moment and seconds is not None else None


def made(number: int, odd: dict[str, Any], organization: Organization) -> Job:
    kept = ("is_custom", "model_type", "script_id", "dataset_id", "model_name", "status")
    job = Job(organization=organization, viam_id=f"job-{number}", **{name: odd[name] for name in kept})
    job.error_message = odd["error_message"] if odd["status"] == JobStatus.FAILED else ""
    job.created_on = job.seen_at = odd["at"]
    job.training_started = after(odd["at"], odd["queued"])
    job.training_ended = after(job.training_started, odd["ran"])
    job.submitted_by = odd["person"]
    job.missing_since = NOW if odd["is_gone"] else None
    shape(job, organization)
    return job


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    odd=st.lists(ODD, min_size=12, max_size=60),
    zone=st.sampled_from(ZONES),
    params=st.builds(Params, st.sampled_from(["7", "30", "90", "all"]), st.sampled_from(["", "day", "week"])),
)
def test_the_figures_are_those_of_counting_one_by_one(
    ana: User, bo: User, odd: list[dict[str, Any]], zone: str, params: Params
) -> None:
    Organization.objects.all().delete()
    harbor, other = (
        Organization.objects.create(endpoint="e", viam_id=name, name=name, slug=name, fetched_at=NOW)
        for name in ("harbor", "other")
    )
    _counted.cache_clear()
    people = {None: None, "ana": ana, "bo": bo}
    rows = [
        made(number, {**one, "person": people[one["person"]]}, other if one["is_another_s"] else harbor)
        for number, one in enumerate(odd)
    ]
    Job.objects.bulk_create(rows)
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        found = insights(harbor, Role.VIEWER, params).insights
        period = found.period
        jobs = [job for job in rows if job.organization == harbor and not job.missing_since]
        within = [job for job in jobs if period.first <= timezone.localdate(job.sorted_on) <= period.last]
        assert charted(found) == counted(found, within)
        assert broken_down(found) == counted_alike(within)
        assert found.longest == longest(within)
        assert failed(found) == counted_failures(within)


def word(job: Job) -> str:
    return {3: "completed", 4: "failed", 5: "canceled"}.get(int(job.status), "active")


def ranked(values: Iterable[int | None], percent: int) -> int | None:
    """The value that so many percent are no greater than, found by counting."""
    known = [value for value in values if value is not None]
    enough = (value for value in sorted(known) if 100 * sum(one <= value for one in known) >= percent * len(known))
    return next(enough, None)


def charted(found: Insights) -> dict[tuple[str, str], list[Any]]:
    return {(chart.name, line.role): line.values for chart in found.charts for line in chart.lines}


def counted(found: Insights, jobs: list[Job]) -> dict[tuple[str, str], list[Any]]:
    told: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for bucket in found.period.buckets():
        inside = [job for job in jobs if bucket.since <= timezone.localdate(job.sorted_on) <= bucket.until]
        outcomes = Counter(map(word, inside))
        for role in OUTCOMES:
            told["outcomes", role].append(outcomes[role])
        ended = outcomes["completed"] + outcomes["failed"]
        told["rate", "completed"].append(outcomes["completed"] / ended if ended else None)
        for role, percent in (("half", 50), ("most", 90)):
            told["waiting", role].append(ranked([job.queued_seconds for job in inside], percent))
            completed = [job.ran_seconds for job in inside if word(job) == "completed"]
            told["running", role].append(ranked(completed, percent))
    return dict(told)


Shares = list[tuple[str, dict[str, int], int]]


def broken_down(found: Insights) -> list[Shares]:
    return [
        sorted(((one.label, dict(one.parts), one.ran_seconds) for one in breakdown.shares), key=repr)
        for breakdown in found.breakdowns
    ]


def counted_alike(jobs: list[Job]) -> list[Shares]:
    return [_shares(jobs, name) for name in (_type, _script, _dataset, _person)]


def _shares(jobs: list[Job], name: Callable[[Job], tuple[str, Hashable]]) -> Shares:
    groups: dict[tuple[str, Hashable], list[Job]] = defaultdict(list)
    for job in jobs:
        groups[name(job)].append(job)
    found = [(label, _parts(group), sum(job.ran_seconds or 0 for job in group)) for (label, _), group in groups.items()]
    return sorted(found, key=repr)


def _parts(jobs: list[Job]) -> dict[str, int]:
    counts = Counter(map(word, jobs))
    return {role: counts[role] for role in OUTCOMES if counts[role]}


# Name, and what tells it from others of the same name.
def _type(job: Job) -> tuple[str, Hashable]:
    known = {0: "Managed: other", 1: "Managed: single-label classification", 3: "Managed: object detection"}
    return ("Custom script" if job.is_custom else known.get(int(job.model_type), "Managed")), None


def _script(job: Job) -> tuple[str, Hashable]:
    return ((job.script_id or "Custom script, unknown") if job.is_custom else "Managed"), None


def _dataset(job: Job) -> tuple[str, Hashable]:
    return (job.dataset_id or "No dataset"), bool(job.dataset_id)


def _person(job: Job) -> tuple[str, Hashable]:
    return (job.submitted_by.username if job.submitted_by else "Outside Trainyard"), None


def longest(jobs: list[Job]) -> list[Job]:
    ran = [job for job in jobs if job.ran_seconds is not None]
    return sorted(ran, key=lambda job: (-(job.ran_seconds or 0), job.pk))[:6]


def failed(found: Insights) -> tuple[set[tuple[str, int, int]], dict[str, int]]:
    groups = {(alike(group.title.removeprefix(NO_MESSAGE)), group.count, group.models) for group in found.failures}
    return groups, {model.name: model.count for model in found.failed_models}


def counted_failures(jobs: list[Job]) -> tuple[set[tuple[str, int, int]], dict[str, int]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        if word(job) == "failed":
            groups[alike(job.error_message)].append(job.model_name)
    names = Counter(name for group in groups.values() for name in group if name)
    return {(kind, len(group), len(set(group))) for kind, group in groups.items()}, dict(names)


def test_the_newest_failure_speaks_for_those_alike() -> None:
    """Of two that were created in the same moment, the one that we saw last."""
    harbor = Organization.objects.create(viam_id="harbor", name="Harbor", slug="harbor", fetched_at=NOW)
    common = {"at": NOW, "queued": 1, "ran": 1, "is_custom": False, "model_type": ModelType.OBJECT_DETECTION}
    rest = {"script_id": "", "dataset_id": "", "status": JobStatus.FAILED, "person": None, "is_gone": False}
    for number, (name, hours) in enumerate([("a", 2), ("b", 1), ("b", 1), ("a", 3)]):
        words = {"model_name": name, "error_message": f"no labels in {number} images"}
        made(number, {**common, **rest, **words, "at": NOW - timedelta(hours=hours)}, harbor).save()
    with time_machine.travel(NOW, tick=False):
        (group,) = insights(harbor, Role.VIEWER, Params("7")).insights.failures
    assert (group.title, group.newest and group.newest.viam_id) == ("no labels in 2 images", "job-2")


def test_failures_that_were_grouped_before_are_grouped_by_what_happened(bolt: Organization) -> None:
    regroup = import_module("jobs.migrations.0030_failures_of_tracebacks").group_anew
    told = '[rank0]: Traceback (most recent call last):\n[rank0]:   File "x.py", line 1\n[rank0]: ValueError: no images'
    job = bolt.jobs.filter(failure__isnull=False)[0]
    bolt.jobs.filter(pk=job.pk).update(error_message=told, failure="[rank#]: Traceback (most recent call last):")
    regroup(apps, connection.schema_editor())
    job.refresh_from_db()
    assert job.failure == alike(told) == "ValueError: no images"
