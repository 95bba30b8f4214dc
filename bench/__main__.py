"""Everything that was promised in figures, ours and the peers' in one run; `make bench`.

`python -m bench [--quick] [--write docs/benchmarks.md]` prints Markdown.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.beside import beside
from bench.clouds import CountedCloud, large_cloud
from bench.crowd import crowd
from bench.larger import larger
from bench.pages import pages
from bench.painting import painting
from bench.refreshes import refreshes
from bench.report import Section, summary, text_of, unmeasured
from bench.scale import QUICK, Scale
from bench.served import empty, mirrored, serving
from bench.starting import starting


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: to see that everything runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to a file, too")
    options = parser.parse_args()
    began = time.monotonic()
    sections = []
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        for section in measured(QUICK if options.quick else Scale(), Path(folder)):
            print(text_of(section), flush=True)
            sections.append(section)
    print(summary(sections))
    if options.write:
        options.write.write_text(_document(sections, time.monotonic() - began, is_quick=options.quick))


def measured(scale: Scale, folder: Path) -> Iterator[Section]:
    with ExitStack() as going:
        cloud, unwatched = (going.enter_context(CountedCloud(jobs)) for jobs in (scale.jobs, 20))
        away = going.enter_context(ExitStack())
        large = away.enter_context(large_cloud(scale.many_jobs, folder))
        # What is made up now stays: collections of it would be measured, too.
        gc.freeze()
        new = empty(folder / "empty")
        few = mirrored(new, folder / "few", cloud.address, unwatched.address)
        many = mirrored(new, folder / "many", large)
        with serving(few, workers=1) as server:
            yield _tried("One reader", lambda: pages(server, scale))
            yield _tried("Beside its peers", lambda: beside(server, cloud.address, scale, folder))
            with serving(many, workers=1) as other:
                yield _tried("Ten times as many jobs", lambda: larger(server, other, many, scale))
        yield _tried("Many tabs", lambda: crowd(few, cloud, unwatched, scale))
        yield _tried("While everything is refreshed", lambda: refreshes(many, scale))
        away.close()
        cloud.stop()
        yield _tried("Starting while the cloud is away", lambda: starting(few, many, scale))
        yield _tried("Painting", lambda: painting(folder))


def _tried(title: str, measurement: Callable[[], Section]) -> Section:
    """The run goes on when one part of it can't be measured."""
    try:
        return measurement()
    except (AssertionError, OSError, RuntimeError) as reason:
        return Section(title, "", [unmeasured("all of it", "", reason)])


def _document(sections: list[Section], seconds: float, *, is_quick: bool) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    intro = [
        "# What it costs",
        "",
        "Written by `make bench`, which measures the site as its operator runs it and its peers beside it, all in one "
        "run on one machine. Compare the ratios: milliseconds are those of that machine.",
        "",
        f"Measured on {time.strftime('%-d %B %Y')} with {machine}, in {seconds / 60:.0f} minutes. {summary(sections)}",
        "",
    ]
    if is_quick:
        intro += ["**A short run with few jobs: it shows that everything runs, and nothing else.**", ""]
    return "\n".join([*intro, *map(text_of, sections)]).rstrip() + "\n"


if __name__ == "__main__":
    main()
