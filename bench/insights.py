"""The page of insights at any size: counted anew, kept, and what each question costs with the index that answers it.

`python -m bench.insights [--jobs N ...]` prints a table for each size.
"""

from __future__ import annotations

import argparse
import gc
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.larger import count_anew
from bench.site import Site, site
from bench.timing import Measured, measure, table
from jobs.domain import Role
from jobs.insights import queries
from jobs.insights.period import PERIODS, Params
from jobs.insights.service import insights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, nargs="+", default=[10_000, 100_000])
    for jobs in parser.parse_args().jobs:
        with site(jobs=jobs) as here:
            # The emulated cloud lives in this process: collections of its jobs would be measured, too.
            gc.freeze()
            rows = [*_pages(here), *_questions(here)]
            print(f"\n{jobs:,} jobs, {connection.vendor}, in process\n\n{table(rows, here.floor())}")
            print("\n" + "\n".join(_plans(here)))


def _pages(here: Site) -> list[Measured]:
    page = reverse("jobs:insights", args=[here.bolt.slug])
    rows = [measure("the page, kept", lambda: here.get(page))]
    for word in PERIODS:
        ask = partial(count_anew, here.bolt, Params(word))
        rows.append(measure(f"counted anew, {word}", ask, note=f"{ask().whole.total:,} jobs"))
    return rows


def _questions(here: Site) -> list[Measured]:
    period = insights(here.bolt, Role.VIEWER, Params("30")).insights.period
    zone, days = timezone.get_current_timezone(), period.buckets()
    since, until = days[0].moments(zone)[0], days[-1].moments(zone)[1]
    return [
        measure("over time, 30 days", lambda: queries.over_time(here.bolt, days, zone)),
        measure("by recipe", lambda: queries.by_recipe(here.bolt, since, until)),
        measure("by those who left", lambda: queries.by_those_who_left(here.bolt, since, until)),
        measure("failed", lambda: queries.failed(here.bolt, since, until)),
        measure("longest", lambda: queries.longest(here.bolt, since, until, 6)),
    ]


def _plans(here: Site) -> list[str]:
    """How the database goes about each question."""
    with CaptureQueriesContext(connection) as captured:
        count_anew(here.bolt, Params("30"))
    told = [query["sql"] for query in captured if "missing_since IS NULL" in query["sql"]]
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        lines = [str(line[-1]) for sql in told for line in _explained(cursor, f"{explain} {sql}")]
    return list(dict.fromkeys(lines))


def _explained(cursor: object, question: str) -> list[tuple[str, ...]]:
    cursor.execute(question)  # type: ignore[attr-defined]
    return list(cursor.fetchall())  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
