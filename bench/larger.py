"""An organization with ten times as many jobs: the same pages, side by side with those of the smaller one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from django.db import connection

from bench.report import Row, Section, at_most, in_floors, times_more
from bench.scale import Scale
from bench.served import LIST, Mirrored, Server, Tab
from bench.timing import measure, medians
from jobs.domain import Role
from jobs.insights.period import PERIODS, Params
from jobs.insights.service import Insights, _counted, insights
from jobs.job_list.filters import Filters
from jobs.job_list.service import list_jobs
from jobs.models import Organization


def larger(few: Server, many: Server, stored: Mirrored, scale: Scale) -> Section:
    with few.connection() as one, many.connection() as other:
        rows = [*_flat(Tab(one), Tab(other), scale), *_searches(stored, scale), *_counted_anew(stored, scale)]
    note = (
        f"{scale.many_jobs:,} jobs beside {scale.jobs:,}, one worker each, one request each in turns; searches and "
        "Insights are measured in the service that the page calls."
    )
    return Section("Ten times as many jobs", note, rows)


def _flat(few: Tab, many: Tab, scale: Scale) -> Iterator[Row]:
    for tab in (few, many):
        tab.changed()
    far = Tab(many.connection, f"{LIST}?page={-(-scale.many_jobs // 50)}")
    works = {"few": few.page, "many": many.page, "far": far.page, "floor": few.floor, "poll": many.unchanged}
    failed = Tab(many.connection, f"{LIST}?status=failed")
    took = medians({**works, "failed": failed.page}, runs=scale.runs // 2)
    yield times_more("list page of 50", took["many"], took["few"], "ms", 1.5)
    yield times_more("its last page", took["far"], took["few"], "ms", 1.5)
    yield times_more("only failed jobs", took["failed"], took["few"], "ms", 1.5)
    yield in_floors("a poll without a change", took["poll"], took["floor"], 1.3)


def _searches(stored: Mirrored, scale: Scale) -> Iterator[Row]:
    with _database(stored):
        bolt = Organization.objects.get(slug="bolt-robotics")
        newest = bolt.jobs.order_by("-sorted_on")[0]
        yield _search(bolt, "with one hit", newest.viam_id[:12], scale)
        yield _search(bolt, "with many hits", newest.model_name.split("-")[0], scale)
        yield _search(bolt, "without a hit", "nosuchword", scale)


def _search(bolt: Organization, what: str, words: str, scale: Scale) -> Row:
    ask = partial(list_jobs, bolt, Role.VIEWER, Filters(query=words))
    row = at_most(f"search {what}", measure(what, ask, runs=max(5, scale.runs // 8)).median_ms, 20, "ms")
    return replace(row, detail=f"{ask().total:,} hits")


def _counted_anew(stored: Mirrored, scale: Scale) -> Iterator[Row]:
    """Insights as after each change of the mirror, with nothing kept."""
    with _database(stored):
        bolt = Organization.objects.get(slug="bolt-robotics")
        for word, period in PERIODS.items():
            ask = partial(count_anew, bolt, Params(word))
            took = measure(period, ask, runs=max(5, scale.runs // 8)).median_ms
            yield replace(at_most(f"Insights, {period}", took, 100, "ms"), detail=f"{ask().whole.total:,} jobs")


def count_anew(organization: Organization, params: Params) -> Insights:
    _counted.cache_clear()
    return insights(organization, Role.VIEWER, params).insights


@contextmanager
def _database(stored: Mirrored) -> Iterator[None]:
    """This process asks the installation's own database for a while."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(stored.database)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
