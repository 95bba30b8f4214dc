"""This tree beside an earlier commit of it: `make bench BENCH=before ARGS=<commit>`.

Each figure is of many processes, started in turns: from one process to the next, pages cost up to half as much again
on one and the same code, so two processes beside each other tell nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent

# Both run in either tree, so they use only what both have.
FILL = """
import django; django.setup()
import os, sys, time
from pathlib import Path
from bench.site import site
from jobs.sync import cycle

def refresh():
    began = time.thread_time()
    cycle.refresh_now(here.bolt)
    return 1000 * (time.thread_time() - began)

with site(jobs=int(sys.argv[2])) as here:
    cookie = here.client.cookies["trainyard-session"].value
    Path(sys.argv[1], "session").write_text(cookie)
    print("a complete refresh", min(refresh() for _ in range(5)), sep=";", flush=True)
os._exit(0)
"""
ASK = """
import django; django.setup()
import os, sys, time
from pathlib import Path
from django.conf import settings
from django.test import Client
from django.urls import reverse
from jobs.models import Organization

settings.ALLOWED_HOSTS = ["testserver"]
client, bolt = Client(), Organization.objects.get(slug="bolt-robotics")
client.cookies["trainyard-session"] = Path(sys.argv[1], "session").read_text()
jobs = reverse("jobs:list", args=[bolt.slug])
tag = client.get(jobs, headers={"HX-Request": "true"}).headers.get("HX-PTag", "")
poll = {"HX-Request": "true", "HX-PTag": tag}

def cost(address, headers):
    began = time.thread_time()
    for _ in range(5):
        if client.get(address, headers=headers).status_code not in (200, 204):
            raise RuntimeError(address)
    return 200 * (time.thread_time() - began)

for name, address, headers in (
    ("the list", jobs, {}),
    ("the list of failed jobs", jobs + "?status=failed", {}),
    ("a poll", jobs, poll),
    ("a job", bolt.jobs.first().get_absolute_url(), {}),
    ("Insights", reverse("jobs:insights", args=[bolt.slug]), {}),
):
    cost(address, headers), cost(address, headers)
    print(name, min(cost(address, headers) for _ in range(6)), sep=";", flush=True)
os._exit(0)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.before", description=__doc__)
    parser.add_argument("commit", help="what to compare with")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=8, help="processes for each figure and tree")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        trees = (_files_of(options.commit, Path(folder)), ROOT)
        stores = [Path(tempfile.mkdtemp(dir=folder)) for _ in trees]
        refreshes = [_run(*pair, FILL, str(options.jobs)) for _ in range(2) for pair in zip(trees, stores, strict=True)]
        pages = [_run(*pair, ASK) for _ in range(options.rounds) for pair in zip(trees, stores, strict=True)]
    print(
        f"Milliseconds of the processor with {options.jobs:,} jobs, medians of processes in turns (and their range).\n"
    )
    print("| what | before | now | times |\n|---|---:|---:|---:|")
    for rows in (refreshes, pages):
        for name in rows[0]:
            before, now = ([row[name] for row in rows[which::2]] for which in (0, 1))
            print(f"| {name} | {_told(before)} | {_told(now)} | {median(now) / median(before):.2f} |")


def _told(figures: list[float]) -> str:
    return f"{median(figures):.1f} ({min(figures):.1f} to {max(figures):.1f})"


def _files_of(commit: str, folder: Path) -> Path:
    tree = folder / "before"
    tree.mkdir()
    files = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=tree, input=files, check=True)
    return tree


def _run(tree: Path, store: Path, program: str, *arguments: str) -> dict[str, float]:
    """What the program prints: names with milliseconds. Raises CalledProcessError, with what went wrong on stderr."""
    environment = {
        **os.environ,
        "DEBUG": "true",
        "DATA_DIR": str(store),
        "DATABASE_URL": f"sqlite:///{store / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "PYTHONPATH": str(tree),
        "LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(store), *arguments],
        cwd=tree,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    pairs = (line.split(";") for line in done.stdout.splitlines() if ";" in line)
    return {name: float(figure) for name, figure in pairs}


if __name__ == "__main__":
    main()
