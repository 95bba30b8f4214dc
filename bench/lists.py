"""The list of jobs at any size: page, changed poll, unchanged poll, filters, search, last page; all in process.

`python -m bench.lists [--jobs N ...]` prints a table for each size.
"""

from __future__ import annotations

import argparse
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.site import Site, site
from bench.timing import Measured, measure, table

HTMX = {"HX-Request": "true"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, nargs="+", default=[10_000, 100_000])
    for jobs in parser.parse_args().jobs:
        began = time.perf_counter()
        with site(jobs=jobs) as here:
            loaded = time.perf_counter() - began
            rows = _rows(here)
            print(f"\n{jobs:,} jobs, SQLite, in process; loaded in {loaded:.1f} s\n\n{table(rows, here.floor())}")


def _rows(here: Site) -> list[Measured]:
    page = here.bolt.get_absolute_url()
    first = here.client.get(page)
    tag, last = first["HX-PTag"], -(-here.bolt.jobs.count() // 50)
    size = len(first.content)
    return [
        measure("the page of 50", lambda: here.get(page), note=f"{size / 1024:.0f} KiB"),
        measure("a poll after a change", lambda: here.get(page, **HTMX)),
        measure(
            "a poll without one", lambda: here.get(page, **HTMX, **{"HX-PTag": tag}), note=_queries(here, page, tag)
        ),
        measure("failed jobs only", lambda: here.get(f"{page}?status=failed", **HTMX)),
        measure("search with hits", lambda: here.get(f"{page}?q=conveyor", **HTMX)),
        measure("search without a hit", lambda: here.get(f"{page}?q=nosuchword", **HTMX)),
        measure("the last page", lambda: here.get(f"{page}?page={last}", **HTMX)),
        measure("a page in the middle", lambda: here.get(f"{page}?page={last // 2}", **HTMX)),
    ]


def _queries(here: Site, page: str, tag: str) -> str:
    with CaptureQueriesContext(connection) as captured:
        answer = here.get(page, **HTMX, **{"HX-PTag": tag})
    return f"{answer.status_code}, {len(captured)} queries"


if __name__ == "__main__":
    main()
