"""What an organization's past jobs tell when they are looked at together: how many, how they ended, how long it took.

Counted anew when the mirror has changed, and kept until it changes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from django.utils import timezone

from jobs.domain import Role
from jobs.insights import queries
from jobs.insights.breakdown import Breakdown, FailedModel, FailureGroup, breakdowns, failed_models, failure_groups
from jobs.insights.charts import Chart, charts
from jobs.insights.period import PERIODS, STEPS, Bucket, Params, Period, period_of
from jobs.insights.stats import BucketFigures, Figures, Tally, about, by_number, together
from jobs.models import Job, Organization
from jobs.organizations.freshness import Freshness, freshness
from jobs.sync import worker
from jobs.ui.text import percent

__all__ = ["PERIODS", "STEPS", "Insights", "InsightsPage", "Params", "insights"]

MAX_JOBS = 6
# So many answers are kept in memory, each some 100 KiB at most.
MAX_KEPT = 64


@dataclass(frozen=True, slots=True)
class Insights:
    """A period's jobs, told in figures. `query` leads to all of them in the list."""

    period: Period
    query: str
    whole: Tally
    sentence: str
    charts: list[Chart]
    breakdowns: list[Breakdown]
    longest: list[Job]
    failed_models: list[FailedModel]
    failures: list[FailureGroup]


@dataclass(frozen=True, slots=True)
class InsightsPage:
    """Insights as a page shows them; `has_jobs` tells an empty period from an empty organization."""

    insights: Insights
    params: Params
    has_jobs: bool
    freshness: Freshness


def insights(organization: Organization, role: Role, params: Params) -> InsightsPage:
    """What `params` asks for, in days of the active time zone. Looking keeps the organization fresh."""
    worker.mark_viewed(organization)
    jobs = organization.jobs.filter(missing_since=None).order_by("sorted_on", "id")
    oldest = jobs.values_list("sorted_on", flat=True).first()
    period = period_of(params, oldest)
    found = _counted(organization, organization.version, period, timezone.get_current_timezone())
    return InsightsPage(found, params, has_jobs=oldest is not None, freshness=freshness(organization, role))


@lru_cache(maxsize=MAX_KEPT)
def _counted(organization: Organization, version: int, period: Period, zone: tzinfo) -> Insights:
    """The answer of one version of the mirror; organizations are told apart by their keys."""
    days = period.buckets()
    parts = by_number(queries.over_time(organization, days, zone), len(days))
    whole = together(parts)
    buckets = [
        BucketFigures(day.label, day.since, day.until, query_of(day), figures)
        for day, figures in zip(days, parts, strict=True)
    ]
    return _told(organization, period, zone, whole, buckets)


def _told(
    organization: Organization, period: Period, zone: tzinfo, whole: Figures, buckets: list[BucketFigures]
) -> Insights:
    all_of_it = Bucket(period.first, period.last)
    since, until = all_of_it.moments(zone)
    asked = (queries.by_recipe, queries.by_those_who_left, queries.failed)
    recipes, left, failed = (ask(organization, since, until) for ask in asked)
    return Insights(
        period=period,
        query=query_of(all_of_it),
        whole=Tally(outcomes=whole.outcomes),
        sentence=_sentence(period, whole),
        charts=charts(buckets, whole, period.step),
        breakdowns=breakdowns(organization, recipes, left),
        longest=_jobs(organization, queries.longest(organization, since, until, MAX_JOBS)),
        failed_models=failed_models(failed),
        failures=failure_groups(organization, failed),
    )


def query_of(bucket: Bucket) -> str:
    """What leads to the bucket's jobs in the list."""
    return f"since={bucket.since:%Y-%m-%d}&until={bucket.until:%Y-%m-%d}"


def _sentence(period: Period, whole: Figures) -> str:
    """For instance: 38 jobs in the last 30 days, 84% completed; median run time 12 min."""
    when = f"in {period.label}" if period.label else f"since {period.first.day} {period.first:%b %Y}"
    parts = [f"{whole.total:,} job{'' if whole.total == 1 else 's'} {when}"]
    if whole.rate is not None:
        parts.append(f", {percent(whole.rate)} completed")
    if (half := whole.running.half) is not None:
        parts.append(f"; median run time {about(half)}")
    return "".join(parts) + "."


def _jobs(organization: Organization, keys: list[int]) -> list[Job]:
    found = organization.jobs.in_bulk(keys)
    return [found[key] for key in keys if key in found]
