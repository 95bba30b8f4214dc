"""When a browser shows something, with an empty cache, on this machine: first and largest paint, what jumps, bytes.

`python -m bench.painting [--runs N]` prints a table of medians; needs Chromium.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from bench.report import Row, Section, at_most, text_of
from tests.browser.conftest import CHROMIUM, QUIETLY, sign_in_as_ana
from tests.browser.painted import painted, watch
from tests.browser.stack import Stack, prepare, running
from tests.installed import Installation

RUNS = 9
ROWS = (10, 50, 100)
# The emulator puts so many jobs of its own beside those that it is asked for.
EXTRA_JOBS = 5
AT_REST = 0.001
SETTLED_MS = 1_000
MAX_MS = 300
NEWEST = "SELECT viam_id FROM jobs_job WHERE is_custom AND status = 4 ORDER BY sorted_on DESC LIMIT 1"
BYTES = """() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const sum = (name) => all.reduce((total, entry) => total + entry[name], 0);
    return [sum("transferSize"), sum("decodedBodySize"), all.length];
}"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load: milliseconds, what jumped, bytes over the wire and uncompressed, requests."""

    first: float
    largest: float
    shift: float
    wire: int
    whole: int
    requests: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        print(text_of(painting(Path(folder), parser.parse_args().runs)))


def painting(folder: Path, runs: int = RUNS) -> Section:
    if not CHROMIUM.exists():
        raise RuntimeError(f"{CHROMIUM} is not installed")
    (first := folder / "painting").mkdir()
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY) as browser:
        rows = list(_rows(browser, prepare(first), folder, runs))
    note = (
        "Chromium with an empty cache (again: with what it kept), 1280 by 800, granian with one worker on the same "
        f"machine; medians of {runs} loads. Pages are not compressed by the site itself, style sheets and scripts are."
    )
    return Section("Painting", note, rows)


def _rows(browser: Browser, prepared: Installation, folder: Path, runs: int) -> Iterator[Row]:
    for rows in ROWS:
        with running(prepared, folder / f"painting-{rows}", AT_REST, jobs=rows - EXTRA_JOBS) as stack:
            state = _signed_in(browser, stack)
            yield _row(browser, state, f"list, {rows} rows", f"{stack.jobs_page}?per=100", runs)
            yield _row(browser, state, f"list, {rows} rows, again", f"{stack.jobs_page}?per=100", runs, visits=2)
            if rows == ROWS[-1]:
                job = stack.job_page(str(stack.stored(NEWEST)[0][0]))
                yield _row(browser, state, "page of a job that failed", job, runs)
                yield _row(browser, state, "insights", f"{stack.site}/orgs/bolt-robotics/insights/", runs)


def _signed_in(browser: Browser, stack: Stack) -> StorageState:
    """Ana's cookies, once the site knows all jobs."""
    with browser.new_context() as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        page.goto(stack.jobs_page)
        page.locator("#job-table tbody tr").first.wait_for(timeout=30_000)
        return context.storage_state()


def _row(browser: Browser, state: StorageState, name: str, address: str, runs: int, visits: int = 1) -> Row:
    _load(browser, state, address)  # The server's first time does not count.
    loads = [_load(browser, state, address, visits) for _ in range(runs)]
    first, largest, shift = (median(getattr(one, what) for one in loads) for what in ("first", "largest", "shift"))
    wire, whole = (median(getattr(one, what) for one in loads) / 1000 for what in ("wire", "whole"))
    paint = f"first paint {first:.0f} ms, layout shift {shift:.4f}"
    weight = f"{wire:.0f} KB over the wire, {whole:.0f} KB uncompressed, {loads[0].requests} requests"
    return replace(at_most(f"{name}: largest paint", largest, MAX_MS, "ms"), detail=f"{paint}, {weight}")


def _load(browser: Browser, state: StorageState, address: str, visits: int = 1) -> Load:
    """The last of so many visits, in a browser that has never been here before."""
    with browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        watch(page)
        for _ in range(visits):
            page.goto(address)
            page.wait_for_timeout(SETTLED_MS)
        return _told(page)


def _told(page: Page) -> Load:
    seen = painted(page)
    wire, whole, requests = page.evaluate(BYTES)
    return Load(seen.first, seen.largest, seen.shift, wire, whole, requests)


if __name__ == "__main__":
    main()
