"""`make bench BENCH=before`: this tree beside a commit."""

from __future__ import annotations

import re
import subprocess

from tests.installed import PYTHON, ROOT

ROW = re.compile(
    r"^\| (.+?) \| [\d.]+ \([\d.]+ to [\d.]+\) \| [\d.]+ \([\d.]+ to [\d.]+\) \| \d+\.\d\d \|$", re.MULTILINE
)


def test_each_page_is_told_with_what_it_cost_before() -> None:
    words = [PYTHON, "-m", "bench.before", "HEAD", "--jobs", "20", "--rounds", "1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    told = ["a complete refresh", "the list", "the list of failed jobs", "a poll", "a job", "Insights"]
    assert ROW.findall(done.stdout) == told
