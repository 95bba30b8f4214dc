"""How much is measured: all of it for the table, little of it to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Jobs in an organization, and in a larger one; runs for a median; seconds and tabs of a load."""

    jobs: int = 10_000
    many_jobs: int = 100_000
    runs: int = 200
    starts: int = 5
    seconds: float = 20
    minute: float = 65
    tabs: int = 500
    many_tabs: int = 5_000


QUICK = Scale(jobs=300, many_jobs=1_000, runs=15, starts=1, seconds=3, minute=12, tabs=50, many_tabs=200)
