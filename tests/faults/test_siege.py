"""Row 116: `make bench BENCH=siege` runs README's own command, and tells what was answered in time."""

from __future__ import annotations

import re
import subprocess

from bench import siege
from tests.installed import PYTHON, ROOT

ROW = re.compile(r"^\| (.+?) \| (in peace|under siege) \| (\d+) \| ([\d.]+)% \|", re.MULTILINE)


def test_it_runs_what_readme_says() -> None:
    assert siege.command() == ("manage.py", "serve", "--workers", "2")


def test_a_small_siege_is_told_of() -> None:
    """Every kind of request, in peace and under siege, with its share; the exit code agrees with the last line."""
    words = [PYTHON, "-m", "bench.siege", "--each", "6", "--seconds", "2"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    rows = ROW.findall(done.stdout)
    whats = {"list of jobs", "`/healthz`", "`/readyz`"}
    assert {(what, when) for what, when, _, _ in rows} == {(w, t) for w in whats for t in ("in peace", "under siege")}
    assert all(int(asked) > 0 for _, _, asked, _ in rows), done.stdout
    told = re.search(r"Under siege by 30 clients, at least ([\d.]+)% of each", done.stdout)
    assert told, done.stderr
    assert float(told[1]) == min(float(share) for _, when, _, share in rows if when == "under siege")
    assert done.returncode == (float(told[1]) < 99)


def test_what_did_not_come_is_not_in_time() -> None:
    asked = siege.Asked("`/healthz`", [0.1, float("inf"), 2.0, 0.3])
    assert asked.share == 0.5
    assert "| 4 | 50.0% | 300.0 ms |" in asked.line("in peace")
